"""What a plan is made of: data that can be shown, kept, carried out and undone."""

import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from .schema import Problem
from .values import dumps


class Mode(StrEnum):
    MERGE = "merge"  # what the document does not mention stays
    REPLACE = "replace"  # a section that it mentions has its rows and no others
    APPEND = "append"  # rows that are not there yet are added; the others stay as they are


class Op(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"


@dataclass(slots=True)
class RowChange:
    """One row that is created, changed or deleted."""

    op: Op
    word: str  # of its table
    id: UUID
    parent: UUID | None
    path: tuple  # where the document says so
    after: dict[str, Any] = field(default_factory=dict)  # of a new row, everything; of a changed one, what differs
    before: dict[str, Any] = field(default_factory=dict)
    place: int | None = None  # its number in the list, where that is new
    place_before: int | None = None
    title: str = ""  # by which people know the row


@dataclass
class PersonaPlan:
    """What happens to one persona."""

    slug: str
    id: UUID
    new: bool
    version: int | None  # at which it was planned; another one by now makes the plan stale
    changes: list[RowChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[tuple] = field(default_factory=list)
    approved: str = ""  # «validated» or «published», where it is one of them as long as nothing changes

    @property
    def returns_to_draft(self) -> bool:
        return bool(self.approved and self.changes)

    @property
    def counts(self) -> Counter:
        return Counter((change.word, change.op) for change in self.changes)

    def packed(self) -> bytes:
        """What is needed to show it, apply it and undo it: JSON, a tenth of its size."""
        changes = [
            [
                c.op,
                c.word,
                str(c.id),
                c.parent and str(c.parent),
                c.path,
                c.after,
                c.before,
                c.place,
                c.place_before,
                c.title,
            ]
            for c in self.changes
        ]
        head = {"slug": self.slug, "id": self.id, "new": self.new, "version": self.version}
        return zlib.compress(dumps(head | {"changes": changes}).encode(), 1)

    @classmethod
    def unpacked(cls, data: bytes) -> "PersonaPlan":
        told = json.loads(zlib.decompress(data))
        changes = [
            RowChange(Op(op), word, UUID(id_), parent and UUID(parent), tuple(path), *rest)
            for op, word, id_, parent, path, *rest in told["changes"]
        ]
        return cls(told["slug"], UUID(told["id"]), told["new"], told["version"], changes)


@dataclass
class Plan:
    personas: list[PersonaPlan]

    @property
    def problems(self) -> list[tuple[str, Problem]]:
        return [(persona.slug, problem) for persona in self.personas for problem in persona.problems]

    @property
    def changes(self) -> list[RowChange]:
        return [change for persona in self.personas for change in persona.changes]
