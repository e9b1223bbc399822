"""The steps of review: one table, and the one door through which people take them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from personas.documents.because import because
from personas.enums import Status
from personas.models import EditorialSettings, EditorialState, Persona, Revision
from vital.tenancy.models import User

from . import comments, notices, quality, webhooks
from .comments import LONGEST
from .publishing import live


@dataclass(frozen=True)
class Transition:
    """A step from one state to another: who may take it, and what people read about it."""

    name: str
    title: str
    done: str
    before: tuple[Status, ...]
    after: Status
    right: str
    help: str
    reasoned: bool = False  # it is taken only with a reason

    @property
    def permission(self) -> str:
        return f"personas.{self.right}_persona"


DRAFT, PENDING, VALIDATED, PUBLISHED, ARCHIVED = Status
TRANSITIONS = (
    Transition(
        "submit", "Submit for review", "Submitted for review", (DRAFT,), PENDING, "submit",
        "Asks the reviewers of its business function to look at it. It can still be edited.",
    ),
    Transition(
        "validate", "Validate", "Validated", (PENDING,), VALIDATED, "validate",
        "Says that what stands here is right. If anything is changed afterwards, it is a draft again.",
    ),
    Transition(
        "request_changes", "Send back", "Sent back", (PENDING, VALIDATED), DRAFT, "validate",
        "Returns it to whoever submitted it, with your reason.", reasoned=True,
    ),
    Transition(
        "publish", "Publish", "Published", (VALIDATED,), PUBLISHED, "publish",
        "Makes it what services read, in place of the version that they read now.",
    ),
    Transition(
        "revise", "Revise", "Opened for revision", (PUBLISHED,), DRAFT, "submit",
        "Begins the next version. Services go on reading the published one.",
    ),
    Transition(
        "archive", "Archive", "Archived", (DRAFT, VALIDATED, PUBLISHED), ARCHIVED, "publish",
        "Puts it out of use. Services can read it no longer.",
    ),
    Transition(
        "restore", "Take out of the archive", "Taken out of the archive", (ARCHIVED,), DRAFT, "publish",
        "Makes it a draft again, to be reviewed before it is published.",
    ),
)  # fmt: skip
BY_NAME = {transition.name: transition for transition in TRANSITIONS}


class RefusedStepError(Exception):
    """A step that is not taken, with all that stands against it."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def perform(persona_id: UUID, name: str, by: User, comment: str = "", *, seen: int | None = None) -> EditorialState:
    """Take a step: checked, stamped, told and kept in one transaction; `seen` is the version that was looked at."""
    transition = BY_NAME[name]
    with transaction.atomic():
        state = locked([persona_id]).get(persona_id)
        if state is None:
            raise RefusedStepError(["There is no such persona here any more."])
        reasons = hindrances([state], transition, by)[persona_id]
        if seen is not None and seen != state.version:
            reasons.insert(0, "It was changed since you opened this page. Look at what changed, then decide.")
        if len(comment) > LONGEST:
            reasons.append(f"A comment has at most {LONGEST:,} characters, and this one has {len(comment):,}.")
        if transition.reasoned and not comment.strip():
            reasons.append("Say why: whoever gets it back needs to know what to mend.")
        if reasons:
            raise RefusedStepError(reasons)
        with because(Revision.Kind.TRANSITION, comment.strip()):
            Persona.objects.filter(pk=persona_id).update(validation_status=transition.after)
        state.refresh_from_db()
        state.persona.refresh_from_db()
        notices.told_of_step(state, name, by, comment.strip())
        if name in ("publish", "archive"):
            webhooks.soon(state.tenant_id)
    return state


def locked(ids: Iterable[UUID]) -> dict[UUID, EditorialState]:
    """The states of some personas, which nobody else can change until the transaction ends."""
    states = EditorialState.objects.filter(persona_id__in=list(ids)).order_by("persona_id")
    # In two statements: after waiting for a lock, the first would join the persona as it was before it waited.
    list(states.select_for_update().values_list("pk"))
    return {state.persona_id: state for state in states.select_related("persona")}


def possible(state: EditorialState, by: User) -> list[Transition]:
    """The steps that lead on from here and that this person has the right to take."""
    status = state.persona.validation_status
    return [one for one in TRANSITIONS if status in one.before and by.has_perm(one.permission)]


def hindrances(states: list[EditorialState], transition: Transition, by: User) -> dict[UUID, list[str]]:
    """What stands against a step, persona by persona, in a fixed number of queries."""
    found = {state.persona_id: [] for state in states}
    for state in states:
        said = wrong_place(state, transition, by)
        if said:
            found[state.persona_id].append(said)
    open_ones = [state for state in states if not found[state.persona_id]]
    for gate in GATES.get(transition.name, ()):
        for persona_id, said in gate(open_ones, by).items():
            found[persona_id] += said
    if rules := RULED.get(transition.name):
        for persona_id, assessment in quality.look([state.persona_id for state in open_ones]).items():
            found[persona_id] += [finding.said for finding in assessment.blocking(rules)]
    return found


def wrong_place(state: EditorialState, transition: Transition, by: User) -> str:
    persona = state.persona
    if not by.has_perm(transition.permission):
        return f"Your role does not let you do this ({transition.title}). Ask a tenant admin for the right."
    if persona.deleted_at:
        return "It is in the trash. Restore it there first."
    if persona.validation_status not in transition.before:
        stands = Status(persona.validation_status).label.lower()
        return f"It stands as «{stands}», and «{transition.title}» does not lead on from there."
    return ""


Reasons = dict[UUID, list[str]]


def four_eyes(states: list[EditorialState], by: User) -> Reasons:
    """Who submitted a persona, or edited it last, does not validate it; unless the tenant has decided otherwise."""
    if not EditorialSettings.of_tenant().four_eyes:
        return {}
    said = {
        "submitted": "You submitted it, so somebody else has to validate it.",
        "edited": "You edited it last, so somebody else has to validate it.",
    }
    return {
        state.persona_id: [said["submitted" if state.submitted_by_id == by.pk else "edited"]]
        for state in states
        if by.pk in (state.submitted_by_id, state.changed_by_id)
    }


def settled(states: list[EditorialState], by: User) -> Reasons:
    """Comments that block publishing, and are not resolved."""
    blocking = comments.blocking([state.persona_id for state in states])
    return {
        persona_id: [f"A comment is to be resolved first: «{comment.text[:80]}»" for comment in several]
        for persona_id, several in blocking.items()
    }


def free_slug(states: list[EditorialState], by: User) -> Reasons:
    """Consumers know one persona by a slug."""
    mine = {state.persona.slug: state.persona_id for state in states}
    with live():
        taken = list(Persona.objects.filter(slug__in=mine).values_list("slug", "pk"))
    return {
        mine[slug]: [f"Services read another persona as «{slug}». Publish, or archive, that one first."]
        for slug, other in taken
        if other != mine[slug]
    }


GATES = {
    "validate": (four_eyes,),
    "publish": (settled, free_slug),
    "publish_together": (settled,),  # of a release, one may get the slug that another gives up
}
# Steps that wait for the rules of quality: for those that block submitting, or those that block publishing, too.
RULED = {"submit": "submit", "validate": "submit", "publish": "publish", "publish_together": "publish"}
