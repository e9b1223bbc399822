"""Every problem of a document is found at once, with its place; and the JSON Schema says the same to others."""

import json
from datetime import date, time
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from jsonschema import Draft202012Validator

from personas.documents.dump import dump
from personas.documents.schema import json_schema, parse
from personas.documents.shape import ALL, GROUPS, PERSONA, SHAPES
from personas.models import Persona
from personas.models.columns import Code, Items, Key
from vital.sql import PgEnumField

ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def place(path: str) -> tuple:
    return tuple(int(part) if part.isdigit() else part for part in path.split("."))


def document(path: str, value) -> dict:
    """A document with one value in it: «goals.0.goal_text»."""
    for part in reversed(place(path)):
        value = [value] if part == 0 else {part: value}
    return value


def found(content) -> list[tuple]:
    return sorted((problem.path, problem.rule) for problem in parse(content).problems)


def at(content: dict, path: str):
    for part in place(path):
        content = content[part]
    return content


@pytest.mark.parametrize(
    ("path", "value", "rule", "said"),
    [
        ("name", True, "string_type", "no text"),
        ("name", ["x"], "string_type", "no text"),
        ("name", {"x": 1}, "string_type", "no text"),
        ("is_active", "maybe", "bool_parsing", "yes nor no"),
        ("years_of_experience", "many", "int_parsing", "no whole number"),
        ("years_of_experience", 12.5, "int_from_float", "no whole number"),
        ("years_of_experience", True, "int_type", "no whole number"),
        ("years_of_experience", 2**31, "less_than_equal", "at most 2147483647"),
        ("years_of_experience", -(2**31) - 1, "greater_than_equal", "at least -2147483648"),
        ("archetype_confidence", 1.01, "less_than_equal", "at most 1"),
        ("archetype_confidence", -1, "greater_than_equal", "at least 0"),
        ("archetype_confidence", "0.855", "decimal_max_places", "more than 2 decimals"),
        ("ai_maturity_score", "1000.00", "decimal_whole_digits", "more than 3 digits before the point"),
        ("ai_maturity_score", float("nan"), "finite_number", "no number"),
        ("ai_maturity_score", "Infinity", "finite_number", "no number"),
        ("ai_maturity_score", "high", "decimal_parsing", "no number"),
        ("archetype", "AUTOMATER", "choice", "did you mean AUTOMATOR"),
        ("archetype", "Automator", "choice", "did you mean AUTOMATOR"),
        ("archetype", "zzz", "choice", "it takes AUTOMATOR, ORCHESTRATOR, LEARNER, SKEPTIC"),
        ("week_in_life.0.day_of_week", "mondays", "choice", "did you mean Monday"),
        ("customer_relationships.0.value_delivery_focus", ["Quality", "Sped"], "choice", "did you mean Speed"),
        ("customer_relationships.0.value_delivery_focus", ["roi"], "choice", "did you mean ROI"),
        ("customer_relationships.0.value_delivery_focus", "Speed", "list_type", "no list"),
        ("public_research.0.publication_date", "14.03.2026", "date_from_datetime_parsing", "no date"),
        ("public_research.0.publication_date", "2026-02-30", "date_from_datetime_parsing", "no date"),
        ("public_research.0.publication_date", True, "date_type", "no date"),
        ("week_in_life.0.typical_start_time", "25:00", "time_parsing", "no time"),
        ("week_in_life.0.typical_start_time", "noon", "time_parsing", "no time"),
        ("goals.0.id", "17", "uuid_parsing", "no id"),
        ("goals.0.goal_text", "a\0b", "text", "cannot be stored"),
        ("goals.0.goal_text", "a\ud800b", "text", "cannot be stored"),
        ("week_in_life.0.typical_activities", ["a\0b"], "text", "cannot be stored"),
        ("tags.0.tag_name", "x" * 501, "string_too_long", "more than 500 characters"),
        ("slug", "dr chen", "format", "slug"),
        ("slug", "x" * 101, "string_too_long", "more than 100 characters"),
        ("evidence_sources.0.url", "javascript:alert(1)", "format", "URL"),
        ("evidence_sources.0.url", "ftp://example.com", "format", "URL"),
        ("goals", {"goal_text": "x"}, "type", "a list"),
        ("goals", "x", "type", "a list"),
        ("vpanes_scoring", "x", "type", "an object"),
        ("goals.0", "x", "type", "an object"),
        ("case_studies.0.results", "x", "list_type", "no list"),
        ("case_studies.0.results.0", "x", "type", "an object"),
        ("core_profile", "x", "type", "an object"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_its_rule_and_what_would_do(path, value, rule, said):
    [problem] = parse(document(path, value)).problems
    wrong_item = (*place(path), 0) if path.endswith("typical_activities") else place(path)
    assert (problem.path, problem.rule) == (wrong_item, rule)
    assert said in str(problem).replace("no object", "an object")


@pytest.mark.parametrize("value", [800, 8, 0.5, "08:00Z", "08:00+02:00"])
def test_a_time_is_neither_a_count_of_seconds_nor_in_a_zone(value):
    assert [path for path, _ in found(document("week_in_life.0.typical_start_time", value))] == [
        ("week_in_life", 0, "typical_start_time")
    ]


@pytest.mark.parametrize("value", [0, 86400, "86400"])
def test_a_date_is_no_count_of_seconds(value):
    assert [path for path, _ in found(document("public_research.0.publication_date", value))] == [
        ("public_research", 0, "publication_date")
    ]


@pytest.mark.parametrize("content", [[], None, "x", 3])
def test_what_is_no_document_is_a_problem_and_no_crash(content):
    assert found(content) == [((), "type")]


@pytest.mark.parametrize("content", [{1: 2}, {"narrative": {1: 2}}, {"goals": [{"goal_text": "x", 1: 2}]}])
def test_a_key_that_is_no_text_does_not_break_the_reading(content):
    parsed = parse(content)
    assert parsed.unused or parsed.problems


def test_all_problems_of_a_document_are_found_at_once():
    assert found(
        {
            "slug": "a b",
            "archetype_confidence": 2,
            "goals": [{"goal_text": 1, "is_measurable": "maybe"}, {"goal_text": [], "success_criteria": {}}, 7],
            "fears": "x",
            "vpanes_scoring": {"pain": 11, "needs": "x"},
            "case_studies": [{"outcomes_achieved": "x", "results": [{}, {"numeric_value": "x", "metric_name": []}]}],
        }
    ) == sorted(
        [
            (("slug",), "format"),
            (("archetype_confidence",), "less_than_equal"),
            (("goals", 0, "is_measurable"), "bool_parsing"),
            (("goals", 1, "goal_text"), "string_type"),
            (("goals", 1, "success_criteria"), "string_type"),
            (("goals", 2), "type"),
            (("fears",), "type"),
            (("vpanes_scoring", "pain"), "less_than_equal"),
            (("vpanes_scoring", "needs"), "decimal_parsing"),
            (("case_studies", 0, "outcomes_achieved"), "list_type"),
            (("case_studies", 0, "results", 1, "numeric_value"), "decimal_parsing"),
            (("case_studies", 0, "results", 1, "metric_name"), "string_type"),
        ]
    )


def test_every_wrong_value_of_a_list_is_found():
    wrong = parse(document("customer_relationships.0.value_delivery_focus", ["Sped", "Speed", "Qality"])).problems
    said = " ".join(problem.message for problem in wrong)
    assert "Sped" in said
    assert "Qality" in said


def test_what_is_right_in_a_row_is_understood_beside_what_is_wrong():
    parsed = parse({"goals": [{"goal_text": "Grow", "is_measurable": "maybe"}], "name": "Ann", "archetype": "x"})
    assert parsed.persona == {"name": "Ann"}
    assert parsed.rows == {"goals": [{"goal_text": "Grow"}]}


def test_a_wrong_detail_hides_neither_the_details_beside_it_nor_their_unused_keys():
    results = [{"metric_name": "a", "numeric_value": "x", "odd": 1}, {"metric_name": "b", "odd": 1}]
    parsed = parse({"case_studies": [{"results": results}]})
    assert parsed.rows["case_studies"] == [{"results": [{"metric_name": "a"}, {"metric_name": "b"}]}]
    assert parsed.unused == [("case_studies", 0, "results", 0, "odd"), ("case_studies", 0, "results", 1, "odd")]


@pytest.mark.parametrize("blank", ["", " ", "\n\t ", "\u00a0"])
@pytest.mark.parametrize(
    "path",
    [
        "title",
        "archetype",
        "is_active",
        "years_of_experience",
        "archetype_confidence",
        "goals.0.goal_text",
        "goals.0.id",
        "goals.0.priority",
        "jtbd.0.job_type",
        "evidence_sources.0.url",
        "week_in_life.0.typical_start_time",
        "week_in_life.0.typical_activities",
        "public_research.0.publication_date",
        "case_studies.0.results.0.numeric_value",
    ],
)
def test_blank_text_is_null(path, blank):
    parsed = parse(document(path, blank))
    assert parsed.problems == []
    assert at(parsed.persona | parsed.rows, path) is None


@pytest.mark.parametrize("where", [*GROUPS, "metadata", None])
def test_columns_are_taken_from_any_group_or_the_top(where):
    columns = {"tagline": "Ever curious", "salary_year": 2024, "role": "rwe-lead"}
    parsed = parse({where: columns} if where else columns)
    assert parsed.persona == columns
    assert parsed.unused == parsed.problems == []


def test_metadata_is_a_section_where_it_is_a_list():
    assert parse({"metadata": [{"meta_key": "a"}]}).rows == {"metadata": [{"meta_key": "a"}]}


@pytest.mark.parametrize("comment", ["_why", "$schema"])
def test_what_begins_with_an_underscore_or_a_dollar_is_a_comment_at_every_level(comment):
    said = {comment: {"any": ["thing"]}}
    parsed = parse(
        said
        | {"core_profile": {"name": "Ann"} | said, "vpanes_scoring": said, "goals": [{"goal_text": "x"} | said]}
        | {"case_studies": [{"results": [said]}]}
    )
    assert parsed.unused == parsed.problems == []


def test_keys_that_mean_nothing_are_listed_with_their_places():
    odd = {"odd": 1}
    parsed = parse(
        odd
        | {"narrative": odd, "vpanes_scoring": odd, "goals": [{}, odd], "case_studies": [odd | {"results": [{}, odd]}]}
        | {"sequence_order": 3}
    )
    assert sorted(parsed.unused, key=str) == sorted(
        [
            ("odd",),
            ("narrative", "odd"),
            ("vpanes_scoring", "odd"),
            ("goals", 1, "odd"),
            ("case_studies", 0, "odd"),
            ("case_studies", 0, "results", 1, "odd"),
            ("sequence_order",),
        ],
        key=str,
    )
    assert parsed.problems == []


@pytest.mark.parametrize(
    ("path", "value", "meant"),
    [
        ("jtbd.0.job_type", "spiritual", "spiritual"),  # an open list
        ("name", 7, "7"),
        ("typical_day.0.time_slot", 1.5, "1.5"),
        ("team_size", Decimal("8.10"), "8.10"),
        ("week_in_life.0.typical_activities", [2024], ["2024"]),
        ("years_of_experience", "12", 12),
        ("years_of_experience", 12.0, 12),
        ("archetype_confidence", 0.85, Decimal("0.85")),
        ("is_active", "no", False),
        ("week_in_life.0.typical_start_time", "08:00", time(8)),
        ("public_research.0.publication_date", "2026-03-14", date(2026, 3, 14)),
        ("goals.0.id", ID, UUID(ID)),
        ("goals.0.goal_text", " “Ça”,\n\tשלום 🦑 ", " “Ça”,\n\tשלום 🦑 "),
        ("evidence_sources.0.url", "https://example.com/a?b=1", "https://example.com/a?b=1"),
        ("tags.0.tag_name", "🦑" * 500, "🦑" * 500),
    ],
)
def test_values_become_what_their_column_wants(path, value, meant):
    parsed = parse(document(path, value))
    assert parsed.problems == []
    understood = at(parsed.persona | parsed.rows, path)
    assert (understood, type(understood)) == (meant, type(meant))


# The same as JSON Schema


@pytest.fixture(scope="module")
def schema() -> dict:
    return json_schema()


def of_column(schema: dict, shape, name: str) -> dict:
    if shape is not PERSONA:
        return schema["$defs"][shape.model.__name__]["properties"][name]
    group = next((group for group, keys in GROUPS.items() if name in keys), None)
    return (schema["$defs"][group] if group else schema)["properties"][name]


def test_the_schema_is_valid_2020_12(schema):
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    assert json.loads(json.dumps(schema)) == schema
    assert set(SHAPES) | set(GROUPS) | {"id", "slug"} <= set(schema["properties"])


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.word)
def test_the_schema_says_of_each_column_what_it_means_and_takes(schema, shape):
    for name, field in shape.columns.items():
        said = of_column(schema, shape, name)
        assert said["description"] == field.help_text, name
        if isinstance(field, PgEnumField) or (isinstance(field, Code) and field.closed):
            assert said["enum"] == [*(code for code, _ in field.choices), None], name
        elif isinstance(field, Items) and field.codes:
            assert said["items"]["enum"] == field.codes, name
        else:
            assert "enum" not in said, name
        if isinstance(field, Key):
            assert field.max_length in [way.get("maxLength") for way in said["anyOf"]], name


@pytest.mark.django_db
def test_the_schema_accepts_the_demo_personas(schema, tenant):
    call_command("loaddata", "demo_personas", tenant="pharma", verbosity=0)
    validator = Draft202012Validator(schema)
    documents = json.loads(json.dumps(list(dump(Persona.objects.values_list("pk", flat=True))), cls=DjangoJSONEncoder))
    assert len(documents) == 4
    for content in documents:
        assert [error.message for error in validator.iter_errors(content)] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("slug", ["x"]),
        ("slug", "x" * 101),
        ("archetype_assignment.archetype", "Automator"),
        ("archetype_assignment.archetype_confidence", 1.5),
        ("professional_context.years_of_experience", "many"),
        ("goals", {"goal_text": "x"}),
        ("goals.0", "x"),
        ("goals.0.id", 17),
        ("week_in_life.0.day_of_week", "Someday"),
        ("customer_relationships.0.value_delivery_focus", ["Sped"]),
        ("case_studies.0.results.0.numeric_value", True),
        ("vpanes_scoring.pain", 11),
        ("core_profile", "x"),
    ],
)
def test_the_schema_refuses_what_the_reading_refuses(schema, path, value):
    assert not Draft202012Validator(schema).is_valid(document(path, value))
    assert found(document(path, value)) != []
