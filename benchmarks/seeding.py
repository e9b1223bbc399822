"""Business functions in one command, from an empty tenant: each against ten seconds, and where the time goes."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from tests import database

NAME = "vital_bench"
PERSONAS = 50  # of each function; of medical affairs, the 31 that are shipped
TENANT = "digital-health"
EMPTY = """
from vital.organisation.models import Department, Function, Role
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant
with tenant_context(Tenant.objects.get(slug="digital-health")):
    for model in (Role, Department, Function):
        model.objects.all().delete()
"""


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create(NAME)
    manage("shell", "-c", EMPTY)
    began = perf_counter()
    report = seed("--auto-deploy")
    everything = perf_counter() - began
    stages = Counter()
    for told in report["functions"]:
        assert told["state"] == "deployed", told["said"]
        stages.update(told["seconds"])
        yield f"seeding: {told['function']}, {told['personas']} personas", sum(told["seconds"].values()), 10, "s "
    yield "seeding: all twelve functions in one command", everything, 120, "s "
    for stage, seconds in stages.items():
        yield f"seeding: share of «{stage}»", 100 * seconds / stages.total(), 100, "% "
    began = perf_counter()
    again = seed("--auto-deploy")
    assert {told["state"] for told in again["functions"]} == {"unchanged"}
    yield "seeding: the same again, over the first time", (perf_counter() - began) / everything, 1, "x "
    yield from scripts()
    database.drop(NAME)


def scripts() -> Iterator[tuple[str, float, float, str]]:
    """The same as SQL: rendered and checked."""
    began = perf_counter()
    [told] = seed("--seed", "2", functions=("sales",))["functions"]
    yield "seeding: a function as a script, rendered and checked", perf_counter() - began, 20, "s "
    yield "seeding: size of that script", Path(told["script"]).stat().st_size / 1024**2, 1_000, "MB"


def seed(*args: str, functions: tuple[str, ...] = ("all",)) -> dict:
    folder = Path(os.environ[database.FOLDER]) / "seeding_reports"
    out = manage(
        "seed_personas", "--tenant", TENANT, "--json", "--count", str(PERSONAS), "--out", str(folder), *args,
        "--business-function", *functions,
    )  # fmt: skip
    return json.loads(out)


def manage(*args: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *args],
        cwd=database.ROOT, env=database.environment(NAME), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
