"""The database's views, for lists and reports: to be read, never written. Their columns are those of the tables."""

from copy import deepcopy

from django.db import models

from personas.enums import Archetype
from vital.fields import TimeOrderedKey, first
from vital.tenancy.models import TenantField, TenantManager

from .columns import enum, exact, line, whole
from .goals import VpanesScoring
from .persona import Persona

__all__ = ["ArchetypeShare", "CompletePersona", "CountedPersona", "ListedPersona", "ReadOnlyError", "ScoredPersona"]


class ReadOnlyError(TypeError):
    """Somebody tried to write what can only be read."""


class View(models.Model):
    """Base of the models that a view of the database stands behind."""

    class Meta:
        abstract = True
        managed = False
        default_related_name = "+"

    def save(self, **kwargs):
        raise ReadOnlyError(f"{self._meta.db_table} is a view: write to the table that it reads.")

    def delete(self, **kwargs):
        raise ReadOnlyError(f"{self._meta.db_table} is a view: write to the table that it reads.")


class PersonaView(View):
    """Base of the views that have a row per persona."""

    id = first(TimeOrderedKey())
    tenant = first(TenantField())

    objects = TenantManager()

    class Meta(View.Meta):
        abstract = True
        ordering = ("name",)

    def __str__(self):
        return self.name


def columns_of(model, names: str) -> dict[str, models.Field]:
    """Some columns of a table, for a view that shows them."""
    return {name: deepcopy(model._meta.get_field(name)) for name in names.split()}


class ListedPersona(PersonaView):
    """Personas as a list shows them."""

    vars().update(
        columns_of(
            Persona,
            "name slug title tagline archetype work_pattern seniority_level function_name department_name role_name "
            "validation_status is_active created_at updated_at",
        )
    )

    class Meta(PersonaView.Meta):
        db_table = "v_personas_summary"
        verbose_name_plural = "listed personas"


class CompletePersona(PersonaView):
    """Active personas in full, with the names of their organisation and tenant."""

    vars().update(
        columns_of(
            Persona,
            "name slug title tagline one_liner role_name role_slug function_name function_slug "
            "department_name department_slug archetype archetype_confidence work_pattern "
            "work_complexity_score ai_maturity_score seniority_level years_of_experience years_in_current_role "
            "years_in_industry years_in_function education_level typical_organization_size organization_type "
            "geographic_scope reporting_to team_size team_size_typical direct_reports budget_authority "
            "budget_authority_level work_style work_arrangement decision_making_style learning_style "
            "technology_adoption risk_tolerance change_readiness gen_ai_readiness_level preferred_service_layer "
            "gen_ai_adoption_score gen_ai_trust_score gen_ai_usage_frequency gen_ai_primary_use_case "
            "background_story a_day_in_the_life salary_min_usd salary_max_usd salary_median_usd salary_currency "
            "salary_year is_active validation_status created_at updated_at deleted_at",
        )
    )
    role_id = models.UUIDField(help_text="Id of the role.", null=True)
    function_id = models.UUIDField(help_text="Id of the function.", null=True)
    department_id = models.UUIDField(help_text="Id of the department.", null=True)
    tenant_name = line("Name of the tenant.")
    tenant_slug = line("Its name for the command line.")

    class Meta(PersonaView.Meta):
        db_table = "v_personas_complete"
        verbose_name_plural = "complete personas"


class ScoredPersona(PersonaView):
    """Personas with their six scores, the total and the priority tier."""

    vars().update(columns_of(Persona, "name slug archetype work_pattern function_name"))
    vars().update(columns_of(VpanesScoring, "visibility pain actions needs emotions scenarios"))
    total_score = exact("Sum of the six scores.", 4, 1)
    priority_tier = line("What follows from the sum.")

    class Meta(PersonaView.Meta):
        db_table = "v_personas_with_vpanes"
        verbose_name_plural = "scored personas"


class CountedPersona(PersonaView):
    """Figures of every persona, as counted last night."""

    vars().update(columns_of(Persona, "name title"))
    goals_count = whole("Goals on file.")
    pain_points_count = whole("Pain points on file.")
    research_count = whole("Studies on file.")
    insights = models.JSONField(help_text="The days of its week, and the number of internal stakeholders.")

    class Meta(PersonaView.Meta):
        db_table = "v_persona_summary"
        verbose_name_plural = "counted personas"


class ArchetypeShare(View):
    """How many personas of each archetype a function has, and their averages."""

    pk = models.CompositePrimaryKey("tenant", "archetype", "function_name")
    tenant = line("Key of the tenant.", required=True)
    archetype = enum("Archetype that is counted.", Archetype, required=True)
    function_name = line("Function in which it is counted.", required=True)
    persona_count = whole("Personas of this archetype in this function.")
    avg_ai_maturity = exact("Average AI maturity, from 0 to 100.", 20, 15, label="average AI maturity")
    avg_work_complexity = exact("Average complexity of work, from 0 to 100.", 20, 15, label="average work complexity")
    avg_vpanes_score = exact("Average VPANES total, from 0 to 60.", 20, 15, label="average VPANES score")

    class Meta(View.Meta):
        db_table = "v_archetype_distribution"
        ordering = ("archetype", "function_name")
        verbose_name_plural = "archetype shares"

    def __str__(self):
        return f"{self.archetype} in {self.function_name}: {self.persona_count}"
