"""Two people on one persona: nobody's work is lost, and nothing is merged without being shown."""

import pytest
from django.db import connection
from django.urls import reverse

from personas.documents.shape import SHAPES
from personas.documents.values import plain
from personas.models import Goal, Presence
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context

from .browser import Opened, address


@pytest.fixture
def ana(pharma, join):
    return join(pharma, full_name="Ana Silva")


@pytest.fixture
def ben(pharma, join):
    return join(pharma, email="ben@pharma.example", full_name="Ben Bauer")


@pytest.fixture
def browser():
    from django.test import Client

    def of(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return of


@pytest.fixture
def work(browser, ana):
    return browser(ana)


@pytest.fixture
def other(browser, ben):
    return browser(ben)


@pytest.fixture
def persona(pharma):
    with tenant_context(pharma):
        made = PersonaFactory(slug="ann", name="Ann")
        for place, text in enumerate(("Sleep", "Eat", "Read"), 1):
            FACTORIES["goals"](persona=made, goal_text=text, sequence_order=place)
        FACTORIES["quotes"](persona=made)
        study = FACTORIES["case_studies"](persona=made)
        FACTORIES["case_studies.results"](case_study=study, metric_name="Hours")
        return made


def goals(pharma, persona) -> list[str]:
    with tenant_context(pharma):
        return list(persona.goals.values_list("goal_text", flat=True))


def sides(answer) -> list[tuple]:
    return [(one["column"], one["before"], one["mine"], one["theirs"]) for one in answer.json()["choices"]]


def test_a_stale_save_is_asked_for_what_its_page_showed(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    theirs.send(changed={theirs.keys[0]: {"goal_text": "Theirs"}})
    answer = mine.send(changed={mine.keys[0]: {"goal_text": "Mine"}})
    assert (answer.status_code, answer.json()) == (409, {"base": True})
    assert goals(pharma, persona) == ["Theirs", "Eat", "Read"]


def test_the_same_field_is_shown_with_mine_theirs_and_before_and_one_chooses(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    theirs.send(changed={theirs.keys[0]: {"goal_text": "Theirs"}})
    edit = {"changed": {mine.keys[0]: {"goal_text": "Mine"}}}
    answer = mine.send(**edit, base=mine.shows)
    assert answer.status_code == 409
    assert sides(answer) == [("goal_text", "Sleep", "Mine", "Theirs")]
    assert goals(pharma, persona) == ["Theirs", "Eat", "Read"]
    assert mine.send(**edit, shown=answer.json()["now"]).status_code == 200
    assert goals(pharma, persona) == ["Mine", "Eat", "Read"]


def test_what_touches_nothing_of_mine_is_shown_too_before_anything_is_saved(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    theirs.send(
        changed={theirs.keys[1]: {"goal_text": "Drink"}}, gone=theirs.keys[2:], added={"new-9": {"goal_text": "Walk"}}
    )
    edit = {"changed": {mine.keys[0]: {"goal_text": "Mine"}}, "added": {"new-1": {"goal_text": "New"}}}
    told = mine.send(**edit, base=mine.shows).json()
    assert told["choices"] == []
    assert [(one["did"], one["title"]) for one in told["others"]] == [
        ("deleted", "Read"),
        ("changed", "Eat"),
        ("added", "Walk"),
    ]
    assert told["others"][1]["fields"] == [{"name": "goal text", "before": "Eat", "after": "Drink"}]
    assert mine.send(**edit, shown=told["now"]).status_code == 200
    assert goals(pharma, persona) == ["Mine", "Drink", "Walk", "New"]


def test_a_row_that_one_deleted_and_the_other_changed_is_a_choice(work, other, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    theirs.send(gone=theirs.keys[:1], changed={theirs.keys[1]: {"goal_text": "Drink"}})
    edit = {"changed": {mine.keys[0]: {"goal_text": "Mine"}}, "gone": mine.keys[1:2]}
    told = sides(mine.send(**edit, base=mine.shows))
    assert set(told) == {(None, "", "change", "delete"), (None, "", "delete", "change")}


def test_both_wrote_the_same_and_there_is_nothing_to_choose(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    same = {"changed": {mine.keys[0]: {"goal_text": "Same"}}}
    theirs.send(**same)
    answer = mine.send(**same, base=mine.shows)
    assert (answer.status_code, answer.json()["said"]) == (200, "it had been saved already")


def test_a_save_whose_answer_was_lost_is_not_done_twice(work, pharma, persona):
    page = Opened(work, persona, "goals")
    edit = {"added": {"new-1": {"goal_text": "New", "is_measurable": "true"}}, "gone": page.keys[:1]}
    assert page.send(**edit).status_code == 200
    again = page.send(**edit, base=page.shows)
    assert (again.status_code, again.json()["said"]) == (200, "it had been saved already")
    assert goals(pharma, persona) == ["Eat", "Read", "New"]


def test_a_detail_that_both_changed_is_shown_by_its_name(work, other, pharma, persona):
    with tenant_context(pharma):
        study = persona.case_studies.get()
        [result] = study.results.all()
    mine, theirs = (Opened(one, persona, "case_studies", row=str(study.pk)) for one in (work, other))

    def edit(text: str) -> dict:
        return {"changed": {str(study.pk): {"results": {"changed": {str(result.pk): {"metric_name": text}}}}}}

    assert theirs.send(**edit("Theirs")).json() == {"said": "1 changed in results"}
    columns = {name: plain(getattr(result, name)) for name in SHAPES["case_studies"].details[1].columns}
    shows = [mine.shows[0] | {"results": [{"id": str(result.pk), **columns}]}]
    [choice] = mine.send(**edit("Mine"), base=shows).json()["choices"]
    assert (choice["row"], choice["label"], choice["mine"], choice["theirs"]) == (
        str(result.pk), "metric name", "Mine", "Theirs",
    )  # fmt: skip


class TestAStudyThatOneDeletesWhileTheOtherIsInIt:
    @pytest.fixture
    def study(self, pharma, persona):
        with tenant_context(pharma):
            return persona.case_studies.get()

    @pytest.fixture
    def pages(self, work, other, persona, study):
        return [Opened(one, persona, "case_studies", row=str(study.pk)) for one in (work, other)]

    def deletes(self, study) -> dict:
        return {"gone": [str(study.pk)]}

    def works_on(self, study, how: str) -> dict:
        [result] = study.results.all()
        edits = {
            "changes": {"changed": {str(result.pk): {"metric_name": "Mine"}}},
            "adds": {"added": {"new-1": {"metric_name": "Mine"}}},
        }
        return {"changed": {str(study.pk): {"results": edits[how]}}}

    def shows(self, page, study) -> list[dict]:
        names = SHAPES["case_studies"].details[1].columns
        results = [{"id": str(one.pk)} | {n: plain(getattr(one, n)) for n in names} for one in study.results.all()]
        return [page.shows[0] | {"results": results}]

    @pytest.mark.parametrize("how", ["changes", "adds"])
    @pytest.mark.parametrize("i_delete", [True, False])
    def test_one_chooses_whether_it_stays(self, pages, pharma, study, how, i_delete):
        mine, theirs = pages
        with tenant_context(pharma):
            work, base = self.works_on(study, how), self.shows(mine, study)
        edits = [self.deletes(study), work]
        first, second = edits[::-1] if i_delete else edits
        assert theirs.send(**first).status_code == 200
        told = mine.send(**second, base=base).json()
        [choice] = told["choices"]
        assert (choice["row"], choice["column"]) == (str(study.pk), None)
        assert (choice["mine"], choice["theirs"]) == (("delete", "change") if i_delete else ("change", "delete"))
        assert told["others"] == []
        if not i_delete:  # and what is for a row that is gone is never said to be saved
            assert mine.send(**second, shown=told["now"]).status_code == 400


def test_two_who_fill_in_the_same_single_section_choose_column_by_column(work, other, pharma, persona):
    mine, theirs = (Opened(one, persona, "communication_style") for one in (work, other))
    columns = list(SHAPES["communication_style"].columns)[:2]
    assert theirs.send(added={"new": {columns[0]: "Theirs"}}).status_code == 200
    edit = {"added": {"new": {columns[0]: "Mine", columns[1]: "Also mine"}}}
    told = mine.send(**edit, base=[]).json()
    assert [(one["column"], one["mine"], one["theirs"]) for one in told["choices"]] == [(columns[0], "Mine", "Theirs")]
    assert mine.send(**edit, shown=told["now"]).json() == {"said": "1 changed"}
    with tenant_context(pharma):
        style = persona.communication_style.get()
        assert [getattr(style, name) for name in columns] == ["Mine", "Also mine"]


def test_a_value_that_makes_no_sense_is_never_said_to_be_saved(work, other, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    theirs.send(changed={theirs.keys[1]: {"goal_text": "Theirs"}})
    edit = {"changed": {mine.keys[1]: {"goal_text": "Theirs", "priority": "\0"}}}
    assert mine.send(**edit, base=mine.shows).status_code == 409


def test_another_order_is_told_of(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
    theirs.send(order=theirs.keys[::-1])
    told = mine.send(changed={mine.keys[0]: {"priority": "low"}}, base=mine.shows).json()
    assert [(one["did"], one["title"]) for one in told["others"]] == [("put in another order", "2 rows")]


def test_columns_of_the_persona_are_compared_by_the_page_they_stand_on(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "core_profile"), Opened(other, persona, "core_profile")
    Opened(other, persona, "narrative").send(changed={str(persona.pk): {"background_story": "Theirs"}})
    assert theirs.send(changed={str(persona.pk): {"tagline": "Theirs"}}).status_code == 200
    told = mine.send(changed={str(persona.pk): {"tagline": "Mine", "title": "Liaison"}}, base=mine.shows)
    assert [(side[0], *side[2:]) for side in sides(told)] == [("tagline", "Mine", "Theirs")]


def test_people_in_different_sections_never_disturb_each_other(work, other, pharma, persona):
    mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "quotes")
    assert theirs.send(changed={theirs.keys[0]: {"quote_text": "Theirs"}}).status_code == 200
    assert mine.send(changed={mine.keys[0]: {"goal_text": "Mine"}}).status_code == 200


def test_rows_of_a_card_page_that_were_not_open_count_as_they_are(work, other, pharma, persona):
    with tenant_context(pharma):
        one, two = (FACTORIES["expert_opinions"](persona=persona) for _ in range(2))
    mine = Opened(work, persona, "expert_opinions", row=str(one.pk))
    theirs = Opened(other, persona, "expert_opinions", row=str(two.pk))
    assert theirs.send(changed={str(two.pk): {"expert_name": "Theirs"}}).status_code == 200
    base = [row for row in mine.shows if row["id"] == str(one.pk)]
    edit = {"changed": {str(one.pk): {"expert_name": "Mine"}}}
    told = mine.send(**edit, base=base).json()
    assert (told["choices"], told["others"]) == ([], [])
    assert mine.send(**edit, shown=told["now"]).status_code == 200


@pytest.mark.parametrize("content", [
    "[]", "{", '{"shown": 5}', '{"shown": "x", "changed": {"no-id": {}}}', '{"shown": "x", "tenant_id": "x"}',
    '{"shown": "x", "changed": {"00000000-0000-0000-0000-000000000000": []}}', "",
])  # fmt: skip
def test_what_makes_no_sense_is_refused(work, persona, content):
    answer = work.post(address(persona, "goals"), content, content_type="application/json")
    assert answer.status_code == 400
    assert "makes no sense" in answer.json()["message"]


def test_a_nested_edit_that_makes_no_sense_is_refused(work, persona, pharma):
    with tenant_context(pharma):
        study = persona.case_studies.get()
    page = Opened(work, persona, "case_studies", row=str(study.pk))
    assert page.send(changed={str(study.pk): {"results": {"gone": "all"}}}).status_code == 400
    assert page.send(changed={str(study.pk): {"results": "all"}}).status_code == 400


def test_rows_of_another_persona_and_of_another_tenant_are_not_touched(work, pharma, digital, persona):
    with tenant_context(pharma):
        theirs = FACTORIES["goals"](persona=PersonaFactory(), goal_text="Untouched")
    with tenant_context(digital):
        foreign = FACTORIES["goals"](persona=PersonaFactory(), goal_text="Untouched")
    page = Opened(work, persona, "goals")
    page.send(gone=[str(theirs.pk), str(foreign.pk)], changed={str(theirs.pk): {"goal_text": "Touched"}})
    with tenant_context(pharma):
        assert Goal.objects.get(pk=theirs.pk).goal_text == "Untouched"
    with tenant_context(digital):
        assert Goal.objects.get(pk=foreign.pk).goal_text == "Untouched"
        other_persona = foreign.persona
    assert work.get(address(other_persona, "goals")).status_code == 404
    assert work.post(address(other_persona, "goals"), {"shown": ""}, content_type="application/json").status_code == 404
    here = reverse("admin:personas_persona_here", args=[other_persona.pk])
    assert work.post(here, {}, content_type="application/json").status_code == 404


class TestWhoIsHere:
    def say(self, client, persona, **told):
        here = reverse("admin:personas_persona_here", args=[persona.pk])
        return client.post(here, told, content_type="application/json").json()["said"]

    def test_others_are_named_with_their_place(self, work, other, persona):
        assert self.say(work, persona, place="goals") == ""
        assert self.say(other, persona, place="goals") == "Ana Silva is here."
        assert self.say(other, persona, place="quotes") == "Ana Silva is in «Goals»."
        assert self.say(work, persona, place="") == "Ben Bauer is in «Quotes»."

    def test_who_was_not_heard_of_for_a_minute_is_gone(self, work, other, pharma, persona):
        self.say(work, persona, place="goals")
        with tenant_context(pharma), connection.cursor() as cursor:
            cursor.execute("UPDATE editorial_presence SET seen_at = now() - interval '61 seconds'")
        assert self.say(other, persona, place="goals") == ""
        with tenant_context(pharma):
            assert Presence.fresh().count() == 1

    def test_a_page_is_told_that_somebody_saved_it(self, work, other, persona):
        mine, theirs = Opened(work, persona, "goals"), Opened(other, persona, "goals")
        assert self.say(work, persona, place="goals", shown=mine.sheet.digest) == ""
        theirs.send(changed={theirs.keys[0]: {"goal_text": "Theirs"}})
        said = self.say(work, persona, place="goals", shown=mine.sheet.digest)
        assert said.startswith("Somebody has saved this section since you opened it")
        assert self.say(work, persona, place="quotes", shown=Opened(work, persona, "quotes").sheet.digest) == ""
