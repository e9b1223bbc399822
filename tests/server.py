"""The real web server, as `make up` starts it, on a test's database."""

import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError

from tests.database import ROOT, environment
from vital.management.commands.up import Command


@contextmanager
def web_server(database: str, port: int, log) -> Iterator[str]:
    """Its address, while it runs."""
    process = subprocess.Popen(
        Command.web_server(port), cwd=ROOT, env=environment(database), stdout=log, stderr=log, start_new_session=True
    )
    address = f"http://localhost:{port}"
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                    break
            except (URLError, OSError):
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait()
