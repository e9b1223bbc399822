"""What people say, plan and set about the review of personas."""

from django.db import models
from django.db.models.functions import Now

from vital.fields import Line, Prose, TimeOrderedKey, created_at, first, updated_at
from vital.organisation.models import Function
from vital.tenancy.models import TenantForeignKey, TenantModel

from .persona import Persona
from .revisions import by_whom

__all__ = ["Comment", "EditorialSettings", "Release", "ReleaseItem", "Reviewer", "RuleSetting", "Scheduled"]


def person(text: str, **options) -> models.ForeignKey:
    return models.ForeignKey(
        "tenancy.User", models.PROTECT, db_index=False, related_name="+", help_text=text, **options
    )


class Comment(TenantModel):
    """What somebody remarks on a persona, a section, a row or a field of it."""

    id = first(TimeOrderedKey())
    persona = TenantForeignKey(Persona, models.CASCADE, related_name="+", help_text="Persona that it is about.")
    parent = TenantForeignKey(
        "personas.Comment", models.CASCADE, null=True, related_name="replies", help_text="Comment that it answers."
    )
    section = Line(default="", db_default="", help_text="Section that it is about, such as «goals»; empty: all of it.")
    row = models.UUIDField(null=True, help_text="Row that it is about. The row may be gone; the comment stays.")
    row_title = Line(default="", db_default="", help_text="By what people knew the row when it was written.")
    column = Line(default="", db_default="", help_text="Field that it is about, such as «goal_text».")
    text = Prose(help_text="What is to be said; «@» and a name tells that person.")
    blocks = models.BooleanField(
        default=False, db_default=False, help_text="Tick where nothing may be published before this is resolved."
    )
    mentions = models.JSONField(default=list, db_default=[], help_text="Ids of the people who are named in it.")
    resolved_by = person("Who resolved it.", null=True)
    resolved_at = models.DateTimeField(null=True, help_text="When it was resolved.")
    made_by = by_whom("Who wrote it.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it was written.")
    edited_at = models.DateTimeField(null=True, help_text="When it was last put in other words.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_comments"
        ordering = ("id",)

    def __str__(self):
        return self.text[:60]


class Reviewer(TenantModel):
    """That somebody reviews the personas of a business function."""

    function = TenantForeignKey(
        Function, models.CASCADE, related_name="+", help_text="Business function, such as «Medical Affairs»."
    )
    user = models.ForeignKey(
        "tenancy.User", models.CASCADE, db_index=False, related_name="+", help_text="Who reviews its personas."
    )

    class Meta(TenantModel.Meta):
        db_table = "editorial_reviewers"
        ordering = ("function__name", "user__full_name")
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "function", "user"),
                name="editorial_reviewers_tenant_id_function_id_user_id_key",
                violation_error_message="This person reviews this function already.",
            ),
        )

    def __str__(self):
        return f"{self.user}, {self.function}"


class Release(TenantModel):
    """Several personas that are published together: all of them, or none."""

    class State(models.TextChoices):
        OPEN = "open", "Being put together"
        PUBLISHED = "published", "Published"
        REVERTED = "reverted", "Taken back"

    id = first(TimeOrderedKey())
    name = Line(max_length=120, help_text="What people call it, such as «Oncology, spring 2027».")
    why = Prose(null=True, blank=True, help_text="What it is for; consumers' change logs may quote it.")
    state = Line(choices=State, default=State.OPEN, editable=False, help_text="How far it is.")
    made_by = by_whom("Who put it together.")
    created_at = created_at()
    updated_at = updated_at()
    published_at = models.DateTimeField(null=True, editable=False, help_text="When it was published.")
    reverted_at = models.DateTimeField(null=True, editable=False, help_text="When it was taken back.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_releases"
        ordering = ("-id",)

    def __str__(self):
        return self.name


class ReleaseItem(TenantModel):
    """One persona of a release, with what was live before and after it."""

    release = TenantForeignKey(Release, models.CASCADE, related_name="items", help_text="Release that it belongs to.")
    persona = TenantForeignKey(Persona, models.CASCADE, related_name="+", help_text="Persona that is published.")
    live_before = models.UUIDField(null=True, help_text="Revision that was live before.")
    live_after = models.UUIDField(null=True, help_text="Revision that the release made live.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_release_items"
        ordering = ("persona__name",)
        constraints = (
            models.UniqueConstraint(
                fields=("tenant", "release", "persona"),
                name="editorial_release_items_tenant_id_release_id_persona_id_key",
            ),
        )

    def __str__(self):
        return str(self.persona)


class Scheduled(TenantModel):
    """A step that the worker takes when its time has come: to publish or to archive."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for its time"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = first(TimeOrderedKey())
    persona = TenantForeignKey(
        Persona, models.CASCADE, null=True, related_name="+", help_text="Persona that it is about."
    )
    release = TenantForeignKey(
        Release, models.CASCADE, null=True, related_name="scheduled", help_text="Or release that is published."
    )
    step = Line(help_text="What will be done, such as «publish».")
    at = models.DateTimeField(help_text="When it is due.")
    why = Prose(null=True, help_text="The reason, in the words of whoever planned it.")
    state = Line(choices=State, default=State.WAITING, help_text="What became of it.")
    message = Prose(null=True, help_text="Why it failed or was cancelled.")
    made_by = by_whom("Who planned it, and in whose name it is done.")
    made_at = models.DateTimeField(db_default=Now(), help_text="When it was planned.")
    done_at = models.DateTimeField(null=True, help_text="When it was done, or failed.")

    class Meta(TenantModel.Meta):
        db_table = "editorial_schedule"
        verbose_name = "scheduled step"
        ordering = ("at", "id")
        indexes = (
            models.Index(
                fields=("tenant", "at"), name="editorial_schedule_waiting", condition=models.Q(state="waiting")
            ),
        )

    def __str__(self):
        return f"{self.step} {self.persona or self.release}"


class EditorialSettings(TenantModel):
    """How a tenant reviews: its switches, in one row."""

    four_eyes = models.BooleanField(
        "four eyes",
        default=True,
        db_default=True,
        help_text="Tick so that nobody validates what they submitted or edited last.",
    )
    kept_days = models.IntegerField(
        "days that plain saves are kept",
        default=90,
        db_default=90,
        help_text="Of older saves, the last one of each day is kept; published versions and review steps always are.",
    )
    updated_at = updated_at()

    class Meta(TenantModel.Meta):
        db_table = "editorial_settings"
        verbose_name = verbose_name_plural = "editorial settings"
        constraints = (models.UniqueConstraint(fields=("tenant",), name="editorial_settings_tenant_id_key"),)

    def __str__(self):
        return "Editorial settings"

    @classmethod
    def of_tenant(cls) -> "EditorialSettings":
        """Those of the current tenant; where nobody has set any, as they are by default."""
        return cls.objects.first() or cls()


class RuleSetting(TenantModel):
    """How seriously a tenant takes a rule of quality, where that differs from the rule itself."""

    class Severity(models.TextChoices):
        OFF = "off", "Off"
        WARNING = "warning", "Warning"
        SUBMIT = "submit", "Blocks submitting"
        PUBLISH = "publish", "Blocks publishing"

    code = Line(help_text="The rule, such as «evidence_sources».")
    severity = Line(choices=Severity, help_text="What a persona that breaks it may no longer do.")
    threshold = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="Where it begins; empty: as the rule says."
    )
    updated_at = updated_at()

    class Meta(TenantModel.Meta):
        db_table = "editorial_rules"
        verbose_name = "rule of quality"
        verbose_name_plural = "rules of quality"
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("tenant", "code"), name="editorial_rules_tenant_id_code_key"),)

    def __str__(self):
        return self.code
