"""Laws that the database's catalogue is held to, on every table, function and view there is or will be."""

import pytest

from tests import database
from vital.database.laws import EXEMPT, LAWS

from .catalogue import names

pytestmark = pytest.mark.database


@pytest.fixture
def catalogue(database_name, django_db_setup):
    with database.connect("postgres", database_name) as connection:
        yield connection


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.title)
def test_law(catalogue, law):
    assert law.broken_by(catalogue.cursor()) == []


def test_the_exempt_tables_still_exist(catalogue):
    """A stale exemption is a hole waiting for a table."""
    found = catalogue.execute("SELECT relname FROM pg_class WHERE relname = ANY (%s)", [list(EXEMPT)]).fetchall()
    assert {name for (name,) in found} == set(EXEMPT)
    assert not EXEMPT.keys() & set(names())


def test_every_model_of_a_tenant_is_a_table_that_the_suite_attacks():
    from django.apps import apps

    from vital.tenancy.models import TenantModel

    models = {m._meta.db_table for m in apps.get_models() if issubclass(m, TenantModel)}
    assert models <= set(names())


def test_columns_and_tables_of_ours_are_explained_in_the_database(catalogue):
    from django.apps import apps

    for app in ("tenancy", "organisation", "lookups", "personas"):
        for model in filter(lambda model: model._meta.managed, apps.get_app_config(app).get_models()):
            silent = catalogue.execute(
                """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
                AND col_description(attrelid, attnum) IS NULL AND attname NOT IN ('id', 'password', 'last_login')""",
                [model._meta.db_table],
            ).fetchall()
            assert silent == [], model
            (comment,) = catalogue.execute("SELECT obj_description(%s::regclass)", [model._meta.db_table]).fetchone()
            assert comment == model.__doc__.split("\n")[0]
