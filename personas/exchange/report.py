"""What is to be said of an import: each finding with its place, the same said once, nothing dropped in silence."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from personas.documents.schema import Problem
from personas.documents.shape import SHAPES
from personas.documents.values import plain

from .places import Place, locate


class Kind(StrEnum):
    ERROR = "error"  # must be mended, or settled
    NOTE = "note"  # what it also means to apply this
    GUESSED = "guessed"  # a value was understood as another; look whether that is right
    UNUSED = "unused"  # a key or a column that means nothing here
    SKIPPED = "skipped"  # a row that was left out, and why


NOWHERE = Place()
LONGEST = 1_000  # letters of a value that is kept with a finding


@dataclass(frozen=True)
class Finding:
    """One thing to know about one cell, row or file."""

    kind: Kind
    rule: str  # its id, such as `choice` or `required`
    message: str
    hint: str = ""
    slug: str = ""
    word: str = ""  # the table, as in `goals` or `case_studies.metrics`
    key: str = ""  # our name for the column
    place: Place = NOWHERE
    column: str = ""  # their name for it
    value: Any = None
    near: tuple[str, ...] = ()  # the codes that may be meant

    def as_data(self) -> dict[str, Any]:
        said = {name: value for name, value in vars(self).items() if value not in ("", None, ()) and name != "place"}
        if isinstance(self.value, str):
            said["value"] = self.value[:LONGEST]
        return plain(said | {"place": list(self.place)})

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Finding":
        told = data | {"kind": Kind(data["kind"]), "place": Place(*data["place"]), "near": tuple(data.get("near", ()))}
        return cls(**told)

    @property
    def where(self) -> str:
        return ", ".join(filter(None, (str(self.place), self.column)))


@dataclass(frozen=True)
class Group:
    """Findings that one answer settles."""

    findings: list[Finding]

    @property
    def first(self) -> Finding:
        return self.findings[0]


def finding(document: dict, slug: str, problem: Problem, kind: Kind = Kind.ERROR) -> Finding:
    """A problem of a document as its owner finds it."""
    spot = locate(document, problem.path)
    words = [part for part in problem.path if isinstance(part, str)]
    return Finding(
        kind, problem.rule, problem.message, problem.hint, slug, table(problem.path), words[-1] if words else "",
        spot.place, spot.column, problem.value, problem.near,
    )  # fmt: skip


def table(path: tuple) -> str:
    """The table that a path leads to: `case_studies.metrics`; the persona's own for its columns."""
    words = [part for part in path if isinstance(part, str)]
    if not words or words[0] not in SHAPES:
        return "personas"
    details = {detail.word for detail in SHAPES[words[0]].details}
    return ".".join([words[0], *(word for word in words[1:2] if word in details)])


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """The same said of several cells, once; the most frequent first."""
    groups: dict[tuple, list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.kind, one.word, one.key, one.rule, one.message), []).append(one)
    order = list(Kind)
    return sorted(map(Group, groups.values()), key=lambda group: (order.index(group.first.kind), -len(group.findings)))
