"""Days, phases or quarters below each other: in each a cell for every measure, the darker the more, then its notes."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time
from textwrap import wrap
from typing import Any, NamedTuple

from personas.library.copies import Copy

from .figure import Figure
from .marks import WIDTH, Line, Style, behind, facts, lines, listed, wide

SHADES = ("lib-s0", "lib-s1", "lib-s2", "lib-s4")  # letters are readable on all of them
SHADED = list(zip(SHADES, ("none", "little", "some", "much"), strict=True))
TOP, TALL, GAP = 24, 32, 3  # of the heads, of a cell, between cells
LETTER, SMALL, STEP = 6.6, 6, 15  # width of a letter in a cell and in a note, height of a line of a note


@dataclass(frozen=True)
class Measure:
    """A column as cells show it: how much each code is or, of a number, from where on it is little, some, much."""

    name: str
    head: str
    steps: dict[Any, int] | tuple[float, ...]
    unit: str = ""
    until: str = ""  # the column with the end of what this one begins

    def amount(self, row: dict) -> Any:
        value = row.get(self.name)
        if not self.until:
            return value
        ends = row.get(self.until)
        return None if value is None or ends is None else hours(value, ends)

    def shade(self, row: dict) -> int | None:
        """Its place among the shades; none for what is no amount."""
        amount = self.amount(row)
        if isinstance(self.steps, dict) or amount is None:
            return self.steps.get(amount) if isinstance(self.steps, dict) else None
        return bisect_right(self.steps, amount)

    def says(self, copy: Copy, word: str, row: dict) -> list[str]:
        """The lines of its cell."""
        values = [copy.says(word, name, row) for name in (self.name, self.until) if name]
        if not any(values):
            return []
        if self.until:
            return [value or "open" for value in values]
        return [f"{values[0]} {self.unit}"] if self.unit else wrap(values[0], 10, break_long_words=False)


class Note(NamedTuple):
    """A text below the cells."""

    kind: str
    text: str
    facts: str


@dataclass(frozen=True, eq=False)
class Band:
    """A day, a phase, a quarter."""

    name: str
    row: dict | None  # none: it has notes only
    notes: Sequence[Note] = ()
    short: str = ""
    heading: str = ""  # above it, such as «Weekend»


@dataclass
class Layout:
    """Where everything stands, from the top down."""

    copy: Copy
    word: str
    measures: Sequence[Measure]
    styles: dict[str, Style]
    bands: Sequence[Band]
    y: float = TOP
    drawn: list[dict] = field(default_factory=list)

    def __post_init__(self):
        self.left = max(len(band.short or band.name) for band in self.bands) * 7 + 8
        longest = [
            max(map(wide, [one.head, *(line for row in self.rows for line in one.says(self.copy, self.word, row))]))
            for one in self.measures
        ]
        spare = WIDTH - self.left - sum(longest) * LETTER
        self.widths = [letters * LETTER + spare / len(longest) for letters in longest]
        self.starts = [self.left + sum(self.widths[:number]) for number in range(len(longest))]
        for band in self.bands:
            self.draw(band)

    @property
    def rows(self) -> list[dict]:
        return [band.row for band in self.bands if band.row is not None]

    def draw(self, band: Band) -> None:
        if band.heading:
            self.y += 18
        top = self.y
        cells = [self.cell(band, number) for number in range(len(self.measures))] if band.row is not None else []
        self.y += TALL + GAP if cells else 0
        self.drawn.append(
            {
                "name": band.name,
                "short": Line(0, top + TALL / 2 + 4, band.short or band.name),
                "heading": band.heading and Line(self.left, top - 6, band.heading),
                "facts": facts(self.copy, self.word, band.row) if band.row else "",
                "cells": cells,
                "notes": [self.note(note) for note in band.notes],
            }
        )
        self.y += 10 if band.notes else 0

    def cell(self, band: Band, number: int) -> dict:
        measure = self.measures[number]
        said = measure.says(self.copy, self.word, band.row)
        shade = measure.shade(band.row)
        across, left = self.widths[number] - GAP, self.starts[number]
        shown = said or ["–"]
        middle = self.y + TALL / 2 + 4 - (len(shown) - 1) * 6.5
        told = facts(self.copy, self.word, band.row, [name for name in (measure.name, measure.until) if name])
        return {
            "kind": measure.name,
            "shade": "lib-unsaid" if not said else "lib-plain" if shade is None else SHADES[shade],
            "name": f"{band.name}, {measure.head.lower()}: {' '.join(said) or 'not said'}",
            "facts": f"{band.name}\n{told or f'{measure.head}: nobody has said it yet.'}",
            "x": left, "y": self.y, "wide": across,
            "lines": [Line(left + across / 2, middle + 13 * place, text) for place, text in enumerate(shown)],
        }  # fmt: skip

    def note(self, note: Note) -> dict:
        style = self.styles[note.kind]
        texts = lines(note.text, int((WIDTH - self.left - 18) / SMALL), self.left + 14, self.y + 11, STEP)
        drawn = {
            "kind": note.kind, "style": style, "name": f"{style.name}: {note.text}", "facts": note.facts,
            "x": self.left + 5, "y": self.y + 7, "lines": texts,
            "top": self.y - 2, "tall": len(texts) * STEP + 2, "left": self.left, "wide": WIDTH - self.left,
        }  # fmt: skip
        self.y += len(texts) * STEP + 3
        return drawn


def strip(
    key: str, title: str, copy: Copy, word: str, measures: Sequence[Measure], bands: Sequence[Band],
    *, styles: dict[str, Style] | None = None, extra: tuple[str, list[str]] | None = None, empty: str,
) -> Figure:  # fmt: skip
    """The picture; `extra` is one more column of the table behind it."""
    styles = styles or {}
    layout = Layout(copy, word, measures, styles, bands)
    there = copy.rows(word) or any(band.notes for band in bands)
    columns, rows = behind(copy, word, layout.rows if there else [])
    if extra and there:
        columns, rows = (*columns, extra[0]), [(*row, told) for row, told in zip(rows, extra[1], strict=True)]
    return Figure(
        kind="strip",
        key=key,
        title=title,
        says=" ".join(filter(None, (highest(copy, word, measure, bands) for measure in measures))),
        drawing={
            "width": WIDTH, "height": round(layout.y), "tall": TALL, "word": word, "bands": layout.drawn,
            "heads": [
                {"kind": m.name, "text": m.head, "x": left + (across - GAP) / 2}
                for m, left, across in zip(measures, layout.starts, layout.widths, strict=True)
            ],
            "kinds": [(m.name, m.head) for m in measures] + [(kind, style.name) for kind, style in styles.items()],
        },
        columns=columns,
        rows=rows,
        leads=word,
        empty=empty,
        legend=[*SHADED, *((style.key, style.name) for style in styles.values())],
    )  # fmt: skip


def highest(copy: Copy, word: str, measure: Measure, bands: Sequence[Band]) -> str:
    """`Meetings highest: Monday and Friday, Heavy.`; nothing where all are the same, or unknown."""
    by_amount = isinstance(measure.steps, tuple)
    amounts = {band: measure.amount(band.row) if by_amount else measure.shade(band.row) for band in bands if band.row}
    known = {band: amount for band, amount in amounts.items() if amount is not None}
    if len(set(known.values())) < 2:
        return ""
    most = [band for band, amount in known.items() if amount == max(known.values())]
    words = f"{known[most[0]]:g} h" if measure.until else " ".join(measure.says(copy, word, most[0].row))
    return f"{measure.head} highest: {listed([band.name for band in most])}, {words}."


def hours(begins: time, ends: time) -> float:
    """Between two times of a day; an end before the beginning is on the day after."""
    minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return minutes % (24 * 60) / 60
