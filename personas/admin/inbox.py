"""The inbox of review: what waits for me, what for others, what came back; and taking a review on."""

import uuid
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, re_path, reverse

from personas.editorial import inbox
from personas.editorial.workflow import RefusedStepError
from vital.admin import local

from .editor.pages import UUID

SIZE = 50
# What each tab lists, and what it says where there is nothing.
TABS = {
    "mine": (
        "Mine to review",
        inbox.mine,
        "Nothing waits for your decision. What is submitted to you stands here.",
    ),
    "others": (
        "Waiting for others",
        inbox.others,
        "Nothing waits for anybody else. What you submit stands here until it is decided.",
    ),
    "back": (
        "Sent back to me",
        inbox.sent_back,
        "Nothing was sent back to you. What a reviewer wants mended stands here, with the reason.",
    ),
}
READ = ("persona", "submitted_by", "claimed_by")


class Inbox:
    """The part of the personas' admin that says what waits for whom."""

    def get_urls(self):
        view, claim = self.admin_site.admin_view(self.inbox_view), self.admin_site.admin_view(self.claim_view)
        return [
            path("review/", view, name="personas_persona_inbox"),
            re_path(rf"^{UUID}/claim/$", claim, name="personas_persona_claim"),
            *super().get_urls(),
        ]

    def inbox_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_decide = request.user.has_perm(inbox.VALIDATE)
        offered = {name: tab for name, tab in TABS.items() if may_decide or name != "mine"}
        name = request.GET.get("list", "")
        name = name if name in offered else next(iter(offered))
        pages = {key: Paginator(states(request.user), SIZE) for key, (_, states, _) in offered.items()}
        if may_decide:  # who decides on what is worked out once: the others' are all but mine
            pages["others"].count = inbox.in_review().order_by().count() - pages["mine"].count
        page = pages[name].get_page(request.GET.get("page"))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Review", "name": name, "page": page, "may_decide": may_decide,
            "tabs": [(key, title, pages[key].count) for key, (title, *_) in offered.items()],
            "empty": offered[name][2], "lines": inbox.lines(page.object_list.select_related(*READ), request.user),
            "long": inbox.LONG,
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return render(request, "admin/personas/review/inbox.html", context)

    def claim_view(self, request, pk) -> HttpResponse:
        """Take a review on, over from somebody (which asks first), give it back, or say by when it is due."""
        state = self.find(request, pk)
        asked = request.POST.get("next", request.GET.get("next", ""))
        back = local(request, asked, reverse("admin:personas_persona_inbox"))
        if request.method != "POST":
            if state.claimed_by is None:
                return redirect(back)
            context = self.admin_site.each_context(request) | {
                "opts": self.opts, "title": "Take over", "back": back,
                "question": f"{state.claimed_by} has taken the review of «{state.persona}» on. Take it over from them?",
            }  # fmt: skip
            return render(request, "admin/confirm.html", context)
        try:
            messages.success(request, claimed(state.persona, request))
        except RefusedStepError as refusal:
            messages.error(request, f"«{state.persona}»: {refusal}")
        return redirect(back)


def claimed(persona, request) -> str:
    """Do what was sent; gives what to tell whoever sent it."""
    do, by = request.POST.get("do"), request.user
    if do == "give_back":
        inbox.give_back(persona.pk, by)
        return f"«{persona}» is there for others again."
    if do == "due":
        state = inbox.set_due(persona.pk, by, read_day(request.POST.get("day", "")))
        return (
            f"«{persona}» is {inbox.due_in_words(state.due_at)}." if state.due_at else f"«{persona}» has no due date."
        )
    inbox.claim(persona.pk, by, instead_of=read_id(request.GET.get("instead_of", "")))
    return f"You have taken the review of «{persona}» on."


def read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RefusedStepError([f"«{text}» is no day. Write it like 2027-03-31."]) from None


def read_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
