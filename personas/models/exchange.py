"""What the house knows about files that came in and went out."""

from datetime import timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from vital.fields import Line, TimeOrderedKey, created_at, first
from vital.tenancy.models import TenantForeignKey, TenantModel

__all__ = ["Batch", "BatchFile", "BatchItem", "ExchangeProfile", "Export"]

SILENCE = timedelta(minutes=1)  # after which work that tells nothing is taken for interrupted
QUEUE = timedelta(minutes=10)  # after which work that nobody takes is


def by_whom(text: str) -> models.ForeignKey:
    return models.ForeignKey(
        "tenancy.User",
        models.PROTECT,
        null=True,
        editable=False,
        db_column="created_by",
        db_index=False,
        related_name="+",
        help_text=text,
    )


def data(text: str, kind=dict) -> models.JSONField:
    empty = models.Value(kind(), models.JSONField())
    return models.JSONField(default=kind, db_default=empty, encoder=DjangoJSONEncoder, help_text=text)


class Batch(TenantModel):
    """One import, from the file to its undoing; or an undoing, which is a plan like any other."""

    class Kind(models.TextChoices):
        IMPORT = "import", "Import"
        UNDO = "undo", "Undo"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CHECKING = "checking", "Being read"
        CHECKED = "checked", "To be decided"
        QUEUED = "queued", "Waiting to be applied"
        APPLYING = "applying", "Being applied"
        APPLIED = "applied", "Applied"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    AT_WORK = (State.WAITING, State.CHECKING, State.QUEUED, State.APPLYING)

    id = first(TimeOrderedKey())
    kind = Line(choices=Kind, default=Kind.IMPORT, help_text="Whether rows come from a file, or go back to what was.")
    title = Line(help_text="Names of the files, such as «personas.xlsx».")
    state = Line(choices=State, default=State.WAITING, help_text="How far it is.")
    options = data("What was chosen: mode, profile, answers.")
    undoes = TenantForeignKey(
        "personas.Batch", models.CASCADE, null=True, related_name="undoings", help_text="Import that this takes back."
    )
    sha256 = Line(null=True, help_text="Fingerprint of the files: the same files have the same one.")
    done = models.IntegerField(default=0, db_default=0, help_text="Personas that are dealt with.")
    total = models.IntegerField(null=True, help_text="Personas in all, where that is known.")
    message = Line(null=True, help_text="What went wrong.")
    counts = data("How many personas and rows are created, changed, deleted, unchanged, in error.")
    findings = data("What is to be said of the files as a whole.", list)
    verification = models.JSONField(
        null=True, encoder=DjangoJSONEncoder, help_text="What was found when it was verified after it was applied."
    )
    cancelling = models.BooleanField(default=False, db_default=False, help_text="Somebody asked to stop it.")
    created_by = by_whom("Who started it.")
    created_at = created_at()
    told_at = models.DateTimeField(db_default=Now(), help_text="When it last told how far it is.")
    applied_at = models.DateTimeField(null=True, help_text="When it was applied.")

    class Meta(TenantModel.Meta):
        db_table = "exchange_batches"
        ordering = ("-id",)
        verbose_name = "import"

    def __str__(self):
        return self.title

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def is_interrupted(self) -> bool:
        """Whether whoever worked on it has gone: its worker ended, and nothing was written."""
        patience = SILENCE if self.state in (self.State.CHECKING, self.State.APPLYING) else QUEUE
        return self.is_at_work and self.told_at < timezone.now() - patience


class BatchFile(TenantModel):
    """A file of an import, as it came in."""

    batch = TenantForeignKey(Batch, models.CASCADE, related_name="files", help_text="Import that it belongs to.")
    number = models.IntegerField(help_text="Its place among the files of the import.")
    name = Line(help_text="Its name, such as «goals.csv».")
    content = models.BinaryField(help_text="What is in it.")

    class Meta(TenantModel.Meta):
        db_table = "exchange_files"
        ordering = ("number",)
        verbose_name = "file"

    def __str__(self):
        return self.name


class BatchItem(TenantModel):
    """What an import does to one persona: the plan, and what came of it."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        APPLIED = "applied", "Applied"
        LEFT_OUT = "left_out", "Left out"

    batch = TenantForeignKey(Batch, models.CASCADE, related_name="items", help_text="Import that it belongs to.")
    number = models.IntegerField(help_text="Its place in the import.")
    slug = Line(help_text="Slug of the persona.")
    persona = models.UUIDField(help_text="Id of the persona; it may be yet to come, or gone.")
    state = Line(choices=State, default=State.PLANNED, help_text="Whether its changes were made.")
    errors = models.IntegerField(default=0, help_text="Problems that keep it from being applied.")
    plan = models.BinaryField(help_text="Its changes, row by row, as they were planned: JSON, compressed.")
    counts = data("How many rows are created, changed and deleted, by section.")
    findings = data("Problems, guesses and what was not used, each with its place.", list)

    class Meta(TenantModel.Meta):
        db_table = "exchange_items"
        ordering = ("number",)
        verbose_name = "persona of an import"
        verbose_name_plural = "personas of an import"
        constraints = (
            models.UniqueConstraint(fields=("tenant", "batch", "number"), name="exchange_items_tenant_batch_number"),
        )

    def __str__(self):
        return self.slug

    @property
    def rows(self) -> int:
        return sum(number for key, number in self.counts.items() if "." in key)

    @property
    def said(self) -> str:
        """What happens to the persona, in a word."""
        if self.counts.get("personas.create"):
            return "New"
        if self.counts.get("personas.delete"):
            return "Deleted"
        return "Changed" if self.rows else "Unchanged"


class ExchangeProfile(TenantModel):
    """What a tenant keeps for its next import or export: names, values, or a choice of sections."""

    class Direction(models.TextChoices):
        IMPORT = "import", "Import"
        EXPORT = "export", "Export"

    direction = Line(choices=Direction, help_text="Whether it is for files that come in or go out.")
    name = Line(max_length=100, help_text="How people choose it, such as «Agency workbook 2026».")
    content = data("What it says.")
    created_by = by_whom("Who saved it.")
    created_at = created_at()

    class Meta(TenantModel.Meta):
        db_table = "exchange_profiles"
        ordering = ("name",)
        verbose_name = "saved profile"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "direction", "name"),
                name="exchange_profiles_tenant_direction_name",
                violation_error_message="There is a profile of this name. Choose another name.",
            ),
        )

    def __str__(self):
        return self.name


class Export(TenantModel):
    """A file that went out: its manifest."""

    id = first(TimeOrderedKey())
    name = Line(help_text="Name of the file, such as «personas-2026-11-21.json».")
    format = Line(help_text="Its format, such as «json».")
    choice = data("Which personas and which sections were asked for.")
    counts = data("How many personas, and how many rows of each section.")
    size = models.BigIntegerField(null=True, help_text="Bytes; unknown until the file was sent as a whole.")
    sha256 = Line(null=True, help_text="Fingerprint of the file.")
    schema = Line(help_text="Fingerprint of the tables and columns at that time.")
    created_by = by_whom("Who asked for it.")
    created_at = created_at()

    class Meta(TenantModel.Meta):
        db_table = "exchange_exports"
        ordering = ("-id",)

    def __str__(self):
        return self.name
