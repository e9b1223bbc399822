"""What is wrong is said of the row and the field that it is about, and nothing is written."""

import pytest
from django.urls import reverse

from personas.models import Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context

from .browser import Opened, address


@pytest.fixture
def persona(pharma):
    with tenant_context(pharma):
        made = PersonaFactory(slug="ann", name="Ann")
        FACTORIES["goals"](persona=made)
        FACTORIES["week_in_life"](persona=made, day_of_week="Monday")
        return made


def problems(answer) -> list[tuple]:
    assert answer.status_code == 422
    return [(one["row"], one["column"], one["message"]) for one in answer.json()["problems"]]


def test_every_problem_of_every_row_is_told_at_once(work, persona):
    page = Opened(work, persona, "goals")
    answer = page.send(
        changed={page.keys[0]: {"goal_text": "", "priority": "urgent"}},
        added={"new-1": {"goal_type": "growth"}, "new-2": {"goal_text": "x", "timeframe": "medium-term"}},
    )
    assert problems(answer) == [
        (page.keys[0], "priority", "«urgent» is no value here; it takes low, medium, high, critical"),
        (page.keys[0], "goal_text", "«goal text» cannot be cleared"),
        ("new-1", "goal_text", "«goal text» is needed"),
        ("new-2", "timeframe", "«medium-term» is no value here; did you mean medium_term or immediate?"),
    ]
    assert Opened(work, persona, "goals").sheet.digest == page.sheet.digest


@pytest.mark.parametrize(
    ("word", "column", "value", "said"),
    [
        ("weekly_meetings", "value_rating", "11", "must be at most 10"),
        ("weekly_meetings", "duration_hours", "0", "must be at least 0.01"),
        ("weekly_meetings", "duration_hours", "1.555", "has more than 2 decimals"),
        ("weekly_meetings", "attendee_count", "many", "is no whole number"),
        ("weekly_meetings", "attendee_count", "99999999999", "must be at most 2147483647"),
        ("week_in_life", "typical_start_time", "25:00", "is no time, such as 08:00"),
        ("evidence_sources", "publication_date", "2026-02-31", "is no date, such as 2026-03-14"),
        ("evidence_sources", "url", "javascript:alert(1)", "Enter a valid URL."),
        ("tags", "tag_name", "x" * 501, "has more than 500 characters"),
        ("case_studies", "challenge_addressed", "a\x00b", "holds a character that cannot be stored"),
    ],
)
def test_a_value_that_does_not_fit_is_explained(work, persona, word, column, value, said):
    answer = Opened(work, persona, word).send(added={"new-1": {column: value}})
    assert ("new-1", column, said) in problems(answer)


def test_what_the_database_takes_once_is_said_of_the_second_row(work, persona):
    answer = Opened(work, persona, "week_in_life").send(added={"new-1": {"day_of_week": "Monday"}})
    [(row, _, said)] = problems(answer)
    assert (row, "Monday" in said) == ("new-1", True)


def test_a_detail_is_named_by_its_own_row(work, persona, pharma):
    with tenant_context(pharma):
        study = FACTORIES["case_studies"](persona=persona)
    page = Opened(work, persona, "case_studies", row=str(study.pk))
    results = {"added": {"new-7": {"metric_name": "Hours", "numeric_value": "many"}}}
    assert problems(page.send(changed={str(study.pk): {"results": results}})) == [
        ("new-7", "numeric_value", "is no number")
    ]


def test_another_persona_s_slug_is_refused_beside_the_field(work, persona, pharma):
    with tenant_context(pharma):
        PersonaFactory(slug="taken")
    page = Opened(work, persona, "core_profile")
    [(row, column, said)] = problems(page.send(changed={str(persona.pk): {"slug": "taken"}}))
    assert (row, column) == (str(persona.pk), "slug")
    assert "taken" in said


def test_a_slug_that_is_none_is_refused(work, persona):
    page = Opened(work, persona, "core_profile")
    [(_, column, said)] = problems(page.send(changed={str(persona.pk): {"slug": "no slug!"}}))
    assert column == "slug"
    assert "letters, numbers" in said


def test_a_persona_in_the_trash_is_not_worked_on(work, persona, pharma):
    with tenant_context(pharma):
        Persona.objects.filter(pk=persona.pk).update(deleted_at="2026-01-01T00:00Z")
    response = work.get(address(persona, "goals"), follow=True)
    assert "is in the trash" in response.content.decode()
    answer = work.post(address(persona, "goals"), {"shown": ""}, content_type="application/json")
    assert (answer.status_code, "Restore it there" in answer.json()["message"]) == (410, True)


def test_a_place_that_is_none_is_not_found(work, persona):
    url = address(persona, "goals").replace("goals", "nonsense")
    assert work.get(url).status_code in (302, 404)


def test_a_row_that_is_gone_is_said_to_be(work, persona):
    page = Opened(work, persona, "goals", row="00000000-0000-0000-0000-000000000000")
    assert "somebody has deleted it" in page.response.content.decode()


def test_columns_that_follow_from_others_are_said_to(work, persona):
    page = Opened(work, persona, "gen_ai_profile")
    answer = page.send(changed={str(persona.pk): {"gen_ai_readiness_level": "beginner", "gen_ai_trust_score": "7"}})
    assert answer.json()["said"] == (
        "1 changed; «gen AI readiness level» follows from other answers, and is as they say"
    )


def test_of_the_persona_itself_nothing_is_added_deleted_or_moved(work, persona, pharma):
    page = Opened(work, persona, "core_profile")
    answer = page.send(gone=[str(persona.pk)], order=[str(persona.pk)], added={"new": {"name": "Other"}})
    assert answer.json() == {"said": "nothing had changed"}
    with tenant_context(pharma):
        assert Persona.objects.get(pk=persona.pk).name == "Ann"


def test_details_that_make_no_sense_in_what_a_page_showed_are_passed_over(work, persona, pharma):
    with tenant_context(pharma):
        study = FACTORIES["case_studies"](persona=persona)
    page = Opened(work, persona, "case_studies", row=str(study.pk))
    for results in ([{}], [5], "x", None):
        base = [{"id": str(study.pk), "results": results}]
        assert page.send(shown="stale", changed={str(study.pk): {"author": "x"}}, base=base).status_code == 409


class TestAdding:
    ADD = reverse("admin:personas_persona_add")

    def add(self, client, **columns):
        return client.post(self.ADD, {"shown": "", "added": {"new": columns}}, content_type="application/json")

    def test_a_name_is_enough_and_leads_to_the_persona(self, work, pharma):
        answer = self.add(work, name="Dr Sarah Chen").json()
        with tenant_context(pharma):
            made = Persona.objects.get(slug="dr-sarah-chen")
        assert answer == {"said": "added", "go": reverse("admin:personas_persona_change", args=[made.pk])}
        assert "Dr Sarah Chen" in work.get(answer["go"]).content.decode()

    def test_a_name_without_latin_letters_is_a_name(self, work, pharma):
        assert self.add(work, name="李明").status_code == 200
        with tenant_context(pharma):
            assert Persona.objects.get().slug == "persona"

    def test_a_second_one_of_the_name_gets_a_number(self, work, pharma):
        self.add(work, name="Sarah")
        self.add(work, name="Sarah")
        with tenant_context(pharma):
            assert set(Persona.objects.values_list("slug", flat=True)) == {"sarah", "sarah-2"}

    def test_the_role_brings_its_function_and_department(self, work, pharma):
        from vital.organisation.models import Role

        with tenant_context(pharma):
            role = Role.objects.exclude(department=None).first()
        response = work.get(self.ADD, {"role": str(role.pk)})
        assert f'<option value="{role.slug}" selected>' in response.content.decode()
        self.add(work, name="Sarah", role=role.slug)
        with tenant_context(pharma):
            made = Persona.objects.get()
            assert (made.function_id, made.department_id) == (role.function_id, role.department_id)

    def test_without_a_name_it_is_asked_for(self, work):
        assert problems(self.add(work)) == [("new", "name", "Say who it is: «Dr Sarah Chen», for instance.")]

    def test_a_slug_that_is_taken_is_refused(self, work, persona, pharma):
        [(_, column, said)] = problems(self.add(work, name="Ann Other", slug="ann"))
        assert (column, "another persona's slug" in said) == ("slug", True)
        with tenant_context(pharma):
            assert Persona.objects.get().name == "Ann"

    def test_a_slug_that_something_in_the_trash_holds_says_so(self, work, persona, pharma):
        with tenant_context(pharma):
            Persona.objects.filter(pk=persona.pk).update(deleted_at="2026-01-01T00:00Z")
        [(_, column, said)] = problems(self.add(work, name="Ann Other", slug="ann"))
        assert (column, "restore it first" in said) == ("slug", True)

    def test_is_for_those_who_may(self, work, monkeypatch):
        from vital.tenancy import roles

        monkeypatch.setitem(roles.BY_LABEL, "personas.persona", ("view",) * 4)
        assert work.get(self.ADD).status_code == 403
        assert self.add(work, name="Sarah").status_code == 403


class TestPasting:
    def look(self, client, persona, *cells, start=""):
        content = {"cells": [line.split("\t") for line in cells], "start": start}
        answer = client.post(address(persona, "goals", "paste"), content, content_type="application/json")
        assert answer.status_code == 200
        return answer.json()

    def test_a_first_row_of_names_says_what_the_columns_are(self, work, persona):
        told = self.look(work, persona, "Priority\tGoal text\tNonsense", "High\tSleep\tx", "low\tEat\ty")
        assert [one["name"] for one in told["columns"]] == ["priority", "goal_text"]
        assert told["unused"] == ["Nonsense"]
        assert [row["values"] for row in told["rows"]] == [
            {"priority": "high", "goal_text": "Sleep"},
            {"priority": "low", "goal_text": "Eat"},
        ]

    def test_a_column_that_comes_twice_and_cells_beyond_the_names_are_said_not_to_be_used(self, work, persona):
        told = self.look(work, persona, "Goal text\tGoal text\tPriority", "Sleep\tEat\tlow\tx")
        assert told["rows"][0]["values"] == {"goal_text": "Sleep", "priority": "low"}
        assert told["unused"] == ["Goal text", "column 4"]

    def test_without_names_the_cells_begin_where_they_were_pasted(self, work, persona):
        told = self.look(work, persona, "efficiency\thigh", start="goal_type")
        assert told["rows"][0]["values"] == {"goal_type": "efficiency", "priority": "high"}
        assert told["rows"][0]["problems"] == [{"column": "goal_text", "message": "«goal text» is needed"}]

    def test_each_mistake_is_told_of_its_row_and_nothing_is_written(self, work, persona):
        before = Opened(work, persona, "goals").sheet.digest
        told = self.look(work, persona, "Sleep\tbanana", "Eat\tefficiency")
        assert [[one["column"] for one in row["problems"]] for row in told["rows"]] == [["goal_type"], []]
        assert Opened(work, persona, "goals").sheet.digest == before

    @pytest.mark.parametrize("content", ['{"cells": []}', "{}", "[1]", '{"cells": [[5]]}'])
    def test_what_is_no_block_of_cells_is_refused(self, work, persona, content):
        answer = work.post(address(persona, "goals", "paste"), content, content_type="application/json")
        assert answer.status_code == 400

    def test_only_a_grid_takes_cells(self, work, persona):
        answer = work.post(address(persona, "case_studies", "paste"), "{}", content_type="application/json")
        assert answer.status_code == 404
