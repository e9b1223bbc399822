"""The OpenAPI description is valid, and rows of the database are as it says."""

import json

import pytest
from django.db import connection
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from personas.reference.contract.columns import published
from personas.reference.contract.openapi import description
from tests.factories import PersonaFactory

RESERVED = {"select", "order", "limit", "offset", "and", "or", "columns", "on_conflict"}  # PostgREST's own


def schema_of(table: str) -> Draft202012Validator:
    schema = description("1.0.0")["components"]["schemas"][table]
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_it_is_valid_openapi_with_a_collection_for_each_table_and_view():
    made = description("1.0.0")
    assert not list(OpenAPIV31SpecValidator(made).iter_errors())
    assert set(made["paths"]) == {f"/{table.name}" for table in published()}
    assert {method for path in made["paths"].values() for method in path} == {"get"}
    assert made["security"] == [{"tenant": []}]


def test_no_column_is_called_like_a_parameter_of_postgrest():
    assert not [one for table in published() for one in table.columns if one.name in RESERVED]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("eq.SKEPTIC", True),
        ("not.in.(one,two)", True),
        ("is.null", True),
        ("fts(english).word", True),
        ("cs.{a,b}", True),
        ("SKEPTIC", False),
        ("equals.SKEPTIC", False),
    ],
)
def test_a_filter_is_an_operator_a_point_and_a_value(text, fits):
    assert schema_of("filter").is_valid(text) is fits


@pytest.mark.django_db
def test_rows_of_the_database_fit_and_rows_that_are_wrong_do_not(tenant):
    PersonaFactory(complete=True, validation_status="published")
    for table in published():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT to_json(r)::text FROM published.{table.name} AS r")
            found = [json.loads(text) for (text,) in cursor.fetchall()]
        schema = schema_of(table.name)
        assert found, table.name
        assert not [error for row in found for error in schema.iter_errors(row)], table.name
    schema = schema_of("tenants")
    assert not schema.is_valid({**found[0], "name": None})
    assert not schema.is_valid({key: found[0][key] for key in ("id", "slug", "name")})
    assert not schema_of("personas").is_valid({"archetype": "WIZARD"})
