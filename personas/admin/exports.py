"""Exports in the admin: what the list shows or what is ticked, in a format and with the sections that are wanted."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from personas.enums import Archetype
from personas.exchange.exporting import FILTERS, Sending, chosen, manifest
from personas.exchange.files import FORMATS
from personas.models import ExchangeProfile, Export, Persona
from personas.sections import DOMAINS
from vital.admin import ModelAdmin
from vital.organisation.models import Function

from .imports import attached

KINDS = {
    "xlsx": ("Workbook", "A sheet for each table, with lists and notes; for people."),
    "zip": ("CSV", "A file for each table, in a ZIP; for analysis."),
    "json": ("JSON", "Whole documents; for other systems."),
    "jsonl": ("JSON Lines", "A document on each line; for large amounts."),
    "yaml": ("YAML", "Whole documents that people can read."),
}
assert set(KINDS) == set(FORMATS)  # noqa: S101 - a format without a word for it would be missing from the page


@admin.register(Export)
class ExportAdmin(ModelAdmin):
    intro = "What went out, newest first. A manifest says what is in a file, and how to check that it is whole."
    list_display = ("name", "personas", "created_by", "created_at")
    list_display_links = None
    list_select_related = ("created_by",)
    search_fields = ("name",)
    readonly_fields = ()

    @admin.display(description="personas")
    def personas(self, export):
        return export.counts.get("personas", "")

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(self.manifest_view)
        return [path("<uuid:pk>/manifest.json", view, name="personas_export_manifest"), *super().get_urls()]

    def manifest_view(self, request, pk):
        export = self.get_object(request, str(pk))
        if export is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        return attached(JsonResponse(manifest(export), json_dumps_params={"indent": 2}), f"{export.name}.manifest.json")

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        choice = read(asked)
        if request.method == "POST":
            if name := asked.get("save_as", "").strip():
                keep(name, choice, asked.get("format", "xlsx"), request.user)
                messages.success(request, f"This choice is kept as «{name}».")
                return redirect(f"{reverse('admin:personas_export_add')}?profile={name}")
            if not chosen(choice).exists():
                messages.error(request, "No persona is left by these filters. Choose others.")
            elif (format_ := asked.get("format")) in FORMATS:
                sending = Sending(request.tenant, request.user, choice, format_)
                return attached(StreamingHttpResponse(sending, content_type="application/octet-stream"), sending.name)
        return self.choose(request, choice, asked)

    def choose(self, request, choice: dict, asked: dict | None = None):
        """The page on which format and sections are chosen, of personas that were ticked or filtered before."""
        asked = asked or {}
        saved = ExchangeProfile.objects.filter(direction=ExchangeProfile.Direction.EXPORT)
        picked = next((one for one in saved if one.name == asked.get("profile")), None)
        if picked:
            choice = picked.content["choice"] | {key: choice[key] for key in ("ids",) if key in choice}
        context = self.admin_site.each_context(request) | {
            "opts": self.opts, "title": "Export personas",
            "address": reverse("admin:personas_export_add"), "kinds": KINDS, "domains": domains(), "choice": choice,
            "format": picked.content["format"] if picked else asked.get("format", "xlsx"), "saved": saved,
            "picked": picked, "number": chosen(choice).count(), "functions": Function.objects.all(),
            "archetypes": Persona._meta.get_field("archetype").choices,
        }  # fmt: skip
        return render(request, "admin/exchange/export.html", context)


def read(asked) -> dict:
    """What a form, or the address that led to it, chooses; what says nothing is left out."""
    choice = {"ids": [one for one in asked.getlist("ids") if one], "sections": asked.getlist("sections"),
              "with_ids": "with_ids" in asked, "search": asked.get("search", "").strip(),
              "list": asked.get("list", "")}  # fmt: skip
    choice |= {name: asked.get(name, "") for name in FILTERS}
    if choice["archetype"] not in Archetype.values:
        del choice["archetype"]
    return {name: value for name, value in choice.items() if value}


def domains() -> list[tuple[str, list[tuple[str, str]]]]:
    """The sections to tick, by domain."""
    return [
        (domain.title, [(section.word, section.model._meta.verbose_name_plural) for section in domain.sections])
        for domain in DOMAINS
    ]


def keep(name: str, choice: dict, format_: str, user) -> None:
    ExchangeProfile.objects.update_or_create(
        direction=ExchangeProfile.Direction.EXPORT,
        name=name[:100],
        defaults={"content": {"choice": {k: v for k, v in choice.items() if k != "ids"}, "format": format_},
                  "created_by": user},
    )  # fmt: skip


@admin.register(ExchangeProfile)
class ExchangeProfileAdmin(ModelAdmin):
    intro = "Answers and choices that were kept for the next file. Deleting one changes nothing that was imported."
    list_display = ("name", "direction", "created_by", "created_at")
    list_filter = ("direction",)
    list_select_related = ("created_by",)
    search_fields = ("name",)
    fields = ("name", "direction", "content", "created_by", "created_at")
    readonly_fields = ("name", "direction", "content", "created_by", "created_at")

    def has_add_permission(self, request):
        return False
