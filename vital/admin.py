"""The base of every admin page of ours."""

from django.contrib import admin
from django.utils.http import url_has_allowed_host_and_scheme
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from vital.fields import Line, Prose


def local(request, asked: str, otherwise: str) -> str:
    """The address that a form asks to go back to, if it is one of ours."""
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if ours else otherwise


class ProseWidget(UnfoldAdminTextareaWidget):
    def __init__(self, attrs=None):
        super().__init__({"rows": 3} | (attrs or {}))


class Widgets:
    """One line for Line, several for Prose."""

    formfield_overrides = {Line: {"widget": UnfoldAdminTextInputWidget}, Prose: {"widget": ProseWidget}}


class ModelAdmin(Widgets, UnfoldModelAdmin):
    """`intro` tells people on the list page what the list is for."""

    intro = ""
    compressed_fields = False
    warn_unsaved_form = True
    list_filter_sheet = True
    list_per_page = 50
    readonly_fields = ("created_at", "updated_at")
    list_before_template = "admin/intro.html"

    def get_fieldsets(self, request, obj=None):
        """Those of the class, but for what a row that is yet to be added cannot show."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj:
            return fieldsets
        return [
            (title, options | {"fields": fields})
            for title, options in fieldsets
            if (fields := [kept for field in options["fields"] if (kept := self.without_readonly(field))])
        ]

    def without_readonly(self, field):
        if isinstance(field, str):
            return None if field in self.readonly_fields else field
        return tuple(name for name in field if name not in self.readonly_fields)

    def get_ordering(self, request):
        # Said aloud, since Django forgets a model's ordering where rows are counted.
        return self.ordering or self.opts.ordering

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"intro": self.intro} | (extra_context or {}))


class TabularInline(Widgets, UnfoldTabularInline):
    extra = 0
    tab = True
    show_change_link = False


admin.site.index_title = "Home"
