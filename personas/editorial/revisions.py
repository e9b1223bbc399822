"""Revisions read back: a persona as it was, what changed from one to another, and the way back."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Field, IntegerField, TextField, Value
from django.db.models.functions import Cast

from personas.documents.apply import RefusedError, apply
from personas.documents.because import because
from personas.documents.changes import Mode, Op, PersonaPlan, Plan, RowChange
from personas.documents.diff import Known, Planner
from personas.documents.dump import load
from personas.documents.schema import Parsed, Problem
from personas.documents.shape import ALL, GROUPS, PERSONA, SHAPES, Shape, natural
from personas.documents.undo import KEPT_BY_DATABASE
from personas.models import Content, EditorialState, Persona, Revision

from .words import longest_run

EVERYTHING = frozenset(SHAPES)
AS_JSON_HAS_IT = (ArrayField, BooleanField, IntegerField, TextField)


class Kept:
    """Reads the rows that a revision has kept as if they stood in their tables."""

    def __init__(self, revision: Revision, rows: dict[tuple[str, str], list[dict]], names: dict[tuple[str, UUID], str]):
        self.revision, self.names = revision, names
        self.ids = Ids()
        self.rows = {table: rows.get((table, hash_), []) for table, hash_ in revision.sections.items()}
        self.lost: set[tuple[UUID, str]] = set()  # rows and columns: what they refer to is there no longer

    @property
    def content(self) -> dict:
        """The persona as it was, as load() gives what is there now."""
        return load([self.revision.persona_id], EVERYTHING, self.rows_of)[self.revision.persona_id]

    def rows_of(self, shape: Shape, parent: str, parents: list[UUID]) -> Iterator[dict]:
        """As rows_in_tables() of personas.documents.dump does."""
        keys = keys_of(shape)
        rows = []
        for raw in self.rows.get(shape.model._meta.db_table, ()):
            row = {"id": self.ids[raw["id"]]} | ({} if parent == "id" else {"parent": self.ids[raw[parent]]})
            row |= {"place": raw.get(shape.order)} if shape.order else {}
            for name, key, to_python in keys:
                value = raw.get(key)
                row[name] = value if value is None or to_python is None else to_python(value)
            for name, column in shape.references.items():
                if value := row[name]:
                    row[name] = self.names.get((column.related_model._meta.label, value))
                    if row[name] is None:
                        self.lost.add((row["id"], name))
                        row[name] = f"{raw.get(f'{name}_name', value)} (deleted since)"
            rows.append(row)
        yield from sorted(rows, key=lambda row: in_order(shape, row)) if len(rows) > 1 else rows


class Ids(dict[str, UUID]):
    """Ids by how JSON has them: that of a persona is in each of its rows, and is read once."""

    def __missing__(self, text: str) -> UUID:
        return self.setdefault(text, UUID(text))


@cache
def keys_of(shape: Shape) -> list[tuple[str, str, Callable | None]]:
    """For each column, under what a kept row has it, and what makes a value of it where JSON has none of the kind."""
    columns = {name: column.target_field if column.is_relation else column for name, column in shape.columns.items()}
    return [
        (name, shape.columns[name].column, None if isinstance(column, AS_JSON_HAS_IT) else column.to_python)
        for name, column in columns.items()
    ]


def names_of(found: Iterable[tuple[Field, list[str]]]) -> dict[tuple[str, UUID], str]:
    """By what documents name the rows of other tables that some columns refer to; in one query."""
    queries = [
        column.related_model.objects.filter(pk__in=ids)
        .order_by()
        .values_list(Value(column.related_model._meta.label, TextField()), "pk", natural(column))
        for column, ids in found
        if ids
    ]
    rows = queries[0].union(*queries[1:]) if queries else ()
    return {(label, id_): name for label, id_, name in rows}


class AllKnown(Known):
    """The same, read in one query."""

    def __init__(self):
        super().__init__()
        columns = (shape.columns[name] for shape in ALL for name in shape.codes)
        keys = {(column.related_model, natural(column) or column.target_field.name): {} for column in columns}
        by_name = {model._meta.label: (model, key) for model, key in keys}
        first, *others = (
            model.objects.order_by().values_list(Value(model._meta.label, TextField()), Cast(key, TextField()))
            for model, key in keys
        )
        for label, value in first.union(*others, all=True):
            keys[by_name[label]][value] = value
        self.tables = keys


def read(revisions: list[Revision], words: Iterable[str] = EVERYTHING) -> list[Kept]:
    """What some revisions have kept; all of them in two queries."""
    shapes = [PERSONA, *(one for word in words for one in (SHAPES[word], *SHAPES[word].details))]
    tables = {shape.model._meta.db_table: shape for shape in shapes}
    hashes = {hash_ for one in revisions for table, hash_ in one.sections.items() if table in tables}
    whose = {one.persona_id for one in revisions}
    kept = Content.objects.filter(persona_id__in=whose, hash__in=hashes, section__in=tables)
    rows = {
        (table, hash_): json.loads(told, parse_float=Decimal)
        for table, hash_, told in kept.values_list("section", "hash", Cast("rows", TextField()))
    }
    ids = defaultdict(set)
    for (table, _), several in rows.items():
        for column in tables[table].references.values():
            ids[column] |= {raw[column.column] for raw in several if column.column in raw}
    names = names_of(ids.items())
    return [Kept(one, rows, names) for one in revisions]


def in_order(shape: Shape, row: dict) -> list[tuple]:
    """Where a row comes among others, as its model says; what is not known comes last, as in the database."""
    told = []
    for by in (*shape.model._meta.ordering, "id"):
        if isinstance(by, str):
            value = row["place" if by == shape.order else by]
        else:  # the place of a code in a list, such as a day in that of the week
            listed, column = by.source_expressions
            value = listed.value.find(row[column.name])
        told.append((value is None, value))
    return told


def content(revision: Revision, words: Iterable[str] = EVERYTHING) -> dict:
    return read([revision], words)[0].content


def now_and_then(state: EditorialState, revision: Revision, words: list[str]) -> tuple[dict, Kept]:
    """What is there; where the latest revision shows it, from there, since that takes two queries and not seventy."""
    if state.revised_version == state.version:
        latest = Revision.objects.get(persona_id=state.persona_id, number=state.revision)
        now, then = read([latest, revision], words)
        return now.content, then
    return load([state.persona_id], frozenset(words))[state.persona_id], *read([revision], words)


class ById(Planner):
    """Takes two rows for the same when their ids are, whatever they say."""

    def table(self, shape: Shape, current: list[dict], wanted: list[dict], parent: UUID, path: tuple) -> None:
        ids = {row["id"] for row in wanted}
        if shape.word != KEPT_BY_DATABASE:  # of which there is one, whatever its id
            for row in current:
                if row["id"] not in ids:
                    self.delete(shape, row, parent, path)
            current = [row for row in current if row["id"] in ids]
        super().table(shape, current, wanted, parent, path)


def compare(before: Revision, after: Revision) -> list[RowChange]:
    """What happened from one revision to another; rows are the same when their ids are."""
    words = differing(before, after)
    old, new = (tidy(kept.content) for kept in read([before, after], words))
    one = PersonaPlan("", before.persona_id, new=False, version=None)
    planner = ById(one, None, Mode.REPLACE, None, keep_ids=True)
    own = {name: new["columns"][name] for name in PERSONA.columns}
    planner.row(PERSONA, old["columns"], own, None, (), None)
    for word in words:
        planner.table(SHAPES[word], old["rows"][word], new["rows"][word], one.id, (word,))
    return as_seen(one.changes, old["rows"], new["rows"])


def as_seen(changes: list[RowChange], before: dict[str, list], after: dict[str, list]) -> list[RowChange]:
    """Changes with the places of the rows that moved, from 1; those that only make room for them are left out."""
    seen = []
    ordered = {change.word for change in changes if change.word in SHAPES and SHAPES[change.word].order}
    out_of_turn = {word: moved(before[word], after[word]) for word in ordered}
    for change in changes:
        places = (None, None)
        if change.op == Op.CHANGE and change.id in out_of_turn.get(change.word, ()):
            rows = (before[change.word], after[change.word])
            places = tuple([row["id"] for row in listed].index(change.id) + 1 for listed in rows)
        if change.op != Op.CHANGE or change.after or any(places):
            seen.append(replace(change, place_before=places[0], place=places[1]))
    return seen


def moved(before: list[dict], after: list[dict]) -> set[UUID]:
    """The fewest rows that one has to move to bring the others into their new order; not those that make room."""
    stood_at = {row["id"]: place for place, row in enumerate(before)}
    kept = [(row["id"], stood_at[row["id"]]) for row in after if row["id"] in stood_at]
    return {id_ for id_, _ in kept} - {id_ for id_, _ in longest_run(kept)}


def differing(before: Revision, after: Revision) -> list[str]:
    """The sections whose rows, or whose details, are not the same."""
    tables = {
        table
        for table in before.sections.keys() | after.sections.keys()
        if before.sections.get(table) != after.sections.get(table)
    }
    return [
        word
        for word, shape in SHAPES.items()
        if any(one.model._meta.db_table in tables for one in (shape, *shape.details))
    ]


def tidy(told: dict) -> dict:
    """Without the summary that the database keeps of itself, where nobody has said anything in it."""
    rows = [row for row in told["rows"][KEPT_BY_DATABASE] if not is_blank(row)]
    return told | {"rows": told["rows"] | {KEPT_BY_DATABASE: rows}}


def is_blank(row: dict) -> bool:
    blank = SHAPES[KEPT_BY_DATABASE].blank
    return {key: row[key] for key in blank} == blank


def wanted(told: dict, words: Iterable[str], columns: Iterable[str] = PERSONA.columns) -> Parsed:
    """A content, or a part of it, as a plan wants it."""
    own = {name: told["columns"][name] for name in columns}
    return Parsed(own, {word: told["rows"][word] for word in words}, [], [])


@dataclass
class WayBack(PersonaPlan):
    """A plan to restore something, as people look at it before."""

    seen: list[RowChange] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # what cannot come back, each in a sentence


def way_back(state: EditorialState, revision: Revision, place: str = "", row: UUID | None = None) -> WayBack:
    """Plan to restore a revision: all of it, a place of the persona, or one row. Writes nothing."""
    words = [place] if place in SHAPES else [] if place else list(SHAPES)
    now, kept = now_and_then(state, revision, words)
    then = kept.content
    columns = columns_of(place) if place else list(PERSONA.columns)
    one = WayBack(now["columns"]["slug"], state.persona_id, new=False, version=state.version)
    leave_lost(one, kept, then, columns)
    if row:
        then["rows"][place] = with_one(now["rows"][place], then["rows"][place], row)
    elif KEPT_BY_DATABASE in words and not then["rows"][KEPT_BY_DATABASE]:  # it cannot go, only say nothing
        then["rows"][KEPT_BY_DATABASE] = [
            {"id": kept["id"]} | SHAPES[KEPT_BY_DATABASE].blank for kept in now["rows"][KEPT_BY_DATABASE]
        ]
    ById(one, now, Mode.REPLACE, AllKnown(), keep_ids=True).run(wanted(then, words, columns))
    slug = then["columns"]["slug"]
    if "slug" in columns and Persona.objects.filter(slug=slug).exclude(pk=state.persona_id).exists():
        said = f"«{slug}» is another persona's slug by now; rename that one first, or restore a section"
        one.problems.append(Problem(("slug",), "unique", said, slug))
    one.seen = as_seen(one.changes, now["rows"], then["rows"])
    return one


def with_one(now: list[dict], then: list[dict], id_: UUID) -> list[dict]:
    """The rows of today with one as it was: where it stands, or else behind those that it stood behind."""
    ids = [row["id"] for row in then]
    if id_ not in ids:
        raise NotKeptError
    kept = then[ids.index(id_)]
    if any(row["id"] == id_ for row in now):
        return [kept if row["id"] == id_ else row for row in now]
    ahead = set(ids[: ids.index(id_)])
    at = max((number for number, row in enumerate(now, 1) if row["id"] in ahead), default=0)
    return [*now[:at], kept, *now[at:]]


class NotKeptError(LookupError):
    """A revision has no such row."""


def leave_lost(one: WayBack, kept: Kept, then: dict, columns: list[str]) -> None:
    """What refers to a row of the organisation that is gone stays as it is, or away."""
    for id_, name in kept.lost:
        if id_ == one.id and name in columns:
            columns.remove(name)
            label = PERSONA.columns[name].verbose_name
            one.lost.append(f"The {label} that it had then is there no longer, so the {label} stays as it is.")
    for word, rows in then["rows"].items():
        for row in [row for row in rows if any((row["id"], name) in kept.lost for name in SHAPES[word].references)]:
            rows.remove(row)
            section = SHAPES[word].model._meta.verbose_name_plural
            one.lost.append(f"A row of «{section}» stays away: what it refers to is there no longer.")


def columns_of(place: str) -> list[str]:
    """The columns of the persona that stand in a place; in that of a section, none."""
    return [*(["slug"] if place == next(iter(GROUPS)) else []), *GROUPS.get(place, [])]


def restore(state: EditorialState, one: PersonaPlan, why: str) -> int:
    """Carry the way back out; gives how many rows were written."""
    if one.problems:
        raise RefusedError([(one.slug, problem) for problem in one.problems])
    with because(Revision.Kind.RESTORE, why):
        return apply(Plan([one]))


def grouped(changes: list[RowChange]) -> dict[str, list[RowChange]]:
    """Changes by the place where they are seen: details stand with their section, columns with their group."""
    found: dict[str, list[RowChange]] = {}
    for change in changes:
        if change.word != PERSONA.word:
            section = change.path[0] if change.path else change.word
            found.setdefault(section, []).append(change)
            continue
        for place in GROUPS:
            names = [name for name in columns_of(place) if name in change.after or name in change.before]
            if names:
                after = {name: change.after[name] for name in names if name in change.after}
                before = {name: change.before[name] for name in names if name in change.before}
                found.setdefault(place, []).append(replace(change, path=(), after=after, before=before))
    return found
