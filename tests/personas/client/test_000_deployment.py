"""Document 000: what to run after a deployment, and to go back, runs as it stands there."""

import psycopg
import pytest

from personas.models import Persona
from personas.sections import SECTIONS
from tests import database
from tests.test_migrations import migrate, schema

pytestmark = pytest.mark.database

ENUM_TYPES = """
SELECT typname, enumlabel
FROM pg_enum e
JOIN pg_type t ON e.enumtypid = t.oid
WHERE typname LIKE '%enum%'
ORDER BY typname, enumsortorder;
"""

LOOKUP_TABLES = """
SELECT
    schemaname,
    tablename,
    (SELECT COUNT(*) FROM lookup_seniority_levels) as seniority_count,
    (SELECT COUNT(*) FROM lookup_organization_sizes) as org_size_count,
    (SELECT COUNT(*) FROM lookup_technology_adoption) as tech_adoption_count
FROM pg_tables
WHERE tablename LIKE 'lookup_%'
LIMIT 1;
"""

JUNCTION_TABLES = """
SELECT
    table_name,
    (SELECT COUNT(*) FROM information_schema.columns c
     WHERE c.table_name = t.table_name) as column_count
FROM information_schema.tables t
WHERE table_name LIKE 'persona_%'
ORDER BY table_name;
"""

VIEWS = """
SELECT viewname FROM pg_views
WHERE viewname LIKE 'v_persona%';
"""

FUNCTIONS = """
SELECT routine_name
FROM information_schema.routines
WHERE routine_name LIKE '%persona%'
   OR routine_name LIKE '%gen_ai%';
"""

TRIGGERS = """
SELECT trigger_name, event_object_table, action_timing
FROM information_schema.triggers
WHERE event_object_table = 'personas';
"""

ROLLBACK = """
-- Drop views
DROP VIEW IF EXISTS v_personas_complete CASCADE;
DROP VIEW IF EXISTS v_personas_summary CASCADE;
DROP VIEW IF EXISTS v_archetype_distribution CASCADE;

-- Drop triggers
DROP TRIGGER IF EXISTS trigger_update_gen_ai_readiness ON personas;
DROP TRIGGER IF EXISTS trigger_sync_persona_org_names ON personas;

-- Note: Lookup tables and junction tables should NOT be dropped
-- as they may contain data. Only drop if empty.
"""

MIGRATE_GOALS = """
-- Example: Migrate goals from JSONB to junction table
INSERT INTO persona_goals (persona_id, tenant_id, goal_text, goal_type, timeframe)
SELECT
    p.id,
    p.tenant_id,
    goal_item->>'text',
    goal_item->>'type',
    goal_item->>'timeframe'
FROM personas p,
LATERAL jsonb_array_elements(p.goals) AS goal_item
WHERE p.goals IS NOT NULL;
"""

TEST_PERSONA = """
-- Insert test persona
INSERT INTO personas (
    tenant_id, name, slug, title, archetype,
    ai_maturity_score, work_complexity_score,
    technology_adoption, risk_tolerance, change_readiness,
    seniority_level, is_active
) VALUES (
    (SELECT id FROM tenants WHERE slug = 'pharma'),
    'Test Persona - Automator',
    'test-persona-automator',
    'Test Role',
    'AUTOMATOR',
    78.0, 45.0,
    'early_adopter', 'moderate', 'high',
    'director', true
) RETURNING id, gen_ai_readiness_level, preferred_service_layer;

-- Verify auto-calculated fields
-- Expected: gen_ai_readiness_level = 'intermediate' or 'advanced'
-- Expected: preferred_service_layer = 'WORKFLOWS'
"""

# The tables that the document lists as junctions of a persona.
JUNCTIONS = (
    "pain_points", "goals", "motivations", "typical_day", "challenges", "tools_used", "information_sources",
    "education", "certifications", "success_metrics", "vpanes_scoring", "aspirations", "personality_traits", "values",
    "buying_process", "buying_triggers", "objections", "adoption_barriers", "communication_preferences",
    "content_preferences", "jtbd",
)  # fmt: skip


@pytest.fixture(params=["superuser", "application"])
def session(request) -> psycopg.Connection:
    return request.getfixturevalue(request.param)


def test_the_enums_of_that_name_have_their_labels_in_order(session):
    assert session.execute(ENUM_TYPES).fetchall() == [
        *(("archetype_enum", label) for label in ("AUTOMATOR", "ORCHESTRATOR", "LEARNER", "SKEPTIC")),
        *(("work_pattern_enum", label) for label in ("routine", "strategic", "mixed")),
    ]


def test_the_vocabularies_have_as_many_values_as_the_document_says(session):
    ((schema_name, table, *counts),) = session.execute(LOOKUP_TABLES).fetchall()
    assert (schema_name, table.startswith("lookup_"), counts) == ("public", True, [9, 5, 5])


def test_every_table_of_a_persona_has_the_columns_that_its_model_has(session):
    models = [Persona, *(section.model for section in SECTIONS)]
    found = session.execute(JUNCTION_TABLES).fetchall()
    # The document names no schema, and so it finds each table twice: as it is written, and as it is published.
    expected = sorted((model._meta.db_table, 2 * len(model._meta.local_concrete_fields)) for model in models)
    assert found == [one for one in expected for _ in range(2)]
    assert {f"persona_{name}" for name in JUNCTIONS} < {table for table, _ in found}


def test_the_views_are_there(session):
    assert {view for (view,) in session.execute(VIEWS)} == {
        "v_personas_complete", "v_personas_summary", "v_personas_with_vpanes", "v_persona_summary",
    }  # fmt: skip


def test_the_functions_are_there(session):
    assert {function for (function,) in session.execute(FUNCTIONS)} >= {
        "calculate_gen_ai_readiness_level", "trigger_calculate_gen_ai_readiness", "sync_persona_org_names",
        "get_persona_time_perspective", "get_persona_stakeholder_ecosystem", "get_persona_evidence_portfolio",
    }  # fmt: skip


def test_the_triggers_of_personas_fire_when_they_should(session):
    assert set(session.execute(TRIGGERS)) == {
        (trigger, "personas", timing)
        for timing, triggers in {
            "BEFORE": "set_tenant status_begins status_moves trigger_sync_persona_org_names "
            "trigger_update_gen_ai_readiness update_personas_updated_at",
            "AFTER": "version_inserted version_updated withdraw_deleted workflow_updated",
        }.items()
        for trigger in triggers.split()
    }


def test_the_test_persona_gets_its_readiness_and_service_layer(session):
    ((_, readiness, layer),) = session.execute(TEST_PERSONA).fetchall()
    assert (readiness, layer) == ("advanced", "WORKFLOWS")


def test_rows_of_the_test_persona_need_not_name_the_tenant(session):
    persona, *_ = session.execute(TEST_PERSONA).fetchone()
    (study,) = session.execute(
        "INSERT INTO persona_public_research (persona_id, research_title, research_type, publication_source,"
        " key_findings, relevance_score) VALUES (%s, 'Digital MSLs', 'academic', 'DIA', '{Most use AI}', 8)"
        " RETURNING id",
        [persona],
    ).fetchone()
    rows = (
        ("persona_pain_points (persona_id, pain_point)", persona, "Regulatory compliance"),
        ("persona_goals (persona_id, goal_text)", persona, "Improve patient outcomes"),
        ("persona_week_in_life (persona_id, day_of_week)", persona, "Monday"),
        ("persona_tags (persona_id, tag_name)", persona, "test"),
        ("research_quantitative_results (research_id, metric_name)", study, "weekly use"),
    )
    tenants = {
        session.execute(f"INSERT INTO {into} VALUES (%s, %s) RETURNING tenant_id", [parent, text]).fetchone()
        for into, parent, text in rows
    }
    assert tenants == {session.execute("SELECT id FROM tenants WHERE slug = 'pharma'").fetchone()}


@pytest.fixture
def old_personas(superuser) -> psycopg.Connection:
    """A session that has the table of old, with its goals in a column, in place of ours."""
    persona, *_ = superuser.execute(TEST_PERSONA).fetchone()
    superuser.execute("CREATE TEMP TABLE personas AS SELECT id, tenant_id, NULL::jsonb AS goals FROM public.personas")
    superuser.execute(
        """UPDATE personas SET goals = '[
            {"text": "Answer enquiries in a day", "type": "efficiency", "timeframe": "short_term"},
            {"text": "Publish two studies", "type": "growth"}
        ]' WHERE id = %s""",
        [persona],
    )
    return superuser


def test_goals_move_from_the_old_column_to_their_table(old_personas):
    old_personas.execute(MIGRATE_GOALS)
    old_personas.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert old_personas.execute(
        "SELECT goal_text, goal_type, timeframe, priority, is_measurable, t.slug FROM persona_goals"
        " JOIN tenants AS t ON t.id = tenant_id"
        " WHERE persona_id = (SELECT id FROM personas WHERE goals IS NOT NULL) ORDER BY goal_text"
    ).fetchall() == [
        ("Answer enquiries in a day", "efficiency", "short_term", "medium", False, "pharma"),
        ("Publish two studies", "growth", None, "medium", False, "pharma"),
    ]


@pytest.mark.parametrize(("key", "value"), [("type", "primary"), ("timeframe", "this year")])
def test_a_goal_whose_words_are_in_no_vocabulary_is_refused(old_personas, key, value):
    old_personas.execute("UPDATE personas SET goals = jsonb_set(goals, %s, to_jsonb(%s::text))", [["0", key], value])
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        old_personas.execute(f"{MIGRATE_GOALS} SET CONSTRAINTS ALL IMMEDIATE")


def test_after_the_rollback_the_migrations_restore_what_it_dropped(scratch):
    before = schema(scratch)
    with database.connect("postgres", scratch) as connection:
        connection.execute(ROLLBACK)
    rolled_back = schema(scratch)
    for dropped in (
        "VIEW public.v_personas_complete", "VIEW public.v_personas_summary", "VIEW public.v_archetype_distribution",
        "TRIGGER trigger_update_gen_ai_readiness", "TRIGGER trigger_sync_persona_org_names",
    ):  # fmt: skip
        assert dropped in before
        assert dropped not in rolled_back
    migrate(scratch, "personas", "0004")
    migrate(scratch)
    assert schema(scratch) == before
