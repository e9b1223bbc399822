"""Steps that are taken later: planned by people, taken by the worker in their name, caught up where it was away."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localtime, now

from personas.enums import Status
from personas.models import EditorialState, Event, Persona, Scheduled
from vital.tenancy.context import tenant_context
from vital.tenancy.models import User, as_member

from . import notices, releases
from .workflow import BY_NAME, RefusedStepError, locked, perform

logger = logging.getLogger(__name__)
STEPS = ("publish", "archive")
AHEAD = timedelta(days=2 * 366)
LATE = timedelta(minutes=5)  # the worker comes each minute; what it does later than this, it was away for
BEING_DONE = "It is done by now, or being done at this moment. Reload the page."
State = Scheduled.State


def plan_step(persona_id: UUID, name: str, at: datetime, by: User, why: str = "") -> Scheduled:
    """Have a step taken at a time; where one of the kind waits already, it is moved there."""
    with transaction.atomic():
        state = locked([persona_id]).get(persona_id)
        if state is None:
            raise RefusedStepError(["There is no such persona here any more."])
        reasons = [] if name in STEPS else ["Plan to publish or to archive; other steps are taken at once."]
        if state.persona.deleted_at:
            reasons.append("It is in the trash. Restore it there first.")
        refuse(reasons + wrong(name, at, by))
        return put(Scheduled(persona=state.persona, step=name), at, by, why)


def plan_release(release_id: UUID, at: datetime, by: User, why: str = "") -> Scheduled:
    """Have a release published at a time; where it is planned already, it is moved there."""
    with transaction.atomic():
        release = releases.opened(release_id, by)
        refuse(wrong("publish", at, by))
        return put(Scheduled(release=release, step="publish"), at, by, why)


def wrong(name: str, at: datetime, by: User) -> list[str]:
    step, reasons = BY_NAME.get(name), []
    if step and not by.has_perm(step.permission):
        reasons.append(f"Your role does not let you do this ({step.title}). Ask a tenant admin for the right.")
    if at <= now():
        reasons.append(f"{told(at)} has gone by. Choose a time to come, such as {told(now() + timedelta(days=1))}.")
    elif at > now() + AHEAD:
        reasons.append(f"{told(at)} is too far away. Choose a time within two years.")
    return reasons


def refuse(reasons: list[str]) -> None:
    if reasons:
        raise RefusedStepError(reasons)


def put(wanted: Scheduled, at: datetime, by: User, why: str) -> Scheduled:
    """Write a plan, in place of the one of its kind that waits. The persona, or the release, is locked by now."""
    same = Scheduled.objects.filter(
        persona=wanted.persona_id, release=wanted.release_id, step=wanted.step, state=State.WAITING
    )
    # Never waits for the worker, who holds the plan and may wait for the persona.
    found = same.select_for_update(skip_locked=True).first()
    if found is None and same.exists():
        raise RefusedStepError([BEING_DONE])
    moved = {"before": found.at.isoformat()} if found else {}
    plan = found or wanted
    plan.at, plan.why, plan.made_by, plan.made_at = at, why.strip() or None, by, now()
    plan.save()
    note(plan, "plan", by, plan.why, **moved)
    return plan


def note(plan: Scheduled, name: str, by: User | None, why: str | None = None, **detail) -> None:
    detail = {"step": plan.step, "at": plan.at.isoformat()} | detail
    if plan.release_id:
        detail["release"] = str(plan.release_id)
    Event.objects.create(
        persona=plan.persona_id, about=str(plan.persona or plan.release), name=name, why=why, made_by=by,
        detail=detail,
    )  # fmt: skip


def cancel(plan_id: UUID, by: User) -> Scheduled:
    """Take back a plan whose time has not come."""
    with transaction.atomic():
        waiting = Scheduled.objects.filter(pk=plan_id, state=State.WAITING)
        plan = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("persona", "release").first()
        if plan is None:
            raise RefusedStepError([BEING_DONE])
        if not by.has_perm(BY_NAME[plan.step].permission):
            raise RefusedStepError(["Your role does not let you do this. Ask a tenant admin for the right."])
        end(plan, State.CANCELLED, f"{by} cancelled it.")
        note(plan, "cancel_plan", by)
        notices.told_of_schedule(plan, by)
    return plan


def end(plan: Scheduled, state: str, message: str | None) -> None:
    plan.state, plan.message, plan.done_at = state, message, now()
    plan.save(update_fields=["state", "message", "done_at"])


# What the worker does


def run_due(tenant) -> None:
    """Take the steps whose time has come, be it long ago; each in a transaction of its own."""
    waiting = Scheduled.objects.filter(state=State.WAITING)
    with tenant_context(tenant):
        due = list(waiting.filter(at__lte=now()).values_list("pk", "made_by", "at"))
    for pk, user, at in due:
        try:
            with tenant_context(tenant, user):
                # Somebody may have moved it since, or another worker be at it.
                found = Scheduled.objects.filter(pk=pk, state=State.WAITING, made_by=user, at=at)
                found = found.select_related("persona", "release").select_for_update(skip_locked=True, of=("self",))
                if plan := found.first():
                    run(plan)
        except OperationalError as error:  # somebody holds the persona; it is tried again in a minute
            logger.warning("A planned step waits for the next minute: %s", error)


def run(plan: Scheduled) -> None:
    """Take a planned step in the name of whoever planned it, or keep why not."""
    try:
        with transaction.atomic():
            by = as_member(plan.made_by_id)
            comment = f"planned for {told(plan.at)}" + (f": {plan.why}" if plan.why else "")
            if plan.release_id:
                releases.publish(plan.release_id, by, comment)
            else:
                perform(plan.persona_id, plan.step, by, comment)
    except RefusedStepError as error:
        since = returned([plan.persona_id]) if plan.persona_id else {}
        fail(plan, " ".join([*since.values(), *error.reasons]))
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("A planned step failed.")
        fail(plan, f"Something went wrong that should not have ({type(error).__name__}). Nothing was done. "
                   "Plan it again; if it stays, tell your administrator.")  # fmt: skip
    else:
        end(plan, State.DONE, None)


def fail(plan: Scheduled, message: str) -> None:
    end(plan, State.FAILED, message)
    note(plan, "plan_failed", None, message)
    notices.told_of_schedule(plan)


def returned(personas: Iterable[UUID]) -> dict[UUID, str]:
    """Of some personas, those that are a draft again, and since when."""
    drafts = Persona.objects.filter(pk__in=list(personas), validation_status=Status.DRAFT).values("pk")
    moved = Event.objects.filter(persona__in=drafts, name__in=SINCE).select_related("made_by")
    latest = moved.order_by("persona", "-id").distinct("persona")
    return {
        event.persona: f"It is a draft again, since {SINCE[event.name]} on {told(event.made_at)}." for event in latest
    }


SINCE = {
    "return": "its content was changed",
    "request_changes": "it was sent back",
    "revise": "it was opened for revision",
    "restore": "it was taken out of the archive",
}


# What people see


def told(at: datetime) -> str:
    return f"{localtime(at):%-d %B %Y, %H:%M %Z}"


def outcome(plan: Scheduled) -> str:
    """`planned for 3 May 2027, 09:00 UTC, done at 11:12`, where that was late."""
    if plan.done_at is None or plan.state not in (State.DONE, State.FAILED):
        return ""
    done, at = localtime(plan.done_at), localtime(plan.at)
    if done - at < LATE:
        return ""
    when = f"{done:%H:%M}" if done.date() == at.date() else told(done)
    return f"Late: planned for {told(at)}, {'done' if plan.state == State.DONE else 'tried'} at {when}."


def missed(plan: Scheduled) -> bool:
    """Whether its time has come and the worker has not."""
    return plan.state == State.WAITING and plan.at < now() - LATE


def prospects(plans: Iterable[Scheduled]) -> dict[UUID, list[str]]:
    """Why those that wait for their time would fail as things stand, in two queries; `persona` is to be read."""
    waiting = [plan for plan in plans if plan.state == State.WAITING and plan.persona_id]
    wanting = [plan for plan in waiting if plan.persona.validation_status not in BY_NAME[plan.step].before]
    since = returned({plan.persona_id for plan in wanting})
    found = {plan.pk: ["It is in the trash: this fails unless it is restored."] for plan in waiting
             if plan.persona.deleted_at}  # fmt: skip
    for plan in wanting:
        needed = " or ".join(Status(status).label.lower() for status in BY_NAME[plan.step].before)
        stands = since.get(plan.persona_id) or f"It stands as «{plan.persona.get_validation_status_display()}»."
        found.setdefault(plan.pk, []).append(f"{stands} This fails unless it is {needed} by then.")
    return found


# Reviews that are wanted by a day


def tell_overdue(tenant) -> None:
    """Tell of reviews that were not done in time; of each once, until another day is set."""
    told_already = Event.objects.filter(persona=OuterRef("persona"), name="overdue", made_at__gte=OuterRef("due_at"))
    with tenant_context(tenant):
        late = EditorialState.objects.filter(
            ~Exists(told_already), submitted_at__isnull=False, due_at__lt=now(), persona__deleted_at=None
        )
        for state in late.select_related("persona").select_for_update(skip_locked=True, of=("self",)):
            Event.objects.create(persona=state.persona_id, about=state.persona.name, name="overdue",
                                 detail={"at": state.due_at.isoformat()})  # fmt: skip
            notices.told_of_overdue(state)
