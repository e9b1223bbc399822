"""What the tables around a persona share."""

from django.db import models

from vital.fields import TimeOrderedKey, created_at, first, last, updated_at
from vital.tenancy.models import TenantForeignKey
from vital.tenancy.natural import NaturalModel

from .persona import Persona

__all__ = ["DetailModel", "OrderedSectionModel", "RowModel", "SectionModel", "Signed", "SingleSectionModel", "unique"]


class RowModel(NaturalModel):
    """A row of a persona."""

    id = first(TimeOrderedKey())  # what has no place of its own keeps the order in which it was written

    identity: tuple[str, ...]  # the columns by which two rows are the same; personas/sections.py sets it

    class Meta(NaturalModel.Meta):
        abstract = True
        ordering = ("id",)

    def __str__(self):
        return ", ".join(str(value) for name in self.identity if (value := getattr(self, name)) is not None)


class SectionModel(RowModel):
    """Base of the tables whose rows belong to a persona."""

    persona = first(
        TenantForeignKey(Persona, models.CASCADE, editable=False, help_text="Persona that the row is about.")
    )
    created_at = created_at()
    updated_at = updated_at()

    class Meta(RowModel.Meta):
        abstract = True

    @classmethod
    def natural_fields(cls):
        return ("persona__slug", *cls.identity)


class OrderedSectionModel(SectionModel):
    """Base of the sections that people put in order."""

    class Meta(SectionModel.Meta):
        abstract = True
        ordering = ("sequence_order", "id")


class SingleSectionModel(SectionModel):
    """Base of the sections of which a persona has one row."""

    class Meta(SectionModel.Meta):
        abstract = True


def unique(name: str, *columns: str) -> models.UniqueConstraint:
    """No two rows of a persona have the same values in these columns; without columns, a persona has one row."""
    what = f"a row with this {' and '.join(columns).replace('_', ' ')}" if columns else "its row here"
    return models.UniqueConstraint(
        fields=("tenant", "persona", *columns),
        name=name,
        violation_error_message=f"The persona has {what} already. Edit that one.",
    )


class DetailModel(RowModel):
    """Base of the tables whose rows belong to a row of a section."""

    parent: str  # the reference to that row
    created_at = created_at()

    class Meta(RowModel.Meta):
        abstract = True

    @classmethod
    def natural_fields(cls):
        section = cls._meta.get_field(cls.parent).related_model
        return (*(f"{cls.parent}__{name}" for name in section.natural_fields()), *cls.identity)


def signature(column: str, text: str) -> models.ForeignKey:
    return last(
        models.ForeignKey(
            "tenancy.User",
            models.PROTECT,
            null=True,
            editable=False,
            db_column=column,
            db_index=False,
            related_name="+",
            help_text=text,
        )
    )


class Signed(models.Model):
    """Remembers who wrote a row; a trigger keeps both columns."""

    created_by = signature("created_by", "Who added the row.")
    updated_by = signature("updated_by", "Who changed it last.")

    class Meta:
        abstract = True
