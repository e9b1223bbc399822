"""Whom to tell what, and what services are told."""

from django.db import models
from django.db.models.functions import Now

from vital.fields import Line, Prose, TimeOrderedKey, first, updated_at
from vital.tenancy.models import TenantForeignKey, TenantModel

from .persona import Persona

__all__ = ["Delivery", "Notice", "NoticeChoice", "Webhook"]


def whose(text: str) -> models.ForeignKey:
    return models.ForeignKey("tenancy.User", models.CASCADE, db_index=False, related_name="+", help_text=text)


class Notice(TenantModel):
    """Something that somebody should know, and why they are told."""

    id = first(TimeOrderedKey())
    user = whose("Who is told.")
    persona = TenantForeignKey(
        Persona, models.CASCADE, null=True, related_name="+", help_text="Persona that it is about."
    )
    text = Prose(help_text="What happened, such as «Ana Silva sent «Dr Sarah Chen» back: …».")
    reason = Line(help_text="Why this person is told, such as «you submitted it».")
    link = Line(default="", db_default="", help_text="Where to look.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it happened.")
    read_at = models.DateTimeField(null=True, help_text="When it was read.")
    mailed_at = models.DateTimeField(null=True, help_text="When it went out by e-mail, or was not to.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_notices"
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("tenant", "user", "-id"), name="editorial_notices_user"),
            models.Index(
                fields=("tenant", "user"), name="editorial_notices_unread", condition=models.Q(read_at__isnull=True)
            ),
            models.Index(
                fields=("tenant", "id"), name="editorial_notices_unmailed", condition=models.Q(mailed_at__isnull=True)
            ),
        )

    def __str__(self):
        return self.text


class NoticeChoice(TenantModel):
    """How somebody wants to be told by e-mail."""

    class How(models.TextChoices):
        AT_ONCE = "at_once", "An e-mail for each, at once"
        DAILY = "daily", "One e-mail a day with all of them"
        NEVER = "never", "No e-mail; I look here"

    user = whose("Whose choice it is.")
    how = Line(choices=How, default=How.DAILY, help_text="When e-mails are sent.")
    updated_at = updated_at()

    class Meta(TenantModel.Meta):
        db_table = "editorial_notice_choices"
        verbose_name = "choice of notices"
        constraints = (
            models.UniqueConstraint(fields=("tenant", "user"), name="editorial_notice_choices_tenant_id_user_id_key"),
        )

    def __str__(self):
        return self.get_how_display()


class Webhook(TenantModel):
    """Where a service of the tenant is told of what is published and withdrawn."""

    url = Line("address", help_text="Address that is called, such as «https://example.com/vital».")
    secret = Line(help_text="Known to both sides; with it each call is signed.")
    is_active = models.BooleanField("active", default=True, db_default=True, help_text="Untick to send nothing.")
    updated_at = updated_at()

    class Meta(TenantModel.Meta):
        db_table = "editorial_webhooks"
        constraints = (models.UniqueConstraint(fields=("tenant",), name="editorial_webhooks_tenant_id_key"),)

    def __str__(self):
        return self.url


class Delivery(TenantModel):
    """What a webhook has to be told; written with the change itself, so that none is lost."""

    id = first(TimeOrderedKey())
    event = Line(help_text="What happened: «published» or «withdrawn».")
    persona = models.UUIDField(help_text="Id of the persona.")
    payload = models.JSONField(default=dict, db_default={}, help_text="What is sent.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it happened.")
    tries = models.IntegerField(default=0, db_default=0, help_text="How often it was tried.")
    next_at = models.DateTimeField(null=True, db_default=Now(), help_text="When to try again; empty: no more.")
    delivered_at = models.DateTimeField(null=True, help_text="When it was taken.")
    error = Prose(null=True, help_text="Why the last try failed.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_outbox"
        verbose_name = "delivery"
        verbose_name_plural = "deliveries"
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=("tenant", "next_at"),
                name="editorial_outbox_waiting",
                condition=models.Q(next_at__isnull=False),
            ),
        )

    def __str__(self):
        return f"{self.event} {self.persona}"
