"""`manage.py check_database` says what is wrong, where, and what to do; for people, and for machines."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests import database
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

pytestmark = pytest.mark.usefixtures("committed")


def check(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_database", *arguments, stdout=out, no_color=True)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def as_superuser(database_name):
    with database.connect("postgres", database_name, autocommit=True) as connection:
        yield connection.execute


@pytest.fixture
def persona():
    with tenant_context(Tenant.objects.get(slug="pharma")):
        return PersonaFactory(complete=True)


def test_a_database_with_content_has_nothing_to_report(persona):
    code, said = check()
    assert (code, said.count("\n")) == (0, 1)
    assert said.endswith("nothing to report.\n")


def test_a_finding_names_the_object_what_was_expected_and_what_to_do(as_superuser):
    as_superuser("ALTER TABLE persona_goals ALTER priority SET DEFAULT 'low'")
    code, said = check()
    assert code == 1
    assert "database.F01  changed, against what the migrations make\n    column persona_goals.priority" in said
    assert "expected text default 'medium'::text" in said
    assert "found    text default 'low'::text" in said
    assert "fix      ALTER TABLE persona_goals ALTER COLUMN priority" in said
    assert "database.L41  what is published has the shape of what is written\n    persona_goals.column priority" in said
    assert said.endswith(": 2 findings.\n")


def test_machines_get_a_list_of_objects(as_superuser):
    as_superuser("DROP INDEX idx_wilo_day")
    code, said = check("--json")
    mirror, finding = json.loads(said)
    assert code == 1
    assert (mirror["id"], finding["id"]) == ("database.L41", "database.F01")
    assert finding["where"] == "index persona_week_in_life.idx_wilo_day"
    assert finding["fix"].endswith("USING btree (day_of_week);")


def test_machines_get_an_empty_list_of_a_sound_database():
    assert check("--json") == (0, "[]\n")


STRAY_WORDS = "INSERT INTO editorial_live_words SELECT gen_random_uuid(), '*', '', id, tenant_id FROM personas"


@pytest.mark.parametrize(
    ("change", "law"),
    [
        ("DELETE FROM personas", "D01"),
        ("DELETE FROM lookup_budget_ranges", "D02"),
        ("UPDATE persona_evidence_summary SET total_sources = 99", "D03"),
        ("DELETE FROM editorial_state", "D04"),
        ("UPDATE personas SET role_name = 'Somebody else'", "D05"),
        ("UPDATE personas SET gen_ai_readiness_level = 'expert'", "D06"),
        ("DELETE FROM persona_goals", "D07"),
        ("UPDATE editorial_state SET completeness = 99", "D07"),
        ("UPDATE editorial_state SET words_version = version", "D08"),
        ("UPDATE editorial_state SET changed_at = changed_at - interval '2 hours'", "D08"),
        (STRAY_WORDS, "D11"),
    ],
)
def test_what_came_past_constraints_and_triggers_is_found(persona, as_superuser, change, law):
    as_superuser("SET session_replication_role = replica")
    as_superuser(change)
    code, said = check("--json")
    assert code == 1
    assert f"database.{law}" in {finding["id"] for finding in json.loads(said)}
    assert all(finding["where"].startswith(("pharma: ", "digital-health: ")) for finding in json.loads(said))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE persona_evidence_summary SET total_sources = 99",
        "DELETE FROM editorial_state",
        "UPDATE personas SET role_name = 'x', gen_ai_readiness_level = 'expert'",
        "DELETE FROM persona_goals",
        "UPDATE editorial_state SET words_version = version",
        STRAY_WORDS,
    ],
)
def test_the_fix_that_is_offered_mends_it_when_the_application_runs_it(persona, as_superuser, database_name, change):
    as_superuser("SET session_replication_role = replica")
    as_superuser(change)
    for finding in json.loads(check("--json")[1]):
        with database.connect("vital_app", database_name, autocommit=True) as application:
            application.execute(finding["fix"])
    assert check("--json") == (0, "[]\n")


def test_checking_changes_nothing(persona, as_superuser):
    before = as_superuser("SELECT xmin::text, ctid::text FROM persona_evidence_summary").fetchall()
    check()
    assert as_superuser("SELECT xmin::text, ctid::text FROM persona_evidence_summary").fetchall() == before


def test_a_long_list_is_cut_short_for_people(as_superuser):
    as_superuser("UPDATE pg_trigger SET tgenabled = 'D' WHERE tgname = 'version_updated'")
    said = check()[1]
    assert " more (--json lists all)" in said
