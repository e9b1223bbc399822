"""A page for the rows of every section and every detail, across all personas; derived from the table of sections."""

from functools import cached_property

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.db.models import F

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


class RowForm(forms.ModelForm):
    """A row is added to a persona of the tenant, and stays with it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "persona" in self.fields:
            self.fields["persona"].queryset = Persona.objects.filter(deleted_at=None)

    def clean(self):
        if "persona" in self.fields:
            self.instance.persona = self.cleaned_data.get("persona")
        return super().clean()


class RowAdmin(FlatFiles, ModelAdmin):
    """Base of the pages of sections and details."""

    table: str
    shape: Shape
    list_filter = (PersonaFilter,)
    list_per_page = 100
    show_full_result_count = False

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

    def get_autocomplete_fields(self, request):
        return (*self.shape.references, *([self.shape.parent] if "." in self.table else []))

    def get_fields(self, request, obj=None):
        return (self.shape.parent, *self.shape.columns, *(self.readonly_fields if obj else ()))

    def get_form(self, request, obj=None, change=False, **kwargs):
        # The persona is no field of the model's forms; ours asks for it.
        fields = [name for name in kwargs.get("fields") or self.get_fields(request, obj) if obj or name != "persona"]
        return super().get_form(request, obj, change, **kwargs | {"fields": fields})

    def get_readonly_fields(self, request, obj=None):
        return (*self.readonly_fields, *([self.shape.parent] if obj else []))


def form_for(model: type[models.Model]) -> type[forms.ModelForm]:
    """A form that asks for the persona, which the model keeps from forms."""
    if "persona" not in {field.name for field in model._meta.fields}:
        return forms.ModelForm
    widget = AutocompleteSelect(model._meta.get_field("persona"), admin.site)
    persona = forms.ModelChoiceField(Persona.objects.none(), widget=widget, help_text="Persona that the row is about.")
    return type(RowForm)(f"{model.__name__}Form", (RowForm,), {"persona": persona})


for name, shape in TABLES.items():
    if shape is not PERSONA:
        stamps = [one for one in ("created_at", "updated_at") if hasattr(shape.model, one)]
        about = {"table": name, "shape": shape, "form": form_for(shape.model), "readonly_fields": tuple(stamps)}
        admin.site.register(shape.model, type(f"{shape.model.__name__}Admin", (RowAdmin,), about))
