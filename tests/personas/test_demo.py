"""The four demo personas load into any tenant, as often as one likes, and are complete."""

import pytest
from django.core.management import CommandError, call_command

from personas.models import CaseStudyMetric, Persona
from personas.sections import SECTIONS, TABLES
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

pytestmark = pytest.mark.django_db


def load(tenant) -> dict[str, int]:
    """Load the fixture, and count what is there then."""
    call_command("loaddata", "demo_personas", tenant=tenant.slug, verbosity=0)
    with tenant_context(tenant):
        return {table.word: table.model.objects.count() for table in TABLES}


def test_they_load_into_two_tenants_and_a_second_time_into_neither(pharma, digital):
    first = load(pharma)
    assert load(digital) == first
    assert load(pharma) == first
    assert all(first.values())


def test_they_are_four_complete_personas_and_the_database_works_out_what_follows(tenant):
    load(tenant)
    personas = {persona.archetype: persona for persona in Persona.objects.all()}
    tiers = {archetype: persona.vpanes_scoring.get().priority_tier for archetype, persona in personas.items()}
    assert tiers == {
        "AUTOMATOR": "tier_2_high",
        "ORCHESTRATOR": "tier_1_ideal",
        "LEARNER": "tier_3_medium",
        "SKEPTIC": "tier_2_high",
    }
    for persona in personas.values():
        for section in SECTIONS:
            fewest, at_most = section.rows or (1, 99)
            assert fewest <= getattr(persona, section.word).count() <= at_most, (persona, section.word)
        summary = persona.evidence_summary.get()
        assert summary.research_studies_count == persona.public_research.count()
        assert summary.peer_reviewed_count == persona.public_research.filter(peer_reviewed=True).count()
        assert persona.gen_ai_readiness_level
        assert persona.role_name == persona.role.name
        assert persona.function.slug == "medical-affairs"
    assert Persona.objects.filter(jtbd__jtbd__code__startswith="JTBD-").distinct().count() == 4
    assert CaseStudyMetric.objects.values("case_study__persona").distinct().count() == 4


def test_without_the_organisation_they_say_what_to_load_first(db):
    Tenant.objects.create(tenant_key="new", slug="new", name="New")
    with pytest.raises(
        CommandError, match=r"refers to one that is not there.*manage.py loaddata organisation --tenant new"
    ):
        call_command("loaddata", "demo_personas", tenant="new", verbosity=0)
