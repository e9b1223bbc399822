"""Cells from a spreadsheet as rows of a place: understood as an import would, and nothing written."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from personas.documents.changes import Mode
from personas.documents.edit import located
from personas.documents.plan import Planning
from personas.documents.schema import parse
from personas.documents.shape import Shape
from personas.documents.values import plain
from personas.exchange.profiles import built_in
from personas.exchange.profiles.known import Known, fold
from personas.exchange.profiles.values import LEFT_OUT, Column
from personas.exchange.reading import OURS
from personas.models.columns import Items

from .places import Place

MOST = 200  # rows at once; more of them are for an import


class Pasted(BaseModel):
    """A block of cells, and the column that it was pasted into."""

    model_config = ConfigDict(extra="forbid")
    cells: list[list[str]] = Field(min_length=1, max_length=MOST + 1)
    start: str = ""


def look(persona, place: Place, pasted: Pasted) -> dict[str, Any]:
    """The rows that the cells become, each with what is wrong and what was guessed."""
    names, unused, cells = head(place.shape, pasted)
    profile, known = built_in(OURS), Known.read()
    columns = {name: Column(place.shape, place.word, name, profile, known) for name in names if name}
    rows = [row(columns, place.shape, dict(zip(names, line, strict=False))) for line in cells]
    document = {"id": str(persona.pk), place.word: [one["values"] for one in rows]}
    [plan] = Planning(Mode.APPEND).chunk([document])
    for problem in plan.problems:
        inner, column = located(place.shape, document[place.word], problem.path[1:])
        at = problem.path[1] if len(problem.path) > 1 and inner else 0
        rows[at]["problems"].append({"column": column, "message": str(problem)})
    for one, typed in zip(rows, parse(document).rows[place.word], strict=True):
        one["values"] |= {name: plain(typed[name]) for name in one["values"] if typed.get(name) is not None}
    labels = {name: str(place.shape.columns[name].verbose_name).capitalize() for name in columns}
    return {"columns": [{"name": name, "label": labels[name]} for name in columns], "rows": rows, "unused": unused}


def head(shape: Shape, pasted: Pasted) -> tuple[list[str | None], list[str], list[list[str]]]:
    """The columns of the cells: as their first row names them, else those from the one that was pasted into."""
    called = {fold(name): name for name in shape.columns}
    called |= {fold(str(column.verbose_name)): name for name, column in shape.columns.items()}
    first, *others = pasted.cells
    width = max(map(len, pasted.cells))
    named = [called.get(fold(cell.rstrip(" *"))) for cell in first]
    if others and sum(map(bool, named)) * 2 > len(first):
        names = [None if name in named[:place] else name for place, name in enumerate(named)]  # the first of its name
        unused = [cell for cell, name in zip(first, names, strict=True) if cell and not name]
        return names, unused + beyond(first, width), others
    order = list(shape.columns)
    names = list(order[order.index(pasted.start) if pasted.start in order else 0 :])
    return names, beyond(names, width), pasted.cells


def beyond(names: list, width: int) -> list[str]:
    """Columns of cells for which there is no name."""
    return [f"column {place}" for place in range(len(names) + 1, width + 1)]


def row(columns: dict[str, Column], shape: Shape, told: dict[str | None, str]) -> dict[str, Any]:
    values, guesses = {}, {}
    for name, column in columns.items():
        if not (text := told.get(name, "")):
            continue
        several = isinstance(shape.columns[name], Items)
        read = column.read([line for line in text.splitlines() if line.strip()] if several else text)
        if read.value is not LEFT_OUT:
            values[name] = plain(read.value)
        if read.said:
            guesses[name] = "; ".join(sentence for _, sentence in read.said)
    pasted = {name: text for name, text in told.items() if name in columns}
    return {"values": values, "pasted": pasted, "guesses": guesses, "problems": []}
