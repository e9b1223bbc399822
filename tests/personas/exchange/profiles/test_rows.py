"""Rows in whatever form people tell them."""

from decimal import Decimal

import pytest

from personas.documents.schema import parse
from personas.exchange.profiles import built_in, load, translate
from personas.exchange.report import Kind

MINE = load({"name": "mine", "title": "Mine", "base": "common", "combine": ["month_in_life"]})


def rows(section: str, content, profile=MINE):
    return translate({"name": "Ana", section: content}, profile).document.get(section)


@pytest.mark.parametrize(
    "content",
    [
        [{"goal_text": "One plan"}],
        [{"goal": "One plan"}],
        {"goal": "One plan"},
        ["One plan"],
        "One plan",
        '[{"goal": "One plan"}]',
        '["One plan"]',
        {"table": "persona_goals", "count": 1, "data": [{"goal": "One plan"}]},
        {"table": "persona_goals", "count": 1, "data": {"goal": "One plan"}},
    ],
)
def test_a_row_is_a_row_however_it_is_told(content):
    assert rows("goals", content) == [{"goal_text": "One plan"}]


def test_text_with_commas_is_parted_only_where_it_is_known_to_be_a_list():
    assert rows("tags", "launch, evidence") == [{"tag_name": "launch"}, {"tag_name": "evidence"}]
    assert rows("tags", {"tag": "launch, evidence"}) == [{"tag_name": "launch, evidence"}]
    assert rows("pain_points", "Late data, again") == [{"pain_point": "Late data, again"}]


def test_days_phases_and_quarters_may_be_keys():
    document = translate({"name": "Ana", "time_perspectives": {
        "week": {"monday": {"focus_time": 2}, "Friday": ["Writing"], "Someday": {"focus_time": 9}},
        "year": {"Q3": {"focus": "Review"}}}}, MINE)  # fmt: skip
    assert document.document["week_in_life"] == [
        {"day_of_week": "Monday", "focus_time_available": 2},
        {"day_of_week": "Friday", "typical_activities": ["Writing"]},
    ]
    assert document.document["year_in_life"] == [{"quarter": "Q3", "quarter_focus": "Review"}]
    assert [one.column for one in document.findings if one.kind == Kind.UNUSED] == ["Someday"]


def test_rows_stand_in_the_order_that_their_numbers_say():
    content = [{"goal": "second", "sequence_order": 2}, {"goal": "first", "sequence_order": 1}]
    assert [row["goal_text"] for row in rows("goals", content)] == ["first", "second"]
    unsure = [{"goal": "second", "sequence_order": 2}, {"goal": "first"}]
    assert [row["goal_text"] for row in rows("goals", unsure)] == ["second", "first"]


def test_scores_may_be_rows():
    content = [
        {"dimension": "Pain", "score": 7, "rationale": "Four rounds"},
        {"dimension": "needs", "score": Decimal("5.5")},
    ]
    assert rows("vpanes_scoring", content) == {"pain": 7, "needs": Decimal("5.5"), "scoring_notes": "Pain: Four rounds"}


def test_of_two_scores_for_the_same_none_is_taken():
    content = [{"dimension": "Pain", "score": 7}, {"dimension": "pain", "score": 3}]
    translation = translate({"name": "Ana", "vpanes_scoring": content}, MINE)
    assert translation.document["vpanes_scoring"] == [{}, {}]
    assert {one.column for one in translation.findings if one.kind == Kind.UNUSED} == {"dimension", "score"}


def test_a_count_that_is_another_is_told_of():
    translation = translate(
        {"name": "Ana", "goals": {"table": "persona_goals", "count": 4, "data": ["One plan"]}}, MINE
    )
    assert "says 4, but there are 1" in [one.message for one in translation.findings]


def test_what_is_no_row_is_skipped_and_told_of():
    translation = translate({"name": "Ana", "goals": ["One plan", None, ["x"], True]}, MINE)
    assert translation.document["goals"] == [{"goal_text": "One plan"}]
    skipped = [str(one.place) for one in translation.findings if one.kind == Kind.SKIPPED]
    assert skipped == ["goals[2]", "goals[3]", "goals[4]"]


def test_weeks_of_one_phase_become_one_row_and_weeks_of_none_stay():
    content = [
        {"month_phase": "mid", "key_deliverables": ["a"], "travel_days": 1},
        {"month_phase": "mid", "key_deliverables": ["b", "a"], "travel_days": 2, "external_engagements": 4},
        {"key_deliverables": ["c"]},
        {"key_deliverables": ["d"]},
        {"month_phase": {"a": 1}},
    ]
    assert rows("month_in_life", content) == [
        {"month_phase": "mid", "key_deliverables": ["a", "b"], "travel_days": 1, "external_engagements": 4},
        {"key_deliverables": ["c"]},
        {"key_deliverables": ["d"]},
        {"month_phase": {"a": 1}},
    ]


def test_what_a_row_says_twice_is_told_of():
    translation = translate({"name": "Ana", "goals": [{"goal": "a", "goal_text": "b"}]}, MINE)
    assert translation.document["goals"] == [{"goal_text": "a"}]
    assert [one.message for one in translation.findings if one.kind == Kind.UNUSED] == [
        "is not used: «goal» says otherwise"
    ]


def test_a_value_that_says_less_than_theirs_keeps_theirs_in_the_notes():
    row = {"stakeholder_name": "Prof. Osei", "stakeholder_type": "KOL", "notes": "Met twice"}
    (kept,) = rows("external_stakeholders", [row], built_in("extended"))
    assert (kept["stakeholder_type"], kept["notes"]) == ("advisor", "Met twice\nStakeholder type: KOL")


@pytest.mark.parametrize(("before", "after"), [("Late", "Late\n"), (3, "3\n"), (["a", "b"], "a\nb\n"), (None, "")])
def test_what_is_added_to_prose_comes_after_whatever_stands_there(before, after):
    (row,) = rows("pain_points", [{"pain": "x", "impact_description": before, "root_cause": "No calendar"}])
    assert row["impact_description"] == f"{after}Root cause: No calendar"


CASES = [{"case_study_title": "One library"}, {"case_study_title": "Two libraries"}]
RESULT, OTHER = {"metric_name": "Hours"}, {"metric_name": "Rounds"}


@pytest.mark.parametrize(
    ("cases", "results", "wanted"),
    [
        (CASES[:1], [RESULT, OTHER], [[RESULT, OTHER]]),
        (CASES[:1], RESULT, [[RESULT]]),
        (CASES, [RESULT, OTHER], [[RESULT], [OTHER]]),
        (CASES, [RESULT | {"belongs_to": 2}], [[], [RESULT]]),
        (CASES, [RESULT | {"case_study_title": "two libraries"}], [[], [RESULT]]),
        (CASES, [RESULT | {"belongs_to": "2"}, OTHER | {"belongs_to": 2}], [[], [RESULT, OTHER]]),
    ],
)
def test_rows_beside_their_parent_are_put_into_it(cases, results, wanted):
    document = translate({"name": "Ana", "case_study_results": results, "case_studies": cases}, MINE).document
    assert [case.get("results", []) for case in document["case_studies"]] == wanted
    assert parse(document).unused == []


@pytest.mark.parametrize(
    ("cases", "results"),
    [
        (CASES, [RESULT]),
        (CASES, [RESULT, OTHER, RESULT]),
        (CASES, [RESULT | {"belongs_to": 3}]),
        (CASES, [RESULT | {"belongs_to": 1.5}]),
        (CASES, [RESULT | {"belongs_to": 1}, OTHER]),
        (CASES[:1], [RESULT | {"case_study_title": "Another"}]),
        ([], [RESULT]),
    ],
)
def test_rows_of_which_nobody_knows_whose_they_are_are_an_error(cases, results):
    translation = translate({"name": "Ana", "case_study_results": results, "case_studies": cases}, MINE)
    (error,) = [one for one in translation.findings if one.kind == Kind.ERROR]
    assert (error.column, error.word) == ("case_study_results", "case_studies.results")
    assert "belongs_to" in error.hint
    assert "results" not in str(translation.document)
