"""Who has which page of a persona open: a courtesy, forgotten after a minute."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from vital.fields import Line
from vital.tenancy.models import TenantForeignKey, TenantModel

from .persona import Persona

__all__ = ["Presence"]


class Presence(TenantModel):
    """Somebody's latest sign of life on a persona."""

    FRESH = timedelta(seconds=60)

    persona = TenantForeignKey(Persona, models.CASCADE, related_name="+", help_text="Persona that somebody looks at.")
    user = models.ForeignKey(
        "tenancy.User", models.CASCADE, db_index=False, related_name="+", help_text="Who looks at it."
    )
    place = Line(help_text="Section that is open, such as «goals»; «overview»: the whole.")
    seen_at = models.DateTimeField(db_default=Now(), help_text="When the page said so last.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_presence"
        verbose_name = verbose_name_plural = "presence"
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "persona", "user"), name="editorial_presence_tenant_id_persona_id_user_id_key"
            ),
        )

    def __str__(self):
        return f"{self.user}, {self.place}"

    @classmethod
    def fresh(cls) -> models.QuerySet:
        return cls.objects.filter(seen_at__gt=timezone.now() - cls.FRESH)
