"""Releases in the admin: put together from the list and by search, looked through, published, taken back."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate, now

from personas.admin.releases import ReleaseAdmin
from personas.editorial import releases
from personas.models import EditorialState, Persona, Release, Scheduled
from personas.tasks import read_words
from tests.factories import PersonaFactory, stand
from tests.personas.editorial.walking import member, validated
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_release_changelist")
ADD = reverse("admin:personas_release_add")
COLLECT = reverse("admin:personas_release_collect")
TOMORROW = (localdate() + timedelta(days=1)).isoformat()


@pytest.fixture
def paul(pharma, join):
    return member(pharma, join, Role.PUBLISHER, "Paul")


@pytest.fixture
def publisher(paul, enter):
    return enter(paul)


@pytest.fixture
def three(pharma) -> list[Persona]:
    with tenant_context(pharma):
        return validated("ada", "ben", "cleo")


@pytest.fixture
def release(pharma, paul, three) -> Release:
    with tenant_context(pharma, paul):
        made = releases.create("Oncology, spring 2027", "The congress begins.", paul)
        releases.add(made.pk, [one.pk for one in three], paul)
    return made


def at(name: str, *args) -> str:
    return reverse(f"admin:personas_release_{name}", args=args)


def page(release) -> str:
    return at("change", release.pk)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def inside(tenant, release) -> list[str]:
    with tenant_context(tenant):
        return [item.persona.slug for item in release.items.select_related("persona").order_by("persona__slug")]


def commit() -> None:
    """What the database does at the end of a transaction, of which these tests have none: capture a revision."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def statuses(tenant) -> set[str]:
    with tenant_context(tenant):
        return set(Persona.objects.values_list("validation_status", flat=True))


class TestPuttingTogether:
    def test_begins_with_a_name(self, publisher, pharma):
        assert "There is no release yet" in text(publisher.get(LIST))
        assert publisher.post(ADD, {"name": " "}).status_code == 409
        answer = publisher.post(ADD, {"name": "Oncology", "why": "Congress"}, follow=True)
        assert "«Oncology» is there." in text(answer)
        assert "There is no persona in it yet." in text(answer)
        assert "Oncology" in text(publisher.get(LIST))

    def test_finds_what_is_not_in_it_nor_in_the_trash_and_adds_what_is_ticked(self, publisher, pharma, release):
        with tenant_context(pharma):
            dan = PersonaFactory(slug="dan", name="Dan Oncology")
            PersonaFactory(slug="gone", name="Gone Oncology", deleted_at=now())
        read_words(0)
        answer = publisher.get(at("search", release.pk), {"q": "oncology"})
        assert [state.persona.slug for state in answer.context["found"]] == ["dan"]
        answer = publisher.post(page(release), {"do": "add", "_selected_action": [dan.pk]}, follow=True)
        assert "Added: Dan Oncology." in text(answer)
        assert inside(pharma, release) == ["ada", "ben", "cleo", "dan"]
        assert "No persona has the words" in text(publisher.get(at("search", release.pk), {"q": "oncology"}))

    def test_takes_out_renames_and_deletes(self, publisher, pharma, three, release):
        publisher.post(page(release), {"do": "remove", "ids": three[0].pk})
        assert inside(pharma, release) == ["ben", "cleo"]
        assert "Renamed" in text(publisher.post(page(release), {"do": "change", "name": "Renamed"}, follow=True))
        answer = publisher.post(page(release), {"do": "change", "name": "x" * 121})
        assert answer.status_code == 409
        assert "x" * 121 in text(answer)
        assert "Its personas stay as they are." in text(publisher.get(at("remove", release.pk)))
        assert "is deleted" in text(publisher.post(at("remove", release.pk), follow=True))
        assert publisher.get(page(release)).status_code == 404

    def test_nothing_unheard_of_is_done(self, publisher, release):
        answer = publisher.post(page(release), {"do": "nonsense"})
        assert answer.status_code == 409
        assert "Choose what to do" in text(answer)

    def test_from_the_list_asks_which_one(self, publisher, pharma, paul, rf, release):
        with tenant_context(pharma):
            dan = PersonaFactory(slug="dan", name="Dan")
            states = list(EditorialState.objects.filter(persona=dan).select_related("persona"))
            request = rf.post("/")
            request.user, request.tenant, request.tenants, request.session = paul, pharma, [pharma], {}
            asked = ReleaseAdmin(Release, admin.site).choose(request, states)
        assert "<li>Dan</li>" in text(asked)
        assert "Oncology, spring 2027" in text(asked)
        answer = publisher.post(COLLECT, {"ids": str(dan.pk), "release": release.pk}, follow=True)
        assert "Added: Dan." in text(answer)
        assert "All of them are in it already." in text(
            publisher.post(COLLECT, {"ids": str(dan.pk), "release": release.pk}, follow=True)
        )
        publisher.post(COLLECT, {"ids": str(dan.pk), "name": "Another"})
        with tenant_context(pharma):
            assert [item.persona for item in Release.objects.get(name="Another").items.all()] == [dan]

    def test_from_the_list_without_a_name_makes_nothing(self, publisher, pharma, three):
        answer = publisher.post(COLLECT, {"ids": str(three[0].pk), "name": ""}, follow=True)
        assert "Give it a name" in text(answer)
        with tenant_context(pharma):
            assert not Release.objects.exists()


class TestPublishing:
    def test_asks_then_publishes_all(self, publisher, pharma, release):
        assert "Nothing stands against publishing them all." in text(publisher.get(page(release)))
        assert "Publish the 3 personas of" in text(publisher.get(at("publish", release.pk)))
        answer = publisher.post(at("publish", release.pk), follow=True)
        assert "Services read all of its personas now." in text(answer)
        assert statuses(pharma) == {"published"}
        assert "Take it back" in text(answer)
        assert "Publish now" not in text(answer)

    def test_says_what_stands_against_which_and_publishes_none(self, publisher, pharma, three, release):
        with tenant_context(pharma):
            Persona.objects.filter(slug="ben").update(tagline="Other words")
        answer = publisher.get(page(release))
        assert "1 of 3 personas cannot be published as it stands, so none can." in text(answer)
        assert {state.persona.slug: bool(said) for state, said in answer.context["lines"]} == {
            "ada": False, "ben": True, "cleo": False,
        }  # fmt: skip
        answer = publisher.post(at("publish", release.pk))
        assert answer.status_code == 409
        assert "«Ben»: It stands as «draft»" in text(answer)
        assert "published" not in statuses(pharma)

    def test_is_planned_and_moved_and_cancelled(self, publisher, pharma, release):
        form = {"do": "plan", "day": TOMORROW, "time": "09:00", "why": "Congress"}
        for time in ("09:00", "10:00"):
            answer = publisher.post(page(release), form | {"time": time}, follow=True)
        assert "Planned. All personas are published at that time, or none." in text(answer)
        assert "Planned for" in text(publisher.get(LIST))
        with tenant_context(pharma):
            plan = Scheduled.objects.get()
        assert f"{plan.at:%H:%M}" == "10:00"
        assert "Oncology, spring 2027" in text(publisher.get(reverse("admin:personas_scheduled_changelist")))
        cancel = reverse("admin:personas_scheduled_cancel", args=[plan.pk])
        assert "Cancelled." in text(publisher.post(cancel, {"next": page(release)}, follow=True))
        assert publisher.post(page(release), form | {"day": "2020-01-01"}).status_code == 409


class TestTakingBack:
    def test_asks_why_then_does_it_for_all(self, publisher, pharma, release):
        publisher.post(at("publish", release.pk))
        assert "services read again what they read before" in text(publisher.get(at("take_back", release.pk)))
        assert publisher.post(at("take_back", release.pk), {"why": ""}).status_code == 409
        answer = publisher.post(at("take_back", release.pk), {"why": "A claim was wrong."}, follow=True)
        assert "Taken back: «Oncology, spring 2027»." in text(answer)
        assert statuses(pharma) == {"draft"}
        assert "Taken back" in text(publisher.get(LIST))

    def test_names_those_that_were_published_again(self, publisher, pharma, paul, three, release):
        publisher.post(at("publish", release.pk))
        with tenant_context(pharma):
            Persona.objects.filter(slug="ada").update(tagline="Other words")
            stand(three[0], "published")
        answer = publisher.post(at("take_back", release.pk), {"why": "A claim was wrong."})
        assert answer.status_code == 409
        assert "«Ada»: It was published again since, on" in text(answer)
        assert statuses(pharma) == {"published"}


class TestDifferences:
    def test_are_those_from_what_services_read(self, publisher, pharma, three, release):
        address = at("differences", release.pk, three[0].pk)
        assert "everything is new" in text(publisher.get(address))
        publisher.post(at("publish", release.pk))
        assert "everything is new" in text(publisher.get(address))
        with tenant_context(pharma):
            Persona.objects.filter(slug="ada").update(tagline="Quite other words")
            commit()
        publisher.post(COLLECT, {"ids": ",".join(str(one.pk) for one in three), "name": "Next"})
        with tenant_context(pharma):
            following = Release.objects.get(name="Next")
        assert "Quite" in text(publisher.get(at("differences", following.pk, three[0].pk)))
        assert "These two show the same." in text(publisher.get(at("differences", following.pk, three[1].pk)))

    def test_come_without_the_page_around_them_for_a_script(self, publisher, three, release):
        address = at("differences", release.pk, three[0].pk)
        assert "<html" in text(publisher.get(address))
        assert "<html" not in text(publisher.get(address, headers={"briefly": "yes"}))

    def test_are_not_on_the_page_until_they_are_asked_for(self, publisher, three, release):
        shown = text(publisher.get(page(release)))
        assert f'data-address="{at("differences", release.pk, three[0].pk)}"' in shown
        assert "everything is new" not in shown

    def test_are_of_personas_of_the_release_alone(self, publisher, pharma, release):
        with tenant_context(pharma):
            other = PersonaFactory()
        assert publisher.get(at("differences", release.pk, other.pk)).status_code == 404


def test_pages_ask_few_queries_however_many_personas(
    publisher, pharma, paul, three, release, django_assert_max_num_queries
):
    with tenant_context(pharma, paul):
        releases.add(release.pk, [PersonaFactory().pk for _ in range(60)], paul)
    for address in (
        LIST,
        page(release),
        f"{at('search', release.pk)}?q=oncology",
        at("differences", release.pk, three[0].pk),
    ):
        with django_assert_max_num_queries(25):
            assert publisher.get(address).status_code == 200


@pytest.mark.parametrize("role", Role.values)
def test_everybody_looks_and_only_who_publishes_does_anything(pharma, join, enter, three, release, role):
    may = role in (Role.PUBLISHER, Role.TENANT_ADMIN)
    work = enter(join(pharma, role, email="other@pharma.example"))
    for address in (LIST, page(release), at("differences", release.pk, three[0].pk)):
        assert work.get(address).status_code == 200
    assert ("Publish now" in text(work.get(page(release)))) == may
    for address in (ADD, *(at(name, release.pk) for name in ("search", "publish", "take_back", "remove"))):
        assert work.get(address).status_code == (200 if may else 403)
    sent = [
        (page(release), {"do": do, "name": "New", "ids": three[0].pk}) for do in ("change", "add", "remove", "plan")
    ]
    others = [(ADD, {}), (COLLECT, {}), (at("remove", release.pk), {}), (at("publish", release.pk), {})]
    if not may:
        for address, form in [*sent, *others, (at("take_back", release.pk), {"why": "x"})]:
            assert work.post(address, form).status_code == 403
        assert inside(pharma, release) == ["ada", "ben", "cleo"]
        assert statuses(pharma) == {"validated"}


def test_another_tenant_finds_nothing(digital, join, enter, three, release):
    stranger = enter(join(digital, Role.TENANT_ADMIN))
    for name in ("publish", "take_back", "remove"):
        assert stranger.get(at(name, release.pk)).status_code == 404
        assert stranger.post(at(name, release.pk), {"why": "x"}).status_code == 404
    assert stranger.get(page(release)).status_code == 404
    assert stranger.post(page(release), {"do": "change", "name": "x"}).status_code == 404
    assert stranger.get(at("differences", release.pk, three[0].pk)).status_code == 404
    assert stranger.post(COLLECT, {"ids": str(three[0].pk), "release": release.pk}).status_code == 404
    assert str(release.pk) not in text(stranger.get(LIST))
