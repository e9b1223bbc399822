"""The values that every installation starts with."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

MODELS = list(apps.get_app_config("lookups").get_models())
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def rows() -> dict:
    return {row["id"]: row for model in MODELS for row in model.objects.values()}


def test_there_are_24_vocabularies_with_145_values(db):
    tables = [name for name in connection.introspection.table_names() if name.startswith("lookup_")]
    assert (len(MODELS), len(tables), len(rows())) == (24, 24, 145)


@each_model
def test_a_vocabulary_has_values_to_choose_from(db, model):
    assert model.objects.filter(is_active=True).count() >= 4


@each_model
def test_the_places_of_a_vocabulary_s_values_count_from_1(db, model):
    assert list(model.objects.values_list("sort_order", flat=True)) == list(range(1, model.objects.count() + 1))


@each_model
def test_people_can_tell_the_values_of_a_vocabulary_apart(db, model):
    for field in ("code", "display_name"):
        values = [value.lower() for value in model.objects.values_list(field, flat=True)]
        assert len(set(values)) == len(values)


def test_loading_the_fixture_again_changes_nothing(db):
    before = rows()
    call_command("loaddata", "lookups", verbosity=0)
    after = rows()
    for row_id, row in after.items():
        assert row | {"created_at": None} == before[row_id] | {"created_at": None}
    assert set(after) == set(before)


def test_loading_the_fixture_again_keeps_values_of_one_s_own(db):
    own = MODELS[0].objects.create(code="own", display_name="Own")
    call_command("loaddata", "lookups", verbosity=0)
    assert MODELS[0].objects.filter(pk=own.pk).exists()
