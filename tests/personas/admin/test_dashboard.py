"""The home page: figures of the tenant's personas, and the lists behind them."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from personas.admin import dashboard
from personas.exchange.choosing import PersonaFilters
from personas.models import Batch, EditorialState, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import BY_LABEL, Role

HOME = reverse("admin:index")
INBOX = reverse("admin:personas_persona_inbox")
LIST = reverse("admin:personas_persona_changelist")
LINK = re.compile(r'<a class="vital-link" href="([^"]*)"(?: aria-label="([^"]*)")?>([^<]*)</a>')


@pytest.fixture
def ana(pharma, join):
    return join(pharma, Role.ANALYST, full_name="Ana Silva")


@pytest.fixture
def rui(pharma, join):
    return join(pharma, Role.REVIEWER, full_name="Rui Costa")


@pytest.fixture
def make(pharma):
    """Write a persona in somebody's name, and say how far it is: make(ana, "Bo", completeness=40, evidence=6)."""

    def write(user, name, *, completeness=0, evidence=0, days_ago=0, **columns):
        with tenant_context(columns.pop("tenant", pharma), user):
            persona = PersonaFactory(**{"name": name, "validation_status": "draft"} | columns)
            for _ in range(evidence):
                FACTORIES["public_research"](persona=persona)
            EditorialState.objects.filter(persona=persona).update(
                completeness=completeness, changed_at=timezone.now() - timedelta(days=days_ago)
            )
            return persona

    return write


def links(client) -> dict[str, str]:
    """Where the links of the dashboard lead, by what a screen reader calls them."""
    page = client.get(HOME).content.decode()
    return {unescape(label or text): unescape(address) for address, label, text in LINK.findall(page)}


def asked(address: str) -> dict[str, str]:
    """What a list's address asks for."""
    path, _, query = address.partition("?")
    assert path == LIST
    return dict(parse_qsl(query))


def home(client) -> dict:
    return client.get(HOME).context["dashboard"]


class TestMyDrafts:
    def test_are_mine_the_newest_change_first(self, enter, ana, rui, make):
        for days in range(10):
            make(ana, f"Draft {days}", days_ago=days)
        make(ana, "Done", validation_status="validated")
        make(rui, "Another's")
        drafts = home(enter(ana))["drafts"]
        assert [row["called"] for row in drafts["rows"]] == [f"Draft {days}" for days in range(8)]
        assert drafts["all"] == 10

    def test_say_how_complete_they_are_and_lead_to_the_persona(self, enter, ana, make):
        bo = make(ana, "Bo Berg", completeness=42)
        client = enter(ana)
        assert "42% complete" in client.get(HOME).content.decode()
        assert links(client)["Bo Berg"] == reverse("admin:personas_persona_change", args=[bo.pk])

    def test_lead_to_the_list_of_them_all(self, enter, ana, make):
        make(ana, "Bo")
        assert asked(links(enter(ana))["All my drafts (1)"]) == {"status": "draft", "owner": "me"}

    def test_are_said_to_be_none(self, enter, ana, rui, make):
        make(rui, "Another's")
        assert "You have no drafts." in enter(ana).get(HOME).content.decode()


class TestWaitsForMe:
    def test_are_the_imports_that_i_am_to_decide_on(self, enter, pharma, ana, rui, make):
        make(ana, "Bo")
        with tenant_context(pharma, ana):
            mine = Batch.objects.create(title="goals.xlsx", state="checked", created_by=ana)
            Batch.objects.create(title="read.xlsx", state="checking", created_by=ana)
            Batch.objects.create(title="theirs.xlsx", state="checked", created_by=rui)
        client = enter(ana)
        found = links(client)
        assert found["goals.xlsx"] == reverse("admin:personas_batch_change", args=[mine.pk])
        assert "read.xlsx" not in found
        assert "theirs.xlsx" not in found
        behind = client.get(found["All imports that wait for me"])
        assert [batch.title for batch in behind.context["cl"].result_list] == ["goals.xlsx"]

    @pytest.mark.parametrize("role", list(Role))
    def test_are_personas_in_review_for_those_who_validate(self, enter, pharma, join, ana, make, role):
        bo = make(ana, "Bo", validation_status="pending_review")
        person = join(pharma, role, email="somebody@pharma.example")
        found = links(enter(person))
        assert ("All that is mine to review" in found) == (role != Role.ANALYST)
        if role != Role.ANALYST:
            assert found["All that is mine to review"] == f"{INBOX}?list=mine"
            page = enter(person).get(HOME).content.decode()
            assert reverse("admin:personas_persona_review", args=[bo.pk]) in page

    def test_are_personas_that_were_sent_back_to_me(self, enter, pharma, ana, rui, make):
        bo = make(ana, "Bo", validation_status="pending_review")
        with tenant_context(pharma, rui):
            Persona.objects.filter(pk=bo.pk).update(validation_status="draft")
        assert links(enter(ana))["All that was sent back to me"] == f"{INBOX}?list=back"
        assert home(enter(rui))["waiting"] == []

    def test_are_never_what_i_submitted(self, enter, ana, rui, make):
        make(rui, "Mine", validation_status="pending_review")
        make(ana, "Theirs", validation_status="pending_review")
        client = enter(rui)
        (kind,) = home(client)["waiting"]
        assert [row["called"] for row in kind["rows"]] == ["Theirs"]
        assert "Personas to review (1)" in client.get(HOME).content.decode()

    def test_are_personas_that_nobody_owns_too(self, enter, pharma, rui):
        with tenant_context(pharma):
            PersonaFactory(name="Nobody's", validation_status="pending_review")
        (kind,) = home(enter(rui))["waiting"]
        assert [row["called"] for row in kind["rows"]] == ["Nobody's"]

    def test_begin_with_what_waits_longest(self, enter, ana, rui, make):
        for days in range(7):
            one = make(ana, f"{days} days", validation_status="pending_review")
            with tenant_context(one.tenant_id):
                since = timezone.now() - timedelta(days=days)
                EditorialState.objects.filter(persona=one).update(submitted_at=since)
        (kind,) = home(enter(rui))["waiting"]
        assert [row["called"] for row in kind["rows"]] == [f"{days} days" for days in (6, 5, 4, 3, 2)]
        assert kind["all"] == 7

    def test_are_said_to_be_none(self, enter, ana, make):
        make(ana, "Bo")
        assert "Nothing waits for you." in enter(ana).get(HOME).content.decode()

    def test_are_shown_to_a_platform_administrator_without_a_membership(self, enter, pharma, ana, make, platform_admin):
        make(ana, "Bo", validation_status="pending_review")
        client = enter(platform_admin)
        client.post(reverse("switch-tenant"), {"tenant": pharma.pk})
        assert len(home(client)["waiting"]) == 1


@pytest.fixture
def five(ana, make, pharma):
    """Three personas of one function, one of another, one of none."""
    with tenant_context(pharma):
        one, other = Function.objects.order_by("name")[:2]
    make(ana, "A", function=one, role=None, archetype="LEARNER", completeness=100, evidence=5)
    make(ana, "B", function=one, role=None, archetype="LEARNER", completeness=50, evidence=4)
    make(ana, "C", function=one, role=None, archetype=None, completeness=10, validation_status="published")
    make(ana, "D", function=other, role=None, archetype="SKEPTIC", completeness=99, evidence=6, days_ago=30)
    make(ana, "E", function=None, role=None, archetype="SKEPTIC", days_ago=30)
    return one, other


class TestFigures:
    def test_count_by_status_and_archetype(self, enter, ana, five):
        status, archetype = home(enter(ana))["charts"]
        assert {group.title: group.numbers["personas"] for group in status["groups"]} == {
            "Draft": 4, "In review": 0, "Validated": 0, "Published": 1, "Archived": 0,
        }  # fmt: skip
        assert {group.title: group.numbers["personas"] for group in archetype["groups"]} == {
            "Automator": 0, "Orchestrator": 0, "Learner": 2, "Skeptic": 2, "No archetype": 1,
        }  # fmt: skip

    def test_average_completeness_and_evidence_by_function(self, enter, ana, five):
        one, other = five
        shown, more = home(enter(ana))["functions"]
        assert [
            (group.title, group.numbers["personas"], group.completeness, group.numbers["unfinished"],
             group.numbers["backed"], group.share, group.sources) for group in shown
        ] == [
            (one.name, 3, 53, 2, 1, 33, 3.0),
            (other.name, 1, 99, 1, 1, 100, 6.0),
            ("No function", 1, 0, 1, 0, 0, 0.0),
        ]  # fmt: skip
        assert more == []

    def test_open_the_list_behind_each_number(self, enter, ana, five):
        found = links(enter(ana))
        name, function = five[0].name, {"function": str(five[0].pk)}
        expected = {
            "Draft, personas: 4": {"status": "draft"},
            "Learner, personas: 2": {"archetype": "LEARNER"},
            "No archetype, personas: 1": {"archetype": "null"},
            "No function, personas: 1": {"function": "null"},
            "All personas, personas: 5": {},
            f"{name}, personas: 3": function,
            f"{name}, complete on average: 53%": function,
            f"{name}, to finish: 2": function | {"completeness_max": "99"},
            f"{name}, well backed: 1": function | {"evidence_min": "5"},
            f"{name}, with less evidence: 2": function | {"evidence_max": "4"},
            f"{name}, sources on average: 3.0": function,
            "All personas, changed recently: 3": {
                "updated_since": (timezone.localdate() - timedelta(days=7)).isoformat()
            },
        }
        assert {name: asked(found[name]) for name in expected} == expected

    def test_open_lists_of_as_many_as_they_say(self, enter, pharma, ana, five):
        counted = re.compile(r", (personas|to finish|well backed|with less evidence|changed recently): (\d+)$")
        said = {name: address for name, address in links(enter(ana)).items() if counted.search(name)}
        assert len(said) == 20
        with tenant_context(pharma, ana):
            found = {name: PersonaFilters(asked(address), user=ana.pk).found.count() for name, address in said.items()}
        assert found == {name: int(counted.search(name)[2]) for name in said}

    def test_of_nothing_open_nothing(self, enter, ana, five):
        assert not [name for name in links(enter(ana)) if name.endswith(": 0")]

    def test_leave_out_deleted_personas(self, enter, pharma, ana, five):
        with tenant_context(pharma):
            Persona.objects.filter(name__in="AB").update(deleted_at=timezone.now())
        shown = home(enter(ana))
        assert shown["everything"].numbers["personas"] == 3
        assert {row["called"] for row in shown["drafts"]["rows"]} == {"D", "E"}
        assert {row["called"] for row in shown["changes"]} == {"C", "D", "E"}

    def test_of_many_functions_stand_in_a_second_part(self, enter, pharma, ana, make, monkeypatch):
        monkeypatch.setattr(dashboard, "FUNCTIONS", 1)
        with tenant_context(pharma):
            functions = list(Function.objects.order_by("name")[:3])
        for function in functions:
            make(ana, function.slug, function=function, role=None)
        client = enter(ana)
        assert "<summary>2 more</summary>" in client.get(HOME).content.decode()
        assert {f"{function.name}, personas: 1" for function in functions} <= set(links(client))

    def test_are_drawn_with_the_words_and_numbers_of_the_list_beside_them(self, enter, ana, five):
        page = unescape(enter(ana).get(HOME).content.decode())
        assert '"labels": ["Draft", "In review", "Validated", "Published", "Archived"]' in page
        assert '"data": [4, 0, 0, 1, 0]' in page


class TestRecentChanges:
    def test_say_who_changed_what_and_when(self, enter, ana, rui, make):
        make(rui, "Older", days_ago=1)
        newer = make(ana, "Newer")
        client = enter(ana)
        assert [(row["called"], row["who"]) for row in home(client)["changes"]] == [
            ("Newer", "Ana Silva"),
            ("Older", "Rui Costa"),
        ]
        assert links(client)["Newer"] == reverse("admin:personas_persona_change", args=[newer.pk])

    def test_are_the_last_ten(self, enter, ana, make):
        for days in range(11):
            make(ana, f"{days}", days_ago=days)
        assert [row["called"] for row in home(enter(ana))["changes"]] == [f"{days}" for days in range(10)]


class TestWhoSeesIt:
    def test_nothing_of_another_tenant(self, enter, pharma, digital, join, ana, make):
        zoe = join(digital, Role.TENANT_ADMIN)
        make(zoe, "Zebulon", tenant=digital, role=None)
        make(zoe, "Zenobia", tenant=digital, role=None, validation_status="pending_review")
        make(ana, "Bo")
        client = enter(ana)
        assert home(client)["everything"].numbers["personas"] == 1
        assert "Ze" not in "".join(links(client))

    def test_somebody_of_two_tenants_finds_in_each_their_own(self, enter, digital, join, ana, make):
        join(digital, Role.REVIEWER, email=ana.email)
        make(ana, "Here")
        make(ana, "There", tenant=digital, role=None)
        assert [row["called"] for row in home(enter(ana))["drafts"]["rows"]] == ["Here"]

    def test_without_the_right_to_view_personas_one_sees_the_tasks_only(self, enter, ana, make, monkeypatch):
        make(ana, "Bo")
        monkeypatch.setitem(BY_LABEL, "personas.persona", ("",) * 4)
        page = enter(ana).get(HOME)
        assert "dashboard" not in page.context
        assert "vital-card" in page.content.decode()
        assert "dashboard.css" not in page.content.decode()

    def test_the_tasks_stay_on_the_page(self, enter, ana, make):
        make(ana, "Bo")
        assert f'<a class="vital-card" href="{LIST}">' in enter(ana).get(HOME).content.decode()

    def test_without_a_tenant_there_is_none(self, enter, django_user_model):
        page = enter(django_user_model.objects.create_user("new@example.com", "x")).get(HOME)
        assert "You do not work in a tenant yet" in page.content.decode()


class TestBeforeTheFirstPersona:
    def test_it_leads_to_adding_and_importing(self, enter, ana):
        client = enter(ana)
        assert "There are no personas yet" in client.get(HOME).content.decode()
        assert links(client) == {
            "Add a persona": reverse("admin:personas_persona_add"),
            "Import files": reverse("admin:personas_batch_add"),
        }

    def test_an_import_waits_there_too(self, enter, pharma, ana):
        with tenant_context(pharma, ana):
            Batch.objects.create(title="first.xlsx", state="checked", created_by=ana)
        assert "first.xlsx" in links(enter(ana))


def test_the_home_page_takes_no_more_queries_than_its_budget(
    enter, ana, rui, pharma, five, make, django_assert_max_num_queries
):
    for number in range(12):
        make(ana, f"In review {number}", validation_status="pending_review")
        make(rui, f"Draft {number}")
    with tenant_context(pharma, rui):
        for number in range(3):
            Batch.objects.create(title=f"{number}.xlsx", state="checked", created_by=rui)
    client = enter(rui)
    ContentType.objects.clear_cache()
    with django_assert_max_num_queries(25):
        assert client.get(HOME).status_code == 200
