"""Steps of review on a persona: what leads on and what stands against it, the page that asks, the page to decide on."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib import messages
from django.db import OperationalError
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import re_path, reverse

from personas.editorial import inbox
from personas.editorial.quality import Assessment, look
from personas.editorial.revisions import compare, differing
from personas.editorial.workflow import BY_NAME, GATES, RULED, RefusedStepError, Transition, perform, possible
from personas.editorial.workflow import wrong_place as out_of_place
from personas.enums import Status
from personas.models import EditorialState, Revision

from .differences import differences
from .editor.pages import UUID
from .inbox import Inbox, read_id
from .numbers import number
from .quality import Line

STEP = rf"(?P<name>{'|'.join(BY_NAME)})"
BUSY = "Somebody else is busy with this persona. Nothing is lost: try again in a few seconds."
MEANS = {
    Status.DRAFT: "People work on it. When it is ready, submit it for review.",
    Status.PENDING_REVIEW: "It waits for a reviewer, who validates it or sends it back. It can still be edited.",
    Status.VALIDATED: "A reviewer says that it is right. Whoever changes it makes it a draft again.",
    Status.PUBLISHED: "Services read it as it stands here. Whoever changes it begins the next version as a draft.",
    Status.ARCHIVED: "It is out of use, and services cannot read it. Take it out of the archive to work on it again.",
}
KEYS = {"validate": "v", "request_changes": "b", "publish": "p"}  # of the page to decide on


@dataclass(frozen=True)
class Live:
    """What consumers read of a persona, and what stands here."""

    state: EditorialState
    read: Revision | None
    latest: Revision | None
    step: Revision | None  # the last one of review

    @classmethod
    def of(cls, state: EditorialState) -> "Live":
        own = Revision.objects.filter(persona=state.persona_id)
        step = own.filter(kind=Revision.Kind.TRANSITION).order_by("-number").values("pk")[:1]
        found = own.filter(Q(pk=state.live_id) | Q(number=state.revision) | Q(pk__in=step)).order_by("number")
        found = list(found.select_related("made_by"))
        by_pk, by_number = {one.pk: one for one in found}, {one.number: one for one in found}
        steps = [one for one in found if one.kind == Revision.Kind.TRANSITION]
        return cls(state, by_pk.get(state.live_id), by_number.get(state.revision), steps[-1] if steps else None)

    @cached_property
    def differs(self) -> bool:
        """Whether services read something else than what stands here."""
        if self.read is None or self.state.persona.validation_status == Status.PUBLISHED:
            return False
        if self.latest is None or self.state.revised_version < self.state.version:
            return True
        return bool(differing(self.read, self.latest) or compare(self.read, self.latest))


@dataclass
class Offered:
    """A step that leads on from here, and what stands against it."""

    step: Transition
    state: EditorialState
    assessment: Assessment
    by: object

    @cached_property
    def lines(self) -> list[Line]:
        """What the rules of quality ask for first, each with the way to its field."""
        rules = RULED.get(self.step.name)  # asked once, for all steps and for the numbers
        return [Line(finding) for finding in self.assessment.blocking(rules)] if rules and not self.misplaced else []

    @cached_property
    def misplaced(self) -> str:
        return out_of_place(self.state, self.step, self.by)

    @cached_property
    def reasons(self) -> list[str]:
        """What else stands against it."""
        if self.misplaced:
            return [self.misplaced]
        gates = GATES.get(self.step.name, ())
        return [said for gate in gates for said in gate([self.state], self.by).get(self.state.persona_id, ())]

    @property
    def hindered(self) -> bool:
        return bool(self.lines or self.reasons)

    @property
    def key(self) -> str:
        return KEYS.get(self.step.name, "")


def offered(state: EditorialState, by, assessment: Assessment) -> list[Offered]:
    return [Offered(step, state, assessment, by) for step in possible(state, by)]


class Review(Inbox):
    """The part of the personas' admin that leads a persona from draft to published."""

    def badge_of_inbox(self, request) -> list[QuerySet]:
        """What waits for this person."""
        return [inbox.mine(request.user), inbox.sent_back(request.user)]

    def get_urls(self):
        def at(route, view, name):
            return re_path(route, self.admin_site.admin_view(view), name=f"personas_persona_{name}")

        return [
            at(r"^review/next/$", self.next_view, "next_review"),
            at(rf"^{UUID}/review/$", self.review_view, "review"),
            at(rf"^{UUID}/step/{STEP}/$", self.step_view, "step"),
            *super().get_urls(),
        ]

    def page(self, request, state: EditorialState, template: str, **context):
        """Every page of a persona says what is live, and which steps lead on."""
        status = state.persona.validation_status
        around = {
            "live": context.get("live") or Live.of(state),
            "means": MEANS[status],
            "steps": possible(state, request.user),
        }
        if template == "overview.html":
            assessment = look([state.persona_id])[state.persona_id]
            around |= {"assessment": assessment, "offered": offered(state, request.user, assessment)}
        return super().page(request, state, template, **around | context)

    def step_view(self, request, pk, name):
        """Say what will happen, ask for a comment, and do it; refused, all that was typed is still there."""
        state, step = self.find(request, pk), BY_NAME[name]
        if request.method != "POST":
            return self.ask(request, state, step)
        seen = number(request.POST.get("seen"))
        try:
            comment = request.POST.get("comment", "")
            perform(state.persona_id, name, request.user, comment, seen=seen or 0)
        except RefusedStepError as refusal:
            return self.refused(request, pk, step, refusal.reasons)
        except OperationalError:
            return self.refused(request, pk, step, [BUSY])
        self.log_change(request, state.persona, f"{step.done}.")
        messages.success(request, f"{step.done}: «{state.persona}».")
        here = "review" if request.POST.get("from") == "review" else "change"
        return redirect(reverse(f"admin:personas_persona_{here}", args=[pk]))

    def ask(self, request, state, step, **more) -> HttpResponse:
        assessment = look([state.persona_id])[state.persona_id]
        seen = number(request.GET.get("seen"))
        return self.page(
            request, state, "../review/step.html", title=f"{step.title}: {state.persona}",
            one=Offered(step, state, assessment, request.user), seen=seen or state.version,
            changed=seen is not None and seen != state.version,
            came_from=request.GET.get("from", ""), **more,
        )  # fmt: skip

    def refused(self, request, pk, step, reasons: list[str]) -> HttpResponse:
        """The page that somebody decided on, as it is now, with why not, and with what they typed."""
        state, said = self.find(request, pk), {"refused": step, "refusal": reasons}
        said["comment"] = request.POST.get("comment", "")
        on_review = request.POST.get("from") == "review"
        answer = self.show_review(request, state, **said) if on_review else self.ask(request, state, step, **said)
        answer.status_code = 409
        return answer

    def review_view(self, request, pk):
        return self.show_review(request, self.find(request, pk))

    def next_view(self, request):
        """The next review of this person, but for the one they come from."""
        found = inbox.next_for(request.user, read_id(request.GET.get("but", "")))
        if found is None:
            messages.success(request, "Nothing else waits for your decision.")
            return redirect("admin:personas_persona_inbox")
        return redirect("admin:personas_persona_review", found.persona_id)

    def show_review(self, request, state, **more) -> HttpResponse:
        """Everything to decide on."""
        assessment, live = look([state.persona_id])[state.persona_id], Live.of(state)
        return self.page(
            request, state, "../review/review.html", title=f"Review: {state.persona}", live=live,
            line=inbox.line(state, request.user), differences=live.latest and differences(live.read, live.latest),
            assessment=assessment, offered=offered(state, request.user, assessment), seen=state.version,
            blocks=[Line(finding) for finding in assessment.blocking("publish")],
            warnings=[Line(finding) for finding in assessment.warnings], came_from="review", **more,
        )  # fmt: skip
