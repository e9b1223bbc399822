"""A persona as one reads it: as it was published or, for those who may edit, the working copy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import RawSQL

from personas.admin.editor.fields import Field, fields_of
from personas.admin.wording import labels, words_for
from personas.documents.dump import load
from personas.documents.shape import ALL, PERSONA, SHAPES, Shape
from personas.editorial.revisions import read
from personas.enums import Status
from personas.models import EditorialState, Revision
from personas.models.columns import Items
from personas.models.scales import label
from vital.tenancy.context import current_tenant

FIELDS: dict[str, dict[str, Field]] = {shape.word: {field.name: field for field in fields_of(shape)} for shape in ALL}


@dataclass(frozen=True, eq=False)
class Copy:
    """All that a persona says, with what to call it by: whether it is live, its number, its date."""

    id: UUID
    live: bool
    status: str
    number: int  # of the revision; of a working copy that has changed since, of the last one
    as_of: datetime
    own: dict[str, Any]  # the persona's columns
    sections: dict[str, list[dict]]
    labels: dict[tuple, str]
    other: str | None = None  # the slug of the other copy, which may differ; none where it was never published

    @property
    def name(self) -> str:
        return self.own["name"]

    @property
    def slug(self) -> str:
        return self.own["slug"]

    def rows(self, word: str) -> list[dict]:
        return self.sections[word]

    def one(self, word: str) -> dict:
        """The row of a section that has one, or nothing."""
        return next(iter(self.sections[word]), {})

    def says(self, word: str, name: str, row: dict | None = None) -> str:
        """A value in words: `says("goals", "priority", row)`, and of the persona itself `says("personas", "title")`."""
        row = self.own if row is None else row
        said = words_for(FIELDS[word][name], row.get(name), self.labels)
        return label(said) if CODE.fullmatch(said) else said

    @property
    def status_label(self) -> str:
        return Status(self.status).label

    @property
    def called(self) -> str:
        """`Published, revision 4`; `Working copy, draft, revision 5`."""
        where = "Published" if self.live else f"Working copy, {self.status_label.lower()}"
        return f"{where}, revision {self.number}"


def published(*slugs: str) -> list[Copy]:
    """Live versions by the slugs that they were published with, in the order asked for; others are left out."""
    live = RawSQL(
        "SELECT id FROM published.personas WHERE tenant_id = %s AND slug = ANY(%s)", [current_tenant(), list(slugs)]
    )
    states = EditorialState.objects.filter(persona_id__in=live, live__isnull=False).select_related("live", "persona")
    return in_order(slugs, [(state, state.live) for state in states], live=True)


def working(*slugs: str) -> list[Copy]:
    """Working copies by their slugs, in the order asked for."""
    listed = Q(persona__slug__in=slugs, persona__tenant_id=current_tenant(), persona__deleted_at=None)
    live_slug = RawSQL(
        "SELECT slug FROM published.personas AS p WHERE p.tenant_id = %s AND p.id = editorial_state.persona_id",
        [current_tenant()],
    )
    found = EditorialState.objects.filter(listed).select_related("persona").annotate(live_slug=live_slug)
    states = {state.persona_id: state for state in found}
    latest = Revision.objects.filter(persona__in=states).order_by("persona_id", "-number").distinct("persona_id")
    kept = {one.persona_id: one for one in latest}
    return in_order(
        slugs,
        [
            (state, kept.get(id_) if state.revised_version == state.version else None)
            for id_, state in states.items()
        ],
        live=False,
    )  # fmt: skip


CODE = re.compile("[a-z0-9]+(_[a-z0-9]+)+")  # what files bring into free text is often one, such as «data_driven»
LISTS = {shape.word: [name for name, column in shape.columns.items() if isinstance(column, Items)] for shape in ALL}


def tidy(shape: Shape, rows: list[dict]) -> list[dict]:
    """Rows whose lists hold texts and nothing else: SQL may have put a null among them."""
    for name in LISTS[shape.word]:
        for row in rows:
            if row[name] and None in row[name]:
                row[name] = [one for one in row[name] if one is not None]
    return rows


def in_order(slugs: Iterable[str], found: list[tuple[EditorialState, Revision | None]], *, live: bool) -> list[Copy]:
    told = contents(found)
    names = labels(
        (shape, tidy(shape, rows))
        for content in told.values()
        for shape, rows in tables(content["columns"], content["rows"])
    )
    copies = [
        Copy(
            id=state.persona_id,
            live=live,
            status=Status.PUBLISHED if live else state.persona.validation_status,
            number=revision.number if revision else state.revision,
            as_of=state.live_at if live else state.changed_at,
            other=state.persona.slug if live else state.live_slug,
            own=told[state.persona_id]["columns"],
            sections=told[state.persona_id]["rows"],
            labels=names,
        )
        for state, revision in found
    ]
    slugs = list(slugs)
    return sorted((one for one in copies if one.slug in slugs), key=lambda one: slugs.index(one.slug))


def contents(found: list[tuple[EditorialState, Revision | None]]) -> dict[UUID, dict]:
    """What each says: from its revision, in two queries for all; from the tables only where that is behind."""
    revisions = [revision for _, revision in found if revision]
    told = {kept.revision.persona_id: kept.content for kept in read(revisions)} if revisions else {}
    behind = [state.persona_id for state, revision in found if revision is None]
    return told | (load(behind) if behind else {})


def tables(own: dict, sections: dict[str, list[dict]]) -> Iterable[tuple]:
    """Each table with its rows, details included."""
    yield PERSONA, [own]
    for word, rows in sections.items():
        yield SHAPES[word], rows
        for detail in SHAPES[word].details:
            yield detail, [inner for row in rows for inner in row[detail.word]]
