"""Vocabularies as files: fetched by everybody, brought by platform administrators."""

import pytest
from django.apps import apps

from lookups.models import Industry, SeniorityLevel, TechnologyAdoption
from tests.vital.flat.files import CSV, JSON, TSV, YAML, Pages, rows, table
from vital.tenancy.roles import Role

VOCABULARIES = list(apps.get_app_config("lookups").get_models())


@pytest.fixture
def work(platform_admin, pharma, enter):
    platform_admin.tenant = pharma
    platform_admin.save()
    client = enter(platform_admin)
    return lambda model: Pages(client, model)


@pytest.mark.parametrize("format_", [CSV, TSV, JSON, YAML], ids=["csv", "tsv", "json", "yaml"])
def test_every_vocabulary_comes_back_unchanged(work, format_):
    Industry.objects.create(code="part", display_name="=1+1", description="'", parent=Industry.objects.first())
    TechnologyAdoption.objects.filter(pk=TechnologyAdoption.objects.first().pk).update(population_percentage="2.5")
    for model in VOCABULARIES:
        result = work(model).send(work(model).export(format_).content, format_).context["result"]
        assert (result.refusals, result.wrong, result.changing) == ([], [], []), model
        assert result.counts["skip"] == model.objects.count()


def test_a_platform_administrator_brings_values(work):
    work(SeniorityLevel).bring(table({"code": "new", "display_name": "New", "is_active": "no"}))
    assert not SeniorityLevel.objects.get(code="new").is_active


def test_a_value_may_name_another_new_one(work):
    sent = [{"code": "part", "display_name": "Part", "parent": "whole"}, {"code": "whole", "display_name": "Whole"}]
    work(Industry).bring(table(*sent))
    assert Industry.objects.get(code="part").parent.code == "whole"


@pytest.mark.parametrize("role", Role)
def test_people_of_a_tenant_fetch_and_bring_nothing(pharma, join, enter, role):
    pages = Pages(enter(join(pharma, role)), SeniorityLevel)
    assert {row["code"] for row in rows(pages.export())} == set(SeniorityLevel.objects.values_list("code", flat=True))
    assert pages.client.get(pages.address("import")).status_code == 403
    assert pages.client.post(pages.address("process_import")).status_code == 403
