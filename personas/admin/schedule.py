"""What is planned: for one persona, and in the whole tenant; what became of it, and why it would fail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path, reverse
from django.utils.timezone import get_current_timezone_name, localdate, make_aware
from django.views.decorators.http import require_POST

from personas.editorial.schedule import STEPS, cancel, missed, outcome, plan_step, prospects
from personas.editorial.workflow import BY_NAME, RefusedStepError
from personas.models import Scheduled
from vital.admin import ModelAdmin, local

from .editor.pages import UUID

LATEST = 100  # of those that are over
MOST = 200  # of those that wait
READ = ("persona", "release", "made_by")
BUSY = "Somebody else is busy with this. Nothing was done: try again in a few seconds."
State = Scheduled.State


@dataclass(frozen=True)
class Line:
    """A planned step as people read it."""

    plan: Scheduled
    prospects: list[str]
    may_cancel: bool

    @property
    def title(self) -> str:
        return BY_NAME[self.plan.step].title

    @property
    def missed(self) -> bool:
        return missed(self.plan)

    @property
    def late(self) -> str:
        return outcome(self.plan)


def lines(plans, user) -> list[Line]:
    plans = list(plans)
    found = prospects(plans)
    return [
        Line(plan, found.get(plan.pk, []), plan.state == State.WAITING and user.has_perm(BY_NAME[plan.step].permission))
        for plan in plans
    ]


def listed(plans, user) -> dict:
    """What waits, then what is over, the latest first."""
    waits = plans.filter(state=State.WAITING).order_by("at", "id")[:MOST]
    over = plans.exclude(state=State.WAITING).order_by("-done_at", "-id")[:LATEST]
    shown = Q(pk__in=waits.values("pk")) | Q(pk__in=over.values("pk"))
    found = lines(Scheduled.objects.filter(shown).select_related(*READ).order_by("at", "id"), user)
    return {
        "waiting": [line for line in found if line.plan.state == State.WAITING],
        "over": [line for line in reversed(found) if line.plan.state != State.WAITING],
        "latest": LATEST, "most": MOST,
    }  # fmt: skip


def read_time(sent) -> datetime:
    """The day and the time that a form sent, in the time zone of the installation."""
    try:
        day, hour = date.fromisoformat(sent.get("day", "")), time.fromisoformat(sent.get("time", ""))
        return make_aware(datetime.combine(day, hour))
    except (ValueError, OverflowError):
        raise RefusedStepError(["Give a day and a time, such as 2027-03-31 and 09:00."]) from None


def asked_for(request) -> dict:
    """What the form for a time shows: what was typed, and in which time zone it is."""
    return {"sent": request.POST, "zone": get_current_timezone_name(), "today": localdate().isoformat()}


def attempt(act: Callable) -> tuple:
    """What it gives, or what stands against it; then nothing was written."""
    try:
        with transaction.atomic():
            return act(), []
    except RefusedStepError as error:
        return None, error.reasons
    except OperationalError:
        return None, [BUSY]


class Schedule:
    """The part of the personas' admin in which people plan steps of one persona."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.schedule_view)
        return [re_path(rf"^{UUID}/schedule/$", view, name="personas_persona_schedule"), *super().get_urls()]

    def schedule_view(self, request, pk) -> HttpResponse:
        state, refusal = self.find(request, pk), []
        if request.method == "POST":
            sent = request.POST
            plan, refusal = attempt(
                lambda: plan_step(
                    state.persona_id, sent.get("step", ""), read_time(sent), request.user, sent.get("why", "")
                )
            )
            if plan:
                messages.success(request, f"Planned: «{BY_NAME[plan.step].title}». It is done by itself at its time.")
                return redirect(request.path)
        offered = [BY_NAME[name] for name in STEPS if request.user.has_perm(BY_NAME[name].permission)]
        answer = self.page(
            request, state, "../schedule/persona.html", title=f"Schedule: {state.persona}", refusal=refusal,
            plannable=offered, **asked_for(request), **listed(Scheduled.objects.filter(persona=pk), request.user),
        )  # fmt: skip
        answer.status_code = 409 if refusal else 200
        return answer


@admin.register(Scheduled)
class ScheduledAdmin(ModelAdmin):
    intro = "What is published or archived at a time, by itself; and what became of that."
    readonly_fields = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.cancel_view))
        return [path("<uuid:pk>/cancel/", view, name="personas_scheduled_cancel"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = listed(Scheduled.objects.all(), request.user)
        days = groupby(found["waiting"], key=lambda line: localdate(line.plan.at))
        context = self.admin_site.each_context(request) | found | {
            "opts": self.opts, "title": "Planned", "intro": self.intro, "zone": get_current_timezone_name(),
            "days": [(day, list(those)) for day, those in days],
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return render(request, "admin/personas/schedule/list.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect(reverse(url_name(self.opts, "changelist")))

    def cancel_view(self, request, pk) -> HttpResponse:
        plan = get_object_or_404(Scheduled, pk=pk)
        if not request.user.has_perm(BY_NAME[plan.step].permission):
            raise PermissionDenied
        _, refusal = attempt(lambda: cancel(pk, request.user))
        if refusal:
            messages.error(request, " ".join(refusal))
        else:
            messages.success(request, "Cancelled: it is not done any more. Whoever planned it is told.")
        return redirect(local(request, request.POST.get("next", ""), reverse(url_name(self.opts, "changelist"))))
