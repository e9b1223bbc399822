"""The pages of sections and details, one class for all of them."""

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.urls import reverse

from personas.documents.shape import PERSONA
from personas.exchange.tables import TABLES
from personas.models import Batch, Goal
from tests.factories import FACTORIES, PersonaFactory
from tests.vital.flat.files import Pages, rows, table, text
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

SECTIONS = [name for name, shape in TABLES.items() if shape is not PERSONA]


@pytest.fixture
def work(pharma, join, enter):
    return enter(join(pharma, Role.ANALYST))


@pytest.fixture
def filled(pharma):
    with tenant_context(pharma):
        return PersonaFactory(complete=True, slug="filled")


def address(name: str, page: str, row=None) -> str:
    return reverse(f"admin:personas_{TABLES[name].model._meta.model_name}_{page}", args=row and [row.pk])


def posted(response) -> dict:
    """What a browser sends that saves the page as it came."""
    values = {bound.html_name: bound.value() for bound in response.context["adminform"].form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


@pytest.mark.parametrize("page", ["changelist", "add", "import", "export", "change"])
def test_every_page_of_every_section_opens(work, pharma, filled, page):
    with tenant_context(pharma):
        firsts = {name: TABLES[name].model.objects.first() for name in SECTIONS}
    for name in SECTIONS:
        response = work.get(address(name, page, firsts[name] if page == "change" else None))
        assert response.status_code == 200, name


@pytest.mark.parametrize("name", ["goals", "vpanes_scoring"])
def test_a_row_is_added_to_a_persona(work, pharma, name):
    with tenant_context(pharma):
        persona = PersonaFactory()
        FACTORIES["goals"](persona=PersonaFactory())
    form = posted(work.get(address(name, "add"))) | {"persona": persona.pk, "goal_text": "Sleep well"}
    assert work.post(address(name, "add"), form).status_code == 302
    with tenant_context(pharma):
        assert TABLES[name].model.objects.get(persona=persona).tenant == pharma


def test_a_row_is_changed_and_stays_with_its_persona(work, pharma, filled):
    with tenant_context(pharma):
        goal, other = filled.goals.first(), PersonaFactory()
    form = posted(work.get(address("goals", "change", goal))) | {"goal_text": "Sleep well", "persona": other.pk}
    assert work.post(address("goals", "change", goal), form).status_code == 302
    with tenant_context(pharma):
        goal.refresh_from_db()
        assert (goal.goal_text, goal.persona) == ("Sleep well", filled)


def test_a_detail_is_added_to_a_row_of_its_section(work, pharma, filled):
    with tenant_context(pharma):
        study = filled.case_studies.first()
    form = posted(work.get(address("case_studies.results", "add"))) | {"case_study": study.pk, "metric_name": "Sleep"}
    assert work.post(address("case_studies.results", "add"), form).status_code == 302
    with tenant_context(pharma):
        assert study.results.filter(metric_name="Sleep").exists()


@pytest.mark.parametrize(("name", "field"), [("goals", "persona"), ("case_studies.results", "case_study")])
def test_nothing_is_added_to_what_another_tenant_has(work, digital, name, field):
    with tenant_context(digital):
        persona = PersonaFactory(complete=True)
        theirs = persona if field == "persona" else persona.case_studies.first()
    form = posted(work.get(address(name, "add"))) | {field: theirs.pk, "goal_text": "Sleep", "metric_name": "Sleep"}
    response = work.post(address(name, "add"), form)
    assert "Select a valid choice" in str(response.context["errors"])


def test_a_list_is_searched_and_filtered_by_persona(work, pharma, filled):
    with tenant_context(pharma):
        row = FACTORIES["goals"](persona=PersonaFactory(slug="other"), goal_text="Sleep well")
    for query in ({"q": "sleep"}, {"q": "other"}, {"persona": "other"}):
        assert list(work.get(address("goals", "changelist"), query).context["cl"].result_list) == [row]


def test_rows_of_deleted_personas_are_in_no_list(work, pharma, filled):
    with tenant_context(pharma):
        filled.deleted_at = filled.created_at
        filled.save(update_fields=["deleted_at"])
    assert work.get(address("goals", "changelist")).context["cl"].result_count == 0


@pytest.mark.parametrize("name", ["goals", "vpanes_scoring", "case_studies.results", "internal_stakeholders"])
def test_a_list_takes_no_more_queries_than_its_budget(work, pharma, django_assert_max_num_queries, name):
    with tenant_context(pharma):
        for _ in range(5):
            PersonaFactory(complete=True)
    work.get(address(name, "changelist"))
    with django_assert_max_num_queries(20):
        assert work.get(address(name, "changelist")).context["cl"].result_count > 0


class TestAllSections:
    def test_has_a_card_for_each_with_its_rows(self, work, filled):
        html = work.get(reverse("admin:app_list", args=["personas"])).content.decode()
        for name in SECTIONS:
            card = html.split(f'<a class="vital-card" href="{address(name, "changelist")}">')[1].split("</a>")[0]
            assert TABLES[name].model.__doc__.split("'")[0] in card
            assert "<small>0 rows</small>" not in card

    def test_counts_all_in_one_query(self, work, filled, django_assert_max_num_queries):
        work.get(reverse("admin:app_list", args=["personas"]))
        with django_assert_max_num_queries(20):
            work.get(reverse("admin:app_list", args=["personas"]))


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("app_list", "All sections"),
        ("personas_goal_changelist", "All sections"),
        ("personas_persona_changelist", "Personas"),
    ],
)
def test_the_sidebar_marks_where_one_is(work, page, title):
    response = work.get(reverse(f"admin:{page}", args=["personas"] if page == "app_list" else None))
    items = [item for task in response.context["sidebar_navigation"] for item in task["items"]]
    assert [item["title"] for item in items if item["active"]] == [title]


class TestFiles:
    @pytest.fixture
    def goals(self, work):
        return Pages(work, Goal)

    def test_only_what_is_listed_is_exported(self, goals, pharma, filled):
        with tenant_context(pharma):
            FACTORIES["goals"](persona=PersonaFactory(slug="other"), goal_text="Sleep well")
        assert {row["persona"] for row in rows(goals.export())} == {"filled", "other"}
        assert {row["persona"] for row in rows(goals.export(query="?persona=other"))} == {"other"}
        assert [row["goal_text"] for row in rows(goals.export(query="?q=sleep"))] == ["Sleep well"]

    def test_what_was_confirmed_is_written_logged_and_kept_as_an_import(self, goals, pharma, filled):
        with tenant_context(pharma):
            old = filled.goals.first()
        changed = {"persona": "filled", "id": str(old.pk), "goal_text": "Eat well"}
        sent = table(changed, {"persona": "filled", "goal_text": "Sleep"})
        shown = goals.send(sent, name="my goals.csv")
        assert shown.context["result"].counts == {"new": 1, "update": 1, "delete": 0, "skip": 0}
        assert goals.confirm(shown).status_code == 302
        with tenant_context(pharma):
            assert {"Eat well", "Sleep"} <= set(filled.goals.values_list("goal_text", flat=True))
            logged = LogEntry.objects.filter(content_type__model="goal").values_list("object_repr", "action_flag")
            assert set(logged) == {("Sleep", ADDITION), ("Eat well", CHANGE)}
            batch = Batch.objects.get()
            assert (batch.title, batch.created_by.email) == ("my goals.csv", "analyst@pharma.example")
            assert bytes(batch.files.get().content).decode() == sent

    def test_the_page_leads_to_the_import_of_workbooks(self, goals):
        assert reverse("admin:personas_batch_add") in text(goals.client.get(goals.address("import")))

    def test_a_deleted_persona_takes_no_rows(self, goals, pharma, filled):
        with tenant_context(pharma):
            filled.deleted_at = filled.created_at
            filled.save(update_fields=["deleted_at"])
        [row] = goals.send(table({"persona": "filled", "goal_text": "Sleep"})).context["result"].wrong
        assert row.problems == [("persona", "«filled» was deleted; restore it first")]
