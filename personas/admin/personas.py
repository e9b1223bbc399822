"""Personas in the admin: the list, the editor, the trash, and files; each is a module of its own."""

from django.contrib import admin

from personas.documents.shape import PERSONA
from personas.exchange.resources import resource_for
from personas.models import Persona
from vital.admin import ModelAdmin
from vital.flat.admin import FlatFiles

from .comments import Comments
from .editor.pages import Editor
from .history import History
from .listing import PersonaList
from .quality import Quality
from .review import Review
from .schedule import Schedule
from .trash import Trash


@admin.register(Persona)
class PersonaAdmin(History, Review, Schedule, Comments, Editor, Quality, PersonaList, Trash, FlatFiles, ModelAdmin):
    intro = "Personas are invented people who stand for a role; analysts write them, reviewers validate them."
    resource = resource_for(PERSONA.word)
    search_fields = ("name", "slug", "title")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(deleted_at=None)
