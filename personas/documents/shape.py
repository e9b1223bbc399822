"""What a document is made of, derived from the table of sections: for each table, its keys and how rows are matched."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models

from personas.models import Persona
from personas.sections import SECTIONS, Table

# The persona's own columns stand in groups, under the client's headings; on reading, in any group or at the top. What
# the client heads «metadata» is called classification here, because a section has that word.
GROUPS = {
    "core_profile": "name title tagline one_liner",
    "archetype_assignment": "archetype archetype_confidence work_pattern work_complexity_score ai_maturity_score",
    "organizational_context": "role function department",
    "professional_context": "seniority_level years_of_experience years_in_current_role years_in_industry "
    "years_in_function education_level typical_organization_size organization_type geographic_scope reporting_to "
    "team_size team_size_typical direct_reports span_of_control budget_authority budget_authority_level",
    "behavioral_attributes": "work_style work_arrangement decision_making_style learning_style technology_adoption "
    "risk_tolerance change_readiness collaboration_style communication_preference",
    "gen_ai_profile": "gen_ai_readiness_level preferred_service_layer gen_ai_adoption_score gen_ai_trust_score "
    "gen_ai_usage_frequency gen_ai_primary_use_case",
    "narrative": "background_story a_day_in_the_life",
    "salary_benchmarks": "salary_min_usd salary_max_usd salary_median_usd salary_currency salary_year salary_sources "
    "sample_size confidence_level data_recency geographic_benchmark_scope",
    "classification": "persona_type persona_number segment journey_stage section notes is_active",
}
GROUPS = {group: keys.split() for group, keys in GROUPS.items()}
ORDERS = ("sequence_order", "sort_order")  # the place in the list says it


@dataclass(frozen=True, eq=False)
class Shape:
    """A table as documents see it."""

    model: type[models.Model]
    word: str
    identity: tuple[str, ...] = ()
    single: bool = False
    parent: str | None = None  # the reference to the row that this one belongs to
    details: tuple["Shape", ...] = ()
    only: tuple[str, ...] = ()  # where a page or a file deals with some columns: those

    @cached_property
    def columns(self) -> dict[str, models.Field]:
        """The keys of a row, in the order of the table: what a person fills in."""
        return {
            field.name: field
            for field in self.model._meta.local_concrete_fields
            if field.editable
            and field.name not in (*ORDERS, self.parent)
            and (not self.only or field.name in self.only)
        }

    @cached_property
    def order(self) -> str | None:
        names = {field.name for field in self.model._meta.local_concrete_fields}
        return next((name for name in ORDERS if name in names), None)

    @cached_property
    def references(self) -> dict[str, models.Field]:
        """The keys that name a row of another table of the tenant, by its natural key."""
        return {name: field for name, field in self.columns.items() if field.is_relation and natural(field)}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The keys whose values another table knows: references, and codes of vocabularies."""
        return tuple(name for name, field in self.columns.items() if field.is_relation)

    @cached_property
    def blank(self) -> dict[str, Any]:
        """A new row of which nothing is said."""
        return {name: field.get_default() if field.has_default() else None for name, field in self.columns.items()}

    @cached_property
    def needed(self) -> tuple[str, ...]:
        return tuple(name for name, field in self.columns.items() if not field.null)

    @cached_property
    def unique(self) -> bool:
        """Whether the database takes an identity once for each persona."""
        keys = (set(getattr(constraint, "fields", ())) for constraint in self.model._meta.constraints)
        return bool(self.identity) and {"tenant", "persona", *self.identity} in keys

    def path(self, name: str) -> str:
        """Where the database keeps what the document has under a key."""
        field = self.columns[name]
        return f"{name}__{natural(field)}" if name in self.references else field.attname

    def title(self, row: dict) -> str:
        """By what people know a row."""
        return ", ".join(str(row[name]) for name in self.identity if row.get(name) is not None)

    def key(self, row: dict) -> tuple:
        """What two rows that are the same have in common."""
        return tuple(row.get(name) for name in self.identity)


def natural(field: models.Field) -> str | None:
    """The column by which a document names a row of another table."""
    key = getattr(field.related_model, "NATURAL_KEY", None)
    return key and key[0]


def _shape(table: Table, parent: str) -> Shape:
    return Shape(
        table.model,
        table.word,
        table.identity,
        getattr(table, "single", False),
        parent,
        tuple(_shape(detail, detail.model.parent) for detail in getattr(table, "details", ())),
    )


PERSONA = Shape(Persona, "personas", ("slug",))
SHAPES = {section.word: _shape(section, "persona") for section in SECTIONS}
ALL = (PERSONA, *(inner for shape in SHAPES.values() for inner in (shape, *shape.details)))
BY_WORD = {shape.word: shape for shape in ALL}
