"""What was done, in words: one table for the history of a persona and for the audit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from personas.editorial.workflow import BY_NAME
from personas.enums import Status
from personas.models import Event, Revision
from personas.models.scales import label

from .editor.places import PLACES

STEPS = {name: step.done for name, step in BY_NAME.items()}
KINDS = {str(kind.value): str(kind.label) for kind in Revision.Kind if kind != Revision.Kind.TRANSITION}
TOLD_BY_REVISIONS = [*STEPS, *KINDS]
DONE = KINDS | STEPS | {
    "restore": "Restored from a revision, or taken out of the archive",
    "return": "Returned to draft, since its content changed",
    "purge": "Deleted for good",
    "comment": "Commented",
    "resolve": "Resolved a comment",
    "reopen": "Reopened a comment",
    "block": "Made a comment block publishing",
    "unblock": "Let a comment no longer block publishing",
    "claim": "Took on the review",
    "give_back": "Gave the review back",
    "set_due": "Set the day by which to review",
    "due": "Set the day by which to review",
    "overdue": "Review is overdue",
    "plan": "Planned a step",
    "cancel_plan": "Cancelled a planned step",
    "plan_failed": "Planned step failed",
    "add_release": "Began a release",
    "change_release": "Renamed a release",
    "delete_release": "Deleted a release",
    "publish_release": "Published a release",
    "take_back_release": "Took a release back",
    "add_to_release": "Added to a release",
    "remove_from_release": "Removed from a release",
    "take_back": "Went back to what was live before",
    "make_live": "Became what services read",
    "withdraw": "Was taken away from services",
    "share": "Shared it by a link",
    "revoke_share": "Revoked a shared link",
    "hand_over": "Handed over",
    "set_settings": "Changed how we review",
    "set_four_eyes": "Switched four eyes",
    "add_reviewer": "Named a reviewer",
    "remove_reviewer": "Took a reviewer away",
    "set_rule": "Set a rule of quality",
    "set_webhook": "Set the webhook",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """An event as people read it."""

    event: Event
    there: bool = True  # whether its persona still is

    @property
    def done(self) -> str:
        event = self.event
        if event.name == Revision.Kind.RESTORE:
            return STEPS[event.name] if event.before != event.after else KINDS[event.name]
        return DONE.get(event.name, label(event.name))

    @property
    def moved(self) -> tuple[str, str] | None:
        """Where the persona stood before and afterwards, where that is not the same."""
        event = self.event
        return (stands(event.before), stands(event.after)) if event.before != event.after else None

    @property
    def on(self) -> str:
        """What in the persona it is about: `Goals, «Sleep better»`."""
        detail = self.event.detail
        place = PLACES.get(str(detail.get("section")))
        title = f"«{detail['row_title']}»" if detail.get("row_title") else ""
        return ", ".join(filter(None, (place.title if place else "", title)))

    @property
    def more(self) -> list[tuple[str, str]]:
        """What else was kept of it, in words; ids say nothing to people."""
        detail = self.event.detail
        return [
            (label(name), said)
            for name, value in detail.items()
            if name not in ("section", "row", "row_title", "comment", "release", "answers") and (said := plainly(value))
        ]

    @property
    def address(self) -> str:
        """The page of the persona, while there is one."""
        if not (self.event.persona and self.there):
            return ""
        return reverse("admin:personas_persona_change", args=[self.event.persona])

    @property
    def compared(self) -> str:
        if not (self.address and self.event.revision):
            return ""
        return f"{reverse('admin:personas_persona_compare', args=[self.event.persona])}?to={self.event.revision}"


def stands(status: str | None) -> str:
    return str(Status(status).label) if status in Status.values else status or ""


def plainly(value: Any) -> str:
    """What stands in the detail of an event, for people: days as days, lists with commas."""
    match value:
        case None | "" | False | [] | {}:
            return ""
        case True:
            return "yes"
        case dict():
            return ", ".join(f"{label(name).lower()}: {said}" for name, one in value.items() if (said := plainly(one)))
        case list():
            return ", ".join(map(plainly, value))
    moment: datetime | None = parse_datetime(value) if isinstance(value, str) and value[4:5] == "-" else None
    return date_format(localtime(moment), "j M Y, H:i") if moment and moment.tzinfo else str(value)
