"""Django's own files: what a tenant has is dumped, and arrives whole in another."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from personas.documents.dump import dump as documents
from personas.models import Persona
from personas.sections import TABLES
from tests.factories import PersonaFactory
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Role, Tenant

ORGANISATION = [model for model in apps.get_app_config("organisation").get_models() if model._meta.managed]
CONTENT = {model._meta.label_lower for model in (*ORGANISATION, Persona, *(table.model for table in TABLES))}


def dumped(file: Path, *labels: str, **options) -> list[dict]:
    call_command("dumpdata", *labels, output=str(file), verbosity=0, **options)
    return json.loads(file.read_text())


def told(rows: list[dict]) -> list[str]:
    """Rows without what the database stamps on them."""
    for row in rows:
        row["fields"] = {
            name: value for name, value in row["fields"].items() if name not in ("created_at", "updated_at")
        }
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.fixture
def rows(pharma, tmp_path) -> list[dict]:
    with tenant_context(pharma):
        PersonaFactory(complete=True, slug="ana")
        first, *_, last = Function.objects.order_by("pk")
        Function.objects.filter(pk=first.pk).update(parent=last)  # a row that refers to a later one
    return dumped(tmp_path / "pharma.json", tenant="pharma")


def load(rows: list[dict], file: Path, tenant: Tenant) -> None:
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), tenant=tenant.slug, verbosity=0)


def test_everything_arrives_in_a_tenant_that_has_nothing_and_again_changes_nothing(rows, pharma, tmp_path):
    assert {row["model"] for row in rows} == CONTENT
    new = Tenant.objects.create(tenant_key="new", slug="new", name="New")
    for _ in range(2):
        load(rows, tmp_path / "rows.json", new)
        assert told(dumped(tmp_path / "new.json", tenant="new")) == told(rows)
    shown = []
    for tenant in (pharma, new):
        with tenant_context(tenant):
            shown.append(list(documents([Persona.objects.get(slug="ana").pk])))
    assert shown[0] == shown[1]


@pytest.mark.django_db
def test_no_row_says_whose_it_is_or_who_wrote_it(pharma, join, tmp_path):
    with tenant_context(pharma, join(pharma, Role.ANALYST)):
        PersonaFactory(slug="ana")
    rows = dumped(tmp_path / "rows.json", "personas", "tenancy", tenant="pharma")
    assert {row["model"] for row in rows} <= CONTENT | {"tenancy.tenant"}
    fields = {name for row in rows if row["model"] in CONTENT for name in row["fields"]}
    assert "slug" in fields
    assert not fields & {"tenant", "created_by", "updated_by", "password"}
    assert "analyst@pharma.example" not in (tmp_path / "rows.json").read_text()


@pytest.mark.django_db
def test_only_the_rows_of_the_tenant_that_is_named_are_dumped(pharma, digital, tmp_path):
    for tenant, slug in ((pharma, "ana"), (digital, "ben")):
        with tenant_context(tenant):
            PersonaFactory(slug=slug)
    rows = dumped(tmp_path / "rows.json", "personas.persona", tenant="digital-health")
    assert [row["fields"]["slug"] for row in rows] == ["ben"]


@pytest.mark.django_db
@pytest.mark.parametrize("labels", [[], ["organisation"], ["personas.Goal"]])
def test_rows_of_a_tenant_are_not_dumped_without_saying_whose(labels):
    with pytest.raises(CommandError, match=r" belong to a tenant\. Say which: manage\.py dumpdata .*--tenant pharma$"):
        call_command("dumpdata", *labels, verbosity=0)


@pytest.mark.django_db
def test_what_all_tenants_share_is_dumped_without_one_and_loaded_again(tmp_path):
    before = dumped(tmp_path / "before.json", "lookups", "tenancy.tenant", use_natural_primary_keys=True)
    assert len({row["model"] for row in before}) == 25
    call_command("loaddata", str(tmp_path / "before.json"), verbosity=0)
    after = dumped(tmp_path / "after.json", "lookups", "tenancy.tenant", use_natural_primary_keys=True)
    assert told(after) == told(before)
