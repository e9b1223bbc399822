"""What the library shows of each persona: in a card, a line or a row of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, OuterRef, Subquery
from django.utils.safestring import SafeString

from personas.admin import places
from personas.admin.columns import part
from personas.documents.shape import SHAPES
from personas.models import EditorialState, Persona
from vital.tenancy.context import current_tenant

from .door import WORKING, address
from .figures.radar import TIER_NAMES
from .finding import Finding

READ = (
    "tenant", "name", "slug", "title", "one_liner", "tagline", "archetype", "role_name", "function_name",
    "gen_ai_readiness_level", "validation_status", "ai_maturity_score", "work_complexity_score",
)  # fmt: skip
# By what the library is sorted: the word of the address, its title, and the columns.
ORDERS = {
    "name": ("Name", ("name", "pk")),
    "newest": ("Newest", (F("since").desc(nulls_last=True), "name", "pk")),
    "vpanes": ("VPANES", (F("total").desc(nulls_last=True), "name", "pk")),
    "ai": ("AI maturity", (F("ai_maturity_score").desc(nulls_last=True), "name", "pk")),
    "work": ("Complexity of work", (F("work_complexity_score").desc(nulls_last=True), "name", "pk")),
}


@dataclass(frozen=True)
class Place:
    """Where a search found its words, and what it says there."""

    title: str
    address: str
    said: SafeString


@dataclass(frozen=True)
class Card:
    """A persona in short."""

    persona: Persona
    address: str
    archetype: str
    readiness: str
    seniority: str
    tier: str
    total: float | None
    since: datetime | None  # published then or, a working copy, changed
    status: str  # of a working copy
    place: Place | None

    @property
    def work(self) -> str:
        return ", ".join(filter(None, (self.persona.role_name, self.persona.function_name)))

    @property
    def line(self) -> str:
        return self.persona.one_liner or self.persona.tagline or ""


def cards(finding: Finding, order: str, start: int, stop: int) -> list[Card]:
    """A page of them."""
    state = EditorialState.objects.filter(persona=OuterRef("pk"))
    personas = (
        finding.found.annotate(
            since=Subquery(state.values("changed_at" if finding.working else "live_at")[:1]),
            total=F("score__total_score"),
            seniority=F("seniority_level__display_name"),
        )
        .only(*READ)
        .order_by(*ORDERS[order][1])[start:stop]
    )
    words, asked = finding.asked.get("q"), {"copy": WORKING} if finding.working else {}
    found = where(finding, words, personas) if words else {}
    return [
        Card(
            persona=one,
            address=address("library:sheet", one.slug, **asked),
            archetype=part(one.get_archetype_display()) or "",
            readiness=part(one.get_gen_ai_readiness_level_display()) or "",
            seniority=one.seniority or "",
            tier=TIER_NAMES.get(one.tier, ""),
            total=one.total,
            since=one.since,
            status=one.get_validation_status_display() if finding.working else "",
            place=found.get(one.pk),
        )
        for one in personas
    ]


def where(finding: Finding, words: str, personas: Iterable[Persona]) -> dict[UUID, Place]:
    """The place of each persona that says the words best."""
    slugs = {one.pk: one.slug for one in personas}
    if finding.working:
        found = places.find(words, slugs)
        return {persona: Place(one.title, one.address, one.said) for persona, one in found.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT persona_id, section, found FROM find_published_places(%s, %s, %s)",
            [current_tenant(), list(slugs), words],
        )
        return {
            persona: Place(
                places.title(section),
                address("library:dossier", slugs[persona]) + (f"#{section}" if section in SHAPES else ""),
                places.marked(said or ""),
            )
            for persona, section, said in cursor
        }
