"""What is planned is seen before and after, by everybody; who may publish plans it and cancels it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from personas.editorial.schedule import plan_step, run_due
from personas.models import Persona, Scheduled
from tests.factories import PersonaFactory
from tests.personas.editorial.walking import member, validated
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_scheduled_changelist")
TOMORROW = (localdate() + timedelta(days=1)).isoformat()
FORM = {"step": "publish", "day": TOMORROW, "time": "09:00", "why": "The congress begins."}


@pytest.fixture
def paul(pharma, join):
    return member(pharma, join, Role.PUBLISHER, "Paul")


@pytest.fixture
def publisher(paul, enter):
    return enter(paul)


@pytest.fixture
def ada(pharma) -> Persona:
    with tenant_context(pharma):
        return validated("ada")[0]


@pytest.fixture
def planned(pharma, paul, ada) -> Scheduled:
    with tenant_context(pharma, paul):
        return plan_step(ada.pk, "publish", now() + timedelta(days=1), paul, "The congress begins.")


def page(persona) -> str:
    return reverse("admin:personas_persona_schedule", args=[persona.pk])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def waiting(tenant) -> list[Scheduled]:
    with tenant_context(tenant):
        return list(Scheduled.objects.filter(state="waiting"))


class TestOfAPersona:
    def test_a_step_is_planned_in_the_time_zone_that_the_page_names(self, publisher, pharma, ada):
        assert "Time (UTC)" in text(publisher.get(page(ada)))
        answer = publisher.post(page(ada), FORM, follow=True)
        assert "Planned: «Publish»." in text(answer)
        (plan,) = waiting(pharma)
        assert plan.at.isoformat() == f"{TOMORROW}T09:00:00+00:00"
        assert plan.why == "The congress begins."
        assert "Waiting for its time." in text(answer)

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"day": "tomorrow"}, "Give a day and a time, such as"),
            ({"time": ""}, "Give a day and a time, such as"),
            ({"day": "2020-01-01"}, "has gone by"),
            ({"day": "9999-12-31", "time": "23:59:59.9"}, "is too far away"),
            ({"time": "09:00+02:00"}, "Give a day and a time, such as"),
            ({"step": "validate"}, "Plan to publish or to archive"),
        ],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_is_still_there(self, publisher, pharma, ada, sent, said):
        answer = publisher.post(page(ada), FORM | sent)
        assert answer.status_code == 409
        assert said in text(answer)
        assert "The congress begins." in text(answer)
        assert waiting(pharma) == []

    def test_a_draft_says_that_the_plan_will_fail(self, publisher, pharma, ada, planned):
        with tenant_context(pharma):
            Persona.objects.update(tagline="Other words")
        said = "It is a draft again, since its content was changed on"
        assert said in text(publisher.get(page(ada)))
        assert "This fails unless it is validated by then." in text(publisher.get(LIST))

    def test_what_became_of_it_is_shown(self, publisher, pharma, ada, planned):
        with tenant_context(pharma):
            Scheduled.objects.update(at=now() - timedelta(hours=2))
        assert "Missed so far." in text(publisher.get(page(ada)))
        run_due(pharma)
        for address in (page(ada), LIST):
            shown = text(publisher.get(address))
            assert "Late: planned for" in shown
            assert ", done at" in shown

    def test_nothing_planned_is_said(self, publisher, ada):
        assert "Nothing is planned for it, and nothing was." in text(publisher.get(page(ada)))


class TestOfTheTenant:
    def test_is_listed_by_day_with_what_waits_first(self, publisher, pharma, paul, ada, planned):
        with tenant_context(pharma, paul):
            other = PersonaFactory(slug="ben", name="Ben")
            plan_step(other.pk, "archive", now() + timedelta(days=3), paul)
            Scheduled.objects.create(persona=other, step="publish", at=now(), state="failed", message="Why not.")
        answer = publisher.get(LIST)
        assert [[line.plan.persona.slug for line in lines] for _, lines in answer.context["days"]] == [["ada"], ["ben"]]
        assert "Failed. Why not." in text(answer)

    def test_says_what_to_do_where_nothing_is_planned(self, publisher):
        assert "Nothing is planned" in text(publisher.get(LIST))

    def test_is_cancelled_from_where_one_is(self, publisher, pharma, ada, planned):
        cancel = reverse("admin:personas_scheduled_cancel", args=[planned.pk])
        answer = publisher.post(cancel, {"next": page(ada)}, follow=True)
        assert answer.request["PATH_INFO"] == page(ada)
        assert "Cancelled. Paul cancelled it." in text(answer)
        answer = publisher.post(cancel, {"next": "https://elsewhere.example/"}, follow=True)
        assert answer.request["PATH_INFO"] == LIST
        assert "It is done by now" in text(answer)

    def test_pages_ask_few_queries(self, publisher, pharma, paul, ada, planned, django_assert_max_num_queries):
        with tenant_context(pharma, paul):
            for number in range(120):
                persona = PersonaFactory()
                state = "waiting" if number % 2 else "failed"
                at = now() + timedelta(hours=number + 1)
                Scheduled.objects.create(persona=persona, step="publish", at=at, made_by=paul, state=state)
        for address in (LIST, page(ada)):
            with django_assert_max_num_queries(25):
                publisher.get(address)


@pytest.mark.parametrize("role", Role.values)
def test_everybody_sees_and_only_who_publishes_plans_and_cancels(pharma, join, enter, planned, ada, role):
    may = role in (Role.PUBLISHER, Role.TENANT_ADMIN)
    work = enter(join(pharma, role, email="other@pharma.example"))
    for address in (LIST, page(ada)):
        assert ('<button class="vital-press">Cancel' in text(work.get(address))) == may
    assert ("Plan it" in text(work.get(page(ada)))) == may
    assert work.post(page(ada), FORM | {"step": "archive"}).status_code == (302 if may else 409)
    cancel = reverse("admin:personas_scheduled_cancel", args=[planned.pk])
    assert work.post(cancel).status_code == (302 if may else 403)
    assert [plan.step for plan in waiting(pharma)] == (["archive"] if may else ["publish"])


def test_another_tenant_finds_nothing(digital, join, enter, planned, ada):
    stranger = enter(join(digital, Role.TENANT_ADMIN))
    assert stranger.get(page(ada)).status_code == 404
    assert stranger.post(page(ada), FORM).status_code == 404
    assert stranger.post(reverse("admin:personas_scheduled_cancel", args=[planned.pk])).status_code == 404
    assert "Ada" not in text(stranger.get(LIST))
