"""Personas of a release are published together or not at all, and services get back what they read before."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection
from django.utils.timezone import now

from personas.documents.dump import dump
from personas.editorial import releases
from personas.editorial.publishing import live
from personas.editorial.schedule import plan_release, run_due
from personas.editorial.workflow import RefusedStepError, perform
from personas.models import EditorialState, Event, Goal, Notice, Persona, Release, Scheduled
from tests.factories import FACTORIES, PersonaFactory, stand
from tests.personas.editorial.walking import member, validated
from vital.tenancy.models import User
from vital.tenancy.roles import Role


@pytest.fixture
def paul(tenant, join) -> User:
    return member(tenant, join, Role.PUBLISHER, "Paul")


@pytest.fixture
def three(tenant, paul) -> list[Persona]:
    """Three that are validated; no rule of quality stands in their way."""
    made = validated("ada", "ben", "cleo")
    for persona in made:
        FACTORIES["goals"](persona=persona)
        stand(persona, "validated")
    return made


@pytest.fixture
def release(paul, three) -> Release:
    return filled(paul, three)


def validated_again(persona, **changed) -> None:
    """Revise a published persona, change it, and bring it to where it can be published."""
    Persona.objects.filter(pk=persona.pk).update(validation_status="draft")
    Persona.objects.filter(pk=persona.pk).update(**changed)
    stand(persona, "validated")


def filled(by, personas) -> Release:
    release = releases.create("Oncology, spring 2027", "The congress begins.", by)
    releases.add(release.pk, [one.pk for one in personas], by)
    return release


def readable() -> list[dict]:
    """What consumers read, with all ids."""
    with live():
        ids = list(Persona.objects.order_by("pk").values_list("pk", flat=True))
        return list(dump(ids, with_ids=True))


def statuses() -> list[str]:
    return list(Persona.objects.order_by("slug").values_list("validation_status", flat=True))


def refused(act, *args) -> list[str]:
    with pytest.raises(RefusedStepError) as error:
        act(*args)
    return error.value.reasons


def events(name: str) -> list[Event]:
    return list(Event.objects.filter(name=name).order_by("about"))


class TestPuttingTogether:
    def test_takes_what_is_not_in_the_trash_once(self, paul, three, release):
        gone = PersonaFactory(slug="gone", deleted_at=now())
        new = PersonaFactory(slug="dan", name="Dan")
        ids = [gone.pk, new.pk, three[0].pk, uuid4()]
        assert releases.add(release.pk, ids, paul) == [new]
        assert releases.remove(release.pk, [three[1].pk, gone.pk], paul) == [three[1]]
        assert [item.persona.slug for item in release.items.all()] == ["ada", "cleo", "dan"]
        assert [event.about for event in events("add_to_release")] == ["Ada", "Ben", "Cleo", "Dan"]
        assert [event.about for event in events("remove_from_release")] == ["Ben"]

    def test_takes_two_hundred_at_most(self, paul, three, release, monkeypatch):
        monkeypatch.setattr(releases, "MOST", 3)
        assert "at most 3 personas" in refused(releases.add, release.pk, [PersonaFactory().pk], paul)[0]

    def test_needs_a_name_of_a_hundred_and_twenty_letters_at_most(self, paul):
        assert "Give it a name" in refused(releases.create, " \n", "", paul)[0]
        assert "and this one has 121" in refused(releases.create, "x" * 121, "", paul)[0]

    def test_can_be_renamed_and_deleted_while_it_is_open(self, paul, release):
        assert releases.change(release.pk, " New \n name ", "", paul).name == "New name"
        assert events("change_release")[0].detail["before"] == "Oncology, spring 2027"
        releases.delete(release.pk, paul)
        assert not Release.objects.exists()
        assert [event.about for event in events("delete_release")] == ["New name"]
        assert "no such release" in refused(releases.publish, release.pk, paul)[0]

    def test_is_over_once_it_is_published(self, paul, three, release):
        releases.publish(release.pk, paul)
        for act, *args in (
            (releases.change, "New", ""), (releases.delete,), (releases.add, []), (releases.remove, []),
            (releases.publish,),
        ):  # fmt: skip
            assert "It is published already, and is kept as it is" in refused(act, release.pk, *args, paul)[0]

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER])
    def test_is_for_those_who_publish(self, tenant, join, paul, release, role):
        user = member(tenant, join, role, "Rita")
        for act, *args in (
            (releases.create, "New", ""), (releases.change, release.pk, "New", ""), (releases.delete, release.pk),
            (releases.add, release.pk, []), (releases.remove, release.pk, []), (releases.publish, release.pk),
        ):  # fmt: skip
            assert "Your role does not let you" in refused(act, *args, user)[0]
        assert "Your role does not let you" in refused(releases.take_back, release.pk, user, "Wrong.")[0]
        assert "Your role does not let you" in refused(plan_release, release.pk, now() + timedelta(days=1), user)[0]


class TestPublishing:
    def test_publishes_all_and_keeps_what_was_live_before_and_after(self, paul, three, release):
        releases.publish(release.pk, paul)
        assert statuses() == ["published"] * 3
        assert [one["slug"] for one in readable()] == [one.slug for one in sorted(three, key=lambda one: one.pk)]
        assert {item.live_before for item in release.items.all()} == {None}
        live_now = dict(EditorialState.objects.values_list("persona", "live"))
        assert {item.persona_id: item.live_after for item in release.items.all()} == live_now

    def test_is_told_per_persona_and_once_for_the_release(self, tenant, join, paul, three, release):
        olga = member(tenant, join, Role.ANALYST, "Olga")
        EditorialState.objects.update(owner=olga)
        releases.publish(release.pk, paul)
        assert {event.why for event in events("publish")} == {"Release «Oncology, spring 2027»: The congress begins."}
        assert events("publish_release")[0].detail["personas"] == 3
        assert Notice.objects.filter(user=olga, text__startswith="Paul published").count() == 3

    def test_is_refused_as_a_whole_with_every_reason(self, paul, three, release):
        Persona.objects.filter(slug="ben").update(tagline="Other words")
        Persona.objects.filter(slug="cleo").update(validation_status="archived")
        reasons = refused(releases.publish, release.pk, paul)
        assert [reason[:6] for reason in reasons] == ["«Ben»:", "«Cleo»"]
        assert "It stands as «draft»" in reasons[0]
        assert statuses() == ["validated", "draft", "archived"]
        assert readable() == []
        release.refresh_from_db()
        assert release.state == Release.State.OPEN

    def test_leaves_nothing_half_done_when_the_database_refuses_one_in_the_middle(self, paul, three, release):
        order, perform = [], releases.perform

        def stumble(persona_id, *args):
            order.append(persona_id)
            if len(order) == 2:  # what the first one wrote is there, and is to go again
                assert len(readable()) == 1
                Persona.objects.filter(pk=persona_id).update(validation_status="pending_review")
            return perform(persona_id, *args)

        releases.perform = stumble
        try:
            with pytest.raises(DatabaseError):
                releases.publish(release.pk, paul)
        finally:
            releases.perform = perform
        assert len(order) == 2
        assert statuses() == ["validated"] * 3
        assert (readable(), events("publish"), events("publish_release")) == ([], [], [])

    def test_is_refused_while_it_is_empty(self, paul):
        assert "no persona in it yet" in refused(releases.publish, filled(paul, []).pk, paul)[0]

    def test_hands_a_slug_on_from_one_to_another(self, paul, three, release):
        ada, ben, cleo = three
        releases.publish(release.pk, paul)
        validated_again(ada, slug="new")
        validated_again(ben, slug="ada")
        validated_again(cleo, slug="ben")
        second = filled(paul, three)
        states = list(EditorialState.objects.select_related("persona"))
        assert not any(releases.against(states, paul).values())
        releases.publish(second.pk, paul)
        with live():
            assert dict(Persona.objects.values_list("name", "slug")) == {"Ada": "new", "Ben": "ada", "Cleo": "ben"}
        before_that = releases.take_back(second.pk, paul, "Too early.")
        assert before_that.state == Release.State.REVERTED
        with live():
            assert dict(Persona.objects.values_list("name", "slug")) == {"Ada": "ada", "Ben": "ben", "Cleo": "cleo"}

    def test_says_clearly_that_two_cannot_exchange_their_slugs(self, paul, three, release):
        ada, ben, _ = three
        releases.publish(release.pk, paul)
        validated_again(ada, slug="between")
        validated_again(ben, slug="ada")
        Persona.objects.filter(pk=ada.pk).update(slug="ben")
        stand(ada, "validated")
        before = readable()
        reasons = refused(releases.publish, filled(paul, three[:2]).pk, paul)
        assert len(reasons) == 2
        assert "«Ada» and «Ben» exchange slugs" in reasons[0]
        assert readable() == before

    def test_names_a_slug_that_one_outside_of_it_holds(self, paul, three, release):
        ada, ben, _ = three
        releases.publish(release.pk, paul)
        validated_again(ada, slug="new")
        validated_again(ben, slug="ada")
        (reason,) = refused(releases.publish, filled(paul, [ben]).pk, paul)
        assert "Services read another persona as «ada»" in reason


class TestTakingBack:
    def test_restores_byte_for_byte_what_services_read_before(self, paul, three, release):
        ada, ben, cleo = three
        releases.publish(filled(paul, [ada, ben]).pk, paul)
        before = readable()
        for persona in (ada, ben):
            Goal.objects.filter(persona=persona).update(goal_text="Something else")
            Persona.objects.filter(pk=persona.pk).update(tagline="Other words")
            stand(persona, "validated")
        FACTORIES["goals"](persona=ben)
        stand(ben, "validated")
        releases.publish(release.pk, paul)
        assert len(readable()) == 3
        assert readable() != before
        working = list(dump([one.pk for one in three], with_ids=True))
        releases.take_back(release.pk, paul, "A claim was wrong.")
        assert readable() == before
        assert list(dump([one.pk for one in three], with_ids=True)) == working
        assert statuses() == ["draft"] * 3
        assert EditorialState.objects.get(persona=cleo).live is None
        assert with_shape() == []

    def test_is_told_per_persona_and_once_for_the_release(self, tenant, join, paul, three, release):
        olga = member(tenant, join, Role.ANALYST, "Olga")
        EditorialState.objects.update(owner=olga)
        releases.publish(release.pk, paul)
        releases.take_back(release.pk, paul, "A claim was wrong.")
        assert [(event.about, event.why) for event in events("take_back")] == [
            (name, "A claim was wrong.") for name in ("Ada", "Ben", "Cleo")
        ]
        assert events("take_back_release")[0].why == "A claim was wrong."
        assert Notice.objects.filter(user=olga, text__contains="is taken back: A claim was wrong.").count() == 3

    def test_leaves_what_was_edited_since_where_it_stands(self, paul, three, release):
        releases.publish(release.pk, paul)
        Persona.objects.filter(slug="ada").update(tagline="Other words")
        stand(three[0], "pending_review")
        releases.take_back(release.pk, paul, "Too early.")
        assert statuses() == ["pending_review", "draft", "draft"]
        assert readable() == []

    def test_is_refused_as_a_whole_where_one_was_published_again_or_archived(self, paul, three, release):
        releases.publish(release.pk, paul)
        validated_again(three[0], tagline="Other words")
        perform(three[0].pk, "publish", paul)
        perform(three[1].pk, "archive", paul)
        before = readable()
        reasons = refused(releases.take_back, release.pk, paul, "Too early.")
        assert reasons[0].startswith("«Ada»: It was published again since, on ")
        assert reasons[1] == "«Ben»: Services read it no longer: it was archived since."
        assert (len(reasons), readable(), statuses()) == (2, before, ["published", "archived", "published"])

    def test_is_refused_as_a_whole_where_another_persona_has_a_slug_by_now(self, paul, three, release):
        ada, ben, cleo = three
        releases.publish(filled(paul, [ada]).pk, paul)
        validated_again(ada, slug="new")
        both = filled(paul, [ada, ben])
        releases.publish(both.pk, paul)
        Persona.objects.filter(pk=cleo.pk).update(slug="ada")
        stand(cleo, "published")
        before = readable()
        (reason,) = refused(releases.take_back, both.pk, paul, "Too early.")
        assert reason.startswith("«Ada»: Services read another persona by its former slug now.")
        assert (readable(), statuses()) == (before, ["published"] * 3)

    def test_wants_a_reason_and_a_release_that_is_published(self, paul, release):
        assert "Only what is published is taken back" in refused(releases.take_back, release.pk, paul, "x")[0]
        releases.publish(release.pk, paul)
        assert "Say why" in refused(releases.take_back, release.pk, paul, " ")[0]
        releases.take_back(release.pk, paul, "Too early.")
        assert "this is taken back" in refused(releases.take_back, release.pk, paul, "x")[0]


def with_shape() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM published_differences()")
        return cursor.fetchall()


class TestAtATime:
    def come(self, tenant) -> Scheduled:
        Scheduled.objects.filter(state="waiting").update(at=now() - timedelta(seconds=1))
        run_due(tenant)
        return Scheduled.objects.get()

    def test_it_is_published_by_the_worker(self, tenant, paul, release):
        plan_release(release.pk, now() + timedelta(days=2), paul)
        plan_release(release.pk, now() + timedelta(days=1), paul, "With the congress.")
        assert self.come(tenant).state == Scheduled.State.DONE
        assert statuses() == ["published"] * 3
        assert events("publish_release")[0].why.endswith(": With the congress.")

    def test_it_fails_with_every_reason_and_is_still_open(self, tenant, paul, release):
        plan_release(release.pk, now() + timedelta(days=1), paul)
        Persona.objects.filter(slug="ben").update(tagline="Other words")
        planned = self.come(tenant)
        assert planned.state == Scheduled.State.FAILED
        assert "«Ben»: It stands as «draft»" in planned.message
        assert statuses() == ["validated", "draft", "validated"]
        assert Notice.objects.filter(user=paul, text__contains="failed").count() == 1

    def test_it_is_cancelled_when_somebody_publishes_it_before(self, tenant, paul, release):
        plan_release(release.pk, now() + timedelta(days=1), paul)
        releases.publish(release.pk, paul)
        planned = self.come(tenant)
        assert (planned.state, planned.message) == (Scheduled.State.CANCELLED, "Paul published it before.")
