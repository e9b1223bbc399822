from django.contrib import admin
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef
from django.db.models.functions import JSONObject
from django.urls import reverse
from unfold.forms import PaginationInlineFormSet

from vital.admin import ModelAdmin, TabularInline
from vital.flat.admin import FlatFiles

from .models import Department, Function, JobToBeDone, Role, RoleKPI, RoleResponsibility, RoleSkill

MOST = 50  # personas that a role's page names; usually it has four


class OrganisationAdmin(FlatFiles, ModelAdmin):
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    list_display_links = ("name",)


@admin.register(Function)
class FunctionAdmin(OrganisationAdmin):
    intro = "Business functions hold departments and roles; personas are loaded a function at a time."
    list_display = (
        "name",
        "slug",
        "regulatory_sensitivity",
        "strategic_priority",
        "department_count",
        "role_count",
        "is_active",
    )
    list_filter = ("regulatory_sensitivity", "is_active")
    autocomplete_fields = ("parent",)

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(department_count=Count("departments", distinct=True), role_count=Count("roles", distinct=True))
        )

    @admin.display(description="departments", ordering="department_count")
    def department_count(self, function):
        return function.department_count

    @admin.display(description="roles", ordering="role_count")
    def role_count(self, function):
        return function.role_count


@admin.register(Department)
class DepartmentAdmin(OrganisationAdmin):
    intro = "Departments are parts of a function, such as Field Medical in Medical Affairs."
    list_display = ("name", "function", "operating_model", "field_vs_office_mix", "role_count", "is_active")
    list_filter = ("function", "operating_model", "is_active")
    list_select_related = ("function",)
    autocomplete_fields = ("function",)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(role_count=Count("roles"))

    @admin.display(description="roles", ordering="role_count")
    def role_count(self, department):
        return department.role_count


class Rows(PaginationInlineFormSet):
    """A page of a role's rows, all of which are read: to count them first would be a query more."""

    def get_page(self, paginator, page):
        paginator.object_list = list(paginator.object_list)
        return super().get_page(paginator, page)

    def add_fields(self, form, index):
        """A table has titles over its columns, but a screen reader says what the field itself is called."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = field.label


class RoleInline(TabularInline):
    formset = Rows
    per_page = 10  # of three tabs at once: a page posts at most 300 fields
    ordering = ("sequence_order", "pk")  # a page of rows needs an order in which none are equal


class ResponsibilityInline(RoleInline):
    model = RoleResponsibility
    fields = ("responsibility", "category", "importance", "sequence_order")


class SkillInline(RoleInline):
    model = RoleSkill
    fields = ("skill_name", "skill_category", "proficiency_required", "sequence_order")


class KPIInline(RoleInline):
    model = RoleKPI
    fields = ("kpi_name", "kpi_description", "measurement_frequency", "sequence_order")


@admin.register(Role)
class RoleAdmin(OrganisationAdmin):
    intro = "Roles are jobs. Four personas share one, one for each archetype, and take its duties, skills and KPIs."
    list_display = (
        "name",
        "department",
        "role_type",
        "seniority_level",
        "geographic_scope",
        "reports_to_role",
        "is_active",
    )
    list_filter = ("function", "department", "role_type", "seniority_level", "is_active")
    list_select_related = ("department", "seniority_level", "geographic_scope", "reports_to_role")
    search_fields = ("name", "slug", "job_code")
    autocomplete_fields = ("function", "department", "reports_to_role")
    inlines = (ResponsibilityInline, SkillInline, KPIInline)
    fieldsets = (
        (
            None,
            {"fields": (("name", "slug"), "description", ("function", "department"), ("reports_to_role", "role_type"))},
        ),
        (
            "Level",
            {
                "fields": (
                    ("seniority_level", "leadership_level"),
                    ("grade_level", "job_code"),
                    ("years_experience_min", "years_experience_max"),
                )
            },
        ),
        (
            "Reach",
            {
                "fields": (
                    ("geographic_scope", "is_active"),
                    ("team_size_min", "team_size_max"),
                    ("direct_reports_min", "direct_reports_max"),
                    ("travel_percentage_min", "travel_percentage_max"),
                    ("budget_min_usd", "budget_max_usd"),
                )
            },
        ),
        ("History", {"fields": (("created_at", "updated_at"),)}),
    )
    change_form_outer_after_template = "admin/organisation/role_personas.html"

    def get_queryset(self, request):
        roles = super().get_queryset(request)
        if not request.resolver_match.url_name.endswith("_change"):
            return roles
        personas = self.opts.get_field("personas").related_model.objects.filter(role=OuterRef("pk"), deleted_at=None)
        shown = {name: name for name in ("pk", "name", "title", "archetype", "validation_status")}
        return roles.annotate(people=ArraySubquery(personas.order_by("name").values(shown=JSONObject(**shown))[:MOST]))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        may = {action: request.user.has_perm(f"personas.{action}_persona") for action in ("view", "add")}
        if obj and may["view"]:
            columns = self.opts.get_field("personas").related_model._meta
            for persona in obj.people:
                for name in ("archetype", "validation_status"):
                    persona[name] = dict(columns.get_field(name).flatchoices).get(persona[name])
            context |= {"personas": obj.people, "most": MOST}
            if may["add"]:
                context["add_persona"] = f"{reverse('admin:personas_persona_add')}?role={obj.pk}"
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(JobToBeDone)
class JobToBeDoneAdmin(OrganisationAdmin):
    intro = "Jobs to be done are what people hire a solution for. Personas choose theirs from this catalogue."
    list_display = ("code", "name", "functional_area", "job_category", "urgency", "strategic_importance", "status")
    list_display_links = ("code", "name")
    list_filter = ("functional_area", "job_category", "job_type", "urgency", "status")
    search_fields = ("code", "name", "description")
    prepopulated_fields = {}


class RoleDetailAdmin(FlatFiles, ModelAdmin):
    """What roles bring, across all of them; it is edited on the role's own page too."""

    list_filter = ("role",)
    list_select_related = ("role",)
    autocomplete_fields = ("role",)

    @property
    def intro(self):
        return self.model.__doc__

    def get_list_display(self, request):
        return (*self.inline.fields[:1], "role", *self.inline.fields[1:])

    def get_search_fields(self, request):
        return (*self.inline.fields[:1], "role__name", "role__slug")

    def get_fields(self, request, obj=None):
        return ("role", *self.inline.fields, *(self.readonly_fields if obj else ()))


for inline in RoleAdmin.inlines:
    stamps = tuple(name for name in ModelAdmin.readonly_fields if hasattr(inline.model, name))
    about = {"inline": inline, "readonly_fields": stamps}
    admin.site.register(inline.model, type(f"{inline.model.__name__}Admin", (RoleDetailAdmin,), about))
