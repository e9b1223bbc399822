"""Who is told what, and why; nobody of their own deeds, and nobody elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from personas.editorial import notices
from personas.editorial.workflow import TRANSITIONS
from personas.models import Comment, EditorialState, Notice, Persona, Reviewer, Scheduled
from tests.factories import PersonaFactory
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership
from vital.tenancy.roles import Role

ROLES = {
    "ana": Role.ANALYST,
    "olga": Role.ANALYST,
    "ben": Role.REVIEWER,
    "rita": Role.REVIEWER,
    "paul": Role.PUBLISHER,
    "tom": Role.TENANT_ADMIN,
}
# Who brought a persona there: each state is reached from the one before it.
WALK = {"pending_review": "ana", "validated": "ben", "published": "paul", "archived": "paul"}

# A step, where it begins, who takes it, and who is told why.
TOLD = [
    ("submit", "draft", "ana", {"ben": "you review Medical Affairs"}),
    ("request_changes", "pending_review", "ben", {"ana": "you submitted it", "olga": "you own it"}),
    ("request_changes", "validated", "ana", {"olga": "you own it"}),
    ("validate", "pending_review", "ben", {"ana": "you submitted it", "olga": "you own it"}),
    ("publish", "validated", "paul",
     {"ana": "you submitted it", "olga": "you own it", "ben": "you validated it"}),
    ("publish", "validated", "ben", {"ana": "you submitted it", "olga": "you own it"}),
    ("revise", "published", "olga", {"ana": "you submitted it"}),
    ("archive", "published", "paul", {"ana": "you submitted it", "olga": "you own it"}),
    ("archive", "draft", "paul", {"olga": "you own it"}),
    ("restore", "archived", "tom", {"ana": "you submitted it", "olga": "you own it"}),
]  # fmt: skip


@pytest.fixture
def people(pharma, join) -> dict:
    return {
        name: join(pharma, role, email=f"{name}@pharma.example", full_name=name.title()) for name, role in ROLES.items()
    }


@pytest.fixture
def persona(people, pharma) -> Persona:
    with tenant_context(pharma, people["olga"]):
        medical = Function.objects.get(name="Medical Affairs")
        made = PersonaFactory(name="Dr Sarah Chen", function=medical, role=None, department=None)
        EditorialState.objects.filter(persona=made).update(owner=people["olga"])
        Reviewer.objects.create(function=medical, user=people["ben"])
    return made


@pytest.fixture
def inside(pharma, persona):
    with tenant_context(pharma):
        yield


def bring(tenant, people, persona, status: str) -> EditorialState:
    """Walk a persona there, step by step, each by whoever does that."""
    for step, name in WALK.items():
        if status == "draft":
            break
        with tenant_context(tenant, people[name]):
            Persona.objects.filter(pk=persona.pk).update(validation_status=step)
        if step == status:
            break
    return state_of(persona)


def state_of(persona) -> EditorialState:
    return EditorialState.objects.select_related("persona").get(persona=persona)


def told() -> dict[str, str]:
    return {notice.user.full_name.lower(): notice.reason for notice in Notice.objects.select_related("user")}


@pytest.mark.parametrize(("step", "status", "by", "expected"), TOLD, ids=lambda value: value if isinstance(value, str)
                         else None)  # fmt: skip
def test_a_step_is_told_to_those_whom_it_concerns(pharma, people, persona, inside, step, status, by, expected):
    state = bring(pharma, people, persona, status)
    notices.told_of_step(state, step, people[by])
    assert told() == expected


def test_every_step_has_words():
    assert set(notices.SAID) == {transition.name for transition in TRANSITIONS}


def test_a_notice_says_who_did_what_and_why_and_leads_there(people, persona, inside):
    notices.told_of_step(state_of(persona), "request_changes", people["ben"], "The goals name no evidence.")
    (notice,) = Notice.objects.all()
    assert notice.text == "Ben sent «Dr Sarah Chen» back: The goals name no evidence."
    assert notice.link == f"/admin/personas/persona/{persona.pk}/change/"
    notices.told_of_step(state_of(persona), "archive", people["paul"])
    assert Notice.objects.latest("made_at").text == "Paul archived «Dr Sarah Chen»."


class TestReviewers:
    def submitted(self, people, persona, by="ana") -> dict[str, str]:
        notices.told_of_step(state_of(persona), "submit", people[by])
        return told()

    def test_of_another_function_are_not_asked(self, people, persona, inside):
        Reviewer.objects.create(function=Function.objects.exclude(pk=persona.function_id).first(), user=people["rita"])
        assert set(self.submitted(people, persona)) == {"ben"}

    def test_are_all_who_may_validate_where_nobody_is_named(self, people, persona, inside):
        Reviewer.objects.all().delete()
        assert self.submitted(people, persona) == dict.fromkeys(
            ("ben", "rita", "paul", "tom"), "you may validate personas"
        )

    def test_are_all_who_may_validate_for_a_persona_without_a_function(self, people, persona, inside):
        Persona.objects.update(function=None)
        assert set(self.submitted(people, persona)) == {"ben", "rita", "paul", "tom"}

    def test_are_others_where_the_only_one_has_submitted_it(self, people, persona, inside):
        assert set(self.submitted(people, persona, by="ben")) == {"rita", "paul", "tom"}

    @pytest.mark.parametrize("lost", ["role", "membership", "account"])
    def test_are_others_where_the_only_one_may_no_longer(self, people, persona, inside, lost):
        if lost == "role":
            Membership.objects.filter(user=people["ben"]).update(role=Role.ANALYST)
        elif lost == "membership":
            Membership.objects.filter(user=people["ben"]).delete()
        else:
            people["ben"].is_active = False
            people["ben"].save()
        assert set(self.submitted(people, persona)) == {"rita", "paul", "tom"}


class TestTelling:
    def test_leaves_out_who_acts_and_tells_each_once(self, people, persona, inside):
        ana, ben = people["ana"], people["ben"]
        notices.tell([ana, ben, ben.pk, ana, None], "It happened.", "you work here", by=ana)
        assert told() == {"ben": "you work here"}
        assert Notice.objects.count() == 1

    def test_leaves_out_who_works_elsewhere_or_has_no_account_any_more(self, people, persona, digital, join, pharma):
        stranger = join(digital, Role.TENANT_ADMIN)
        people["ana"].is_active = False
        people["ana"].save()
        with tenant_context(pharma):
            notices.tell([stranger, people["ana"], people["tom"]], "It happened.", "you work here")
            assert set(told()) == {"tom"}
        with tenant_context(digital):
            assert not Notice.objects.exists()

    def test_takes_few_queries_however_many_are_told(self, people, persona, inside, django_assert_num_queries):
        with django_assert_num_queries(2):
            notices.tell(people.values(), "It happened.", "you work here", persona=persona)
        assert Notice.objects.count() == len(people)


def test_content_that_changes_after_approval_is_told_by_the_database(pharma, people, persona, inside):
    bring(pharma, people, persona, "validated")
    with tenant_context(pharma, people["ana"]):
        Persona.objects.filter(pk=persona.pk).update(tagline="Something else")
    assert told() == {"ben": "you validated it", "olga": "you own it"}


class TestComments:
    @pytest.fixture
    def first(self, people, persona, inside) -> Comment:
        return self.write(persona, people["ana"], "Look, @Ben.", section="goals", mentions=[str(people["ben"].pk)])

    def write(self, persona, by, text, **fields) -> Comment:
        return Comment.objects.create(persona=persona, made_by=by, text=text, **fields)

    def test_that_mention_somebody_say_where(self, persona, first):
        notices.told_of_mentions(first)
        (notice,) = Notice.objects.select_related("user")
        assert (notice.user.full_name, notice.reason) == ("Ben", "you are mentioned")
        assert notice.text == "Ana mentioned you, on «Dr Sarah Chen», goals: Look, @Ben."
        assert notice.link == f"/admin/personas/persona/{persona.pk}/goals/"

    def test_lead_to_the_row(self, people, persona, inside):
        row = persona.pk
        comment = self.write(
            persona, people["ana"], "x" * 999, section="goals", row=row, row_title="Cut costs",
            mentions=[str(people["ben"].pk)],
        )  # fmt: skip
        notices.told_of_mentions(comment)
        notice = Notice.objects.get()
        assert notice.link.endswith(f"/goals/#row-{row}")
        assert "«Cut costs»: xxx" in notice.text
        assert len(notice.text) < 400

    def test_nobody_is_told_of_mentioning_themselves(self, people, persona, inside):
        own = self.write(persona, people["ana"], "@Ana", mentions=[str(people["ana"].pk)])
        notices.told_of_mentions(own)
        assert not Notice.objects.exists()

    def test_that_answer_are_told_to_all_who_wrote_before_but_once(self, people, persona, first):
        self.write(persona, people["rita"], "I see.", parent=first)
        self.write(persona, people["ana"], "Good.", parent=first)
        answer = self.write(persona, people["paul"], "Done, @Rita.", parent=first, mentions=[str(people["rita"].pk)])
        notices.told_of_mentions(answer)
        notices.told_of_reply(answer)
        assert told() == {"rita": "you are mentioned", "ana": "you wrote what it answers"}
        assert Notice.objects.count() == 2


class TestSchedules:
    @pytest.mark.parametrize(
        ("state", "said"), [("failed", "failed: Validate it first."), ("cancelled", "was cancelled")]
    )
    def test_that_did_not_happen_are_told_to_who_planned_them(self, people, persona, inside, state, said):
        step = Scheduled.objects.create(
            persona=persona, step="publish", at=datetime(2027, 3, 1, 9, tzinfo=UTC),
            state=state, message="Validate it first." if state == "failed" else None, made_by=people["paul"],
        )  # fmt: skip
        notices.told_of_schedule(step)
        assert told() == {"paul": "you planned it", "olga": "you own it"}
        text = Notice.objects.first().text
        assert text.startswith("The step «publish» of «Dr Sarah Chen», planned for 1 March 2027, 09:00 UTC, ")
        assert said in text

    def test_that_somebody_cancels_are_told_to_the_others(self, people, persona, inside):
        step = Scheduled.objects.create(
            persona=persona, step="archive", at=timezone.now(), state="cancelled", made_by=people["paul"]
        )
        notices.told_of_schedule(step, by=people["olga"])
        assert told() == {"paul": "you planned it"}


class TestOverdueReviews:
    @pytest.fixture
    def late(self, pharma, people, persona, inside) -> EditorialState:
        bring(pharma, people, persona, "pending_review")
        EditorialState.objects.update(due_at=timezone.now() - timedelta(hours=1))
        return state_of(persona)

    def test_are_told_to_the_reviewers_and_to_who_waits(self, late):
        notices.told_of_overdue(late)
        assert told() == {"ben": "you review Medical Affairs", "ana": "you submitted it"}
        assert Notice.objects.count() == 2

    def test_are_told_to_who_took_it_on(self, people, late):
        late.claimed_by = people["rita"]
        notices.told_of_overdue(late)
        assert told() == {"rita": "you took the review on", "ana": "you submitted it"}
