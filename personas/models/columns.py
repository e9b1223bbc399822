"""The kinds of column that content is made of, each with its rule.

A column states its rule once: the form, the file formats and the database's CHECK (`<table>_<column>_check`) follow
from it. What is not `required` may be null, which means "not known"; '' is never stored. In migrations the columns
stand as the Django fields that they are made of.
"""

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from lookups.fields import LookupField
from personas.enums import PG_TYPES
from vital.fields import Line, Prose
from vital.sql import PgEnumField
from vital.tenancy.models import TenantForeignKey

from .scales import label as read

CHECK_NAME_LIMIT = 63  # PostgreSQL's


class Ruled:
    """A column whose rule is a CHECK constraint of its table."""

    def rule(self) -> Q | None:
        """The condition; None where any value is fine."""

    def rule_in_words(self) -> str:
        raise NotImplementedError

    def contribute_to_class(self, cls, name, **kwargs):
        super().contribute_to_class(cls, name, **kwargs)
        meta = cls._meta
        if meta.abstract or not meta.managed or self.rule() is None:
            return
        check = models.CheckConstraint(
            condition=self.rule(),
            name=check_name(meta.db_table, self.column),
            violation_error_message=f"«{self.verbose_name}» {self.rule_in_words()}.",
        )
        meta.constraints = [*meta.constraints, check]
        meta.original_attrs["constraints"] = meta.constraints  # what migrations are made from

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        for option in ("choices", "max_length", "validators"):
            kwargs.pop(option, None)  # the CHECK says it
        base = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("django."))
        package = base.__module__.replace("db.models.fields", "db.models").removesuffix(".array")
        return name, f"{package}.{base.__qualname__}", args, kwargs


def check_name(table: str, column: str) -> str:
    name = f"{table}_{column}_check"
    return name if len(name) <= CHECK_NAME_LIMIT else f"{table[: CHECK_NAME_LIMIT - len(column) - 7]}_{column}_check"


class Key(Ruled, Line):
    """A line short enough for an index."""

    def rule(self):
        return self.max_length and Q(LessThanOrEqual(Length(self.name), self.max_length))

    def rule_in_words(self):
        return f"has at most {self.max_length} characters"


class Code(Ruled, Line):
    """One of a few codes. An open list only offers them: what else people write is kept."""

    def __init__(self, *args, codes: str = "", closed: bool = True, **kwargs):
        self.codes, self.closed = codes.split(), closed
        super().__init__(*args, choices=[(code, read(code)) for code in self.codes], **kwargs)

    def rule(self):
        return Q((f"{self.name}__in", self.codes)) if self.closed and self.codes else None

    def rule_in_words(self):
        return f"is one of {', '.join(self.codes)}"

    def validate(self, value, model_instance):
        if self.closed or value in self.empty_values:
            super().validate(value, model_instance)

    def formfield(self, **kwargs):
        return super().formfield(**({} if self.closed else {"choices_form_class": OpenChoiceField}) | kwargs)


class OpenChoiceField(forms.TypedChoiceField):
    """Offers the usual values and the one that is there already, and takes any."""

    def get_bound_field(self, form, field_name):
        bound = super().get_bound_field(form, field_name)
        if (present := bound.value()) and not super().valid_value(present):
            self.choices = [*self.choices, (present, present)]
        return bound

    def valid_value(self, value):
        return True


class Within(Ruled):
    """A number between two others; either may be open."""

    def __init__(self, *args, low=None, high=None, **kwargs):
        self.low, self.high = low, high
        super().__init__(
            *args,
            validators=[
                *([] if low is None else [MinValueValidator(low)]),
                *([] if high is None else [MaxValueValidator(high)]),
            ],
            **kwargs,
        )

    def rule(self):
        bounds = [("gte", self.low), ("lte", self.high)]
        condition = Q(*((f"{self.name}__{way}", value) for way, value in bounds if value is not None))
        return condition or None

    def rule_in_words(self):
        if self.high is None:
            return f"is {self.low} or more"
        return f"is a number from {self.low} to {self.high}"

    def formfield(self, **kwargs):
        return super().formfield(**{"min_value": self.low, "max_value": self.high} | kwargs)


class Whole(Within, models.IntegerField):
    """A whole number."""


class Exact(Within, models.DecimalField):
    """A number with decimals."""


class Items(Ruled, ArrayField):
    """Several texts; all of them from a list, where one is given."""

    def __init__(self, *args, codes: str = "", **kwargs):
        self.codes = codes.split()
        kwargs.setdefault("base_field", models.TextField())
        super().__init__(*args, **kwargs)

    def rule(self):
        return Q((f"{self.name}__contained_by", self.codes)) if self.codes else None

    def rule_in_words(self):
        return f"takes only {', '.join(self.codes)}"

    def formfield(self, **kwargs):
        if self.codes:
            kind = {"form_class": ItemsChoiceField, "choices": [(code, read(code)) for code in self.codes]}
        else:
            kind = {"form_class": LinesField}
        return models.Field.formfield(self, **kind | kwargs)


class ItemsChoiceField(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, *args, **kwargs):
        super().__init__(*args, empty_value=None, **kwargs)


class LinesField(forms.CharField):
    """Several texts, one per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value):
        return self.lines(super().clean(value))

    def has_changed(self, initial, data):
        return self.lines(self.prepare_value(initial)) != self.lines(data)

    @staticmethod
    def lines(text: str | None) -> list[str] | None:
        return [line for line in map(str.strip, (text or "").splitlines()) if line] or None


class YesNo(models.BooleanField):
    """A box to tick where there is a default, else yes, no or not known."""

    def formfield(self, **kwargs):
        if self.has_default():
            return models.Field.formfield(self, form_class=forms.BooleanField, required=False, **kwargs)
        return super().formfield(**kwargs)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BooleanField", args, kwargs


# How models write them: the help text first, then the data.


def described(text: str, *, required=False, default=None, label=None, **options) -> dict:
    """The options that every kind of column takes."""
    return {
        **({} if required else {"null": True, "blank": True}),
        **({} if default is None else {"default": default, "db_default": default}),
        "verbose_name": label,
        "help_text": text,
        **options,
    }


def line(text: str, **options) -> Line:
    return Line(**described(text, **options))


def key(text: str, longest: int = 500, **options) -> Key:
    return Key(max_length=longest, **described(text, **options))


def prose(text: str, **options) -> Prose:
    return Prose(**described(text, **options))


def link(text: str, **options) -> Line:
    return Line(**described(text, validators=[URLValidator(["http", "https"])], **options))


def choice(text: str, codes: str, **options) -> Code:
    return Code(codes=codes, **described(text, **options))


def offer(text: str, codes: str, **options) -> Code:
    return choice(text, codes, closed=False, **options)


def reference(text: str, to, on_delete=models.SET_NULL, **options) -> TenantForeignKey:
    return TenantForeignKey(to, on_delete, **described(text, **options))


def enum(text: str, values, **options) -> PgEnumField:
    return PgEnumField(PG_TYPES[values], choices=values, **described(text, **options))


def lookup(text: str, vocabulary, **options) -> LookupField:
    return LookupField(vocabulary, **described(text, **options))


def whole(text: str, low=None, high=None, **options) -> Whole:
    return Whole(low=low, high=high, **described(text, **options))


def exact(text: str, digits: int, places: int, low=None, high=None, **options) -> Exact:
    return Exact(max_digits=digits, decimal_places=places, low=low, high=high, **described(text, **options))


def items(text: str, codes: str = "", **options) -> Items:
    return Items(codes=codes, **described(text, **options))


def yes_no(text: str, **options) -> YesNo:
    return YesNo(**described(text, **options))


def day(text: str, **options) -> models.DateField:
    return models.DateField(**described(text, **options))


def moment(text: str, **options) -> models.DateTimeField:
    return models.DateTimeField(**described(text, **options))


def time(text: str, **options) -> models.TimeField:
    return models.TimeField(**described(text, **options))


def order() -> Whole:
    return whole("Place in the list, from 1.", default=0, label="order")
