"""The organisation that personas refer to: what a tenant lacks of the functions that are shipped."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models

from vital.fields import time_ordered_uuid
from vital.organisation.models import Department, Function, Role, RoleKPI, RoleResponsibility, RoleSkill

OF_ROLES = (RoleResponsibility, RoleSkill, RoleKPI)
ALL = "all"
NAMED = (Function, Department, Role)


class UnknownError(ValueError):
    """A business function that there is not."""


@cache
def shipped() -> list[dict]:
    return json.loads((settings.BASE_DIR / "fixtures" / "organisation.json").read_text(encoding="utf-8"))


def functions() -> dict[str, str]:
    """The business functions that are shipped: name by slug, in their order."""
    return {row["fields"]["slug"]: row["fields"]["name"] for row in rows_of(Function)}


def named(given: Iterable[str]) -> list[str]:
    """The functions that somebody names, be it with commas, or as «all»: each once, in their order."""
    known = functions()
    names = [name.strip() for one in given for name in one.split(",") if name.strip()]
    if unknown := [name for name in names if name not in (*known, ALL)]:
        raise UnknownError(f"There is no business function «{unknown[0]}». There are {', '.join(known)}, and {ALL}.")
    return [one for one in known if ALL in names or one in names]


def rows_of(model: type[models.Model]) -> list[dict]:
    return [row for row in shipped() if row["model"] == model._meta.label_lower]


def missing(slugs: Iterable[str]) -> list[models.Model]:
    """What the tenant lacks of these functions, not saved yet: functions, departments, roles and what they bring."""
    wanted, found = set(slugs), []
    ids: dict[type, dict[str, Any]] = {}
    for model in NAMED:
        ids[model] = dict(model.objects.values_list("slug", "pk"))
        new = [row["fields"] for row in rows_of(model) if function_of(row) in wanted]
        new = [fields for fields in new if fields["slug"] not in ids[model]]
        ids[model] |= {fields["slug"]: time_ordered_uuid() for fields in new}  # roles name roles further down
        found += [built(model, {"id": ids[model][fields["slug"]], **fields}, ids) for fields in new]
    roles = {one.slug for one in found if isinstance(one, Role)}
    for model in OF_ROLES:
        found += [built(model, row["fields"], ids) for row in rows_of(model) if row["fields"]["role"][0] in roles]
    return found


def function_of(row: dict) -> str:
    fields = row["fields"]
    return fields["function"][0] if "function" in fields else fields["slug"]


def built(model: type[models.Model], fields: dict, ids: dict) -> models.Model:
    """A row of the fixture; what it names stands in the tenant, or before it in the list."""
    values = {}
    for name, value in fields.items():
        field = model._meta.get_field(name)
        if isinstance(value, list) and field.is_relation:
            known = ids.get(field.related_model)
            value = known.get(value[0]) if known is not None else value[0]
            values[field.attname] = value
        else:
            values[name] = value
    return model(**values)


def bring(instances: list[models.Model]) -> None:
    """Save them, table by table, in the order in which they refer to each other."""
    for model in (*NAMED, *OF_ROLES):
        model.objects.bulk_create([one for one in instances if type(one) is model])


def in_words(instances: list[models.Model]) -> str:
    """`2 functions, 5 departments, 9 roles`."""
    numbers = {model: sum(type(one) is model for one in instances) for model in NAMED}
    return ", ".join(
        f"{number} {model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural}"
        for model, number in numbers.items()
        if number
    )
