"""A process of its own for work that a hostile file could turn against whoever does it: a program of this package that
reads a file on standard input, and writes to standard output. It knows nothing of Django, of settings or of secrets.
"""

import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import BinaryIO

from .text import UnreadableError

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 2 * 1024**3  # bytes of addresses
PATIENCE = 120  # seconds
REFUSED = 3  # the exit code of a program that says why
SLOW = "This took more than {} seconds and was stopped. Split the file, or send CSV files in a ZIP."
LARGE = "This needs more memory than there is for a file. Split it, or send CSV files in a ZIP."
DAMAGED = "This file is damaged, or of a kind that cannot be read. Save it as .xlsx again."


def run(program: str, *files: BinaryIO) -> Iterator[bytes]:
    """What a program writes, in lines, when it is given files, one behind the other; what goes wrong is a sentence."""
    with TemporaryFile() as given, TemporaryFile() as said:
        for file in files:
            shutil.copyfileobj(file, given)
        given.seek(0)
        with subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-m", f"{__package__}.{program}"],
            stdin=given, stdout=subprocess.PIPE, stderr=said, cwd=ROOT, env={"PYTHONUTF8": "1"},
        ) as process:  # fmt: skip
            late = Timer(PATIENCE, process.kill)
            late.start()
            try:
                yield from process.stdout
                process.wait()
            finally:
                late.cancel()
                process.kill()
        if process.returncode:
            said.seek(0)
            raise UnreadableError(sentence(process.returncode, said.read(2_000).decode(errors="replace")))


def sentence(code: int, said: str) -> str:
    """Why a program ended, for whom the file belongs to."""
    if code == REFUSED:
        return said
    if code in (-signal.SIGKILL, -signal.SIGXCPU):
        return SLOW.format(PATIENCE)
    return LARGE if "memory" in said else DAMAGED


@contextmanager
def refusing(damaged: str) -> Iterator[None]:
    """What a program does within: within limits, and with a sentence for all that goes wrong."""
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, PATIENCE), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # where the system knows no such limit
            resource.setrlimit(limit, (most, most))
    try:
        yield
        sys.stdout.flush()
        return
    except UnreadableError as refused:
        said = str(refused)
    except MemoryError:
        said = LARGE
    except BrokenPipeError:
        said = ""  # nobody listens any more
    except BaseException:  # Rust's panics are no Exception
        said = damaged
    sys.stderr.write(said)
    sys.stderr.flush()
    sys.stdout = None
    sys.exit(REFUSED)
