"""What is planned is done at its time, once, in the name of whoever planned it; or it is told why not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils.timezone import localdate, now

from personas.editorial import inbox
from personas.editorial.schedule import cancel, outcome, plan_step, prospects, run_due, tell_overdue
from personas.editorial.workflow import RefusedStepError, perform
from personas.models import EditorialState, Event, Notice, Persona, Revision, RuleSetting, Scheduled
from personas.tasks import run_schedule
from tests.factories import PersonaFactory
from tests.personas.editorial.walking import member, validated
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Tenant
from vital.tenancy.roles import Role

State = Scheduled.State
SOON = timedelta(hours=1)


@pytest.fixture
def paul(pharma, join):
    return member(pharma, join, Role.PUBLISHER, "Paul")


@pytest.fixture
def ada(pharma, paul) -> Persona:
    """A persona that is validated; no rule of quality stands in its way."""
    return prepared(pharma)


def prepared(tenant) -> Persona:
    with tenant_context(tenant):
        return validated("ada")[0]


def plan(tenant, persona, user, name: str = "publish", ahead=SOON, why: str = "") -> Scheduled:
    with tenant_context(tenant, user):
        return plan_step(persona.pk, name, now() + ahead, user, why)


def come(tenant, late=timedelta(seconds=1)) -> list[Scheduled]:
    """Let the time of all that waits be now, have the worker look, and give what became of it."""
    with tenant_context(tenant):
        Scheduled.objects.filter(state=State.WAITING).update(at=now() - late)
    run_due(tenant)
    with tenant_context(tenant):
        return list(Scheduled.objects.select_related("persona"))


def status(tenant, persona) -> str:
    with tenant_context(tenant):
        return Persona.objects.get(pk=persona.pk).validation_status


def told(tenant, user) -> list[str]:
    with tenant_context(tenant):
        return [notice.text for notice in Notice.objects.filter(user=user)]


def events(tenant, persona) -> list[str]:
    with tenant_context(tenant):
        return list(Event.objects.filter(persona=persona.pk).order_by("id").values_list("name", flat=True))


class TestPlanning:
    def test_a_step_is_taken_at_its_time_and_says_that_it_was_planned_and_why(self, pharma, paul, ada):
        plan(pharma, ada, paul, why="The congress begins.")
        run_due(pharma)
        assert status(pharma, ada) == "validated"
        (planned,) = come(pharma)
        assert (planned.state, status(pharma, ada), outcome(planned)) == (State.DONE, "published", "")
        with tenant_context(pharma):
            event = Event.objects.get(name="publish")
            assert event.made_by == paul
            assert event.why.startswith("planned for ")
            assert event.why.endswith("UTC: The congress begins.")
            assert Revision.objects.first().made_by == paul

    def test_to_archive_takes_it_away_from_consumers(self, pharma, paul, ada):
        with tenant_context(pharma):
            Persona.objects.update(validation_status="published")
        plan(pharma, ada, paul, "archive")
        come(pharma)
        with tenant_context(pharma):
            assert EditorialState.objects.get().live is None
        assert status(pharma, ada) == "archived"

    def test_again_moves_what_waits(self, pharma, paul, ada, join):
        plan(pharma, ada, paul)
        other = member(pharma, join, Role.TENANT_ADMIN, "Tom")
        plan(pharma, ada, other, ahead=2 * SOON, why="Later is better.")
        plan(pharma, ada, paul, "archive", ahead=3 * SOON)
        with tenant_context(pharma):
            moved = Scheduled.objects.get(step="publish")
            assert moved.at > now() + SOON
            assert (moved.made_by, moved.why) == (other, "Later is better.")
            assert Scheduled.objects.count() == 2
            assert [("before" in event.detail) for event in Event.objects.filter(name="plan").order_by("id")] == [
                False, True, False,
            ]  # fmt: skip

    @pytest.mark.parametrize(
        ("ahead", "said"),
        [(-SOON, "has gone by. Choose a time to come, such as"), (timedelta(days=800), "within two years")],
    )  # fmt: skip
    def test_is_for_times_to_come_within_two_years(self, pharma, paul, ada, ahead, said):
        with pytest.raises(RefusedStepError, match=said):
            plan(pharma, ada, paul, ahead=ahead)

    def test_is_for_publishing_and_archiving(self, pharma, paul, ada):
        with pytest.raises(RefusedStepError, match="Plan to publish or to archive"):
            plan(pharma, ada, paul, "validate")

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER])
    def test_needs_the_right_to_publish(self, pharma, join, paul, ada, role):
        user = member(pharma, join, role, "Rita")
        with pytest.raises(RefusedStepError, match="Your role does not let you do this"):
            plan(pharma, ada, user)
        planned = plan(pharma, ada, paul)
        with tenant_context(pharma, user), pytest.raises(RefusedStepError, match="Your role does not let you"):
            cancel(planned.pk, user)

    def test_is_refused_in_the_trash_and_for_what_is_gone(self, pharma, paul, ada):
        with tenant_context(pharma):
            Persona.objects.update(validation_status="draft")
            Persona.objects.update(deleted_at=now())
        with pytest.raises(RefusedStepError, match="It is in the trash"):
            plan(pharma, ada, paul)
        with tenant_context(pharma):
            Persona.objects.all().delete()
        with pytest.raises(RefusedStepError, match="There is no such persona here any more"):
            plan(pharma, ada, paul)

    def test_is_taken_back_once_and_told(self, pharma, paul, ada, join):
        planned = plan(pharma, ada, paul)
        tom = member(pharma, join, Role.TENANT_ADMIN, "Tom")
        with tenant_context(pharma, tom):
            assert cancel(planned.pk, tom).message == "Tom cancelled it."
            with pytest.raises(RefusedStepError, match="It is done by now"):
                cancel(planned.pk, tom)
        assert come(pharma)[0].state == State.CANCELLED
        assert status(pharma, ada) == "validated"
        assert told(pharma, paul)[0].endswith("was cancelled: Tom cancelled it.")
        assert events(pharma, ada)[-2:] == ["plan", "cancel_plan"]


class TestComingTooLate:
    def test_is_caught_up_and_said(self, pharma, paul, ada):
        plan(pharma, ada, paul)
        (planned,) = come(pharma, late=timedelta(days=400))
        assert planned.state == State.DONE
        assert outcome(planned).startswith("Late: planned for ")
        assert ", done at " in outcome(planned)

    def test_within_a_day_says_the_hour_alone(self, pharma, paul, ada):
        planned = plan(pharma, ada, paul)
        planned.at = now().replace(year=2027, month=5, day=3, hour=9, minute=0)
        planned.state, planned.done_at = State.DONE, planned.at.replace(hour=11, minute=12)
        assert outcome(planned) == "Late: planned for 3 May 2027, 09:00 UTC, done at 11:12."


class TestFailing:
    def test_says_that_it_is_a_draft_again_since_when_and_all_reasons(self, pharma, paul, ada):
        plan(pharma, ada, paul)
        with tenant_context(pharma):
            EditorialState.objects.update(owner=paul)
            Persona.objects.update(tagline="Other words")
        (planned,) = come(pharma)
        assert (planned.state, status(pharma, ada)) == (State.FAILED, "draft")
        today = f"{localdate():%-d %B %Y}"
        assert planned.message.startswith(f"It is a draft again, since its content was changed on {today}, ")
        assert "It stands as «draft»" in planned.message
        assert planned.message in told(pharma, paul)[0]
        assert events(pharma, ada)[-1] == "plan_failed"

    def test_comes_of_every_rule_that_is_broken(self, pharma, paul, ada):
        plan(pharma, ada, paul)
        with tenant_context(pharma):
            RuleSetting.objects.all().delete()
        (planned,) = come(pharma)
        assert planned.state == State.FAILED
        assert planned.message.count(". ") > 1

    def test_comes_of_a_right_that_was_lost(self, pharma, paul, ada):
        plan(pharma, ada, paul)
        with tenant_context(pharma):
            Membership.objects.filter(user=paul).update(role=Role.ANALYST)
        assert "Your role does not let you do this" in come(pharma)[0].message
        with tenant_context(pharma):
            Scheduled.objects.update(state=State.WAITING)
            Membership.objects.filter(user=paul).delete()
        assert come(pharma)[0].state == State.FAILED
        assert status(pharma, ada) == "validated"

    def test_does_not_keep_others_from_their_turn(self, pharma, paul, ada):
        with tenant_context(pharma):
            draft = PersonaFactory(slug="ben", name="Ben")
        plan(pharma, draft, paul, ahead=SOON)
        plan(pharma, ada, paul, ahead=2 * SOON)
        assert {one.persona.slug: one.state for one in come(pharma)} == {"ada": State.DONE, "ben": State.FAILED}

    def test_of_the_unexpected_is_kept_with_the_plan_and_nothing_is_half_done(self, pharma, paul, ada, caplog):
        plan(pharma, ada, paul)
        with tenant_context(pharma):
            Scheduled.objects.update(step="nonsense")
        (planned,) = come(pharma)
        assert (planned.state, status(pharma, ada)) == (State.FAILED, "validated")
        assert "Something went wrong that should not have (KeyError). Nothing was done." in planned.message
        assert "A planned step failed." in caplog.text


class TestProspects:
    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({}, None),
            ({"tagline": "Other words"}, "since its content was changed on"),
            ({"validation_status": "draft"}, "since it was sent back on"),
            ({"validation_status": "published"}, "It stands as «Published»."),
        ],
    )
    def test_say_what_is_to_happen_for_it_not_to_fail(
        self, pharma, paul, ada, change, said, django_assert_max_num_queries
    ):
        plan(pharma, ada, paul)
        with tenant_context(pharma):
            if change:
                Persona.objects.update(**change)
            plans = list(Scheduled.objects.select_related("persona"))
            with django_assert_max_num_queries(1):
                found = prospects(plans)
        assert len(found) == (said is not None)
        for reasons in found.values():
            assert said in reasons[0]
            assert reasons[0].endswith("This fails unless it is validated by then.")

    def test_of_one_in_the_trash_say_so(self, pharma, paul, ada):
        planned = plan(pharma, ada, paul)
        with tenant_context(pharma):
            Persona.objects.update(validation_status="draft")
            Persona.objects.update(deleted_at=now())
            found = prospects([Scheduled.objects.select_related("persona").get(pk=planned.pk)])
        assert "It is in the trash" in found[planned.pk][0]


class TestReviewByADay:
    @pytest.fixture
    def ana(self, pharma, ada, join):
        """She has submitted Ada, for somebody to review in two days."""
        ana = member(pharma, join, Role.ANALYST, "Ana")
        with tenant_context(pharma, ana):
            Persona.objects.update(validation_status="draft")
            perform(ada.pk, "submit", ana)
            inbox.set_due(ada.pk, ana, localdate() + timedelta(days=2))
        return ana

    def late(self, tenant) -> None:
        with tenant_context(tenant):
            EditorialState.objects.update(due_at=now())
        tell_overdue(tenant)

    def test_that_is_over_is_told_once_until_another_day_is_set(self, pharma, ada, ana):
        tell_overdue(pharma)
        assert not told(pharma, ana)
        self.late(pharma)
        tell_overdue(pharma)
        assert len(told(pharma, ana)) == 1
        assert events(pharma, ada).count("overdue") == 1
        self.late(pharma)
        assert events(pharma, ada).count("overdue") == 2

    def test_ends_with_the_review(self, pharma, ada, ana):
        with tenant_context(pharma):
            Persona.objects.update(validation_status="validated")
        self.late(pharma)
        assert "overdue" not in events(pharma, ada)


class TestWorkers:
    """What needs transactions of their own."""

    @pytest.fixture
    def tenant(self, committed) -> Tenant:
        return Tenant.objects.get(slug="pharma")

    def test_two_at_once_take_each_step_once(self, tenant, join):
        paul, ada = member(tenant, join, Role.PUBLISHER, "Paul"), prepared(tenant)
        plan(tenant, ada, paul)
        with tenant_context(tenant):
            Scheduled.objects.update(at=now())

        def work(_) -> None:
            try:
                run_schedule(0)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(work, range(8)))
        assert [one.state for one in come(tenant)] == [State.DONE]
        assert events(tenant, ada).count("publish") == 1

    def test_what_is_being_done_is_neither_moved_nor_cancelled(self, tenant, join):
        paul, ada = member(tenant, join, Role.PUBLISHER, "Paul"), prepared(tenant)
        planned = plan(tenant, ada, paul)

        def change(act) -> str:
            try:
                with tenant_context(tenant, paul), pytest.raises(RefusedStepError) as refused:
                    act()
                return str(refused.value)
            finally:
                connections.close_all()

        with tenant_context(tenant), ThreadPoolExecutor(1) as thread:
            Scheduled.objects.select_for_update().get()  # as the worker does
            for act in (
                lambda: cancel(planned.pk, paul),
                lambda: plan_step(ada.pk, "publish", now() + SOON, paul),
            ):
                assert "being done at this moment" in thread.submit(change, act).result(timeout=10)
