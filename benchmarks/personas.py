"""Personas in bulk: what triggers add to a load, and how long searches, views and getters take, as the application."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter

from psycopg import ClientCursor

from tests import database

TENANTS, PERSONAS, GOALS, STUDIES = 20, 2_500, 20, 4  # goals: a million rows; per tenant 50,000
LOADED, TURNS = 20_000, 5
TRIES = 60
AS_DJANGO_DOES = {"cursor_factory": ClientCursor, "prepare_threshold": None}

LOADS = {
    "goals": "INSERT INTO persona_goals (tenant_id, persona_id, goal_text) "
    "SELECT tenant_id, id, 'Goal ' || n FROM some_personas, generate_series(1, %(each)s) n",
    "studies": "INSERT INTO persona_public_research (tenant_id, persona_id, research_title, research_type, "
    "publication_source, key_findings, relevance_score, publication_year) "
    "SELECT tenant_id, id, 'Study ' || n, 'academic', 'Journal', ARRAY['Finding'], 5, 2000 + n %% 25 "
    "FROM some_personas, generate_series(1, %(each)s) n",
}
TABLES = {"goals": "persona_goals", "studies": "persona_public_research"}
READS = {
    "a list of 100 by name": "SELECT * FROM v_personas_summary WHERE tenant_id = %(tenant)s ORDER BY name LIMIT 100",
    "a list of 100 of one archetype": "SELECT * FROM v_personas_summary WHERE tenant_id = %(tenant)s "
    "AND archetype = 'LEARNER' ORDER BY name LIMIT 100",
    "a persona in full": "SELECT * FROM v_personas_complete WHERE tenant_id = %(tenant)s AND id = %(persona)s",
    "the archetypes of a tenant": "SELECT * FROM v_archetype_distribution",
    "a tenant's scores": "SELECT * FROM v_personas_with_vpanes WHERE tenant_id = %(tenant)s "
    "ORDER BY total_score DESC NULLS LAST LIMIT 100",
    "a tenant's figures": "SELECT * FROM v_persona_summary ORDER BY name LIMIT 100",
    "a full-text search": "SELECT * FROM search_personas('oncology 42')",
    "the goals of a persona": "SELECT * FROM persona_goals WHERE tenant_id = %(tenant)s AND persona_id = %(persona)s "
    "ORDER BY sequence_order, id",
    "the time perspective": "SELECT get_persona_time_perspective(%(persona)s)",
    "the stakeholder ecosystem": "SELECT get_persona_stakeholder_ecosystem(%(persona)s)",
    "the evidence portfolio": "SELECT get_persona_evidence_portfolio(%(persona)s)",
}


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create("vital_bench")
    with (
        database.connect("postgres", "vital_bench", autocommit=True, **AS_DJANGO_DOES) as superuser,
        database.connect("vital_app", "vital_bench", autocommit=True, **AS_DJANGO_DOES) as application,
    ):
        _fill(superuser)
        tenant, persona = superuser.execute("SELECT tenant_id, id FROM personas WHERE slug = 'p-7-42'").fetchone()
        application.execute("SELECT set_config('request.jwt.claim.tenant_id', %s, false)", [str(tenant)])
        for name, query in READS.items():
            yield f"personas: {name}, 95th of 100", _slowest(application, query, tenant, persona), 100, "ms"
        for name, statement in LOADS.items():
            ratio = _cost_of_triggers(superuser, application, TABLES[name], statement)
            yield f"personas: {LOADED:,} {name} with triggers over without", ratio, 1.25, "x "
    database.drop("vital_bench")


def _fill(connection) -> None:
    connection.execute("SET session_replication_role = replica")  # what triggers keep is not what is measured here
    connection.execute(
        f"""
        INSERT INTO tenants (tenant_key, slug, name)
        SELECT 't' || n, 't-' || n, 'T' FROM generate_series(1, {TENANTS}) n;
        INSERT INTO personas (tenant_id, name, slug, title, archetype, ai_maturity_score, function_name)
        SELECT id, 'Persona ' || n, 'p-' || substr(slug, 3) || '-' || n,
            (ARRAY['Oncology liaison', 'Cardiology director', 'Information specialist'])[1 + n % 3] || ' ' || n,
            (enum_range(NULL::archetype_enum))[1 + n % 4], n % 100, 'Function ' || n % 12
        FROM tenants, generate_series(1, {PERSONAS}) n WHERE slug LIKE 't-%';
        INSERT INTO editorial_state (tenant_id, persona_id) SELECT tenant_id, id FROM personas;
        INSERT INTO persona_goals (tenant_id, persona_id, goal_text)
        SELECT tenant_id, id, 'Goal ' || n FROM personas, generate_series(1, {GOALS}) n;
        INSERT INTO persona_vpanes_scoring
            (tenant_id, persona_id, visibility, pain, actions, needs, emotions, scenarios)
        SELECT tenant_id, id, 5, 5, 5, 5, 5, ai_maturity_score::integer % 10 FROM personas;
        INSERT INTO persona_week_in_life (tenant_id, persona_id, day_of_week)
        SELECT tenant_id, id, day FROM personas, unnest(ARRAY['Monday', 'Tuesday', 'Wednesday']) day;
        INSERT INTO persona_public_research (tenant_id, persona_id, research_title, research_type, publication_source,
            key_findings, relevance_score)
        SELECT tenant_id, id, 'Study ' || n || ' on oncology', 'academic', 'Journal', ARRAY['Finding ' || n], 1 + n % 10
        FROM personas, generate_series(1, {STUDIES}) n;
        """
    )
    connection.execute("RESET session_replication_role")
    connection.execute("SELECT refresh_persona_summary()")
    connection.execute("VACUUM ANALYZE")


def _slowest(connection, query: str, tenant, persona) -> float:
    """The time in milliseconds within which 95 of 100 answers come."""
    times = []
    for _ in range(TRIES):
        start = perf_counter()
        connection.execute(query, {"tenant": tenant, "persona": persona}).fetchall()
        times.append(1000 * (perf_counter() - start))
    return quantiles(times, n=20)[-1]


def _cost_of_triggers(superuser, application, table: str, statement: str) -> float:
    """The time of a load by the application, over that of the same load without what keeps version and summary."""
    times = {True: [], False: []}
    for turn in range(2 * TURNS):
        with _triggers(superuser, table, on=(on := turn % 2 == 0)), application.transaction(force_rollback=True):
            application.execute("CREATE TEMP TABLE some_personas AS SELECT tenant_id, id FROM personas LIMIT 500")
            start = perf_counter()
            application.execute(statement, {"each": LOADED // 500})
            times[on].append(perf_counter() - start)
        superuser.execute(f"VACUUM {table}")
    return median(times[True]) / median(times[False])


@contextmanager
def _triggers(superuser, table: str, *, on: bool) -> Iterator[None]:
    names = [
        name
        for (name,) in superuser.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname ~ '^(version|evidence)_'", [table]
        )
    ]
    switch = ", ".join(f"{'ENABLE' if on else 'DISABLE'} TRIGGER {name}" for name in names)
    superuser.execute(f"ALTER TABLE {table} {switch}")
    yield
    superuser.execute(f"ALTER TABLE {table} " + ", ".join(f"ENABLE TRIGGER {name}" for name in names))
