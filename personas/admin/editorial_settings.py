"""How a tenant reviews: its switches, and who reviews the personas of which business function."""

from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from personas.editorial.inbox import DECIDERS
from personas.models import EditorialSettings, Event, Reviewer
from vital.admin import ModelAdmin
from vital.organisation.models import Function
from vital.tenancy.models import Membership

from .numbers import number

MOST_DAYS = 3650


class OnePage(ModelAdmin):
    """A page of its own in place of a list, with no forms behind it."""

    readonly_fields = ()

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.to_page()

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self.show(request)
        if not self.has_change_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            return self.save(request) or self.to_page()

    def to_page(self) -> HttpResponse:
        return redirect(reverse(url_name(self.opts, "changelist")))

    def render(self, request, template: str, **context) -> HttpResponse:
        request.current_app = self.admin_site.name
        around = self.admin_site.each_context(request) | {
            "opts": self.opts, "intro": self.intro, "may_change": self.has_change_permission(request),
        }  # fmt: skip
        return render(request, f"admin/personas/review/{template}", around | context)


def note(event: str, by, why: str = "", **detail) -> None:
    """Add to the record of the tenant."""
    Event.objects.create(name=event, why=why or None, detail=detail, made_by=by)


@admin.register(EditorialSettings)
class EditorialSettingsAdmin(OnePage):
    intro = "How personas are reviewed in this tenant, and how long their history is kept."

    def show(self, request, **more) -> HttpResponse:
        fields = {field.name: field for field in EditorialSettings._meta.fields}
        asked = {"settings": EditorialSettings.of_tenant(), "fields": fields, "most": MOST_DAYS}
        return self.render(request, "settings.html", title="Review settings", **asked | more)

    def save(self, request) -> HttpResponse | None:
        """What was changed, each with an event; turning four eyes off asks first, and wants a reason."""
        settings = EditorialSettings.objects.select_for_update().first() or EditorialSettings()
        before = (settings.four_eyes, settings.kept_days)
        days = request.POST.get("kept_days", "")
        if not 1 <= (number(days) or 0) <= MOST_DAYS:
            return self.show(
                request, problem=f"Give a number of days from 1 to {MOST_DAYS:,}, such as «90».", sent=days
            )
        settings.four_eyes, settings.kept_days = "four_eyes" in request.POST, int(days)
        after, why = (settings.four_eyes, settings.kept_days), request.POST.get("why", "").strip()
        if before[0] and not after[0] and not why:
            asking = {"title": "Turn four eyes off", "kept_days": days, "unsaid": "why" in request.POST}
            return self.render(request, "four_eyes.html", **asking)
        if before == after:
            messages.success(request, "Nothing to save: all is as it was.")
            return None
        settings.save()
        for name, column, old, new in zip(
            ("set_four_eyes", "set_settings"), ("four_eyes", "kept_days"), before, after, strict=True
        ):
            if old != new:
                reason = why if name == "set_four_eyes" else ""
                note(name, request.user, reason, column=column, before=old, after=new)
        messages.success(request, "Saved. It holds for all personas of the tenant, from now on.")
        return None


@admin.register(Reviewer)
class ReviewerAdmin(OnePage):
    intro = "Who reviews the personas of which business function. Where nobody is named, all who may validate do."

    def show(self, request) -> HttpResponse:
        offered, named = able(), {}
        for one in Reviewer.objects.select_related("user").order_by("user__full_name", "user__email"):
            named.setdefault(one.function_id, []).append((one, one.user_id in offered))
        functions = [
            (function, named.get(function.pk, []), {
                pk: name for pk, name in offered.items()
                if pk not in {one.user_id for one, _ in named.get(function.pk, [])}
            })
            for function in Function.objects.order_by("name")
        ]  # fmt: skip
        return self.render(request, "reviewers.html", title="Reviewers", functions=functions, anybody=offered)

    def save(self, request) -> None:
        do, function, user = request.POST.get("do"), read(request, "function"), read(request, "user")
        function = Function.objects.filter(pk=function).first()
        if function is None or do not in ("add", "remove"):
            messages.error(request, "This business function is there no longer. Choose another.")
        elif do == "add":
            self.add(request, function, user)
        else:
            self.remove(request, function, user)

    def add(self, request, function: Function, user: UUID | None) -> None:
        name = able().get(user)
        if name is None:
            messages.error(request, "Choose somebody who works here and may validate: a reviewer, for instance.")
            return
        _, made = Reviewer.objects.get_or_create(function=function, user_id=user)
        if made:
            note("add_reviewer", request.user, function=function.name, user=str(user), name=name)
        messages.success(request, f"{name} reviews {function}.")

    def remove(self, request, function: Function, user: UUID | None) -> None:
        found = Reviewer.objects.filter(function=function, user=user).select_related("user").first()
        if found is None:
            messages.error(request, f"That person does not review {function} any more.")
            return
        found.delete()
        note("remove_reviewer", request.user, function=function.name, user=str(user), name=str(found.user))
        messages.success(request, f"{found.user} does not review {function} any more.")


def able() -> dict[UUID, str]:
    """Those who work here and may validate."""
    members = Membership.objects.filter(user__is_active=True, role__in=DECIDERS).select_related("user")
    return {one.user_id: str(one.user) for one in members.order_by("user__full_name", "user__email")}


def read(request, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None
