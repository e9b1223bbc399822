"""A profile is data: built in, or saved by people; and what is wrong with one is said in a sentence."""

import json

import pytest

from personas.exchange.profiles import BUILT_IN, built_in, load, translate
from personas.exchange.text import UnreadableError
from tests.database import ROOT

ANSWERS = [{"table": "goals", "column": "priority", "from": "urgent", "to": "critical"},
           {"table": "goals", "column": "timeframe", "from": None, "to": "ongoing"}]  # fmt: skip


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_profile_loads_and_tells_people_what_it_is_for(name):
    profile = built_in(name)
    assert profile.name == name
    assert profile.about.endswith(".")
    assert profile.ours or profile.signs


def test_answers_are_saved_with_what_they_add_to_and_loaded_again():
    saved = json.loads(json.dumps(built_in("phase_one").settled(ANSWERS).saved("ours-2026", "Our interviews")))
    assert saved == {"name": "ours-2026", "title": "Our interviews", "base": "phase_one", "values":
                     [one | {"lossy": False} for one in reversed(ANSWERS)]}  # fmt: skip
    source = {"name": "Ana", "goals": [{"goal": "x", "priority": "urgent"}, {"goal": "y", "priority": 1}]}
    goals = translate(source, load(saved)).document["goals"]
    assert goals == [{"goal_text": "x", "priority": "critical", "timeframe": "ongoing"},
                     {"goal_text": "y", "priority": "high", "timeframe": "ongoing"}]  # fmt: skip


def test_a_saved_profile_with_names_of_its_own_can_be_answered_and_saved_again():
    own = {"name": "ours", "title": "Ours", "base": "common", "fields": {"goals": {"ziel": "goal_text"}},
           "paths": {"name": ["wer"]}, "drop": {"farbe": "is not kept: nobody asked"}}  # fmt: skip
    again = load(load({**own, "base": "filled_example"}).settled(ANSWERS).saved("ours-2", "Ours again"))
    document = translate({"wer": "Ana", "farbe": "rot", "goals": [{"ziel": "Ein Plan"}]}, again).document
    assert document == {"name": "Ana", "slug": "ana", "goals": [{"goal_text": "Ein Plan", "timeframe": "ongoing"}]}
    assert again.signs == built_in("filled_example").signs


def test_what_is_ones_own_goes_before_what_it_adds_to():
    own = {"name": "ours", "title": "Ours", "base": "phase_one", "values":
           [{"table": "goals", "column": "priority", "from": 1, "to": "critical"}]}  # fmt: skip
    source = {"name": "Ana", "goals": [{"goal": "x", "priority": 1}]}
    assert translate(source, load(own)).document["goals"][0]["priority"] == "critical"
    answered = load(own).settled([{"table": "goals", "column": "priority", "from": "1", "to": "low"}])
    assert translate(source, answered).document["goals"][0]["priority"] == "low"
    assert translate(source, load(answered.saved("a", "A"))).document["goals"][0]["priority"] == "low"


def test_settling_leaves_the_profile_as_it_was():
    before = list(built_in("phase_one").values)
    built_in("phase_one").settled(ANSWERS)
    assert built_in("phase_one").values == before


GUIDE = (ROOT / "docs" / "profiles.md").read_text()


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_guide_for_analysts_lists_every_built_in_profile(name):
    assert f"| {built_in(name).title} | `{name}` |" in GUIDE


def test_the_guides_own_profile_reads_what_the_guide_says():
    profile = load(json.loads(GUIDE.partition("```json")[2].partition("```")[0]))
    source = {
        "person": {"full_name": "Ana"}, "department": "HQ", "goals": [{"ambition": "One plan"}],
        "pain_points": [{"pain": "Late data", "frequency": "daily"}], "external_stakeholders": [{"role": "Agency"}],
    }  # fmt: skip
    assert translate(source, profile).document == {
        "name": "Ana", "slug": "ana", "goals": [{"goal_text": "One plan"}],
        "pain_points": [{"pain_point": "Late data", "frequency": "always"}],
        "external_stakeholders": [{"stakeholder_name": "Agency", "stakeholder_type": "vendor"}],
    }  # fmt: skip


BROKEN = (
    ({"base": "nobody"}, "There is no profile «nobody» to begin with; there are capture_table,"),
    ({"name": None}, "The profile cannot be read. «name»: input should be a valid string."),
    ({"colour": 1}, "The profile cannot be read. «colour»: extra inputs are not permitted."),
    ({"units": {"goals.priority": "miles"}}, "The profile «x» has the unit «miles»; there are percent to fraction,"),
    ({"fields": {"aims": {"a": "b"}}}, "The profile «x» speaks of «aims», which is no table."),
    ({"fields": {"goals": {"a": "b"}}}, "The profile «x» speaks of «b», which goals does not have."),
    ({"paths": {"colour": "a"}}, "The profile «x» speaks of «colour», which personas does not have."),
    ({"combine": ["aims"]}, "The profile «x» speaks of «aims», which is no table."),
    ({"extract": {"a": {"name": "(a+)+"}}}, "A profile of your own reads no patterns: take «extract» out."),
    ({"values": [{"table": "goals", "column": "priority", "to": 1}]}, "The profile cannot be read. «values.0.from»: "),
)


@pytest.mark.parametrize(("content", "said"), BROKEN)
def test_what_is_wrong_with_a_profile_is_said(content, said):
    with pytest.raises(UnreadableError) as refused:
        load({"name": "x", "title": "X"} | content)
    assert str(refused.value).startswith(said)
