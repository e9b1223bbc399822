"""The four demo personas load into any tenant, as often as one likes, and are complete."""

import pytest
from django.core.management import call_command

from personas.models import CaseStudyMetric, Persona
from personas.sections import SECTIONS, TABLES
from vital.tenancy.context import tenant_context

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


def test_they_are_the_four_archetypes_with_every_section_filled(tenant):
    load(tenant)
    personas = Persona.objects.all()
    assert sorted(persona.archetype for persona in personas) == ["AUTOMATOR", "LEARNER", "ORCHESTRATOR", "SKEPTIC"]
    for persona in personas:
        for section in SECTIONS:
            fewest, at_most = section.rows or (1, 99)
            assert fewest <= getattr(persona, section.word).count() <= at_most, (persona, section.word)


def test_the_database_works_out_what_follows_from_their_content(tenant):
    load(tenant)
    tiers = {p.archetype: p.vpanes_scoring.get().priority_tier for p in Persona.objects.all()}
    assert tiers == {
        "AUTOMATOR": "tier_2_high",
        "ORCHESTRATOR": "tier_1_ideal",
        "LEARNER": "tier_3_medium",
        "SKEPTIC": "tier_2_high",
    }
    for persona in Persona.objects.all():
        assert persona.gen_ai_readiness_level
        assert persona.role_name
        summary = persona.evidence_summary.get()
        assert summary.research_studies_count == persona.public_research.count()
        assert summary.overall_confidence_level != "medium" or summary.evidence_quality_score != 7


def test_they_hang_on_the_organisation_and_on_each_other(tenant):
    load(tenant)
    assert all(persona.role and persona.function.slug == "medical-affairs" for persona in Persona.objects.all())
    assert Persona.objects.filter(jtbd__jtbd__code__startswith="JTBD-").distinct().count() == 4
    assert CaseStudyMetric.objects.values("case_study__persona").distinct().count() == 4
