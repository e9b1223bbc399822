"""Which personas are meant: the filters of the list and of exports, with the names that stand in addresses."""

from datetime import datetime, time
from uuid import UUID

import django_filters as filters
from django import forms
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.utils import timezone

from personas.models import EditorialState, EvidenceSummary, Persona
from vital.tenancy.context import current_tenant
from vital.tenancy.models import Membership

ANY, NONE = "any", "none"
EMPTY = "null"  # what a filter is asked for where the column is empty
ME, OTHERS, NOBODY = "me", "others", "nobody"
WHOSE = ((ME, "Me"), (OTHERS, "Others"), (NOBODY, "Nobody"))
YES_NO = (("yes", "Yes"), ("no", "No"))


def personas_in_use() -> QuerySet:
    """The states of the personas that are not in the trash; from there the rest is read."""
    return EditorialState.objects.filter(persona__tenant_id=current_tenant(), persona__deleted_at=None)


def options() -> dict[str, list[tuple[str, str]]]:
    """What the tenant offers to choose from, by filter; in one query."""

    def model(field: str):
        return Persona._meta.get_field(field).related_model.objects

    lists = {name: model(name).annotate(place=Value(0), said=F("name")) for name in ("function", "department", "role")}
    lists["seniority"] = model("seniority_level").annotate(place=Coalesce("sort_order", 0), said=F("display_name"))
    lists["owner"] = Membership.objects.annotate(place=Value(0), said=Coalesce("user__full_name", "user__email"))
    keys = {"seniority": "code", "owner": "user_id"}
    first, *others = (
        one.order_by().values_list(Value(name), "place", "said", Cast(keys.get(name, "pk"), TextField()))
        for name, one in lists.items()
    )
    found = {name: [] for name in lists}
    for name, _, said, key in sorted(first.union(*others, all=True), key=lambda row: (row[1], row[2].casefold())):
        found[name].append((key, said))
    return found


def choices(name: str) -> list[tuple[str, str]]:
    return [(code, label.partition(":")[0]) for code, label in Persona._meta.get_field(name).choices]


class WholeFilter(filters.Filter):
    field_class = forms.IntegerField


def one_of(name: str, label: str) -> filters.Filter:
    """A filter whose choices are the tenant's."""
    return filters.ChoiceFilter(
        label=label, field_name=f"persona__{name}", empty_label=ANY, null_label=NONE, null_value=EMPTY
    )


def choice(name: str, label: str) -> filters.Filter:
    return filters.ChoiceFilter(
        label=label,
        field_name=f"persona__{name}",
        choices=choices(name),
        empty_label=ANY,
        null_label=NONE,
        null_value=EMPTY,
    )


class PersonaFilters(filters.FilterSet):
    """What the address of a list may name. `user` says who «me» is."""

    q = filters.CharFilter(label="Words", method="with_words", max_length=1000)
    function = one_of("function", "Function")
    department = one_of("department", "Department")
    role = one_of("role", "Role")
    archetype = choice("archetype", "Archetype")
    seniority = one_of("seniority_level", "Seniority")
    readiness = choice("gen_ai_readiness_level", "AI readiness")
    status = choice("validation_status", "Status")
    owner = filters.ChoiceFilter(label="Owner", method="of_owner", empty_label=ANY)
    completeness_min = WholeFilter(
        label="Complete, from %", field_name="completeness", lookup_expr="gte", min_value=0, max_value=100
    )
    completeness_max = WholeFilter(
        label="Complete, up to %", field_name="completeness", lookup_expr="lte", min_value=0, max_value=100
    )
    evidence_min = WholeFilter(label="Sources, at least", method="with_evidence", min_value=0, max_value=1_000_000)
    evidence_max = WholeFilter(label="Sources, at most", method="with_little", min_value=0, max_value=1_000_000)
    updated_since = filters.DateFilter(
        label="Changed since", method="changed_since", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    active = filters.ChoiceFilter(label="Active", method="in_use", choices=YES_NO, empty_label=ANY)

    def __init__(self, data, *, user: UUID | None = None):
        self.user = user
        super().__init__(data, personas_in_use())
        self.options = options()
        for name, offered in self.options.items():
            self.filters[name].extra["choices"] = [*WHOSE, *offered] if name == "owner" else offered

    def with_words(self, states, name, value):
        return states.filter(persona_id__in=RawSQL("SELECT find_personas(%s)", [value]))

    def of_owner(self, states, name, value):
        if value == ME:
            return states.filter(owner=self.user) if self.user else states.none()
        if value == OTHERS:
            return states.filter(~Q(owner=self.user) | Q(owner=None))
        return states.filter(owner=None if value == NOBODY else value)

    def with_evidence(self, states, name, value):
        if not value:
            return states  # a persona without any source has no summary
        return states.filter(persona_id__in=EvidenceSummary.objects.filter(total_sources__gte=value).values("persona"))

    def with_little(self, states, name, value):
        return states.exclude(persona_id__in=EvidenceSummary.objects.filter(total_sources__gt=value).values("persona"))

    def changed_since(self, states, name, value):
        return states.filter(changed_at__gte=timezone.make_aware(datetime.combine(value, time.min)))

    def in_use(self, states, name, value):
        return states.filter(persona__is_active=value == "yes")

    @property
    def found(self) -> QuerySet:
        """What the filters leave; nothing where one of them makes no sense, and `form.errors` says which."""
        return self.qs if self.is_valid() else personas_in_use().none()


def found(query: str) -> QuerySet:
    """The states that a list with these filters shows."""
    return PersonaFilters(QueryDict(query).dict()).found
