"""What a plan finds: which rows are the same, what changes, what stays, and everything that stands against it."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personas.documents.apply import apply
from personas.documents.changes import Mode, Op
from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.models import EditorialState, Goal, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.organisation.models import Role
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db
SLUG = "ann-lee"
NOWHERE = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def ann(tenant) -> Persona:
    """A persona with three goals, two statistics of the same name, a case with two results, and scores."""
    made = PersonaFactory(slug=SLUG, name="Ann Lee", title="Lead", ai_maturity_score=None)
    for place, text in enumerate("ABC", 1):
        FACTORIES["goals"](persona=made, goal_text=text, success_criteria=f"{text} done", sequence_order=place)
    for text in ("first", "second"):
        FACTORIES["supporting_statistics"](persona=made, statistic_name="Twice", statistic_value=text)
    case = FACTORIES["case_studies"](persona=made, case_study_title="Case")
    for name in ("Speed", "Cost"):
        FACTORIES["case_studies.results"](case_study=case, metric_name=name, numeric_value=5)
    FACTORIES["vpanes_scoring"](persona=made, pain=3)
    FACTORIES["tags"](persona=made, tag_name="one")
    return made


def planned(mode=Mode.MERGE, slug=SLUG, **content):
    return plan([{"slug": slug} | content], mode)


def changes(mode=Mode.MERGE, **content) -> list[tuple]:
    """What a document would change: of each row the way, the table, the new values and the new place."""
    made = planned(mode, **content)
    assert made.problems == []
    return [(change.op.value, change.word, change.after, change.place) for change in made.changes]


def after(mode=Mode.MERGE, **content) -> dict:
    """What is there when a document has been applied; planning it again finds nothing."""
    made = planned(mode, **content)
    assert made.problems == []
    apply(made)
    assert changes(mode, **content) == []
    [document] = dump([Persona.objects.get(slug=SLUG).pk])
    return document


def texts(document: dict) -> list[str]:
    return [row["goal_text"] for row in document.get("goals", ())]


def problems(*documents: dict, mode=Mode.MERGE) -> list[tuple]:
    return [(problem.path, problem.rule) for _, problem in plan(documents, mode).problems]


def goal(text: str, **values) -> dict:
    return {"goal_text": text} | values


# Which row is meant


def test_a_row_is_found_by_its_id_whatever_it_says(ann):
    id_ = Goal.objects.get(goal_text="B").pk
    [change] = planned(goals=[{"id": id_, "goal_text": "New"}]).changes
    assert (change.op, change.id, change.after, change.before) == (
        Op.CHANGE,
        id_,
        {"goal_text": "New"},
        {"goal_text": "B"},
    )


def test_a_row_is_found_by_its_identity(ann):
    [change] = planned(goals=[goal("B", success_criteria="New")]).changes
    assert (change.op, change.id) == (Op.CHANGE, Goal.objects.get(goal_text="B").pk)
    assert (change.after, change.before) == ({"success_criteria": "New"}, {"success_criteria": "B done"})
    assert change.path == ("goals", 0)


def test_a_row_that_another_names_by_id_is_not_found_by_identity(ann):
    id_ = str(Goal.objects.get(goal_text="A").pk)
    assert [
        (op, values["goal_text"]) for op, _, values, _ in changes(goals=[{"id": id_, "goal_text": "Z"}, goal("A")])
    ] == [
        ("change", "Z"),
        ("create", "A"),
    ]


@pytest.mark.parametrize("id_", [NOWHERE, None])
def test_an_id_that_is_not_there_leaves_the_identity(ann, id_):
    assert changes(goals=[goal("B", id=id_, success_criteria="New")]) == [
        ("change", "goals", {"success_criteria": "New"}, None)
    ]


def test_the_id_of_another_personas_row_is_not_found(ann):
    theirs = FACTORIES["goals"](goal_text="Theirs")
    [change] = planned(goals=[{"id": theirs.pk, "goal_text": "Ours"}]).changes
    assert change.op is Op.CREATE
    assert change.id != theirs.pk


@pytest.mark.parametrize("content", [{"pain": 7}, [{"pain": 7}], {"pain": 7, "id": NOWHERE}])
def test_a_single_section_is_its_one_row(ann, content):
    [(op, word, values, place)] = changes(vpanes_scoring=content)
    assert (op, word, values, place) == ("change", "vpanes_scoring", {"pain": 7}, None)


def test_a_single_section_has_no_second_row(ann):
    assert problems({"slug": SLUG, "vpanes_scoring": [{"pain": 1}, {"pain": 2}]}) == [(("vpanes_scoring", 1), "rows")]


def test_rows_of_one_identity_are_taken_in_their_order(ann):
    twice = [{"statistic_name": "Twice", "statistic_value": text} for text in ("first", "2nd")]
    assert changes(supporting_statistics=twice) == [
        ("change", "supporting_statistics", {"statistic_value": "2nd"}, None)
    ]
    # Order of the rows that nobody puts in order: as they were written.
    assert [row["statistic_value"] for row in after(supporting_statistics=twice)["supporting_statistics"]] == [
        "first",
        "2nd",
    ]


def test_details_are_matched_under_their_parent(ann):
    other = FACTORIES["case_studies"](persona=ann, case_study_title="Other")
    FACTORIES["case_studies.results"](case_study=other, metric_name="Speed", numeric_value=9)
    cases = [{"case_study_title": "Other", "results": [{"metric_name": "Speed", "numeric_value": 8}]}]
    [change] = planned(case_studies=cases).changes
    assert (change.word, change.parent, change.after) == ("results", other.pk, {"numeric_value": 8})
    assert change.path == ("case_studies", 0, "results", 0)


# Modes, and what is absent or null


@pytest.mark.parametrize(
    ("mode", "goals", "left"),
    [
        (Mode.MERGE, [goal("B"), goal("X")], "ABCX"),
        (Mode.REPLACE, [goal("B"), goal("X")], "BX"),
        (Mode.APPEND, [goal("B"), goal("X")], "ABCX"),
        (Mode.MERGE, [], "ABC"),
        (Mode.REPLACE, [], ""),
        (Mode.APPEND, [], "ABC"),
        (Mode.MERGE, None, ""),
        (Mode.REPLACE, None, ""),
        (Mode.APPEND, None, "ABC"),
    ],
)
def test_which_rows_there_are_afterwards_depends_on_the_mode(ann, mode, goals, left):
    assert "".join(texts(after(mode, goals=goals))) == left


@pytest.mark.parametrize("mode", Mode)
def test_what_is_absent_stays(ann, mode):
    [before] = dump([ann.pk])
    assert after(mode) == before
    changed = after(mode, goals=[goal("A"), goal("B"), goal("C"), goal("New", priority="high")])
    assert changed["goals"][:3] == before["goals"]
    assert changed | {"goals": 0} == before | {"goals": 0}


@pytest.mark.parametrize(
    ("mode", "title", "criteria"),
    [(Mode.MERGE, None, None), (Mode.REPLACE, None, None), (Mode.APPEND, "Lead", "A done")],
)
def test_null_clears_a_value_unless_rows_are_only_appended(ann, mode, title, criteria):
    document = after(mode, title=None, goals=[goal("A", success_criteria=None)])
    assert document["core_profile"].get("title") == title
    assert document["goals"][0].get("success_criteria") == criteria


def test_null_deletes_the_row_of_a_single_section_and_the_details_of_a_row(ann):
    cases = [{"case_study_title": "Case", "results": None}]
    document = after(vpanes_scoring=None, case_studies=cases)
    assert "vpanes_scoring" not in document
    assert "results" not in document["case_studies"][0]


def test_details_follow_the_mode(ann):
    cases = [{"case_study_title": "Case", "results": [{"metric_name": "New"}, {"metric_name": "Cost"}]}]
    merged = after(case_studies=cases)["case_studies"][0]["results"]
    assert {row["metric_name"] for row in merged} == {"Speed", "Cost", "New"}
    replaced = after(Mode.REPLACE, case_studies=cases)["case_studies"][0]["results"]
    assert {row["metric_name"] for row in replaced} == {"Cost", "New"}


# New rows


def test_a_new_row_gets_the_defaults_of_what_it_does_not_name(ann):
    [(op, _, values, place)] = changes(goals=[goal("New", success_criteria="Done")])
    assert (op, place) == ("create", 4)
    assert values == {
        "goal_text": "New",
        "goal_type": None,
        "priority": "medium",
        "timeframe": None,
        "is_measurable": False,
        "success_criteria": "Done",
    }
    [(_, _, values, _)] = changes(goals=[goal("New", priority=None)])
    assert values["priority"] is None


def test_a_new_persona_is_planned_with_all_that_it_brings(tenant):
    made = planned(name="Ann", goals=[goal("A"), goal("B")])
    [persona] = made.personas
    assert (persona.new, persona.version) == (True, None)
    assert persona.counts == {("personas", Op.CREATE): 1, ("goals", Op.CREATE): 2}
    assert [change.after["is_active"] for change in made.changes if change.word == "personas"] == [True]


@pytest.mark.parametrize(
    ("document", "wrong"),
    [
        ({"slug": "new"}, ("name",)),
        ({"name": "Ann"}, ("slug",)),
        ({"slug": "new", "name": " "}, ("name",)),
        ({"slug": "new", "name": "Ann", "is_active": None}, ("is_active",)),
        ({"slug": SLUG, "name": None}, ("name",)),
        ({"slug": SLUG, "is_active": None}, ("is_active",)),
        ({"slug": SLUG, "goals": [goal("A"), {"success_criteria": "x"}]}, ("goals", 1, "goal_text")),
        ({"slug": SLUG, "success_metrics": [{"metric_name": "x"}]}, ("success_metrics", 0, "metric_description")),
        (
            {"slug": SLUG, "evidence_summary": {"evidence_recency_score": None}},
            ("evidence_summary", "evidence_recency_score"),
        ),
        (
            {"slug": SLUG, "case_studies": [{"case_study_title": "Case", "results": [{"numeric_value": 1}]}]},
            ("case_studies", 0, "results", 0, "metric_name"),
        ),
    ],
)  # fmt: skip
def test_what_is_needed_is_said_where_it_is_missing_or_cleared(ann, document, wrong):
    assert problems(document) == [(wrong, "required")]


@pytest.mark.usefixtures("tenant")
def test_a_needed_value_that_is_wrong_is_one_problem():
    assert problems({"slug": "new", "name": "Ann", "goals": [{"goal_text": []}]}) == [
        (("goals", 0, "goal_text"), "string_type")
    ]


# References


@pytest.mark.parametrize(
    ("content", "path", "near"),
    [
        ({"role": "medical-science-liason"}, ("role",), "medical-science-liaison"),
        ({"function": "medical-affair"}, ("function",), "medical-affairs"),
        ({"organizational_context": {"department": "field_medical"}}, ("department",), "field-medical"),
        ({"seniority_level": "senor"}, ("seniority_level",), "senior"),
        ({"goals": [goal("A", priority="hihg")]}, ("goals", 0, "priority"), "high"),
        ({"jtbd": [{"job_statement": "x", "jtbd": "nowhere"}]}, ("jtbd", 0, "jtbd"), "nowhere"),
    ],
)
def test_what_refers_to_nothing_is_a_problem_and_the_nearest_is_offered(ann, content, path, near):
    [(_, problem)] = planned(**content).problems
    assert (problem.path, problem.rule) == (path, "reference")
    assert near in str(problem)


def test_references_are_names_of_this_tenant(ann, digital):
    Role.objects.filter(slug="rwe-lead").update(slug="only-here")
    assert after(role="only-here", department=None)["organizational_context"]["role"] == "only-here"
    with connection.cursor() as cursor:
        cursor.execute("SELECT role_slug, department_id FROM personas WHERE id = %s", [ann.pk])
        assert cursor.fetchone() == ("only-here", None)


# Order


def places(**content) -> dict:
    after(**content)
    return dict(Goal.objects.filter(persona__slug=SLUG).values_list("goal_text", "sequence_order"))


@pytest.mark.parametrize("old", [(1, 2, 3), (10, 20, 30), (0, 0, 0), (5, 5, 9), (None, None, None), (1, None, None)])
def test_rows_that_are_appended_leave_the_places_of_the_others(ann, old):
    for text, place in zip("ABC", old, strict=True):
        Goal.objects.filter(goal_text=text).update(sequence_order=place)
    assert texts(after(goals=[goal("X"), goal("Y")])) == [*"ABCXY"]
    if None not in old:
        assert tuple(Goal.objects.filter(goal_text__in="ABC").values_list("sequence_order", flat=True)) == old


def test_another_order_changes_only_places(ann):
    assert changes(goals=[goal("C"), goal("B"), goal("A")]) == [
        ("change", "goals", {}, 1),
        ("change", "goals", {}, 3),
    ]
    assert texts(after(goals=[goal("C"), goal("B"), goal("A")])) == [*"CBA"]


def test_rows_that_a_document_does_not_mention_come_after_those_that_it_puts_in_order(ann):
    assert texts(after(goals=[goal("C"), goal("A")])) == [*"CAB"]


def test_a_new_row_in_the_middle_numbers_the_list_anew(ann):
    assert places(goals=[goal("A"), goal("X"), goal("B"), goal("C")]) == {"A": 1, "X": 2, "B": 3, "C": 4}


@pytest.mark.parametrize("mode", [Mode.MERGE, Mode.REPLACE])
def test_rows_that_are_given_in_their_order_stay_where_they_are(ann, mode):
    Goal.objects.filter(goal_text="C").update(sequence_order=70)
    assert places(goals=[goal("A"), goal("C")])["C"] == 70


@pytest.mark.parametrize("goals", ["XABC", "AXC", "CBA", "CXA", "XB"])
def test_appending_touches_no_row_that_is_there(ann, goals):
    made = planned(Mode.APPEND, goals=[goal(text) for text in goals])
    assert [change.op for change in made.changes] == [Op.CREATE] * ("X" in goals)
    assert texts(after(Mode.APPEND, goals=[goal(text) for text in goals])) == [*"ABC", *("X" if "X" in goals else "")]


# Several documents, and what must be there once


def test_two_documents_of_one_slug_are_a_problem(ann):
    assert problems({"slug": SLUG}, {"slug": SLUG}) == [(("slug",), "twice")]


def test_two_documents_of_one_persona_are_a_problem_by_whatever_they_name_it(ann):
    assert problems({"slug": SLUG, "title": "A"}, {"id": str(ann.pk), "slug": "new-slug", "title": "B"}) != []


def test_a_slug_that_another_persona_has_is_a_problem(ann):
    PersonaFactory(slug="taken")
    assert [path for path, _ in problems({"id": str(ann.pk), "slug": "taken"})] == [("slug",)]


def test_a_persona_is_found_by_its_id_and_may_get_another_slug(ann):
    [change] = plan([{"id": str(ann.pk), "slug": "ann-smith"}]).changes
    assert (change.op, change.id, change.after) == (Op.CHANGE, ann.pk, {"slug": "ann-smith"})


def test_a_unique_value_that_a_document_has_twice_is_a_problem(ann):
    assert problems({"slug": SLUG, "tags": [{"tag_name": "x"}, {"tag_name": "y"}, {"tag_name": "x"}]}) == [
        (("tags", 2), "unique")
    ]


def test_rows_without_the_unique_value_are_not_called_twice(ann):
    assert [rule for _, rule in problems({"slug": SLUG, "tags": [{}, {}]})] == ["required", "required"]


def test_a_unique_value_of_a_row_that_stays_is_a_problem(ann):
    two = FACTORIES["tags"](persona=ann, tag_name="two")
    tags = [{"id": str(two.pk), "tag_name": "one"}]
    assert [rule for _, rule in problems({"slug": SLUG, "tags": tags})] == ["unique"]
    assert problems({"slug": SLUG, "tags": tags}, mode=Mode.REPLACE) == []


def test_a_persona_of_another_tenant_is_not_found(pharma, digital):
    with tenant_context(pharma):
        ours = PersonaFactory(slug=SLUG)
    with tenant_context(digital):
        [persona] = plan([{"id": str(ours.pk), "slug": SLUG, "name": "Ann"}]).personas
    assert persona.new
    assert persona.id != ours.pk


def test_a_deleted_persona_is_not_changed_behind_the_back_of_whoever_deleted_it(ann):
    Persona.objects.filter(pk=ann.pk).update(deleted_at=timezone.now())
    made = planned(title="New")
    assert [(persona.new, persona.id) for persona in made.personas] == [(False, ann.pk)]
    assert [problem.message for _, problem in made.problems] == ["«ann-lee» is in the trash; restore it first"]


# What planning costs


def test_planning_writes_nothing(ann):
    [before] = dump([ann.pk], with_ids=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        made = plan([{"slug": SLUG, "title": "New", "goals": None}, {"slug": "new", "name": "New"}], Mode.REPLACE)
        transaction.set_rollback(True)
    assert len(made.changes) == 5
    assert list(dump([ann.pk], with_ids=True)) == [before]
    assert EditorialState.objects.get(persona=ann).version == made.personas[0].version


def test_planning_many_documents_takes_the_queries_of_one(tenant):
    PersonaFactory.create_batch(3, complete=True)
    documents = list(dump(Persona.objects.values_list("pk", flat=True)))
    with CaptureQueriesContext(connection) as one:
        plan([documents[0], {**documents[0], "slug": "new"}])
    with CaptureQueriesContext(connection) as many:
        plan([*documents, *({**document, "slug": f"new-{document['slug']}"} for document in documents)])
    assert len(one) == len(many)
