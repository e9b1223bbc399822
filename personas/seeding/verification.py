"""What stands in the database after seeding: counted again, and compared with the plan and with what is expected."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from psycopg import sql

from personas.documents.changes import Op, PersonaPlan
from personas.documents.shape import ALL, BY_WORD, PERSONA
from personas.models import Batch, BatchItem, EditorialState, EvidenceSummary, Persona
from personas.sections import SECTIONS
from vital.tenancy.context import current_tenant

ENOUGH = 5  # sources of evidence
SHARE = 80  # per cent of personas that should have so many; the client's figure
EXPECTED = {section.word: section.rows for section in SECTIONS if section.rows}


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    code: str
    title: str
    passed: bool
    said: str
    binding: bool = True  # seeding is taken back if it fails; the others tell how good it is
    details: dict[str, Any] = field(default_factory=dict)


def verified(personas: Iterable[UUID], planned: dict[str, int] | None = None) -> dict[str, Any]:
    """What is found about some personas of the tenant, as data."""
    ids = list(personas)
    checks = [*([against_plan(ids, planned)] if planned is not None else []), orphans(ids), purity(ids), placed(ids)]
    checks += [by_function(ids), ranges(ids), evidence(ids)]
    return {
        "at": timezone.now().isoformat(timespec="seconds"),
        "passed": all(one.passed for one in checks if one.binding),
        "personas": len(ids),
        "checks": [asdict(one) for one in checks],
    }


def verified_function(slug: str) -> dict[str, Any]:
    """What is found about all personas of a function; it is kept with the last import that seeded it."""
    found = verified(Persona.objects.filter(function__slug=slug, deleted_at=None).values_list("pk", flat=True))
    applied = Batch.objects.filter(state=Batch.State.APPLIED, options__seeds=slug, kind=Batch.Kind.IMPORT)
    if last := applied.exclude(undoings__state=Batch.State.APPLIED).first():
        packed = last.items.filter(state=BatchItem.State.APPLIED).values_list("plan", flat=True)
        # People may have deleted rows since: that is told, and binds nobody.
        counts = replace(against_plan(*planned_of(map(PersonaPlan.unpacked, packed))), binding=False)
        found["checks"].insert(0, asdict(counts))
        Batch.objects.filter(pk=last.pk).update(verification=found)
    return found


def planned_of(plans: Iterable[PersonaPlan]) -> tuple[list[UUID], dict[str, int]]:
    """The personas of plans, and how many rows of each table those that are new will have."""
    ids, rows = [], Counter()
    for plan in plans:
        ids.append(plan.id)
        if plan.new:
            for (word, op), number in plan.counts.items():
                rows[word] += number if op == Op.CREATE else 0
    return ids, dict(rows)


def against_plan(ids: list[UUID], planned: dict[str, int]) -> Check:
    """Whether each table has the rows that the plan meant to write."""
    found = counted(ids)
    wrong = {
        word: {"planned": planned.get(word, 0), "found": found[word]}
        for word in BY_WORD
        if found[word] < planned.get(word, 0)
    }
    told = ", ".join(f"{word} has {one['found']} of {one['planned']}" for word, one in list(wrong.items())[:5])
    said = f"{told}." if wrong else f"{sum(planned.values()):,} new rows in {len(planned)} tables are there."
    return Check("counts", "Counts against the plan", not wrong, said, details=wrong or {"rows": planned})


def counted(ids: list[UUID]) -> Counter:
    """How many rows of each table belong to the personas: one query for all tables."""
    parts = []
    for shape in ALL:
        table = sql.Identifier(shape.model._meta.db_table)
        parts.append(
            sql.SQL("SELECT {}, count(*) FROM {} AS row WHERE row.tenant_id = {} AND {}").format(
                sql.Literal(shape.word), table, sql.Literal(current_tenant()), belongs(shape, ids)
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return Counter(dict(cursor.fetchall()))


def belongs(shape, ids: list[UUID]) -> sql.Composable:
    """The condition by which a row is one of the personas'."""
    if shape is PERSONA:
        return sql.SQL("row.id = ANY ({})").format(sql.Literal(ids))
    if shape.parent == "persona":
        return sql.SQL("row.persona_id = ANY ({})").format(sql.Literal(ids))
    above = shape.model._meta.get_field(shape.parent)
    return sql.SQL("row.{} IN (SELECT id FROM {} WHERE persona_id = ANY ({}))").format(
        sql.Identifier(above.column), sql.Identifier(above.related_model._meta.db_table), sql.Literal(ids)
    )


def orphans(ids: list[UUID]) -> Check:
    """Rows of the tenant whose persona, or whose row above, is not there."""
    parts = []
    for shape in ALL[1:]:
        above = shape.model._meta.get_field(shape.parent)
        parts.append(
            sql.SQL(
                "SELECT {}, count(*) FROM {} AS row WHERE row.tenant_id = {} AND NOT EXISTS "
                "(SELECT FROM {} AS above WHERE above.tenant_id = row.tenant_id AND above.id = row.{})"
            ).format(
                sql.Literal(shape.word),
                sql.Identifier(shape.model._meta.db_table),
                sql.Literal(current_tenant()),
                sql.Identifier(above.related_model._meta.db_table),
                sql.Identifier(above.column),
            )
        )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        wrong = {word: number for word, number in cursor.fetchall() if number}
    told = ", ".join(f"{number} of {word}" for word, number in wrong.items())
    said = f"Rows that belong to nothing: {told}." if wrong else f"None in {len(parts)} tables."
    return Check("orphans", "No orphaned rows", not wrong, said, details=wrong)


def purity(ids: list[UUID]) -> Check:
    """Whether all personas are the tenant's: of others, row-level security shows none."""
    there = Persona.objects.filter(pk__in=ids, tenant_id=current_tenant()).count()
    said = f"{there} of {len(ids)} personas are this tenant's."
    return Check("purity", "All of one tenant", there == len(ids), said)


def placed(ids: list[UUID]) -> Check:
    """Whether all personas have their place in an organisation that is in use."""
    gone = Q(function=None) | Q(role=None)
    for place in ("function", "department", "role"):
        gone |= Q(**{f"{place}__is_active": False}) | Q(**{f"{place}__deleted_at__isnull": False})
    slugs = list(Persona.objects.filter(gone, pk__in=ids).order_by("slug").values_list("slug", flat=True)[:5])
    said = (
        f"Without function or role, or with one that is deleted or inactive: {', '.join(slugs)}."
        if slugs else "Every persona has a function and a role that are in use."
    )  # fmt: skip
    return Check("placed", "In the organisation", not slugs, said, binding=False)


def by_function(ids: list[UUID]) -> Check:
    """How many personas there are of each function, these and those that were there before."""
    rows = Persona.objects.filter(deleted_at=None).values_list("function__slug").annotate(number=Count("pk"))
    numbers = {slug or "none": number for slug, number in rows.order_by("function__slug")}
    said = ", ".join(f"{slug} {number}" for slug, number in numbers.items()) or "There are no personas."
    return Check("functions", "Personas by function", True, said, binding=False, details=numbers)


def ranges(ids: list[UUID]) -> Check:
    """Whether sections have as many rows as are expected."""
    rows = dict.fromkeys(EXPECTED, 0)
    outside: dict[str, int] = {}
    for counts in EditorialState.objects.filter(persona_id__in=ids).values_list("counts", flat=True):
        for word, (fewest, most) in EXPECTED.items():
            number = counts.get(word, 0)
            rows[word] += number
            if not fewest <= number <= most:
                outside[word] = outside.get(word, 0) + 1
    said = (
        f"Outside of the expected range: {', '.join(f'{word} in {number}' for word, number in outside.items())}."
        if outside else f"{len(EXPECTED)} sections have as many rows as are expected, in every persona."
    )  # fmt: skip
    return Check(
        "ranges", "Rows in sections", not outside, said, binding=False, details={"rows": rows, "outside": outside}
    )


def evidence(ids: list[UUID]) -> Check:
    """The share of personas with enough sources."""
    enough = EvidenceSummary.objects.filter(persona_id__in=ids, total_sources__gte=ENOUGH).count()
    share = round(100 * enough / len(ids)) if ids else 0
    said = f"{share} % of the personas have {ENOUGH} sources or more; {SHARE} % should."
    return Check("evidence", "Evidence", share >= SHARE or not ids, said, binding=False, details={"share": share})
