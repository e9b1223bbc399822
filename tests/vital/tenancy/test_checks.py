"""The application does not start with a log-in that row-level security would not hold back."""

import subprocess
import sys

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models
from django.test.utils import isolate_apps

from tests import database
from vital.tenancy.checks import tenant_models_keep_their_base
from vital.tenancy.guard import _tenant_table
from vital.tenancy.models import TenantModel

STRONGER = {"postgres": "is a superuser", "vital_migrator": "has BYPASSRLS|owns tables"}


def run(login: str, *command: str) -> subprocess.CompletedProcess:
    environment = database.environment(database.TEMPLATE)
    return subprocess.run(
        [sys.executable, *command],
        cwd=database.ROOT,
        env=environment | {"DATABASE_URL": database.cluster().url(login, database.TEMPLATE)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("login", STRONGER)
def test_the_web_server_refuses_a_stronger_log_in(login):
    result = run(login, "-c", "import vital.wsgi")
    assert result.returncode
    assert f"«{login}»" in result.stderr.splitlines()[-1]
    assert "setup_database" in result.stderr.splitlines()[-1]


def test_the_web_server_starts_with_the_applications_log_in():
    assert run("vital_app", "-c", "import vital.wsgi").returncode == 0


@pytest.mark.parametrize("login", STRONGER)
def test_the_system_check_fails_on_a_stronger_log_in(login):
    result = run(login, "manage.py", "check", "--database", "default")
    assert result.returncode
    assert "tenancy.E001" in result.stderr


def test_the_system_check_passes_for_the_applications_log_in(db):
    assert run_checks(databases=["default"], tags=["database"]) == []


def test_the_web_server_forgets_the_owners_log_in():
    result = run("vital_app", "-c", "import vital.wsgi; from django.db import connections; print(list(connections))")
    assert result.stdout.strip() == "['default']"


@isolate_apps("vital.organisation")
def test_a_tenant_model_that_lost_its_meta_is_found(monkeypatch):
    class Forgetful(TenantModel):
        class Meta:
            app_label = "organisation"
            db_table = "forgetful"
            base_manager_name = None

    monkeypatch.setattr(apps, "get_models", lambda: [Forgetful])
    assert [error.id for error in tenant_models_keep_their_base(None)] == ["tenancy.E002"]


@pytest.mark.parametrize(
    ("sql", "touched"),
    [
        ('SELECT "org_roles"."id" FROM "org_roles"', True),
        ('INSERT INTO "org_roles" ("id") VALUES (%s)', True),
        ('UPDATE "org_roles" SET "name" = %s', True),
        ('DELETE FROM "org_roles"', True),
        ("select 1 from tenants join ONLY org_roles on true", True),
        ("SELECT 'org_roles'", False),
        ('SELECT "lookup_role_types"."id" FROM "lookup_role_types"', False),
    ],
)
def test_the_guard_recognises_what_touches_a_tenants_table(sql, touched):
    assert bool(_tenant_table().search(sql)) is touched


def test_every_tenant_model_refers_to_the_tenant_by_our_field():
    for model in apps.get_models():
        if issubclass(model, TenantModel):
            assert isinstance(model._meta.get_field("tenant"), models.ForeignKey)
            assert not model._meta.get_field("tenant").editable
