"""Programs never outlive the one that started them, however it ends."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.database import ROOT
from vital.services import Services

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(600)",
]
TELLING_NOBODY = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
TELLING = """
import signal, sys, time
signal.signal(15, lambda *_: (open(sys.argv[1], "a").write(sys.argv[2]), sys.exit()))
print(flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout
    return bool(state) and not state.startswith("Z")


def gone(*pids: int, within: float = 15) -> bool:
    until = time.monotonic() + within
    while any(map(alive, pids)):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def started(services: Services, name: str, command: list) -> subprocess.Popen:
    """Start a program and wait until it says that it runs."""
    process = services.start(name, command, stdout=subprocess.PIPE)
    with process.stdout:
        process.stdout.readline()
    return process


def test_all_are_stopped_at_the_end_the_last_first(tmp_path):
    log = tmp_path / "log"
    with Services() as services:
        for name in "ab":
            started(services, name, [sys.executable, "-c", TELLING, log, name])
    assert log.read_text() == "ba"


def test_one_that_will_not_stop_is_killed(monkeypatch):
    monkeypatch.setenv("VITAL_PATIENCE", "0.2")
    with Services() as services:
        process = started(services, "stubborn", STUBBORN)
    assert process.returncode == -signal.SIGKILL


def test_one_that_ends_is_noticed():
    with Services() as services:
        services.start("brief", [sys.executable, "-c", "pass"]).wait()
        assert services.ended() == "brief"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=lambda s: s.name)
def test_none_is_left_when_the_parent_is_ended(end):
    script = f"""
import sys, time
from vital.services import Services
with Services() as services:
    print(services.start("a", {SLEEP!r}).pid, services.start("b", {SLEEP!r}).pid, flush=True)
    time.sleep(600)
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    ) as parent:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(map(alive, children))
        os.kill(parent.pid, end)
    assert gone(*children)


def test_none_is_left_when_the_guardian_is_killed():
    with Services() as services:
        process = started(services, "a", TELLING_NOBODY)
        services._guardian.kill()
        services._guardian.wait()
        assert services.ended() == "guardian of the others"
    assert process.poll() is not None


def test_a_signal_while_a_program_starts_is_heard_when_the_guardian_knows_it():
    script = f"""
import os, signal
from vital import services
def interrupted(command, **options):
    process = popen(command, **options)
    os.kill(os.getpid(), signal.SIGTERM)
    return process
with services.Services() as running:
    popen, services.subprocess.Popen = services.subprocess.Popen, interrupted
    signal.signal(signal.SIGTERM, lambda *_: print(len(running._stops), running.running["a"].pid, flush=True))
    running.start("a", {SLEEP!r})
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True).stdout
    known, pid = map(int, told.split())
    assert known == 1
    assert gone(pid)
