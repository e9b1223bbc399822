"""What existing personas lack: whole sections, made from a template, and nothing else touched."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from personas.documents.shape import SHAPES
from personas.enums import Status
from personas.models import EditorialState

from . import variants

APPROVED = (Status.VALIDATED, Status.PUBLISHED)
KNOWN = {
    "slug": "persona__slug", "name": "persona__name", "archetype": "persona__archetype",
    "seniority_level": "persona__seniority_level", "role": "persona__role__slug", "role_name": "persona__role__name",
    "title": "persona__title",
}  # fmt: skip


def lacking(function: str, *, approved_too: bool = False) -> tuple[list[dict[str, Any]], list[str]]:
    """The personas of a function that lack sections, with what is known of them; and the slugs of who is left alone."""
    states = EditorialState.objects.filter(persona__function__slug=function, persona__deleted_at=None)
    rows = (
        states.exclude(persona__validation_status=Status.ARCHIVED)
        .order_by("persona__slug")
        .values("counts", status=F("persona__validation_status"), **{name: F(path) for name, path in KNOWN.items()})
    )
    found, left = [], []
    for row in rows:
        empty = [word for word in SHAPES if not row["counts"].get(word)]
        if not empty:
            continue
        if row["status"] in APPROVED and not approved_too:
            left.append(row["slug"])
        else:
            found.append({name: row[name] for name in KNOWN} | {"lacks": empty})
    return found, left


def documents(function: str, personas: list[dict[str, Any]], seed: int) -> Iterator[dict]:
    """Documents that hold nothing but the sections that are lacking."""
    templates = variants.of_function(function)
    if not templates:
        raise variants.TemplateError(f"There is no template for «{function}». Write one: seeding/templates/README.md.")
    for persona in personas:
        template = next(
            (name for name in templates if persona["role"] in {role["slug"] for role in variants.kind(name).roles}),
            templates[0],
        )
        yield variants.completed(template, persona, persona["lacks"], seed=seed)
