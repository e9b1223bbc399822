"""One admin for the family of vocabularies."""

from django.apps import apps
from django.contrib import admin, messages
from django.db import IntegrityError, connection, transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from vital.admin import ModelAdmin
from vital.flat.admin import FlatFiles

from .models import Lookup
from .uses import columns, uses


def where(value: Lookup) -> str:
    """Where this value is used in the current tenant: «3 roles, 1 department»."""
    return ", ".join(f"{use.count} {use.rows}" for use in uses([value])[value.pk])


class LookupAdmin(FlatFiles, ModelAdmin):
    search_fields = ("code", "display_name")
    list_filter = ("is_active",)
    list_per_page = 100
    actions = ("activate", "deactivate")
    readonly_fields = ("created_at",)
    change_form_outer_after_template = "admin/lookups/uses.html"

    @property
    def intro(self):
        return f"{self.model.__doc__} Shared by all tenants; platform administrators edit it."

    def own_fields(self) -> list[str]:
        return [field.name for field in self.model._meta.fields if field.editable]

    def get_list_display(self, request):
        used = ("used",) if columns(self.model) else ()
        named = ("display_name", "code")
        return (*named, *used, *(name for name in self.own_fields() if name not in named))

    def get_changelist_instance(self, request):
        shown = super().get_changelist_instance(request)
        used = uses(shown.result_list)
        for value in shown.result_list:
            value.uses = used[value.pk]
        return shown

    @admin.display(description="used")
    def used(self, value):
        """The number of rows, with the way to them; where they are in several tables, to the page that lists these."""
        if not value.uses:
            return "not used"
        link = value.uses[0].link if len(value.uses) == 1 else None
        own = reverse(f"admin:lookups_{self.opts.model_name}_change", args=[value.pk])
        count = sum(use.count for use in value.uses)
        said = f"{count:,} row{'s' * (count != 1)}"
        return format_html('<a class="vital-link" href="{}">{}</a>', link or f"{own}#uses", said)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context |= {"uses": uses([obj])[obj.pk], "columns": columns(self.model)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_fields(self, request, obj=None):
        return (*self.own_fields(), *self.readonly_fields)

    def get_readonly_fields(self, request, obj=None):
        return ("code", *self.readonly_fields) if obj else self.readonly_fields  # rows refer to the code

    def save_model(self, request, value, form, change):
        super().save_model(request, value, form, change)
        if change and "is_active" in form.changed_data and not value.is_active:
            self.say_deactivated(request, value)

    def say_deactivated(self, request, value):
        kept = where(value)
        messages.info(
            request,
            f"«{value}» is no longer offered. "
            + (f"It stays where it is: {kept}." if kept else "Nothing here uses it."),
        )

    def delete_view(self, request, object_id, extra_context=None):
        """Refuse before asking, where the value is in use in this tenant."""
        value = self.get_object(request, object_id)
        if value and self.has_delete_permission(request, value) and (used := where(value)):
            return self.refuse_deletion(request, value, f"It is used in {used}.")
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except IntegrityError:  # row-level security hides other tenants' rows, foreign keys do not
            return self.refuse_deletion(request, value, "Another tenant uses it.")

    def delete_model(self, request, value):
        super().delete_model(request, value)
        connection.check_constraints()  # now, where it can be answered; they are deferred to the commit

    def refuse_deletion(self, request, value, why):
        messages.error(
            request, f"«{value}» cannot be deleted. {why} Untick «active» to take it out of choices instead."
        )
        return redirect(reverse(f"admin:lookups_{self.opts.model_name}_change", args=[value.pk]))

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # values are deleted one at a time, where it can be said what uses them
        return actions

    @admin.action(description="Offer in choices", permissions=["change"])
    def activate(self, request, values):
        self.offer(request, values, True, "Offered in choices.")

    @admin.action(description="Take out of choices", permissions=["change"])
    def deactivate(self, request, values):
        self.offer(request, values, False, "Taken out of choices.")

    def offer(self, request, values, is_active, what):
        for value in values.exclude(is_active=is_active):
            value.is_active = is_active
            value.save(update_fields=["is_active"])
            self.log_change(request, value, what)
            if is_active:
                messages.success(request, f"«{value}» is offered.")
            else:
                self.say_deactivated(request, value)


for model in apps.get_app_config("lookups").get_models():
    admin.site.register(model, LookupAdmin)
