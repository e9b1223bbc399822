"""The jobs that people want done."""

from django.db import models
from django.db.models import Q

from vital.fields import Line, Prose, created_at, updated_at

from .base import Level, OrganisationModel, deleted_at_column, unique_in_tenant

__all__ = ["JobToBeDone"]


class JobToBeDone(OrganisationModel):
    """A job that somebody wants done, from which personas choose theirs."""

    NATURAL_KEY = ("code",)

    class Area(models.TextChoices):
        COMMERCIAL = "Commercial"
        MEDICAL_AFFAIRS = "Medical Affairs"
        MARKET_ACCESS = "Market Access"
        CLINICAL = "Clinical"
        REGULATORY = "Regulatory"
        RESEARCH = "Research & Development"
        MANUFACTURING = "Manufacturing"
        QUALITY = "Quality"
        OPERATIONS = "Operations"
        IT = "IT/Digital"
        LEGAL = "Legal"
        FINANCE = "Finance"
        HR = "HR"
        BUSINESS_DEVELOPMENT = "Business Development"

    class Category(models.TextChoices):
        STRATEGIC = "strategic", "Strategic"
        OPERATIONAL = "operational", "Operational"
        TACTICAL = "tactical", "Tactical"
        ADMINISTRATIVE = "administrative", "Administrative"
        ANALYTICAL = "analytical", "Analytical"
        COLLABORATIVE = "collaborative", "Collaborative"
        CREATIVE = "creative", "Creative"
        TECHNICAL = "technical", "Technical"

    class Complexity(models.TextChoices):
        SIMPLE = "simple", "Simple"
        MODERATE = "moderate", "Moderate"
        COMPLEX = "complex", "Complex"
        EXPERT = "expert", "Expert"
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        VERY_HIGH = "very_high", "Very high"

    class Frequency(models.TextChoices):
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"
        MONTHLY = "monthly", "Monthly"
        QUARTERLY = "quarterly", "Quarterly"
        YEARLY = "yearly", "Yearly"
        AS_NEEDED = "as_needed", "As needed"

    class JobType(models.TextChoices):
        FUNCTIONAL = "functional", "Functional"
        EMOTIONAL = "emotional", "Emotional"
        SOCIAL = "social", "Social"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        ACTIVE = "active", "Active"
        DEPRECATED = "deprecated", "Deprecated"
        ARCHIVED = "archived", "Archived"

    code = Line(max_length=100, help_text="Number of the job, such as «JTBD-001»; one of a kind in the tenant.")
    name = Line(help_text="The job, such as «Answer a medical enquiry within two business days».")
    description = Prose(null=True, blank=True, help_text="What getting it done means.")
    functional_area = Line(null=True, blank=True, choices=Area, help_text="Function in which it arises.")
    job_category = Line(
        "category",
        null=True,
        blank=True,
        choices=Category,
        db_default=Category.OPERATIONAL,
        default=Category.OPERATIONAL,
        help_text="Kind of work.",
    )
    complexity = Line(
        null=True,
        blank=True,
        choices=Complexity,
        db_default=Complexity.MEDIUM,
        default=Complexity.MEDIUM,
        help_text="How hard it is.",
    )
    frequency = Line(
        null=True,
        blank=True,
        choices=Frequency,
        db_default=Frequency.MONTHLY,
        default=Frequency.MONTHLY,
        help_text="How often it comes up.",
    )
    job_type = Line(
        null=True, blank=True, choices=JobType, help_text="What kind of progress is sought: to do, to feel, to be seen."
    )
    urgency = Line(null=True, blank=True, choices=Level, help_text="How soon it must be done.")
    strategic_importance = Line(null=True, blank=True, choices=Level, help_text="What it means to the strategy.")
    situation = Prose(null=True, blank=True, help_text="When …: the situation in which the job arises.")
    trigger_event = Line(null=True, blank=True, help_text="What sets it off, such as «A physician calls».")
    context_details = Prose(null=True, blank=True, help_text="What else matters around it.")
    status = Line(
        null=True,
        blank=True,
        choices=Status,
        db_default=Status.DRAFT,
        default=Status.DRAFT,
        help_text="Whether it is in use.",
    )
    validation_score = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, blank=True, help_text="How sure we are of it, from 0 to 1."
    )
    deleted_at = deleted_at_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "jobs_to_be_done"
        ordering = ("code",)
        verbose_name = "job to be done"
        verbose_name_plural = "jobs to be done"
        constraints = (
            unique_in_tenant("jobs_to_be_done", "code"),
            *(
                models.CheckConstraint(condition=Q((f"{field}__in", values)), name=f"jobs_to_be_done_{field}")
                for field, values in (
                    ("job_type", ("functional", "emotional", "social")),
                    ("urgency", ("low", "medium", "high", "critical")),
                    ("strategic_importance", ("low", "medium", "high", "critical")),
                )
            ),
            models.CheckConstraint(
                condition=Q(validation_score__gte=0, validation_score__lte=1),
                name="jobs_to_be_done_validation_score",
                violation_error_message="«Validation score» is a number from 0 to 1.",
            ),
        )
