"""The vocabularies: 24 tables of codes that personas and roles refer to, shared by all tenants."""

from django.db import models

from vital.fields import Line, Prose, created_at, last, uuid_key


class LookupManager(models.Manager):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Lookup(models.Model):
    """A value that people choose; tables refer to its code."""

    id = uuid_key()
    code = Line(
        max_length=100, unique=True, help_text="Name by which files and tables refer to this value, such as «c_level»."
    )
    display_name = Line(help_text="What people read, such as «C-Level Executive».")
    description = Prose(null=True, blank=True, help_text="When to choose this value.")
    sort_order = last(
        models.IntegerField(
            "order", null=True, blank=True, db_default=0, default=0, help_text="Place in lists, from 1."
        )
    )
    is_active = last(
        models.BooleanField(
            "active",
            db_default=True,
            default=True,
            help_text="Untick to take the value out of choices; rows that have it keep it.",
        )
    )
    created_at = created_at()

    objects = LookupManager()

    class Meta:
        abstract = True
        ordering = ("sort_order", "display_name")

    def __str__(self):
        return self.display_name

    def natural_key(self):
        return (self.code,)


class SeniorityLevel(Lookup):
    """Career levels with experience bands."""

    years_experience_min = models.IntegerField(
        null=True, blank=True, help_text="Years of experience at which this level usually begins, such as 7."
    )
    years_experience_max = models.IntegerField(
        null=True, blank=True, help_text="Years of experience at which it usually ends, such as 12."
    )

    class Meta(Lookup.Meta):
        db_table = "lookup_seniority_levels"


class OrganizationSize(Lookup):
    """Employer size bands by headcount."""

    description = None  # the client's table has none
    employee_min = models.IntegerField(null=True, blank=True, help_text="Smallest headcount of the band, such as 51.")
    employee_max = models.IntegerField(
        null=True, blank=True, help_text="Largest headcount of the band; empty where it has no upper end."
    )

    class Meta(Lookup.Meta):
        db_table = "lookup_organization_sizes"


class TechnologyAdoption(Lookup):
    """Rogers diffusion segments."""

    population_percentage = models.DecimalField(
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="Share of a population in this segment, in percent, such as 13.5.",
    )

    class Meta(Lookup.Meta):
        db_table = "lookup_technology_adoption"
        verbose_name_plural = "technology adoption"


class RiskTolerance(Lookup):
    """Appetite for risk."""

    class Meta(Lookup.Meta):
        db_table = "lookup_risk_tolerance"
        verbose_name_plural = "risk tolerance"


class ChangeReadiness(Lookup):
    """Willingness to change."""

    class Meta(Lookup.Meta):
        db_table = "lookup_change_readiness"
        verbose_name_plural = "change readiness"


class GeographicScope(Lookup):
    """Territory covered."""

    class Meta(Lookup.Meta):
        db_table = "lookup_geographic_scopes"


class PainPointCategory(Lookup):
    """What a pain point is about."""

    class Meta(Lookup.Meta):
        db_table = "lookup_pain_point_categories"
        verbose_name_plural = "pain point categories"


class SeverityLevel(Lookup):
    """Impact severity, also used for goal priority and challenge impact."""

    class Meta(Lookup.Meta):
        db_table = "lookup_severity_levels"


class FrequencyLevel(Lookup):
    """How often something occurs."""

    class Meta(Lookup.Meta):
        db_table = "lookup_frequency_levels"


class Timeframe(Lookup):
    """Planning horizons in months."""

    months_min = models.IntegerField(
        null=True, blank=True, help_text="Months from now at which the horizon begins, such as 6."
    )
    months_max = models.IntegerField(
        null=True, blank=True, help_text="Months from now at which it ends; empty where it is open."
    )

    class Meta(Lookup.Meta):
        db_table = "lookup_timeframes"


class GoalType(Lookup):
    """Kinds of goal."""

    class Meta(Lookup.Meta):
        db_table = "lookup_goal_types"


class ChallengeType(Lookup):
    """Kinds of challenge."""

    class Meta(Lookup.Meta):
        db_table = "lookup_challenge_types"


class TriggerType(Lookup):
    """What sets off a purchase."""

    class Meta(Lookup.Meta):
        db_table = "lookup_trigger_types"


class ConferenceType(Lookup):
    """Kinds of conference."""

    class Meta(Lookup.Meta):
        db_table = "lookup_conference_types"


class ConferenceRole(Lookup):
    """Part a persona plays at a conference."""

    class Meta(Lookup.Meta):
        db_table = "lookup_conference_roles"


class RoleType(Lookup):
    """Broad families of role."""

    class Meta(Lookup.Meta):
        db_table = "lookup_role_types"


class Industry(Lookup):
    """Industry sectors."""

    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Sector that this one is a part of, such as Pharmaceutical.",
    )

    class Meta(Lookup.Meta):
        db_table = "lookup_industries"
        verbose_name_plural = "industries"


class BudgetRange(Lookup):
    """Spend bands in USD."""

    amount_min_usd = models.IntegerField(
        null=True, blank=True, help_text="Smallest amount of the band in US dollars, such as 10000."
    )
    amount_max_usd = models.IntegerField(
        null=True, blank=True, help_text="Largest amount of the band in US dollars; empty where it is open."
    )

    class Meta(Lookup.Meta):
        db_table = "lookup_budget_ranges"


class EducationLevel(Lookup):
    """Highest education attained."""

    class Meta(Lookup.Meta):
        db_table = "lookup_education_levels"


class CertificationType(Lookup):
    """Kinds of credential."""

    class Meta(Lookup.Meta):
        db_table = "lookup_certification_types"


class CommunicationChannel(Lookup):
    """Channels through which a persona can be reached."""

    class Channel(models.TextChoices):
        DIGITAL = "digital", "Digital"
        IN_PERSON = "in_person", "In person"
        PHONE = "phone", "Phone"
        WRITTEN = "written", "Written"
        SOCIAL_MEDIA = "social_media", "Social media"

    channel_type = Line(null=True, blank=True, choices=Channel, help_text="Family the channel belongs to.")

    class Meta(Lookup.Meta):
        db_table = "lookup_communication_channels"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(channel_type__in=("digital", "in_person", "phone", "written", "social_media")),
                name="lookup_communication_channels_channel_type",
            ),
        )


class ContentFormat(Lookup):
    """Content formats a persona may prefer."""

    class Meta(Lookup.Meta):
        db_table = "lookup_content_formats"


class MeetingType(Lookup):
    """Kinds of recurring meeting."""

    class Meta(Lookup.Meta):
        db_table = "lookup_meeting_types"


class DecisionStyle(Lookup):
    """Ways of taking decisions."""

    class Meta(Lookup.Meta):
        db_table = "lookup_decision_styles"
