"""Numbers in rows and columns, or as bars: told by the number itself, the colour only helps to find the large ones."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from itertools import product

from django.utils.text import capfirst

from .figure import Figure

STEPS = 4  # of colour, besides the one for nothing
ALL = "All"

Labels = Mapping[Hashable, str]


def heat(
    title: str,
    corner: str,
    rows: Labels,
    columns: Labels,
    numbers: Mapping[tuple[Hashable, Hashable], int],
    *,
    of: str,  # what is counted, such as «personas»
    link: Callable[[Hashable, Hashable], str] | None = None,  # the address of a cell; ALL asks for that of a sum
    lead: Callable[[Hashable], str] | None = None,  # where the name of a row leads, if not to its sum
    notes: Labels | None = None,  # said below the name of a row
    key: str = "",
    empty: str = "",
) -> Figure:
    """A number for each row and column, and their sums; those that are not given are zero."""
    sums = Counter()
    for (row, column), number in numbers.items():
        for counted in product((row, ALL), (column, ALL)):
            sums[counted] += number
    top = max(numbers.values(), default=0)
    down, across = {**rows, ALL: ALL}, {**columns, ALL: ALL}

    def cell(row: Hashable, column: Hashable) -> dict:
        number, summed = sums[row, column], ALL in (row, column)
        return {
            "number": f"{number:,}",
            "shade": "lib-sum" if summed else f"lib-s{step(number, top)}",
            "link": link(row, column) if link and number else "",
            "says": f"{down[row]}, {across[column]}: {number:,} of {sums[ALL, ALL]:,} {of}",
        }

    def begins(row: Hashable) -> str:
        if lead and row != ALL:
            return lead(row)
        return link(row, ALL) if link and sums[row, ALL] else ""

    return Figure(
        kind="heat",
        title=title,
        says=in_a_sentence(rows, columns, sums, of),
        drawing={
            "corner": corner,
            "columns": across.values(),
            "rows": [
                {
                    "name": name,
                    "note": (notes or {}).get(row, ""),
                    "link": begins(row),
                    "cells": [cell(row, column) for column in across],
                }
                for row, name in down.items()
            ],
        },
        columns=(corner, *across.values()),
        rows=[(name, *(f"{sums[row, column]:,}" for column in across)) for row, name in down.items()] if top else [],
        key=key,
        empty=empty,
        legend=[("lib-s0", "none"), *steps_of(top)],
    )


def step(number: int, top: int) -> int:
    """How dark a number is: 0 for none, else by the quarter of the largest that it reaches."""
    return -(-number * STEPS // top) if number else 0


def steps_of(top: int) -> list[tuple[str, str]]:
    """What each colour stands for; few numbers do not need them all."""
    bounds = [(one, top * (one - 1) // STEPS + 1, top * one // STEPS) for one in range(1, STEPS + 1)]
    return [
        (f"lib-s{one}", f"{least:,}" if least == most else f"{least:,} to {most:,}")
        for one, least, most in bounds
        if least <= most
    ]


def in_a_sentence(rows: Labels, columns: Labels, sums: Counter, of: str) -> str:
    cells = [(sums[row, column], row, column) for row in rows for column in columns]
    if not any(number for number, *_ in cells):
        return ""
    most, row, column = max(cells, key=lambda one: one[0])
    nothing = sum(not number for number, *_ in cells)
    return (
        f"In all {sums[ALL, ALL]:,} {of}. Most, {most:,}: {rows[row]}, {columns[column]}. "
        f"None in {nothing:,} of {len(cells):,} cells."
    )


def bars(
    title: str,
    corner: str,
    labels: Labels,
    numbers: Mapping[Hashable, int],
    *,
    of: str,
    link: Callable[[Hashable], str] | None = None,
    more: Mapping[str, Mapping[Hashable, str]] | None = None,  # other figures by their name: told, not drawn
    key: str = "",
    empty: str = "",
) -> Figure:
    """A bar for each number, with its share in all of them."""
    total, top = sum(numbers.values()), max(numbers.values(), default=0)
    more = more or {}
    drawn = [
        {
            "name": name,
            "number": f"{number:,}",
            "share": share(number, total),
            "width": round(100 * number / top, 1) if top else 0,
            "link": link(value) if link and number else "",
            "more": [(other, said[value]) for other, said in more.items() if said.get(value)],
        }
        for value, name in labels.items()
        for number in [numbers.get(value, 0)]
    ]
    said = ", ".join("{name} {number} ({share})".format_map(bar) for bar in drawn)
    return Figure(
        kind="bars",
        title=title,
        says=f"Of {total:,} {of}: {said}.",
        drawing=drawn,
        columns=(corner, capfirst(of), "Share", *map(capfirst, more)),
        rows=[
            (bar["name"], bar["number"], bar["share"], *(dict(bar["more"]).get(other) for other in more))
            for bar in drawn
            if total
        ],
        key=key,
        empty=empty,
    )


def share(number: int, total: int) -> str:
    """`35%`; what there is little of is not said to be nothing."""
    part = number / total if total else 0
    return "<1%" if 0 < part < 0.005 else f"{part:.0%}"
