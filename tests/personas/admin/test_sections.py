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


@pytest.mark.parametrize("page", ["changelist", "import", "export"])
def test_every_page_of_every_section_opens(work, filled, page):
    for name in SECTIONS:
        assert work.get(address(name, page)).status_code == 200, name


def test_every_row_leads_to_its_place_in_the_editor(work, pharma, filled):
    with tenant_context(pharma):
        firsts = {name: TABLES[name].model.objects.first() for name in SECTIONS}
    for name, row in firsts.items():
        response = work.get(address(name, "change", row), follow=True)
        assert f'id="row-{row.pk}"' in response.content.decode(), name
        assert response.redirect_chain[-1][0].endswith(f"#row-{row.pk}")


def test_who_wants_to_add_a_row_is_led_to_the_personas(work, filled):
    response = work.get(address("goals", "add"), follow=True)
    assert "Choose the persona; goals are added on its page" in response.content.decode()


def test_rows_are_deleted_on_the_page_of_their_persona_only(work, pharma, filled):
    with tenant_context(pharma):
        goal = filled.goals.first()
    assert work.post(address("goals", "delete", goal), {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [goal.pk], "post": "yes"}
    work.post(address("goals", "changelist"), form)
    with tenant_context(pharma):
        assert Goal.objects.filter(pk=goal.pk).exists()


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
        assert row.problems == [("persona", "«filled» is in the trash; restore it first")]
