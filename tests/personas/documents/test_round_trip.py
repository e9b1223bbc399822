"""Nothing is lost: what is dumped and planned again changes nothing, and arrives whole in another tenant."""

import pytest
from django.core.management import call_command

from personas.documents.apply import apply
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.shape import GROUPS, PERSONA
from personas.models import EditorialState, Persona
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db


def ids() -> list:
    return list(Persona.objects.order_by("slug").values_list("pk", flat=True))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("with_ids", [True, False])
def test_a_dump_planned_again_changes_nothing(tenant, mode, with_ids):
    PersonaFactory(complete=True)
    planned = plan(dump(ids(), with_ids=with_ids), mode)
    assert planned.problems == []
    assert planned.changes == []
    assert [persona.unused for persona in planned.personas] == [[]]


def test_the_demo_personas_arrive_whole_in_another_tenant(pharma, digital):
    call_command("loaddata", "demo_personas", tenant=pharma.slug, verbosity=0)
    with tenant_context(pharma):
        documents = list(dump(ids()))
    with tenant_context(digital):
        planned = plan(documents)
        assert planned.problems == []
        assert apply(planned) == len(planned.changes) > 1300
        assert list(dump(ids())) == documents
        assert plan(documents).changes == []


def test_a_persona_that_arrives_is_at_its_first_version_and_a_change_of_many_rows_raises_it_once(tenant):
    [document] = dump([PersonaFactory(complete=True).pk])
    document["slug"] = "somebody-else"
    apply(plan([document]))
    state = EditorialState.objects.get(persona__slug="somebody-else")
    assert state.version == 1
    document["goals"][0]["success_criteria"] = "Another"
    document["fears"] = None
    document["core_profile"]["title"] = "Another"
    apply(plan([document]))
    state.refresh_from_db()
    assert state.version == 2


def test_the_same_content_gives_the_same_document_in_a_number_of_queries_that_does_not_grow(
    tenant, django_assert_num_queries
):
    PersonaFactory.create_batch(3, complete=True)
    wanted = ids()
    with django_assert_num_queries(69):
        first = list(dump(wanted))
    with django_assert_num_queries(69):
        assert list(dump(wanted)) == first
    with django_assert_num_queries(69):
        assert list(dump(wanted[:1])) == first[:1]


def test_every_column_of_the_persona_stands_in_one_group_so_that_none_is_left_behind():
    grouped = [key for keys in GROUPS.values() for key in keys]
    assert sorted([*grouped, "slug"]) == sorted(PERSONA.columns)
