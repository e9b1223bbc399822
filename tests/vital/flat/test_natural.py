"""Rows that are found by their natural key are checked in memory, and as the database would."""

import itertools

import pytest
from django.apps import apps
from django.db import connection, models

from tests.vital.flat.files import Pages, table
from vital.flat.natural import holds, resource_for
from vital.organisation.models import Function
from vital.organisation.models import Role as Job
from vital.tenancy.roles import Role

MODELS = [model for app in ("lookups", "organisation") for model in apps.get_app_config(app).get_models()]
CHECKS = [
    pytest.param(model, rule, id=rule.name)
    for model in MODELS
    for rule in model._meta.constraints
    if isinstance(rule, models.CheckConstraint)
]


@pytest.fixture
def pages(pharma, join, enter):
    client = enter(join(pharma, Role.ANALYST))
    return lambda model: Pages(client, model)


def some(field: models.Field) -> list:
    if field.is_relation or field.primary_key:
        return [None, "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"]
    if isinstance(field, models.CharField | models.TextField):
        return [None, "", "chaos", *dict(field.choices)]
    return [None, *map(field.to_python, ("-1", "0", "1", "2", "100", "101"))]


@pytest.mark.parametrize(("model", "rule"), CHECKS)
def test_a_check_is_understood_as_the_database_does(db, model, rule):
    fields = [model._meta.get_field(name) for name in {name for name, *_ in model._get_expr_references(rule.condition)}]
    for values in itertools.product(*map(some, fields)):
        row = {field.name: value for field, value in zip(fields, values, strict=True)}
        typed = {
            field.name: models.Value(row[field.name], output_field=getattr(field, "target_field", field))
            for field in fields
        }
        assert (holds(rule.condition, row) is not False) == rule.condition.check(typed), row


@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("connector", [models.Q.AND, models.Q.OR])
def test_what_is_not_known_is_as_in_the_database(db, connector, negated):
    condition = models.Q(models.Q(a=1), models.Q(b__gte=1), _connector=connector, _negated=negated)
    for values in itertools.product((None, 0, 1), repeat=2):
        row = dict(zip("ab", values, strict=True))
        typed = {name: models.Value(value, output_field=models.IntegerField()) for name, value in row.items()}
        assert (holds(condition, row) is not False) == condition.check(typed), row


@pytest.mark.parametrize("model", MODELS)
def test_the_unique_key_is_what_rows_are_found_by(model):
    rules = [rule for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
    keys = [{*rule.fields} - {"tenant"} for rule in rules] + [
        {field.name} for field in model._meta.fields if field.unique and not field.primary_key
    ]
    assert all(key == {*resource_for(model).finders} for key in keys)


@pytest.mark.parametrize("model", MODELS)
def test_more_rows_take_no_more_queries(tenant, model):
    resource = resource_for(model)
    exported = resource().export()
    counts = []
    for times in (1, 10):
        sent, queries = resource().export(model.objects.none()), []
        for number in range(times):
            for row in exported:
                sent.append([f"{row[0]}-{number}", *row[1:]])
        with connection.execute_wrapper(lambda run, *query, queries=queries: queries.append(query) or run(*query)):
            outcome = resource().import_data(sent, dry_run=True)
        assert (outcome.wrong, outcome.counts["new"]) == ([], len(sent))
        counts.append(len(queries))
    assert counts[0] == counts[1] < 10


def test_too_many_rows_are_refused_with_the_way_out(pages, monkeypatch):
    monkeypatch.setattr("vital.flat.natural.MOST_IMPORTED", 2)
    rows = [{"slug": f"new-{number}", "name": "New"} for number in range(3)]
    shown = pages(Function).send(table(*rows))
    [said] = shown.context["result"].refusals
    assert said.startswith("A file for this page has at most 2 rows; this one has 3. Split it, or")
    assert "manage.py loaddata" in said
    assert shown.context["confirm_form"] is None
    assert pages(Function).send(table(*rows[:2])).context["confirm_form"]


def test_all_that_is_wrong_with_a_row_is_said(pages):
    row = {"slug": "x", "name": "X", "team_size_min": 5, "team_size_max": 2, "travel_percentage_max": 101}
    [wrong] = pages(Job).send(table(row)).context["result"].wrong
    assert [sentence for _, sentence in wrong.problems] == [
        "«Travel percentage max» is a number from 0 to 100.",
        "«Team size max» is below the minimum.",
    ]
