import os
import stat
import subprocess

import psycopg
import pytest

from tests import database
from vital import postgres
from vital.postgres import SUPERUSER, Cluster, PostgresError, find_programs

pytestmark = pytest.mark.database


@pytest.fixture
def cluster(tmp_path):
    """A server of our own, in a folder of its own."""
    cluster = Cluster(tmp_path / "deep" / "postgres", options=database.FAST)
    server = cluster.start()
    yield cluster
    server.send_signal(2)
    server.wait()


def test_the_folder_and_the_socket_are_closed_to_others(cluster):
    assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
    assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700


def test_it_listens_on_a_socket_only(cluster):
    with psycopg.connect(cluster.url(SUPERUSER, SUPERUSER)) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_only_the_operating_systems_user_gets_in(cluster):
    """No password is asked for; who one is, is what the kernel says."""
    assert "trust" not in (cluster.data / "pg_hba.conf").read_text()
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(cluster.url("somebody", SUPERUSER))


def test_the_database_can_be_created_twice(cluster):
    cluster.create_database()
    cluster.create_database()
    with psycopg.connect(cluster.url("vital_app")) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)
        assert connection.execute("SHOW lock_timeout").fetchone() == ("5s",)


def test_a_start_that_was_interrupted_does_not_spoil_the_next(tmp_path):
    """What initdb has made so far is beside its place until it is whole."""
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    cluster = Cluster(tmp_path / "postgres", options=database.FAST)
    assert cluster.is_new
    server = cluster.start()
    server.send_signal(2)
    server.wait()
    assert not half.exists()


def test_a_second_start_on_the_same_folder_is_refused(cluster):
    with pytest.raises(PostgresError, match="running already"):
        Cluster(cluster.data).start()


def test_data_of_another_version_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "PG_VERSION").write_text("12\n")
    with pytest.raises(PostgresError, match=r"written by PostgreSQL 12.*POSTGRES_PROGRAMS=.*/12/bin.*make reset"):
        Cluster(tmp_path).start()


def test_a_server_that_does_not_start_says_why(tmp_path):
    with pytest.raises(PostgresError, match="invalid value for parameter"):
        Cluster(tmp_path / "postgres", options=["max_connections=none"]).start()


def test_a_folder_may_have_spaces_in_its_name(tmp_path):
    cluster = Cluster(tmp_path / "my data, %20 'quoted'" / "postgres", options=database.FAST)
    server = cluster.start()
    try:
        cluster.create_database()
    finally:
        server.send_signal(2)
        server.wait()


def test_a_deep_folder_keeps_its_socket_elsewhere(tmp_path):
    deep = tmp_path / ("x" * 90) / "postgres"
    cluster = Cluster(deep, options=database.FAST)
    server = cluster.start()
    try:
        assert len(str(cluster.socket)) < 80
        assert stat.S_IMODE(cluster.socket.stat().st_mode) == 0o700
        assert cluster.answers()
    finally:
        server.send_signal(2)
        server.wait()
        cluster.socket.rmdir()


def test_a_link_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    cluster = Cluster(tmp_path / "postgres")
    cluster.socket = tmp_path / "link"
    with pytest.raises(PostgresError, match="is a link"):
        cluster.start()


def test_programs_on_path_serve_where_none_are_embedded(tmp_path, monkeypatch):
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    monkeypatch.delenv("POSTGRES_PROGRAMS", raising=False)
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert find_programs() == tmp_path


def test_programs_named_by_the_setting_come_first(monkeypatch):
    monkeypatch.setenv("POSTGRES_PROGRAMS", "/opt/postgres/bin")
    assert str(find_programs()) == "/opt/postgres/bin"


def test_too_old_programs_are_refused(tmp_path):
    program = tmp_path / "postgres"
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
    program.chmod(0o755)
    with pytest.raises(PostgresError, match="PostgreSQL 14 is too old: 15"):
        Cluster(tmp_path / "data", programs=tmp_path).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_root_lets_the_server_pass_and_no_more(tmp_path):
    """The server's account may go through the folders above its own, not look into them."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "postgres", options=database.FAST)
    server = cluster.start()
    server.send_signal(2)
    server.wait()
    assert stat.S_IMODE(closed.stat().st_mode) == 0o701
    assert subprocess.run(["ls", closed], user="nobody", capture_output=True).returncode


def test_the_application_is_told_how_to_start_the_database(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert "make up" in postgres.unreachable(OSError("no socket"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://x@y/z")
    assert "DATABASE_URL cannot be reached" in postgres.unreachable(OSError("refused"))
