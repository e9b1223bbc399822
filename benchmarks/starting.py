"""How long `make up` takes the second time."""

import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from tests.vital.test_up import free_port, start_up, welcome


def measure() -> Iterator[tuple[str, float, float, str]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, budget in (("starting: make up, the first time", 60), ("starting: make up, the second time", 5)):
            start = perf_counter()
            process = start_up(free_port(), Path(folder) / "data")
            welcome(process)
            yield name, perf_counter() - start, budget, "s"
            process.send_signal(signal.SIGINT)
            process.wait()
            process.stdout.close()
