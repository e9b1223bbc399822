"""What introspection reads is the database, whoever asks and whichever version it is; and it tells what differs."""

import json

import pytest

from personas.documents.shape import ALL, BY_WORD
from personas.models import Goal, Motivation
from personas.seeding.introspection import drift, files, mappings, transformation, unknown_to_database
from tests import database
from vital.database.drift import read_expected

pytestmark = pytest.mark.database


@pytest.fixture
def as_owner(committed, database_name):
    with database.connect("vital_migrator", database_name, autocommit=True) as owner:
        owner.execute("SET ROLE vital_owner")
        yield owner.execute


@pytest.mark.django_db
def test_every_table_of_the_house_is_told_with_everything_about_it():
    made = mappings()
    assert {shape.model._meta.db_table for shape in ALL} <= made["tables"].keys()
    assert {"org_functions", "org_departments", "org_roles", "lookup_budget_ranges", "tenants"} <= made["tables"].keys()
    assert made["enums"]["archetype_enum"] == ["AUTOMATOR", "ORCHESTRATOR", "LEARNER", "SKEPTIC"]
    goals = made["tables"]["persona_goals"]
    priority = next(column for column in goals["columns"] if column["name"] == "priority")
    assert priority | {"comment": ""} == {
        "name": "priority", "type": "text", "nullable": True, "default": "'medium'::text", "comment": "",
    }  # fmt: skip
    assert priority["comment"] == Goal._meta.get_field("priority").help_text
    [check] = (one for one in made["tables"]["persona_motivations"]["checks"] if one["columns"] == ["importance"])
    assert check["values"] == Motivation._meta.get_field("importance").codes
    assert goals["primary_key"] == ["id"]
    assert goals["row_security"] == "forced"
    assert [policy["shows"] for policy in goals["policies"]] == ["the tenant's"]
    assert {"tenant_id", "persona_id"} in [set(one["columns"]) for one in goals["foreign_keys"]]
    assert next(one for one in goals["foreign_keys"] if "persona_id" in one["columns"])["on_delete"] == "cascade"


@pytest.mark.django_db
def test_the_values_of_an_array_are_listed_like_those_of_a_text():
    checks = mappings()["tables"]["persona_customer_relationships"]["checks"]
    listed = next(check["values"] for check in checks if check["columns"] == ["value_delivery_focus"])
    assert listed == BY_WORD["customer_relationships"].columns["value_delivery_focus"].codes


@pytest.mark.django_db
def test_every_list_of_values_that_a_check_allows_is_the_one_that_its_column_knows():
    made = mappings()["tables"]
    for shape in ALL:
        listed = {
            check["columns"][0]: check["values"]
            for check in made[shape.model._meta.db_table]["checks"] if "values" in check
        }  # fmt: skip
        known = {
            field.column: field.codes
            for field in shape.columns.values()
            if getattr(field, "codes", None) and getattr(field, "closed", True)
        }
        assert listed == known


@pytest.mark.django_db
def test_the_same_database_gives_the_same_bytes():
    assert files() == files()


def test_the_fingerprint_is_another_when_anything_is(as_owner):
    before = mappings()["fingerprint"]
    as_owner("COMMENT ON COLUMN persona_goals.priority IS 'Something else'")
    assert mappings()["fingerprint"] != before


def test_both_styles_of_policy_are_the_same_database(as_owner):
    before = files()
    as_owner("SELECT set_policy_style('inline')")
    assert files() == before


@pytest.mark.django_db
def test_each_key_of_a_document_says_where_it_lands_and_what_imports_read_as_it():
    told = transformation(mappings())["documents"]
    assert told["personas"]["keys"]["title"]["aliases"] == ["persona_title"]
    assert told["personas"]["keys"]["name"] | {"aliases": []} == {
        "column": "name", "type": "text", "needed": True, "group": "core_profile", "aliases": [], "values": [],
    }  # fmt: skip
    assert told["personas"]["keys"]["role"]["names"] == "org_roles.slug"
    assert told["personas"]["keys"]["role"]["column"] == "role_id"
    severity = told["pain_points"]["keys"]["severity"]
    assert {"from": "very_high", "to": "critical"}.items() <= severity["values"][0].items()
    assert told["case_studies.metrics"]["table"] == "case_study_metrics"
    for word, table in told.items():
        assert all(key["type"] for key in table["keys"].values()), word
    json.dumps(told)


@pytest.mark.django_db
def test_a_database_as_the_migrations_made_it_has_not_drifted():
    assert drift() == []


def test_a_column_that_is_gone_is_told_with_the_statement_that_brings_it_back(as_owner):
    as_owner("ALTER TABLE persona_goals DROP COLUMN timeframe CASCADE")
    told = drift()
    assert any(
        sentence.startswith("column persona_goals.timeframe is missing from the database; the migrations make it")
        and "Fix: ALTER TABLE persona_goals ADD COLUMN timeframe" in sentence
        for sentence in told
    ), told


def test_a_column_with_another_name_is_told_as_renamed(as_owner):
    as_owner("ALTER TABLE persona_fears RENAME COLUMN fear_description TO description")
    assert (
        "column persona_fears.fear_description is missing from the database, and column persona_fears.description, "
        "which nothing here knows, is just like it: it was renamed. "
        "Fix: ALTER TABLE persona_fears RENAME COLUMN description TO fear_description;"
    ) in drift()


def test_a_column_of_another_type_is_told_with_both_types(as_owner):
    as_owner("ALTER TABLE persona_values ALTER COLUMN value_name TYPE varchar(20)")
    assert any(
        sentence.startswith("column persona_values.value_name is «character varying(20)") for sentence in drift()
    )


def test_what_others_put_beside_our_tables_is_no_drift(as_owner):
    as_owner("CREATE TABLE notes_of_somebody_else (id integer)")
    as_owner("GRANT SELECT ON persona_goals TO PUBLIC")
    assert drift() == []


@pytest.mark.django_db
def test_a_column_that_only_the_models_know_wants_a_migration():
    found = read_expected()
    assert list(unknown_to_database([Goal], found, set())) == []
    del found["column persona_goals.timeframe"]
    assert list(unknown_to_database([Goal], found, set())) == [
        "column persona_goals.timeframe is known to the models, and the database has none. Fix: manage.py migrate"
    ]
