"""Somebody else was faster: what a page showed, what is there by now, and what somebody wants, compared three ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from .changes import Mode, Op, PersonaPlan, RowChange
from .diff import Known, Planner
from .dump import as_row
from .edit import Edit, wanted
from .schema import Problem, parse
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
    shown = before(shape, current, base, edit.stood)
    theirs = _changes(shape, shown, [_whole(shape, row) for row in current])
    mine = _changes(shape, shown, wanted(shape, shown, edit))
    choices = [choice for top in mine if top in theirs for choice in _choices(top, mine[top], theirs[top])]
    touched = {choice.row for choice in choices}
    others = [one for top, changes in theirs.items() for one in changes if not touched & {str(top), str(one.id)}]
    return Conflict(choices, others)


def before(shape: Shape, current: list[dict], base: list[dict], stood: list[UUID]) -> list[dict]:
    """The rows as a page had them; those that were not open there count as they are."""
    known = {row["id"]: row for row in (*current, *base)}
    rows = [known[id_] for id_ in stood if id_ in known]
    if shape.single and not rows:  # two people filled in what was empty: both changed a row of which nothing was said
        rows = [_blank(shape) | {"id": row["id"]} for row in current]
    return [row | {"place": place} for place, row in enumerate(rows, 1)]


def is_done(shape: Shape, base: list[dict], current: list[dict], edit: Edit) -> bool:
    """Whether what somebody wants is what there is: the answer to an earlier try was lost on its way."""
    shown = before(shape, current, base, edit.stood)
    rows, problems = _parsed(shape, wanted(shape, shown, edit))
    wants = [as_row(shape, row, False) for row in _filled(shape, rows, shown)]
    return not problems and wants == [as_row(shape, row, False) for row in current]


def understood(shape: Shape, listed: list[dict]) -> list[dict]:
    """Rows as a page had them, read as a document is; what makes no sense is nothing."""
    return _filled(shape, _known(shape, _parsed(shape, listed)[0]), [])


def _known(shape: Shape, rows: list[dict]) -> list[dict]:
    """Those that say which row they are, and of their details the same."""
    return [
        row | {one.word: _known(one, row[one.word] or []) for one in shape.details if one.word in row}
        for row in rows
        if row.get("id")
    ]


def _blank(shape: Shape) -> dict:
    return shape.blank | {detail.word: [] for detail in shape.details}


def _filled(shape: Shape, rows: list[dict], there: list[dict]) -> list[dict]:
    """Rows with all their columns: those that are not named are as they were, or as in a new row."""
    by_id = {row["id"]: row for row in there}
    filled = []
    for row in rows:
        was = by_id.get(row.get("id"), _blank(shape))
        details = {
            detail.word: _filled(detail, row[detail.word] or [], was[detail.word])
            for detail in shape.details
            if detail.word in row
        }
        filled.append(was | row | details)
    return filled


def _parsed(shape: Shape, rows: list[dict]) -> tuple[list[dict], list[Problem]]:
    if shape.word == PERSONA.word:
        told = [parse(row) for row in rows]
        return [one.persona for one in told], [problem for one in told for problem in one.problems]
    told = parse({shape.word: rows})
    return told.rows[shape.word] or [], told.problems


def _changes(shape: Shape, before: list[dict], after: list[dict]) -> dict[UUID, list[RowChange]]:
    """What was done, by the row that it was done to; a row has its details with it."""
    one = PersonaPlan("", UUID(int=0), new=False, version=None)
    planner = Planner(one, None, Mode.REPLACE, Known())
    planner.table(shape, before, _parsed(shape, after)[0], one.id, (shape.word,))
    by_row = {}
    for change in one.changes:
        by_row.setdefault(change.id if change.word == shape.word else change.parent, []).append(change)
    return by_row


def _whole(shape: Shape, row: dict) -> dict:
    whole = {"id": row["id"]} | {name: row[name] for name in shape.columns}
    return whole | {detail.word: [_whole(detail, inner) for inner in row[detail.word]] for detail in shape.details}


def _choices(row: UUID, mine: list[RowChange], theirs: list[RowChange]) -> Iterator[Choice]:
    """What is to be decided about a row that both did something to."""
    if _is_deleted(row, mine) or _is_deleted(row, theirs):
        yield from _keep_or_not(row, mine, theirs)
        return
    theirs = {change.id: change for change in theirs}
    for change in mine:
        if other := theirs.get(change.id):
            if Op.DELETE in (change.op, other.op):
                yield from _keep_or_not(change.id, [change], [other])
            else:
                yield from (
                    Choice(str(change.id), change.title, name, change.before[name], after, other.after[name])
                    for name, after in change.after.items()
                    if other.after.get(name, after) != after
                )


def _keep_or_not(row: UUID, mine: list[RowChange], theirs: list[RowChange]) -> Iterator[Choice]:
    """One deleted what the other worked on; whoever only moved it, has not."""
    did = [
        Op.DELETE if _is_deleted(row, changes) else Op.CHANGE
        for changes in (mine, theirs)
        if any(change.after or change.op != Op.CHANGE for change in changes)
    ]
    if len(set(did)) == 2:
        title = next((change.title for change in (*mine, *theirs) if change.id == row and change.title), "")
        yield Choice(str(row), title, None, None, *did)


def _is_deleted(row: UUID, changes: list[RowChange]) -> bool:
    return any(change.id == row and change.op == Op.DELETE for change in changes)
