"""TypeScript types of documents and of the rows that consumers read."""

import json
from collections.abc import Iterable

from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape
from personas.enums import PG_TYPES
from personas.reference.tables import models_of
from personas.reference.words import codes

from .columns import Column, in_document, published

INTRODUCTION = """\
// Types of personas: of documents, as files have them, and of the rows of the schema «published».
//
// In documents every key may be left out, and null clears. Keys that begin with _ or $ are comments.
// Rows are as PostgREST gives them: ids, dates and times are strings, numbers are numbers. Drivers that read PostgreSQL
// themselves may give Date for a date, and string for a number with decimals.

/** One of these codes, or another: a vocabulary can grow. */
export type Open<Code extends string> = Code | (string & {});

/** A number; as text where readers of JSON would round it. */
export type Exact = number | `${number}`;

/** What rows of documents have in common. */
export interface Row {
  /** Id of the row, from an export; finds the row to change. */
  id?: string | null;
  [comment: `_${string}`]: unknown;
  [schema: `$${string}`]: unknown;
}"""
TYPES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "array": "string[]"}


def types() -> str:
    """The whole file."""
    parts = [INTRODUCTION, heading("Enums: these values and no others.")]
    parts += [constant(enum.__name__, enum.values, enum.__doc__) for enum in PG_TYPES]
    parts.append(heading("Vocabularies: the codes that are shipped; an installation may have others."))
    parts += [constant(one.__name__, codes(one), one.__doc__, opened=True) for one in models_of("lookups")]
    parts.append(heading("Documents."))
    parts += [block(camel(group), "", keys(in_document(PERSONA, names))) for group, names in GROUPS.items()]
    parts += [entry(one) for shape in SHAPES.values() for one in (*shape.details, shape)]
    parts += [block("PersonaDocument", PERSONA.model.__doc__, document()), heading("Rows of the schema «published».")]
    parts += [block(f"{camel(table.name)}Row", table.about, rows(table.columns), "") for table in published()]
    tables = [(table.name, f"{camel(table.name)}Row", table.about) for table in published()]
    parts.append(block("Published", "Tables and views by name, each with its row.", tables, ""))
    return "\n\n".join(parts) + "\n"


def entry(shape: Shape) -> str:
    """A row of a section or of details."""
    inner = [(f"{detail.word}?", f"{detail.model.__name__}[] | null", detail.model.__doc__) for detail in shape.details]
    return block(shape.model.__name__, shape.model.__doc__, [*keys(in_document(shape)), *inner])


def document() -> list[tuple[str, str, str]]:
    found = keys(in_document(PERSONA, ("slug", "name", "title")))
    found += [(f"{group}?", f"{camel(group)} | null", "") for group in GROUPS]
    for word, shape in SHAPES.items():
        name = shape.model.__name__
        found.append((f"{word}?", f"{name} | null" if shape.single else f"{name}[] | null", shape.model.__doc__))
    return found


def keys(columns: Iterable[Column]) -> list[tuple[str, str, str]]:
    """What stands in a row of a document."""
    return [(f"{one.name}?", f"{kind(one, number='Exact')} | null", one.about) for one in columns]


def rows(columns: Iterable[Column]) -> list[tuple[str, str, str]]:
    """What stands in a row of a table."""
    return [(one.name, f"{kind(one)} | null" if one.null else kind(one), one.about) for one in columns]


def kind(column: Column, number: str = "number") -> str:
    """The type of a column's value."""
    what = column.json["type"]
    if what == "number":
        return number
    if not column.codes:
        return TYPES[what]
    if what == "array":
        return f"({union(column.codes)})[]"
    return column.named or (union(column.codes) if column.closed else f"Open<{union(column.codes)}>")


def union(values: Iterable[str]) -> str:
    return " | ".join(map(json.dumps, values))


def constant(name: str, values: Iterable[str], about: str | None, *, opened: bool = False) -> str:
    told = f"Open<{union(values)}>" if opened else union(values)
    return f"{comment(about)}export type {name} = {told};"


def block(name: str, about: str | None, members: Iterable[tuple[str, str, str]], extends: str = " extends Row") -> str:
    inside = "\n".join(f"{comment(said, '  ')}  {key}: {what};" for key, what, said in members)
    return f"{comment(about)}export interface {name}{extends} {{\n{inside}\n}}"


def comment(text: str | None, indent: str = "") -> str:
    return f"{indent}/** {text.replace('*/', '* /')} */\n" if text else ""


def heading(text: str) -> str:
    return f"// -- {text}"


def camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
