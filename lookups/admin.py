"""One admin for the family of vocabularies."""

from django.apps import apps
from django.contrib import admin, messages
from django.db import IntegrityError, connection, transaction
from django.shortcuts import redirect
from django.urls import reverse

from vital.admin import ModelAdmin
from vital.flat.admin import FlatFiles

from .models import Lookup


def where(value: Lookup) -> str:
    """Where this value is used in the current tenant: «3 roles, 1 department»."""
    uses = []
    for relation in value._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            model = relation.related_model
            if count := model.objects.filter(**{relation.field.name: value}).count():
                names = model._meta.verbose_name, model._meta.verbose_name_plural
                uses.append(f"{count} {names[count != 1]}")
    return ", ".join(uses)


class LookupAdmin(FlatFiles, ModelAdmin):
    search_fields = ("code", "display_name")
    list_filter = ("is_active",)
    list_per_page = 100
    actions = ("activate", "deactivate")
    readonly_fields = ("created_at",)

    @property
    def intro(self):
        return f"{self.model.__doc__} Shared by all tenants; platform administrators edit it."

    def own_fields(self) -> list[str]:
        return [field.name for field in self.model._meta.fields if field.editable]

    def get_list_display(self, request):
        return ("display_name", "code", *(name for name in self.own_fields() if name not in ("code", "display_name")))

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
