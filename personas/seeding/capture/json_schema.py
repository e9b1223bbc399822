"""The JSON Schema of a function's template, by which editors complete and check while somebody writes.

It is of draft-07, which all editors read. A placeholder is right everywhere, so that only mistakes are marked.
"""

from typing import Any

from django.db import models

from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape
from personas.documents.values import plain
from personas.exchange.columns import Offers
from personas.models.columns import Items, Key, Within
from personas.sections import Section

from .columns import closed, codes, default, example, needed, takes
from .forms import Form

DRAFT = "http://json-schema.org/draft-07/schema#"
UNFILLED = {"$ref": "#/definitions/not_filled_in"}
COMMENTS = "^(id|[_$].*)$"  # keys beside those that are offered: comments, and ids from an export
TYPES = (  # by the kind of column, the first that fits; a text may look like a number
    (models.BooleanField, {"type": "boolean"}),
    (models.IntegerField, {"type": "integer"}),
    (models.DecimalField, {"type": "number"}),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.TimeField, {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}),
    (models.TextField, {"type": ["string", "number"]}),
)


def schema_of(function: Form) -> dict[str, Any]:
    """One persona, a list of them, or an object with the list under `personas`."""
    persona, several = {"$ref": "#/definitions/persona"}, {"items": {"$ref": "#/definitions/persona"}}
    many = {"properties": {"personas": {"type": "array"} | several}}
    return {
        "$schema": DRAFT,
        "title": f"Personas of {function.name}",
        "type": ["object", "array"],
        "if": {"type": "array"},
        "then": several,
        "else": {"if": {"required": ["personas"]}, "then": many, "else": persona},
        "definitions": {"persona": persona_of(function), "not_filled_in": {
            "description": "A place of the template that is not filled in. The import leaves it out, and says so.",
            "type": "string", "pattern": "^<<[^<>]*>>$",
        }} | {shape.word: row(shape, function.offers) for shape in function.shapes},
    }  # fmt: skip


def persona_of(function: Form) -> dict[str, Any]:
    keys = {"slug": column(PERSONA.columns["slug"], function.offers)}
    keys |= {group: objects(PERSONA, names, function.offers) for group, names in GROUPS.items()}
    keys |= {section.word: content(section) for section in function.sections}
    others = "|".join(word for word in SHAPES if word not in keys)
    about = {"description": "Another section; docs/reference/document.md tells what it holds."}
    return {
        "type": "object",
        "properties": keys,
        "required": ["slug", *(group for group, names in GROUPS.items() if required(PERSONA, names))],
        "patternProperties": {COMMENTS: {}, f"^({others})$": about},
        "additionalProperties": False,
    }


def content(section: Section) -> dict[str, Any]:
    """A section: an object, or a list of rows with how many there should be."""
    rows = {"$ref": f"#/definitions/{section.word}"}
    about: dict[str, Any] = {"description": section.model.__doc__}
    if section.single:
        return about | {"anyOf": [rows, {"type": "null"}]}
    if section.rows:
        least, most = section.rows
        about["description"] += f" {least if least == most else f'{least} to {most}'} rows."
        about["x-target-rows"] = [least, most]
    return about | {"type": ["array", "null"], "items": rows}


def row(shape: Shape, offers: Offers) -> dict[str, Any]:
    made = objects(shape, list(shape.columns), offers)
    for detail in shape.details:
        about = {"description": detail.model.__doc__, "type": ["array", "null"]}
        made["properties"][detail.word] = about | {"items": row(detail, offers)}
    return made


def objects(shape: Shape, names: list[str], offers: Offers) -> dict[str, Any]:
    made = {
        "type": "object",
        "properties": {name: column(shape.columns[name], offers) for name in names},
        "patternProperties": {COMMENTS: {}},
        "additionalProperties": False,
    }
    return made | ({"required": new} if (new := required(shape, names)) else {})


def required(shape: Shape, names: list[str]) -> list[str]:
    """What a new row needs."""
    return [name for name in names if needed(shape.columns[name])]


def column(field: models.Field, offers: Offers) -> dict[str, Any]:
    words = takes(field, offers, ", ")
    made: dict[str, Any] = {"title": str(field.verbose_name), "description": f"{field.help_text} Takes: {words}."}
    if (usual := default(field)) is not None:
        made["default"] = plain(usual)
    offered, kind = list(codes(field, offers)), value(field)
    if isinstance(field, Items):
        kind = {"type": "array", "items": {"anyOf": [{"enum": offered}, UNFILLED]} if offered else {"type": "string"}}
    elif offered and closed(field):
        kind = {"enum": offered}
    elif shown := offered or ([example(field)] if "string" in kind["type"] and example(field) else []):
        made["examples"] = shown
    return made | {"anyOf": [kind, UNFILLED, *([] if needed(field) else [{"type": "null"}])]}


def value(field: models.Field) -> dict[str, Any]:
    kind = next((kind for cls, kind in TYPES if isinstance(field, cls)), {"type": "string"})
    if isinstance(field, Within):
        bounds = {"minimum": plain(field.low), "maximum": plain(field.high)}
        return kind | {name: bound for name, bound in bounds.items() if bound is not None}
    return kind | ({"maxLength": field.max_length} if isinstance(field, Key) else {})
