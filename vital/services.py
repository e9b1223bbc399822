"""Programs that run as long as this one does, and not a moment longer.

Whatever ends this process (Ctrl-C, a closed terminal, kill -9), a guardian beside it notices that its pipe closed, and
stops the programs in the order opposite to their start. Should it be killed itself, this process stops them.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = float(os.environ.get("VITAL_PATIENCE", 10))  # seconds that a program has to stop by itself


class Services:
    """Started programs, in order; use it as a context."""

    def __enter__(self):
        self.running: dict[str, subprocess.Popen] = {}
        self._stops: list[tuple[int, int]] = []
        self._guardian = subprocess.Popen(  # noqa: S603
            [sys.executable, __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        return self

    def start(self, name: str, command: list, stop: signal.Signals = signal.SIGTERM, **options) -> subprocess.Popen:
        """Start a program, in a session of its own: Ctrl-C is for us to hear, and the order of the end is ours."""
        options = {"stdin": subprocess.DEVNULL, "start_new_session": True} | options
        with uninterrupted():
            process = subprocess.Popen(command, **options)  # noqa: S603 - our own commands only
            self.running[name] = process
            self._stops.append((process.pid, stop.value))
            self._guardian.stdin.write(f"{process.pid} {stop.value}\n")
            self._guardian.stdin.flush()
        return process

    def ended(self) -> str | None:
        """The name of a program that has ended, if one has."""
        watched = {**self.running, "guardian of the others": self._guardian}
        return next((name for name, process in watched.items() if process.poll() is not None), None)

    def __exit__(self, *error):
        with suppress(BrokenPipeError):
            self._guardian.stdin.close()
        while self._guardian.poll() is None:
            for process in self.running.values():
                process.poll()  # collects what has stopped, so that the guardian sees it gone
            time.sleep(0.02)
        _stop_all(self._stops)  # what a guardian that was killed has left
        for process in self.running.values():
            process.wait()


@contextmanager
def uninterrupted():
    """Hear signals of ending only afterwards: a program that was started is always known to the guardian."""
    heard = []
    before = {number: signal.signal(number, lambda number, frame: heard.append(number)) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in heard:
        signal.raise_signal(number)


def _guard() -> None:
    for ignored in ENDINGS:
        signal.signal(ignored, signal.SIG_IGN)
    _stop_all([[int(word) for word in line.split()] for line in sys.stdin])  # which ends when the parent does


def _stop_all(started: list) -> None:
    for pid, stop in reversed(started):
        _stop(pid, stop)


def _stop(pid: int, stop: int) -> None:
    for sent, seconds in ((stop, PATIENCE), (signal.SIGKILL, 1)):
        until = time.monotonic() + seconds
        if _has_ended(pid):
            return
        with suppress(ProcessLookupError):  # it may end at any moment
            os.killpg(pid, sent) if sent == signal.SIGKILL else os.kill(pid, sent)
        while not _has_ended(pid) and time.monotonic() < until:
            time.sleep(0.02)


def _has_ended(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        if sys.platform != "linux":
            return False
        state = Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return True
    return state.rpartition(")")[2].split()[0] == "Z"  # ended, though nobody has collected it yet


if __name__ == "__main__":
    _guard()
