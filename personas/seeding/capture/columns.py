"""What a column takes, in the words of a form: derived from the column, and from the codes that are shipped."""

import json
import re
from functools import cache
from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models

from personas.documents.shape import natural
from personas.exchange.columns import Offers, is_closed
from personas.exchange.columns import codes as choices
from personas.models.columns import Items, Key, Whole, Within

KINDS = (  # by the kind of column, the first that fits
    (Items, "list of texts"),
    (models.BooleanField, "true or false"),
    (models.DateField, "date, such as 2026-03-14"),
    (models.TimeField, "time, such as 08:30"),
    (Whole, "whole number"),
    (models.IntegerField, "whole number"),
    (models.DecimalField, "number"),
    (models.TextField, "text"),
)
SHOWING = ("text", "number", "whole number", "list of texts", "web address")  # kinds that an example explains
LONGEST = 240  # letters of a placeholder


@cache
def shipped() -> dict[str, tuple[str, ...]]:
    """The codes of the vocabularies, in their order."""
    text = (settings.BASE_DIR / "fixtures" / "lookups.json").read_text(encoding="utf-8")
    found: dict[str, list] = {}
    for row in json.loads(text):
        if row["fields"].get("is_active", True):
            found.setdefault(row["model"], []).append((row["fields"].get("sort_order", 0), row["fields"]["code"]))
    ordered = {model: sorted(rows, key=lambda row: row[0]) for model, rows in found.items()}
    return {model: tuple(code for _, code in rows) for model, rows in ordered.items()}


def target(field: models.Field) -> tuple[type[models.Model], str]:
    """The table that a column refers to, and the key by which it does."""
    return field.related_model, natural(field) or field.target_field.name


def codes(field: models.Field, offers: Offers) -> tuple[str, ...]:
    """The values that a column offers."""
    if isinstance(field, Items):
        return tuple(field.codes)
    if field.is_relation:
        return offers[target(field)]
    return tuple(choices(field)) if field.choices else ()


def closed(field: models.Field) -> bool:
    """Whether a column takes nothing but what it offers; roles and departments a tenant has others of."""
    return is_closed(field) and not natural(field)


def needed(field: models.Field) -> bool:
    return not field.null and not field.has_default()


def takes(field: models.Field, offers: Offers, between: str = " | ") -> str:
    """What may be written there."""
    if offered := between.join(codes(field, offers)):
        if isinstance(field, Items):
            return f"list of {offered}"
        return offered if closed(field) else f"{offered}{between}another {'slug' if field.is_relation else 'word'}"
    if field.is_relation:
        model, key = target(field)
        return f"{key} of a {model._meta.verbose_name}"
    if any(isinstance(one, URLValidator) for one in field.validators):
        return "web address"
    kind = next(words for cls, words in KINDS if isinstance(field, cls))
    if isinstance(field, Within) and field.rule() is not None:
        return f"{kind}, {field.low} or more" if field.high is None else f"{kind}, {field.low} to {field.high}"
    return f"{kind} of at most {field.max_length} characters" if isinstance(field, Key) else kind


def example(field: models.Field) -> str:
    """What the help text shows."""
    return next(iter(re.findall("«(.+?)»", str(field.help_text))), "")


def default(field: models.Field) -> Any:
    return field.get_default() if field.has_default() else None


def placeholder(field: models.Field, offers: Offers) -> str:
    """What stands in a template until somebody has written a value: `<<priority: low | medium | high>>`."""
    words = takes(field, offers)
    if words.startswith(SHOWING) and (shown := example(field)):
        words += f", such as «{shown}»"
    text = re.sub("[<>]", "", f"{field.name}{', required' if needed(field) else ''}: {words}")
    return f"<<{text if len(text) <= LONGEST else f'{text[:LONGEST]} …'}>>"
