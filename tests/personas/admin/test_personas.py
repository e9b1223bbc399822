"""The list of personas, their page, and putting them aside."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from personas.documents.shape import PERSONA
from personas.models import EditorialState, Goal, Persona
from tests.factories import PersonaFactory
from tests.personas.admin.test_sections import posted
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_persona_changelist")


@pytest.fixture
def work(pharma, join, enter):
    """The browser of a tenant admin."""
    return enter(join(pharma, Role.TENANT_ADMIN, full_name="Ana Silva"))


@pytest.fixture
def ana(pharma):
    with tenant_context(pharma):
        return PersonaFactory(slug="ana", name="Ana Alvares", title="Liaison", archetype="LEARNER")


@pytest.fixture
def ben(pharma):
    with tenant_context(pharma):
        return PersonaFactory(slug="ben", name="Ben Bauer", title="Statistician", archetype="SKEPTIC")


def address(page: str, persona=None) -> str:
    return reverse(f"admin:personas_persona_{page}", args=persona and [persona.pk])


def listed(client, **query) -> list[str]:
    return [persona.slug for persona in client.get(LIST, query).context["cl"].result_list]


class TestTheList:
    def test_says_who_they_are_and_who_changed_them_last(self, work, ana, pharma):
        form = posted(work.get(address("change", ana))) | {"tagline": "New"}
        assert work.post(address("change", ana), form).status_code == 302
        text = work.get(LIST).content.decode()
        for said in ("Ana Alvares", "Liaison", "Learner", "Ana Silva"):
            assert said in text

    def test_says_so_where_there_is_none(self, work):
        response = work.get(LIST)
        assert response.context["cl"].result_count == 0
        assert "Personas are invented people" in response.content.decode()

    @pytest.mark.parametrize("typed", ["ana", "Alvares", "lvar", "liaison"])
    def test_finds_by_name_slug_and_title(self, work, ana, ben, typed):
        assert listed(work, q=typed) == ["ana"]

    def test_filters(self, work, ana, ben):
        assert listed(work, archetype__exact="SKEPTIC") == ["ben"]
        assert listed(work, is_active__exact="1") == ["ana", "ben"]

    def test_shows_nothing_of_another_tenant(self, work, ana, digital):
        with tenant_context(digital):
            PersonaFactory(name="Zebulon")
        assert listed(work) == ["ana"]

    def test_takes_no_more_queries_than_its_budget(self, work, pharma, django_assert_max_num_queries):
        with tenant_context(pharma):
            for _ in range(120):
                PersonaFactory()
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(25):
            assert len(listed(work)) == 100


class TestAPersona:
    def test_shows_its_own_columns_by_the_client_s_headings(self, work, ana):
        shown = work.get(address("change", ana)).context["adminform"]
        assert [title for title, _ in shown.fieldsets][:3] == [
            "Core profile",
            "Archetype assignment",
            "Organizational context",
        ]
        assert set(PERSONA.columns) == set(shown.form.fields)

    def test_saved_as_it_came_changes_nothing(self, work, pharma, ana):
        with tenant_context(pharma):
            before = Persona.objects.filter(pk=ana.pk).values().get()
        assert work.post(address("change", ana), posted(work.get(address("change", ana)))).status_code == 302
        with tenant_context(pharma):
            after = Persona.objects.filter(pk=ana.pk).values().get()
        assert after | {"updated_at": before["updated_at"]} == before

    def test_is_never_published_by_its_form(self, work, pharma, ana):
        work.post(address("change", ana), posted(work.get(address("change", ana))) | {"validation_status": "published"})
        with tenant_context(pharma):
            assert Persona.objects.get(pk=ana.pk).validation_status == "draft"

    def test_is_added(self, work, pharma):
        form = posted(work.get(address("add"))) | {"name": "Cleo", "slug": "cleo"}
        assert work.post(address("add"), form).status_code == 302
        with tenant_context(pharma):
            assert EditorialState.objects.get(persona__slug="cleo").changed_by.full_name == "Ana Silva"


class TestDeleting:
    def test_asks_and_puts_aside_with_all_its_rows(self, work, pharma, ana):
        with tenant_context(pharma):
            Goal.objects.create(persona=ana, goal_text="Sleep")
        assert "Delete «Ana Alvares»?" in work.get(address("delete", ana)).content.decode()
        assert work.post(address("delete", ana), {"post": "yes"}).status_code == 302
        assert listed(work) == []
        with tenant_context(pharma):
            assert Goal.objects.get().persona == ana

    def test_asks_with_few_queries(self, work, ana, django_assert_max_num_queries):
        with django_assert_max_num_queries(20):
            work.get(address("delete", ana))

    def test_works_for_several(self, work, ana, ben):
        form = {"action": "delete_selected", "_selected_action": [ana.pk, ben.pk]}
        assert "Ben Bauer" in work.post(LIST, form).content.decode()
        work.post(LIST, form | {"post": "yes"})
        assert listed(work) == []
        assert listed(work, deleted="yes") == ["ana", "ben"]

    def test_is_undone_under_the_filter_for_deleted_ones(self, work, pharma, ana, ben):
        work.post(address("delete", ana), {"post": "yes"})
        assert listed(work, deleted="yes") == ["ana"]
        work.post(f"{LIST}?deleted=yes", {"action": "restore", "_selected_action": [ana.pk]})
        assert listed(work) == ["ana", "ben"]
        with tenant_context(pharma):
            assert "Restored." in LogEntry.objects.filter(object_id=str(ana.pk)).values_list(
                "change_message", flat=True
            )

    def test_restoring_is_offered_only_there(self, work, ana):
        actions = {name for name, _ in work.get(LIST).context["action_form"].fields["action"].choices}
        assert "restore" not in actions

    def test_is_not_for_analysts(self, pharma, join, enter, ana):
        client = enter(join(pharma, Role.ANALYST))
        assert client.post(address("delete", ana), {"post": "yes"}).status_code == 403
        client.post(LIST, {"action": "delete_selected", "_selected_action": [ana.pk], "post": "yes"})
        client.post(f"{LIST}?deleted=yes", {"action": "restore", "_selected_action": [ana.pk]})
        assert listed(client) == ["ana"]
