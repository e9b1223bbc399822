"""What the pack says of columns is what the schema `published` has."""

import json

import pytest
from django.db import connection

from personas.reference.contract.columns import published
from tests.factories import PersonaFactory

pytestmark = pytest.mark.django_db
CATALOGUE = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'published'::regnamespace AND c.relkind IN ('r', 'v')
ORDER BY c.relname, a.attnum
"""


def catalogue() -> dict[str, dict[str, tuple]]:
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        found: dict[str, dict[str, tuple]] = {}
        for table, column, *facts in cursor.fetchall():
            found.setdefault(table, {})[column] = tuple(facts)
    return found


def rows(table: str) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_json(r)::text FROM published.{table} AS r")
        return [json.loads(text) for (text,) in cursor.fetchall()]


def test_tables_have_the_types_the_nulls_and_the_defaults_of_the_database():
    there = catalogue()
    for table in published():
        if not table.is_view:
            told = {one.name: (one.type, not one.null, one.default) for one in table.columns}
            assert told == {
                name: (kind, not_null, default or not not_null or name == "tenant_id")
                for name, (kind, not_null, default) in there[table.name].items()
            }, table.name


def test_views_have_the_columns_of_the_database_and_nothing_else_is_published():
    there = catalogue()
    assert {table.name for table in published()} == there.keys()
    for table in published():
        told = {one.name: one.base for one in table.columns}
        kinds = {name: kind.replace("bigint", "integer") for name, (kind, *_) in there[table.name].items()}
        assert told == {name: kind.partition("(")[0] for name, kind in kinds.items()}, table.name


@pytest.mark.parametrize("complete", [False, True])
def test_what_is_never_null_is_never_null_in_a_bare_persona_and_in_a_full_one(tenant, complete):
    PersonaFactory(complete=complete, validation_status="published")
    seen = 0
    for table in published():
        for row in rows(table.name):
            seen += 1
            assert not [one.name for one in table.columns if not one.null and row[one.name] is None], table.name
    assert seen > (69 if complete else 5)


def test_a_view_gives_null_where_nothing_is_joined(tenant):
    PersonaFactory(validation_status="published", archetype=None)
    [scored] = rows("v_personas_with_vpanes")
    [share] = rows("v_archetype_distribution")
    null = {(table.name, one.name) for table in published() for one in table.columns if one.null}
    assert scored["total_score"] is scored["visibility"] is share["archetype"] is None
    assert {
        ("v_personas_with_vpanes", "total_score"),
        ("v_personas_with_vpanes", "visibility"),
        ("v_archetype_distribution", "archetype"),
    } <= null
