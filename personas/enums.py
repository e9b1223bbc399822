"""The six sets of values that never change: native PostgreSQL enums, each naming its type."""

from django.db.models import TextChoices


class Archetype(TextChoices):
    AUTOMATOR = "AUTOMATOR", "Automator: high AI, routine work"
    ORCHESTRATOR = "ORCHESTRATOR", "Orchestrator: high AI, strategic work"
    LEARNER = "LEARNER", "Learner: low AI, routine work"
    SKEPTIC = "SKEPTIC", "Skeptic: low AI, strategic work"


class WorkPattern(TextChoices):
    ROUTINE = "routine", "Routine: repetitive, operational"
    STRATEGIC = "strategic", "Strategic: high-level, complex"
    MIXED = "mixed", "Mixed"


class ServiceLayer(TextChoices):
    ASK_EXPERT = "ASK_EXPERT", "Ask an expert: one agent answers"
    ASK_PANEL = "ASK_PANEL", "Ask a panel: several agents reason"
    WORKFLOWS = "WORKFLOWS", "Workflows: automation in steps"
    SOLUTION_BUILDER = "SOLUTION_BUILDER", "Solution builder: integrated solutions"
    MIXED = "MIXED", "Mixed: several layers"


class Readiness(TextChoices):
    BEGINNER = "beginner", "Beginner: new to AI"
    DEVELOPING = "developing", "Developing: building skills"
    PROFICIENT = "proficient", "Proficient: regular user"
    ADVANCED = "advanced", "Advanced: power user"
    EXPERT = "expert", "Expert: AI champion"


class BudgetAuthority(TextChoices):
    NONE = "none", "None"
    LIMITED = "limited", "Limited: under 10,000 USD"
    MODERATE = "moderate", "Moderate: 10,000 to 100,000 USD"
    SIGNIFICANT = "significant", "Significant: 100,000 to 1 million USD"
    HIGH = "high", "High: over 1 million USD"


class Status(TextChoices):
    DRAFT = "draft", "Draft"
    PENDING_REVIEW = "pending_review", "In review"
    VALIDATED = "validated", "Validated"
    PUBLISHED = "published", "Published"
    ARCHIVED = "archived", "Archived"


# Each enum's PostgreSQL type; sql/0001_enums.sql creates them, and a test compares the labels.
PG_TYPES = {
    Archetype: "archetype_enum",
    WorkPattern: "work_pattern_enum",
    ServiceLayer: "service_layer_preference",
    Readiness: "gen_ai_readiness_level",
    BudgetAuthority: "budget_authority_level",
    Status: "validation_status",
}
