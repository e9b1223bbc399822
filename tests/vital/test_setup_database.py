"""Roles, grants and time-outs on a server elsewhere; tried on a fresh one, since roles belong to the whole server."""

import subprocess
import sys

import psycopg
import pytest

from tests import database
from vital.postgres import SUPERUSER, Cluster

pytestmark = pytest.mark.database

ADMIN = "setup"  # may create roles, and owns the database; no superuser: what a rented server gives


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A server on which nothing of ours exists yet, and which asks for no password."""
    cluster = Cluster(tmp_path_factory.mktemp("elsewhere") / "postgres", options=database.FAST)
    server = cluster.start()
    (cluster.data / "pg_hba.conf").write_text("local all all trust\n")
    with psycopg.connect(cluster.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE ROLE {ADMIN} LOGIN CREATEROLE CREATEDB BYPASSRLS")
        connection.execute(f"CREATE DATABASE vital OWNER {ADMIN}")
    yield cluster
    server.send_signal(2)
    server.wait()


def manage(cluster: Cluster, *arguments: str, admin: str = SUPERUSER) -> subprocess.CompletedProcess:
    password = {login: cluster.url(login).replace("@", ":s%27ecret@") for login in ("vital_app", "vital_migrator")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=database.ROOT,
        env=database.environment("vital")
        | {
            "DATABASE_URL": password["vital_app"],
            "DATABASE_OWNER_URL": password["vital_migrator"],
            "DATABASE_ADMIN_URL": cluster.url(admin) if admin else "",
        },
        capture_output=True,
        text=True,
    )


def roles(cluster: Cluster) -> set[str]:
    with psycopg.connect(cluster.url(SUPERUSER, SUPERUSER)) as connection:
        return {name for (name,) in connection.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'vital%'")}


def test_printing_changes_nothing_and_shows_no_password(elsewhere):
    before = roles(elsewhere)
    result = manage(elsewhere, "setup_database", "--print")
    assert "CREATE ROLE" in result.stdout
    assert "ALTER ROLE \"vital_app\" PASSWORD '…';" in result.stdout
    assert "ecret" not in result.stdout
    assert roles(elsewhere) == before


def test_without_an_admin_log_in_it_says_what_is_missing(elsewhere):
    result = manage(elsewhere, "setup_database", admin="")
    assert result.returncode
    assert result.stderr.startswith("CommandError: DATABASE_ADMIN_URL is not set")


def test_a_log_in_that_may_not_create_roles_changes_nothing(elsewhere):
    before = roles(elsewhere)
    with psycopg.connect(elsewhere.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS weak")
        connection.execute("CREATE ROLE weak LOGIN")
    result = manage(elsewhere, "setup_database", admin="weak")
    assert result.returncode
    assert "CommandError: Nothing was changed: permission denied" in result.stderr
    assert roles(elsewhere) == before


def test_it_can_be_run_by_whoever_may_create_roles_and_again_and_the_application_then_works(elsewhere):
    with psycopg.connect(elsewhere.url(SUPERUSER, SUPERUSER)) as connection:
        # Before PostgreSQL 16 only a superuser may create roles that bypass row-level security.
        admin = ADMIN if connection.info.server_version >= 160000 else SUPERUSER
    for _ in range(2):
        result = manage(elsewhere, "setup_database", admin=admin)
        assert result.returncode == 0, result.stderr
    with psycopg.connect(elsewhere.url(SUPERUSER, SUPERUSER)) as connection:
        with_password = connection.execute("SELECT rolname FROM pg_authid WHERE rolpassword IS NOT NULL ORDER BY 1")
        assert with_password.fetchall() == [("vital_app",), ("vital_migrator",)]
    assert manage(elsewhere, "migrate", "-v0").returncode == 0
    assert manage(elsewhere, "loaddata", "lookups", "tenants", "-v0").returncode == 0
    assert manage(elsewhere, "loaddata", "organisation", "--tenant", "pharma", "-v0").returncode == 0
    checked = manage(elsewhere, "check", "--database", "default")
    assert "no issues" in checked.stdout, checked.stderr
    with psycopg.connect(elsewhere.url("vital_app")) as connection:
        assert connection.execute("SELECT count(*) FROM org_roles").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("TRUNCATE org_roles")
