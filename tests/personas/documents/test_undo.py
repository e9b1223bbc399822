"""The way back from what was applied: nothing is left of it, but for what people have changed since."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.documents.apply import apply
from personas.documents.changes import PersonaPlan, Plan
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.undo import EDITED, FILLED, GONE, REVIEWED, TAKEN, THERE, undo
from personas.models import EvidenceSummary, Goal, Persona, Tag
from tests.factories import FACTORIES, PersonaFactory, stand

pytestmark = pytest.mark.django_db
SLUG = "ann-lee"


@pytest.fixture
def ann(tenant) -> Persona:
    return PersonaFactory(slug=SLUG, name="Ann Lee", title="Lead", complete=True)


def dumped(slug: str = SLUG) -> dict:
    [document] = dump(Persona.objects.filter(slug=slug).values_list("pk", flat=True), with_ids=True)
    return document


def carried_out(*documents: dict, mode: Mode = Mode.MERGE) -> list[PersonaPlan]:
    """Apply documents; gives the plan as it was kept."""
    made = plan(documents, mode)
    apply(made)
    return [PersonaPlan.unpacked(one.packed()) for one in made.personas]


def way_back(plans: list[PersonaPlan]) -> list[tuple]:
    """Undo what was applied; gives what was kept, and why."""
    back = undo(plans)
    apply(Plan([one for one, _ in back]))
    return [(kept.change.word, kept.reason) for _, several in back for kept in several]


def without_ids(value):
    if isinstance(value, dict):
        return {key: without_ids(inner) for key, inner in value.items() if key != "id"}
    return [without_ids(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("mode", Mode)
def test_nothing_is_left_of_an_import_that_was_undone(ann, mode):
    before = dumped()
    other = without_ids(before)
    other["core_profile"] |= {"name": "Somebody else", "title": "New", "tagline": None}
    for word, rows in other.items():
        if isinstance(rows, list):
            other[word] = [*rows[1:], *rows[:1]][: max(1, len(rows) - 1)]
    for key in ("goals", "tags"):
        other[key] = [{"goal_text": "A new one"} if key == "goals" else {"tag_name": "A new one"}, *other[key]]
    plans = carried_out(other, mode=mode)
    assert plans[0].changes
    assert way_back(plans) == []
    assert dumped() == before


def test_a_persona_that_an_import_made_goes_again_with_all_that_it_made(tenant):
    PersonaFactory(slug=SLUG, complete=True)
    new = without_ids(dumped()) | {"slug": "new"}
    assert way_back(carried_out(new)) == []
    assert not Persona.objects.filter(slug="new").exists()


def test_what_somebody_has_changed_since_stays(ann):
    texts = {"goals": [{"goal_text": text} for text in ("One", "Two")]}
    plans = carried_out({"slug": SLUG, "title": "New", "tagline": "New", **texts})
    Goal.objects.filter(goal_text="One").update(goal_type="quality")
    Persona.objects.filter(slug=SLUG).update(title="By hand")
    assert sorted(way_back(plans)) == [("goals", EDITED), ("personas", EDITED)]
    now = dumped()
    assert now["core_profile"]["title"] == "By hand"
    assert now["core_profile"].get("tagline") != "New"
    texts = [goal["goal_text"] for goal in now["goals"]]
    assert "One" in texts
    assert "Two" not in texts


def test_what_somebody_has_deleted_since_is_not_put_back_by_a_change(ann):
    text = dumped()["goals"][0]["goal_text"]
    plans = carried_out({"slug": SLUG, "goals": [{"goal_text": text, "success_criteria": "New"}]})
    Goal.objects.filter(goal_text=text).delete()
    assert way_back(plans) == [("goals", GONE)]


def test_a_row_that_somebody_made_again_is_not_made_twice(ann):
    FACTORIES["tags"](persona=ann, tag_name="once")
    plans = carried_out({"slug": SLUG, "tags": None})
    FACTORIES["tags"](persona=ann, tag_name="once")
    assert way_back(plans) == [("tags", THERE)]
    assert Tag.objects.filter(tag_name="once").count() == 1


def test_a_new_persona_to_which_somebody_has_added_stays(tenant):
    plans = carried_out({"slug": "new", "name": "New", "goals": [{"goal_text": "One"}]})
    FACTORIES["tags"](persona=Persona.objects.get(slug="new"), tag_name="added")
    assert way_back(plans) == [("personas", FILLED)]
    assert dumped("new")["tags"][0]["tag_name"] == "added"
    assert "goals" not in dumped("new")


def test_a_persona_that_is_gone_is_told_and_passed_over(tenant):
    plans = carried_out({"slug": "new", "name": "New"})
    Persona.objects.filter(slug="new").delete()
    assert way_back(plans) == [("personas", GONE)]


def test_details_that_went_with_their_row_come_back_with_it(ann):
    before = dumped()
    assert way_back(carried_out({"slug": SLUG, "case_studies": None, "public_research": None})) == []
    assert dumped() == before


def test_an_undoing_can_be_undone(ann):
    before = dumped()
    made = plan([{"slug": SLUG, "title": "New", "goals": None}])
    apply(made)
    after = dumped()
    [(back, _)] = undo(made.personas)
    apply(Plan([back]))
    assert dumped() == before
    way_back([back])
    assert dumped() == after


def test_a_row_whose_name_the_import_gave_to_another_comes_back(ann):
    Tag.objects.all().delete()
    one, two = (FACTORIES["tags"](persona=ann, tag_name=name) for name in "ab")
    plans = carried_out({"slug": SLUG, "tags": [{"id": str(one.pk), "tag_name": "b"}]}, mode=Mode.REPLACE)
    assert way_back(plans) == []
    assert {(tag.pk, tag.tag_name) for tag in Tag.objects.all()} == {(one.pk, "a"), (two.pk, "b")}


@pytest.mark.parametrize("status", ["pending_review", "validated", "published"])
def test_a_new_persona_that_went_on_in_review_stays(tenant, status):
    plans = carried_out({"slug": "new", "name": "New"})
    stand(Persona.objects.get(slug="new"), status)
    assert way_back(plans) == [("personas", REVIEWED)]


def test_a_name_that_somebody_took_meanwhile_stays_theirs_and_the_rest_goes_back(ann):
    FACTORIES["tags"](persona=ann, tag_name="mine")
    tag = Tag.objects.get(tag_name="mine")
    change = {"id": str(ann.pk), "slug": "renamed", "title": "New", "tags": [{"id": str(tag.pk), "tag_name": "yours"}]}
    plans = carried_out(change)
    PersonaFactory(slug=SLUG)
    FACTORIES["tags"](persona=ann, tag_name="mine")
    assert sorted(way_back(plans)) == [("personas", TAKEN), ("tags", TAKEN)]
    ann.refresh_from_db()
    assert (ann.slug, ann.title) == ("renamed", "Lead")


def test_what_the_database_worked_out_goes_back_with_what_it_followed_from(tenant):
    PersonaFactory(slug="bare", archetype=None, ai_maturity_score=None, gen_ai_readiness_level="expert",
                   preferred_service_layer=None)  # fmt: skip
    figures = ("ai_maturity_score", "gen_ai_readiness_level", "archetype", "preferred_service_layer")
    before = Persona.objects.values_list(*figures).get(slug="bare")
    plans = carried_out({"slug": "bare", "ai_maturity_score": 5, "archetype": "AUTOMATOR"})
    assert Persona.objects.values_list(*figures).get(slug="bare") != before
    assert way_back(plans) == []
    assert Persona.objects.values_list(*figures).get(slug="bare") == before


def test_the_summary_of_evidence_stays_as_long_as_its_persona(tenant):
    summary = {"evidence_summary": {"analyst_commentary": "Thin"}}
    plans = carried_out({"slug": "new", "name": "New"} | summary)
    FACTORIES["case_studies"](persona=Persona.objects.get(slug="new"))
    assert way_back(plans) == [("personas", FILLED)]
    row = EvidenceSummary.objects.get(persona__slug="new")
    assert (row.total_sources, row.analyst_commentary) == (1, None)


def test_thousands_of_rows_come_back_without_a_query_for_each(ann):
    Tag.objects.bulk_create(Tag(persona=ann, tag_name=f"tag {number}") for number in range(3000))
    plans = carried_out({"slug": SLUG, "tags": None})
    with CaptureQueriesContext(connection) as queries:
        [(back, kept)] = undo(plans)
    assert (len(back.changes), kept) == (len(plans[0].changes), [])
    assert len(queries) < 80
