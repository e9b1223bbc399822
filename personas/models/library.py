"""What the library needs: the words of what is published, and the links with which people outside read it."""

from django.db import models
from django.db.models.functions import Now

from vital.fields import Line, TimeOrderedKey, first
from vital.tenancy.models import TenantForeignKey, TenantModel

from .editorial import SectionWords
from .persona import Persona
from .revisions import by_whom

__all__ = ["LiveWords", "Share", "Visit"]


class LiveWords(SectionWords):
    """The words of each section of a persona as consumers read it, and in one more row those of all; for the search."""

    # DO_NOTHING, here and below: the database cascades; the application's role may not delete these itself.
    persona = TenantForeignKey(Persona, models.DO_NOTHING, related_name="+", help_text="Persona that says them.")

    class Meta(SectionWords.Meta):
        db_table = "editorial_live_words"
        verbose_name = verbose_name_plural = "words of published personas"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "persona", "section"), name="editorial_live_words_tenant_id_persona_id_section_key"
            ),
        )


class Share(TenantModel):
    """A link with which somebody outside reads a published persona, until it expires or is revoked."""

    id = first(TimeOrderedKey())
    persona = TenantForeignKey(Persona, models.DO_NOTHING, related_name="+", help_text="Persona that it shows.")
    key_hash = Line(help_text="Fingerprint of the link's secret; the secret itself is kept nowhere.")
    reader = Line(max_length=200, help_text="Whom it is for, such as «Maria Keller, Haldrin»; stands on every page.")
    expires_at = models.DateTimeField(help_text="When it stops working.")
    revoked_at = models.DateTimeField(null=True, help_text="When somebody made it stop working.")
    revoked_by = models.ForeignKey(
        "tenancy.User", models.PROTECT, null=True, db_index=False, related_name="+", help_text="Who did."
    )
    made_by = by_whom("Who made it.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it was made.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_shares"
        verbose_name = "shared link"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("tenant", "key_hash"), name="editorial_shares_tenant_id_key_hash_key"),
        )

    def __str__(self):
        return self.reader


class Visit(TenantModel):
    """That a shared link was opened; such a record can be added to, and never changed."""

    id = first(TimeOrderedKey())
    share = TenantForeignKey(Share, models.DO_NOTHING, related_name="visits", help_text="Link that was opened.")
    at = models.DateTimeField(db_default=Now(), help_text="When it was opened.")
    address = Line(help_text="Network address that it was opened from.")
    agent = Line(help_text="What the browser said that it is.")
    revision = models.IntegerField(help_text="Number of the revision that was shown.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_visits"
        ordering = ("-id",)

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"
