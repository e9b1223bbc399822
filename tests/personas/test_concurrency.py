"""Two people at once: what triggers keep is right whoever commits first, and nobody waits for ever."""

import random
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import ClientCursor

from tests import database
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("committed")]

STUDY = """
    INSERT INTO persona_public_research (persona_id, research_title, research_type, publication_source, key_findings,
        relevance_score)
    SELECT unnest(%s::uuid[]), 'A study', 'academic', 'A journal', ARRAY['Finding'], 5
"""


@pytest.fixture
def pharma() -> Tenant:
    return Tenant.objects.get(slug="pharma")


@pytest.fixture
def session(pharma, database_name):
    """Open a session of the application in the tenant: session() returns a connection."""
    opened = []

    def open_one() -> psycopg.Connection:
        connection = database.connect("vital_app", database_name, cursor_factory=ClientCursor)
        connection.execute("SELECT set_config('request.jwt.claim.tenant_id', %s, false)", [str(pharma.pk)])
        connection.commit()
        opened.append(connection)
        return connection

    yield open_one
    for connection in opened:
        connection.close()


def personas(pharma, number: int) -> list:
    with tenant_context(pharma):
        return [persona.pk for persona in PersonaFactory.create_batch(number)]


def later(connection, statement: str, *values):
    """Run a statement in a thread; it may have to wait for another session."""
    return ThreadPoolExecutor(1).submit(connection.execute, statement, values)


def wrong_summaries(connection) -> list:
    return connection.execute(
        """SELECT persona_id, total_sources, (
            SELECT count(*) FROM persona_public_research AS study WHERE study.persona_id = summary.persona_id
        ) FROM persona_evidence_summary AS summary
        WHERE total_sources <> (
            SELECT count(*) FROM persona_public_research AS study WHERE study.persona_id = summary.persona_id
        )"""
    ).fetchall()


@pytest.mark.parametrize("there_is_a_summary", [False, True])
def test_evidence_of_two_people_at_once_is_counted(pharma, session, there_is_a_summary):
    ids = personas(pharma, 1)
    one, two = session(), session()
    if there_is_a_summary:
        one.execute(STUDY, [ids])
        one.commit()
    one.execute(STUDY, [ids])
    waiting = later(two, STUDY, ids)
    one.commit()
    waiting.result(timeout=10)
    two.commit()
    assert wrong_summaries(one) == []
    assert one.execute("SELECT total_sources FROM persona_evidence_summary").fetchone() == (2 + there_is_a_summary,)


def test_the_summaries_are_right_after_many_people_have_worked_at_once(pharma, session):
    ids = personas(pharma, 20)
    sessions = [session() for _ in range(4)]

    def work(number: int) -> int:
        given_up, chance = 0, random.Random(number)
        for _ in range(25):
            try:
                sessions[number].execute(STUDY, [chance.sample(ids, 6)])
                sessions[number].commit()
            except psycopg.errors.DeadlockDetected:
                sessions[number].rollback()
                given_up += 1
        return given_up

    with ThreadPoolExecutor(4) as threads:
        given_up = sum(threads.map(work, range(4)))
    assert wrong_summaries(sessions[0]) == []
    assert given_up == 0


def test_a_role_renamed_while_a_persona_is_written_has_its_new_name_there(pharma, session):
    one, two = session(), session()
    one.execute(
        "INSERT INTO personas (name, slug, role_id) "
        "SELECT 'New', 'new', id FROM org_roles WHERE slug = 'medical-advisor'"
    )
    waiting = later(two, "UPDATE org_roles SET name = 'Renamed' WHERE slug = 'medical-advisor'")
    one.commit()
    waiting.result(timeout=10)
    two.commit()
    assert one.execute("SELECT role_name FROM personas WHERE slug = 'new'").fetchone() == ("Renamed",)


def test_a_monstrous_row_of_one_tenant_does_not_stop_the_count_of_all(pharma, session, database_name):
    [persona] = personas(pharma, 1)
    with database.connect("postgres", database_name) as superuser:  # no history of ours would have room for it
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "INSERT INTO persona_week_in_life (tenant_id, persona_id, day_of_week, typical_activities) VALUES "
            "(%s, %s, 'Monday', ARRAY[repeat('a', 270000000)]), (%s, %s, 'Tuesday', ARRAY['Calls'])",
            [pharma.pk, persona, pharma.pk, persona],
        )
    one = session()
    one.execute("SELECT refresh_persona_summary()")
    days = one.execute("SELECT insights -> 'wilo' FROM v_persona_summary WHERE id = %s", [persona]).fetchone()[0]
    assert [day["day_of_week"] for day in days] == ["Tuesday"]


def test_a_persona_that_is_gone_is_out_of_the_figures_at_once(pharma, session):
    ids = personas(pharma, 2)
    one = session()
    one.execute("SELECT refresh_persona_summary()")
    one.execute("UPDATE personas SET deleted_at = now() WHERE id = %s", ids[:1])
    one.execute("DELETE FROM personas WHERE id = %s", ids[1:])
    assert one.execute("SELECT name FROM v_persona_summary").fetchall() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM tenants",
        "DELETE FROM django_migrations",
        "UPDATE django_migrations SET name = 'x'",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
    ],
)
def test_the_application_can_neither_delete_a_tenant_nor_rewrite_what_was_migrated(session, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session().execute(statement)


def test_more_other_sources_than_a_number_holds_do_not_stop_the_count(pharma, session):
    ids = personas(pharma, 1)
    one = session()
    one.execute(STUDY, [ids])
    one.execute("UPDATE persona_evidence_summary SET other_sources_count = 2147483647")
    one.execute(STUDY, [ids])
    assert one.execute("SELECT total_sources, research_studies_count FROM persona_evidence_summary").fetchone() == (
        2147483647,
        2,
    )


@pytest.mark.parametrize(("at_most", "found"), [(-1, 0), (0, 0), (1, 1), (5, 3)])
def test_a_search_gives_as_many_as_are_asked_for(pharma, session, at_most, found):
    ids = personas(pharma, 3)
    one = session()
    one.execute(STUDY, [ids])
    assert len(one.execute("SELECT * FROM search_personas('study', %s)", [at_most]).fetchall()) == found
