"""Documents of our own shape: places that are not filled in are left out, and what somebody has settled is read."""

from typing import Any

from personas.documents.schema import is_comment
from personas.documents.shape import GROUPS, PERSONA, SHAPES
from personas.exchange.places import Placed
from personas.exchange.report import Kind
from personas.exchange.report import table as table_at

from .blanks import has_ours, is_ours, says_nothing
from .values import LEFT_OUT
from .work import Work

NOT_FILLED_IN = "is not filled in, and was left out"


def settled(work: Work) -> Placed:
    """The document with a person's answers; the same one, if there are none."""
    if has_ours(work.source):
        work.source = filled_in(work, work.source, ())
    if not work.profile.values:
        return work.source if isinstance(work.source, Placed) else Placed(work.source)
    document = respelled(work, PERSONA.word, work.source, ())
    groups = [value for key, value in document.items() if key in GROUPS and isinstance(value, dict)]
    told = {key: value for group in groups for key, value in group.items()} | document
    before = set(told)
    work.fill_defaults(PERSONA.word, told, work.at(()))
    document.update({key: told[key] for key in told if key not in before})
    return document


def respelled(work: Work, table: str, row: dict, path: tuple) -> Placed:
    """A row, with its details, or the document itself, with its groups and sections."""
    place = row.place if isinstance(row, Placed) else work.at(path)[0]
    fresh = Placed(place=place, names=getattr(row, "names", {}))
    for key, value in row.items():
        read = value
        if (table, key) in work.profile.aliases:
            told = work.columns.get(table, key).read(value)
            work.guessed(told, (place, ""), fresh.names.get(key, key), value, table, key)
            read = told.value
        elif table == PERSONA.word and key in GROUPS and isinstance(value, dict):
            read = respelled(work, table, value, (*path, key))
        elif isinstance(value, list | dict):
            read = rows_of(work, key if table == PERSONA.word else f"{table}.{key}", value, (*path, key))
        if read is not LEFT_OUT:
            fresh[key] = read
    if table != PERSONA.word:
        work.fill_defaults(table, fresh, (place, ""))
    return fresh


def rows_of(work: Work, table: str, content: Any, path: tuple) -> Any:
    """The rows of a section or of details; a list of texts is one."""
    if isinstance(content, dict):
        return respelled(work, table, content, path) if table in SHAPES else content
    return [
        respelled(work, table, row, (*path, place)) if isinstance(row, dict) else row
        for place, row in enumerate(content)
    ]


def filled_in(work: Work, row: dict, path: tuple) -> Placed | object:
    """A row, a group or the document without what is not filled in; LEFT_OUT of one that says nothing else."""
    place = row.place if isinstance(row, Placed) else work.at(path)[0]
    fresh = Placed(place=place, names=getattr(row, "names", {}))
    kept = {key: value if is_comment(key) else without(work, value, (*path, key)) for key, value in row.items()}
    fresh.update({key: value for key, value in kept.items() if value is not LEFT_OUT})
    left = [key for key in kept if key not in fresh]
    if left and path and all(is_comment(key) or says_nothing(value) for key, value in fresh.items()):
        return LEFT_OUT
    for key in left:
        say_left(work, (*path, key), (place, ""), row[key])
    return fresh


def without(work: Work, value: Any, path: tuple) -> Any:
    """A value, or the rows or texts of a list, without those that are not filled in."""
    if isinstance(value, dict):
        return filled_in(work, value, path)
    if not isinstance(value, list):
        return LEFT_OUT if is_ours(value) else value
    kept = [without(work, one, (*path, number)) for number, one in enumerate(value)]
    if kept and all(one is LEFT_OUT for one in kept):
        return LEFT_OUT
    for number, one in enumerate(kept):
        if one is LEFT_OUT:
            row = value[number]
            spot = (row.place, "") if isinstance(row, Placed) else work.at((*path, number))
            say_left(work, (*path, number), spot, row)
    return [one for one in kept if one is not LEFT_OUT]


def say_left(work: Work, path: tuple, spot: tuple, value: Any) -> None:
    """Say of a place that it is not filled in; of a row or a group, once."""
    column = path[-1] if isinstance(path[-1], str) else ""
    told = {"value": value} if isinstance(value, str) else {}
    work.say(Kind.SKIPPED, "placeholder", NOT_FILLED_IN, spot, column, word=table_at(path), key=column, **told)
