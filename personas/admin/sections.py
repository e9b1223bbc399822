"""A page for the rows of every section and every detail, across all personas; derived from the table of sections."""

from functools import cached_property

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.db import models
from django.db.models import F
from django.shortcuts import redirect
from django.urls import reverse

from personas.documents.shape import PERSONA, Shape
from personas.exchange.resources import resource_for
from personas.exchange.tables import TABLES
from personas.models import Persona
from personas.models.columns import Items
from vital.admin import ModelAdmin
from vital.fields import Prose
from vital.flat.admin import FlatFiles

OFFERED = 200  # personas that a filter lists; of more, the search finds them
SHOWN = 3  # columns of a list besides those by which its rows are told apart


class PersonaFilter(admin.SimpleListFilter):
    title = parameter_name = "persona"

    def lookups(self, request, model_admin):
        return Persona.objects.filter(deleted_at=None).values_list("slug", "name")[:OFFERED]

    def queryset(self, request, queryset):
        return queryset.filter(whose_slug=self.value()) if self.value() else queryset


class RowAdmin(FlatFiles, ModelAdmin):
    """Base of the pages of sections and details."""

    table: str
    shape: Shape
    list_filter = (PersonaFilter,)
    list_per_page = 100
    show_full_result_count = False
    readonly_fields = ()

    @property
    def intro(self):
        return self.model.__doc__

    @cached_property
    def resource(self):
        return resource_for(self.table)

    @property
    def to_persona(self) -> str:
        return self.resource.to_persona

    def get_queryset(self, request):
        whose = {"whose": F(f"{self.to_persona}name"), "whose_slug": F(f"{self.to_persona}slug")}
        return super().get_queryset(request).filter(**{f"{self.to_persona}deleted_at": None}).annotate(**whose)

    @admin.display(description="persona", ordering="whose")
    def of_whom(self, row):
        return row.whose

    def get_list_display(self, request):
        narrow = [
            name
            for name, field in self.shape.columns.items()
            if name not in self.shape.identity and not isinstance(field, Prose | Items)
        ]
        return (*self.shape.identity, "of_whom", *narrow[:SHOWN])

    def get_list_select_related(self, request):
        return [name for name in self.get_list_display(request) if name in self.shape.codes]

    def get_search_fields(self, request):
        texts = [name for name in self.shape.identity if isinstance(self.shape.columns[name], models.TextField)]
        return (*texts, f"{self.to_persona}name", f"{self.to_persona}slug")

    def has_delete_permission(self, request, obj=None):
        return False  # rows are deleted where their persona is edited, and can be taken back there

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Rows are edited where their persona is."""
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        section = getattr(row, self.shape.parent) if "." in self.table else row
        page = reverse(url_name(Persona._meta, "section"), args=[section.persona_id, self.table.partition(".")[0]])
        return redirect(f"{page}?row={section.pk}#row-{row.pk}")

    def add_view(self, request, form_url="", extra_context=None):
        messages.info(request, f"Choose the persona; {self.opts.verbose_name_plural} are added on its page.")
        return redirect(reverse(url_name(Persona._meta, "changelist")))


for name, shape in TABLES.items():
    if shape is not PERSONA:
        about = {"table": name, "shape": shape}
        admin.site.register(shape.model, type(f"{shape.model.__name__}Admin", (RowAdmin,), about))
