"""The list of personas, and the page of a persona's own columns."""

from django.contrib import admin, messages
from django.contrib.admin.templatetags.admin_urls import admin_urlname as url_name
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from personas.documents.shape import GROUPS, PERSONA
from personas.exchange.resources import resource_for
from personas.models import EditorialState, Export, Persona
from personas.models.scales import label
from vital.admin import ModelAdmin
from vital.flat.admin import FlatFiles

DELETED = "deleted"
MOST = 900  # personas that a form can name one by one
LISTED = (
    "tenant", "name", "slug", "title", "archetype", "role_name", "function_name", "seniority_level",
    "validation_status",
)  # fmt: skip


class DeletedFilter(admin.SimpleListFilter):
    """Deleted personas are in no list but their own."""

    title = parameter_name = DELETED

    def lookups(self, request, model_admin):
        return (("yes", "Deleted"),)

    def choices(self, changelist):
        everything, deleted = super().choices(changelist)
        yield everything | {"display": "In use"}
        yield deleted

    def queryset(self, request, queryset):
        return queryset  # PersonaAdmin.get_queryset() has chosen already


def from_state(column: str) -> Subquery:
    return Subquery(EditorialState.objects.filter(persona=OuterRef("pk")).values(column)[:1])


@admin.register(Persona)
class PersonaAdmin(FlatFiles, ModelAdmin):
    intro = "Personas are invented people who stand for a role; analysts write them, reviewers validate them."
    resource = resource_for(PERSONA.word)
    list_display = (
        "named", "kind", "job", "seniority_level", "validation_status", "version", "changed",
    )  # fmt: skip
    list_filter = (
        "function", "role", "archetype", "seniority_level", "gen_ai_readiness_level", "validation_status", "is_active",
        DeletedFilter,
    )  # fmt: skip
    list_select_related = ("seniority_level",)
    list_per_page = 100
    search_fields = ("name", "slug", "title")
    search_help_text = "Name, slug or title"
    show_full_result_count = False
    actions = ("export_whole", "restore")
    autocomplete_fields = ("role", "function", "department")
    prepopulated_fields = {"slug": ("name",)}
    readonly_fields = ("validation_status", "version", "changed", "created_at")
    fieldsets = (
        *(
            (label(group), {"fields": (*(("slug",) if group == "core_profile" else ()), *columns)})
            for group, columns in GROUPS.items()
        ),
        ("History", {"fields": (("validation_status", "version"), ("changed", "created_at"))}),
    )
    delete_confirmation_template = "admin/confirm.html"

    def get_queryset(self, request):
        deleted = request.GET.get(DELETED) == "yes"
        personas = super().get_queryset(request)
        if request.resolver_match.url_name.endswith("_changelist"):
            personas = personas.only(*LISTED)  # of 77 columns
        return personas.filter(deleted_at__isnull=not deleted).annotate(
            version=from_state("version"),
            changed_at=from_state("changed_at"),
            changed_by=Coalesce(from_state("changed_by__full_name"), from_state("changed_by__email")),
        )

    @admin.display(description="name", ordering="name")
    def named(self, persona):
        return format_html(
            '<span class="vital-named"><strong>{}</strong>{}</span>', persona.name, persona.title or persona.slug
        )

    @admin.display(description="archetype", ordering="archetype")
    def kind(self, persona):
        return persona.get_archetype_display().partition(":")[0] if persona.archetype else None

    @admin.display(description="role and function", ordering="role_name")
    def job(self, persona):
        return ", ".join(filter(None, (persona.role_name, persona.function_name)))

    @admin.display(ordering="version")
    def version(self, persona):
        return persona.version

    @admin.display(ordering="changed_at")
    def changed(self, persona):
        when = timezone.localtime(persona.changed_at).strftime("%-d %b %Y, %H:%M") if persona.changed_at else None
        return ", ".join(filter(None, (when, persona.changed_by)))

    def get_deleted_objects(self, objs, request):
        """Nothing goes with a persona: it is put aside, and can be restored."""
        return [str(persona) for persona in objs], {"personas": len(objs)}, set(), []

    def delete_view(self, request, object_id, extra_context=None):
        if persona := self.get_object(request, object_id):
            about = {
                "question": f"Delete «{persona}»? It leaves all lists but the one that the filter «Deleted» shows, and "
                "can be restored there.",
                "back": reverse(url_name(self.opts, "change"), args=[object_id]),
            }
            extra_context = about | (extra_context or {})
        return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request, persona):
        persona.deleted_at = timezone.now()
        persona.save(update_fields=["deleted_at"])

    def delete_queryset(self, request, queryset):
        Persona.objects.filter(pk__in=queryset.values("pk")).update(deleted_at=timezone.now())

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected" if request.GET.get(DELETED) == "yes" else "restore", None)
        return actions

    @admin.action(description="Export, with all sections", permissions=["view"])
    def export_whole(self, request, personas):
        ids = [str(pk) for pk in personas.values_list("pk", flat=True)[: MOST + 1]]
        if len(ids) > MOST:
            messages.error(request, f"Tick at most {MOST} personas. More of them are chosen by filters, under Exports.")
            return None
        return self.admin_site.get_model_admin(Export).choose(request, {"ids": ids})

    @admin.action(description="Restore", permissions=["delete"])
    def restore(self, request, personas):
        chosen = list(personas)
        Persona.objects.filter(pk__in=[persona.pk for persona in chosen]).update(deleted_at=None)
        for persona in chosen:
            self.log_change(request, persona, "Restored.")
        messages.success(request, f"Restored: {', '.join(map(str, chosen))}.")
