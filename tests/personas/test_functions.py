"""What the database works out, by the figures that were agreed."""

import json
from decimal import Decimal

import pytest
from django.db import connection

from personas.models import VpanesScoring
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context

pytestmark = [pytest.mark.database, pytest.mark.django_db]

UNKNOWN_PERSONA = "00000000-0000-0000-0000-000000000000"

TIME_PERSPECTIVE = {
    "week": "week_in_life",
    "weekly_milestones": "weekly_milestones",
    "weekly_meetings": "weekly_meetings",
    "month": "month_in_life",
    "monthly_objectives": "monthly_objectives",
    "monthly_stakeholders": "monthly_stakeholders",
    "year": "year_in_life",
    "annual_conferences": "annual_conferences",
    "career_trajectory": "career_trajectory",
}
STAKEHOLDERS = {
    "internal_stakeholders": "internal_stakeholders",
    "internal_networks": "internal_networks",
    "external_stakeholders": "external_stakeholders",
    "vendor_relationships": "vendor_relationships",
    "customer_relationships": "customer_relationships",
    "regulatory_stakeholders": "regulatory_stakeholders",
    "industry_relationships": "industry_relationships",
    "influence_map": "stakeholder_influence_map",
    "stakeholder_journey": "stakeholder_journey",
    "value_exchange": "stakeholder_value_exchange",
}
EVIDENCE = {
    name: name
    for name in ("public_research", "industry_reports", "expert_opinions", "case_studies", "supporting_statistics")
}
GETTERS = {
    "get_persona_time_perspective": TIME_PERSPECTIVE,
    "get_persona_stakeholder_ecosystem": STAKEHOLDERS,
    "get_persona_evidence_portfolio": EVIDENCE,
}


def call(function: str, *arguments):
    with connection.cursor() as cursor:
        cursor.callproc(function, arguments)
        return cursor.fetchone()[0]


def get(getter: str, persona) -> dict:
    return json.loads(call(getter, persona))


@pytest.mark.parametrize(
    ("maturity", "adoption", "risk", "change", "level"),
    [
        (78, "early_adopter", "moderate", "high", "advanced"),  # 5.9, the client's test persona
        (75, "early_adopter", "moderate", "high", "advanced"),  # 5.75
        (85, "innovator", "high", "very_high", "expert"),  # 8.25
        (32, "early_majority", "low", "moderate", "beginner"),  # 0.6
        (28, "late_majority", "low", "low", "beginner"),  # -1.6
        (None, None, None, None, "developing"),  # 2.5
        (100, "innovator", "very_high", "very_high", "expert"),  # 9
        (0, "laggard", "very_low", "resistant", "beginner"),  # -4
        (100, "innovator", "moderate", "moderate", "expert"),  # 7
        (Decimal("99.99"), "innovator", "moderate", "moderate", "advanced"),
        (100, "early_majority", "moderate", "moderate", "advanced"),  # 5
        (Decimal("99.99"), "early_majority", "moderate", "moderate", "proficient"),
        (60, "early_majority", "moderate", "moderate", "proficient"),  # 3
        (Decimal("59.99"), "early_majority", "moderate", "moderate", "developing"),
        (20, "early_majority", "moderate", "moderate", "developing"),  # 1
        (Decimal("19.99"), "early_majority", "moderate", "moderate", "beginner"),
    ],
)
def test_readiness_follows_from_four_answers(maturity, adoption, risk, change, level):
    assert call("calculate_gen_ai_readiness_level", maturity, adoption, risk, change) == level


@pytest.mark.parametrize(
    ("archetype", "pattern", "layer"),
    [
        ("AUTOMATOR", "routine", "WORKFLOWS"),
        ("AUTOMATOR", None, "WORKFLOWS"),
        ("ORCHESTRATOR", "strategic", "SOLUTION_BUILDER"),
        ("ORCHESTRATOR", "mixed", "ASK_PANEL"),
        ("ORCHESTRATOR", "routine", "ASK_PANEL"),
        ("ORCHESTRATOR", None, "ASK_PANEL"),
        ("LEARNER", "strategic", "ASK_EXPERT"),
        ("SKEPTIC", "strategic", "ASK_PANEL"),
        (None, "strategic", "MIXED"),
        (None, None, "MIXED"),
    ],
)
def test_the_service_layer_follows_from_archetype_and_pattern(archetype, pattern, layer):
    assert call("infer_preferred_service_layer", archetype, pattern) == layer


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        (["very_high"] * 5, 10),
        (["high", "low", "medium", "high", "medium"], 7),  # 6.7
        (["medium"] * 5, 6),
        (["minimal"] * 5, 2),
        (["none"] * 5, 1),
        ([None] * 5, 1),
        (["unheard of"] * 5, 1),
        (["very_high", None, None, None, None], 3),  # 30 %
        ([None, "very_high", None, None, None], 2),  # 20 %
        (["very_high", None, "very_high", None, None], 5),  # 45 %
        (["very_high", None, None, "very_high", None], 6),  # 55 %
        ([None, "very_high", None, None, "very_high"], 3),  # 30 %
        ([None, None, None, None, "very_high"], 1),  # 10 %
    ],
)
def test_influence_weighs_five_levels(levels, score):
    assert call("calculate_stakeholder_influence_score", *levels) == score


@pytest.mark.parametrize(
    ("total", "reviewed", "verified", "primary", "score"),
    [
        (0, 0, 0, 0, 1),
        (-1, 5, 5, 5, 1),
        (None, None, None, None, 1),
        (10, 10, 10, 10, 10),
        (40, 40, 40, 40, 10),
        (10, 0, 0, 0, 4),
        (40, 0, 0, 0, 4),  # more than ten sources count as ten
        (5, 5, 0, 0, 6),  # 1 + 1.5 + 3 = 5.5
        (1, 0, 0, 0, 1),  # 1.3
        (10, 5, 5, 5, 7),  # 1 + 3 + 1.5 + 1 + 0.5
        (10, 99, 0, 0, 7),  # a share is never more than all
        (10, None, 10, None, 6),
    ],
)
def test_the_quality_of_evidence_follows_from_number_and_shares(total, reviewed, verified, primary, score):
    assert call("calculate_evidence_quality_score", total, reviewed, verified, primary) == score


@pytest.mark.parametrize(
    ("scores", "total", "tier"),
    [
        ([10] * 6, "60.0", "tier_1_ideal"),
        (["7.7", "7.7", "7.7", "7.7", "7.6", "7.6"], "46.0", "tier_1_ideal"),
        (["7.7", "7.7", "7.7", "7.7", "7.6", "7.5"], "45.9", "tier_2_high"),
        ([6, 5, 5, 5, 5, 5], "31.0", "tier_2_high"),
        ([6, 5, 5, 5, 5, "4.9"], "30.9", "tier_3_medium"),
        ([6, 2, 2, 2, 2, 2], "16.0", "tier_3_medium"),
        ([6, 2, 2, 2, 2, "1.9"], "15.9", "tier_4_low"),
        ([0] * 6, "0.0", "tier_4_low"),
        ([10, 10, 10, 10, 10, None], None, "tier_4_low"),
        ([None] * 6, None, "tier_4_low"),
    ],
)
def test_six_scores_add_up_to_a_total_and_a_tier(tenant, scores, total, tier):
    names = ("visibility", "pain", "actions", "needs", "emotions", "scenarios")
    scoring = VpanesScoring.objects.create(persona=PersonaFactory(), **dict(zip(names, scores, strict=True)))
    scoring.refresh_from_db()
    assert (scoring.total_score, scoring.priority_tier) == (total and Decimal(total), tier)


@pytest.mark.parametrize(("getter", "arrays"), GETTERS.items(), ids=GETTERS)
def test_an_object_has_an_array_for_each_table(tenant, getter, arrays):
    persona = PersonaFactory(complete=True)
    PersonaFactory(complete="most")
    answer = get(getter, persona.pk)
    lengths = {name: getattr(persona, word).count() for name, word in arrays.items()}
    assert {name: len(answer.pop(name)) for name in arrays} == lengths
    if getter != "get_persona_time_perspective":
        assert answer.pop("counts") == lengths
    if getter == "get_persona_evidence_portfolio":
        summary = answer.pop("summary")
        assert (summary["persona_id"], summary["statistics_count"]) == (
            str(persona.pk),
            lengths["supporting_statistics"],
        )
    assert answer == {}


@pytest.mark.parametrize("of", ["an empty persona", "an unknown persona"])
@pytest.mark.parametrize(("getter", "arrays"), GETTERS.items(), ids=GETTERS)
def test_an_object_has_empty_arrays_where_there_is_nothing(tenant, getter, arrays, of):
    answer = get(getter, PersonaFactory().pk if of == "an empty persona" else UNKNOWN_PERSONA)
    assert {name: answer.pop(name) for name in arrays} == {name: [] for name in arrays}
    assert answer.pop("counts", None) in (None, dict.fromkeys(arrays, 0))
    assert answer.pop("summary", None) is None
    assert answer == {}


@pytest.mark.parametrize(
    ("getter", "name", "column", "order"),
    [
        ("time_perspective", "week", "day_of_week",
         ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
        ("time_perspective", "month", "month_phase", ["beginning", "mid", "end"]),
        ("time_perspective", "year", "quarter", ["Q1", "Q2", "Q3", "Q4"]),
        ("time_perspective", "weekly_milestones", "week_phase", ["early", "mid", "late"]),
        ("time_perspective", "career_trajectory", "year_in_role", [1, 2, 5]),
        ("time_perspective", "annual_conferences", "sequence_order", [1, 2, 3]),
        ("stakeholder_ecosystem", "influence_map", "overall_influence_score", [9, 5, 1, None]),
        *(("evidence_portfolio", name, "relevance_score", [9, 5, 1]) for name in EVIDENCE),
    ],
)  # fmt: skip
def test_the_rows_of_an_array_come_in_order(tenant, getter, name, column, order):
    persona = PersonaFactory()
    word = GETTERS[f"get_persona_{getter}"][name]
    for value in sorted(order, key=lambda value: str(value)[-1]):  # some other order
        FACTORIES[word](persona=persona, **{column: value})
    answer = get(f"get_persona_{getter}", persona.pk)
    assert [row[column] for row in answer[name]] == order


@pytest.mark.parametrize("getter", GETTERS)
def test_an_object_says_nothing_about_another_tenants_persona(pharma, digital, getter):
    with tenant_context(digital):
        persona = PersonaFactory(complete=True)
    with tenant_context(pharma):
        assert get(getter, persona.pk) == get(getter, UNKNOWN_PERSONA)
