"""What would bring personas from what they are to what documents want: a list of changes, and nothing done."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q

from personas.enums import Status
from personas.models import EditorialState, Persona
from vital.fields import time_ordered_uuid

from .changes import Mode, PersonaPlan, Plan
from .diff import Known, Planner
from .dump import as_row, load
from .schema import Parsed, Problem, parse
from .shape import GROUPS, SHAPES
from .values import plain

VALIDATED, PUBLISHED = Status.VALIDATED, Status.PUBLISHED


def plan(documents: Iterable[dict], mode: Mode = Mode.MERGE) -> Plan:
    """Compare documents with what is there. Reads a fixed number of queries; writes nothing."""
    return Plan(Planning(mode).chunk(list(documents)))


class Planning:
    """Plans the documents of an import, as many at a time as memory has room for."""

    def __init__(self, mode: Mode = Mode.MERGE):
        self.mode, self.known = mode, Known()
        self.seen: set = set()  # slugs and ids of the documents so far
        self.number = 0
        self.slugs: set[str] = set()

    def look_ahead(self) -> None:
        """Read which personas there are, for understood()."""
        self.slugs = set(Persona.objects.values_list("slug", flat=True))

    def understood(self, document: dict) -> Parsed | None:
        """A document of a persona that is not there yet, parsed ahead; touches no database, so any thread may ask."""
        own = document if isinstance(document, dict) else {}
        slugs = [own.get("slug"), *(own[group].get("slug") for group in GROUPS if isinstance(own.get(group), dict))]
        known = any(isinstance(slug, str) and slug in self.slugs for slug in slugs)
        return None if "id" in own or known else parse(document)

    def chunk(self, documents: list[dict], ahead: Sequence[Parsed | None] = ()) -> list[PersonaPlan]:
        """The plans of some documents; those that were parsed ahead come along."""
        parsed = ahead or [None] * len(documents)
        named = [
            (one.persona.get("slug"), one.persona.get("id")) if one else named_by(document)
            for document, one in zip(documents, parsed, strict=True)
        ]
        there = {
            persona.pk: persona
            for persona in Persona.objects.filter(
                Q(slug__in=[slug for slug, _ in named if slug]) | Q(pk__in=[id_ for _, id_ in named if id_])
            ).only("pk", "slug", "deleted_at", "validation_status")
        }
        by_slug = {persona.slug: persona for persona in there.values()}
        # The versions first: whoever saves in between makes the plan stale, and not wrong.
        versions = dict(EditorialState.objects.filter(persona_id__in=there).values_list("persona_id", "version"))
        contents = load(
            list(there), {word for document in documents if isinstance(document, dict) for word in document}
        )
        plans = []
        for document, one, (slug, id_) in zip(documents, parsed, named, strict=True):
            persona = there.get(id_) or by_slug.get(slug)
            content = contents.get(persona and persona.pk)
            wanted = one or parse(without_unchanged(document, content) if content else document)
            plans.append(self.one(wanted, persona, content, by_slug, versions))
        return plans

    def one(self, document: Parsed, persona: Persona | None, content: dict | None, by_slug, versions) -> PersonaPlan:
        self.number += 1
        slug = document.persona.get("slug") or (persona.slug if persona else f"document {self.number}")
        one = PersonaPlan(
            slug=slug,
            id=persona.pk if persona else time_ordered_uuid(),
            new=persona is None,
            version=versions.get(persona and persona.pk),
            problems=list(document.problems),
            unused=document.unused,
            approved=approval(persona),
        )
        if persona and by_slug.get(slug, persona) is not persona:
            one.problems.append(Problem(("slug",), "unique", f"«{slug}» is another persona's slug", slug))
        if persona and persona.deleted_at:
            one.problems.append(Problem(("slug",), "deleted", f"«{slug}» is in the trash; restore it first", slug))
        if self.seen & {slug, one.id}:
            one.problems.append(Problem(("slug",), "twice", f"«{slug}» was in this file before", slug))
        self.seen |= {slug, one.id}
        Planner(one, content, self.mode, self.known).run(document)
        return one


def approval(persona: Persona | None) -> str:
    """What reviewers have said of a persona, if they have approved it."""
    return persona.validation_status if persona and persona.validation_status in (VALIDATED, PUBLISHED) else ""


def named_by(document: dict) -> tuple[str | None, UUID | None]:
    """The slug and the id of a document, before the rest of it is understood."""
    own = document if isinstance(document, dict) else {}
    persona = parse({key: own[key] for key in ("slug", "id", *GROUPS) if key in own}).persona
    return persona.get("slug"), persona.get("id")


def without_unchanged(document: dict, content: dict) -> dict:
    """A document without the sections that say what is there, as it would be written: planning them changes nothing."""
    rest = {}
    for word, wanted in document.items():
        if word in SHAPES and wanted:
            rows = wanted if isinstance(wanted, list) else [wanted]
            with_ids = isinstance(rows[0], dict) and "id" in rows[0]
            if plain([as_row(SHAPES[word], row, with_ids) for row in content["rows"][word]]) == rows:
                continue
        rest[word] = wanted
    return rest
