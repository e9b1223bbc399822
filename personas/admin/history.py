"""The history of a persona: its revisions, what differs between any two, and the way back to one."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import OperationalError, transaction
from django.db.models import Q
from django.shortcuts import redirect
from django.urls import re_path, reverse
from django.utils.html import format_html

from personas.documents.apply import RefusedError
from personas.documents.changes import RowChange
from personas.documents.shape import BY_WORD, PERSONA
from personas.editorial.revisions import NotKeptError, WayBack, differing, restore, way_back
from personas.enums import Status
from personas.models import EditorialState, Event, Revision

from .differences import Changed, Differences, differences, shown
from .editor.pages import UUID as ID
from .editor.places import PLACES, Place
from .editor.saving import missing_rights
from .events import TOLD_BY_REVISIONS, Told, stands
from .numbers import number

__all__ = ["Changed", "Differences", "History", "differences"]

SIZE = 50  # revisions of a page
NAMED = 3  # sections that a revision names
EVENTS = 200  # of a page, at most; all of them are in the audit
BUSY = "Somebody else is saving into this persona. Nothing was restored: wait a few seconds, then try again."
WHAT_FOLLOWS = {
    Status.DRAFT: "The persona is a draft and stays one.",
    Status.PENDING_REVIEW: "The persona waits for review and goes on waiting; reviewers see what you restore.",
    Status.VALIDATED: "The persona is validated; it becomes a draft, to be reviewed again.",
    Status.PUBLISHED: "The persona is published; it becomes a draft, to be reviewed again.",
    Status.ARCHIVED: "The persona is archived and stays so.",
}


@dataclass(frozen=True)
class Kept:
    """A revision in the history."""

    revision: Revision
    changed: list[str]  # the sections that are not as the revision before has them
    live: bool

    @property
    def status(self) -> str:
        return stands(self.revision.status)

    @property
    def in_words(self) -> str:
        """`Goals, Tools used, Quotes and 2 more`."""
        named, more = self.changed[:NAMED], len(self.changed) - NAMED
        return ", ".join(named) + (f" and {more} more" if more > 0 else "")


class History:
    """The part of the personas' admin that looks back, and goes back."""

    def get_urls(self):
        def at(route, view, name):
            return re_path(route, self.admin_site.admin_view(view), name=f"personas_persona_{name}")

        return [
            at(rf"^{ID}/history/$", self.history_of, "history"),
            at(rf"^{ID}/compare/$", self.compare_view, "compare"),
            at(rf"^{ID}/restore/$", self.restore_view, "restore"),
            *super().get_urls(),
        ]

    def history_of(self, request, pk):
        state = self.find(request, pk)
        before = number(request.GET.get("before"))
        revisions = of(state)
        found = list((revisions.filter(number__lt=before) if before else revisions)[: SIZE + 1])
        listed, older = found[:SIZE], found[SIZE:]
        default = default_pair(state)
        numbers = [revision.number for revision in listed]
        marked = [one and one.number for one in default]
        if not set(marked) <= set(numbers):
            marked = (numbers[1:2] or numbers[:1] or [None]) + (numbers[:1] or [None])
        return self.page(
            request, state, "../history/history.html", title=f"History: {state.persona}",
            entries=list(woven(state, listed, older, revisions.filter(number=before).first() if before else None)),
            older=older and listed[-1].number, first_page=not before, marked=marked, default=default,
            may_compare=len(listed) > 1,
        )  # fmt: skip

    def compare_view(self, request, pk):
        state = self.find(request, pk)
        before, after = asked_pair(state, request.GET)
        if after is None:
            messages.warning(request, "There is no such revision: saves that are long past are thinned out. Choose "
                                      "another.")  # fmt: skip
            return redirect("admin:personas_persona_history", pk)
        found = differences(before, after)
        return self.page(
            request, state, "../history/compare.html", title=f"Compare: {state.persona}", differences=found,
            restorable=before is not None and self.has_change_permission(request, state.persona)
            and not state.persona.deleted_at,
            sides=[(side, one) for side, one in (("Before", before), ("After", after)) if one],
        )  # fmt: skip

    def restore_view(self, request, pk):
        """What restoring would do; with the button, it does it."""
        asked = Asked(request.POST if request.method == "POST" else request.GET)
        state = self.find(request, pk, change=True)
        if state.persona.deleted_at:
            messages.error(request, f"«{state.persona}» is in the trash. Restore it there first.")
            return redirect("admin:personas_persona_trash")
        revision = of(state).filter(number=asked.revision).first()
        try:
            if revision is None or not asked.makes_sense:
                raise NotKeptError
            if request.method == "POST":
                with transaction.atomic():  # nobody else saves into the persona until this is done
                    EditorialState.objects.select_for_update().get(pk=state.pk)
                    state.refresh_from_db()
                    return self.restored(request, state, revision, asked)
            return self.ask_to_restore(request, state, revision, asked, way_back(state, revision, *asked.what))
        except OperationalError:
            messages.error(request, BUSY)
            return redirect("admin:personas_persona_history", pk)
        except NotKeptError:
            messages.error(request, "There is nothing like that to restore. Choose a revision, then what to restore.")
            return redirect("admin:personas_persona_history", pk)

    def restored(self, request, state: EditorialState, revision: Revision, asked: "Asked"):
        one = way_back(state, revision, *asked.what)
        why = self.hindrance(request, one)
        if asked.version != str(state.version):
            why = "The persona was changed since you looked at this. Look again at what would happen, then restore."
        if not why:
            try:
                with transaction.atomic():  # which takes back what was told of the work, too
                    written = restore(state, one, asked.why)
            except RefusedError as refusal:
                why = " ".join(f"{problem}." for _, problem in refusal.problems)
            else:
                messages.success(request, self.said(state, revision, asked, written))
                return redirect(asked.back(state))
        return self.ask_to_restore(request, state, revision, asked, one, why)

    def hindrance(self, request, one: WayBack) -> str:
        if missing := missing_rights(one.changes, request.user):
            return f"You may not {missing}. Ask a tenant admin for the right."
        return " ".join(f"{where(problem.path)}{problem}." for problem in one.problems)

    def ask_to_restore(self, request, state, revision, asked: "Asked", one: WayBack, why: str = ""):
        live = state.live_id and of(state).filter(pk=state.live_id).values_list("number", flat=True).first()
        places, hindrance = shown(one.seen), self.hindrance(request, one)
        return self.page(
            request, state, "../history/restore.html", title=f"Restore: {state.persona}", revision=revision,
            asked=asked, differences=Differences(revision, revision, places, []), plan=one,
            why=why or hindrance, refused=bool(hindrance), follows=WHAT_FOLLOWS[state.persona.validation_status],
            live_number=live, row_title=row_title(one, asked), back=asked.back(state),
        )  # fmt: skip

    def said(self, state: EditorialState, revision: Revision, asked: "Asked", written: int):
        if not written:
            return f"Nothing had changed: this is what revision {revision.number} shows."
        undo = address(state, "restore", revision=state.revision, **asked.where)
        return format_html(
            "Restored from revision {}: {} row{}. <a class=\"vital-link\" href=\"{}\">Undo</a>",
            revision.number, written, "" if written == 1 else "s", undo,
        )  # fmt: skip


class Asked:
    """What somebody wants to have back."""

    def __init__(self, told):
        self.revision, self.place = number(told.get("revision")), told.get("place", "")
        self.row, self.makes_sense = None, self.place in {"", *PLACES}
        if told.get("row"):
            try:
                self.row = UUID(told["row"])
            except ValueError:
                self.makes_sense = False
            self.makes_sense &= bool(self.place and PLACES[self.place].section) if self.makes_sense else False
        self.why, self.version = told.get("why", "").strip(), told.get("version")

    @property
    def what(self) -> tuple[str, UUID | None]:
        return self.place, self.row

    @property
    def where(self) -> dict[str, str]:
        return {name: str(value) for name, value in (("place", self.place), ("row", self.row)) if value}

    @property
    def title(self) -> str:
        return PLACES[self.place].title if self.place else ""

    def back(self, state: EditorialState) -> str:
        """The place that it is about."""
        if not self.place:
            return reverse("admin:personas_persona_change", args=[state.persona_id])
        page = reverse("admin:personas_persona_section", args=[state.persona_id, self.place])
        return f"{page}?{urlencode({'row': self.row})}" if self.row else page


def of(state: EditorialState):
    return Revision.objects.filter(persona=state.persona_id).select_related("made_by").order_by("-number")


def address(state: EditorialState, page: str, **asked) -> str:
    return f"{reverse(f'admin:personas_persona_{page}', args=[state.persona_id])}?{urlencode(asked)}"


def default_pair(state: EditorialState) -> tuple[Revision | None, Revision | None]:
    """What is compared where nothing else is asked for: what is live with the latest, or the two latest."""
    latest, before = [*of(state)[:2], None, None][:2]
    if latest and state.live_id and state.live_id != latest.pk:
        before = of(state).filter(pk=state.live_id).first()
    return before, latest


def one_before(state: EditorialState, revision: Revision) -> Revision | None:
    return of(state).filter(number__lt=revision.number).first()


def asked_pair(state: EditorialState, asked) -> tuple[Revision | None, Revision | None]:
    """The two revisions that an address names; without one of them, the one that goes with the other."""
    start, end = asked.get("from"), asked.get("to")
    if not (start or end):
        return default_pair(state)
    found = {one.number: one for one in of(state).filter(number__in={number(start) or 0, number(end) or 0})}
    after = found.get(number(end)) if end else default_pair(state)[1]
    if after is None or (start and number(start) not in found):
        return None, None
    return found[number(start)] if start else one_before(state, after), after


def woven(state: EditorialState, listed: list[Revision], older: list[Revision], newer: Revision | None) -> Iterator:
    """The revisions of a page, newest first, and among them what was done besides."""
    besides = Q(revision=None) | ~Q(name__in=TOLD_BY_REVISIONS)
    events = Event.objects.filter(besides, persona=state.persona_id).select_related("made_by").order_by("-id")
    if newer:
        events = events.filter(pk__lt=newer.pk)
    if older:
        events = events.filter(pk__gt=listed[-1].pk)
    kept = zip(listed, [*listed[1:], *(older or [None])], strict=False)
    entries = [(one.pk, Kept(one, changed_since(before, one), one.pk == state.live_id)) for one, before in kept]
    entries += [(event.pk, Told(event)) for event in events[:EVENTS]]
    yield from (entry for _, entry in sorted(entries, key=lambda pair: pair[0], reverse=True))


def changed_since(before: Revision | None, after: Revision) -> list[str]:
    """The sections that differ, told by their fingerprints; a step of review changes the persona's own row alone."""
    if before is None:
        return []
    words = set(differing(before, after))
    own = PERSONA.model._meta.db_table
    about = ["The persona"] if before.sections.get(own) != after.sections.get(own) else []
    if after.kind == Revision.Kind.TRANSITION:
        about = []
    return about + [place.title for word, place in PLACES.items() if word in words]


def where(path: tuple) -> str:
    """`Goals: ` before what is said of a row there."""
    place: Place | None = PLACES.get(path[0]) if path else None
    return f"{place.title}: " if place else ""


def row_title(one: WayBack, asked: Asked) -> str:
    change: RowChange | None = next((change for change in one.changes if change.id == asked.row), None)
    if not change:
        return ""
    return change.title or str(BY_WORD[change.word].model._meta.verbose_name)
