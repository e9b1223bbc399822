"""Whatever somebody changes in a database by hand is found; a fresh installation has nothing to report."""

import pytest

from tests import database
from vital.database.drift import Difference, differences, read_expected, read_facts
from vital.database.laws import LAWS

pytestmark = pytest.mark.database

POLICY = "tenant_isolation ON persona_goals"

# What is done by hand, and the object (or the law) under which it is reported.
CHANGES = {
    "ALTER TABLE persona_goals ALTER success_criteria TYPE varchar(200)": "column persona_goals.success_criteria",
    "ALTER TABLE persona_goals ALTER priority DROP DEFAULT": "column persona_goals.priority",
    "ALTER TABLE persona_goals ALTER priority SET DEFAULT 'low'": "column persona_goals.priority",
    "ALTER TABLE persona_goals ALTER goal_text DROP NOT NULL": "column persona_goals.goal_text",
    "ALTER TABLE persona_goals ADD rank integer": "column persona_goals.rank",
    "ALTER TABLE persona_goals DROP goal_type": "column persona_goals.goal_type",
    "ALTER TABLE persona_goals RENAME timeframe TO horizon": "column persona_goals.horizon",
    "DROP INDEX idx_wilo_day": "index persona_week_in_life.idx_wilo_day",
    "CREATE INDEX by_hand ON persona_goals (goal_text)": "index persona_goals.by_hand",
    "ALTER TABLE persona_goals DISABLE TRIGGER set_tenant": "database.L30",
    "ALTER TABLE persona_goals DISABLE ROW LEVEL SECURITY": "database.L01",
    "ALTER TABLE persona_goals NO FORCE ROW LEVEL SECURITY": "database.L01",
    "DROP TRIGGER version_updated ON persona_goals": "trigger persona_goals.version_updated",
    "CREATE TRIGGER by_hand BEFORE UPDATE ON persona_goals FOR EACH ROW EXECUTE FUNCTION set_tenant()":
        "trigger persona_goals.by_hand",
    f"ALTER POLICY {POLICY} USING (true)": "database.L05",
    f"ALTER POLICY {POLICY} USING (tenant_id IS NOT NULL)": "policy persona_goals.tenant_isolation",
    f"ALTER POLICY {POLICY} TO vital_reader": "policy persona_goals.tenant_isolation",
    f"DROP POLICY {POLICY}": "database.L03",
    "CREATE POLICY by_hand ON persona_goals FOR SELECT USING (is_measurable)": "database.L04",
    "ALTER TABLE persona_goals DROP CONSTRAINT persona_goals_persona_id_fkey":
        "constraint persona_goals.persona_goals_persona_id_fkey",
    "ALTER TABLE persona_goals DROP CONSTRAINT persona_goals_persona_id_fkey, ADD CONSTRAINT "
    "persona_goals_persona_id_fkey FOREIGN KEY (persona_id) REFERENCES personas (id)": "database.L09",
    "ALTER TABLE persona_goals DROP CONSTRAINT persona_goals_persona_id_fkey, ADD CONSTRAINT "
    "persona_goals_persona_id_fkey FOREIGN KEY (tenant_id, persona_id) REFERENCES personas (tenant_id, id) "
    "ON DELETE CASCADE NOT VALID": "database.L30",
    "ALTER TABLE persona_fears DROP CONSTRAINT persona_fears_likelihood_check":
        "constraint persona_fears.persona_fears_likelihood_check",
    "ALTER TABLE persona_fears DROP CONSTRAINT persona_fears_likelihood_check, ADD CONSTRAINT "
    "persona_fears_likelihood_check CHECK (likelihood <> '')":
        "constraint persona_fears.persona_fears_likelihood_check",
    "ALTER TABLE persona_tags DROP CONSTRAINT unique_persona_tag": "constraint persona_tags.unique_persona_tag",
    "GRANT TRUNCATE ON persona_goals TO vital_app": "database.L14",
    "GRANT SELECT ON persona_summary TO vital_app": "database.L17",
    "GRANT UPDATE (name) ON v_personas_summary TO vital_app": "grant on column v_personas_summary.name to vital_app",
    "REVOKE UPDATE ON persona_goals FROM vital_app": "grant on table persona_goals to vital_app",
    "GRANT EXECUTE ON FUNCTION search_personas(text, integer) TO PUBLIC":
        "grant on function search_personas(query text, at_most integer) to public",
    "CREATE OR REPLACE FUNCTION set_tenant() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, "
    "pg_temp AS 'BEGIN RETURN NEW; END'": "function set_tenant()",
    "ALTER FUNCTION recount_evidence(uuid, uuid[]) SECURITY DEFINER": "database.L20",
    "ALTER FUNCTION recount_evidence(uuid, uuid[]) RESET search_path": "database.L19",
    "DROP FUNCTION get_persona_evidence_portfolio(uuid)": "function get_persona_evidence_portfolio(p_persona_id uuid)",
    "CREATE TABLE persona_by_hand (id uuid)": "database.L22",
    "DROP TABLE persona_quotes": "database.L22",
    "ALTER TABLE statistic_history SET UNLOGGED": "table statistic_history",
    "ALTER TABLE persona_goals OWNER TO vital_search": "database.L15",
    "ALTER VIEW v_personas_summary SET (security_invoker = false)": "database.L16",
    "CREATE OR REPLACE VIEW v_personas_summary WITH (security_invoker = true) AS SELECT id, tenant_id, name, slug, "
    "title, tagline, archetype, work_pattern, seniority_level, function_name, department_name, role_name, "
    "validation_status, is_active, created_at, updated_at FROM personas": "query v_personas_summary",
    "ALTER TYPE archetype_enum RENAME VALUE 'SKEPTIC' TO 'SCEPTIC'": "type archetype_enum",
    "CREATE RULE by_hand AS ON DELETE TO persona_goals DO INSTEAD NOTHING": "database.L31",
    "ALTER ROLE vital_app BYPASSRLS": "database.L25",
    "GRANT vital_owner TO vital_app": "database.L25",
    "ALTER ROLE vital_search LOGIN": "database.L27",
    "SELECT set_policy_style('inline'); CREATE TABLE memo (id uuid, tenant_id uuid); SELECT isolate_tenant('memo')":
        "database.L28",
    "CREATE VIEW nothing WITH (security_invoker = true) AS SELECT 1 AS x": "view nothing",
    "CREATE SCHEMA elsewhere; CREATE VIEW elsewhere.leak AS SELECT * FROM personas": "database.L40",
    "CREATE FUNCTION procrastinate_x() RETURNS SETOF personas LANGUAGE sql SECURITY DEFINER AS 'TABLE personas'":
        "database.L20",
    "DROP TABLE procrastinate_events CASCADE": "table procrastinate_events",
    "ALTER ROLE vital_migrator SUPERUSER": "database.L34",
    "ALTER ROLE vital_search NOBYPASSRLS": "database.L35",
    "CREATE ROLE somebody LOGIN; GRANT vital_owner TO somebody": "database.L36",
    "ALTER ROLE vital_app SET row_security = off": "database.L37",
    "ALTER ROLE vital_app SET search_path = elsewhere": "database.L37",
    "ALTER ROLE vital_app SET statement_timeout = 0": "database.L38",
    "ALTER ROLE vital_app RESET ALL": "database.L38",
    "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO vital_app', current_database()); END $$":
        "database.L39",
    "GRANT SET ON PARAMETER session_replication_role TO vital_app": "database.L39",
    "GRANT DELETE ON tenants TO vital_app": "database.L33",
    "ALTER DEFAULT PRIVILEGES FOR ROLE vital_owner IN SCHEMA public GRANT TRUNCATE ON TABLES TO vital_app":
        "grant on what vital_owner will make in schema public (r) to vital_app",
    "CREATE PUBLICATION everything FOR ALL TABLES": "publication everything",
    "CREATE OPERATOR @@ (LEFTARG = tsvector, RIGHTARG = tsquery, FUNCTION = ts_match_vq)":
        "operator public.@@(tsvector,tsquery)",
    "CREATE DOMAIN uuid AS text": "type uuid",
    "ALTER TABLE persona_goals ALTER goal_text TYPE text COLLATE \"C\"": "column persona_goals.goal_text",
    "ALTER TABLE persona_goals REPLICA IDENTITY FULL": "table persona_goals",
    "GRANT SELECT ON persona_goals TO vital_app WITH GRANT OPTION": "grant on table persona_goals to vital_app",
    "ALTER FUNCTION infer_preferred_service_layer(text, text) STRICT":
        "function infer_preferred_service_layer(p_archetype text, p_work_pattern text)",
    "CREATE OR REPLACE VIEW v_personas_with_vpanes WITH (security_invoker = true) AS SELECT p.id, p.tenant_id, p.name, "
    "p.slug, p.archetype, p.work_pattern, p.function_name, v.visibility, v.pain, v.actions, v.needs, v.emotions, "
    "v.scenarios, v.total_score, v.priority_tier FROM personas AS p LEFT JOIN persona_vpanes_scoring AS v "
    "ON v.tenant_id = v.tenant_id AND v.persona_id = p.id WHERE p.deleted_at IS NULL": "query v_personas_with_vpanes",
}  # fmt: skip


@pytest.fixture
def connection(database_name, django_db_setup):
    with database.connect("postgres", database_name) as connection, connection.transaction(force_rollback=True):
        yield connection


def reported(connection) -> set[str]:
    """The laws that are broken, and the objects that differ."""
    cursor = connection.cursor()
    broken = {law.id for law in LAWS if law.broken_by(cursor)}
    return broken | {difference.object for difference in differences(read_expected(), read_facts(cursor))}


def test_a_fresh_installation_has_nothing_to_report(connection):
    assert reported(connection) == set()


@pytest.mark.parametrize(("change", "where"), CHANGES.items(), ids=lambda text: text[:80])
def test_a_change_by_hand_is_reported(connection, change, where):
    connection.execute(change)
    assert where in reported(connection)


def test_there_are_more_than_sixty_such_changes():
    assert len(CHANGES) > 60


@pytest.mark.parametrize("style", ["inline", "initplan"])
def test_the_style_of_the_policies_is_no_finding(connection, style):
    connection.execute("SELECT set_policy_style(%s)", [style])
    assert reported(connection) == set()


def test_the_application_finds_the_same_as_a_superuser(connection, database_name):
    with database.connect("vital_app", database_name) as app:
        assert read_facts(app.cursor()) == read_facts(connection.cursor())


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX idx_wilo_day",
        "DROP TRIGGER version_updated ON persona_goals",
        "ALTER TABLE persona_goals DROP CONSTRAINT persona_goals_persona_id_fkey",
        "ALTER TABLE persona_goals DROP success_criteria",
        f"DROP POLICY {POLICY}",
        "REVOKE UPDATE ON persona_goals FROM vital_app",
        "REVOKE EXECUTE ON FUNCTION search_personas(text, integer) FROM vital_app",
    ],
)
def test_the_fix_that_is_offered_mends_it(connection, change):
    connection.execute(change)
    for difference in list(differences(read_expected(), read_facts(connection.cursor()))):
        connection.execute(difference.fix)
    assert reported(connection) == set()


@pytest.mark.parametrize(
    ("change", "made_in"),
    [
        ("DROP FUNCTION get_persona_time_perspective(uuid)", "personas/sql/0006_evidence.sql"),
        ("DROP VIEW v_archetype_distribution", "personas/sql/0007_views.sql"),
        ("ALTER TYPE archetype_enum RENAME VALUE 'SKEPTIC' TO 'SCEPTIC'", "personas/sql/0001_enums.sql"),
    ],
)
def test_what_a_statement_of_its_own_makes_is_found_in_its_file(connection, change, made_in):
    connection.execute(change)
    [fix] = {difference.fix for difference in differences(read_expected(), read_facts(connection.cursor()))
             if not difference.object.startswith("grant")}  # fmt: skip
    assert fix == f"Run its statement in {made_in} again, as vital_owner."


def test_of_a_view_that_is_gone_only_that_is_said(connection):
    connection.execute("DROP VIEW v_personas_complete")
    [gone] = differences(read_expected(), read_facts(connection.cursor()))
    assert gone.object == "view v_personas_complete"


def test_what_is_too_much_is_to_be_removed_or_recorded():
    assert "make schema" in Difference("column persona_goals.rank", None, "integer").fix
