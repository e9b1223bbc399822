"""What the tables of the organisation share: their base, and the columns and constraints that recur."""

from django.core.validators import validate_slug
from django.db import models
from django.db.models import F, Q

from vital.fields import Line
from vital.tenancy.natural import NaturalModel


class Level(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class OrganisationModel(NaturalModel):
    class Meta(NaturalModel.Meta):
        abstract = True

    def __str__(self):
        return self.name


def slug_column(example: str) -> Line:
    return Line(
        max_length=100,
        validators=[validate_slug],
        help_text=f"Short name for files and addresses, such as «{example}»; one of a kind in the tenant.",
    )


def is_active_column() -> models.BooleanField:
    return models.BooleanField(
        "active", db_default=True, default=True, help_text="Untick what is no longer used; it stays on record."
    )


def deleted_at_column() -> models.DateTimeField:
    return models.DateTimeField("deleted", null=True, blank=True, editable=False, help_text="When it was deleted.")


def order_column() -> models.IntegerField:
    return models.IntegerField(
        "order", null=True, blank=True, db_default=0, default=0, help_text="Place in lists, from 1."
    )


def integer_column(text: str) -> models.IntegerField:
    return models.IntegerField(null=True, blank=True, help_text=text)


def unique_in_tenant(table: str, field: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=("tenant", field),
        name=f"{table}_tenant_id_{field}_key",
        violation_error_message=f"Another row has this {field} already. Choose another, or edit that row.",
    )


def percent(table: str, *fields: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q((f"{field}__gte", 0), (f"{field}__lte", 100)),
            name=f"{table}_{field}",
            violation_error_message=f"«{field.replace('_', ' ').capitalize()}» is a number from 0 to 100.",
        )
        for field in fields
    ]


def not_itself(table: str, column: str, message: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q((column, F("id"))), name=f"{table}_{column}_other", violation_error_message=message
    )


def ordered(table: str, *stems: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q((f"{_max(stem)}__gte", F(_min(stem)))),
            name=f"{table}_{stem}",
            violation_error_message=f"«{_max(stem).replace('_', ' ').capitalize()}» is below the minimum.",
        )
        for stem in stems
    ]


def _min(stem: str) -> str:
    return f"{stem.removesuffix('_usd')}_min{'_usd' if stem.endswith('_usd') else ''}"


def _max(stem: str) -> str:
    return f"{stem.removesuffix('_usd')}_max{'_usd' if stem.endswith('_usd') else ''}"
