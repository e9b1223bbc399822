"""What is deleted goes to the trash, comes back whole, and is deleted for good by tenant admins alone."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.models import EditorialState, Goal, Persona
from personas.sections import TABLES
from tests.factories import PersonaFactory, stand
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_persona_changelist")
TRASH = reverse("admin:personas_persona_trash")


@pytest.fixture
def analyst(pharma, join, enter):
    return enter(join(pharma, Role.ANALYST, full_name="Ana Silva"))


@pytest.fixture
def ada(pharma) -> Persona:
    with tenant_context(pharma):
        return PersonaFactory(slug="ada", name="Ada", complete=True)


@pytest.fixture
def gone(analyst, ada) -> Persona:
    """One in the trash."""
    assert analyst.post(delete(ada), {"post": "yes"}).status_code == 302
    return ada


@pytest.fixture
def boss(pharma, join, client, gone):
    client.force_login(join(pharma, Role.TENANT_ADMIN), backend="django.contrib.auth.backends.ModelBackend")
    return client


def delete(persona) -> str:
    return reverse("admin:personas_persona_delete", args=[persona.pk])


def listed(client, address: str) -> list[str]:
    context = client.get(address).context
    return [row.persona.slug for row in context["page"].rows] if address == TRASH else [
        row.state.persona.slug for row in context["listing"].rows
    ]  # fmt: skip


def do(client, what: str, *personas, **more):
    return client.post(TRASH, {"do": what, "_selected_action": [one.pk for one in personas]} | more, follow=True)


class TestPuttingAside:
    def test_asks_and_leaves_all_rows_where_they_are(self, analyst, pharma, ada):
        assert "Move «Ada» to the trash?" in analyst.get(delete(ada)).content.decode()
        analyst.post(delete(ada), {"post": "yes"})
        assert (listed(analyst, LIST), listed(analyst, TRASH)) == ([], ["ada"])
        with tenant_context(pharma):
            assert Goal.objects.filter(persona=ada).exists()

    def test_asks_with_few_queries(self, analyst, ada, django_assert_max_num_queries):
        with django_assert_max_num_queries(20):
            analyst.get(delete(ada))

    @pytest.mark.parametrize("status", ["validated", "published"])
    def test_is_refused_for_what_was_reviewed(self, analyst, pharma, ada, status):
        with tenant_context(pharma):
            stand(ada, status)
        page = analyst.post(delete(ada), {"post": "yes"}, follow=True)
        assert f"It is {status}: archive it first." in page.content.decode()
        assert listed(analyst, LIST) == ["ada"]

    def test_says_who_did_it_and_when(self, analyst, gone):
        text = analyst.get(TRASH).content.decode()
        assert "Ana Silva" in text
        assert "ada" in text

    def test_keeps_the_slug_and_says_so(self, pharma, gone):
        with tenant_context(pharma):
            (problem,) = [problem for _, problem in plan([{"slug": "ada", "name": "Another"}]).problems]
        assert problem.rule == "deleted"
        assert "restore" in str(problem)


class TestRestoring:
    def test_brings_everything_back(self, analyst, pharma, ada):
        with tenant_context(pharma):
            before = list(dump([ada.pk]))
        analyst.post(delete(ada), {"post": "yes"})
        page = do(analyst, "restore", ada)
        assert "Restored, with all that belongs to them: Ada." in page.content.decode()
        assert (listed(analyst, LIST), listed(analyst, TRASH)) == (["ada"], [])
        with tenant_context(pharma):
            assert list(dump([ada.pk])) == before
            assert LogEntry.objects.filter(change_message="Restored from the trash.", object_id=str(ada.pk)).exists()

    def test_needs_a_tick(self, analyst, gone):
        assert "Tick some personas first" in do(analyst, "restore").content.decode()

    def test_reaches_nothing_of_another_tenant(self, pharma, digital, join, enter, gone):
        stranger = enter(join(digital, Role.TENANT_ADMIN))
        assert listed(stranger, TRASH) == []
        for what in ("restore", "purge"):
            do(stranger, what, gone, confirmed="yes")
        do(stranger, "empty", confirmed="yes")
        with tenant_context(pharma):
            assert Persona.objects.get().deleted_at


class TestDeletingForGood:
    def test_asks_with_the_names_and_says_that_it_cannot_be_undone(self, boss, pharma, gone):
        for what in ("purge", "empty"):
            text = do(boss, what, gone).content.decode()
            assert "This cannot be undone." in text
            assert "<li>Ada <small>ada</small></li>" in text
        with tenant_context(pharma):
            assert Persona.objects.exists()

    @pytest.mark.parametrize("what", ["purge", "empty"])
    def test_takes_every_row_along_in_one_statement(self, boss, pharma, gone, what):
        asked = do(boss, what, gone).context
        with CaptureQueriesContext(connection) as queries:
            page = boss.post(TRASH, {"do": "purge", "ids": asked["ids"], "confirmed": "yes"}, follow=True)
        assert "Deleted for good: Ada." in page.content.decode()
        deletions = [query["sql"] for query in queries if query["sql"].startswith("DELETE")]
        assert len(deletions) == 1
        with tenant_context(pharma):
            assert not any(table.model.objects.exists() for table in TABLES)
            assert not Persona.objects.exists()
            assert not EditorialState.objects.exists()
            assert LogEntry.objects.filter(action_flag=DELETION, object_repr="Ada").exists()

    def test_leaves_what_is_not_in_the_trash(self, boss, pharma, gone):
        with tenant_context(pharma):
            ben = PersonaFactory(slug="ben")
        do(boss, "purge", ben, confirmed="yes")
        asked = do(boss, "empty").context
        do(boss, "restore", gone)
        boss.post(TRASH, {"do": "purge", "ids": asked["ids"], "confirmed": "yes"})
        assert listed(boss, LIST) == sorted(["ada", "ben"], key=lambda slug: {"ada": "Ada"}.get(slug, ben.name))

    def test_goes_in_portions(self, boss, pharma, gone, monkeypatch):
        monkeypatch.setattr("personas.admin.trash.AT_ONCE", 1)
        with tenant_context(pharma):
            PersonaFactory(slug="ben", name="Ben", deleted_at="2026-01-01T00:00Z")
        page = do(boss, "empty")
        assert "There are more in the trash: 1 go at once." in page.content.decode()
        boss.post(TRASH, {"do": "purge", "ids": page.context["ids"], "confirmed": "yes"})
        assert listed(boss, TRASH) == ["ben"]

    @pytest.mark.parametrize("what", ["purge", "empty"])
    @pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER, Role.PUBLISHER])
    def test_is_for_tenant_admins_alone(self, pharma, join, enter, gone, what, role):
        client = enter(join(pharma, role, email=f"other-{role}@example.com"))
        assert "Empty the trash" not in client.get(TRASH).content.decode()
        assert do(client, what, gone, confirmed="yes").status_code == 403
        with tenant_context(pharma):
            assert Persona.objects.exists()

    def test_nothing_unheard_of_is_done(self, boss, pharma, gone):
        page = do(boss, "nonsense", gone)
        assert "Choose what to do" in page.content.decode()
        with tenant_context(pharma):
            assert Persona.objects.get().deleted_at


def test_an_empty_trash_says_how_it_fills(analyst):
    text = analyst.get(TRASH).content.decode()
    assert "The trash is empty" in text
    assert LIST in text


def test_the_sidebar_leads_there(analyst):
    items = [item for task in analyst.get(TRASH).context["sidebar_navigation"] for item in task["items"]]
    assert [item["title"] for item in items if item["active"]] == ["Trash"]


def test_long_trash_has_pages(analyst, pharma, django_assert_max_num_queries):
    with tenant_context(pharma):
        for n in range(101):
            PersonaFactory(deleted_at=f"2026-01-01T00:{n // 60:02}:{n % 60:02}Z")
    with django_assert_max_num_queries(25):
        page = analyst.get(TRASH)
    assert len(page.context["page"].rows) == 100
    last = analyst.get(TRASH + page.context["next"])
    assert len(last.context["page"].rows) == 1
    assert analyst.get(TRASH + last.context["previous"]).context["page"].rows == page.context["page"].rows
