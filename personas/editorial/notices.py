"""Who is told what, and why: a notice for each person whom it concerns, but for whoever did it."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime

from personas.documents.shape import SHAPES
from personas.models import Comment, EditorialState, Event, Notice, Reviewer, Scheduled
from vital.tenancy.models import Membership
from vital.tenancy.roles import Role, allows

QUOTED = 300  # letters of a comment
SOMEBODY = "Somebody"  # outside of VITAL Personas, where no person is known

# What was done to a persona, by the step.
SAID = {
    "submit": "submitted {} for review",
    "request_changes": "sent {} back",
    "validate": "validated {}",
    "publish": "published {}",
    "revise": "took {} back to draft, to revise it",
    "archive": "archived {}",
    "restore": "restored {} as a draft",
}
OWNER, SUBMITTER, VALIDATOR = "you own it", "you submitted it", "you validated it"


def tell(users: Iterable, text: str, reason: str, *, by=None, persona=None, link: str = "") -> None:
    """A notice for each of these people, or ids, who works in this tenant; never for `by`, who did it."""
    write([draft(user, text, reason, persona, link) for user in users], by)


def draft(user, text: str, reason: str, persona=None, link: str = "") -> Notice:
    return Notice(user_id=key(user), text=text, reason=reason, persona_id=key(persona), link=link)


def write(drafts: list[Notice], by=None) -> None:
    """Write the notices: of several for one person about one thing the first, which has the weightiest reason."""
    wanted: dict[tuple, Notice] = {}
    for one in drafts:
        wanted.setdefault((one.user_id, one.persona_id, one.text), one)
    here = set(members().filter(user__in={user for user, *_ in wanted}).values_list("user", flat=True)) - {key(by)}
    Notice.objects.bulk_create([one for one in wanted.values() if one.user_id in here])


def told_of_step(state: EditorialState, step: str, by, why: str | None = None) -> None:
    """Somebody took a step of review."""
    persona = state.persona
    text = f"{by or SOMEBODY} {SAID[step].format(f'«{persona}»')}"
    text += f": {why}" if why else "."
    if step == "submit":
        reasons = reviewers(persona, key(by))
    else:
        before = last_steps([persona.pk])
        reasons = [(before.get((persona.pk, "submit")), SUBMITTER), (state.owner_id, OWNER)]
        if step == "publish":
            reasons.append((before.get((persona.pk, "validate")), VALIDATOR))
    write([draft(user, text, reason, persona, page(persona.pk)) for user, reason in reasons], by)


def told_of_mentions(comment: Comment) -> None:
    """A comment names people."""
    text = f"{comment.made_by or SOMEBODY} mentioned you, {quoted(comment)}"
    tell(
        mentioned(comment), text, "you are mentioned", by=comment.made_by, persona=comment.persona, link=place(comment)
    )


def told_of_reply(comment: Comment) -> None:
    """A comment answers another; whoever it names is told of that already."""
    thread = Comment.objects.filter(Q(pk=comment.parent_id) | Q(parent=comment.parent_id)).exclude(pk=comment.pk)
    text = f"{comment.made_by or SOMEBODY} answered, {quoted(comment)}"
    drafts = [
        draft(user, text, "you wrote what it answers" if parent is None else "you answered too", comment.persona,
              place(comment))
        for user, parent in thread.order_by("id").values_list("made_by", "parent")
        if user not in mentioned(comment)
    ]  # fmt: skip
    # Who began comes first, wherever in the order of ids.
    write(sorted(drafts, key=lambda one: one.reason == "you answered too"), comment.made_by)


def told_of_schedule(scheduled: Scheduled, by=None) -> None:
    """A step that was planned failed, or was cancelled."""
    persona, release = scheduled.persona, scheduled.release
    what = f"«{persona}»" if persona else f"the release «{release}»"
    when = f"{localtime(scheduled.at):%-d %B %Y, %H:%M %Z}"
    failed = scheduled.state == Scheduled.State.FAILED
    text = f"The step «{scheduled.step}» of {what}, planned for {when}, "
    text += "failed" if failed else "was cancelled"
    text += f": {scheduled.message}" if scheduled.message else "."
    reasons = [(scheduled.made_by_id, "you planned it")]
    if persona:
        owners = EditorialState.objects.filter(persona=persona).values_list("owner", flat=True)
        reasons += [(owner, OWNER) for owner in owners]
    write([draft(user, text, reason, persona, page(key(persona))) for user, reason in reasons], by)


def told_of_overdue(state: EditorialState) -> None:
    """A review was not done in time."""
    persona = state.persona
    text = f"The review of «{persona}» was due on {localtime(state.due_at):%-d %B %Y, %H:%M %Z} and is not done yet."
    reasons = [(state.claimed_by_id, "you took the review on")] if state.claimed_by_id else reviewers(persona, None)
    reasons.append((state.submitted_by_id, SUBMITTER))
    write([draft(user, text, reason, persona, page(persona.pk)) for user, reason in reasons])


# Whom


def key(row) -> UUID | None:
    return getattr(row, "pk", row)


def members():
    """Those who work in this tenant and may log in."""
    return Membership.objects.filter(user__is_active=True)


def administrators() -> list[UUID]:
    return list(members().filter(role=Role.TENANT_ADMIN).values_list("user", flat=True))


def reviewers(persona, submitter: UUID | None) -> list[tuple[UUID, str]]:
    """Those who review its business function; where nobody else does, all who may validate."""
    may = [
        user
        for user, role in members().exclude(user=submitter).values_list("user", "role")
        if allows(role, "personas.validate_persona")
    ]
    named = Reviewer.objects.filter(function=persona.function_id, user__in=may).select_related("function")
    if reasons := [(one.user_id, f"you review {one.function.name}") for one in named]:
        return reasons
    return [(user, "you may validate personas") for user in may]


def last_steps(persona_ids: Iterable[UUID]) -> dict[tuple[UUID, str], UUID]:
    """Who last submitted each persona, and who validated it: the record knows when the state has forgotten."""
    steps = Event.objects.filter(persona__in=persona_ids, name__in=("submit", "validate"))
    latest = steps.order_by("persona", "name", "-made_at", "-id").distinct("persona", "name")
    return {(persona, name): user for persona, name, user in latest.values_list("persona", "name", "made_by")}


def mentioned(comment: Comment) -> list[UUID]:
    return [UUID(str(one)) for one in comment.mentions]


# Where


def page(persona: UUID | None) -> str:
    return reverse("admin:personas_persona_change", args=[persona]) if persona else ""


def place(comment: Comment) -> str:
    """The page of the section that a comment is about, at the row."""
    if comment.section not in SHAPES:
        return page(comment.persona_id)
    address = reverse("admin:personas_persona_section", args=[comment.persona_id, comment.section])
    return f"{address}#row-{comment.row}" if comment.row else address


def quoted(comment: Comment) -> str:
    about = f"on «{comment.persona}»"
    if comment.section in SHAPES:
        about += f", {SHAPES[comment.section].model._meta.verbose_name_plural}"
    if comment.row_title:
        about += f", «{comment.row_title}»"
    return f"{about}: {Truncator(comment.text).chars(QUOTED)}"
