"""A plan as one SQL script: for people to read, and for psql to run; it brings about what apply() does, or nothing."""

# ruff: noqa: S608 - a script is text: its names come from Scribe.name(), its values from Scribe.value()

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import Expression
from psycopg import sql
from psycopg.adapt import AdaptersMap, Transformer
from psycopg.types.uuid import UUIDDumper

from personas.documents.apply import RefusedError, held_versions, lead, physical, step_aside
from personas.documents.changes import Op, PersonaPlan, Plan, RowChange
from personas.documents.shape import ALL, PERSONA, Shape, natural
from vital.tenancy.context import SETTINGS, current_tenant

from .script_blocks import guard, references, validation

HEADER = """\
-- ============================================================
-- VITAL Platform - Persona Deployment Script
-- Generated: {generated}
-- Personas: {personas}
-- Tenant ID: {tenant}
-- ============================================================
-- One transaction: all of it, or nothing. Run it with
--     psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f FILE

BEGIN;

"""
FOOTER = "\nCOMMIT;\n"
PLAIN = re.compile("[a-z_][a-z0-9_]*")
SESSION = {  # how psql reads this file, and how long it may take, whatever the session was like before
    "client_encoding": "UTF8",
    "standard_conforming_strings": "on",
    "statement_timeout": "0",
    "app.kind": "import",
}


class Readable(UUIDDumper):
    """An id as people know it, with its hyphens."""

    def dump(self, obj: UUID) -> bytes:
        return str(obj).encode()


class Scribe:
    """A cursor that writes down what it is told to execute; and the one that knows how a value is written."""

    rowcount = -1  # nobody knows before the script has run

    def __init__(self):
        connection.ensure_connection()
        self.connection, self.tenant = connection.connection, current_tenant()
        self.adapters = AdaptersMap(self.connection.adapters)
        self.adapters.register_dumper(UUID, Readable)
        self.transformer, self.told = Transformer(self), []
        self.tenant_literal = self.value(self.tenant)
        with connection.cursor() as cursor:
            cursor.execute("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'")
            self.keywords = {word for (word,) in cursor.fetchall()}

    def execute(self, statement: str | sql.Composed, values: Sequence = ()) -> None:
        if isinstance(statement, str):
            statement = sql.SQL(statement.replace("%s", "{}")).format(*map(sql.Literal, values))
        self.told.append(statement.as_string(self) + ";\n")

    def page(self) -> str:
        """What was written down since the last page."""
        page, self.told = "".join(self.told), []
        return page

    def value(self, value) -> str:
        """A value as SQL has it, quotes and all."""
        return self.transformer.as_literal(value).decode() if value is not None else "NULL"

    def values(self, several: Iterable) -> str:
        return ", ".join(map(self.value, several))

    def name(self, name: str) -> str:
        """A name as SQL has it, in quotes only where it needs them."""
        return name if PLAIN.fullmatch(name) and name not in self.keywords else sql.Identifier(name).as_string(self)

    def names(self, several: Iterable[str]) -> str:
        return ", ".join(map(self.name, several))

    def reference(self, model: type[models.Model], key: str, value) -> str:
        """The row of the tenant that has this natural key."""
        column = self.name(model._meta.get_field(key).column)
        table = self.name(model._meta.db_table)
        return f"(SELECT id FROM {table} WHERE tenant_id = {self.tenant_literal} AND {column} = {self.value(value)})"


def render(
    plan: Plan, *, moment: datetime, user: UUID | None = None, organisation: Iterable[models.Model] = ()
) -> Iterator[str]:
    """The script that carries out a plan of the tenant whose context is open, piece by piece."""
    if plan.problems:
        raise RefusedError(plan.problems)
    plans = sorted((one for one in plan.personas if one.changes), key=lambda one: one.new)
    scribe = Scribe()
    generated = moment.isoformat(timespec="seconds")
    yield HEADER.format(generated=generated, personas=len(plans), tenant=scribe.tenant)
    told = {SETTINGS[0]: str(scribe.tenant), SETTINGS[-1]: str(user or ""), **SESSION}
    for name, value in (told | {"app.why": f"Persona Deployment Script of {generated}"}).items():
        yield f"SET LOCAL {name} = {scribe.value(value)};\n"
    yield guard(scribe, plans)
    yield from organisation_rows(organisation, scribe)
    yield references(scribe, plans)
    yield from content(scribe, plans)
    yield validation(scribe, plans)
    yield FOOTER


def content(scribe: Scribe, plans: list[PersonaPlan]) -> Iterator[str]:
    """What is deleted, then what becomes of each persona; its version rises once, and its history grows by one."""
    deleted, renamed, words = defaultdict(list), [], set()
    for change in (change for one in plans for change in one.changes):
        words.add(change.word)
        if change.op == Op.DELETE:
            deleted[change.word].append(change.id)
        elif change.op == Op.CHANGE and change.word == PERSONA.word:
            renamed.append(change)
    gone = set(deleted[PERSONA.word])
    tables = [shape.model._meta.db_table for shape in ALL if shape.word in words]
    with held_versions(scribe, [one for one in plans if one.id not in gone], tables):
        yield "\n" + scribe.page()
        for shape in reversed(ALL):
            if ids := deleted[shape.word]:
                these = scribe.values(ids)
                yield f"DELETE FROM {table_of(scribe, shape)} WHERE {tenant(scribe)} AND id IN ({these});\n"
        step_aside(scribe, PERSONA, renamed)
        for one in plans:
            yield (
                scribe.page() + f"\n-- Persona: {plain(one.slug)} ({'new' if one.new else f'version {one.version}'})\n"
            )
            yield from rows_of(scribe, one)
        yield "\n"
    yield scribe.page()


def rows_of(scribe: Scribe, one: PersonaPlan) -> Iterator[str]:
    changes = defaultdict(list)
    for change in one.changes:
        changes[change.word, change.op].append(change)
    for shape in ALL:
        changed, created = changes[shape.word, Op.CHANGE], changes[shape.word, Op.CREATE]
        if changed:
            if shape is not PERSONA:
                step_aside(scribe, shape, changed)
            yield scribe.page() + "".join(update(scribe, shape, change) for change in changed)
        if created:
            yield insert(scribe, shape, created)


def insert(scribe: Scribe, shape: Shape, changes: list[RowChange]) -> str:
    names = list(shape.columns)
    rows = ",\n".join(
        f"    ({scribe.tenant_literal}, {scribe.values([change.id, *lead(shape, change)])}, "
        f"{', '.join(understood(scribe, shape, name, change.after[name]) for name in names)})"
        for change in changes
    )
    take_over = ""
    if shape.single:  # the database may have made it by itself, as it does with the summary of evidence
        ours = [scribe.name(column) for column in ("id", *(shape.columns[name].column for name in names))]
        taken = ", ".join(f"{column} = excluded.{column}" for column in ours)
        take_over = f"\nON CONFLICT (tenant_id, persona_id) DO UPDATE SET {taken}"
    columns = scribe.names(physical(shape, names))
    return f"INSERT INTO {table_of(scribe, shape)} (tenant_id, {columns}) VALUES\n{rows}{take_over};\n"


def update(scribe: Scribe, shape: Shape, change: RowChange) -> str:
    new = {shape.columns[name].column: understood(scribe, shape, name, value) for name, value in change.after.items()}
    if shape.order and change.place is not None:
        new[shape.order] = scribe.value(change.place)
    assigned = ", ".join(f"{scribe.name(column)} = {value}" for column, value in new.items())
    return (
        f"UPDATE {table_of(scribe, shape)} SET {assigned} WHERE {tenant(scribe)} AND id = {scribe.value(change.id)};\n"
    )


def understood(scribe: Scribe, shape: Shape, name: str, value) -> str:
    if value is None or name not in shape.references:
        return scribe.value(value)
    return scribe.reference(shape.references[name].related_model, natural(shape.references[name]), value)


def table_of(scribe: Scribe, shape: Shape) -> str:
    return scribe.name(shape.model._meta.db_table)


def tenant(scribe: Scribe) -> str:
    return f"tenant_id = {scribe.tenant_literal}"


def plain(text: str) -> str:
    """A text that stays in its line, for a comment."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def organisation_rows(instances: Iterable[models.Model], scribe: Scribe | None = None) -> Iterator[str]:
    """INSERT statements for unsaved rows of the organisation, parents first; what is there already stays as it is."""
    scribe = scribe or Scribe()
    for one in instances:
        told = {
            field.column: referred(scribe, one, field)
            for field in one._meta.local_concrete_fields
            if field.name != "tenant" and not isinstance(getattr(one, field.attname), Expression)
        }
        table = scribe.name(one._meta.db_table)
        key = [one._meta.get_field(name.partition("__")[0]).column for name in one.natural_fields()]
        same = "".join(f" AND {scribe.name(column)} = {told[column]}" for column in key)
        yield (
            f"INSERT INTO {table} (tenant_id, {scribe.names(told)})\nSELECT {scribe.tenant_literal}, "
            f"{', '.join(told.values())}\nWHERE NOT EXISTS (SELECT FROM {table} WHERE {tenant(scribe)}{same});\n"
        )


def referred(scribe: Scribe, one: models.Model, field: models.Field) -> str:
    """A value of an instance; a row that the instance holds is named as whoever reads the script would name it."""
    key = field.is_relation and natural(field)
    if key and field.is_cached(one) and getattr(one, field.name) is not None:
        return scribe.reference(field.related_model, key, getattr(getattr(one, field.name), key))
    return scribe.value(field.get_prep_value(getattr(one, field.attname)))
