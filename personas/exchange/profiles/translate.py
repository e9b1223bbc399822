"""One document of theirs as one of ours: every key of it is used, or said not to be."""

from collections import defaultdict
from functools import lru_cache
from typing import Any, NamedTuple

from personas.documents.schema import is_comment
from personas.documents.shape import PERSONA, SHAPES
from personas.exchange.places import Placed
from personas.exchange.report import Finding

from .blanks import is_placeholder
from .children import attach
from .facts import Candidate, complete, extracted, keep, write
from .known import Known
from .ours import settled
from .profile import KEPT, Profile
from .rows import rows_of
from .sources import AROUND
from .values import Columns
from .work import Work

NOBODY = Known()  # where no vocabulary was read


class Translation(NamedTuple):
    """A document as we write it, and everything that was guessed or left."""

    document: Placed
    findings: list[Finding]


def translate(source: dict, profile: Profile, known: Known | None = None) -> Translation:
    """Read a document as a profile says."""
    work = Work(source, profile, _columns(profile, known or NOBODY))
    document = settled(work) if profile.ours else translated(work)
    slug = document.get("slug")
    return Translation(document, work.findings(slug if isinstance(slug, str) else ""))


@lru_cache(maxsize=16)
def _columns(profile: Profile, known: Known) -> Columns:
    return Columns(profile, known)


def translated(work: Work) -> Placed:
    document = Placed(place=work.place)
    found, sections = gathered(work)
    extracted(work, found)
    for target, candidates in found.items():
        if target == KEPT:
            for one in candidates:
                keep(work, document, one)
        else:
            write(work, document, target, candidates)
    complete(work, document)
    for path, (table, value) in sorted(sections.items(), key=lambda item: "." in item[1][0]):  # details come last
        if "." in table:
            attach(work, table, value, path, document)
        else:
            add(document, table, rows_of(work, table, value, path))
    work.fill_defaults(PERSONA.word, document, work.at(()))
    left(work, {one.path for candidates in found.values() for one in candidates} | sections.keys())
    return document


def gathered(work: Work) -> tuple[dict[str, list[Candidate]], dict[tuple, tuple[str, Any]]]:
    """Where the facts of the persona stand, by column; and its sections, by path."""
    profile = work.profile
    found: dict[str, list[Candidate]] = defaultdict(list)
    sections: dict[tuple, tuple[str, Any]] = {}

    def look(node: dict, start: tuple) -> None:
        for key, value in node.items():
            path = (*start, key)
            if is_comment(key) and key != AROUND:
                continue
            if path in profile.opened and isinstance(value, dict):
                look(value, path)
            if (table := profile.tables.get(path)) and not (table[0] == KEPT and isinstance(value, dict)):
                sections[path] = (table[0], value)
            elif (column := profile.columns.get(path)) and (column[0] == KEPT or not rows_or_object(value)):
                found[column[0]].append(Candidate(column[1], path, value, column[2]))

    look(work.source, ())
    # An object that was looked into for a section is no row itself.
    inner = {path[:depth] for path in sections for depth in range(1, len(path))}
    inner |= {one.path[:-1] for listed in found.values() for one in listed if len(one.path) > 1}
    return found, {path: told for path, told in sections.items() if path not in inner}


def rows_or_object(value: Any) -> bool:
    """What is no value of a column: an object, unless it stands for a placeholder, or a list of them."""
    if isinstance(value, dict):
        return not is_placeholder(value)
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def add(document: Placed, table: str, rows: list[Placed]) -> None:
    """Put rows into a document: to those that are there already, or around what is known of a single one."""
    if not SHAPES[table].single:
        there = document.get(table, [])
        document[table] = [*there, *(row for row in rows if row not in there)]
    elif len(rows) > 1:
        document[table] = rows
    elif rows:
        known = document.get(table, {})
        document[table] = Placed(known | rows[0], rows[0].place, getattr(known, "names", {}) | rows[0].names)


def left(work: Work, used: set[tuple]) -> None:
    """Say of every key that nobody has used that it is not used."""
    opened = {path[:depth] for path in used for depth in range(1, len(path))}

    def look(node: dict, start: tuple) -> None:
        for key, value in node.items():
            path = (*start, key)
            if is_comment(key) or path in used:
                continue
            if isinstance(value, dict) and (path in opened or (path in work.profile.opened and value)):
                look(value, path)
            else:
                work.unused(path, ".".join(path), work.at(()), value)

    look(work.source, ())
