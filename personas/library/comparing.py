"""What two to six personas share and in what they differ: their own columns, and the rows of their sections."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from personas.admin.editor.places import PARTS, PLACES, Part, Place
from personas.documents.shape import SHAPES, Shape

from .copies import FIELDS, Copy
from .likeness import NAMES, Likeness, by_key, plain_row, plainly

FEWEST, MOST = 2, 6
FIRST = ("goals", "pain_points", "tools_used")  # what people ask for before all else
ALONE, SHARED = "≠", "="


@dataclass(frozen=True)
class Cell:
    """What one persona says, and whether others say the same."""

    text: str
    mark: str = ""  # «≠»: nobody else says so; «=»: some others do, and «=1», «=2» where some say this and some that
    apart: bool = False  # others agree with each other, and not with this
    missing: bool = False  # it has no such row

    @property
    def says(self) -> str:
        """The mark in words."""
        return {"": "", ALONE: "nobody else says so"}.get(self.mark, "others say the same")


@dataclass(frozen=True)
class Line:
    """A column, with a cell for each persona."""

    label: str
    cells: tuple[Cell, ...]
    same: bool


def line(label: str, texts: list[str], values: list[Any], has: list[bool]) -> Line:
    """A column with its marks; by what values mean, not by how they are written."""
    there = [value for value, one in zip(values, has, strict=True) if one]
    same = len(set(there)) < 2
    told = ["" if same or value is None else mark for value, mark in zip(values, marks(values), strict=True)]
    agree = any(mark.startswith(SHARED) for mark in told)
    return Line(
        label,
        tuple(
            Cell(text, mark, apart=agree and one and not mark.startswith(SHARED), missing=not one)
            for text, mark, one in zip(texts, told, has, strict=True)
        ),
        same,
    )


def marks(values: list[Any]) -> list[str]:
    """For each value, its mark beside the others."""
    number = Counter(value for value in values if value is not None)
    several = [value for value, times in number.items() if times > 1]
    tell = len(several) > 1
    return [
        f"{SHARED}{several.index(value) + 1 if tell else ''}" if value in several else ALONE for value in values
    ]  # fmt: skip


def lines(shape: Shape, names: Iterable[str], copies: list[Copy], rows: list[dict | None]) -> list[Line]:
    """Columns in which at least one persona says something."""
    has = [row is not None for row in rows]
    pairs = [(copy, row or {}) for copy, row in zip(copies, rows, strict=True)]
    return [
        line(
            FIELDS[shape.word][name].label,
            [copy.says(shape.word, name, row) if row.get(name) is not None else "" for copy, row in pairs],
            [plainly(row.get(name)) for _, row in pairs],
            has,
        )
        for name in names
        if any(row.get(name) is not None for _, row in pairs)
    ]


class Match:
    """A row that several have, or one: the same by what identifies it."""

    def __init__(self, shape: Shape, copies: list[Copy], rows: list[dict | None]):
        self.shape, self.copies, self.rows = shape, copies, rows
        self.who = [number for number, row in enumerate(rows, 1) if row is not None]

    @property
    def everywhere(self) -> bool:
        return len(self.who) == len(self.copies)

    @cached_property
    def same(self) -> bool:
        """Whether all have it, and say the same of it."""
        return self.everywhere and not any(one != self.plain[0] for one in self.plain[1:])

    @cached_property
    def plain(self) -> list[dict]:
        details = [(detail.word, detail) for detail in self.shape.details]
        return [
            plain_row(self.shape, row)
            | {word: [plain_row(detail, inner) for inner in row[word]] for word, detail in details}
            for row in self.rows
            if row is not None
        ]

    @cached_property
    def title(self) -> str:
        copy, row = next((copy, row) for copy, row in zip(self.copies, self.rows, strict=True) if row is not None)
        told = [copy.says(self.shape.word, name, row) for name in self.shape.identity]
        return ", ".join(filter(None, told)) or "Without a name"

    @cached_property
    def lines(self) -> list[Line]:
        """What they say of it, besides what identifies it."""
        names = [name for name in self.shape.columns if name not in self.shape.identity]
        return [*lines(self.shape, names, self.copies, self.rows), *self.details]

    @property
    def details(self) -> Iterator[Line]:
        """The rows that belong to the row: each in a line of the cell."""
        has = [row is not None for row in self.rows]
        for detail in self.shape.details:
            inner = [row[detail.word] if row else [] for row in self.rows]
            if any(inner):
                texts = [
                    "\n".join(in_a_line(detail, copy, one) for one in several)
                    for copy, several in zip(self.copies, inner, strict=True)
                ]
                title = str(detail.model._meta.verbose_name_plural).capitalize()
                yield line(title, texts, [plainly(text) or None for text in texts], has)

    @property
    def differing(self) -> list[Line]:
        return [one for one in self.lines if not one.same]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the one persona that has it says of it."""
        return [(one.label, next(cell.text for cell in one.cells if not cell.missing)) for one in self.lines]


def in_a_line(shape: Shape, copy: Copy, row: dict) -> str:
    return ", ".join(filter(None, (copy.says(shape.word, name, row) for name in shape.columns)))


class Compared:
    """A place of the persona, as several have it."""

    def __init__(self, place: Place, copies: list[Copy], keys: list[dict] | None):
        self.place, self.copies = place, copies
        self.keys = keys if place.section and not place.shape.single else None

    @property
    def word(self) -> str:
        return self.place.word

    @property
    def title(self) -> str:
        return self.place.title

    @property
    def by_columns(self) -> bool:
        """Whether columns are compared: of the persona, or of a section that has one row."""
        return self.keys is None

    @cached_property
    def lines(self) -> list[Line]:
        if not self.by_columns:
            return []
        shape = self.place.shape
        rows = [(copy.one(self.word) or None) if self.place.section else copy.own for copy in self.copies]
        return lines(shape, [name for name in shape.columns if name not in NAMES], self.copies, rows)

    @cached_property
    def matches(self) -> list[Match]:
        """Rows that all have first, then those of some, then those of each."""
        if self.by_columns:
            return []
        every = dict.fromkeys(key for rows in self.keys for key in rows)
        found = [Match(self.place.shape, self.copies, [rows.get(key) for rows in self.keys]) for key in every]
        return sorted(found, key=lambda match: (-len(match.who), match.who))

    @property
    def shared(self) -> list[Match]:
        return [match for match in self.matches if len(match.who) > 1]

    @property
    def by_all(self) -> list[Match]:
        return [match for match in self.matches if match.everywhere]

    @property
    def by_some(self) -> list[Match]:
        return [match for match in self.shared if not match.everywhere]

    @property
    def equal(self) -> list[Match]:
        """Rows of which all say the same."""
        return [match for match in self.matches if match.same]

    @property
    def differing(self) -> list[Match]:
        """Rows that several have, and not all say the same of."""
        return [match for match in self.shared if not match.same]

    @property
    def only(self) -> list[tuple[int, Copy, list[Match]]]:
        """What just one has, by persona."""
        return [
            (number, copy, [match for match in self.matches if match.who == [number]])
            for number, copy in enumerate(self.copies, 1)
        ]

    @property
    def counts(self) -> list[int]:
        """How many rows each has."""
        return (
            [len(rows) for rows in self.keys] if self.keys else [int(bool(copy.one(self.word))) for copy in self.copies]
        )

    @property
    def hidden(self) -> tuple[int, int]:
        """Columns and rows that are the same for all; columns of rows that are not, too."""
        lines = (*self.lines, *(one for match in self.differing for one in match.lines))
        return sum(one.same for one in lines), len(self.equal)

    @cached_property
    def same(self) -> bool:
        """Whether all say the same here; which they do where nobody says anything."""
        return all(one.same for one in self.lines) and all(match.same for match in self.matches)

    @property
    def empty(self) -> bool:
        return not self.lines and not self.matches


class Comparison:
    """Two to six personas beside each other."""

    def __init__(self, copies: list[Copy]):
        self.copies = copies
        self.keys = {word: [by_key(shape, copy.rows(word)) for copy in copies] for word, shape in SHAPES.items()}
        self.places = {
            word: Compared(place, copies, self.keys.get(word)) for word, place in PLACES.items()
        }  # fmt: skip

    @cached_property
    def likeness(self) -> Likeness:
        return Likeness(self.copies, self.keys)

    def parts(self, *, own: bool) -> list[tuple[Part, list[Compared]]]:
        """The groups of the persona's own columns, or its sections by domain."""
        return [
            (part, [self.places[place.word] for place in part.places])
            for part in PARTS
            if own == (part.places[0].section is None)
        ]

    @property
    def own(self) -> list[Compared]:
        return [one for _, places in self.parts(own=True) for one in places]

    @property
    def first(self) -> list[Compared]:
        return [self.places[word] for word in FIRST]
