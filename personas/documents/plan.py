"""What would bring personas from what they are to what documents want: a list of changes, and nothing done."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any
from uuid import UUID

from personas.models import EditorialState, Persona
from vital.fields import time_ordered_uuid

from .dump import load
from .schema import Parsed, Problem, none_of, parse
from .shape import ALL, PERSONA, SHAPES, Shape


class Mode(StrEnum):
    MERGE = "merge"  # what the document does not mention stays
    REPLACE = "replace"  # a section that it mentions has its rows and no others
    APPEND = "append"  # rows that are not there yet are added; the others stay as they are


class Op(StrEnum):
    CREATE = "create"
    CHANGE = "change"
    DELETE = "delete"


@dataclass
class RowChange:
    """One row that is created, changed or deleted."""

    op: Op
    word: str  # of its table
    id: UUID
    parent: UUID | None
    path: tuple  # where the document says so
    after: dict[str, Any] = field(default_factory=dict)  # of a new row, everything; of a changed one, what differs
    before: dict[str, Any] = field(default_factory=dict)
    place: int | None = None  # its number in the list, where that is new


@dataclass
class PersonaPlan:
    """What happens to one persona."""

    slug: str
    id: UUID
    new: bool
    version: int | None  # at which it was planned; another one by now makes the plan stale
    changes: list[RowChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unused: list[tuple] = field(default_factory=list)

    @property
    def counts(self) -> Counter:
        return Counter((change.word, change.op) for change in self.changes)


@dataclass
class Plan:
    personas: list[PersonaPlan]

    @property
    def problems(self) -> list[tuple[str, Problem]]:
        return [(persona.slug, problem) for persona in self.personas for problem in persona.problems]

    @property
    def changes(self) -> list[RowChange]:
        return [change for persona in self.personas for change in persona.changes]


def plan(documents: Iterable[dict], mode: Mode = Mode.MERGE) -> Plan:
    """Compare documents with what is there. Reads a fixed number of queries; writes nothing."""
    parsed = [parse(document) for document in documents]
    slugs = [document.persona.get("slug") for document in parsed]
    ids = [document.persona["id"] for document in parsed if document.persona.get("id")]
    there = {
        persona.pk: persona
        for persona in (Persona.objects.filter(slug__in=filter(None, slugs)) | Persona.objects.filter(pk__in=ids)).only(
            "pk", "slug", "deleted_at"
        )
    }
    by_slug = {persona.slug: persona.pk for persona in there.values()}
    contents = load(list(there))
    versions = dict(EditorialState.objects.filter(persona_id__in=there).values_list("persona_id", "version"))
    known = Known(parsed)
    plans = []
    for number, document in enumerate(parsed):
        id_ = document.persona.get("id")
        id_ = id_ if id_ in there else by_slug.get(document.persona.get("slug"))
        one = PersonaPlan(
            slug=document.persona.get("slug") or (there[id_].slug if id_ else f"document {number + 1}"),
            id=id_ or time_ordered_uuid(),
            new=id_ is None,
            version=versions.get(id_),
            problems=list(document.problems),
            unused=document.unused,
        )
        if id_ and by_slug.get(document.persona.get("slug")) not in (None, id_):
            one.problems.append(Problem(("slug",), "unique", f"«{one.slug}» is another persona's slug", one.slug))
        if id_ and there[id_].deleted_at:
            one.problems.append(Problem(("slug",), "deleted", f"«{one.slug}» was deleted; restore it first", one.slug))
        Planner(one, contents.get(id_), mode, known).run(document)
        plans.append(one)
    once_each(plans)
    return Plan(plans)


def once_each(plans: list[PersonaPlan]) -> None:
    """No persona stands twice among the documents, by whatever it is named."""
    for name in ("slug", "id"):
        for value, times in Counter(getattr(one, name) for one in plans).items():
            if times == 1:
                continue
            first = next(one for one in plans if getattr(one, name) == value)
            if not any(problem.rule == "twice" for problem in first.problems):
                said = f"«{first.slug}» stands {times} times among these documents"
                first.problems.append(Problem(("slug",), "twice", said, first.slug))


class Known:
    """The codes and names that documents refer to, read once: one query per table that is referred to."""

    def __init__(self, parsed: list[Parsed]):
        self.values: dict[tuple[Shape, str], dict[str, Any]] = {}
        wanted = {shape for shape in ALL if shape is PERSONA or any(shape.word in one.rows for one in parsed)}
        wanted |= {detail for shape in list(wanted) for detail in shape.details}
        tables: dict[tuple, dict] = {}
        for shape in wanted:
            for name in shape.codes:
                column = shape.columns[name]
                key = shape.path(name).partition("__")[2] or column.target_field.name
                model = column.related_model
                if (model, key) not in tables:
                    tables[model, key] = dict(model.objects.values_list(key, column.target_field.name))
                self.values[shape, name] = tables[model, key]

    def check(self, shape: Shape, name: str, value) -> str | None:
        """What is wrong with a reference; None when nothing is."""
        values = self.values.get((shape, name))
        if value is None or values is None or value in values:
            return None
        if name in shape.references:
            near = get_close_matches(str(value), values, 3, 0.5)
            return f"there is no «{value}» here" + (f"; did you mean {' or '.join(near)}?" if near else "")
        return none_of(value, tuple(values))


class Planner:
    """Plans one persona: compares what is there with what one document wants."""

    def __init__(self, one: PersonaPlan, content: dict | None, mode: Mode, known: Known):
        self.one, self.mode, self.known = one, mode, known
        self.content = content or {"columns": None, "rows": {word: [] for word in SHAPES}}

    def run(self, document: Parsed) -> None:
        columns = {key: value for key, value in document.persona.items() if key != "id"}
        if not (self.mode == Mode.APPEND and self.content["columns"]):
            if columns.get("ai_maturity_score", (self.content["columns"] or {}).get("ai_maturity_score")) is not None:
                columns.pop("gen_ai_readiness_level", None)  # then it follows from that, whatever a document says
            archetype = columns.get("archetype", (self.content["columns"] or {}).get("archetype"))
            if archetype is not None and columns.get("preferred_service_layer", "") is None:
                del columns["preferred_service_layer"]  # the database suggests one
            self.row(PERSONA, self.content["columns"], columns, None, (), None, self.one.id)
        for word, rows in document.rows.items():
            self.table(SHAPES[word], self.content["rows"][word], rows, self.one.id, (word,))

    def table(self, shape: Shape, current: list[dict], wanted: list[dict] | None, parent: UUID, path: tuple) -> None:
        if shape.single and wanted and len(wanted) > 1:
            self.problem((*path, 1), "rows", "a persona has one row here, not several")
            wanted = wanted[:1]
        pairs = list(match(shape, current, wanted or []))
        matched = {id(there) for there, _ in pairs if there is not None}
        left = [row for row in current if id(row) not in matched]
        if self.mode == Mode.REPLACE or (wanted is None and self.mode == Mode.MERGE):
            for row in left:
                self.delete(shape, row, parent, path)
            left = []
        places = number(shape, current, pairs, left, append=self.mode == Mode.APPEND)
        taken = Counter(shape.key(row) for row in left)
        for position, (there, row) in enumerate(pairs):
            where = path if shape.single else (*path, position)
            self.distinct(
                shape, there if there and self.mode == Mode.APPEND else {**(there or {}), **row}, where, taken
            )
            if there is not None and self.mode == Mode.APPEND:
                continue
            self.row(shape, there, row, parent, where, places[position])
        for row, place in zip(left, places[len(pairs) :], strict=True):
            if place != row.get("place"):
                self.one.changes.append(RowChange(Op.CHANGE, shape.word, row["id"], parent, path, place=place))

    def row(self, shape: Shape, there: dict | None, wanted: dict, parent, path: tuple, place, id_=None) -> None:
        wanted_columns = {key: value for key, value in wanted.items() if key in shape.columns}
        for key in shape.codes:
            if problem := self.known.check(shape, key, wanted_columns.get(key)):
                self.problem((*path, key), "reference", problem, wanted_columns[key])
        if there is None:
            id_ = id_ or time_ordered_uuid()
            after = {
                key: wanted_columns[key] if key in wanted_columns else default(column)
                for key, column in shape.columns.items()
            }
            for key in (name for name, column in shape.columns.items() if not column.null):
                if after[key] is None and not any(p.path == (*path, key) for p in self.one.problems):
                    self.problem((*path, key), "required", f"«{shape.columns[key].verbose_name}» is needed")
            self.one.changes.append(RowChange(Op.CREATE, shape.word, id_, parent, path, after, place=place))
        else:
            id_ = there["id"]
            after = {key: value for key, value in wanted_columns.items() if value != there[key]}
            for key in after:
                if after[key] is None and not shape.columns[key].null:
                    self.problem((*path, key), "required", f"«{shape.columns[key].verbose_name}» cannot be cleared")
            moved = place if shape.order and place != there["place"] else None
            if after or moved is not None:
                before = {key: there[key] for key in after}
                self.one.changes.append(RowChange(Op.CHANGE, shape.word, id_, parent, path, after, before, moved))
        for detail in shape.details:
            if detail.word in wanted:
                current = there[detail.word] if there else []
                self.table(detail, current, wanted[detail.word], id_, (*path, detail.word))

    def delete(self, shape: Shape, row: dict, parent: UUID, path: tuple) -> None:
        before = {key: row[key] for key in shape.columns}
        self.one.changes.append(RowChange(Op.DELETE, shape.word, row["id"], parent, path, before=before))

    def distinct(self, shape: Shape, row: dict, path: tuple, taken: Counter) -> None:
        """Where the database takes a value once, two rows must not have it afterwards."""
        key = shape.key(row)
        if shape.unique and None not in key:
            taken[key] += 1
            if taken[key] == 2:
                what = ", ".join(map(str, key))
                self.problem(path, "unique", f"«{what}» is there already; a persona has it once")

    def problem(self, path: tuple, rule: str, message: str, value=None) -> None:
        self.one.problems.append(Problem(path, rule, message, value))


def match(shape: Shape, current: list[dict], wanted: list[dict]) -> Iterable[tuple[dict | None, dict]]:
    """Each wanted row with the one that is there: by id, else by identity (a single one by being it), else none."""
    by_id = {row["id"]: row for row in current}
    named = {row.get("id") for row in wanted}
    by_key = defaultdict(list)
    for row in current:
        if row["id"] not in named:
            by_key[shape.key(row)].append(row)
    for row in wanted:
        if there := by_id.pop(row.get("id"), None):
            yield there, row
        else:
            same = by_key[shape.key(row)]
            yield (same.pop(0) if same else None), row


def number(shape: Shape, current: list[dict], pairs: list, left: list[dict], *, append: bool) -> list[int | None]:
    """The place of each row: as it is, while the order stays or rows are only added; else all are numbered anew."""
    if not shape.order:
        return [None] * (len(pairs) + len(left))
    stands_at = {row["id"]: position for position, row in enumerate(current)}
    kept = [stands_at[there["id"]] for there, _ in pairs if there is not None]
    news = [there is None for there, _ in pairs]
    if not append and (kept != sorted(kept) or news != sorted(news)):
        return list(range(1, len(pairs) + len(left) + 1))
    stay = sorted([*left, *(there for there, _ in pairs if there)], key=lambda row: stands_at[row["id"]])
    places = {row["id"]: row["place"] for row in stay}
    if any(news) and not append and None in places.values():  # what has no place would come after the new rows
        places = {row["id"]: place for place, row in enumerate(stay, 1)}
    highest = max((place or 0 for place in places.values()), default=0)
    added = iter(range(highest + 1, highest + 1 + sum(news)))
    return [next(added) if there is None else places[there["id"]] for there, _ in pairs] + [
        places[row["id"]] for row in left
    ]


def default(column) -> Any:
    return column.get_default() if column.has_default() else None
