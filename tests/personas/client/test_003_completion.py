"""Document 003: what proves that version 5 is complete, and the way back from it."""

import psycopg
import pytest
from django.db import connection

from personas.sections import SECTIONS
from tests import database
from tests.factories import PersonaFactory

from .conftest import DOCUMENTS

pytestmark = [pytest.mark.database, pytest.mark.django_db]

TABLE_COUNT = """
-- Verify all 64 tables exist
SELECT COUNT(*) as table_count
FROM information_schema.tables
WHERE table_schema = 'public'
  AND table_name LIKE 'persona%';
-- Should return: 64
"""

WITHOUT_RLS = """
-- Verify RLS is enabled
SELECT tablename
FROM pg_tables
WHERE schemaname = 'public'
  AND tablename LIKE 'persona%'
  AND rowsecurity = false;
-- Should return: 0 rows (all have RLS)
"""

INDEX_COUNT = """
-- Verify indexes created
SELECT COUNT(*) as index_count
FROM pg_indexes
WHERE schemaname = 'public'
  AND tablename LIKE 'persona%';
-- Should return: 140+ indexes
"""

SMOKE_TEST = """
-- Verify all tables exist
SELECT table_name
FROM information_schema.tables
WHERE table_schema = 'public'
  AND table_name LIKE 'persona%'
ORDER BY table_name;
-- Should return 64 tables
"""

PERFORMANCE_TEST = """
-- Test common query patterns
SELECT p.name,
       COUNT(DISTINCT w.id) as weekly_patterns,
       COUNT(DISTINCT m.id) as monthly_patterns,
       COUNT(DISTINCT y.id) as yearly_patterns
FROM personas p
LEFT JOIN persona_week_in_life w ON p.id = w.persona_id
LEFT JOIN persona_month_in_life m ON p.id = m.persona_id
LEFT JOIN persona_year_in_life y ON p.id = y.persona_id
GROUP BY p.name;
"""

RLS_TEST = """
-- Test tenant isolation
SET request.jwt.claim.tenant_id = 'test-tenant-uuid';
SELECT * FROM persona_week_in_life;
-- Should only return records for test-tenant-uuid
"""

ROLLBACK = (DOCUMENTS / "003_rollback.sql").read_text()

NEW_IN_V5 = """
week_in_life weekly_milestones weekly_meetings month_in_life monthly_objectives monthly_stakeholders year_in_life
annual_conferences career_trajectory
internal_stakeholders internal_networks external_stakeholders vendor_relationships customer_relationships
regulatory_stakeholders industry_relationships stakeholder_influence_map stakeholder_journey stakeholder_value_exchange
public_research industry_reports expert_opinions case_studies supporting_statistics evidence_summary
"""


def test_there_are_64_tables(superuser):
    assert superuser.execute(TABLE_COUNT).fetchone() == (64,)


def test_they_are_personas_and_its_sections_with_all_that_version_5_brings(superuser):
    tables = [table for (table,) in superuser.execute(SMOKE_TEST)]
    assert tables == sorted(["personas", *(section.model._meta.db_table for section in SECTIONS)])
    assert {f"persona_{name}" for name in NEW_IN_V5.split()} < set(tables)


def test_no_table_is_without_row_level_security(superuser):
    assert superuser.execute(WITHOUT_RLS).fetchall() == []


def test_there_are_140_indexes_or_more(superuser):
    ((count,),) = superuser.execute(INDEX_COUNT).fetchall()
    assert count >= 140


def test_the_query_of_the_performance_test_counts_the_patterns_of_each_persona(tenant):
    complete, empty = PersonaFactory(complete=True), PersonaFactory()
    with connection.cursor() as cursor:
        cursor.execute(PERFORMANCE_TEST)
        assert sorted(cursor.fetchall()) == sorted([(complete.name, 7, 3, 4), (empty.name, 0, 0, 0)])


@pytest.fixture
def two_tenants(scratch) -> tuple[str, dict]:
    """A database in which each tenant describes one day, and the days by tenant."""
    with database.connect("postgres", scratch) as connection:
        days = {}
        for slug, day in (("pharma", "Monday"), ("digital-health", "Friday")):
            tenant, persona = connection.execute(
                "INSERT INTO personas (tenant_id, name, slug) SELECT id, 'Somebody', 'somebody' FROM tenants"
                " WHERE slug = %s RETURNING tenant_id, id",
                [slug],
            ).fetchone()
            connection.execute(
                "INSERT INTO persona_week_in_life (persona_id, day_of_week) VALUES (%s, %s)", [persona, day]
            )
            days[str(tenant)] = day
    return scratch, days


@pytest.mark.parametrize(
    "claim", ["request.jwt.claim.tenant_id = '{}'", """request.jwt.claims = '{{"tenant_id": "{}"}}'"""]
)
def test_a_session_that_claims_a_tenant_sees_its_rows_only(two_tenants, claim):
    name, days = two_tenants
    for tenant, day in days.items():
        test = RLS_TEST.replace("request.jwt.claim.tenant_id = 'test-tenant-uuid'", claim.format(tenant))
        assert claim.format(tenant) in test
        with database.connect("vital_app", name, autocommit=True) as session:
            cursor = session.execute(test)
            cursor.nextset()
            columns = [column.name for column in cursor.description]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor]
        assert [(str(row["tenant_id"]), row["day_of_week"]) for row in rows] == [(tenant, day)]


def test_a_session_that_claims_no_real_tenant_sees_nothing(two_tenants):
    with database.connect("vital_app", two_tenants[0], autocommit=True) as session:
        assert session.execute("SELECT * FROM persona_week_in_life").fetchall() == []
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            session.execute(RLS_TEST)


def test_the_rollback_leaves_the_39_tables_of_version_4_and_they_still_work(scratch):
    with database.connect("postgres", scratch) as connection:
        connection.execute(ROLLBACK)
        connection.commit()
        assert connection.execute(TABLE_COUNT).fetchone() == (39,)
        assert not {(f"persona_{name}",) for name in NEW_IN_V5.split()} & set(connection.execute(SMOKE_TEST))
        connection.execute(
            "INSERT INTO personas (tenant_id, name, slug) SELECT id, 'Somebody', 'somebody' FROM tenants"
        )
        connection.execute("INSERT INTO persona_goals (persona_id, goal_text) SELECT id, 'Go on' FROM personas")
        assert connection.execute("SELECT version FROM editorial_state").fetchall() == [(2,), (2,)]
