"""Comments in the admin: what pages show of them, and what people do about them, with and without a script."""

from collections import Counter
from typing import Literal
from uuid import UUID

from django.contrib import messages
from django.db import OperationalError, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import re_path, reverse
from django.views.decorators.http import require_GET
from pydantic import BaseModel, ValidationError, field_validator

from personas.editorial import comments, mentions
from personas.editorial.threads import About, May, threads, unresolved
from personas.models import Comment, EditorialState
from personas.templatetags.comments import section_title, within
from vital.admin import local

from .editor.pages import UUID as ID

STATUS = {comments.NotThereError: 404, comments.NotAllowedError: 403, comments.TooLateError: 409}
REFUSED = 422
AT_ONCE = 50  # threads about sections that the overview shows; the others stand at their sections


class Where(BaseModel):
    """What a page asks about."""

    section: str = ""
    row: UUID | None = None
    column: str = ""

    @field_validator("row", "comment", mode="before", check_fields=False)
    @classmethod
    def nothing_said(cls, value):
        return value or None

    @property
    def about(self) -> About:
        return About(self.section, self.row, self.column)


class Said(Where):
    """What somebody does, on a page or in a form."""

    do: Literal["write", "reply", "edit", "resolve", "reopen", "block", "unblock"]
    comment: UUID | None = None
    text: str = ""
    blocks: bool = False
    next: str = ""


class Comments:
    """The part of the personas' admin in which people talk about them."""

    def get_urls(self):
        def at(route, view, name):
            return re_path(route, self.admin_site.admin_view(view), name=f"personas_persona_{name}")

        return [
            at(rf"^{ID}/comments/$", self.comments_view, "comments"),
            at(rf"^{ID}/comments/people/$", require_GET(self.people_view), "people"),
            *super().get_urls(),
        ]

    def page(self, request, state: EditorialState, template: str, **context):
        """The pages of the editor know what is open; the overview shows all that is said."""
        if place := context.get("place"):
            context |= open_comments(unresolved(state.persona), place.word)
        else:
            said = shown(request.user, state)
            context |= said | open_comments(Counter(said["open_threads"]))
        return super().page(request, state, template, **context)

    def comments_view(self, request, pk) -> HttpResponse:
        state = self.find(request, pk)
        try:
            if request.method == "POST":
                return self.comment(request, state)
            about = Where.model_validate(request.GET.dict()).about
            title = comments.row_title(state.persona, about)
            return JsonResponse({"title": f"Comments: {told(about, title)}"} | told_anew(request, state, about))
        except ValidationError:
            return answer(400, "The page sent something that makes no sense. Reload it.")
        except comments.RefusedError as refusal:
            return answer(STATUS.get(type(refusal), REFUSED), str(refusal))
        except OperationalError:
            return answer(503, "Somebody else is busy with this comment. Nothing is lost: try again in a few seconds.")

    def comment(self, request, state: EditorialState) -> HttpResponse:
        """From a script, the comments come back as they are then; from a form, the page does."""
        by_script = request.content_type == "application/json"
        said = Said.model_validate_json(request.body) if by_script else Said.model_validate(request.POST.dict())
        try:
            if state.persona.deleted_at:
                raise comments.RefusedError(f"«{state.persona}» is in the trash. Restore it there first.")
            with transaction.atomic():
                comment, done = act(state, request.user, said)
        except comments.RefusedError as refusal:
            if by_script or isinstance(refusal, comments.NotThereError):
                raise
            messages.error(request, str(refusal))
        else:
            if by_script:
                of = comment.parent_id or comment.pk
                return JsonResponse({"said": done, "comment": of} | told_anew(request, state, said.about))
            messages.success(request, done)
        return redirect(local(request, said.next, overview(state)))

    def people_view(self, request, pk) -> JsonResponse:
        self.find(request, pk)
        return JsonResponse({"people": mentions.people(request.GET.get("typed", ""))})


def act(state: EditorialState, by, said: Said) -> tuple[Comment, str]:
    """Do it; gives the comment, and what to tell whoever did it."""
    persona, id_ = state.persona, said.comment
    match said.do:
        case "write":
            return comments.write(persona, by, said.text, said.about, blocks=said.blocks), "Your comment is there."
        case "reply":
            return comments.reply(persona, id_, by, said.text), "Your reply is there."
        case "edit":
            return comments.edit(persona, id_, by, said.text), "Your comment is changed."
        case "resolve":
            return comments.resolve(persona, id_, by, said.text), "Resolved."
        case "reopen":
            return comments.reopen(persona, id_, by, said.text), "Open again."
        case "block":
            return comments.block(persona, id_, by, True), "Nothing is published before this is resolved."
    return comments.block(persona, id_, by, False), "This no longer blocks publishing."


def answer(status: int, message: str) -> JsonResponse:
    return JsonResponse({"message": message}, status=status)


def overview(state: EditorialState) -> str:
    return reverse("admin:personas_persona_change", args=[state.persona_id])


def told(about: About, title: str) -> str:
    """Where that is, in words: `Goals, «Sleep better», Goal text`."""
    return ", ".join(filter(None, (section_title(about.section), within(about, title))))


def shown(user, state: EditorialState, about: About | None = None) -> dict:
    """What `comments/threads.html` shows: the threads about a persona, or a part of it."""
    about = about or About()
    found = threads(state.persona, user, about, state)
    few = found if about.section else [one for place, one in enumerate(found) if place < AT_ONCE or not one.section]
    return {
        "threads": few, "more": len(found) - len(few), "open_threads": [one.about for one in found if not one.resolved],
        "persona": state.persona, "about": about, "may": May(user, state.persona, state),
    }  # fmt: skip


def told_anew(request, state: EditorialState, about: About) -> dict:
    """The comments as they are now, for a page that is open."""
    context = shown(request.user, state, about) | {"next": overview(state)}
    html = render_to_string("admin/personas/comments/threads.html", context, request)
    return {"html": html} | open_comments(unresolved(state.persona), about.section)


def open_comments(found: Counter[About], section: str = "") -> dict:
    """How many threads are open in each section; in one of them, in each row and field."""
    counts, marks = Counter(), Counter()
    for about, number in found.items():
        counts[about.section] += number
        if about.section == section:
            keys = {"", about.row and f"{about.row}/", f"{about.row or ''}/{about.column}"} - {None}
            marks.update(dict.fromkeys(keys, number))
    return {"open_comments": counts, "marks": marks}
