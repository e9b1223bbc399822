"""Document 004: its 48 objects, made as they stand there beside ours, agree with them."""

import pytest
from django.apps import apps

from personas.enums import PG_TYPES

from .catalogue import columns, definitions

pytestmark = pytest.mark.database

CODES = {
    "lookup_seniority_levels": "entry junior mid senior lead manager director vp c_level",
    "lookup_organization_sizes": "startup small medium large enterprise",
    "lookup_technology_adoption": "innovator early_adopter early_majority late_majority laggard",
    "lookup_risk_tolerance": "very_low low moderate high very_high",
    "lookup_change_readiness": "resistant low moderate high very_high",
    "lookup_geographic_scopes": "local regional national multi_national global",
    "lookup_pain_point_categories": "process tool data organizational resource compliance communication",
    "lookup_severity_levels": "low medium high critical",
    "lookup_frequency_levels": "rarely sometimes often always",
    "lookup_timeframes": "immediate short_term medium_term long_term strategic",
    "lookup_goal_types": "efficiency quality growth compliance innovation learning career",
    "lookup_challenge_types": "technical organizational resource knowledge regulatory competitive cultural",
    "lookup_trigger_types": "regulatory competitive internal_initiative crisis growth budget_cycle",
    "lookup_conference_types": "academic industry regulatory internal",
    "lookup_conference_roles": "attendee speaker panelist organizer sponsor",
}

# The figures that the document gives beside the codes.
FIGURES = {
    "lookup_seniority_levels (years_experience_min, years_experience_max)": [
        (0, 2), (2, 4), (4, 7), (7, 12), (10, 15), (8, 15), (12, 20), (15, 25), (20, 40),
    ],
    "lookup_organization_sizes (employee_min, employee_max)": [
        (1, 50), (51, 200), (201, 1000), (1001, 10000), (10001, None),
    ],
    "lookup_technology_adoption (population_percentage::text)": [("2.5",), ("13.5",), ("34.0",), ("34.0",), ("16.0",)],
    "lookup_timeframes (months_min, months_max)": [(0, 1), (1, 6), (6, 18), (18, 36), (36, None)],
}  # fmt: skip

JUNCTIONS = (
    "persona_pain_points", "persona_goals", "persona_motivations", "persona_challenges", "persona_typical_day",
    "persona_tools_used", "persona_stakeholders", "persona_vpanes_scoring", "persona_education",
    "persona_certifications", "persona_success_metrics", "persona_buying_process", "persona_buying_triggers",
    "persona_aspirations", "persona_annual_conferences", "persona_publications", "persona_social_media",
    "persona_evidence_sources",
)  # fmt: skip

VIEWS = ("v_personas_summary", "v_personas_with_vpanes", "v_archetype_distribution")


def labels(connection, schema: str, type_name: str) -> list[str]:
    found = connection.execute(
        "SELECT enumlabel FROM pg_enum WHERE enumtypid = %s::regtype ORDER BY enumsortorder", [f"{schema}.{type_name}"]
    )
    return [label for (label,) in found]


@pytest.mark.parametrize(("choices", "type_name"), PG_TYPES.items(), ids=PG_TYPES.values())
def test_an_enum_has_the_documented_labels_in_order(as_documented, choices, type_name):
    documented, ours = (labels(as_documented, schema, type_name) for schema in ("client", "public"))
    assert documented == ours == choices.values


@pytest.mark.parametrize(("table", "codes"), CODES.items(), ids=CODES)
def test_a_vocabulary_has_the_documented_codes_in_order(as_documented, table, codes):
    found = as_documented.execute(f"SELECT code, is_active FROM public.{table} ORDER BY sort_order").fetchall()
    assert found == [(code, True) for code in codes.split()]


@pytest.mark.parametrize(("columns_of_table", "figures"), FIGURES.items(), ids=lambda value: str(value)[:25])
def test_a_vocabulary_has_the_documented_figures(as_documented, columns_of_table, figures):
    table, _, names = columns_of_table.partition(" ")
    found = as_documented.execute(f"SELECT {names.strip('()')} FROM public.{table} ORDER BY sort_order")
    assert found.fetchall() == figures


@pytest.mark.parametrize("table", ["personas", *CODES, *JUNCTIONS, *VIEWS])
def test_a_table_or_view_has_every_documented_column_of_the_documented_type(as_documented, table):
    documented, ours = (columns(as_documented, schema, table) for schema in ("client", "public"))
    assert {name: ours.get(name) for name in documented} == documented


@pytest.mark.parametrize("table", ["personas", *JUNCTIONS])
def test_a_model_has_every_documented_column(as_documented, table):
    (model,) = (model for model in apps.get_models() if model._meta.db_table == table)
    assert columns(as_documented, "client", table).keys() <= {field.column for field in model._meta.concrete_fields}


def test_personas_have_77_columns_and_no_other(as_documented):
    documented, ours = (list(columns(as_documented, schema, "personas")) for schema in ("client", "public"))
    assert len(ours) == 77
    assert sorted(ours) == sorted(documented)


def test_every_named_index_is_what_the_document_makes_of_its_name(as_documented):
    query = """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = '{}' AND tablename = 'personas'
        AND indexname LIKE 'idx\\_%'"""
    documented, ours = (definitions(as_documented, query.format(schema)) for schema in ("client", "public"))
    assert len(documented) == 10
    assert {name: ours.get(name) for name in documented} == documented


def test_the_documented_triggers_fire_when_the_document_says(as_documented):
    query = """SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = '{}.personas'::regclass AND NOT tgisinternal"""
    documented, ours = (definitions(as_documented, query.format(schema)) for schema in ("client", "public"))
    assert documented.keys() == {"update_personas_updated_at", "trigger_sync_persona_org_names"}
    assert {name: ours[name] for name in documented} == documented


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        (
            "calculate_gen_ai_readiness_level(first::numeric, second, third, fourth)",
            [
                ["0", "19.99", "20", "40", "55.5", "60", "78", "80", "99.9", "100"],
                CODES["lookup_technology_adoption"].split(),
                CODES["lookup_risk_tolerance"].split(),
                CODES["lookup_change_readiness"].split(),
            ],
        ),
        (
            "infer_preferred_service_layer(first, second)",
            [
                ["automator", "AUTOMATOR", "ORCHESTRATOR", "LEARNER", "SKEPTIC"],
                ["routine", "strategic", "mixed"],
                [],
                [],
            ],
        ),
    ],
    ids=["readiness", "service layer"],
)
def test_a_function_answers_as_documented_whatever_it_is_asked(as_documented, call, asked):
    differences = as_documented.execute(
        f"""SELECT first, second, third, fourth, client.{call}, public.{call}
        FROM unnest(%s::text[] || NULL) AS first, unnest(%s::text[] || NULL || 'other'::text) AS second,
            unnest(%s::text[] || NULL || 'other'::text) AS third, unnest(%s::text[] || NULL || 'other'::text) AS fourth
        WHERE client.{call} IS DISTINCT FROM public.{call}""",
        asked,
    )
    assert differences.fetchall() == []


def test_the_document_was_run_in_full(as_documented):
    ((count,),) = as_documented.execute(
        """SELECT (SELECT count(*) FROM pg_type WHERE typnamespace = 'client'::regnamespace AND typtype = 'e')
        + (SELECT count(*) FROM pg_tables WHERE schemaname = 'client' AND tablename <> ALL (%s))
        + (SELECT count(*) FROM pg_views WHERE schemaname = 'client')
        + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'client'::regnamespace)
        + (SELECT count(*) FROM pg_trigger WHERE tgrelid = 'client.personas'::regclass AND NOT tgisinternal)""",
        [["persona_week_in_life", "persona_weekly_milestones", "persona_weekly_meetings", "persona_month_in_life",
          "persona_monthly_objectives", "persona_year_in_life"]],
    )  # fmt: skip
    assert count == 48
