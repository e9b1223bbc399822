"""A file of each shape, from its author to a plan: recognised, read, asked about once, and then without a problem."""

import re
from decimal import Decimal
from functools import reduce
from operator import getitem

import pytest

from personas.documents.apply import apply
from personas.documents.plan import plan
from personas.exchange.profiles import Known, around, built_in, documents, recognise, translate
from personas.exchange.report import Kind, finding, grouped
from tests.personas.exchange.profiles.answers import ANSWERS
from tests.personas.exchange.profiles.samples import FILES, found

# Of each file: who is in it, with their roles; and facts of the first, by their path.
TOLD = {
    "capture_table.csv": (
        {"hanna-brandt-medical-affairs": None, "luc-moreau-medical-affairs": None},
        {
            ("budget_authority",): "6,500,000",
            ("goals", 1, "goal_text"): "Cut review rounds from four to two",
            ("tags", 1, "tag_name"): "evidence",
            ("metadata", 1, "meta_value"): "Health economics\nPublication planning",
        },
    ),
    "capture_template.json": (
        {"ines-keller-medical-affairs": None},
        {
            ("team_size",): 24,
            ("typical_locations", 0, "location_name"): "Basel, Switzerland",
            ("pain_points", 0, "impact_description"): (
                "Two decisions a year are taken without the field\nRoot cause: No shared calendar"
            ),
            ("week_in_life", 0, "focus_time_available"): 2,
            ("internal_stakeholders", 0, "interaction_frequency"): "bi_weekly",
        },
    ),
    "capture_template.yaml": ({"tomas-rivera-medical-affairs": None}, {("name",): "Tomás Rivera"}),
    "extended.json": (
        {"camille-laurent-msl": "senior-medical-science-liaison", "piotr-nowak-msl": "senior-medical-science-liaison"},
        {
            ("month_in_life", 1, "key_deliverables"): ["Deliverable of week 2", "Deliverable of week 3"],
            ("month_in_life", 2, "month_phase"): "end",
            ("week_in_life", 0, "meeting_load"): "moderate",
            ("monthly_objectives", 0, "achievement_rate"): Decimal("0.85"),
            ("case_studies", 0, "results", 1, "numeric_value"): Decimal(1250),
            ("public_research", 1, "quantitative_results", 0, "metric_name"): "Share who dictate",
            ("public_research", 0, "research_type"): "academic",
        },
    ),
    "field_medical.json": (
        {"alicia-romero-msl": "medical-science-liaison", "ben-achterberg-msl": "medical-science-liaison"},
        {
            ("goals", 0, "goal_text"): "Halve the time for notes",
            ("vpanes_scoring", "visibility"): Decimal("8.2"),
            ("weekly_meetings", 0, "duration_hours"): Decimal("0.75"),
            ("annual_conferences", 0, "typical_quarter"): "Q2",
            ("technology_adoption",): "early_adopter",
            ("work_pattern",): "routine",
        },
    ),
    "filled_example.json": (
        {
            "margaret-duarte-medinfo": "director-medical-information",
            "samuel-ito-medinfo": "director-medical-information",
        },
        {
            ("education_level",): "PharmD, PhD",
            ("department",): "medical-information",
            ("week_in_life", 0, "typical_end_time"): "18:00",
            ("tools_used", 0, "satisfaction_score"): 5,
            ("communication_preferences", 1, "channel"): "in_person",
            ("communication_style", "meeting_length_preference"): "30 minutes",
            ("external_stakeholders", 0, "notes"): "Stakeholder type: kol\nInteraction frequency: quarterly",
            ("internal_stakeholders", 0, "collaboration_areas"): ["adverse events", "call scripts"],
        },
    ),
    "flat_rows.json": (
        {"greta-olsson-safety": "medical-safety-lead", "amir-haddad-safety": "medical-safety-lead"},
        {
            ("pain_points", 1, "pain_point"): "Two systems for one case",
            ("vpanes_scoring", "scenarios"): 6,
            ("persona_number",): 1,
            ("archetype",): "SKEPTIC",
        },
    ),
    "in_parts.json": (
        {"ruth-adeyemi-writer": "principal-medical-writer", "stefan-lindgren-writer": "principal-medical-writer"},
        {
            ("vpanes_scoring", "scoring_notes"): "Visibility: Known in two teams\nPain: Four review rounds",
            ("typical_day", 0, "duration_minutes"): Decimal(150),
            ("typical_locations", 0, "location_name"): "New York, NY",
            ("salary_max_usd",): Decimal(150000),
        },
    ),
    "loader.json": (
        {"kofi-mensah-advisor": "medical-advisor"},
        {
            ("budget_authority",): "$5M-$15M",
            ("department",): "medical-strategy",
            ("vpanes_scoring", "pain"): Decimal("7.5"),
        },
    ),
    "markdown_rows.json": (
        {"cro-automator": None, "cmo-skeptic": None},
        {
            ("name",): "Victoria Chen",
            ("title",): "Chief Regulatory Officer Automator",
            ("archetype",): "AUTOMATOR",
            ("ai_maturity_score",): "78",
            ("vpanes_scoring", "needs"): "7",
        },
    ),
    "normalised.json": (
        {"chiara-bellini-msl": "medical-science-liaison", "devon-park-msl": "medical-science-liaison"},
        {("typical_day", 0, "time_slot"): "07:00 AM", ("vpanes_scoring", "scenarios"): 7},
    ),
    "ontology.json": (
        {"persona-dh-cv-assoc-aut": None, "p-dsi-001-aut": None},
        {("ai_maturity_score",): 74, ("seniority_level",): "entry", ("function",): "medical-affairs"},
    ),
    "phase_one.json": (
        {"priscilla-webb-medops": "medical-operations-manager", "oren-halabi-insights": "medical-insights-lead"},
        {
            ("seniority_level",): "mid",
            ("goals", 0, "priority"): "high",
            ("tools_used", 0, "satisfaction_score"): 2,
            ("metadata", -1, "meta_key"): "ltv_year2_3",
        },
    ),
    "time_as_keys.json": (
        {"director-of-medical-affairs": None},
        {
            ("week_in_life", 1, "typical_activities"): ["Strategy work", "Stakeholder meetings"],
            ("month_in_life", 2, "planning_activities"): ["Reporting", "Performance reviews"],
            ("year_in_life", 3, "quarter_focus"): "Strategy",
            ("evidence_sources", 0, "methodology"): "Relevance: 9",
        },
    ),
}
# What no answer mends: its owner has to say in the file where the rows belong.
TO_MEND = {"extended.json": ["statistic_history"]}


@pytest.fixture
def known(tenant) -> Known:
    return Known.read()


def translated(filename: str, known: Known | None = None, answers=()) -> list:
    profile = built_in(FILES[filename])
    profile = profile.settled(answers) if answers else profile
    return [translate(document, profile, known) for document in documents(found(filename), profile)]


@pytest.mark.parametrize("filename", FILES)
def test_a_file_is_recognised_clearly_and_before_all_other_shapes(filename):
    first, second, *_ = [*recognise(found(filename), filename), None]
    assert first.profile.name == FILES[filename]
    assert second is None or first.score - second.score > 0.1


@pytest.mark.django_db
@pytest.mark.parametrize("filename", FILES)
def test_its_facts_are_read(filename, known):
    people, facts = TOLD[filename]
    read = [one.document for one in translated(filename, known)]
    roles = {document["slug"]: document.get("role") for document in read}
    assert {slug: role if people.get(slug) else None for slug, role in roles.items()} == people
    assert {path: reduce(getitem, path, read[0]) for path in facts} == facts


@pytest.mark.django_db
@pytest.mark.parametrize("filename", FILES)
def test_exactly_what_its_author_left_open_is_asked_once(filename, known):
    read = {one.document["slug"]: one.document for one in translated(filename, known)}
    problems = [finding(read[slug], slug, problem) for slug, problem in plan(read.values()).problems]
    asked = {(one.word, one.key, said) for one in problems for said in values_of(one)}
    assert asked == {(one["table"], one["column"], one["from"]) for one in ANSWERS[filename]}
    assert len(grouped(problems)) == len(ANSWERS[filename])


def values_of(problem) -> list:
    """The values that a problem is about: of a list, those that it names."""
    if not isinstance(problem.value, list):
        return [problem.value]
    return re.findall("«(.+?)»", problem.message)


@pytest.mark.django_db
@pytest.mark.parametrize("filename", FILES)
def test_once_answered_it_can_be_written(filename, known):
    read = translated(filename, known, ANSWERS[filename])
    errors = [one.column for translation in read for one in translation.findings if one.kind == Kind.ERROR]
    assert errors == TO_MEND.get(filename, [])
    planned = plan([translation.document for translation in read])
    assert (planned.problems, [one.unused for one in planned.personas if one.unused]) == ([], [])
    assert apply(planned) == len(planned.changes) > len(read)


@pytest.mark.parametrize("filename", FILES)
def test_every_problem_and_every_guess_says_where_it_is(filename):
    lost = [
        one for translation in translated(filename) for one in translation.findings if not one.where or not one.slug
    ]
    assert not lost


def test_what_stands_beside_the_personas_is_listed_once_for_the_file():
    said = {one.where: one.message for one in around(found("field_medical.json"), built_in("field_medical"))}
    assert said["tenant"] == "is never taken from a file: a persona belongs to the tenant that imports it"
    assert said["roles[1], role.description"] == "means nothing here"
    assert "roles[1], role.slug" not in said
