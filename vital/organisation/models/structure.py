"""Functions, and the departments in them."""

from django.db import models

from vital.fields import Line, Prose, created_at, updated_at
from vital.tenancy.models import TenantForeignKey

from .base import (
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

__all__ = ["Department", "Function"]


class Function(OrganisationModel):
    """A business function, such as Medical Affairs."""

    class Sensitivity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        VERY_HIGH = "very_high", "Very high"

    name = Line(help_text="What people call it, such as «Medical Affairs».")
    slug = slug_column("medical-affairs")
    description = Prose(null=True, blank=True, help_text="What the function does, in a sentence or two.")
    mission_statement = Prose(null=True, blank=True, help_text="Why it exists, in its own words.")
    regulatory_sensitivity = Line(
        null=True,
        blank=True,
        choices=Sensitivity,
        db_default=Sensitivity.MEDIUM,
        default=Sensitivity.MEDIUM,
        help_text="How closely regulators watch its work.",
    )
    strategic_priority = integer_column("Weight in the company's strategy, from 0 to 100.")
    parent = TenantForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        help_text="Function that this one is a part of.",
    )
    sort_order = order_column()
    is_active = is_active_column()
    deleted_at = deleted_at_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "org_functions"
        ordering = ("sort_order", "name")
        constraints = (
            unique_in_tenant("org_functions", "slug"),
            not_itself("org_functions", "parent", "A function is no part of itself."),
            *percent("org_functions", "strategic_priority"),
        )


class Department(OrganisationModel):
    """A department inside a function, such as Field Medical."""

    class OperatingModel(models.TextChoices):
        CENTRALIZED = "centralized", "Centralized"
        DECENTRALIZED = "decentralized", "Decentralized"
        HYBRID = "hybrid", "Hybrid"
        FEDERATED = "federated", "Federated"

    function = TenantForeignKey(
        Function,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="departments",
        help_text="Function that the department belongs to.",
    )
    name = Line(help_text="What people call it, such as «Field Medical».")
    slug = slug_column("field-medical")
    description = Prose(null=True, blank=True, help_text="What the department does.")
    operating_model = Line(
        null=True,
        blank=True,
        choices=OperatingModel,
        db_default=OperatingModel.HYBRID,
        default=OperatingModel.HYBRID,
        help_text="Where decisions are taken: in the centre, locally, or both.",
    )
    field_vs_office_mix = integer_column("Share of time in the field, in percent, such as 70.")
    typical_team_size_min = integer_column("Fewest people in a typical team, such as 6.")
    typical_team_size_max = integer_column("Most people in a typical team, such as 12.")
    is_active = is_active_column()
    deleted_at = deleted_at_column()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "org_departments"
        ordering = ("name",)
        constraints = (
            unique_in_tenant("org_departments", "slug"),
            *percent("org_departments", "field_vs_office_mix"),
            *ordered("org_departments", "typical_team_size"),
        )
