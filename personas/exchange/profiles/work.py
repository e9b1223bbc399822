"""One document while it is translated: where it stands, and everything there is to say of it."""

from typing import Any

from personas.exchange.places import Place, Placed, in_words
from personas.exchange.report import Finding, Kind

from .profile import UNUSED, Profile
from .values import Columns, Read, short

ID = "is not used: an id of elsewhere says nothing here"
Spot = tuple[Place, str]  # a place, and what goes before the names of its columns
UNFILLED = "Write what is meant there, or take the key out."


class Work:
    """What was read of a document so far."""

    def __init__(self, source: Placed, profile: Profile, columns: Columns):
        self.source, self.profile, self.columns = source, profile, columns
        self.place = getattr(source, "place", Place())
        self.said: list[dict] = []
        self.originals: list[str] = []  # what was read as less than it said

    def at(self, path: tuple) -> Spot:
        """Where a part of the document stands, and what goes before the names of its columns."""
        if self.place.sheet:  # all of it stands in a row of cells
            return self.place, f"{in_words(path)}." if path else ""
        return self.place._replace(path=f"{self.place.path}.{in_words(path)}".strip(".")), ""

    def say(self, kind: Kind, rule: str, message: str, spot: Spot, column: str = "", **more: Any) -> None:
        place, before = spot
        if place.row and not place.sheet:  # a line of a file
            place = place._replace(path=", ".join(filter(None, (f"line {place.row}", place.path))))
        self.said.append({"kind": kind, "rule": rule, "message": message, "place": place,
                          "column": f"{before}{column}" if column else before.rstrip(".")} | more)  # fmt: skip

    def unused(self, path: tuple, column: str, spot: Spot, value: Any, word: str = "") -> None:
        """Say of a key that it is not used, and why, where somebody has said so."""
        reason = self.profile.reason(path)
        is_id = path[-1] == "id" or path[-1].endswith("_id")
        rule = "dropped" if reason else "id" if is_id else "unused"
        said = reason or (ID if is_id else UNUSED)
        self.say(Kind.UNUSED, rule, said, spot, column, value=value, word=word, key=column)

    def unfilled(self, column: str, spot: Spot, value: Any, **more: Any) -> None:
        shown = value if isinstance(value, str) else "a description of what belongs there"
        self.say(Kind.ERROR, "placeholder", f"«{shown}» is not filled in", spot, column, hint=UNFILLED, value=value,
                 **more)  # fmt: skip

    def guessed(self, read: Read, spot: Spot, column: str, value: Any, word: str, key: str) -> None:
        for rule, message in read.said:
            self.say(Kind.GUESSED, rule, message, spot, column, value=value, word=word, key=key)

    def fill_defaults(self, table: str, row: dict, spot: Spot) -> None:
        """Write what a person has answered for rows that say nothing."""
        for column, value in self.columns.defaults.get(table, {}).items():
            if column not in row:
                row[column] = value
                said = f"«{short(value)}» written where nothing is said"
                self.say(Kind.GUESSED, "default", said, spot, word=table, key=column)

    def findings(self, slug: str) -> list[Finding]:
        return [Finding(slug=slug, **said) for said in self.said]
