"""Which personas the library shows: its filters, with the names that stand in its addresses."""

from collections.abc import Callable
from uuid import UUID

import django_filters as filters
from django import forms
from django.db.models import Case, F, FilteredRelation, Q, QuerySet, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from django.http import QueryDict

from lookups.models import SeniorityLevel
from personas.enums import Archetype, Readiness, ServiceLayer
from personas.exchange.choosing import EMPTY, choices
from personas.models import Persona, Tag
from vital.tenancy.context import current_tenant

from .figures.radar import TIER_NAMES

THERAPEUTIC = "therap|disease|indication"  # what the category of such a tag speaks of


class Several(forms.MultipleChoiceField):
    """Any number of values of a kind; there need be no persona with them."""

    def __init__(self, *, reads: Callable[[str], object], **kwargs):
        super().__init__(**kwargs)
        self.reads = reads

    def validate(self, value):
        for one in value:
            try:
                self.reads(one)
            except ValueError:
                raise forms.ValidationError(f"«{one}» is not one of its values.") from None


class Facet(filters.Filter):
    """A filter that offers its values with the number of personas that have each."""

    field_class = Several

    def __init__(self, label: str, path: str, reads: Callable = str, *, said: str = "", names: Callable = dict):
        super().__init__(path, label=label, reads=lambda one: one == EMPTY or reads(one))
        self.said = said  # the column in which the name of a value was published with it
        self.names = names  # gives the names of all values in their order, where that is not by number

    def condition(self, values: list[str]) -> Q:
        given = [value for value in values if value != EMPTY]
        condition = Q((f"{self.field_name}__in", given)) if given else Q()
        return condition | Q((f"{self.field_name}__isnull", True)) if EMPTY in values else condition

    def filter(self, personas, values):
        return personas.filter(self.condition(values)) if values else personas


class TherapyFacet(Facet):
    """Tags whose category speaks of therapy, without regard to case; a persona may have several."""

    def condition(self, values):
        tagged = Tag.objects.annotate(word=Lower("tag_name")).filter(tag_category__iregex=THERAPEUTIC, word__in=values)
        return Q(pk__in=tagged.values("persona"))


class WordsFilter(filters.CharFilter):
    """What somebody looks for, wherever it is said."""

    def condition(self, words: str) -> Q:
        search = "SELECT find_personas(%s)" if self.parent.working else "SELECT find_published(%s)"
        return Q(pk__in=RawSQL(search, [words]))  # noqa: S611 - one of two, and neither has a word of the address

    def filter(self, personas, words):
        return personas.filter(self.condition(words)) if words else personas


def enum(name: str) -> Callable:
    return lambda: dict(choices(name))


class Finding(filters.FilterSet):
    """What the address of the library may ask for, in the order in which it says it."""

    q = WordsFilter(label="Words", max_length=1000)
    function = Facet("Function", "function_id", UUID, said="function_name")
    department = Facet("Department", "department_id", UUID, said="department_name")
    role = Facet("Role", "role_id", UUID, said="role_name")
    archetype = Facet("Archetype", "archetype", Archetype, names=enum("archetype"))
    seniority = Facet(
        "Seniority",
        "seniority_level_id",
        names=lambda: dict(SeniorityLevel.objects.values_list("code", "display_name")),
    )
    readiness = Facet("AI readiness", "gen_ai_readiness_level", Readiness, names=enum("gen_ai_readiness_level"))
    layer = Facet("Service layer", "preferred_service_layer", ServiceLayer, names=enum("preferred_service_layer"))
    tier = Facet("VPANES", "tier", list(TIER_NAMES).index, names=lambda: TIER_NAMES)
    therapy = TherapyFacet("Therapeutic words", "tags")

    def __init__(self, data: QueryDict, *, working: bool = False):
        self.working = working
        score = FilteredRelation("vpanes_scoring", condition=Q(vpanes_scoring__tenant_id=current_tenant()))
        # Who was not scored has no tier, whatever the database makes of it.
        tier = Case(When(score__total_score__isnull=False, then=F("score__priority_tier")))
        super().__init__(data, Persona.objects.filter(deleted_at=None).annotate(score=score).annotate(tier=tier))
        self.form.is_valid()

    @property
    def facets(self) -> dict[str, Facet]:
        return {name: one for name, one in self.filters.items() if isinstance(one, Facet)}

    @property
    def asked(self) -> dict[str, list[str] | str]:
        """The filters that are set and make sense."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def found(self) -> QuerySet:
        """What all filters leave; nothing where one of them makes no sense, and `form.errors` says which."""
        return self.queryset.none() if self.form.errors else self.but()

    def but(self, left_out: str = "") -> QuerySet:
        """What all filters leave but one."""
        found = self.queryset
        for name, value in self.asked.items():
            if name != left_out:
                found = self.filters[name].filter(found, value)
        return found
