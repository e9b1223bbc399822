"""Forms that nobody has filled in are refused as a whole; a place that was forgotten is an error in its cell."""

import json

import pytest

from personas.documents.schema import parse
from personas.documents.shape import PERSONA
from personas.exchange.places import locate
from personas.exchange.profiles import built_in, documents, is_blank_form, load, translate
from personas.exchange.profiles.blanks import is_placeholder
from personas.exchange.report import Kind
from tests.personas.exchange.profiles.samples import FILES, FOLDER, found

OURS = built_in("vital")
MINE = load({"name": "mine", "title": "Mine", "base": "common"})


@pytest.mark.parametrize(
    "value",
    ["<<OPTIONS>>", "[Full Name]", "[PERSONA_NAME]", "{{ROLE_UUID_MSL}}", " {{ name }} ", "${SLUG}", "{% if x %}",
     {"type": "string", "required": True}, {"type": "enum", "required": False, "values": ["a"], "maps_to": "b"}],
)  # fmt: skip
def test_a_placeholder_is_known(value):
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    ["[draft] note", "See [Full Name] below", "[1]", '["a"]', "[sic]", "[]", "<b>bold</b>", "", "{}", "$5M-$15M",
     "<5", "{{x}} and more", None, 3, [], {"type": "KOL", "importance": "high"},
     {"type": "survey", "required": True, "title": "x"}],
)  # fmt: skip
def test_what_people_write_is_none(value):
    assert not is_placeholder(value)


def test_a_blank_form_is_refused_with_one_sentence():
    (form,) = json.loads((FOLDER / "blank_form.json").read_text())["personas"]
    assert is_blank_form(form) == (
        "This is a form that nobody has filled in: 16 of its 17 values are placeholders, first «core_profile.name», "
        "«core_profile.slug», «core_profile.title». Fill it in and import it again."
    )


@pytest.mark.parametrize("filename", FILES)
def test_no_real_document_is_taken_for_a_form(filename):
    profile = built_in(FILES[filename])
    assert not any(map(is_blank_form, documents(found(filename), profile)))


def test_a_single_placeholder_is_an_error_where_it_stands():
    source = {"name": "Ana", "title": "[Job Title]", "skills": "<<SKILLS>>", "tags": "{{TAGS}}",
              "goals": [{"goal": "x", "priority": {"type": "enum", "required": True}}]}  # fmt: skip
    translation = translate(source, MINE)
    errors = {one.where: one.message for one in translation.findings if one.kind == Kind.ERROR}
    assert errors == {
        "title": "«[Job Title]» is not filled in",
        "skills": "«<<SKILLS>>» is not filled in",
        "tags": "«{{TAGS}}» is not filled in",
        "goals[1], priority": "«a description of what belongs there» is not filled in",
    }
    assert translation.document == {"name": "Ana", "slug": "ana", "tags": [], "goals": [{"goal_text": "x"}]}
    assert all(name in PERSONA.columns or name in ("tags", "goals") for name in translation.document)


def left(source: dict) -> tuple[dict, set]:
    """What is read of a document of our own, and of what is said that it was left out."""
    translation = translate(source, OURS)
    assert {one.kind for one in translation.findings} <= {Kind.SKIPPED}
    return translation.document, {one.where for one in translation.findings}


def test_of_a_template_of_ours_what_is_filled_in_is_taken_and_the_rest_told_where_it_stands():
    goal, blank = {"goal_text": "Publish", "priority": "<<priority: low | high>>"}, {"goal_text": "<<text>>"}
    source = {
        "slug": "ana", "core_profile": {"name": "Ana", "title": "<<title: text>>"},
        "narrative": {"background_story": "<<text>>", "a_day_in_the_life": " <<text>> "},
        "goals": [blank, goal, blank | {"priority": None}], "fears": [{"fear_description": "<<text>>"}],
        "vpanes_scoring": {"scoring_notes": "<<text>>"},
        "evidence_summary": {"evidence_gaps": ["<<list of texts>>"], "research_needs": ["Ask", "<<text>>"]},
        "case_studies": [{"case_study_title": "A pilot", "metrics": [{"metric_name": "<<text>>"}]}],
    }  # fmt: skip
    document, said = left(source)
    assert document == {
        "slug": "ana", "core_profile": {"name": "Ana"}, "goals": [{"goal_text": "Publish"}],
        "evidence_summary": {"research_needs": ["Ask"]}, "case_studies": [{"case_study_title": "A pilot"}],
    }  # fmt: skip
    assert said == {
        "core_profile, title", "narrative", "goals[1]", "goals[2], priority", "goals[3]", "fears", "vpanes_scoring",
        "evidence_summary, evidence_gaps", "evidence_summary.research_needs[2]", "case_studies[1], metrics",
    }  # fmt: skip


def test_rows_after_one_that_is_left_out_keep_their_place():
    document, _ = left({"slug": "ana", "goals": [{"goal_text": "<<text>>"}, {"goal_text": "Publish"}]})
    assert str(locate(document, ("goals", 0)).place) == "goals[2]"


def test_a_document_of_ours_without_a_placeholder_stays_as_it_is():
    source = {"slug": "ana", "goals": [{"goal_text": "[Publish]", "priority": None}], "fears": [{}], "quotes": []}
    assert left(source) == (source, set())


def test_a_template_of_ours_is_a_blank_form_until_something_is_filled_in():
    source = {
        "slug": "<<slug>>",
        "core_profile": {"name": "<<name>>", "title": None, "tagline": "<<line>>"},
        "goals": [{"goal_text": "<<x>>"}],
    }
    assert is_blank_form(source, ours=True).startswith("This is a form that nobody has filled in: 4 of its 5 values")
    assert is_blank_form(source | {"slug": "ana"}, ours=True) is None
    assert is_blank_form(source | {"slug": "ana"}) is not None


def test_a_required_place_that_is_not_filled_in_is_missing_and_not_of_a_wrong_type():
    document, _ = left({"slug": "ana", "classification": {"persona_number": "<<whole number>>"},
                        "goals": [{"goal_text": "<<text>>", "priority": "high"}]})  # fmt: skip
    assert parse(document).problems == []
    assert document["goals"] == [{"priority": "high"}]
