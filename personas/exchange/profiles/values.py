"""A value of theirs as our column takes it, with everything that was guessed on the way."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.db import models

from personas.documents.shape import Shape
from personas.exchange.tables import TABLES
from personas.models.columns import Items
from vital.fields import Prose

from .known import Known, fold
from .profile import Alias, Profile
from .units import THOUSANDS, UNITS, clock, number, quarter

LEFT_OUT = object()  # a value that its owner does not want
LONGEST_ITEM = 6  # words; what is longer between two commas is a sentence
NOTES = ("notes", "scoring_notes", "review_notes", "context", "impact_description", "context_description")
QUARTERS = {"Q1", "Q2", "Q3", "Q4"}

Said = list[tuple[str, str]]  # of what was guessed, the rule and the sentence


class Read(NamedTuple):
    """A value as it was understood."""

    value: Any
    said: Said
    original: str = ""  # of a value that says less than theirs did


class Column:
    """How one column reads what others write; made once for all documents of a run."""

    def __init__(self, shape: Shape, table: str, name: str, profile: Profile, known: Known):
        field = shape.columns[name]
        self.exact, self.folded = known.codes(shape, name) or (None, {})
        self.aliases: dict[str, Alias] = {}
        for alias in profile.aliases.get((table, name), ()):
            if alias.said is not None:
                self.aliases.setdefault(fold(alias.said), alias)
        self.items, self.prose = isinstance(field, Items), isinstance(field, Prose)
        self.notes = any(notes in shape.columns for notes in NOTES)
        self.reference = name in shape.references
        self.number = isinstance(field, models.IntegerField | models.DecimalField)
        self.time = isinstance(field, models.TimeField)
        self.text = not (self.items or self.number or self.time or isinstance(field, models.BooleanField))
        self.unit = UNITS.get(profile.units.get(f"{table}.{name}", ""))
        self.plain = self.text and self.exact is None and not self.aliases and not self.unit

    def read(self, value: Any, unit: Callable | None = None) -> Read:
        """The value, or LEFT_OUT; what fits no rule stays as it is."""
        if self.plain and isinstance(value, str) and not unit:
            return Read(value, [])
        if (found := self.alias(value)) is not None:
            return found
        said: Said = []
        value = self.converted(value, unit or self.unit, said)
        if self.items:
            return self.several(value, said)
        if said and (found := self.alias(value)) is not None:  # an answer names what was shown
            return found
        return self.code(value, said)

    def alias(self, value: Any) -> Read | None:
        if not self.aliases or isinstance(value, dict | list):
            return None
        alias = self.aliases.get(fold(value))
        if alias is None:
            return None
        if alias.to is None:
            return Read(LEFT_OUT, [("alias", f"«{short(value)}» left out, as was asked for")])
        kept = "; the original is kept in the notes" if alias.lossy and self.notes else ""
        said = [("alias", f"«{short(value)}» read as «{short(alias.to)}»{kept}")]
        return Read(alias.to, said, str(value) if alias.lossy else "")

    def converted(self, value: Any, unit: Callable | None, said: Said) -> Any:
        """The value in our measure and kind."""
        if isinstance(value, list) and not self.items and all(not isinstance(one, dict | list) for one in value):
            joined = ("\n" if self.prose else ", ").join(map(str, value))
            if len(value) > 1:
                said.append(("joined", f"{len(value)} values read as one text"))
            value = joined
        if unit and (found := unit(value)) is not None and not same(found, value):
            said.append(("unit", f"«{short(value)}» read as «{short(found)}»"))
            return found
        if self.number and isinstance(value, str) and THOUSANDS.fullmatch(value.strip()):
            said.append(("number", f"«{value}» read as «{number(value)}»"))
            return number(value)
        if self.time and (found := clock(value)) and found != value:
            said.append(("time", f"«{value}» read as «{found}»"))
            return found
        if self.exact == QUARTERS and (found := quarter(value)):
            said.append(("unit", f"«{value}» read as «{found}»"))
            return found
        if self.items and isinstance(value, str):
            return self.parts(value, said)
        return value

    def parts(self, text: str, said: Said) -> list:
        """The items of a text: of a JSON list, between lines or semicolons, or between commas that part no sentence."""
        if text.lstrip().startswith("[") and isinstance(found := unfolded(text), list):
            return found
        parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
        if len(parts) < 2:
            parts = [part.strip() for part in text.split(",") if part.strip()]
            if any(len(part.split()) > LONGEST_ITEM for part in parts):
                parts = [text.strip()]
        if len(parts) > 1:
            said.append(("list", f"read as a list of {len(parts)}"))
        return parts

    def several(self, value: Any, said: Said) -> Read:
        """Each of several texts, as one."""
        found, original = [], []
        for one in value if isinstance(value, list) else [value]:
            read = self.alias(one) or self.code(one, [])
            said += read.said
            original += [read.original] if read.original else []
            if read.value is not LEFT_OUT:
                found.append(read.value)
        return Read(found, said, ", ".join(original))

    def code(self, value: Any, said: Said) -> Read:
        """The one code that a value is, but for capitals, hyphens and blanks; or the one row that has this name."""
        if self.exact is None or not isinstance(value, str) or value in self.exact:
            return Read(value, said)
        code = self.folded.get(fold(value))
        return Read(code, [*said, ("code", f"«{short(value)}» read as «{code}»")]) if code else Read(value, said)

    def resolves(self, value: Any) -> bool:
        return self.exact is not None and isinstance(value, str) and value in self.exact


class Columns:
    """The columns of all tables, each made when it is first needed."""

    def __init__(self, profile: Profile, known: Known):
        self.profile = profile
        self.untouched = cache(self._untouched)
        self.get = cache(lambda table, name: Column(TABLES[table], table, name, profile, known))
        self.units = {key: UNITS[unit] for key, unit in profile.units.items()}
        self.defaults: dict[str, dict[str, Any]] = {}  # what a person has answered for rows that say nothing
        for alias in profile.values:
            if alias.said is None and alias.to is not None:
                self.defaults.setdefault(alias.table, {}).setdefault(alias.column, alias.to)

    def _untouched(self, table: str) -> dict[str, tuple[str, set[str] | None]]:
        """The keys whose texts are taken as they are, with their column; of codes, only those that are ours."""
        fields = {name: [name] for name in TABLES[table].columns} | self.profile.fields.get(table, {})
        found = {}
        for key, names in fields.items():
            if len(names) == 1 and names[0] in TABLES[table].columns and f"{table}.{key}" not in self.units:
                column = self.get(table, names[0])
                if column.plain or (column.exact and column.text and not column.aliases and not column.unit):
                    found[key] = (names[0], column.exact)
        return found


def same(one: Any, other: Any) -> bool:
    return str(one) == str(other) or (isinstance(one, Decimal) and one == number(other))


def unfolded(text: str) -> Any:
    """What a text is that holds JSON; None if it holds none."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57].rstrip()}…"
