"""The tables of personas as flat files: their rows are documents, and what a file would do is a plan like any other."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from tablib import Dataset

from personas.documents.apply import RefusedError as NotAppliedError
from personas.documents.apply import apply
from personas.documents.changes import Op, RowChange
from personas.documents.dump import tells
from personas.documents.plan import plan
from personas.documents.shape import BY_WORD, PERSONA, SHAPES, Shape
from personas.models import Persona
from personas.models.columns import Items
from vital.flat.natural import numbered
from vital.flat.resources import FlatResource, Outcome, RefusedError, Row

from .batches import count, item_of, receive, store
from .places import Place, Placed
from .tables import ID_COLUMN, PARENT_COLUMN, PERSONA_COLUMN, TABLES, columns_of, header, is_id, protected, value

MOST = 500  # personas that one file speaks of; a bigger one is for the import page, whose worker takes its time
DOES = {Op.CREATE: ("new", "add"), Op.CHANGE: ("update", "change"), Op.DELETE: ("delete", "delete")}


class WrongRowError(Exception):
    """What is wrong with a row, and in which column."""


class DocumentResource(FlatResource):
    """A table of personas, with the columns that its sheet has in a workbook."""

    table: str  # such as `goals` or `case_studies.results`
    shape: Shape
    key = PERSONA_COLUMN  # the column that says whose row it is
    to_persona = "persona__"  # what leads to the persona in a query
    leading: tuple[str, ...] = ()  # what rows are sorted by, within a persona, before their own order

    def get_queryset(self) -> QuerySet:
        return self.model.objects.filter(**{f"{self.to_persona}deleted_at": None})

    def export_rows(self, queryset: QuerySet) -> Iterator[dict[str, Any]]:
        paths = {PERSONA_COLUMN: f"{self.to_persona}slug", PARENT_COLUMN: f"{self.shape.parent}_id", ID_COLUMN: "id"}
        paths = {name: paths.get(name) or self.shape.path(name) for name in self.fields}
        order = (f"{self.to_persona}slug", *self.leading, *self.model._meta.ordering)
        for values in queryset.order_by(*order).values_list(*paths.values()).iterator():
            row = dict(zip(paths, values, strict=True))
            yield {
                name: one for name, one in row.items() if name not in self.shape.columns or tells(self.shape, name, one)
            }

    def plan(self, dataset: Dataset, outcome: Outcome) -> None:
        columns, _ = columns_of(self.table, list(dataset.headers))
        if self.key not in columns:
            raise RefusedError(f"The file has no column «{self.key}», so nobody knows whose rows these are. Add it.")
        dataset.headers = [column or "" for column in columns]
        rows = [(outcome.add(Row(number)), told) for number, told in numbered(dataset)]
        self.documents: dict[str, Placed] = {}
        self.rows: dict[str, dict[tuple, Row]] = {}  # those of each persona, by their path in its document
        self.look_up([told for _, told in rows])
        for row, told in rows:
            slug, content = str(told.get(self.key) or "").strip(), self.content(told, row)
            row.object_repr = self.label(slug, content)
            try:
                path = self.put(slug, told, content)
            except WrongRowError as error:
                row.problems.append(error.args)
            else:
                self.rows.setdefault(slug, {})[path] = row
        if len(self.documents) > MOST:
            raise RefusedError(
                f"The file speaks of {len(self.documents):,} personas; this page takes {MOST} at once. Split it, or "
                "use Import, which works in the background."
            )
        self.planned = plan(self.documents.values())
        self.tell(outcome)

    def content(self, told: dict[str, Any], row: Row) -> Placed:
        """The row as a document has it; an id that is none tells nothing."""
        content = Placed(place=Place(self.table, row.number))
        for name, one in told.items():
            if isinstance(one, str) and isinstance(self.shape.columns.get(name), Items):
                one = value(protected(one, formulas=True), items=True, formulas=True)
            if name not in ("", PERSONA_COLUMN, PARENT_COLUMN) and (name != ID_COLUMN or is_id(str(one))):
                content[name] = one
        return content

    def label(self, slug: str, content: dict) -> str:
        said = ", ".join(str(content[name]) for name in self.shape.identity if content.get(name))
        return ": ".join(filter(None, (slug, said)))

    def look_up(self, rows: list[dict[str, Any]]) -> None:
        """What has to be known before rows are put in their places."""
        slugs = {str(told.get(self.key) or "").strip() for told in rows}
        self.personas = set(Persona.objects.filter(slug__in=slugs).values_list("slug", flat=True))

    def put(self, slug: str, told: dict[str, Any], content: Placed) -> tuple:
        """Put a row into the document of its persona; gives its path there."""
        raise NotImplementedError

    def tell(self, outcome: Outcome) -> None:
        """Say of each row of the file what the plan says of it."""
        self.changes: list[tuple[Row, RowChange]] = []
        unused, beside = set(), 0
        for slug, one in zip(self.documents, self.planned.personas, strict=True):
            rows = self.rows[slug]
            for problem in one.problems:
                row, column = self.place(rows, problem.path)
                row.problems.append((column, str(problem)))
            for change in one.changes:
                import_type, action = DOES[change.op]
                outcome.needs[BY_WORD[change.word].model, action] += 1
                if row := rows.get(change.path):
                    row.would(import_type, differences(change))
                    self.changes.append((row, change))
                elif change.op == Op.DELETE:
                    row = outcome.add(Row(None, self.label(slug, change.before)))
                    row.instance = BY_WORD[change.word].model(pk=change.id)
                    row.would(import_type, [(name, before, None) for name, before in change.before.items()])
                else:
                    beside += 1
            unused |= {path[-1] for path in one.unused}
        if unused:
            outcome.notes.append(f"Left out, because no column here is called so: {', '.join(sorted(unused))}.")
        if beside:
            outcome.notes.append(f"{beside:,} rows that are not in the file get another place in their list.")

    def place(self, rows: dict[tuple, Row], path: tuple) -> tuple[Row, str]:
        """The row that a path leads to, and the column there; what is said of the persona stands at its first row."""
        for depth in range(len(path), -1, -1):
            if path[:depth] in rows:
                return rows[path[:depth]], next((part for part in path[depth:] if isinstance(part, str)), "")
        return next(iter(rows.values())), self.key

    def carry_out(self, outcome: Outcome, *, user=None, file_name: str = "", content: bytes = b"", **about) -> None:
        try:
            apply(self.planned)
        except NotAppliedError as error:
            said = " ".join(f"{slug}: {problem}." for slug, problem in error.problems)
            raise RefusedError(f"Nothing was written. {said}") from error
        there = self.model.objects.in_bulk([change.id for _, change in self.changes])
        for row, change in self.changes:
            row.instance = there.get(change.id)
        self.keep(user, file_name, content)

    def keep(self, user, file_name: str, content: bytes) -> None:
        """Keep it as an import like any other, which can be looked up and undone."""
        plans = [one for one in self.planned.personas if one.changes]
        if not plans:
            return
        batch, items, totals = receive([(file_name or self.file_name, content)], {"mode": "merge"}, user), [], Counter()
        for one in plans:
            item = item_of(one, [])
            item.state = item.State.APPLIED
            count(totals, item)
            items.append(item)
        store(batch, items, 0)
        batch.state, batch.applied_at = batch.State.APPLIED, timezone.now()
        batch.done = batch.total = len(items)
        batch.counts = dict(totals) | {"written": len(self.planned.changes)}
        batch.save()


class PersonaResource(DocumentResource):
    """The personas, with their own columns."""

    key, to_persona = "slug", ""

    def put(self, slug: str, told: dict[str, Any], content: Placed) -> tuple:
        if not slug:
            raise WrongRowError(self.key, "is needed: by it the persona is found")
        if slug in self.documents:
            raise WrongRowError(self.key, "is in this file twice; put what is said of the persona into one row")
        self.documents[slug] = content
        return ()

    def label(self, slug: str, content: dict) -> str:
        return slug


class SectionResource(DocumentResource):
    """A section, whose rows belong to personas."""

    def put(self, slug: str, told: dict[str, Any], content: Placed) -> tuple:
        self.refuse_unknown(slug)
        document = self.documents.setdefault(slug, Placed({"slug": slug}, content.place))
        if self.shape.single:
            if self.table in document:
                raise WrongRowError("", "a persona has one row here, not several")
            document[self.table] = content
            return (self.table,)
        listed = document.setdefault(self.table, [])
        listed.append(content)
        return (self.table, len(listed) - 1)

    def refuse_unknown(self, slug: str) -> None:
        if not slug:
            raise WrongRowError(self.key, "is needed: it says whose row this is")
        if slug not in self.personas:
            hint = self.hint(self.key, slug, lambda: Persona.objects.values_list("slug", flat=True)[:5_000])
            raise WrongRowError(self.key, f"there is no persona «{slug}» here{hint or '; add it first'}")


class DetailResource(SectionResource):
    """A detail, whose rows belong to rows of a section."""

    @cached_property
    def section(self) -> Shape:
        return SHAPES[self.table.partition(".")[0]]

    def look_up(self, rows: list[dict[str, Any]]) -> None:
        super().look_up(rows)
        named = {UUID(text) for told in rows if is_id(text := str(told.get(PARENT_COLUMN) or "").strip())}
        there = self.section.model.objects.filter(pk__in=named).order_by(*self.section.model._meta.ordering)
        self.parents: dict[str, tuple[str, int, dict]] = {}
        self.known: dict[str, list[dict]] = {}
        for id_, slug in there.values_list("id", "persona__slug"):
            listed = self.known.setdefault(slug, [])
            listed.append({"id": str(id_)})  # which alone changes nothing
            self.parents[str(id_)] = (slug, len(listed) - 1, listed[-1])

    def put(self, slug: str, told: dict[str, Any], content: Placed) -> tuple:
        self.refuse_unknown(slug)
        wanted = str(told.get(PARENT_COLUMN) or "").strip().lower()
        owner, place, parent = self.parents.get(wanted, (None, 0, {}))
        if owner != slug:
            said = f"«{slug}» has no row of «{self.section.word}» with the id «{wanted}»; an export tells its ids"
            raise WrongRowError(PARENT_COLUMN, said)
        self.documents.setdefault(slug, Placed({"slug": slug, self.section.word: self.known[slug]}, content.place))
        listed = parent.setdefault(self.shape.word, [])
        listed.append(content)
        return (self.section.word, place, self.shape.word, len(listed) - 1)


def differences(change: RowChange) -> list[tuple[str, Any, Any]]:
    found = [
        (name, change.before.get(name), after)
        for name, after in change.after.items()
        if change.op != Op.CREATE or after is not None
    ]
    moved = change.op == Op.CHANGE and change.place is not None
    return found + ([("place", change.place_before, change.place)] if moved else [])


def resource_for(name: str) -> type[DocumentResource]:
    """The resource of a table, by its name, such as `goals` or `case_studies.results`."""
    shape, is_detail = TABLES[name], "." in name
    kind = PersonaResource if shape is PERSONA else DetailResource if is_detail else SectionResource
    parent = {"to_persona": f"{shape.parent}__persona__", "leading": (f"{shape.parent}_id",)} if is_detail else {}
    finders = ("slug",) if shape is PERSONA else tuple(one for one in header(name) if one not in shape.columns)
    return kind.made(
        header(name), table=name, shape=shape, model=shape.model, file_name=name, finders=finders, **parent
    )
