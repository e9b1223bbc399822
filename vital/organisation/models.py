"""The organisation that personas are drawn from: functions, departments, roles, and the jobs they get done."""

from operator import attrgetter

from django.core.validators import validate_slug
from django.db import models
from django.db.models import F, Q

from lookups.fields import LookupField
from lookups.models import GeographicScope, SeniorityLevel
from vital.fields import Line, Prose, created_at, updated_at
from vital.tenancy.models import TenantForeignKey, TenantManager, TenantModel


class Level(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class NaturalManager(TenantManager):
    """Finds a row by what its model names as natural key, so that fixtures need no ids."""

    def get_by_natural_key(self, *values):
        rows = self.filter(**dict(zip(self.model.NATURAL_KEY, values, strict=True))).order_by("pk")
        if not (row := rows.first()):
            raise self.model.DoesNotExist
        return row


class OrganisationModel(TenantModel):
    NATURAL_KEY = ("slug",)

    objects = NaturalManager()

    class Meta(TenantModel.Meta):
        abstract = True

    def __str__(self):
        return self.name

    def natural_key(self):
        return tuple(attrgetter(key.replace("__", "."))(self) for key in self.NATURAL_KEY)


def _slug(example: str) -> Line:
    return Line(
        validators=[validate_slug],
        help_text=f"Short name for files and addresses, such as «{example}»; one of a kind in the tenant.",
    )


def _is_active() -> models.BooleanField:
    return models.BooleanField(
        "active", db_default=True, default=True, help_text="Untick what is no longer used; it stays on record."
    )


def _deleted_at() -> models.DateTimeField:
    return models.DateTimeField("deleted", null=True, blank=True, editable=False, help_text="When it was deleted.")


def _order() -> models.IntegerField:
    return models.IntegerField(
        "order", null=True, blank=True, db_default=0, default=0, help_text="Place in lists, from 1."
    )


def _integer(text: str) -> models.IntegerField:
    return models.IntegerField(null=True, blank=True, help_text=text)


def _unique_in_tenant(table: str, field: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(
        fields=("tenant", field),
        name=f"{table}_tenant_id_{field}_key",
        violation_error_message=f"Another row has this {field} already. Choose another, or edit that row.",
    )


def _percent(table: str, *fields: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q((f"{field}__gte", 0), (f"{field}__lte", 100)),
            name=f"{table}_{field}",
            violation_error_message=f"«{field.replace('_', ' ').capitalize()}» is a number from 0 to 100.",
        )
        for field in fields
    ]


def _ordered(table: str, *stems: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q((f"{_max(stem)}__gte", F(_min(stem)))),
            name=f"{table}_{stem}",
            violation_error_message=f"«{_max(stem).replace('_', ' ').capitalize()}» is below the minimum.",
        )
        for stem in stems
    ]


def _min(stem: str) -> str:
    return f"{stem.removesuffix('_usd')}_min{'_usd' if stem.endswith('_usd') else ''}"


def _max(stem: str) -> str:
    return f"{stem.removesuffix('_usd')}_max{'_usd' if stem.endswith('_usd') else ''}"


class Function(OrganisationModel):
    """A business function, such as Medical Affairs."""

    class Sensitivity(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"
        VERY_HIGH = "very_high", "Very high"

    name = Line(help_text="What people call it, such as «Medical Affairs».")
    slug = _slug("medical-affairs")
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
    strategic_priority = _integer("Weight in the company's strategy, from 0 to 100.")
    parent = TenantForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="children",
        help_text="Function that this one is a part of.",
    )
    sort_order = _order()
    is_active = _is_active()
    deleted_at = _deleted_at()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "org_functions"
        ordering = ("sort_order", "name")
        constraints = (_unique_in_tenant("org_functions", "slug"), *_percent("org_functions", "strategic_priority"))


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
    slug = _slug("field-medical")
    description = Prose(null=True, blank=True, help_text="What the department does.")
    operating_model = Line(
        null=True,
        blank=True,
        choices=OperatingModel,
        db_default=OperatingModel.HYBRID,
        default=OperatingModel.HYBRID,
        help_text="Where decisions are taken: in the centre, locally, or both.",
    )
    field_vs_office_mix = _integer("Share of time in the field, in percent, such as 70.")
    typical_team_size_min = _integer("Fewest people in a typical team, such as 6.")
    typical_team_size_max = _integer("Most people in a typical team, such as 12.")
    is_active = _is_active()
    deleted_at = _deleted_at()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "org_departments"
        ordering = ("name",)
        constraints = (
            _unique_in_tenant("org_departments", "slug"),
            *_percent("org_departments", "field_vs_office_mix"),
            *_ordered("org_departments", "typical_team_size"),
        )


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
    slug = _slug("medical-science-liaison")
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
    grade_level = _integer("Pay grade, such as 9.")
    geographic_scope = LookupField(GeographicScope, null=True, blank=True, help_text="Territory that the role covers.")
    team_size_min = _integer("Fewest people in the role's team.")
    team_size_max = _integer("Most people in the role's team.")
    direct_reports_min = _integer("Fewest people who report to the role.")
    direct_reports_max = _integer("Most people who report to the role.")
    travel_percentage_min = _integer("Least share of time spent travelling, in percent.")
    travel_percentage_max = _integer("Largest share of time spent travelling, in percent.")
    budget_min_usd = models.DecimalField(
        "budget min (USD)", max_digits=15, decimal_places=2, null=True, blank=True, help_text="Smallest yearly budget."
    )
    budget_max_usd = models.DecimalField(
        "budget max (USD)", max_digits=15, decimal_places=2, null=True, blank=True, help_text="Largest yearly budget."
    )
    years_experience_min = _integer("Fewest years of experience usually asked for.")
    years_experience_max = _integer("Most years of experience usually found.")
    is_active = _is_active()
    deleted_at = _deleted_at()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "org_roles"
        ordering = ("name",)
        constraints = (
            _unique_in_tenant("org_roles", "slug"),
            *_percent("org_roles", "travel_percentage_min", "travel_percentage_max"),
            *_ordered(
                "org_roles", "team_size", "direct_reports", "travel_percentage", "budget_usd", "years_experience"
            ),
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
    sequence_order = _order()
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
    sequence_order = _order()
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
    sequence_order = _order()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(RoleDetail.Meta):
        db_table = "role_kpis"
        verbose_name = "KPI"
        verbose_name_plural = "KPIs"


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

    code = Line(help_text="Number of the job, such as «JTBD-001»; one of a kind in the tenant.")
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
    deleted_at = _deleted_at()
    created_at = created_at()
    updated_at = updated_at()

    class Meta(OrganisationModel.Meta):
        db_table = "jobs_to_be_done"
        ordering = ("code",)
        verbose_name = "job to be done"
        verbose_name_plural = "jobs to be done"
        constraints = (
            _unique_in_tenant("jobs_to_be_done", "code"),
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
