"""The database's views as reports: to look at, search, filter and take along; nothing is written here."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import F, Func, IntegerField, Max
from django.db.models.functions import Cast
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from procrastinate.contrib.django.models import ProcrastinateEvent
from unfold.views import ChangeList

from personas.exchange.choosing import EMPTY
from personas.models import ArchetypeShare, CompletePersona, CountedPersona, ListedPersona, ScoredPersona
from personas.tasks import refresh_persona_summary
from vital.admin import ModelAdmin
from vital.flat.admin import FlatFiles
from vital.flat.resources import FlatResource
from vital.organisation.models import Function

FORMATS = ("csv", "json", "xlsx")
VPANES = ("visibility", "pain", "actions", "needs", "emotions", "scenarios")
NOT_IN_FILES = ("id", "tenant", "insights", "deleted_at", "pk")


class Report(FlatResource):
    """A report as a file, with every column of its view."""

    def export_rows(self, queryset):
        for row in queryset.values(*self.fields).iterator():
            yield {name: readable(value) for name, value in row.items() if value is not None}


def readable(value):
    """A value as people read it: averages come with fifteen digits behind the point, moments with six."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return round(value, 1) if isinstance(value, Decimal) and value.as_tuple().exponent < -2 else value


def number(name: str, title: str):
    """A column of a list that shows a number with one digit behind the point."""

    @admin.display(description=title, ordering=name)
    def column(row):
        value = getattr(row, name)
        return None if value is None else f"{value:,.1f}"

    return column


def short(name: str, title: str):
    """A column of a list that shows a value without its explanation: «Automator», or a name under a shorter title."""

    @admin.display(description=title, ordering=name, empty_value="none yet")
    def column(row):
        explained = getattr(row, f"get_{name}_display", None)
        return (explained() or "").partition(":")[0] or None if explained else getattr(row, name)

    return column


ARCHETYPE, FUNCTION = short("archetype", "archetype"), short("function_name", "function")


class Rows(ChangeList):
    def url_for_result(self, row):
        return reverse("admin:personas_persona_change", args=[row.pk])


class ReportAdmin(FlatFiles, ModelAdmin):
    """Base of the reports: a row leads to its persona, and nothing can be changed."""

    nothing = "There are no personas yet. Write the first under Personas, or bring them from a file under Imports."
    more_columns: tuple[str, ...] = ()
    search_fields = ("name", "slug")
    search_help_text = "Name or slug"
    list_filter = ("archetype", "function_name")
    list_per_page = 100
    readonly_fields = ()
    show_full_result_count = False
    preserve_filters = False  # they mean nothing to the page that a row leads to
    list_before_template = "admin/personas/report_files.html"
    change_list_template = "admin/personas/report.html"

    @cached_property
    def resource(self):
        columns = [field.name for field in self.opts.concrete_fields if field.name not in NOT_IN_FILES]
        return Report.made(
            [*columns, *self.more_columns], model=self.model, finders=(),
            file_name=str(self.opts.verbose_name_plural).replace(" ", "_"),
        )  # fmt: skip

    def get_changelist(self, request, **kwargs):
        return Rows

    def changelist_view(self, request, extra_context=None):
        about = {"nothing": self.nothing, "formats": FORMATS, "asked": request.GET.urlencode()}
        return super().changelist_view(request, about | (extra_context or {}))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_export_permission(self, request):
        return False  # not by way of the form that asks what should come back

    def get_urls(self):
        """The list, and its files: a report has no other page."""
        lists = [one for one in super().get_urls() if one.name == f"personas_{self.opts.model_name}_changelist"]
        view = self.admin_site.admin_view(self.file_view)
        return [*lists, path("report.<slug:ending>", view, name=f"personas_{self.opts.model_name}_file")]

    def file_view(self, request, ending):
        """What the list shows, as a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        formats = {one.extension: one for one in self.get_export_formats()}
        if ending not in FORMATS:
            raise Http404
        chosen, back = formats[ending](), redirect(f"{self.address('changelist')}?{request.GET.urlencode()}")
        try:
            queryset = self.get_export_queryset(request)
            content = chosen.export_data(self.resource().export(queryset))
        except IncorrectLookupParameters:  # the list takes it from here
            return back
        except ValueError as error:  # the formats say in a sentence why a table cannot be written
            messages.error(request, str(error))
            return back
        name = self.get_export_filename(request, queryset, chosen)
        return HttpResponse(content, content_type=chosen.get_content_type(),
                            headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


@admin.register(ListedPersona)
class ListedAdmin(ReportAdmin):
    intro = "Every persona on a line: who it is, where it works, how far it is."
    list_display = ("name", "title", ARCHETYPE, short("work_pattern", "work pattern"), "seniority_level", FUNCTION,
                    short("role_name", "role"), "validation_status", "updated_at")  # fmt: skip
    list_filter = ("archetype", "work_pattern", "validation_status", "seniority_level", "function_name", "is_active")
    list_select_related = ("seniority_level",)
    search_fields = ("name", "slug", "title", "tagline")
    search_help_text = "Name, slug, title or tagline"


@admin.register(CompletePersona)
class CompleteAdmin(ReportAdmin):
    intro = "Active personas in full, with the names of their organisation. The file has all columns, the list a few."
    nothing = "There are no active personas yet. A persona is active as long as «active» is ticked on its page."
    list_display = (
        "name", FUNCTION, short("department_name", "department"), short("role_name", "role"), ARCHETYPE,
        short("gen_ai_readiness_level", "AI readiness"), short("preferred_service_layer", "service layer"),
        number("ai_maturity_score", "AI maturity"), number("work_complexity_score", "work complexity"),
        "years_of_experience",
    )  # fmt: skip
    list_filter = ("archetype", "gen_ai_readiness_level", "preferred_service_layer", "validation_status",
                   "seniority_level", "function_name")  # fmt: skip
    search_fields = ("name", "slug", "title", "role_name")
    search_help_text = "Name, slug, title or role"


@admin.register(ScoredPersona)
class ScoredAdmin(ReportAdmin):
    intro = "The six VPANES scores of every persona, with their sum, from 0 to 60, and the tier that follows from it."
    list_display = (
        "name", FUNCTION, ARCHETYPE, *(number(name, name) for name in VPANES), number("total_score", "total"),
        "priority_tier",
    )  # fmt: skip
    list_filter = ("priority_tier", "archetype", "work_pattern", "function_name")


@admin.register(CountedPersona)
class CountedAdmin(ReportAdmin):
    intro = "Goals, pains, studies, days and stakeholders of every persona, counted each night at 03:27 UTC."
    nothing = "Nothing is counted yet. The worker counts each night at 03:27 UTC; personas appear here afterwards."
    list_display = (
        "name", "title", short("goals_count", "goals"), short("pain_points_count", "pain points"),
        short("research_count", "studies"), "days_of_week", "stakeholders",
    )  # fmt: skip
    more_columns = ("days_of_week", "stakeholders")
    list_filter = ()
    search_fields = ("name", "title")
    search_help_text = "Name or title"

    def get_queryset(self, request):
        days = Func(F("insights__wilo"), function="jsonb_array_length", output_field=IntegerField())
        stakeholders = Cast(F("insights__stakeholders"), IntegerField())
        return super().get_queryset(request).defer("insights").annotate(days_of_week=days, stakeholders=stakeholders)

    @admin.display(description="days of the week", ordering="days_of_week")
    def days_of_week(self, row):
        return row.days_of_week

    @admin.display(description="internal stakeholders", ordering="stakeholders")
    def stakeholders(self, row):
        return row.stakeholders

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"intro": f"{self.intro} {last_counted()}"} | (extra_context or {}))


def last_counted() -> str:
    done = ProcrastinateEvent.objects.filter(job__task_name=refresh_persona_summary.name, type="succeeded")
    at = done.aggregate(at=Max("at"))["at"]
    return f"What is shown was counted on {at:%-d %B %Y at %H:%M} UTC." if at else ""


class Shares(Rows):
    """Rows that have no page of their own: each leads to the personas that it counts."""

    @cached_property
    def functions(self) -> dict[str, list]:
        found = defaultdict(list)
        for name, key in Function.objects.values_list("name", "pk"):
            found[name].append(key)
        return found

    def url_for_result(self, row):
        asked = {"archetype": row.archetype or EMPTY, "function": self.functions.get(row.function_name, EMPTY)}
        return f"{reverse('admin:personas_persona_changelist')}?{urlencode(asked, doseq=True)}"


class ShareAdmin(ReportAdmin):
    intro = "How many personas of each archetype a function has, and their averages. A row leads to these personas."
    list_display = (
        ARCHETYPE, FUNCTION, short("persona_count", "personas"), number("avg_ai_maturity", "average AI maturity"),
        number("avg_work_complexity", "average work complexity"), number("avg_vpanes_score", "average VPANES total"),
    )  # fmt: skip
    search_fields = ("function_name",)
    search_help_text = "Function"

    def get_changelist(self, request, **kwargs):
        return Shares


# Django registers no model whose key has several columns, since its pages could not name a row; this one names none.
admin.site._registry[ArchetypeShare] = ShareAdmin(ArchetypeShare, admin.site)
