"""The demo personas as documents, straight from their fixture, so that no database is needed."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from personas.documents.dump import as_document
from personas.documents.shape import PERSONA, SHAPES, Shape
from personas.reference.words import shipped

FIXTURE = "demo_personas"


def documents() -> list[dict]:
    """The documents, with ids that are the same each time."""
    found = {row["slug"]: {"columns": row, "rows": {word: [] for word in SHAPES}} for row in rows(PERSONA)}
    for word, shape in SHAPES.items():
        parents = {}
        for row in rows(shape):
            slug = row.pop(shape.parent)[0]
            parents[slug, *map(str, shape.key(row))] = row
            found[slug]["rows"][word].append(row | {detail.word: [] for detail in shape.details})
            parents[slug, *map(str, shape.key(row))] = found[slug]["rows"][word][-1]
        for detail in shape.details:
            for row in rows(detail):
                parents[tuple(map(str, row.pop(detail.parent)))][detail.word].append(row)
    return [as_document(content, with_ids=True) for _, content in sorted(found.items())]


def rows(shape: Shape) -> list[dict[str, Any]]:
    """The rows of a table in their order, as Python has their values."""
    told = [row["fields"] for row in shipped(FIXTURE) if row["model"] == shape.model._meta.label_lower]
    ordered = sorted(told, key=lambda fields: fields.get(shape.order, 0)) if shape.order else told
    return [row_of(shape, number, fields) for number, fields in enumerate(ordered)]


def row_of(shape: Shape, number: int, fields: dict[str, Any]) -> dict[str, Any]:
    values = {name: meant(shape, name, fields[name]) for name in shape.columns if name in fields}
    lead = {shape.parent: fields[shape.parent]} if shape.parent else {}
    return shape.blank | values | lead | {"id": made_id(shape, number)}


def meant(shape: Shape, name: str, value: Any) -> Any:
    field = shape.columns[name]
    return value[0] if field.is_relation and isinstance(value, list) else field.to_python(value)


def made_id(shape: Shape, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"{FIXTURE}/{shape.model._meta.db_table}/{number}")
