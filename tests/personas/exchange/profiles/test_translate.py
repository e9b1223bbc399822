"""A document of theirs becomes one of ours: where facts are found, what is guessed, and where everything stands."""

import pytest

from personas.documents.plan import plan
from personas.documents.schema import parse
from personas.documents.shape import PERSONA
from personas.exchange.places import Place, Placed, locate
from personas.exchange.profiles import Known, Translation, built_in, load, translate
from personas.exchange.report import Kind

MINE = load({"name": "mine", "title": "Mine", "base": "common"})


def read(source: dict, profile=MINE, known=None) -> Translation:
    return translate(source, profile, known)


def said(translation: Translation, kind: Kind) -> dict[str, str]:
    return {one.column: one.message for one in translation.findings if one.kind == kind}


@pytest.fixture
def known() -> Known:
    """Three departments, two of one name."""
    known = Known()
    model = PERSONA.columns["department"].related_model
    known.add(
        model, [("field-medical", "Field Medical"), ("writing", "Medical Writing"), ("writing-eu", "Medical Writing")]
    )
    return known


@pytest.mark.parametrize(
    "source",
    [
        {"name": "Ana"},
        {"core_profile": {"name": "Ana"}},
        {"persona_core": {"name": "Ana"}},
        {"core_info": {"name": "Ana"}},
        {"persona_name": "Ana"},
        {"display_name": "Ana"},
        {"name": "  ", "core_profile": {"name": None}, "core_info": {"name": "Ana"}},
    ],
)
def test_the_name_is_found_wherever_it_is(source):
    translation = read(source)
    assert translation.document["name"] == "Ana"
    assert translation.document["slug"] == "ana"
    assert said(translation, Kind.UNUSED) == {}


def test_a_name_that_is_missing_is_an_error_and_never_made_up():
    translation = read({"core_profile": {"title": "Medical Writer"}})
    (missing,) = [one for one in translation.findings if one.kind == Kind.ERROR]
    assert missing.message.startswith("is missing; looked in name, core_profile.name, persona_core.name")
    assert "name" not in translation.document
    assert "slug" not in translation.document


def test_of_two_places_the_first_wins_and_the_other_is_told_of_if_it_says_otherwise():
    same = read({"name": "Ana", "core_profile": {"name": "Ana"}})
    assert said(same, Kind.UNUSED) == {}
    other = read({"name": "Ana", "core_profile": {"name": "Anna"}})
    assert other.document["name"] == "Ana"
    assert said(other, Kind.UNUSED) == {"core_profile.name": "is not used: «name» says otherwise"}


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        ({"name": "Dr. José Núñez"}, "dr-jose-nunez"),
        ({"name": "Ana", "slug": "ana-1"}, "ana-1"),
        ({"name": "Ana", "unique_id": "P-DSI-001-AUT"}, "p-dsi-001-aut"),
        ({"name": "Ana", "persona_key": "cro_automator"}, "cro-automator"),
    ],
)
def test_a_slug_is_taken_or_follows_from_a_code_or_the_name(source, slug):
    translation = read(source)
    assert translation.document["slug"] == slug
    assert bool(said(translation, Kind.GUESSED)) == ("slug" not in source)
    assert {one.slug for one in translation.findings} <= {slug}


def test_a_slug_that_is_none_is_left_for_its_owner_to_see():
    translation = read({"name": "Ana", "slug": "Ana Keller"})
    assert [problem.path for problem in parse(translation.document).problems] == [("slug",)]


def test_what_a_fact_said_beyond_our_code_goes_to_the_notes_of_the_persona():
    lossy = {"table": "personas", "column": "work_pattern", "from": "mostly routine", "to": "routine", "lossy": True}
    source = {"name": "Ana", "work_pattern": "Mostly routine", "notes": "Met twice"}
    document = read(source, MINE.settled([lossy])).document
    assert (document["work_pattern"], document["notes"]) == ("routine", "Met twice\nWork pattern: Mostly routine")


@pytest.mark.parametrize("name", ["Field Medical", "field medical", "field-medical", "FIELD-MEDICAL"])
def test_a_department_is_known_by_its_slug_or_its_name(known, name):
    translation = read({"name": "Ana", "slug": "ana", "department": name}, known=known)
    assert translation.document["department"] == "field-medical"
    assert bool(said(translation, Kind.GUESSED)) == (name != "field-medical")


def test_a_name_that_two_departments_have_is_left_to_be_asked(known):
    assert (
        read({"name": "Ana", "department": "Medical Writing"}, known=known).document["department"] == "Medical Writing"
    )


def test_of_several_names_of_a_department_the_one_that_is_known_wins(known):
    source = {"name": "Ana", "department_slug": "fm-east", "core_profile": {"department": "Field Medical"}}
    translation = read(source, known=known)
    assert translation.document["department"] == "field-medical"
    assert "department_slug" in said(translation, Kind.UNUSED)


@pytest.mark.django_db
def test_what_is_known_is_what_the_tenant_has(tenant, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        known = Known.read()
    source = {"name": "Ana", "slug": "ana", "role_name": "medical science liaison", "seniority_level": "C-Level"}
    document = read(source, known=known).document
    assert document["role"] == "medical-science-liaison"
    assert document["seniority_level"] == "c_level"
    assert plan([document]).problems == []


def test_ids_and_tenants_of_elsewhere_are_never_taken():
    number = "8c1e0f4e-5f0a-4d0e-9a55-0d8f2f1d2c3b"
    source = {"id": number, "tenant_id": number, "role_id": number, "name": "Ana",
              "goals": [{"id": number, "tenant_id": number, "persona_id": number, "goal": "One plan"}]}  # fmt: skip
    translation = read(source)
    assert translation.document["goals"] == [{"goal_text": "One plan"}]
    assert number not in str(translation.document)
    columns = sorted(one.column for one in translation.findings if one.kind == Kind.UNUSED)
    assert columns == ["id", "id", "persona_id", "role_id", "tenant_id", "tenant_id"]


def test_comments_are_comments_at_every_level():
    source = {"_comment": "x", "$schema": "y", "name": "Ana", "core_profile": {"_section_1": "z"},
              "goals": [{"_note": "n", "goal": "One plan"}]}  # fmt: skip
    translation = read(source)
    assert said(translation, Kind.UNUSED) == {}
    assert translation.document == {"name": "Ana", "slug": "ana", "goals": [{"goal_text": "One plan"}]}


def test_what_says_nothing_neither_clears_nor_is_unused():
    translation = read({"name": "Ana", "tagline": "", "title": None, "goals": None, "fears": [{"fear_description": "x",
                       "likelihood": " "}]})  # fmt: skip
    assert translation.document == {"name": "Ana", "slug": "ana", "goals": [], "fears": [{"fear_description": "x"}]}
    assert said(translation, Kind.UNUSED) == {}


def test_a_fact_without_a_column_is_kept_as_metadata():
    translation = read({"name": "Ana", "core_profile": {"age": 46}, "skills": "Writing, Editing", "responsibilities":
                       [{"task": "Own the plan"}]})  # fmt: skip
    assert translation.document["metadata"] == [
        {"meta_key": "age", "meta_value": "46"},
        {"meta_key": "skills", "meta_value": "Writing\nEditing"},
        {"meta_key": "responsibilities", "meta_value": '[{"task": "Own the plan"}]'},
    ]
    assert parse(translation.document).problems == []


def test_what_is_left_out_on_purpose_says_why():
    translation = read({"name": "Ana", "validation_status": "approved", "timestamps": {"created_at": "2025-11-17"}})
    assert said(translation, Kind.UNUSED) == {
        "validation_status": "is not kept: a persona is approved by the people of this tenant, not by a file",
        "timestamps": "is not kept: the database writes who changed what, and when",
    }


def test_a_problem_is_found_again_where_its_owner_wrote_it():
    source = Placed({"name": "Ana", "professional_context": {"reports_to": 3, "direct_reports": "six"},
                     "pain_points": [{"pain": "x"}, {"pain": "Late data", "impact_description": ["a", {}]}],
                     "week_in_life": {"Monday": {"focus_time": "long"}}}, Place(path="personas[3]"))  # fmt: skip
    document = read(source).document
    assert locate(document, ("direct_reports",)) == (Place(path="personas[3]"), "professional_context.direct_reports")
    assert locate(document, ("pain_points", 1, "pain_point")) == (Place(path="personas[3].pain_points[2]"), "pain")
    where = locate(document, ("week_in_life", 0, "focus_time_available"))
    assert where == (Place(path="personas[3].week_in_life.Monday"), "focus_time")


def test_in_a_sheet_the_row_stays_and_the_column_says_what_is_inside():
    source = Placed(
        {"name": "Ana", "goals": '[{"goal": "x"}, {"goal": "y", "priority": "top"}]'}, Place("people.csv", 7)
    )
    spot = locate(read(source).document, ("goals", 1, "priority"))
    assert (str(spot.place), spot.column) == ("people.csv, row 7", "goals[2].priority")


def test_a_document_of_ours_is_given_back_untouched():
    source = Placed({"slug": "ana", "goals": [{"goal_text": "x", "priority": "urgent"}]}, Place("goals", 2))
    translation = read(source, built_in("vital"))
    assert translation.document is source
    assert translation.findings == []


def test_answers_apply_to_a_document_of_ours_too():
    answers = [{"table": "goals", "column": "priority", "from": "urgent", "to": "critical"},
               {"table": "personas", "column": "segment", "from": "n/a", "to": None},
               {"table": "personas", "column": "section", "from": None, "to": "Field"},
               {"table": "case_studies.results", "column": "metric_category", "from": "hrs", "to": "time"}]  # fmt: skip
    row = Placed({"goal_text": "x", "priority": "urgent"}, Place("goals", 2), {"priority": "Prio"})
    source = {"slug": "ana", "classification": {"segment": "n/a"}, "goals": [row],
              "case_studies": [{"results": [{"metric_category": "hrs"}]}]}  # fmt: skip
    translation = read(source, built_in("vital").settled(answers))
    assert translation.document == {
        "slug": "ana", "classification": {}, "section": "Field", "goals": [{"goal_text": "x", "priority": "critical"}],
        "case_studies": [{"results": [{"metric_category": "time"}]}],
    }  # fmt: skip
    assert locate(translation.document, ("goals", 0, "priority")) == (Place("goals", 2), "Prio")
    assert row["priority"] == "urgent"
    assert len(translation.findings) == 4


def test_an_answer_does_not_touch_what_a_group_of_ours_already_says():
    profile = built_in("vital").settled([{"table": "personas", "column": "section", "from": None, "to": "Field"}])
    assert read({"slug": "ana", "classification": {"section": "HQ"}}, profile).document["classification"] == {
        "section": "HQ"
    }
    assert "section" not in read({"slug": "ana", "classification": {"section": "HQ"}}, profile).document
