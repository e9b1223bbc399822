"""The agent pack: in words, never empty, within its size, and honest about what is left out."""

import json
import re
from dataclasses import replace

import pytest

from personas.documents.shape import SHAPES
from personas.library import copies, pack
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context


@pytest.fixture
def copy(published, pharma):
    with tenant_context(pharma):
        yield copies.published(published.slug)[0]


def leaves(value):
    """Everything in a pack that is no list and no object, and every one of those that is empty."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not inner:
        yield value
    for one in inner:
        yield from leaves(one)


def test_the_fullest_persona_fits_and_says_what_does_not(copy, pharma):
    made = pack.pack(copy, pharma)
    assert len(pack.as_json(made)) <= made["at_most"] == 24_000
    for take in pack.TAKES:
        if pack.multiple(take):
            here, there = len(made.get(take.key, [])), len(copy.rows(take.word))
            assert made["left_out"].get(take.key) == (f"{there - here} of {there} rows" if here < there else None)
    assert {"identity", "archetype", "goals", "pains", "voice", "objections", "day", "evidence"} <= set(made)
    assert json.loads(pack.as_json(made)) == made


def test_it_speaks_in_words_and_leaves_out_what_is_empty_or_ours_alone(copy, pharma):
    copy.own["notes"] = "For analysts only."
    made = pack.pack(copy, pharma)
    said = list(leaves(made))
    assert not [one for one in said if one in ("", None) or one == [] or one == {}]
    text = pack.as_json(made)
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", text)
    assert "For analysts only." not in text
    goal = pack.foremost(copy.rows("goals"), "priority")[0]
    assert made["goals"][0]["goal_type"] == copy.says("goals", "goal_type", goal)
    assert made["archetype"]["means"] == pack.MEANS[copy.own["archetype"]]


def test_the_weightiest_rows_come_first_and_others_keep_their_order():
    rows = [{"by": by, "at": at} for at, by in enumerate(("low", None, "critical", "medium", "critical"))]
    assert [row["at"] for row in pack.foremost(rows, "by")] == [2, 4, 3, 0, 1]
    assert [row["by"] for row in pack.foremost([{"by": 3}, {"by": 9}], "by")] == [9, 3]


def test_texts_without_end_do_not_make_it_longer(copy, pharma):
    endless = dict.fromkeys(("background_story", "a_day_in_the_life", "work_style", "title", "name"), "«" * 50000)
    many = {"goals": [{**row, "goal_text": "x" * 5_000} for row in copy.rows("goals") * 40]}
    made = pack.pack(replace(copy, own=copy.own | endless, sections=copy.sections | many), pharma)
    assert len(pack.as_json(made)) <= 24_000
    assert made["goals"][0]["goal_text"] == "x" * 599 + "…"


def test_rows_go_from_the_least_important_end_and_two_stay_of_each_section(copy, pharma):
    made = pack.pack(copy, pharma)
    several = [take for take in pack.TAKES if pack.multiple(take)]
    lost = [min(take.most, len(copy.rows(take.word))) - len(made[take.key]) for take in several]
    first = next(at for at, rows in enumerate(lost) if rows)
    assert several[first].key not in ("goals", "pains", "objections")
    assert {len(made[take.key]) for take in several[first + 1 :]} <= {1, pack.FEWEST}


def test_a_persona_of_which_little_is_known_gives_a_little_pack(pharma):
    with tenant_context(pharma):
        made = pack.pack(copies.working(PersonaFactory(archetype=None).slug)[0], pharma)
    assert made["copy"] == "working copy, not published"
    assert not {"archetype", "goals", "vpanes", "left_out"} & set(made)
    assert not set(made) & set(SHAPES)
