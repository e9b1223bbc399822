from django.contrib import admin
from django.db.models import CharField, Count, Value
from django.template import Library
from django.urls import reverse

from personas.documents.shape import PERSONA
from personas.exchange.resources import resource_for
from personas.exchange.tables import TABLES
from personas.sections import DOMAINS

register = Library()


@register.simple_tag
def domains() -> list[dict]:
    """Every section with its details and the number of its rows, by domain; in one query."""
    first, *others = (
        resource_for(name)().get_queryset().order_by().values(table=Value(name, output_field=CharField()))
        .annotate(rows=Count("pk"))
        for name in TABLES if name != PERSONA.word
    )  # fmt: skip
    counts = {row["table"]: row["rows"] for row in first.union(*others, all=True)}
    return [
        {
            "title": domain.title,
            "question": domain.question,
            "tables": [
                card(name, counts.get(name, 0))
                for section in domain.sections
                for name in TABLES
                if name.partition(".")[0] == section.word
            ],
        }
        for domain in DOMAINS
    ]


def card(name: str, rows: int) -> dict:
    meta = TABLES[name].model._meta
    section, _, detail = name.partition(".")
    return {
        "title": (f"{section}: {detail}" if detail else section).replace("_", " ").capitalize(),
        "purpose": admin.site.get_model_admin(meta.model).intro,
        "link": reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist"),
        "rows": rows,
    }
