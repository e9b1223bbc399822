"""Imports in the admin: drop a file, look at what it would do, settle what is unclear, apply, undo."""

import json
from tempfile import TemporaryFile
from urllib.parse import quote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from personas.documents.changes import Mode, PersonaPlan
from personas.exchange import batches, showing
from personas.exchange.batches import NotNowError
from personas.exchange.profiles import BUILT_IN, built_in
from personas.exchange.reading import SAVED
from personas.exchange.text import UnreadableError
from personas.exchange.workbook import write_workbook
from personas.models import Batch, ExchangeProfile
from personas.tasks import hand_over
from vital.admin import ModelAdmin

LEAVE_OUT = "(leave out)"
LONGEST = 500  # letters of an answer
BYTES = 64 * 1024 * 1024  # at once; Django refuses more than 100 files
MODES = {
    Mode.MERGE: ("Merge", "What the file does not mention stays as it is."),
    Mode.REPLACE: ("Replace", "A section that the file mentions has its rows afterwards and no others."),
    Mode.APPEND: ("Append", "Only rows that are not there yet are added; the others stay as they are."),
}


def profile_choices() -> list[tuple[str, str, str]]:
    saved = ExchangeProfile.objects.filter(direction=ExchangeProfile.Direction.IMPORT)
    ours = [(f"{SAVED}{one.pk}", one.name, "Saved here.") for one in saved]
    return [
        ("", "Recognise it", "Looks at the keys and columns, and says what it took the file for."), *ours,
        *((name, built_in(name).title, built_in(name).about) for name in BUILT_IN),
    ]  # fmt: skip


@admin.register(Batch)
class BatchAdmin(ModelAdmin):
    intro = (
        "What came in from files, newest first. Each import is checked and shown before anything is written, "
        "and it can be undone."
    )
    list_display = ("title", "how_far", "personas", "created_by", "created_at")
    list_filter = ("state", "kind")
    list_select_related = ("created_by",)
    search_fields = ("title",)
    readonly_fields = ()

    @admin.display(description="state", ordering="state")
    def how_far(self, batch):
        return "Interrupted" if batch.is_interrupted else batch.get_state_display()

    @admin.display(description="personas")
    def personas(self, batch):
        return batch.counts.get("personas", "")

    def badge(self, request) -> list[QuerySet]:
        """What waits for this person to decide."""
        return [Batch.objects.filter(created_by=request.user, state=Batch.State.CHECKED)]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        def at(route, view, name):
            return path(route, self.admin_site.admin_view(view), name=f"personas_batch_{name}")

        return [
            at("template.xlsx", self.template_view, "template"),
            at("<uuid:pk>/body/", self.body_view, "body"),
            at("<uuid:pk>/settle/", require_POST(self.settle_view), "settle"),
            at("<uuid:pk>/decide/", require_POST(self.decide_view), "decide"),
            at("<uuid:pk>/stop/", require_POST(self.stop_view), "stop"),
            at("<uuid:pk>/again/", require_POST(self.again_view), "again"),
            at("<uuid:pk>/undo/", require_POST(self.undo_view), "undo"),
            at("<uuid:pk>/personas/<int:number>/", self.item_view, "item"),
            at("<uuid:pk>/marked/<int:number>/", self.marked_view, "marked"),
            at("<uuid:pk>/report.json", self.report_view, "report"),
            *super().get_urls(),
        ]

    # Bringing files

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        problem = None
        if request.method == "POST":
            files = request.FILES.getlist("files")
            problem = refusal(files)
            if problem is None:
                options = {"mode": Mode.MERGE.value, "profile": ""} | chosen(request.POST)
                batch = batches.receive([(file.name, file.read()) for file in files], options, request.user)
                hand_over(batch, request.user)
                self.log_addition(request, batch, "Brought the files.")
                return self.to(batch)
        return self.page(
            request, "import.html", "Import files", modes=MODES, profiles=profile_choices(), problem=problem,
            chosen=request.POST, status=400 if problem else 200,
        )  # fmt: skip

    def template_view(self, request):
        """An empty workbook to fill in."""
        file = TemporaryFile()  # noqa: SIM115 - the response closes it
        write_workbook([], file)
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename="vital-personas-template.xlsx")

    # Looking at a batch

    def change_view(self, request, object_id, form_url="", extra_context=None):
        batch = self.get_object(request, object_id)
        if batch is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return self.page(request, "batch.html", batch.title, **self.body(request, batch))

    def body_view(self, request, pk):
        """The part of the page that changes while a worker is at it."""
        batch = self.find(request, pk)
        return render(request, "admin/exchange/body.html", self.body(request, batch) | {"opts": self.opts})

    def body(self, request, batch: Batch) -> dict:
        items = batch.items.defer("plan", "findings")
        if only := request.GET.get("only"):
            items = items.filter(errors__gt=0) if only == "errors" else items
        shown = showing.Batch(batch)
        return {
            "batch": batch, "shown": shown, "only": only,
            "items": Paginator(items, 50).get_page(request.GET.get("page")),
            "missing": batches.missing_rights(batch, request.user) if batch.state == Batch.State.CHECKED else [],
            "earlier": batches.earlier(batch) if batch.kind == Batch.Kind.IMPORT else None,
            "leave_out": LEAVE_OUT, "markable": showing.markable(batch), "modes": MODES,
            "may_change": self.has_change_permission(request, batch),
        }  # fmt: skip

    def item_view(self, request, pk, number):
        batch = self.find(request, pk)
        item = get_object_or_404(batch.items, number=number)
        sections = showing.sections(PersonaPlan.unpacked(item.plan))
        return self.page(
            request, "item.html", item.slug, batch=batch, item=item, sections=sections,
            findings=showing.findings_of(item),
        )  # fmt: skip

    def report_view(self, request, pk):
        batch = self.find(request, pk)
        response = JsonResponse(showing.frictionless(batch), json_dumps_params={"indent": 2, "ensure_ascii": False})
        return attached(response, f"{batch.title}.report.json")

    def marked_view(self, request, pk, number):
        batch = self.find(request, pk)
        file = get_object_or_404(batch.files, number=number)
        try:
            content, name = showing.marked(batch, file)
        except UnreadableError as error:
            messages.error(request, str(error))
            return self.to(batch)
        return attached(HttpResponse(content, content_type="application/octet-stream"), name)

    # Deciding

    def settle_view(self, request, pk):
        batch = self.find(request, pk, change=True)

        def settle():
            asked = {question.as_json: question for question in showing.Batch(batch).questions}
            said = zip(request.POST.getlist("question"), request.POST.getlist("answer"), strict=False)
            answers = [
                json.loads(question) | {"to": None if answer == LEAVE_OUT else answer[:LONGEST]}
                for question, answer in said
                if answer and question in asked  # what nobody asked, nobody has answered
            ]
            name = request.POST.get("save_as", "").strip()
            if name:
                showing.save_profile(batch, name, answers, request.user)
            batches.settle(batch, answers, **chosen(request.POST))
            if name:
                messages.success(
                    request, f"The answers are kept as «{name}»; choose it for the next file of this kind."
                )

        return self.act(request, batch, settle, "Settled values.")

    def decide_view(self, request, pk):
        batch = self.find(request, pk, change=True)
        valid_only = "valid_only" in request.POST
        return self.act(
            request, batch,
            lambda: batches.decide(batch, request.user, request.POST.get("plan", ""), valid_only=valid_only),
            "Applied the valid personas." if valid_only else "Applied it.",
        )  # fmt: skip

    def again_view(self, request, pk):
        batch = self.find(request, pk, change=True)
        return self.act(request, batch, lambda: batches.try_again(batch), "Tried again.")

    def stop_view(self, request, pk):
        batch = self.find(request, pk, change=True)
        return self.act(request, batch, lambda: batches.stop(batch), "Stopped it.", work=False)

    def undo_view(self, request, pk):
        batch = self.find(request, pk, change=True)
        undoing = None

        def take_back():
            nonlocal undoing
            undoing = batches.take_back(batch, request.user)

        response = self.act(request, batch, take_back, "Asked to undo it.", work=False)
        if undoing is None:
            return response
        if undoing.state == Batch.State.WAITING:
            hand_over(undoing, request.user)
        return self.to(undoing)

    def act(self, request, batch: Batch, action, said: str, *, work: bool = True) -> HttpResponse:
        """Do what was asked for, hand the batch to the worker, and show it; or say why not."""
        try:
            with transaction.atomic():
                action()
        except (NotNowError, UnreadableError) as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, batch, said)
            if work:
                hand_over(batch, request.user)
        return self.to(batch)

    # Helping

    def find(self, request, pk, *, change: bool = False) -> Batch:
        if change:  # two who decide at once decide one after the other
            Batch.objects.select_for_update(of=("self",)).filter(pk=pk).first()
        batch = self.get_object(request, str(pk))
        if batch is None:
            raise Http404("There is no such import here.")
        if not (self.has_change_permission if change else self.has_view_permission)(request, batch):
            raise PermissionDenied
        return batch

    def to(self, batch: Batch) -> HttpResponse:
        return redirect(reverse("admin:personas_batch_change", args=[batch.pk]))

    def page(self, request, template: str, title: str, status: int = 200, **context) -> HttpResponse:
        around = self.admin_site.each_context(request) | {"opts": self.opts, "title": title}
        return render(request, f"admin/exchange/{template}", around | context, status=status)


def chosen(asked) -> dict:
    """What a form chooses, of what there is to choose."""
    kept = {name: asked[name] for name, there in (("mode", list(Mode)), ("profile", profile_names())) if
            asked.get(name) in there}  # fmt: skip
    return kept | ({"mend": True} if "mend" in asked else {})


def profile_names() -> list[str]:
    return [name for name, *_ in profile_choices()]


def refusal(files: list) -> str | None:
    """Why files are not taken; None if they are."""
    if not files:
        return "Choose a file first, or drop one here."
    if sum(file.size for file in files) > BYTES:
        return f"These files have more than {BYTES // 1024**2} MB. Split them, or use manage.py import_personas."
    if empty := next((file.name for file in files if not file.size), None):
        return f"{empty} is empty."
    return None


def attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
