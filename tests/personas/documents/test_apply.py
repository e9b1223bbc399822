"""What a plan brings about: all of it or nothing, in sets, at one new version."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.documents import apply as applying
from personas.documents.apply import RefusedError, apply
from personas.documents.changes import PersonaPlan, Plan
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.shape import SHAPES
from personas.models import EditorialState, EvidenceSummary, Goal, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.organisation.models import Role

pytestmark = pytest.mark.django_db
SLUG = "ann-lee"


@pytest.fixture
def ann(tenant) -> Persona:
    made = PersonaFactory(slug=SLUG, name="Ann Lee", title="Lead")
    for place, text in enumerate("ABCD", 1):
        FACTORIES["goals"](persona=made, goal_text=text, sequence_order=place)
    for name in ("one", "two", "three"):
        FACTORIES["tags"](persona=made, tag_name=name)
    case = FACTORIES["case_studies"](persona=made, case_study_title="Case")
    for name in ("Speed", "Cost"):
        FACTORIES["case_studies.results"](case_study=case, metric_name=name, numeric_value=5)
    return made


def dumped(slug: str = SLUG, **options) -> dict:
    [document] = dump(Persona.objects.filter(slug=slug).values_list("pk", flat=True), **options)
    return document


def version(slug: str = SLUG) -> int:
    return EditorialState.objects.get(persona__slug=slug).version


def written_goals() -> set:
    """Each goal as it was last written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text, cmin::text, ctid::text FROM persona_goals ORDER BY id")
        return set(cursor.fetchall())


def refused(*documents: dict) -> list[tuple]:
    with pytest.raises(RefusedError) as refusal:
        apply(plan(documents))
    return [(slug, problem.rule) for slug, problem in refusal.value.problems]


def test_what_was_wanted_is_there_afterwards(ann):
    wanted = dumped(with_ids=True)
    wanted["core_profile"] |= {"name": "Ann Smith", "title": 'Two\nlines, "quoted"; \\N and \t'}
    wanted["organizational_context"] = {"role": "rwe-lead"}
    new = {**wanted["goals"][0], "goal_text": "🦑 שלום", "is_measurable": True}
    del new["id"]
    wanted["goals"] = [wanted["goals"][3] | {"goal_text": "d"}, wanted["goals"][0], new, wanted["goals"][2]]
    del wanted["tags"]
    [case] = wanted["case_studies"]
    case["results"] = [case["results"][1] | {"numeric_value": 7}, {"metric_name": "New", "text_value": "a lot"}]
    result = plan([wanted | {"organizational_context": {"role": "rwe-lead", "function": None, "department": None}}
                   | {"tags": []}], Mode.REPLACE)  # fmt: skip
    assert result.problems == []
    assert apply(result) == len(result.changes)
    found = dumped(with_ids=True)
    del found["goals"][2]["id"], found["case_studies"][0]["results"][1]["id"]
    assert found == wanted
    assert list(Goal.objects.values_list("sequence_order", flat=True)) == [1, 2, 3, 4]


@pytest.mark.parametrize("names", [("two", "one", "three"), ("two", "three", "one"), ("two", "three", "new")])
def test_unique_values_may_be_exchanged(ann, names):
    tags = dumped(with_ids=True)["tags"]
    apply(plan([{"slug": SLUG, "tags": [row | {"tag_name": name} for row, name in zip(tags, names, strict=True)]}]))
    assert tuple(row["tag_name"] for row in dumped()["tags"]) == names


def test_a_new_row_may_take_the_unique_value_of_one_that_goes_or_is_renamed(ann):
    one, two, _ = dumped(with_ids=True)["tags"]
    tags = [one | {"tag_name": "renamed"}, {"tag_name": "one"}, {"tag_name": "two", "tag_category": "new"}]
    assert one["id"] != two["id"]
    apply(plan([{"slug": SLUG, "tags": tags}], Mode.REPLACE))
    assert {row["tag_name"] for row in dumped()["tags"]} == {"renamed", "one", "two"}


def test_a_row_that_goes_takes_its_details_along(ann):
    [study] = dumped()["case_studies"]
    details = sum(len(study.get(detail.word, ())) for detail in SHAPES["case_studies"].details)
    assert details
    assert apply(plan([{"slug": SLUG, "case_studies": None}])) == 1 + details
    assert "case_studies" not in dumped()


def test_rows_of_several_personas_are_written_together(ann):
    PersonaFactory(slug="bob", name="Bob")
    documents = [{"slug": slug, "name": slug, "goals": [{"goal_text": slug}]} for slug in (SLUG, "bob", "new")]
    assert apply(plan(documents)) == 6
    for slug in (SLUG, "bob", "new"):
        assert dumped(slug)["core_profile"]["name"] == slug
        assert dumped(slug)["goals"][-1]["goal_text"] == slug


# Refusals


def test_a_plan_with_problems_is_refused_and_nothing_is_written(ann):
    before = dumped(with_ids=True)
    assert refused({"slug": SLUG, "title": "New", "archetype": "x"}, {"slug": "new", "name": "New"}) == [
        (SLUG, "choice")
    ]
    assert dumped(with_ids=True) == before
    assert not Persona.objects.filter(slug="new").exists()


def test_a_plan_is_stale_when_its_persona_has_changed_and_then_nothing_is_written(ann):
    PersonaFactory(slug="bob", name="Bob")
    made = plan([{"slug": "bob", "name": "Robert"}, {"slug": SLUG, "title": "Ours"}, {"slug": "new", "name": "New"}])
    Goal.objects.filter(goal_text="A").update(success_criteria="Theirs")
    with pytest.raises(RefusedError) as refusal:
        apply(made)
    assert [(slug, problem.rule) for slug, problem in refusal.value.problems] == [(SLUG, "stale")]
    assert Persona.objects.get(slug="bob").name == "Bob"
    assert Persona.objects.get(slug=SLUG).title == "Lead"
    assert not Persona.objects.filter(slug="new").exists()


def test_a_plan_is_stale_when_its_persona_is_gone(ann):
    made = plan([{"slug": SLUG, "title": "Ours"}])
    Persona.objects.filter(slug=SLUG).delete()
    with pytest.raises(RefusedError, match="plan again"):
        apply(made)


def test_a_plan_is_carried_out_once(ann):
    made = plan([{"slug": SLUG, "goals": [{"goal_text": "New"}]}])
    apply(made)
    with pytest.raises(RefusedError, match="plan again"):
        apply(made)


def test_a_plan_goes_on_where_a_persona_changed_that_it_does_not_touch(ann):
    PersonaFactory(slug="bob", name="Bob")
    made = plan([{"slug": "bob"}, {"slug": SLUG, "title": "Ours"}])
    Persona.objects.filter(slug="bob").update(name="Robert")
    apply(made)
    assert Persona.objects.get(slug=SLUG).title == "Ours"


def test_a_new_persona_that_somebody_made_meanwhile_is_refused_like_any_stale_plan(tenant):
    made = plan([{"slug": "new", "name": "Ours"}])
    PersonaFactory(slug="new", name="Theirs")
    with pytest.raises(RefusedError):
        apply(made)
    assert Persona.objects.get(slug="new").name == "Theirs"


def test_a_plan_whose_reference_is_gone_by_now_is_refused_instead_of_forgetting_it(tenant):
    role = Role.objects.filter(slug="rwe-lead")
    made = plan([{"slug": "new", "name": "New", "role": "rwe-lead"}])
    role.update(slug="renamed")
    with pytest.raises(RefusedError):
        apply(made)
    assert not Persona.objects.filter(slug="new").exists()


def test_all_or_nothing_when_the_database_fails_in_the_middle(ann, monkeypatch):
    before = dumped(with_ids=True)
    made = plan([{"slug": SLUG, "title": "New", "goals": None, "tags": [{"tag_name": "new"}]}])
    write = applying.write

    def fail_at_tags(cursor, shape, changes):
        written = write(cursor, shape, changes)
        if shape.word == "tags":
            cursor.execute("SELECT 1 / 0")
        return written

    monkeypatch.setattr(applying, "write", fail_at_tags)
    with pytest.raises(RefusedError):
        apply(made)
    assert dumped(with_ids=True) == before
    assert version() == made.personas[0].version
    monkeypatch.undo()
    apply(made)  # still possible: nothing is left over, such as a held version or a temporary table
    assert version() == made.personas[0].version + 1


def test_what_the_database_refuses_is_told_with_its_place_in_the_document(ann, monkeypatch):
    made = plan([{"slug": SLUG, "title": "New", "goals": [{"goal_text": "Good"}, {"goal_text": "Bad"}]}])
    made.changes[-1].after["goal_text"] = None
    with pytest.raises(RefusedError) as refused:
        apply(made)
    [(slug, problem)] = refused.value.problems
    assert (slug, problem.path) == (SLUG, ("goals", 1))
    assert "null value" in problem.message
    assert Persona.objects.get(slug=SLUG).title == "Lead"


def test_a_plan_that_no_longer_finds_all_its_rows_is_refused(ann, monkeypatch):
    made = plan([{"slug": SLUG, "goals": [{"goal_text": "A", "success_criteria": "Something new"}]}])
    monkeypatch.setattr(applying, "refuse_stale", lambda plan: None)
    Goal.objects.filter(goal_text="A").delete()
    with pytest.raises(RefusedError, match="0 of 1 rows"):
        apply(made)


def test_a_plan_that_was_kept_does_the_same(ann):
    wanted = {"slug": SLUG, "title": "New", "ai_maturity_score": "61.50", "tags": None,
              "goals": [{"goal_text": "X"}, {"goal_text": "A", "goal_type": "quality"}],
              "week_in_life": [{"day_of_week": "Friday", "typical_start_time": "08:30", "typical_activities": ["a"]}],
              "case_studies": [{"case_study_title": "Case", "results": None}]}  # fmt: skip
    made = plan([wanted])
    kept = Plan([PersonaPlan.unpacked(one.packed()) for one in made.personas])
    assert [one.packed() for one in kept.personas] == [one.packed() for one in made.personas]
    apply(kept)
    assert plan([wanted]).changes == []


def test_all_or_nothing_when_a_unique_value_is_there_by_now(ann, monkeypatch):
    made = plan([{"slug": SLUG, "title": "New", "tags": [{"tag_name": "new"}]}])
    FACTORIES["tags"](persona=ann, tag_name="new")
    monkeypatch.setattr(applying, "refuse_stale", lambda plan: None)
    with pytest.raises(RefusedError, match="already"):
        apply(made)
    assert Persona.objects.get(slug=SLUG).title == "Lead"


# Versions, and what triggers keep


def test_the_version_rises_once_for_each_persona_that_changes(ann):
    for slug in ("bob", "eve"):
        PersonaFactory(slug=slug)
    before = {slug: version(slug) for slug in (SLUG, "bob", "eve")}
    goals = [{"goal_text": text} for text in "XAB"]
    documents = [{"slug": slug, "title": "New", "goals": goals, "tags": None} for slug in (SLUG, "bob")]
    apply(plan([*documents, {"slug": "eve"}]))
    assert {slug: version(slug) - before[slug] for slug in before} == {SLUG: 1, "bob": 1, "eve": 0}


def test_after_a_plan_every_statement_raises_the_version_again(ann):
    apply(plan([{"slug": SLUG, "title": "New"}]))
    before = version()
    Persona.objects.filter(slug=SLUG).update(title="Newer")
    Goal.objects.filter(persona=ann).update(success_criteria="New")
    assert version() == before + 2


@pytest.mark.parametrize("summary", [{}, {"evidence_gaps": ["Payers"], "overall_confidence_level": "high"}])
def test_the_summary_that_the_database_makes_of_evidence_is_taken_over(tenant, summary):
    document = {"slug": "new", "name": "New", "evidence_summary": summary}
    source = dumped(PersonaFactory(slug="source", complete=True).slug)["case_studies"][0]
    apply(plan([document | {"case_studies": [source]}]))
    made = EvidenceSummary.objects.get(persona__slug="new")
    assert (made.case_studies_count, made.total_sources) == (1, 1)
    assert made.evidence_gaps == summary.get("evidence_gaps")
    assert plan([document | {"case_studies": [source]}]).changes == []


@pytest.mark.parametrize("named", [{}, {"preferred_service_layer": None}])
def test_what_the_database_works_out_is_not_planned_again(tenant, named):
    document = {"slug": "new", "name": "New", "archetype": "AUTOMATOR", "ai_maturity_score": 80} | named
    document |= {"gen_ai_readiness_level": "beginner"}
    apply(plan([document]))
    made = Persona.objects.get(slug="new")
    assert (made.preferred_service_layer, made.gen_ai_readiness_level) == ("WORKFLOWS", "proficient")
    assert plan([document]).changes == []


# What applying costs


def test_many_rows_take_the_statements_of_one(ann):
    def statements(slug: str, rows: int) -> int:
        goals = [{"goal_text": f"{number}", "success_criteria": "x"} for number in range(rows)]
        cases = [case | {"case_study_title": f"{number}"} for number in range(rows)]
        counted = 0
        for goals_now in (goals, [goal | {"success_criteria": "y"} for goal in goals], []):
            made = plan([{"slug": slug, "name": "x", "goals": goals_now, "case_studies": cases}], Mode.REPLACE)
            with CaptureQueriesContext(connection) as captured:
                apply(made)
            counted += len(captured)
        return counted

    [case] = dumped()["case_studies"]
    assert statements("few", 1) == statements("many", 40)


def test_a_plan_with_nothing_to_do_runs_no_statement(ann):
    made = plan([dumped(with_ids=True)])
    with CaptureQueriesContext(connection) as captured:
        assert apply(made) == 0
    assert len(captured) == 0


def test_what_does_not_change_is_not_written(ann):
    before = written_goals()
    apply(plan([dumped() | {"core_profile": {"title": "New"}, "tags": None}]))
    assert written_goals() == before
