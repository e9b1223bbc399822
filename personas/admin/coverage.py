"""How far business functions are: their roles, personas, archetypes, completeness, evidence, and what seeded them."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from personas.enums import Archetype
from personas.exchange.choosing import EMPTY, personas_in_use
from personas.models import Batch
from personas.seeding import organisation
from personas.seeding.verification import ENOUGH, SHARE
from personas.seeding.work import SEEDS
from vital.organisation.models import Function, Role

from .dashboard import Group, listed

ARCHETYPES = {kind.value: kind.label.partition(":")[0] for kind in Archetype}
NUMBERS = {
    "personas": Count("pk"),
    "complete": Sum("completeness"),
    "backed": Count("pk", filter=Q(evidence__gte=ENOUGH)),
}


@dataclass
class Covered(Group):
    """Some personas, with the archetypes that there are among them."""

    kinds: set[str] = field(default_factory=set)

    def count(self, group: dict) -> None:
        self.numbers.update({name: group[name] for name in NUMBERS})
        if group["archetype"]:
            self.kinds.add(group["archetype"])

    @property
    def enough(self) -> bool:
        return self.share >= SHARE

    @property
    def present(self) -> list[str]:
        return [name for kind, name in ARCHETYPES.items() if kind in self.kinds]

    @property
    def lacking(self) -> list[str]:
        return [name for kind, name in ARCHETYPES.items() if kind not in self.kinds]

    @property
    def link(self) -> str:
        return listed(**self.asked)


@dataclass(kw_only=True)
class Coverage(Covered):
    """A business function: its personas as a whole, and by role."""

    slug: str
    pk: UUID | None = None  # none: it is shipped, and the tenant has not got it yet
    roles: dict[UUID, Covered] = field(default_factory=dict)
    elsewhere: Covered | None = None  # personas of the function whose role is none of its own
    last: dict | None = None  # the seeding that stands

    def take(self, group: dict) -> None:
        self.count(group)
        role = self.roles.get(group["role"])
        if role is None:
            if self.elsewhere is None:
                self.elsewhere = Covered("No role of this function", Counter(), {"function": self.pk})
            role = self.elsewhere
        role.count(group)

    @property
    def by_role(self) -> list[Covered]:
        return [*self.roles.values(), *([self.elsewhere] if self.elsewhere else [])]

    @cached_property
    def covered(self) -> int:
        return sum(bool(role.numbers["personas"]) for role in self.roles.values())

    @property
    def per_role(self) -> str:
        """`0 to 3`, or `2` where all roles have as many."""
        numbers = {role.numbers["personas"] for role in self.roles.values()}
        return " to ".join(f"{number:,}" for number in sorted({min(numbers), max(numbers)})) if numbers else ""


def coverage(slug: str | None = None) -> tuple[list[Coverage], Covered]:
    """The functions that are shipped and those of the tenant, or one of them; and personas that have no function."""
    titles = {one: name for one, name in organisation.functions().items() if slug in (None, one)}
    found = {one: Coverage(name, Counter(), {}, slug=one) for one, name in titles.items()}
    of_tenant = Function.objects.order_by("name").values("pk", "slug", "name")
    for row in of_tenant.filter(slug=slug) if slug else of_tenant:
        found[row["slug"]] = Coverage(row["name"], Counter(), {"function": row["pk"]}, slug=row["slug"], pk=row["pk"])
    by_pk = {one.pk: one for one in found.values() if one.pk}
    roles = Role.objects.filter(function__in=by_pk, is_active=True, deleted_at=None).order_by("name")
    for pk, name, function in roles.values_list("pk", "name", "function"):
        by_pk[function].roles[pk] = Covered(name, Counter(), {"role": pk})
    none = Covered("No function", Counter(), {"function": EMPTY})
    for group in groups(by_pk if slug else None):
        if function := by_pk.get(group["function"]):
            function.take(group)
        else:
            none.count(group)
    return list(found.values()), none


def groups(functions=None) -> QuerySet:
    """Personas counted by function, role and archetype: few rows, whatever their number."""
    states = personas_in_use()
    if functions is not None:
        states = states.filter(persona__function__in=functions)
    return (
        states.alias(evidence=Coalesce("persona__evidence_summary__total_sources", 0))
        .values(function=F("persona__function"), role=F("persona__role"), archetype=F("persona__archetype"))
        .annotate(**NUMBERS)
        .order_by()
    )


def seedings(**asked) -> QuerySet:
    """Imports that seed, the newest first, with little of what they hold."""
    seeding = Batch.objects.filter(kind=Batch.Kind.IMPORT, options__has_key=SEEDS, **asked)
    return seeding.values(
        "pk", "title", "state", "created_at", "applied_at",
        who=Coalesce("created_by__full_name", "created_by__email"), function=F(f"options__{SEEDS}"),
        personas=F("counts__personas"), passed=F("verification__passed"),
    )  # fmt: skip


def last_seedings() -> dict[str, dict]:
    """For each function the seeding that was applied last and not taken back since."""
    applied = seedings(state=Batch.State.APPLIED).exclude(pk__in=taken_back())
    return {row["function"]: row for row in applied.order_by("function", "-applied_at").distinct("function")}


def taken_back() -> set[UUID]:
    """What was undone; an undoing that was itself undone undoes nothing."""
    undoings = defaultdict(list)
    applied = Batch.objects.filter(kind=Batch.Kind.UNDO, state=Batch.State.APPLIED)
    for pk, undone in applied.order_by().values_list("pk", "undoes"):
        undoings[undone].append(pk)

    def stands(pk: UUID) -> bool:
        return not any(map(stands, undoings.get(pk, ())))

    return {pk for pk in undoings if not stands(pk)}
