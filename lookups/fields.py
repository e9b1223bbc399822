"""How other tables refer to a vocabulary: by its code, offering what is active."""

from django.db import models
from django.db.models import Q
from django.forms import ModelChoiceField


class LookupChoiceField(ModelChoiceField):
    """Offers the active values, and the one that the row has already."""

    def get_bound_field(self, form, field_name):
        instance = getattr(form, "instance", None)
        current = instance and getattr(instance, instance._meta.get_field(field_name).attname)
        self.queryset = self.queryset.model.objects.filter(Q(is_active=True) | Q(code=current))
        return super().get_bound_field(form, field_name)


class LookupField(models.ForeignKey):
    """A reference to a vocabulary's code, in a column of the field's own name."""

    def __init__(self, to, **kwargs):
        defaults = {"on_delete": models.PROTECT, "to_field": "code", "related_name": "+", "db_index": False}
        super().__init__(to, **defaults | kwargs)

    def contribute_to_class(self, cls, name, **kwargs):
        self.db_column = self.db_column or name
        super().contribute_to_class(cls, name, **kwargs)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": LookupChoiceField} | kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
