"""Where values are used in the current tenant, by table."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin
from django.db.models import Count, F, Field, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.urls import reverse

from .models import Lookup

# Lists with filters of their own: which one is for a column. All other lists can be asked for any of their columns.
FILTERS = {"personas.persona": {"seniority_level": "seniority"}}


@dataclass
class Use:
    """How many rows have a value in a column."""

    field: Field
    code: str
    count: int

    @property
    def rows(self) -> str:
        meta = self.field.model._meta
        return str(meta.verbose_name if self.count == 1 else meta.verbose_name_plural)

    @property
    def link(self) -> str | None:
        """The list of these rows, where there is one that can be asked for them."""
        meta, column = self.field.model._meta, self.field.name
        name = FILTERS[meta.label_lower].get(column) if meta.label_lower in FILTERS else column
        if name is None or not admin.site.is_registered(self.field.model):
            return None
        return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{name}={self.code}"


def columns(model: type[Lookup]) -> list[Field]:
    """The columns that refer to a vocabulary, of tables alone: a view has no rows of its own."""
    relations = [one for one in model._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete]
    return [one.field for one in relations if one.related_model._meta.managed]


def uses(values: Iterable[Lookup]) -> dict[UUID, list[Use]]:
    """The uses of each value of a vocabulary, in one query for all of them."""
    found, values = defaultdict(list), list(values)
    fields = columns(type(values[0])) if values else []
    if fields:
        known = [{str(getattr(one, field.target_field.attname)): one.pk for one in values} for field in fields]
        first, *others = (counted(field, place, values) for place, field in enumerate(fields))
        for place, key, count in sorted(first.union(*others, all=True)):
            found[known[place][key]].append(Use(fields[place], key, count))
    return found


def counted(field: Field, place: int, values: list[Lookup]) -> QuerySet:
    """How many rows have which value in a column; whose column it is, its place says."""
    rows = field.model.objects.filter(**{f"{field.name}__in": values}).order_by()
    return rows.values_list(Value(place), Cast(F(field.attname), TextField())).annotate(Count("pk"))
