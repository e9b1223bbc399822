"""What is done with many personas at once: it asks first, and says what will not happen, and why."""

from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from personas.editorial.workflow import TRANSITIONS
from personas.models import EditorialState, Event, Persona
from tests.factories import PersonaFactory, stand
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role, allows

LIST = reverse("admin:personas_persona_changelist")


@pytest.fixture
def user(pharma, join):
    return join(pharma, Role.ANALYST, full_name="Ana Silva")


@pytest.fixture
def work(user, enter):
    return enter(user)


@pytest.fixture
def three(pharma) -> list[Persona]:
    with tenant_context(pharma):
        made = [PersonaFactory(slug=slug, name=slug.title()) for slug in ("ada", "ben", "cleo")]
        stand(made[-1], "published")
    return made


def ask(client, action: str, personas=(), query: str = "", **more):
    sent = {"action": action, "_selected_action": [persona.pk for persona in personas]} | more
    return client.post(f"{LIST}?{query}", sent, follow=True)


def confirm(client, page, **more):
    """Press the button of the page that asks."""
    shown = page.context
    sent = {"action": shown["chosen"], "ids": shown["ids"], "confirmed": "yes"} | more
    return client.post(shown["back"], sent, follow=True)


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def in_use(tenant) -> dict[str, Persona]:
    with tenant_context(tenant):
        return {persona.slug: persona for persona in Persona.objects.filter(deleted_at=None)}


def test_the_trash_takes_what_is_not_reviewed_and_the_page_says_so_first(work, pharma, three):
    page = ask(work, "trash", three)
    text = page.content.decode()
    assert "2 personas will be moved to the trash" in text
    assert "It is published: archive it first." in text
    assert [persona.slug for persona in page.context["kept"]] == ["ada", "ben"]
    assert set(in_use(pharma)) == {"ada", "ben", "cleo"}, "nothing happens before it is confirmed"
    assert "Moved to the trash: Ada, Ben." in said(confirm(work, page))[0]
    assert set(in_use(pharma)) == {"cleo"}
    with tenant_context(pharma):
        assert LogEntry.objects.filter(change_message="Moved to the trash.").count() == 2


def test_what_was_published_since_the_page_asked_stays(work, pharma, three):
    page = ask(work, "trash", three[:2])
    with tenant_context(pharma):
        stand(three[1], "validated")
    assert said(confirm(work, page)) == [
        'Moved to the trash: Ada. <a class="vital-link" href="/admin/personas/persona/trash/">Open the trash</a>',
        "Left as they are: Ben. It is validated: archive it first.",
    ]
    assert set(in_use(pharma)) == {"ben", "cleo"}


def test_where_nothing_can_happen_there_is_no_button(work, three):
    page = ask(work, "trash", three[2:])
    assert page.context["kept"] == []
    assert "Go back" in page.content.decode()
    assert 'variant="primary"' not in page.content.decode()
    assert "No, go back" not in page.content.decode()


def test_they_are_set_inactive_and_active_again(work, pharma, three):
    confirm(work, ask(work, "deactivate", three[:2]))
    assert [one.is_active for one in in_use(pharma).values()] == [False, False, True]
    page = ask(work, "activate", three)
    assert dict(page.context["refused"]).keys() == {"It is active already."}
    confirm(work, page)
    assert all(one.is_active for one in in_use(pharma).values())


def test_they_are_handed_over(work, pharma, join, three):
    eve = join(pharma, Role.REVIEWER, full_name="Eve Evans")
    with tenant_context(pharma):
        EditorialState.objects.filter(persona=three[0]).update(owner=eve)
    page = ask(work, f"hand_over:{eve.pk}", three)
    assert page.context["title"] == "Hand over to Eve Evans"
    assert [(why, [str(one) for one in those]) for why, those in page.context["refused"]] == [
        ("It is theirs already.", ["Ada"])
    ]
    confirm(work, page)
    with tenant_context(pharma):
        assert EditorialState.objects.filter(owner=eve).count() == 3


@pytest.mark.parametrize("whom", ["", "nonsense", "me", str(UUID(int=7))])
def test_they_are_handed_over_to_nobody_else(work, three, whom):
    assert "Choose somebody who works here" in said(ask(work, f"hand_over:{whom}", three))[0]


def test_all_that_the_filters_find_are_meant_where_that_is_ticked(work, pharma, three):
    with tenant_context(pharma):
        Persona.objects.filter(slug="ada").update(archetype="SKEPTIC")
        Persona.objects.exclude(slug="ada").update(archetype="LEARNER")
    page = ask(work, "deactivate", query="archetype=LEARNER", all="yes")
    assert [persona.slug for persona in page.context["kept"]] == ["ben", "cleo"]
    assert confirm(work, page).redirect_chain[-1][0] == f"{LIST}?archetype=LEARNER"
    assert [slug for slug, one in in_use(pharma).items() if one.is_active] == ["ada"]


def test_all_that_the_filters_find_are_exported_without_naming_each(work, three):
    page = ask(work, "export_whole", query="status=published", all="yes")
    assert page.context["choice"] == {"list": "status=published"}
    assert page.context["number"] == 1


def test_too_many_at_once_are_refused_with_the_way_out(work, three, monkeypatch):
    monkeypatch.setattr("personas.admin.bulk.MOST", 2)
    assert "Narrow them down by filters" in said(ask(work, "trash", all="yes"))[0]


def test_nothing_is_done_without_personas_or_without_saying_what(work, pharma, three):
    assert "Tick some personas first" in said(ask(work, "trash"))[0]
    for action in ("", "nonsense", "delete_selected", "restore"):
        assert "Choose what to do" in said(ask(work, action, three))[0]
    assert len(in_use(pharma)) == 3


def test_forged_ids_change_nothing_of_another_tenant(work, pharma, digital, three):
    with tenant_context(digital):
        other = PersonaFactory(name="Zebulon")
    page = ask(work, "trash", [other])
    assert "Zebulon" not in page.content.decode()
    sent = {"action": "trash", "ids": f"{other.pk},nonsense,{three[0].pk}", "confirmed": "yes"}
    work.post(LIST, sent)
    assert set(in_use(pharma)) == {"ben", "cleo"}
    assert [one.name for one in in_use(digital).values()] == ["Zebulon"]


def test_what_a_person_may_not_do_is_neither_offered_nor_done(work, pharma, three, monkeypatch):
    monkeypatch.setattr("vital.tenancy.models.allows", lambda role, permission: ".view_" in permission)
    offered = [name for _, group in work.get(LIST).context["actions"] for name, _ in group]
    assert offered == ["export_whole"]
    for action in ("trash", "deactivate"):
        assert "Choose what to do" in said(ask(work, action, three, confirmed="yes"))[0]
    assert len(in_use(pharma)) == 3


def test_a_page_that_asks_takes_few_queries(work, three, django_assert_max_num_queries):
    work.get(LIST)
    with django_assert_max_num_queries(25):
        ask(work, "trash", three)


class TestSteps:
    """The steps of review: many at once, and a result for each."""

    @pytest.fixture
    def rita(self, pharma, join):
        return join(pharma, Role.REVIEWER, email="rita@pharma.example", full_name="Rita")

    @pytest.fixture
    def submitted(self, pharma, user) -> list[Persona]:
        with tenant_context(pharma, user):
            names = ("dora", "emil", "finn")
            return [
                PersonaFactory(slug=one, name=one.title(), complete=True, validation_status="pending_review")
                for one in names
            ]

    def test_are_not_taken_for_what_changed_since_the_page_asked(self, enter, rita, user, pharma, submitted):
        page = ask(enter(rita), "validate", submitted)
        with tenant_context(pharma, user):
            Persona.objects.filter(slug="emil").update(tagline="Nobody has seen this.")
        confirm(enter(rita), page)
        assert self.statuses(pharma) == {"dora": "validated", "emil": "pending_review", "finn": "validated"}

    def statuses(self, tenant) -> dict[str, str]:
        return {slug: one.validation_status for slug, one in in_use(tenant).items()}

    @pytest.mark.parametrize("role", list(Role))
    def test_are_offered_to_those_who_may_take_them(self, pharma, join, enter, three, role):
        person = join(pharma, role, email="somebody@pharma.example")
        groups = dict(enter(person).get(LIST).context["actions"])
        expected = [(step.name, step.title) for step in TRANSITIONS if allows(role, step.permission)]
        release = [("add_to_release", "Add to a release")] if allows(role, "personas.change_release") else []
        assert groups.get("Review", []) == expected + release

    def test_say_first_for_whom_they_will_not_be_taken_and_why(self, enter, rita, pharma, submitted, three):
        with tenant_context(pharma, rita):
            Persona.objects.filter(slug="emil").update(tagline="Mended by Rita.")
        page = ask(enter(rita), "validate", [*submitted, three[2]])
        assert [one.slug for one in page.context["kept"]] == ["dora", "finn"]
        assert {why: [one.slug for one in those] for why, those in page.context["refused"]} == {
            "You edited it last, so somebody else has to validate it.": ["emil"],
            "It stands as «published», and «Validate» does not lead on from there.": ["cleo"],
        }
        assert "2 personas will be moved on: Validate" in page.content.decode()

    def test_tell_what_was_refused_meanwhile(self, enter, rita, pharma, submitted):
        client = enter(rita)
        page = ask(client, "validate", submitted)
        with tenant_context(pharma, rita):
            Persona.objects.filter(slug="emil").update(validation_status="draft")
        told = said(confirm(client, page, why="Read them all."))
        assert told == [
            "Validated: Dora, Finn.",
            "Left as they are: Emil. It stands as «draft», and «Validate» does not lead on from there.",
        ]
        assert self.statuses(pharma) == {"dora": "validated", "emil": "draft", "finn": "validated"}
        with tenant_context(pharma):
            events = Event.objects.filter(name="validate", why="Read them all.", made_by=rita)
            assert events.count() == 2

    def test_are_not_taken_without_the_reason_that_they_need(self, enter, rita, pharma, submitted):
        client = enter(rita)
        page = confirm(client, ask(client, "request_changes", submitted), why=" ")
        assert "Say why" in page.content.decode()
        assert set(self.statuses(pharma).values()) == {"pending_review"}
        confirm(client, page, why="The goals lack evidence.")
        assert set(self.statuses(pharma).values()) == {"draft"}

    def test_ask_as_many_queries_however_many_there_are(
        self, enter, rita, pharma, user, submitted, django_assert_max_num_queries, django_assert_num_queries
    ):
        client = enter(rita)
        ask(client, "validate", submitted[:1])
        with django_assert_max_num_queries(25) as few:
            ask(client, "validate", submitted[:1])
        with django_assert_num_queries(len(few)):
            ask(client, "validate", submitted)


@pytest.mark.parametrize("status", ["pending_review", "validated", "published"])
def test_the_trash_takes_nothing_that_is_reviewed(work, pharma, three, status):
    with tenant_context(pharma):
        stand(three[0], status)
    page = ask(work, "trash", three[:1])
    assert page.context["kept"] == []


def test_the_trash_takes_nothing_that_services_read(work, pharma, three):
    with tenant_context(pharma):
        Persona.objects.filter(slug="cleo").update(tagline="The next version.")
        assert Persona.objects.get(slug="cleo").validation_status == "draft"
    page = ask(work, "trash", three[2:])
    assert "Services read a version of it that was published: archive it first." in page.content.decode()
    assert page.context["kept"] == []
