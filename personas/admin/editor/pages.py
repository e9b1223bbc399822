"""The pages of the editor: the whole of a persona, and each of its places."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import re_path, reverse
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ValidationError

from personas.documents.edit import Edit, UnknownRowError
from personas.models import EditorialState, Persona
from personas.sections import GRID

from . import adding, here, saving
from .pasting import MOST, Pasted, look
from .places import PLACES, beside, standings
from .rows import NEW, Sheet
from .saving import SAVED, Answer

UUID = r"(?P<pk>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
WORD = rf"(?P<word>{'|'.join(PLACES)})"
BRIEFLY = "briefly"  # the header with which a page asks for the part of it that changes


class Sign(BaseModel):
    """A page's sign of life: where somebody is, and what the page shows."""

    place: str = ""
    shown: str = ""


class Editor:
    """Gives the admin of personas its editor."""

    def get_urls(self):
        def at(route, view, name):
            return re_path(route, self.admin_site.admin_view(view), name=f"personas_persona_{name}")

        return [
            at(rf"^{UUID}/{WORD}/$", self.section_view, "section"),
            at(rf"^{UUID}/{WORD}/paste/$", require_POST(self.paste_view), "paste"),
            at(rf"^{UUID}/here/$", require_POST(self.here_view), "here"),
            *super().get_urls(),
        ]

    def find(self, request, pk, *, change: bool = False) -> EditorialState:
        """The state of a persona, with the persona itself."""
        if not (self.has_change_permission if change else self.has_view_permission)(request):
            raise PermissionDenied
        people = ("changed_by", "submitted_by", "claimed_by", "owner", "live")
        state = EditorialState.objects.filter(persona_id=pk).select_related("persona", *people).first()
        if state is None:
            raise Http404("There is no such persona in this tenant.")
        return state

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The whole of a persona at a glance: where it stands, what is missing, and the way to every place."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        persona = self.get_object(request, object_id)
        if persona is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        state = self.find(request, persona.pk)
        lacking = (one for _, listed in standings(state) for one in listed if one.lacks)
        return self.page(
            request, state, "overview.html", title=persona.name, first_lack=next(lacking, None),
            may_delete=self.has_delete_permission(request, persona),
        )  # fmt: skip

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.answer(request, lambda edit: self.added(request, adding.add(edit)))
        request.current_app = self.admin_site.name
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Add a persona", "table": adding.form(request.GET.get("role", "")),
        }  # fmt: skip
        return render(request, "admin/personas/editor/add.html", context)

    def added(self, request, answer: Answer) -> Answer:
        if answer.status == SAVED:
            persona = Persona.objects.get(pk=answer.said.pop("persona"))
            self.log_addition(request, persona, "Added.")
            answer.said["go"] = reverse("admin:personas_persona_change", args=[persona.pk])
            messages.success(request, f"«{persona}» is there. Go on with any section.")
        return answer

    def section_view(self, request, pk, word):
        place = PLACES[word]
        state = self.find(request, pk, change=request.method == "POST")
        if state.persona.deleted_at and request.method == "POST":
            said = f"«{state.persona}» is in the trash. Restore it there, then save again: what you typed is kept."
            return JsonResponse({"message": said}, status=410)
        if state.persona.deleted_at:
            messages.warning(request, f"«{state.persona}» is in the trash. Restore it there to work on it.")
            return redirect(reverse("admin:personas_persona_trash"))
        if request.method == "POST":
            return self.save(request, state, place)
        before, after = beside(place)
        sheet = Sheet(place, state.persona, request.GET)
        if sheet.open not in ("", NEW) and not any(row.key == sheet.open for row in sheet.table.rows):
            messages.warning(request, "That row is there no longer: somebody has deleted it.")
        template = "brief.html" if BRIEFLY in request.headers else "section.html"
        return self.page(
            request, state, template, title=f"{place.title}: {state.persona}", place=place, sheet=sheet,
            before=before, after=after,
        )  # fmt: skip

    def paste_view(self, request, pk, word):
        """What pasted cells would become; nothing is written."""
        state, place = self.find(request, pk, change=True), PLACES[word]
        if place.layout != GRID:
            raise Http404("Cells are pasted into a grid.")
        try:
            pasted = Pasted.model_validate_json(request.body)
        except ValidationError:
            said = f"Paste at least one cell and at most {MOST} rows. More of them are for Import."
            return JsonResponse({"message": said}, status=400)
        return JsonResponse(look(state.persona, place, pasted))

    def here_view(self, request, pk):
        state = self.find(request, pk)
        try:
            told = Sign.model_validate_json(request.body)
        except ValidationError:
            return JsonResponse({"message": "This says not where you are."}, status=400)
        place = told.place if told.place in PLACES else here.OVERVIEW
        said = here.signed(state.persona, request.user, place) + here.newer(state.persona, place, told.shown)
        return JsonResponse({"said": said.strip()})

    def page(self, request, state: EditorialState, template: str, **context):
        around = self.admin_site.each_context(request)
        may_change = self.has_change_permission(request, state.persona)
        archetype = state.persona.get_archetype_display() if state.persona.archetype else ""
        context = around | {
            "opts": self.opts, "original": state.persona, "state": state, "persona": state.persona,
            "may_change": may_change, "may_schedule": request.user.has_perm("personas.publish_persona"),
            "archetype": archetype.partition(":")[0],
            "parts": standings(state), "is_fullwidth": "1",
            "templates": (around.get("templates") or {}) | {"navigation": "admin/personas/editor/navigator.html"},
        } | context  # fmt: skip
        request.current_app = self.admin_site.name
        return render(request, f"admin/personas/editor/{template}", context)

    def save(self, request, state: EditorialState, place):
        def save(edit: Edit) -> Answer:
            answer = saving.save(state.persona, place, edit, request.user)
            if answer.status == SAVED:
                self.log_change(request, state.persona, f"{place.title}: {answer.said['said']}.")
            return answer

        return self.answer(request, save)

    def answer(self, request, act: Callable[[Edit], Answer]) -> JsonResponse:
        """What becomes of what a page sent; all of it is written, or nothing."""
        try:
            edit = Edit.model_validate_json(request.body)
            with transaction.atomic():
                answer = act(edit)
        except (ValidationError, UnknownRowError):
            answer = Answer(400, {"message": "The page sent something that makes no sense. Reload it."})
        except OperationalError:
            answer = saving.BUSY
        return JsonResponse(answer.said, status=answer.status)
