"""Documents of our own shape: only values that somebody has settled are read as others."""

from typing import Any

from personas.documents.shape import GROUPS, PERSONA, SHAPES
from personas.exchange.places import Placed

from .values import LEFT_OUT
from .work import Work


def settled(work: Work) -> Placed:
    """The document with a person's answers; the same one, if there are none."""
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
