"""What a persona was at every save, and who did what to it."""

from django.db import models
from django.db.models.functions import Now

from vital.fields import Line, Prose, TimeOrderedKey, first
from vital.tenancy.models import TenantForeignKey, TenantModel

from .persona import Persona

__all__ = ["Content", "Event", "Revision"]


def by_whom(text: str) -> models.ForeignKey:
    return models.ForeignKey(
        "tenancy.User",
        models.PROTECT,
        null=True,
        editable=False,
        db_column="made_by",
        db_index=False,
        related_name="+",
        help_text=text,
    )


class Revision(TenantModel):
    """A persona as it stood after one piece of work; the database makes it, whichever way the change came."""

    class Kind(models.TextChoices):
        SAVE = "save", "Saved"
        IMPORT = "import", "Imported"
        UNDO = "undo", "Import undone"
        RESTORE = "restore", "Restored from a revision"
        TRANSITION = "transition", "Moved on in review"
        COMMAND = "command", "Loaded by a command"
        OUTSIDE = "outside", "Changed outside of VITAL Personas"

    id = first(TimeOrderedKey())
    # DO_NOTHING: the database cascades; the application's role may not delete history itself.
    persona = TenantForeignKey(Persona, models.DO_NOTHING, related_name="+", help_text="Persona that it shows.")
    number = models.IntegerField(help_text="Its place in the history of the persona, from 1.")
    version = models.IntegerField(help_text="Version of the persona that it shows.")
    kind = Line(choices=Kind, help_text="What sort of work led to it.")
    status = Line(help_text="Where the persona stood in review then.")
    reason = Prose(null=True, help_text="Why, in the words of whoever did it.")
    sections = models.JSONField(
        default=dict, db_default={}, help_text="Fingerprint of the content of each table that has rows of the persona."
    )
    hash = Line(help_text="Fingerprint of all of it: two revisions with the same one show the same.")
    published_at = models.DateTimeField(null=True, help_text="When it was published first; such a one is kept.")
    made_by = by_whom("Who did it.")
    made_by_login = Line(null=True, help_text="Database log-in that did it, where no person is known.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it was done.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_revisions"
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "persona", "number"), name="editorial_revisions_tenant_id_persona_id_number_key"
            ),
        )

    def __str__(self):
        return f"revision {self.number}"

    @property
    def maker(self) -> str:
        """Who did it."""
        return str(self.made_by or "Command line")


class Content(TenantModel):
    """The rows of one table of a persona, as they were: kept once, however many revisions show them."""

    persona = TenantForeignKey(Persona, models.DO_NOTHING, related_name="+", help_text="Persona that they belong to.")
    section = Line(help_text="Their table, such as «persona_goals».")
    hash = Line(help_text="Their fingerprint.")
    rows = models.JSONField(help_text="The rows, column by column; what is empty is left out.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_contents"
        verbose_name = verbose_name_plural = "content of revisions"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "persona", "section", "hash"),
                name="editorial_contents_tenant_id_persona_id_section_hash_key",
            ),
        )

    def __str__(self):
        return self.section


class Event(TenantModel):
    """Who did what, when and why; it can be added to, and never changed."""

    id = first(TimeOrderedKey())
    # No reference: what was done to a persona is told after it is gone, too.
    persona = models.UUIDField(null=True, help_text="Id of the persona; empty: it is about the tenant.")
    about = Line(null=True, help_text="What it is about, as people knew it then, such as «Dr Sarah Chen».")
    name = Line(help_text="What was done, such as «publish».")
    before = Line(null=True, help_text="Where the persona stood in review before.")
    after = Line(null=True, help_text="Where it stood afterwards.")
    why = Prose(null=True, help_text="The reason, in the words of whoever did it.")
    revision = models.IntegerField(null=True, help_text="Number of the revision that shows the outcome.")
    detail = models.JSONField(default=dict, db_default={}, help_text="What else is to be known of it.")
    made_by = by_whom("Who did it.")
    made_by_login = Line(null=True, help_text="Database log-in that did it, where no person is known.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it was done.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_events"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("tenant", "-id"), name="editorial_events_latest"),
            models.Index(fields=("tenant", "persona", "-id"), name="editorial_events_persona"),
        )

    def __str__(self):
        return f"{self.name}: {self.about or 'tenant'}"

    @property
    def maker(self) -> str:
        """Who did it."""
        return str(self.made_by or "Command line")
