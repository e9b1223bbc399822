"""One row while it is read: what stands under each key, written under the columns that it means."""

import json
from typing import Any

from personas.exchange.places import Placed
from personas.exchange.report import Kind
from personas.exchange.tables import TABLES

from .blanks import OPENS, is_placeholder, says_nothing
from .values import LEFT_OUT, NOTES, Read, short
from .work import Spot, Work


class Reading:
    """A row of ours, as far as it is known."""

    def __init__(self, work: Work, table: str, spot: Spot):
        self.work, self.table, self.spot = work, table, spot
        self.row = Placed(place=spot[0])
        self.theirs: dict[str, str] = {}  # by our name, the key that it was read from
        self.added: dict[str, list[str]] = {}  # what goes to the end of prose
        self.columns = TABLES[table].columns
        self.notes = next((name for name in NOTES if name in self.columns), None)

    def took(self, key: str, value: Any) -> bool:
        """Read what stands under a key; False if no column is called so."""
        if self.took_as_it_is(key, value):
            return True
        names = self.work.profile.fields.get(self.table, {}).get(key) or ([key] if key in self.columns else None)
        if names is None:
            return False
        if is_placeholder(value):
            self.work.unfilled(key, self.spot, value, word=self.table, key=names[0].strip("+?"))
        elif not says_nothing(value):
            self.read(key, value, names)
        return True

    def took_as_it_is(self, key: str, value: Any) -> bool:
        """The quick way, for texts that need no reading."""
        if not isinstance(value, str) or value[:1] in OPENS:
            return False
        column, codes = self.work.columns.untouched(self.table).get(key, ("", None))
        if not column or column in self.row or (codes is not None and value not in codes):
            return False
        self.row[column], self.theirs[column] = value, key
        return True

    def read(self, key: str, value: Any, names: list[str]) -> None:
        """Write a value under each column that a key stands for."""
        unit = self.work.columns.units.get(f"{self.table}.{key}")
        spread = unit(value) if unit and len(names) > 1 else None
        for place, name in enumerate(names):
            column = name.strip("+?")
            if name.startswith("+"):
                self.add(column, key, value)
                self.guess("added", f"added to {column.replace('_', ' ')}", key, column, value)
                continue
            if isinstance(spread, list):
                said = [("unit", f"«{short(value)}» read as «{' to '.join(spread)}»")] if place == 0 else []
                read = Read(spread[place], said)
            else:
                read = self.work.columns.get(self.table, column).read(value, unit)
            if name.endswith("?"):
                self.guess("name", f"read as {column.replace('_', ' ')}", key, column, value)
            for rule, message in read.said:
                self.guess(rule, message, key, column, value)
            if read.original and self.notes:
                self.add(self.notes, key, read.original)
            self.write(column, key, value, read.value)

    def write(self, column: str, key: str, value: Any, meant: Any) -> None:
        """The first that says something is right; another one that says otherwise is told of."""
        if column not in self.row and meant is not LEFT_OUT:
            self.row[column], self.theirs[column] = meant, key
        elif column in self.row and self.row[column] != meant:
            said = f"is not used: «{self.theirs[column]}» says otherwise"
            self.work.say(Kind.UNUSED, "elsewhere", said, self.spot, key, value=value, word=self.table, key=column)

    def add(self, column: str, key: str, value: Any) -> None:
        self.added.setdefault(column, []).append(f"{key.replace('_', ' ').capitalize()}: {as_text(value)}")

    def guess(self, rule: str, message: str, key: str, column: str, value: Any) -> None:
        self.work.say(Kind.GUESSED, rule, message, self.spot, key, value=value, word=self.table, key=column)

    def finished(self) -> Placed:
        """The row, with what is added to it, and with answers where it says nothing."""
        for column, texts in self.added.items():
            before = [as_text(self.row[column])] if column in self.row else []
            self.row[column] = "\n".join([*before, *texts])
        self.work.fill_defaults(self.table, self.row, self.spot)
        inside = self.spot[1]
        self.row.names = {ours: f"{inside}{key}" for ours, key in self.theirs.items() if inside or ours != key}
        return self.row


def as_text(value: Any) -> str:
    """A value as a text: a list of texts by line, anything else as JSON."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
