"""The document as JSON Schema, in today's draft and in draft-07, which more tools read."""

from typing import Any

from personas.reference.documents import schema as described

from .exact import exact

DRAFT_07 = "http://json-schema.org/draft-07/schema#"


def document() -> dict:
    """The document as JSON Schema 2020-12."""
    return exact(described())


def draft_07(today: dict) -> dict:
    """The same for tools that read draft-07."""
    made = moved(today)
    return {"$schema": DRAFT_07, "definitions": made.pop("$defs")} | {
        key: made[key] for key in made if key != "$schema"
    }


def moved(part: Any) -> Any:
    """A schema whose references lead to where draft-07 keeps definitions."""
    if isinstance(part, list):
        return [moved(one) for one in part]
    if isinstance(part, dict):
        return {
            key: value.replace("#/$defs/", "#/definitions/") if key == "$ref" else moved(value)
            for key, value in part.items()
        }
    return part
