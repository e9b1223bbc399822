"""What the marks of a picture say: their texts in lines, their facts, the rows behind them, their signs."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

from personas.library.copies import FIELDS, Copy

WIDTH = 360  # of the pictures of time; their letters are as large as this is narrow
SIGNS = {
    "diamond": "M0-5.5 5.5 0 0 5.5-5.5 0Z",
    "circle": "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z",
    "square": "M-4-4H4V4H-4Z",
}


@dataclass(frozen=True)
class Style:
    """A kind of marks: what it is called, and its colour and sign, which say the same."""

    name: str
    colour: str
    sign: str

    @property
    def path(self) -> str:
        return SIGNS[self.sign]

    @property
    def key(self) -> str:
        """The classes of its mark in a legend."""
        return f"lib-sign-{self.sign} lib-{self.colour}"


@dataclass(frozen=True)
class Line:
    """A line of text, and where it stands."""

    x: float
    y: float
    text: str


def lines(text: str, longest: int, x: float, y: float, step: float = 15, most: int = 2) -> list[Line]:
    """A text in as many lines as fit; what is cut off is in the facts of the mark and in the table."""
    cut = wrap(text, longest, max_lines=most, placeholder=" …")
    return [Line(x, y + step * number, one) for number, one in enumerate(cut)]


def shorten(text: str, longest: int = 14) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def wide(text: str) -> float:
    """How many letters of usual width a text takes: `Medium` is wider than `little`."""
    return sum(1.5 if letter in "MWmw" else 0.6 if letter in "fijlrt.,: " else 1 for letter in text)


def said(copy: Copy, word: str, name: str, row: dict) -> str:
    """A value in words, in one line."""
    return copy.says(word, name, row).replace("\n", "; ")


def facts(copy: Copy, word: str, row: dict, names: Iterable[str] = ()) -> str:
    """All that a row says, a line for each column."""
    fields = FIELDS[word]
    told = ((fields[name], said(copy, word, name, row)) for name in names or fields)
    return "\n".join(f"{field.label}: {text} {field.unit}".rstrip() for field, text in told if text)


def behind(copy: Copy, word: str, rows: Iterable[dict] | None = None) -> tuple[tuple[str, ...], list[tuple]]:
    """The table of a section: its columns, and its rows in words."""
    fields = FIELDS[word]
    columns = tuple(
        field.label if field.unit in field.label else f"{field.label}, {field.unit}" for field in fields.values()
    )
    rows = copy.rows(word) if rows is None else rows
    return columns, [tuple(said(copy, word, name, row) for name in fields) for row in rows]


def listed(words: list[str]) -> str:
    """`Monday, Tuesday and Friday`."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1] if words else "") if part)
