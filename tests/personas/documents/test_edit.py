"""What a page sends becomes the rows that should be there; three ways, where somebody else was faster."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from personas.documents.changes import Mode
from personas.documents.conflict import is_done
from personas.documents.dump import load
from personas.documents.edit import KEY, Edit, Rows, UnknownRowError, digest, located, wanted
from personas.documents.plan import plan
from personas.documents.shape import SHAPES
from tests.factories import PersonaFactory

GOALS, CASES = SHAPES["goals"], SHAPES["case_studies"]
IDS = [UUID(int=number) for number in range(1, 7)]
KEYS = [str(id_) for id_ in IDS]
CURRENT = [{"id": id_, "place": place} | dict.fromkeys(GOALS.columns) for place, id_ in enumerate(IDS, 1)]


def keys(rows: list[dict]) -> list[str]:
    return [str(row.get("id") or row[KEY]) for row in rows]


def test_nothing_done_wants_every_row_as_it_is():
    assert wanted(GOALS, CURRENT, Rows()) == [{"id": id_} for id_ in IDS]


def test_changed_added_and_deleted_rows_are_what_was_said():
    edit = Rows(changed={IDS[0]: {"goal_text": "Sleep"}}, added={"new-1": {"goal_text": "Eat"}}, gone=IDS[1:])
    assert wanted(GOALS, CURRENT, edit) == [{"id": IDS[0], "goal_text": "Sleep"}, {KEY: "new-1", "goal_text": "Eat"}]


def test_what_is_no_column_is_passed_over():
    edit = Rows(changed={IDS[0]: {"tenant_id": "x", "persona": "y", "sequence_order": 9, "id": KEYS[1]}})
    assert wanted(GOALS, CURRENT, edit)[0] == {"id": IDS[0]}


def test_a_row_that_was_never_there_is_not_changed():
    with pytest.raises(UnknownRowError):
        wanted(GOALS, CURRENT, Rows(changed={UUID(int=99): {"goal_text": "x"}}))


def test_what_is_gone_already_may_go():
    assert keys(wanted(GOALS, CURRENT, Rows(gone=[UUID(int=98)], order=[str(UUID(int=98)), *KEYS]))) == KEYS


@pytest.mark.parametrize("key", [KEYS[0], "", "new 1", "x-1", 'new-"', "new-" + "x" * 90])
def test_a_new_row_is_called_new(key):
    with pytest.raises(ValidationError):
        Rows(added={key: {}})


def test_whoever_fills_in_a_single_section_second_changes_the_row_that_is_there():
    style = SHAPES["communication_style"]
    name = next(iter(style.columns))
    there = [{"id": IDS[0], "place": 1} | dict.fromkeys(style.columns)]
    assert wanted(style, there, Rows(added={"new": {name: "x"}})) == [{"id": IDS[0], name: "x"}]
    assert wanted(style, there, Rows(gone=[IDS[0]])) == []


@given(page=st.lists(st.sampled_from([*KEYS, "new-1", "new-2", "unknown"]), unique=True))
def test_rows_stand_as_on_the_page_and_none_is_lost_or_doubled(page):
    rows = keys(wanted(GOALS, CURRENT, Rows(added={"new-1": {}, "new-2": {}}, order=page)))
    assert sorted(rows) == sorted([*KEYS, "new-1", "new-2"])
    assert [key for key in rows if key in page] == [key for key in page if key != "unknown"]


@given(page=st.permutations([*KEYS[2:4], "new-1"]))
def test_rows_of_other_pages_stay_around_those_of_this_one(page):
    rows = keys(wanted(GOALS, CURRENT, Rows(added={"new-1": {}}, order=page)))
    assert rows == [*KEYS[:2], *page, *KEYS[4:]]


def test_details_are_told_by_what_was_done_to_them():
    current = [{"id": IDS[0], "results": [{"id": IDS[1]}, {"id": IDS[2]}]}]
    results = {"gone": [KEYS[1]], "added": {"new-1": {"metric_name": "Hours"}}}
    assert wanted(CASES, current, Rows(changed={IDS[0]: {"results": results}})) == [
        {"id": IDS[0], "results": [{"id": IDS[2]}, {KEY: "new-1", "metric_name": "Hours"}]}
    ]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), ([], None)),
        ((0,), ([KEYS[0]], None)),
        ((1, "case_study_title"), (["new-1"], "case_study_title")),
        ((0, "results", 0, "metric_name"), ([KEYS[0], "results", KEYS[1]], "metric_name")),
        ((0, "lessons_learned", 3), ([KEYS[0]], "lessons_learned")),
        ((7, "case_study_title"), ([], "case_study_title")),
    ],
)
def test_a_problem_is_located_by_the_keys_that_the_page_knows(path, place):
    rows = [{"id": IDS[0], "results": [{"id": IDS[1]}]}, {KEY: "new-1"}]
    assert located(CASES, rows, path) == place


class TestOnRealRows:
    @pytest.fixture
    def persona(self, tenant):
        return PersonaFactory(complete=True, slug="ann")

    @pytest.fixture
    def rows(self, persona):
        return load([persona.pk])[persona.pk]["rows"]

    def test_rows_that_nobody_touched_plan_nothing(self, persona, rows):
        untouched = {word: wanted(shape, rows[word], Rows()) for word, shape in SHAPES.items()}
        [one] = plan([{"id": str(persona.pk)} | untouched], Mode.REPLACE).personas
        assert (one.changes, one.problems) == ([], [])

    def test_nothing_done_is_done(self, rows):
        for word, shape in SHAPES.items():
            stood = [row["id"] for row in rows[word]]
            assert is_done(shape, rows[word], rows[word], Edit(shown="", stood=stood)), word

    def test_a_digest_knows_content_and_order_and_nothing_else(self, rows):
        goals = rows["goals"]
        same = [dict(row, place=row["place"] + 7) for row in goals]
        assert digest(GOALS, same) == digest(GOALS, goals)
        assert digest(GOALS, goals[::-1]) != digest(GOALS, goals)
        assert digest(GOALS, [goals[0] | {"goal_text": "x"}, *goals[1:]]) != digest(GOALS, goals)
