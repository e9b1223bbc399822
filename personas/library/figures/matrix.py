"""The matrix of archetypes: how practised personas are with AI, against how complex their work is."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from django.utils.html import format_html

from personas.editorial.quality.finders import QUADRANTS
from personas.enums import Archetype
from personas.library.copies import Copy

from .figure import Figure

SCORES = ("work_complexity_score", "ai_maturity_score")  # to the right, and upwards
MOST, MARK = 100, 50  # of both scores, and where the quadrants meet
CELLS = 10  # in each direction, where dots of nearly the same place become one
SIDE = MOST // CELLS
WIDTH, HEIGHT = 360, 240  # of the picture, in its own units
NAMES = {one.value: one.label.partition(":")[0] for one in Archetype}
MEANS = {one.value: one.label.partition(": ")[2] for one in Archetype}
# Besides its colour each archetype has a shape.
SHAPES = {
    "AUTOMATOR": "M-4.5-4.5h9v9h-9z",
    "ORCHESTRATOR": "M0-5a5 5 0 1 0 0 10a5 5 0 1 0 0-10z",
    "LEARNER": "M0-5.5L5.5 4.5h-11z",
    "SKEPTIC": "M0-6L6 0 0 6-6 0z",
}
NO_SHAPE = "M-4.5-1.5h9v3h-9z"
COLOURS = {name: number for number, name in enumerate(NAMES, 1)}
LARGEST = 11  # radius of a dot that stands for many


@dataclass(frozen=True)
class Dot:
    """A persona in the matrix."""

    name: str
    complexity: float
    maturity: float
    archetype: str | None
    address: str = ""
    faint: bool = False  # not among those that are asked for


@dataclass(frozen=True)
class Quadrant:
    """A corner of the matrix that leads somewhere."""

    address: str
    number: int
    chosen: bool = False


def place(complexity: float, maturity: float) -> tuple[float, float]:
    """Where two scores stand in the picture, whose origin is above on the left."""
    return round(complexity * WIDTH / MOST, 1), round((MOST - maturity) * HEIGHT / MOST, 1)


def drawn(dot: Dot) -> dict:
    x, y = place(dot.complexity, dot.maturity)
    archetype = NAMES.get(dot.archetype, "no archetype")
    return {
        "x": x,
        "y": y,
        "shape": SHAPES.get(dot.archetype, NO_SHAPE),
        "colour": COLOURS.get(dot.archetype, ""),
        "address": dot.address,
        "faint": dot.faint,
        "says": f"{dot.name}: {archetype}, AI maturity {dot.maturity:g}, complexity of work {dot.complexity:g}",
    }


def heap(cell: tuple[int, int], number: int, asked: int, most: int) -> dict:
    """One dot for all personas of a cell, the larger the more they are."""
    across, up = (SIDE * (step + 0.5) for step in cell)
    x, y = place(across, up)
    return {
        "x": x,
        "y": y,
        "radius": round(4 + (LARGEST - 4) * sqrt(number / most), 1),
        "number": number,
        "faint": not asked,
        "says": f"{personas(number)}: AI maturity {band(cell[1])}, complexity of work {band(cell[0])}",
    }


def personas(number: int) -> str:
    return f"{number:,} persona{'' if number == 1 else 's'}"


def band(step: int) -> str:
    return f"{step * SIDE} to {(step + 1) * SIDE}"


def quadrants(wanted: dict[str, Quadrant]) -> list[dict]:
    width, height = WIDTH * MARK / MOST, HEIGHT * MARK / MOST
    return [
        {
            "name": NAMES[archetype],
            "colour": COLOURS[archetype],
            "means": MEANS[archetype],
            "x": width if complex_work else 0,
            "y": 0 if practised else height,
            "width": width,
            "height": height,
            "middle": width * (1.5 if complex_work else 0.5),
            "label": 12 if practised else HEIGHT - 6,
            "to": wanted.get(archetype),
        }
        for (complex_work, practised), archetype in QUADRANTS.items()
    ]


def matrix(
    dots: Iterable[Dot],
    *,
    cells: dict[tuple[int, int], tuple[int, int]] | None = None,
    leads: dict[str, Quadrant] | None = None,
    title: str = "Archetypes",
    empty: str = "Nobody to show: both scores, AI maturity and complexity of work, are needed.",
    key: str = "",
) -> Figure:
    """Every persona a dot or, with `cells`, a dot for all of nearly the same place; `leads` makes its corners links."""
    dots, cells = list(dots), cells or {}
    most = max((number for number, _ in cells.values()), default=1)
    number = len(dots) + sum(number for number, _ in cells.values())
    there = [name for name in NAMES if any(dot.archetype == name for dot in dots)]
    return Figure(
        kind="matrix",
        title=title,
        says=drawn(dots[0])["says"] + "." if number == 1 and dots else f"{personas(number)}: {spread(dots, cells)}.",
        drawing={
            "width": WIDTH,
            "height": HEIGHT,
            "quadrants": quadrants(leads or {}),
            "leads": bool(leads),
            "dots": [drawn(dot) for dot in dots],
            "heaps": [heap(cell, *numbers, most) for cell, numbers in sorted(cells.items()) if numbers[0]],
        },
        columns=("Persona", "Archetype", "AI maturity", "Complexity of work")
        if dots
        else ("AI maturity", *(f"Complexity {band(step)}" for step in range(CELLS))),
        rows=[row(dot) for dot in dots] if dots else crossed(cells),
        empty=empty,
        key=key,
        # Corners that lead somewhere are named beside the picture.
        legend=[] if leads else [(f"lib-c{COLOURS[name]} lib-shape-{name.lower()}", NAMES[name]) for name in there],
    )


def spread(dots: list[Dot], cells: dict[tuple[int, int], tuple[int, int]]) -> str:
    """How many stand in each corner."""
    corners = dict.fromkeys(QUADRANTS, 0)
    for dot in dots:
        corners[dot.complexity >= MARK, dot.maturity >= MARK] += 1
    for (across, up), (number, _) in cells.items():
        corners[across * SIDE >= MARK, up * SIDE >= MARK] += number
    return ", ".join(f"{number:,} where {NAMES[QUADRANTS[corner]]}s stand" for corner, number in corners.items())


def row(dot: Dot) -> tuple:
    name = format_html('<a class="lib-link" href="{}">{}</a>', dot.address, dot.name) if dot.address else dot.name
    return name, NAMES.get(dot.archetype, ""), f"{dot.maturity:g}", f"{dot.complexity:g}"


def crossed(cells: dict[tuple[int, int], tuple[int, int]]) -> list[tuple]:
    """The numbers as they stand in the picture, the most practised first."""
    if not cells:
        return []
    return [
        (band(up), *(cells.get((across, up), (0, 0))[0] or "" for across in range(CELLS)))
        for up in reversed(range(CELLS))
    ]


def position(copy: Copy) -> Figure:
    """Where one persona stands."""
    complexity, maturity = (copy.own.get(score) for score in SCORES)
    known = complexity is not None and maturity is not None
    dots = [Dot(copy.name, float(complexity), float(maturity), copy.own["archetype"])] if known else []
    return matrix(
        dots,
        title="Where they stand",
        empty="Both scores, AI maturity and complexity of work, are needed to show where they stand.",
        key="position",
    )
