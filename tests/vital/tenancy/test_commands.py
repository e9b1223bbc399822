import json

import pytest
from django.core.management import CommandError, call_command

from vital.organisation.models import Function, Role
from vital.tenancy.context import current_tenant, tenant_context
from vital.tenancy.management.base import TenantCommand


def fixture(folder, *rows: dict) -> str:
    file = folder / "rows.json"
    file.write_text(json.dumps([{"model": "organisation.function", "fields": row} for row in rows]))
    return str(file)


def test_loaddata_gives_rows_to_the_tenant_that_is_named(tmp_path, pharma, digital):
    call_command("loaddata", fixture(tmp_path, {"name": "New", "slug": "new"}), tenant="pharma", verbosity=0)
    with tenant_context(pharma):
        assert Function.objects.get(slug="new").tenant_id == pharma.pk
    with tenant_context(digital):
        assert not Function.objects.filter(slug="new").exists()


def test_loaddata_without_a_tenant_refuses_rows_of_tenants_and_says_how(tmp_path, db):
    with pytest.raises(CommandError, match=r"Functions belong to a tenant\. Say which: .* --tenant pharma"):
        call_command("loaddata", fixture(tmp_path, {"name": "New", "slug": "new"}), verbosity=0)


def test_loaddata_without_a_tenant_loads_what_belongs_to_none(db):
    call_command("loaddata", "lookups", verbosity=0)


def test_loaddata_refuses_rows_that_name_another_tenant(tmp_path, pharma, digital):
    rows = fixture(tmp_path, {"name": "New", "slug": "new", "tenant": str(digital.pk)})
    with pytest.raises(CommandError, match="row-level security"):
        call_command("loaddata", rows, tenant="pharma", verbosity=0)


def test_the_same_file_serves_every_tenant(pharma, digital):
    counts = []
    for tenant in (pharma, digital):
        with tenant_context(tenant):
            counts.append(Role.objects.count())
    assert counts[0] == counts[1] >= 25


@pytest.mark.parametrize("name", ["nobody", "3f0c8a52-0000-4000-8000-000000000000"])
def test_an_unknown_tenant_is_answered_with_the_known_ones(db, name):
    with pytest.raises(CommandError, match=rf"There is no tenant «{name}»\. Tenants: digital-health, pharma\."):
        call_command("loaddata", "lookups", tenant=name, verbosity=0)


class Look(TenantCommand):
    def handle(self, **options):
        self.seen = current_tenant(), Function.objects.count()


@pytest.mark.parametrize("by", ["slug", "pk"])
def test_a_command_works_in_the_tenant_that_is_named(pharma, by):
    command = Look()
    call_command(command, tenant=str(getattr(pharma, by)))
    assert command.seen == (pharma.pk, 12)
    assert current_tenant() is None


def test_a_command_refuses_to_start_without_a_tenant(db):
    with pytest.raises(CommandError, match="--tenant"):
        call_command(Look())
