"""What waits for whom: personas in review, by who is to decide; what came back; and who has taken what on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from personas.models import EditorialSettings, EditorialState, Event, Reviewer
from vital.tenancy.context import current_tenant
from vital.tenancy.models import Membership, User
from vital.tenancy.roles import Role, allows

from . import comments
from .workflow import RefusedStepError, four_eyes, locked

VALIDATE = "personas.validate_persona"
DECIDERS = [role for role in Role if allows(role, VALIDATE)]
LONG = 5  # working days
NOBODY = Value(UUID(int=0))


def in_use() -> QuerySet:
    return EditorialState.objects.filter(persona__tenant_id=current_tenant(), persona__deleted_at=None)


def in_review() -> QuerySet:
    """What waits for a decision: what is due first, then what waits longest."""
    waiting = in_use().filter(submitted_at__isnull=False)
    return waiting.order_by(F("due_at").asc(nulls_last=True), "submitted_at", "persona_id")


def reviewers() -> QuerySet:
    """Who reviews a business function, and may still validate."""
    able = Membership.objects.filter(user__is_active=True, role__in=DECIDERS)
    return Reviewer.objects.filter(user__in=able.values("user"))


def is_for(user: User) -> Q:
    """Of what is in review, what this person is to decide on; where nobody else reviews its function, all may."""
    others = reviewers().filter(
        ~Q(user=Coalesce(OuterRef("submitted_by"), NOBODY)), function=OuterRef("persona__function")
    )
    own = reviewers().filter(user=user).values("function")
    alone_allowed = Exists(EditorialSettings.objects.filter(four_eyes=False))
    return (Q(persona__function__in=own) | ~Exists(others)) & (
        Q(alone_allowed) | (~Q(submitted_by=user) & ~Q(changed_by=user))
    )


def mine(user: User) -> QuerySet:
    """What waits for this person's decision."""
    return in_review().filter(is_for(user)) if user.has_perm(VALIDATE) else in_review().none()


def others(user: User) -> QuerySet:
    """What waits for somebody else's."""
    return in_review().filter(~is_for(user)) if user.has_perm(VALIDATE) else in_review()


def sent_back(user: User) -> QuerySet:
    """What this person is to mend, what waits longest first."""
    return in_use().filter(sent_back_to=user).order_by("sent_back_at", "persona_id")


def waiting_for(user: User) -> int:
    return mine(user).order_by().count()


def next_for(user: User, but: UUID | None = None) -> EditorialState | None:
    """What this person would look at next."""
    found = mine(user).select_related("persona")
    return (found.exclude(persona=but) if but else found).first()


@dataclass(frozen=True)
class Line:
    """A persona of the inbox."""

    state: EditorialState
    reason: str  # why it waits for somebody else
    blocking: int  # open comments that keep it from being published
    why: str  # it was sent back, or submitted
    may_claim: bool
    may_set_due: bool

    @property
    def since(self) -> datetime:
        return self.state.submitted_at or self.state.sent_back_at

    @property
    def age(self) -> str:
        return in_words((timezone.localdate() - day(self.since)).days)

    @property
    def waits_long(self) -> bool:
        return working_days(day(self.since), timezone.localdate()) > LONG

    @property
    def due(self) -> str:
        return due_in_words(self.state.due_at)

    @property
    def overdue(self) -> bool:
        return is_overdue(self.state.due_at)


def lines(states: Iterable[EditorialState], user: User) -> list[Line]:
    """These personas as the inbox shows them, in a fixed number of queries."""
    states = list(states)
    ids = [state.persona_id for state in states]
    pending = [state for state in states if state.submitted_at]
    named = named_reviewers(pending) if pending else {}
    forbidden = four_eyes(pending, user) if pending and user.has_perm(VALIDATE) else {}
    blocking, why = comments.blocking(ids), last_reasons(ids)
    return [
        Line(
            state,
            " ".join(forbidden.get(state.persona_id, ())) or who_decides(state, named),
            len(blocking.get(state.persona_id, ())),
            why.get(state.persona_id, ""),
            user.has_perm(VALIDATE) and state.persona_id not in forbidden,
            may_set_due(state, user),
        )
        for state in states
    ]


def line(state: EditorialState, user: User) -> Line:
    """One persona, to those who look at it anyway: why they may not decide, its steps say."""
    decides = user.has_perm(VALIDATE)
    reason = "" if decides or not state.submitted_at else who_decides(state, named_reviewers([state]))
    return Line(state, reason, 0, "", may_claim=decides, may_set_due=may_set_due(state, user))


def named_reviewers(states: Iterable[EditorialState]) -> dict[UUID, list[User]]:
    """Who reviews the functions of some personas."""
    found = defaultdict(list)
    functions = {state.persona.function_id for state in states}
    for one in reviewers().filter(function__in=functions).select_related("user").order_by("user__full_name", "user"):
        found[one.function_id].append(one.user)
    return found


def who_decides(state: EditorialState, named: dict[UUID, list[User]]) -> str:
    people = [str(one) for one in named.get(state.persona.function_id, ()) if one.pk != state.submitted_by_id]
    if not people:
        return "Whoever may validate decides."
    return f"{' or '.join(people)} decides: they review {state.persona.function_name}."


def last_reasons(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What was said last when personas were submitted or sent back."""
    steps = Event.objects.filter(persona__in=list(ids), name__in=("submit", "request_changes"))
    latest = steps.order_by("persona", "-id").distinct("persona")
    return {persona: why or "" for persona, why in latest.values_list("persona", "why")}


def day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def in_words(days: int) -> str:
    return "today" if days <= 0 else "1 day" if days == 1 else f"{days:,} days"


def working_days(since: date, until: date) -> int:
    """The days from Monday to Friday that came after a day, up to another."""
    weeks, rest = divmod(max((until - since).days, 0), 7)
    return 5 * weeks + sum((since.weekday() + 1 + number) % 7 < 5 for number in range(rest))


def is_overdue(due: datetime | None) -> bool:
    return due is not None and due < timezone.now()


def due_in_words(due: datetime | None) -> str:
    if due is None:
        return ""
    days = (day(due) - timezone.localdate()).days
    if days < 0:
        return f"overdue by {in_words(-days)}"
    return "due today" if days == 0 else f"due in {in_words(days)}"


# What people do with it besides deciding


@transaction.atomic
def claim(persona_id: UUID, by: User, instead_of: UUID | None = None) -> EditorialState:
    """Take a review on; one that somebody else has, only from whoever the person was shown."""
    state = waiting(persona_id)
    if not by.has_perm(VALIDATE):
        raise RefusedStepError(["Your role does not let you review personas. Ask a tenant admin for the right."])
    if said := four_eyes([state], by).get(persona_id):
        raise RefusedStepError(said)
    if state.claimed_by_id not in (None, by.pk, instead_of):
        raise RefusedStepError([f"{state.claimed_by} has taken it on. Take it over from there, if they agree."])
    return _set(state, "claim", by, claimed_by=by)


@transaction.atomic
def give_back(persona_id: UUID, by: User) -> EditorialState:
    """Leave a review to others again."""
    state = waiting(persona_id)
    if state.claimed_by_id != by.pk:
        raise RefusedStepError(["You have not taken it on, or somebody has taken it over."])
    return _set(state, "give_back", by, claimed_by=None)


@transaction.atomic
def set_due(persona_id: UUID, by: User, until: date | None) -> EditorialState:
    """Say by the end of which day it is to be reviewed."""
    state = waiting(persona_id)
    if not may_set_due(state, by):
        raise RefusedStepError(["Only who submitted it, or a reviewer, says by when it is to be reviewed."])
    if until and until < timezone.localdate():
        raise RefusedStepError([f"{until:%-d %b %Y} is over. Choose today or a later day."])
    end = timezone.make_aware(datetime.combine(until, time(23, 59, 59))) if until else None
    return _set(state, "set_due", by, due_at=end)


def may_set_due(state: EditorialState, by: User) -> bool:
    return by.has_perm(VALIDATE) or state.submitted_by_id == by.pk


def waiting(persona_id: UUID) -> EditorialState:
    """Its state, which nobody else changes meanwhile."""
    state = locked([persona_id]).get(persona_id)
    if state is None or state.persona.deleted_at or state.submitted_at is None:
        raise RefusedStepError(["It is no longer in review: somebody has decided, or taken it back."])
    return state


def _set(state: EditorialState, name: str, by: User, **columns) -> EditorialState:
    before = {column: getattr(state, column) for column in columns}
    for column, value in columns.items():
        setattr(state, column, value)
    state.save(update_fields=list(columns))
    told = {
        when: {column: None if value is None else str(value) for column, value in values.items()}
        for when, values in (("before", before), ("after", columns))
    }
    Event.objects.create(persona=state.persona_id, about=state.persona.name, name=name, detail=told, made_by=by)
    return state
