"""Runs every benchmark of this folder, on a server of its own, and prints what was measured against its budget."""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests import database

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    os.environ[database.FOLDER] = tempfile.mkdtemp(prefix="vital-bench-")
    server = database.start()
    failed = 0
    print(f"{'what':60} {'measured':>10} {'budget':>10}")
    try:
        for path in sorted(HERE.glob("[a-z]*.py")):
            if wanted and path.stem not in wanted:
                continue
            for name, measured, budget, unit in import_module(f"benchmarks.{path.stem}").measure():
                over = measured > budget
                failed += over
                print(
                    f"{name:60} {measured:8.2f} {unit} {budget:8.2f} {unit}{'  OVER BUDGET' if over else ''}",
                    flush=True,
                )
    finally:
        database.stop(server)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
