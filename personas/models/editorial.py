"""What the house knows about the work on a persona."""

from django.db import models
from django.db.models.functions import Now

from vital.fields import Line
from vital.tenancy.models import TenantForeignKey, TenantModel

from .persona import Persona

__all__ = ["EditorialState"]


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

    owner = models.ForeignKey(
        "tenancy.User",
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        help_text="Who looks after the persona: whoever made it, until somebody hands it over.",
    )
    counts = models.JSONField(
        default=dict, db_default={}, help_text="Rows of each section that has had any, such as «{\"goals\": 5}»."
    )
    completeness = models.SmallIntegerField(
        default=0, db_default=0, help_text="Of the rows that are expected, the share that is there, from 0 to 100."
    )

    class Meta(TenantModel.Meta):
        db_table = "editorial_state"
        verbose_name = verbose_name_plural = "editorial state"
        constraints = (
            models.UniqueConstraint(fields=("tenant", "persona"), name="editorial_state_tenant_id_persona_id_key"),
        )

    def __str__(self):
        return f"version {self.version}"
