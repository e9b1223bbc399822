"""The reference of documents: docs/reference/document.md for people, document.schema.json for their programs."""

import json
import re
from functools import cache

from django.core.validators import URLValidator
from django.db import models

from personas.documents.schema import json_schema
from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape, natural
from personas.exchange.text import plain
from personas.models.columns import Items, Key, Whole, Within
from personas.sections import DOMAINS, Section
from personas.seeding.capture.columns import needed
from vital.sql import PgEnumField

from .contract.exact import exact
from .words import COMMAND, cell, codes, expected, lines, shipped

INTRODUCTION = """# The document

A persona as a file has it, key by key. `{command}` writes this page: do not edit it. For programs there is the
same as [JSON Schema](document.schema.json). What an import does with it, and what other formats there are, is told in
[Personas in files](../files.md).

- A document is an object. `slug` says which persona it is; everything else may be left out.
- The persona's own columns stand in **groups**, such as core_profile. A **section** is a list of rows under its word,
  or an object if a persona has one row; **details** stand inside their row.
- What is **needed** is needed in a new row. A row that is there already keeps what the file does not name, so the
  schema has no `required`; it says `x-needed-when-new`.
- A key that is left out stays as it is, or in a new row gets what stands after «else»; `null` clears.
- Rows are found by their **identity**, or by the `id` that `export_personas --with-ids` writes.
- **Codes** of a vocabulary are those that are shipped; an installation may have others, so the schema has them as
  examples.

```json
{example}
```"""
HEAD = ("| key | what it takes | needed | what it says |", "| --- | --- | --- | --- |")
SHOWN = ("goals", "vpanes_scoring", "supporting_statistics")  # in the example
KINDS = {  # by the kind of column, the first that fits
    Items: "list of texts",
    models.BooleanField: "true or false",
    models.DateField: "date, such as 2026-03-14",
    models.TimeField: "time, such as 08:30",
    models.TextField: "text",
}


def reference() -> str:
    """The page for people."""
    shown = json.dumps(example(), ensure_ascii=False, indent=2)
    parts = [INTRODUCTION.format(command=COMMAND, example=shown), "## The persona itself"]
    for group, names in {"": ["slug"], **GROUPS}.items():
        parts += [f"### {group}"] if group else []
        parts.append(table(PERSONA, names))
    for domain in DOMAINS:
        parts += [f"## {domain.title}", domain.question]
        for section in domain.sections:
            parts += about(section)
    return "\n\n".join(parts) + "\n"


def about(section: Section) -> list[str]:
    shape = SHAPES[section.word]
    form = "An object." if shape.single else "A list."
    form += f" Expected rows: {expected(section)}." if section.rows else ""
    parts = [f"### {section.word}", told(shape, form), table(shape)]
    for detail in shape.details:
        parts += [f"#### {section.word}.{detail.word}", told(detail, "A list in its row."), table(detail)]
    return parts


def told(shape: Shape, form: str) -> str:
    name = shape.model._meta.db_table
    same = f"Identity: {', '.join(f'`{column}`' for column in shape.identity)}." if shape.identity else ""
    return f"{cell(shape.model.__doc__)} {form} {same} Table [{name}](schema.md#{name}).".replace("  ", " ")


def table(shape: Shape, names: list[str] | None = None) -> str:
    fields = [shape.columns[name] for name in names or shape.columns]
    rows = ((f"`{field.name}`", kind(field), need(field), field.help_text) for field in fields)
    return lines(*HEAD, *(f"| {' | '.join(map(cell, row))} |" for row in rows))


def need(field: models.Field) -> str:
    if not field.has_default():
        return "yes" if needed(field) else ""
    default = field.get_default()
    return f"else {json.dumps(plain(default)) if isinstance(default, bool) else default}"


def kind(field: models.Field) -> str:
    """What a column takes, in words."""
    if field.is_relation:
        name = field.related_model._meta.verbose_name
        if natural(field):
            return f"{natural(field)} of a {name}"
        return f"code of {name}: {', '.join(codes(field.related_model))}"
    if isinstance(field, Items) and field.codes:
        return f"list of {', '.join(field.codes)}"
    if field.choices:
        how = "one of" if isinstance(field, PgEnumField) or field.closed else "text, usually"
        return f"{how} {', '.join(value for value, _ in field.flatchoices)}"
    if isinstance(field, Within):
        what = "whole number" if isinstance(field, Whole) else f"number, decimals: {field.decimal_places}"
        return what if field.rule() is None else f"{what}, {bounds(field)}"
    if isinstance(field, Key):
        return f"text of {field.max_length} characters at most"
    if any(isinstance(check, URLValidator) for check in field.validators):
        return "web address, with https://"
    return next(words for cls, words in KINDS.items() if isinstance(field, cls))


def bounds(field: Within) -> str:
    return f"{field.low} or more" if field.high is None else f"{field.low} to {field.high}"


@cache
def demo(shape: Shape) -> list[dict]:
    """The rows of the demo personas, as documents have them."""
    rows = (row["fields"] for row in shipped("demo_personas") if row["model"] == shape.model._meta.label_lower)
    return [{name: shown(shape.columns[name], row[name]) for name in shape.columns if name in row} for row in rows]


def shown(field: models.Field, value):
    return value[0] if field.is_relation and isinstance(value, list) else plain(field.to_python(value))


def example() -> dict:
    """A small document: the first demo persona, cut short."""
    persona = demo(PERSONA)[0]
    groups = {group: {name: persona[name] for name in names[:2]} for group, names in list(GROUPS.items())[:3]}
    document = {"slug": persona["slug"]} | groups
    for word in SHOWN:
        shape = SHAPES[word]
        row = short(shape) | {detail.word: [short(detail)] for detail in shape.details[:1]}
        document[word] = row if shape.single else [row]
    return document


def short(shape: Shape) -> dict:
    names = list(shape.columns)
    return {name: demo(shape)[0][name] for name in names if name in names[:3] or needed(shape.columns[name])}


def schema() -> dict:
    """The JSON Schema, with what pydantic does not know: examples, vocabularies, and what a new row needs."""
    made = json_schema()
    definitions = made["$defs"]
    complete(made, PERSONA, ["slug", "name", "title"])
    for group, names in GROUPS.items():
        complete(definitions[group], PERSONA, names)
    for shape in SHAPES.values():
        for one in (shape, *shape.details):
            complete(definitions[one.model.__name__], one, list(one.columns))
    return exact(made)


def complete(definition: dict, shape: Shape, names: list[str]) -> None:
    for name in names:
        field, property_ = shape.columns[name], definition["properties"][name]
        property_["title"] = str(field.verbose_name)
        if natural(field):
            property_["x-names"] = f"{field.related_model._meta.db_table}.{natural(field)}"
        elif field.is_relation:
            property_ |= {"x-vocabulary": field.related_model._meta.db_table, "examples": codes(field.related_model)}
        if not property_.get("examples"):
            property_["examples"] = examples(shape, field)
    if new := [name for name in names if needed(shape.columns[name])]:
        definition["x-needed-when-new"] = new


def examples(shape: Shape, field: models.Field) -> list:
    """A value of the demo personas; where they have none, the default, a choice, or what the help text shows."""
    values = [row[field.name] for row in demo(shape) if row.get(field.name) is not None]
    values += [plain(field.get_default())] if field.has_default() else []
    values += [value for value, _ in field.flatchoices] or re.findall("«(.+?)»", field.help_text)
    return values[:1]


def schema_as_text() -> str:
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
