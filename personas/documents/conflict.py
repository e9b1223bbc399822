"""Somebody else was faster: what a page showed, what is there by now, and what somebody wants, compared three ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from .changes import Mode, Op, PersonaPlan, RowChange
from .diff import Known, Planner
from .dump import as_row
from .edit import Edit, wanted
from .schema import parse
from .shape import PERSONA, Shape


class Choice(NamedTuple):
    """What two people did to the same field, or to the same row where no column is named."""

    row: str
    title: str
    column: str | None
    before: Any
    mine: Any
    theirs: Any


@dataclass
class Conflict:
    """What happened to a place since a page showed it."""

    choices: list[Choice]  # which of both is meant
    others: list[RowChange]  # what others did that does not touch what was done here


def compare(shape: Shape, base: list[dict], current: list[dict], edit: Edit) -> Conflict:
    """Three ways: what the page showed, what is there, and what somebody wants; the diff is that of all plans."""
    shown = before(current, base, edit.stood)
    theirs = _changes(shape, shown, [_whole(shape, row) for row in current])
    mine = _changes(shape, shown, wanted(shape, shown, edit))
    choices = [choice for id_, change in mine.items() if id_ in theirs for choice in _choices(change, theirs[id_])]
    touched = {choice.row for choice in choices}
    others = [one for id_, one in theirs.items() if str(id_) not in touched and (one.after or one.op == Op.DELETE)]
    return Conflict(choices, others)


def before(current: list[dict], base: list[dict], stood: list[UUID]) -> list[dict]:
    """The rows as a page had them; those that were not open there count as they are."""
    known = {row["id"]: row for row in (*current, *base)}
    rows = [known[id_] for id_ in stood if id_ in known]
    return [row | {"place": place} for place, row in enumerate(rows, 1)]


def is_done(shape: Shape, base: list[dict], current: list[dict], edit: Edit) -> bool:
    """Whether what somebody wants is what there is: the answer to an earlier try was lost on its way."""
    shown = before(current, base, edit.stood)
    wants = _filled(shape, _parsed(shape, wanted(shape, shown, edit)), shown)
    return [as_row(shape, row, False) for row in wants] == [as_row(shape, row, False) for row in current]


def understood(shape: Shape, listed: list[dict]) -> list[dict]:
    """Rows as a page had them, read as a document is; what makes no sense is nothing."""
    return _filled(shape, [row for row in _parsed(shape, listed) if row.get("id")], [])


def _filled(shape: Shape, rows: list[dict], there: list[dict]) -> list[dict]:
    """Rows with all their columns: those that are not named are as they were, or as in a new row."""
    by_id = {row["id"]: row for row in there}
    filled = []
    for row in rows:
        was = by_id.get(row.get("id"), shape.blank | {detail.word: [] for detail in shape.details})
        details = {
            detail.word: _filled(detail, row[detail.word] or [], was[detail.word])
            for detail in shape.details
            if detail.word in row
        }
        filled.append(was | row | details)
    return filled


def _parsed(shape: Shape, rows: list[dict]) -> list[dict]:
    if shape.word == PERSONA.word:
        return [parse(row).persona for row in rows]
    return parse({shape.word: rows}).rows[shape.word] or []


def _changes(shape: Shape, before: list[dict], after: list[dict]) -> dict[UUID, RowChange]:
    one = PersonaPlan("", UUID(int=0), new=False, version=None)
    planner = Planner(one, None, Mode.REPLACE, Known())
    planner.table(shape, before, _parsed(shape, after), one.id, (shape.word,))
    return {change.id: change for change in one.changes}


def _whole(shape: Shape, row: dict) -> dict:
    whole = {"id": row["id"]} | {name: row[name] for name in shape.columns}
    return whole | {detail.word: [_whole(detail, inner) for inner in row[detail.word]] for detail in shape.details}


def _choices(mine: RowChange, theirs: RowChange) -> Iterator[Choice]:
    row = str(mine.id)
    if Op.DELETE in (mine.op, theirs.op):
        if mine.op != theirs.op:
            yield Choice(row, mine.title or theirs.title, None, None, mine.op, theirs.op)
        return
    for name in mine.after:
        if name in theirs.after and theirs.after[name] != mine.after[name]:
            yield Choice(row, mine.title, name, mine.before[name], mine.after[name], theirs.after[name])
