"""The reference of all tables, docs/reference/schema.md: worked out from the models and the table of sections."""

import re
from inspect import getmodule

from django.apps import apps
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

from lookups.models import Lookup
from personas import models as m
from personas.models.columns import Code, Ruled, check_name
from personas.sections import DETAILS, DOMAINS, SECTIONS, TABLES, Section
from vital.sql import PgEnumField

from .words import COMMAND, cell, codes, expected, lines

INTRODUCTION = """# The schema

Every table and every column, by domain. `{command}` writes this file from the models: do not edit it.

## In five minutes

- **The persona is the centre.** [personas](#personas) has a row per persona, which refers to a role, a function and a
  department of the [organisation](#organisation). Around it stand {sections} **sections**, tables whose rows belong to
  a persona, and {details} **details**, whose rows belong to a row of a section. They are deleted with the persona.
- **One word per table.** A section's word is its key in documents, its sheet in workbooks, its page and its accessor in
  Python, and after `persona_` its table: `goals` is [persona_goals](#persona_goals).
- **PostgreSQL keeps tenants apart.** Rows have a `tenant_id`, which a trigger fills; only [tenants](#tenants),
  [users](#users) and vocabularies stand outside. Row-level security, forced on the tables' owner too, shows and accepts
  rows of the current tenant; without a tenant, none. References between such tables carry the tenant, (`tenant_id`,
  `x_id`) to (`tenant_id`, `id`), so no row points into another tenant. Why: decisions
  [0002](../decisions/0002-tenant-id-is-never-null.md) and
  [0003](../decisions/0003-references-between-tenant-tables-are-composite.md).
- **Vocabularies are shared.** The {vocabularies} [lists of values](#vocabularies) belong to no tenant. Columns refer to
  their values by code.
- **Null is «not known».** Text is never empty.
- **Identity** is the columns by which two rows of a persona are the same, and by which files find rows. The database
  allows doubles, unless «Unique» stands under the table.
- **Expected rows** are what a complete persona has. Fewer or more are no error.

In the tables, the default is what the database fills in. The database holds to «one of», «only» and numbers; forms
alone hold to «in forms», and «usually» is what they offer. [Views](#views) are only read, so they have no defaults, and
their types are those that Python reads.

### What many tables have

Under each table stands which of these it has."""
HEAD = ("| column | type | null | default | values | what it means |", "| --- | --- | --- | --- | --- | --- |")
ON_DELETE = {
    models.CASCADE: "deleted with it",
    models.DO_NOTHING: "deleted with it",  # by the database
    models.SET_NULL: "emptied when that is deleted",
    models.PROTECT: "which then cannot be deleted",
}


def reference() -> str:
    """The whole file."""
    numbers = {"sections": len(SECTIONS), "details": len(DETAILS), "vocabularies": len(models_of("lookups"))}
    parts, contents = [], []
    for title, text, of in chapters():
        listed = of == models_of("lookups")
        parts += [f"## {title}", text, *(vocabularies(of) if listed else tables(of))]
        contents.append(f"- [{title}](#{re.sub('[^a-z ]', '', title.lower()).replace(' ', '-')})")
        contents[-1] += "" if listed else f": {', '.join(map(link, of))}"
    first = [INTRODUCTION.format(command=COMMAND, **numbers), lines(*HEAD, *shared()), "## Contents", lines(*contents)]
    return "\n\n".join(first + parts) + "\n"


def chapters() -> list[tuple[str, str, list]]:
    """Title, text and models of each chapter."""
    rest = [model for model in models_of("personas") if model not in (m.Persona, *(entry.model for entry in TABLES))]
    found = [
        ("Tenancy", "", models_of("tenancy")),
        ("Vocabularies", "", models_of("lookups")),
        ("Organisation", "", models_of("organisation")),
        ("The persona itself", "", [m.Persona]),
    ]
    for domain in DOMAINS:
        entries = [entry for section in domain.sections for entry in (section, *section.details)]
        found.append((domain.title, f"{domain.question} ", [entry.model for entry in entries]))
    found.append(("Editorial", "", [model for model in rest if model._meta.managed]))
    found.append(("Views", "", [model for model in rest if not model._meta.managed]))
    return [(title, question + getmodule(of[0]).__doc__.splitlines()[0], of) for title, question, of in found]


def models_of(app: str) -> list[type[models.Model]]:
    return list(apps.get_app_config(app).get_models())


def tables(of: list) -> list[str]:
    """The diagram and the tables of a chapter; references to vocabularies, tenants and accounts are drawn in theirs."""
    around = {*of, *models_of("organisation"), *models_of("personas")}
    return [diagram(of, references(of, around)), *(part for model in of for part in table(model))]


def vocabularies(of: list) -> list[str]:
    """Who refers to the vocabularies, their one shape, the list of them, and the columns that some have besides."""
    shape = {field.name: row(field) for field in Lookup._meta.local_fields}
    listed, besides = [], []
    for model in of:
        name, columns = model._meta.db_table, {field.name: field for field in model._meta.concrete_fields}
        own = [field for field in columns.values() if field.name not in shape]
        extra = [f"`{field.column}`" for field in own] + [f"no `{column}`" for column in shape if column not in columns]
        count = len(codes(model))
        listed.append(f"| `{name}` | {cell(model._meta.db_table_comment)} | {', '.join(extra)} | {count} |")
        besides += [row(field, f"{name}.") for field in own]
    return [
        diagram([], references([model for model in apps.get_models() if model._meta.managed], of)),
        lines("All have these columns:", "", *HEAD, *shape.values()),
        lines("| vocabulary | what it holds | besides | values |", "| --- | --- | --- | --- |", *listed),
        lines("What some have besides:", "", *HEAD, *besides),
    ]


def references(models_from: list, models_to: list) -> list[models.Field]:
    fields = [field for model in models_from for field in model._meta.concrete_fields]
    return [field for field in fields if field.is_relation and field.related_model in models_to]


def diagram(of: list, drawn: list[models.Field]) -> str:
    """A box per table, with keys and identity in those of the chapter and the persona's; a line per reference."""
    views = [model for model in of if not model._meta.managed and model._meta.pk.column == "id"]
    around = [model for field in drawn for model in (field.related_model, field.model)]
    boxes, arrows = [], [f"    personas ||--o| {view._meta.db_table} : id" for view in views]
    for model in dict.fromkeys((*([m.Persona] if views else ()), *of, *around)):
        shown = model._meta.concrete_fields if model in (*of, m.Persona) and of else ()
        keys = [field for field in shown if field.primary_key or field in drawn or field.name in identity(model)]
        boxes.append(f"    {model._meta.db_table} {{")
        for field in keys:
            mark = " PK" if field.primary_key else " FK" if field.is_relation else ""
            boxes.append(f"        {re.sub('[^a-z_]', '', pg_type(field))} {field.column}{mark}")
        boxes.append("    }")
    for field in drawn:
        one, many = "|o" if field.null else "||", "o|" if ("tenant", field.name) in unique_keys(field.model) else "o{"
        label = field.name if field.name != "persona" else field.model._meta.default_related_name or field.name
        arrows.append(f"    {field.related_model._meta.db_table} {one}--{many} {field.model._meta.db_table} : {label}")
    return lines("```mermaid", "erDiagram", "    direction LR", *boxes, *arrows, "```")


def table(model) -> list[str]:
    meta, common = model._meta, shared()
    rows = {field.column: row(field) for field in meta.concrete_fields}
    also = [f"`{column}`" for column, line in rows.items() if line in common]
    keys = [", ".join(f"`{meta.get_field(name).column}`" for name in key) for key in unique_keys(model)]
    beside = {check_name(meta.db_table, column) for column in rows}
    messages = [rule.violation_error_message for rule in checks(model) if rule.name not in beside]
    told = [text for text in messages if text != models.CheckConstraint.default_violation_error_message]
    return [
        f"### {meta.db_table}",
        " ".join((cell(model._meta.db_table_comment), *purpose(model))),
        lines(*HEAD, *(line for line in rows.values() if line not in common)),
        *([f"Also [as elsewhere](#what-many-tables-have): {', '.join(also)}."] if also else []),
        *(f"Unique: {key}." for key in keys),
        *([f"Checks say: {cell(' '.join(told))}"] if told else []),
    ]


def purpose(model) -> list[str]:
    """What the table of sections says of a table; of others, by what files find their rows."""
    columns = ", ".join(f"`{name.replace('__', '.')}`" for name in identity(model))
    same = f"Identity: {columns}." if columns else "A persona has one row at most."
    entry = next((entry for entry in TABLES if entry.model is model), None)
    if entry is None:
        return [same] if columns else []
    if isinstance(entry, Section):
        place = f"Expected rows: {expected(entry)}."
    else:
        place = f"Detail of {link(model._meta.get_field(model.parent).related_model)}."
    return [f"Word: `{entry.word}`.", place, same]


def identity(model) -> tuple[str, ...]:
    return model.identity if issubclass(model, m.RowModel) else getattr(model, "NATURAL_KEY", ())


def unique_keys(model) -> list[tuple[str, ...]]:
    return [rule.fields for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]


def checks(model) -> list[models.CheckConstraint]:
    return [rule for rule in model._meta.constraints if isinstance(rule, models.CheckConstraint)]


def shared() -> list[str]:
    """The columns that many tables have, as they stand in the first section that remembers who wrote."""
    names = {field.name for base in (m.SectionModel, m.Signed) for field in base._meta.local_fields}
    signed = next(entry.model for entry in SECTIONS if issubclass(entry.model, m.Signed))
    return [row(field) for field in signed._meta.concrete_fields if field.name in names]


def row(field, prefix: str = "") -> str:
    null = "yes" if field.null or field.generated else "no"
    state = (null, default(field)) if field.model._meta.managed else ("", "")
    meaning = field.help_text or f"{field.verbose_name}.".capitalize()
    cells = (f"`{prefix}{field.column}`", pg_type(field), *state, values(field), meaning)
    return f"| {' | '.join(map(cell, cells))} |"


def pg_type(field) -> str:
    """The type as PostgreSQL writes it."""
    name = field.db_type(connection).replace(", ", ",").replace("varchar", "character varying")
    return "time without time zone" if name == "time" else name


def default(field) -> str:
    if field.generated:
        return "computed"
    if field.db_default is NOT_PROVIDED:
        return ""
    sql, parameters = connection.schema_editor().db_default_sql(field)
    text = str(*parameters) if parameters else sql.removeprefix("(").removesuffix(")").lower()
    return text.lower() if isinstance(field, models.BooleanField) else text


def values(field) -> str:
    """What a column takes, in words: the table it refers to, its rule, its choices."""
    if field.primary_key:
        return "primary key"
    if field.is_relation:
        refers = f"{'value' if issubclass(field.related_model, Lookup) else 'row'} of {link(field.related_model)}"
        return f"{refers}, {ON_DELETE[field.remote_field.on_delete]}" if field.model._meta.managed else refers
    words = []
    if isinstance(field, Ruled) and field.rule():
        words.append(re.sub("^(is|takes|has) ", "", field.rule_in_words()))
    elif isinstance(field, models.TextField) and field.max_length:
        words.append(f"in forms up to {field.max_length} characters")
    elif field.choices:
        parts = (part for rule in checks(field.model) for part in rule.condition.children)
        checked = [part[0] for part in parts if isinstance(part, tuple)]
        held = isinstance(field, PgEnumField) or f"{field.name}__in" in checked
        how = "one of" if held else "usually" if isinstance(field, Code) else "in forms one of"
        words.append(f"{how} {', '.join(value for value, _ in field.flatchoices)}")
    return "; ".join((*words, "unique") if field.unique else words)


def link(model) -> str:
    """A table's name, leading to where GitHub finds it."""
    return f"[{model._meta.db_table}](#{'vocabularies' if issubclass(model, Lookup) else model._meta.db_table})"
