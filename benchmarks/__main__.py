"""Runs every benchmark of this folder, on a server of its own, and prints what was measured against its budget."""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from tests import database
from vital.services import Services

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    over_budget = 0
    print(f"{'what':60} {'measured':>10} {'budget':>10}")
    with tempfile.TemporaryDirectory(prefix="vital-bench-") as folder, Services() as services:
        os.environ[database.FOLDER] = folder
        database.start(services)
        for path in sorted(HERE.glob("[a-z]*.py")):
            if wanted and path.stem not in wanted:
                continue
            for name, measured, budget, unit in import_module(f"benchmarks.{path.stem}").measure():
                over_budget += measured > budget
                verdict = "  OVER BUDGET" if measured > budget else ""
                print(f"{name:60} {measured:8.2f} {unit} {budget:8.2f} {unit}{verdict}", flush=True)
    return bool(over_budget)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
