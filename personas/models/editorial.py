"""What the house knows about the work on a persona."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now

from vital.fields import Line, Prose, created_at, updated_at
from vital.tenancy.models import TenantForeignKey, TenantModel

from .persona import Persona

__all__ = ["EditorialState", "SavedList", "Words"]


def somebody(text: str) -> models.ForeignKey:
    return models.ForeignKey(
        "tenancy.User", models.PROTECT, null=True, db_index=False, related_name="+", help_text=text
    )


class EditorialState(TenantModel):
    """How far a persona is: how often it has changed, who changed it last, what it holds; triggers keep it."""

    persona = TenantForeignKey(Persona, models.CASCADE, related_name="+", help_text="Persona that this is about.")
    version = models.IntegerField(default=1, db_default=1, help_text="Raised by every statement that changes its rows.")
    changed_by = models.ForeignKey(
        "tenancy.User",
        models.PROTECT,
        null=True,
        db_column="changed_by",
        db_index=False,
        related_name="+",
        help_text="Who changed it last.",
    )
    changed_by_login = Line(null=True, help_text="Database log-in that changed it, where no person is known.")
    changed_at = models.DateTimeField(db_default=Now(), help_text="When it was changed last.")

    owner = somebody("Who looks after the persona: whoever made it, until somebody hands it over.")
    counts = models.JSONField(
        default=dict, db_default={}, help_text='Rows of each section that has had any, such as «{"goals": 5}».'
    )
    completeness = models.SmallIntegerField(
        default=0, db_default=0, help_text="Of the rows that are expected, the share that is there, from 0 to 100."
    )
    words_version = models.IntegerField(
        default=0, db_default=0, help_text="Version that the search has read; where it is not the present one, it will."
    )

    # Review
    submitted_by = somebody("Who submitted it for review.")
    submitted_at = models.DateTimeField(null=True, help_text="Since when it waits for review; empty: it does not.")
    claimed_by = somebody("Who has taken the review on.")
    due_at = models.DateTimeField(null=True, help_text="By when it is to be reviewed.")
    sent_back_to = somebody("Who is to mend what the review found.")
    sent_back_at = models.DateTimeField(null=True, help_text="When it was sent back.")

    # History
    revision = models.IntegerField(default=0, db_default=0, help_text="Number of its latest revision.")
    revised_version = models.IntegerField(
        default=0,
        db_default=0,
        help_text="Version that this revision shows; where it is another, one is due.",
    )
    live = TenantForeignKey(
        "personas.Revision", models.SET_NULL, null=True, related_name="+", help_text="Revision that consumers read."
    )
    live_at = models.DateTimeField(null=True, help_text="Since when they read it.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_state"
        verbose_name = verbose_name_plural = "editorial state"
        constraints = (
            models.UniqueConstraint(fields=("tenant", "persona"), name="editorial_state_tenant_id_persona_id_key"),
        )
        indexes = (
            models.Index(
                fields=("tenant", "submitted_at"),
                name="editorial_state_in_review",
                condition=models.Q(submitted_at__isnull=False),
            ),
            models.Index(
                fields=("tenant", "sent_back_to"),
                name="editorial_state_sent_back",
                condition=models.Q(sent_back_to__isnull=False),
            ),
        )

    def __str__(self):
        return f"version {self.version}"

    @property
    def editor(self) -> str:
        """Who changed it last."""
        return str(self.changed_by or "Command line")


class SectionWords(TenantModel):
    """Base of the words of each section of a persona, and in one more row those of all of it."""

    persona = TenantForeignKey(Persona, models.CASCADE, related_name="+", help_text="Persona that says them.")
    section = Line(help_text="Section that they stand in, such as «goals»; «*»: all of the persona.")
    words = SearchVectorField(help_text="The words, as the search looks for them.")

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self):
        return self.section


class Words(SectionWords):
    """The words of each section of a persona, and in one more row those of all of it; for the search."""

    class Meta(SectionWords.Meta):
        db_table = "editorial_words"
        verbose_name = verbose_name_plural = "words of personas"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "persona", "section"), name="editorial_words_tenant_id_persona_id_section_key"
            ),
        )


class SavedList(TenantModel):
    """What somebody looks for again and again: filters, order and columns of the list of personas, under a name."""

    name = Line(max_length=80, help_text="What people call it, such as «Oncology drafts».")
    query = Prose(help_text="Filters, order and columns, as they stand in the address of the list.")
    shared = models.BooleanField(default=False, db_default=False, help_text="Tick to offer it to all of the tenant.")
    created_by = models.ForeignKey(
        "tenancy.User",
        models.CASCADE,
        db_column="created_by",
        db_index=False,
        related_name="+",
        help_text="Whose list it is.",
    )
    created_at = created_at()
    updated_at = updated_at()

    class Meta(TenantModel.Meta):
        db_table = "editorial_lists"
        verbose_name = "saved list"
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "created_by", "name"), name="editorial_lists_tenant_id_created_by_name_key"
            ),
        )

    def __str__(self):
        return self.name
