"""Forms that nobody has filled in are refused as a whole; a place that was forgotten is an error in its cell."""

import json

import pytest

from personas.documents.shape import PERSONA
from personas.exchange.profiles import built_in, documents, is_blank_form, load, translate
from personas.exchange.profiles.blanks import is_placeholder
from personas.exchange.report import Kind
from tests.personas.exchange.profiles.samples import FILES, FOLDER, found

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
