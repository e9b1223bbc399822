"""What a page sends, brought to the database by the plan of all imports; or why not, field by field."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from personas.documents.apply import RefusedError, apply
from personas.documents.changes import Mode, Op, Plan, RowChange
from personas.documents.conflict import Conflict, compare, is_done, understood
from personas.documents.diff import FOLLOWING
from personas.documents.edit import Edit, digest, located, wanted
from personas.documents.plan import Planning
from personas.documents.schema import Problem
from personas.documents.shape import BY_WORD
from personas.exchange.batches import OPS
from personas.exchange.showing import in_words, row_of
from personas.models import EditorialState

from .places import Place

SAVED = 200
DONE = {Op.CREATE: "added", Op.CHANGE: "changed", Op.DELETE: "deleted"}


@dataclass
class Answer:
    """What the page is told."""

    status: int
    said: dict[str, Any] = field(default_factory=dict)


BUSY = Answer(503, {"message": "Somebody else is saving into this persona at the moment. Nothing is lost: wait a few "
                               "seconds, then save again."})  # fmt: skip


def save(persona, place: Place, edit: Edit, user) -> Answer:
    # Nobody else saves into the persona until this is done: what is compared is what is written to.
    EditorialState.objects.select_for_update().get(persona=persona)
    current = place.rows(persona)
    now = digest(place.shape, current)
    if edit.shown != now:
        if edit.base is None:
            return Answer(409, {"base": True})
        base = understood(place.shape, edit.base)
        if is_done(place.shape, base, current, edit):
            return Answer(SAVED, {"said": "it had been saved already"})
        return Answer(409, {"now": now} | in_conflict(place, compare(place.shape, base, current, edit)))
    if place.section is None:  # a persona has its columns; there is nothing to add, delete or move
        edit = edit.model_copy(update={"added": {}, "gone": [], "order": []})
    rows = wanted(place.shape, current, edit)
    document = {"id": str(persona.pk)} | ({place.word: rows} if place.section else rows[0])
    [one] = Planning(Mode.REPLACE).chunk([document])
    if missing := missing_rights(one.changes, user):
        return Answer(403, {"message": f"You may not {missing}. Ask a tenant admin for the right."})
    if one.problems:
        return Answer(422, {"problems": [told(place, rows, problem) for problem in one.problems]})
    try:
        apply(Plan([one]))
    except RefusedError as error:
        return Answer(422, {"problems": [told(place, rows, problem) for _, problem in error.problems]})
    said = summary(place, one.changes) + what_follows(place, rows, one.changes)
    again = "; it is a draft again, to be reviewed anew" if one.returns_to_draft else ""
    return Answer(SAVED, {"said": said + again})


def what_follows(place: Place, rows: list[dict], changes: list[RowChange]) -> str:
    """Of columns that the database works out: that they did not become what was written."""
    planned = {name for change in changes for name in change.after}
    stays = [name for name in FOLLOWING if place.section is None and name in rows[0] and name not in planned]
    return "".join(
        f"; «{place.shape.columns[name].verbose_name}» follows from other answers, and is as they say" for name in stays
    )


def missing_rights(changes: list[RowChange], user) -> str:
    """What the person may not: `delete goals`."""
    for word, op in dict.fromkeys((change.word, change.op) for change in changes):
        options = BY_WORD[word].model._meta
        if not user.has_perm(f"{options.app_label}.{OPS[op]}_{options.model_name}"):
            return f"{OPS[op]} {options.verbose_name_plural}"
    return ""


def told(place: Place, rows: list[dict], problem: Problem) -> dict[str, Any]:
    """A problem as the page shows it: the row, its column, and what to do."""
    path = problem.path[1:] if place.section else problem.path
    if (place.section and place.section.single) or not place.section:
        path = (0, *path)
    keys, column = located(place.shape, rows, path)
    return {"row": keys[-1] if keys else None, "column": column, "message": str(problem)}


def summary(place: Place, changes: list[RowChange]) -> str:
    """`1 added, 2 changed`; of details, what they are is said, too."""
    counted = Counter((change.word, DONE[change.op]) for change in changes)
    said = [
        f"{number} {done}" if word == place.shape.word else f"{number} {done} in {word.replace('_', ' ')}"
        for (word, done), number in counted.items()
    ]
    return ", ".join(said) or "nothing had changed"


def in_conflict(place: Place, conflict: Conflict) -> dict[str, Any]:
    labels = {
        name: str(column.verbose_name)
        for shape in (*place.shape.details, place.shape)
        for name, column in shape.columns.items()
    }
    order = sum(map(moved, conflict.others))
    return {
        "choices": [
            {
                "row": choice.row,
                "title": choice.title,
                "column": choice.column,
                "label": labels.get(choice.column, ""),
                **{side: in_words(getattr(choice, side)) for side in ("before", "mine", "theirs")},
            }
            for choice in conflict.choices
        ],
        "others": [
            {
                "did": DONE[change.op],
                "title": change.title,
                "fields": [one._asdict() for one in row_of(change).fields] if change.op == Op.CHANGE else [],
            }
            for change in conflict.others
            if not moved(change)
        ]
        + [{"did": "put in another order", "title": f"{number} rows", "fields": []} for number in [order] if number],
    }


def moved(change: RowChange) -> bool:
    return change.op == Op.CHANGE and not change.after
