"""Who finds what in the inbox of review, in what order; and who takes what on."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from personas.editorial import inbox
from personas.editorial.workflow import RefusedStepError
from personas.models import Comment, EditorialSettings, EditorialState, Event, Persona, Reviewer
from tests.factories import PersonaFactory
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import as_member
from vital.tenancy.roles import Role

ROLES = {
    "ana": Role.ANALYST,
    "olga": Role.ANALYST,
    "ben": Role.REVIEWER,
    "rita": Role.REVIEWER,
    "paul": Role.PUBLISHER,
    "tom": Role.TENANT_ADMIN,
}
EVERYBODY = "ben rita paul tom"

# What a persona is, and whose decision it waits for: who reviews its function, who edited it last, who submitted it,
# whether it needs four eyes.
CASES = [
    # reviewers  edited  submitted  four eyes  mine to review
    ("",         "ana",  "ana",     True,      EVERYBODY),
    ("ben",      "ana",  "ana",     True,      "ben"),
    ("ben rita", "ana",  "ana",     True,      "ben rita"),
    ("",         "ana",  "ben",     True,      "rita paul tom"),
    ("ben",      "ana",  "ben",     True,      "rita paul tom"),  # who alone reviews the function asks the others
    ("ben rita", "ana",  "ben",     True,      "rita"),
    ("ben",      "ana",  "ben",     False,     EVERYBODY),
    ("ben rita", "ana",  "ben",     False,     "ben rita"),
    ("",         "ana",  "ben",     False,     EVERYBODY),
    ("olga",     "ana",  "ana",     True,      EVERYBODY),  # who may not validate is no reviewer
    ("olga ben", "ana",  "ana",     True,      "ben"),
]  # fmt: skip


@pytest.fixture
def people(pharma, join) -> dict:
    made = {
        name: join(pharma, role, email=f"{name}@pharma.example", full_name=name.title()) for name, role in ROLES.items()
    }
    with tenant_context(pharma):
        return {name: as_member(user) for name, user in made.items()}


@pytest.fixture
def submit(pharma, people):
    """Write a persona in somebody's name, and submit it in somebody's: submit("Bo", by="ana")."""

    def make(name="Bo", *, by="ana", edited="ana", function="Medical Affairs", **columns) -> Persona:
        with tenant_context(pharma, people[edited]):
            of = function and Function.objects.get(name=function)
            persona = PersonaFactory(name=name, function=of or None, role=None, department=None)
        with tenant_context(pharma, people[by]):
            Persona.objects.filter(pk=persona.pk).update(validation_status="pending_review")
            EditorialState.objects.filter(persona=persona).update(**columns)
        return persona

    return make


@pytest.fixture
def inside(pharma):
    with tenant_context(pharma):
        yield


def names(states) -> list[str]:
    return [state.persona.name for state in states.select_related("persona")]


@pytest.mark.parametrize(("reviewers", "edited", "submitted", "four_eyes", "expected"), CASES)
def test_a_persona_waits_for(inside, people, submit, reviewers, edited, submitted, four_eyes, expected):
    medical = Function.objects.get(name="Medical Affairs")
    Reviewer.objects.bulk_create(Reviewer(function=medical, user=people[name]) for name in reviewers.split())
    EditorialSettings.objects.create(four_eyes=four_eyes)
    persona = submit(by=submitted, edited=edited)
    mine = {name for name, user in people.items() if inbox.mine(user).filter(persona=persona).exists()}
    assert mine == set(expected.split())
    others = {name for name, user in people.items() if inbox.others(user).filter(persona=persona).exists()}
    assert others == set(people) - mine, "who does not find it among theirs finds it among the others'"
    assert {name for name, user in people.items() if inbox.waiting_for(user)} == mine


def test_a_persona_of_no_function_waits_for_all_who_may_validate(inside, people, submit):
    Reviewer.objects.create(function=Function.objects.get(name="Medical Affairs"), user=people["ben"])
    submit(function="")
    assert {name for name, user in people.items() if inbox.waiting_for(user)} == set(EVERYBODY.split())


def test_who_submitted_may_be_nobody(inside, people, submit):
    Reviewer.objects.create(function=Function.objects.get(name="Medical Affairs"), user=people["ben"])
    submit(submitted_by=None, changed_by=None)
    assert {name for name, user in people.items() if inbox.waiting_for(user)} == {"ben"}


def test_a_platform_administrator_decides_like_any_who_may(inside, people, platform_admin, submit):
    submit("Anybody's")
    Reviewer.objects.create(function=Function.objects.get(name="Sales"), user=people["ben"])
    submit("Ben's", function="Sales")
    assert names(inbox.mine(platform_admin)) == ["Anybody's"]


def test_what_is_due_comes_first_then_what_waits_longest(inside, people, submit):
    now = timezone.now()
    for name, waits, due in (("New", 1, None), ("Old", 9, None), ("Later", 2, 5), ("Sooner", 1, 3), ("Overdue", 1, -2)):
        due = due and now + timedelta(days=due)
        submit(name, submitted_at=now - timedelta(days=waits), due_at=due)
    assert names(inbox.mine(people["ben"])) == ["Overdue", "Sooner", "Later", "Old", "New"]
    first = Persona.objects.get(name="Overdue")
    assert inbox.next_for(people["ben"], first.pk).persona.name == "Sooner"


def test_what_is_decided_or_in_the_trash_waits_for_nobody(inside, people, submit):
    Persona.objects.filter(pk=submit("Decided").pk).update(validation_status="validated")
    Persona.objects.filter(pk=submit("Deleted").pk).update(deleted_at=timezone.now())
    for user in people.values():
        assert names(inbox.mine(user)) == names(inbox.others(user)) == []


def test_what_was_sent_back_waits_for_whoever_submitted_it(pharma, people, submit):
    persona = submit()
    with tenant_context(pharma, people["ben"]):
        Persona.objects.filter(pk=persona.pk).update(validation_status="draft")
        assert names(inbox.sent_back(people["ana"])) == ["Bo"]
        assert names(inbox.sent_back(people["ben"])) == []
    with tenant_context(pharma, people["ana"]):
        Persona.objects.filter(pk=persona.pk).update(validation_status="pending_review")
        assert names(inbox.sent_back(people["ana"])) == []


def test_lines_say_why_it_waits_for_others(inside, people, submit):
    Reviewer.objects.create(function=Function.objects.get(name="Medical Affairs"), user=people["ben"])
    submit("Reviewed")
    submit("Own", by="rita", function="")
    submit("Anybody's", function="")
    lines = {one.state.persona.name: one for one in inbox.lines(inbox.in_review(), people["rita"])}
    assert {name: line.reason for name, line in lines.items()} == {
        "Reviewed": "Ben decides: they review Medical Affairs.",
        "Own": "You submitted it, so somebody else has to validate it.",
        "Anybody's": "Whoever may validate decides.",
    }
    assert {name: line.may_claim for name, line in lines.items()} == {"Reviewed": True, "Own": False, "Anybody's": True}


def test_lines_count_what_blocks(inside, people, submit):
    persona = submit()
    for blocks, resolved in ((True, None), (True, timezone.now()), (False, None)):
        Comment.objects.create(persona=persona, text="Hm.", blocks=blocks, resolved_at=resolved)
    (line,) = inbox.lines(inbox.in_review(), people["ben"])
    assert line.blocking == 1


def test_lines_take_as_many_queries_however_many_they_are(
    inside, people, submit, django_assert_num_queries, django_assert_max_num_queries
):
    submit()
    with django_assert_max_num_queries(8) as asked:
        inbox.lines(inbox.in_review().select_related("persona"), people["ben"])
    for _ in range(5):
        submit()
    with django_assert_num_queries(len(asked)):
        assert len(inbox.lines(inbox.in_review().select_related("persona"), people["ben"])) == 6


def test_the_number_beside_the_entry_is_one_query(inside, people, submit, django_assert_num_queries):
    submit()
    with django_assert_num_queries(1):
        assert inbox.waiting_for(people["ben"]) == 1
    with django_assert_num_queries(0):
        assert inbox.waiting_for(people["ana"]) == 0


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), 0),
        (date(2026, 11, 16), date(2026, 11, 20), 4),  # Monday to Friday
        (date(2026, 11, 16), date(2026, 11, 22), 4),  # to Sunday
        (date(2026, 11, 16), date(2026, 11, 23), 5),  # to Monday
        (date(2026, 11, 21), date(2026, 11, 23), 1),  # Saturday to Monday
        (date(2026, 11, 20), date(2026, 12, 21), 21),
        (date(2026, 11, 20), date(2026, 11, 16), 0),
    ],
)
def test_working_days_are_counted(since, until, days):
    assert inbox.working_days(since, until) == days


def test_age_and_due_date_are_said_in_words(inside, people, submit):
    now = timezone.now()
    said = {}
    for name, waits, due in (("A", 0, 0), ("B", 1, 1), ("C", 12, -1), ("D", 3, None)):
        due = None if due is None else timezone.localtime().replace(hour=23, minute=59) + timedelta(days=due)
        submit(name, submitted_at=now - timedelta(days=waits), due_at=due)
    for line in inbox.lines(inbox.in_review(), people["ben"]):
        said[line.state.persona.name] = (line.age, line.waits_long, line.due, line.overdue)
    assert said == {
        "A": ("today", False, "due today", False),
        "B": ("1 day", False, "due in 1 day", False),
        "C": ("12 days", True, "overdue by 1 day", True),
        "D": ("3 days", False, "", False),
    }


class TestTakingOn:
    def test_is_written_down(self, inside, people, submit):
        persona = submit()
        assert inbox.claim(persona.pk, people["ben"]).claimed_by == people["ben"]
        assert inbox.give_back(persona.pk, people["ben"]).claimed_by is None
        told = Event.objects.filter(persona=persona.pk, name__in=("claim", "give_back")).order_by("id")
        assert [(one.name, one.made_by.full_name) for one in told] == [("claim", "Ben"), ("give_back", "Ben")]

    def test_by_two_is_refused_for_the_second_unless_it_is_taken_over(self, inside, people, submit):
        persona = submit()
        inbox.claim(persona.pk, people["ben"])
        with pytest.raises(RefusedStepError, match="Ben has taken it on"):
            inbox.claim(persona.pk, people["rita"])
        with pytest.raises(RefusedStepError, match="Ben has taken it on"):
            inbox.claim(persona.pk, people["rita"], instead_of=people["tom"].pk)
        assert inbox.claim(persona.pk, people["rita"], instead_of=people["ben"].pk).claimed_by == people["rita"]
        with pytest.raises(RefusedStepError, match="taken it over"):
            inbox.give_back(persona.pk, people["ben"])

    def test_is_for_those_who_could_decide(self, inside, people, submit):
        persona = submit(by="ben")
        with pytest.raises(RefusedStepError, match="Your role does not let you review"):
            inbox.claim(persona.pk, people["olga"])
        with pytest.raises(RefusedStepError, match="You submitted it"):
            inbox.claim(persona.pk, people["ben"])

    def test_ends_with_the_review(self, inside, people, submit):
        persona = submit()
        inbox.claim(persona.pk, people["ben"])
        Persona.objects.filter(pk=persona.pk).update(validation_status="draft")
        assert EditorialState.objects.get(persona=persona).claimed_by is None
        for act in (inbox.claim, inbox.give_back):
            with pytest.raises(RefusedStepError, match="no longer in review"):
                act(persona.pk, people["ben"])


class TestDueDate:
    def test_lasts_to_the_end_of_the_day(self, inside, people, submit):
        today = timezone.localdate()
        state = inbox.set_due(submit().pk, people["ana"], today)
        assert inbox.due_in_words(state.due_at) == "due today"
        assert not inbox.is_overdue(state.due_at)
        event = Event.objects.get(name="set_due")
        assert event.detail == {"before": {"due_at": None}, "after": {"due_at": str(state.due_at)}}
        assert inbox.set_due(state.persona_id, people["ben"], None).due_at is None

    def test_is_set_by_who_submitted_or_reviews(self, inside, people, submit):
        with pytest.raises(RefusedStepError, match="Only who submitted it, or a reviewer"):
            inbox.set_due(submit().pk, people["olga"], timezone.localdate())

    def test_is_not_in_the_past(self, inside, people, submit):
        with pytest.raises(RefusedStepError, match="1 Nov 2026 is over"):
            inbox.set_due(submit().pk, people["ana"], date(2026, 11, 1))


def test_nothing_of_another_tenant(digital, people, submit):
    persona = submit()
    with tenant_context(digital):
        assert names(inbox.in_review()) == []
        with pytest.raises(RefusedStepError, match="no longer in review"):
            inbox.claim(persona.pk, people["ben"])
