"""`make up`, from an empty folder to nothing left running."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from tests.database import ROOT

LOCAL = ("DATABASE_URL", "DATABASE_OWNER_URL", "SECRET_KEY", "HTTPS", "DATA_DIR")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_up(port: int, data, **variables: str) -> subprocess.Popen:
    """`manage.py up`, as on somebody's own machine, in a terminal of its own."""
    environment = {name: value for name, value in os.environ.items() if name not in LOCAL}
    return subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(port)],
        cwd=ROOT,
        env=environment | {"DATA_DIR": str(data)} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def up(tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start it with the data in a folder of the test's."""
    started = []

    def start(port: int, **variables: str) -> subprocess.Popen:
        started.append(start_up(port, tmp_path / "data", **variables))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def welcome(process: subprocess.Popen) -> str:
    """What it prints until it is ready (or ends)."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    return "".join(lines)


def running(folder) -> list[str]:
    """The programs that were started for this folder, told by their environment or their arguments."""
    listed = subprocess.run(["ps", "axeww", "-o", "stat=,pid=,args="], capture_output=True, text=True).stdout
    own = f" {os.getpid()} "
    return [line for line in listed.splitlines() if str(folder) in line and own not in line and line[0] != "Z"]


def nothing_runs(folder) -> bool:
    until = time.monotonic() + 20
    while found := running(folder):
        if time.monotonic() > until:
            raise AssertionError("\n".join(found))
        time.sleep(0.05)
    return True


def test_it_starts_says_where_and_stops_without_a_trace_however_it_is_ended(up, tmp_path):
    port = free_port()
    first = up(port)
    told = welcome(first)
    assert f"http://localhost:{port}/" in told
    assert re.search(r"Password  \S{16}", told)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as response:
        assert response.status == 200
    assert len(running(tmp_path / "data")) > 5
    first.send_signal(signal.SIGINT)
    assert first.wait() == 0
    assert "Stopped." in first.stdout.read()
    assert nothing_runs(tmp_path / "data")

    for end in (signal.SIGKILL, signal.SIGHUP):  # the terminal and all in it, without a word; and as it is closed
        again = up(port)
        told = welcome(again)
        assert "is running" in told
        assert "Password" not in told
        os.killpg(again.pid, end)
        again.wait()
        assert nothing_runs(tmp_path / "data")


def test_a_wish_to_stop_is_heard_even_if_it_comes_while_garbage_is_collected():
    script = """
import django, os, signal, sys, time; django.setup()
from vital.management.commands.up import Stop, stoppable
sys.unraisablehook = lambda unraisable: print("lost:", unraisable.exc_type.__name__)
class Garbage:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0)
try:
    with stoppable():
        Garbage()
        time.sleep(20)
except Stop:
    print("heard")
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=15)
    assert ended.stdout.split("\n")[:2] == ["lost: Stop", "heard"], ended.stderr


def test_a_port_in_use_is_one_line_with_the_way_out(up):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = up(port)
        told = process.stdout.read()
    assert process.wait() == 1
    assert told == f"CommandError: Port {port} is in use. Choose another: make up PORT={port + 10}\n"


def test_another_versions_data_is_one_line_with_the_way_out(up, tmp_path):
    folder = tmp_path / "data" / "postgres"
    folder.mkdir(parents=True)
    (folder / "PG_VERSION").write_text("9\n")
    process = up(free_port())
    told = process.stdout.read()
    assert process.wait() == 1
    assert "was written by PostgreSQL 9" in told
    assert "make reset" in told
    assert "Traceback" not in told


def test_a_server_elsewhere_that_cannot_be_reached_is_one_line(up):
    process = up(free_port(), DATABASE_URL="postgresql://vital_app@127.0.0.1:1/vital", SECRET_KEY="x" * 60)
    told = process.stdout.read()
    assert process.wait() == 1
    assert "CommandError: The database cannot be reached" in told
    assert "Traceback" not in told


def test_a_first_start_that_is_interrupted_anywhere_is_made_good_by_the_next(up, tmp_path):
    for step in ("Creating the database", "Bringing the tables", "Loading vocabularies"):
        process = up(free_port())
        for line in process.stdout:
            if step in line:
                break
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().strip().endswith("Stopped.")
        assert process.wait() == 0
        assert nothing_runs(tmp_path / "data")
    whole = up(free_port())
    assert re.search(r"Password  \S{16}", welcome(whole))
    data = {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": ""}
    counted = subprocess.run(
        [sys.executable, "manage.py", "dumpdata", "lookups.senioritylevel", "tenancy.tenant"],
        cwd=ROOT,
        env=os.environ | data,
        capture_output=True,
        text=True,
        check=True,
    )
    assert counted.stdout.count('"tenancy.tenant"') == 2
    assert counted.stdout.count('"lookups.senioritylevel"') == 9
