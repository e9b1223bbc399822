"""Roles, and what every persona of a role inherits."""

from django.db import models

from lookups.fields import LookupField
from lookups.models import GeographicScope, SeniorityLevel
from vital.fields import Line, Prose, created_at, updated_at
from vital.tenancy.models import TenantForeignKey

from .base import (
    Level,
    OrganisationModel,
    deleted_at_column,
    integer_column,
    is_active_column,
    not_itself,
    order_column,
    ordered,
    percent,
    slug_column,
    unique_in_tenant,
)
from .structure import Department, Function

__all__ = ["Role", "RoleKPI", "RoleResponsibility", "RoleSkill"]


class Role(OrganisationModel):
    """A job role; four personas share one, one for each archetype."""

    class Kind(models.TextChoices):
        CLINICAL = "Clinical", "Clinical"
        RESEARCH = "Research", "Research"
        REGULATORY = "Regulatory", "Regulatory"
        COMMERCIAL = "Commercial", "Commercial"
        OPERATIONS = "Operations", "Operations"
        SUPPORT = "Support", "Support"
        LEADERSHIP = "Leadership", "Leadership"

    function = TenantForeignKey(
        Function,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="roles",
        help_text="Function that the role is in.",
    )
    department = TenantForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="roles",
        help_text="Department that the role is in.",
    )
    reports_to_role = TenantForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name="reports to",
        help_text="Role of the direct superior.",
    )
    name = Line(help_text="Job title, such as «Medical Science Liaison».")
    slug = slug_column("medical-science-liaison")
    description = Prose(null=True, blank=True, help_text="What somebody in this role does.")
    role_type = Line(null=True, blank=True, choices=Kind, help_text="Broad family of the role.")
    seniority_level = LookupField(SeniorityLevel, null=True, blank=True, help_text="Career level of the role.")
    leadership_level = Line(
        null=True,
        blank=True,
        db_default="individual_contributor",
        default="individual_contributor",
        help_text="Whom the role leads: individual_contributor, people_manager, senior_leader or executive.",
    )
    job_code = Line(null=True, blank=True, help_text="Code in the personnel system, such as «MA-FLD-010».")
    grade_level = integer_column("Pay grade, such as 9.")
    geographic_scope = LookupField(GeographicScope, null=True, blank=True, help_text="Territory that the role covers.")
    team_size_min = integer_column("Fewest people in the role's team.")
    team_size_max = integer_column("Most people in the role's team.")
    direct_reports_min = integer_column("Fewest people who report to the role.")
    direct_reports_max = integer_column("Most people who report to the role.")
    travel_percentage_min = integer_column("Least share of time spent travelling, in percent.")
    travel_percentage_max = integer_column("Largest share of time spent travelling, in percent.")
    budget_min_usd = models.DecimalField(
        "budget min (USD)", max_digits=15, decimal_places=2, null=True, blank=True, help_text="Smallest yearly budget."
    )
    budget_max_usd = models.DecimalField(
        "budget max (USD)", max_digits=15, decimal_places=2, null=True, blank=True, help_text="Largest yearly budget."
    )
    years_experience_min = integer_column("Fewest years of experience usually asked for.")
    years_experience_max = integer_column("Most years of experience usually found.")
    is_active = is_active_column()
    deleted_at = deleted_at_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "org_roles"
        ordering = ("name",)
        constraints = (
            unique_in_tenant("org_roles", "slug"),
            not_itself("org_roles", "reports_to_role", "A role does not report to itself."),
            *percent("org_roles", "travel_percentage_min", "travel_percentage_max"),
            *ordered("org_roles", "team_size", "direct_reports", "travel_percentage", "budget_usd", "years_experience"),
        )


class RoleDetail(OrganisationModel):
    """Base of what every persona of a role inherits."""

    role = TenantForeignKey(Role, models.CASCADE, related_name="%(class)s_set", help_text="Role that this belongs to.")

    class Meta(OrganisationModel.Meta):
        abstract = True
        ordering = ("sequence_order",)

    def __str__(self):
        return getattr(self, self.NATURAL_KEY[0])


class RoleResponsibility(RoleDetail):
    """A duty that every persona of a role inherits."""

    NATURAL_KEY = ("responsibility", "role__slug")

    class Category(models.TextChoices):
        STRATEGIC = "strategic", "Strategic"
        OPERATIONAL = "operational", "Operational"
        ADMINISTRATIVE = "administrative", "Administrative"
        TECHNICAL = "technical", "Technical"

    responsibility = Line(help_text="The duty, such as «Brief field teams on new trial data».")
    category = Line(null=True, blank=True, choices=Category, help_text="Kind of duty.")
    importance = Line(
        null=True,
        blank=True,
        choices=Level,
        db_default=Level.HIGH,
        default=Level.HIGH,
        help_text="How much the role depends on it.",
    )
    sequence_order = order_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(RoleDetail.Meta):
        db_table = "role_responsibilities"
        verbose_name = "responsibility"
        verbose_name_plural = "responsibilities"


class RoleSkill(RoleDetail):
    """A skill that every persona of a role is expected to have."""

    NATURAL_KEY = ("skill_name", "role__slug")

    class Category(models.TextChoices):
        TECHNICAL = "technical", "Technical"
        SOFT = "soft", "Soft"
        DOMAIN = "domain", "Domain"
        LEADERSHIP = "leadership", "Leadership"

    class Proficiency(models.TextChoices):
        BEGINNER = "beginner", "Beginner"
        INTERMEDIATE = "intermediate", "Intermediate"
        ADVANCED = "advanced", "Advanced"
        EXPERT = "expert", "Expert"

    skill_name = Line("skill", help_text="The skill, such as «Biostatistics».")
    skill_category = Line("category", null=True, blank=True, choices=Category, help_text="Kind of skill.")
    proficiency_required = Line(
        "proficiency",
        null=True,
        blank=True,
        choices=Proficiency,
        db_default=Proficiency.INTERMEDIATE,
        default=Proficiency.INTERMEDIATE,
        help_text="How well it must be mastered.",
    )
    sequence_order = order_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(RoleDetail.Meta):
        db_table = "role_skills"
        verbose_name = "skill"


class RoleKPI(RoleDetail):
    """A measure by which a role is judged."""

    NATURAL_KEY = ("kpi_name", "role__slug")

    class Frequency(models.TextChoices):
        DAILY = "daily", "Daily"
        WEEKLY = "weekly", "Weekly"
        MONTHLY = "monthly", "Monthly"
        QUARTERLY = "quarterly", "Quarterly"
        ANNUALLY = "annually", "Annually"

    kpi_name = Line("KPI", help_text="The measure, such as «Enquiries answered within two days».")
    kpi_description = Line("description", null=True, blank=True, help_text="How it is measured.")
    measurement_frequency = Line("measured", null=True, blank=True, choices=Frequency, help_text="How often.")
    sequence_order = order_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(RoleDetail.Meta):
        db_table = "role_kpis"
        verbose_name = "KPI"
        verbose_name_plural = "KPIs"
