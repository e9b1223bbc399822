"""The trash: personas that were put aside with all their rows, until they are restored or deleted for good."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from personas.documents.apply import held_versions
from personas.exchange.choosing import personas_in_use
from personas.models import EditorialState, Persona
from vital.tenancy.context import current_tenant, unhurried

from .bulk import NAMED, hinders_trash, names, put_in_trash, sent_ids
from .columns import READ
from .paging import page

AT_ONCE = 500  # personas that are deleted for good in one go: each takes some hundred rows along
PURGE = "personas.purge_persona"


def in_trash():
    return EditorialState.objects.filter(persona__tenant_id=current_tenant(), persona__deleted_at__isnull=False)


class Trash:
    """The part of the personas' admin that puts them aside, brings them back, and deletes them."""

    delete_confirmation_template = "admin/confirm.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.trash_view)
        return [path("trash/", view, name="personas_persona_trash"), *super().get_urls()]

    def trash_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.from_trash(request)
        states = in_trash().select_related(*READ)
        steps = {step: request.GET.get(step, "") for step in ("after", "before")}
        shown = page(states, "-deleted", **steps)
        context = self.admin_site.each_context(request) | {
            "title": "Trash", "opts": self.opts, "page": shown,
            "previous": shown.previous and f"?{urlencode({'before': shown.previous})}",
            "next": shown.next and f"?{urlencode({'after': shown.next})}",
            "may_restore": self.has_delete_permission(request), "may_purge": request.user.has_perm(PURGE),
        }  # fmt: skip
        return render(request, "admin/personas/trash.html", context)

    def from_trash(self, request) -> HttpResponse:
        """Restore at once; ask before deleting for good."""
        do = request.POST.get("do", "")
        here = reverse(url_name(self.opts, "trash"))
        if do not in ("restore", "purge", "empty"):
            messages.error(request, "Choose what to do with the personas, such as «Restore those ticked».")
            return redirect(here)
        if not (self.has_delete_permission(request) if do == "restore" else request.user.has_perm(PURGE)):
            raise PermissionDenied
        chosen = in_trash().select_related("persona").order_by("persona__name")
        if do != "empty":
            chosen = chosen.filter(persona_id__in=sent_ids(request))
        personas = [state.persona for state in chosen[: AT_ONCE + 1]]
        if not personas:
            messages.error(request, "Tick some personas first. Those that were ticked may be gone by now.")
        elif do == "restore":
            Persona.objects.filter(pk__in=[persona.pk for persona in personas]).update(deleted_at=None)
            LogEntry.objects.log_actions(request.user.pk, personas, CHANGE, "Restored from the trash.")
            messages.success(request, f"Restored, with all that belongs to them: {names(personas)}.")
        elif "confirmed" in request.POST:
            self.purge(request, personas[:AT_ONCE])
        else:
            return self.ask_to_purge(request, personas, here)
        return redirect(here)

    def ask_to_purge(self, request, personas: list[Persona], back: str) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "title": "Empty the trash" if request.POST["do"] == "empty" else "Delete for good", "opts": self.opts,
            "personas": personas[:AT_ONCE], "ids": ",".join(str(persona.pk) for persona in personas[:AT_ONCE]),
            "more": len(personas) > AT_ONCE, "at_once": AT_ONCE, "named": NAMED, "back": back,
        }  # fmt: skip
        return render(request, "admin/personas/trash_confirm.html", context)

    def purge(self, request, personas: list[Persona]) -> None:
        """One statement: the database takes all rows along, where Django would ask 68 tables for them."""
        unhurried()
        LogEntry.objects.log_actions(request.user.pk, personas, DELETION, "Deleted for good.")
        gone = in_trash().filter(persona__in=personas).values("persona")
        with connection.cursor() as cursor, held_versions(cursor, [], []):
            Persona.objects.filter(pk__in=gone)._raw_delete("default")
        messages.success(request, f"Deleted for good: {names(personas)}.")

    def get_deleted_objects(self, objs, request):
        """Nothing goes with a persona: it is put aside, and can be restored."""
        return [str(persona) for persona in objs], {"personas": len(objs)}, set(), []

    def delete_view(self, request, object_id, extra_context=None):
        persona = self.get_object(request, object_id)
        if persona and self.has_delete_permission(request, persona):
            back = reverse(url_name(self.opts, "change"), args=[object_id])
            state = personas_in_use().select_related("persona").get(persona=persona)
            if why := hinders_trash(state):
                messages.error(request, f"«{persona}» cannot be moved to the trash. {why}")
                return redirect(back)
            extra_context = {
                "title": "Move to the trash",
                "question": f"Move «{persona}» to the trash? It leaves all lists, with all that belongs to it, and can "
                "be restored from there.",
                "back": back,
            } | (extra_context or {})
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request, persona):
        put_in_trash([persona.pk])
