"""Publishing a full persona, and what history and approval add to a bulk import."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests import database

NAME = "vital_bench"
# What history and approval do, done by nobody: for the comparison only.
WITHOUT = """
    CREATE OR REPLACE FUNCTION capture_revisions(tenant uuid, captured uuid[], changed_tables text[] DEFAULT NULL)
    RETURNS integer LANGUAGE sql AS 'SELECT 0';
    CREATE OR REPLACE FUNCTION return_to_draft(tenant uuid, changed uuid[]) RETURNS uuid[] LANGUAGE sql
    AS $$ SELECT '{}'::uuid[] $$;
    ALTER TABLE editorial_state DISABLE TRIGGER revision_due;
    ALTER TABLE personas DISABLE TRIGGER workflow_updated;
    ALTER TABLE personas DISABLE TRIGGER status_begins;
    ALTER TABLE personas DISABLE TRIGGER status_moves;
"""


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create(NAME)
    published = run("publishing")
    yield "editorial: publish a full persona for the first time", 1000 * published["first"], 100, "ms"
    yield "editorial: publish it again after a change", 1000 * published["again"], 100, "ms"
    database.create(NAME)
    with_them = run("importing")["import"]
    database.create(NAME)
    with database.connect("postgres", NAME) as superuser:
        superuser.execute(WITHOUT)
    without = run("importing")["import"]
    said = f"{with_them:.2f} s over {without:.2f} s"
    yield f"editorial: import with history over without ({said})", with_them / without, 1.15, "x "
    database.drop(NAME)


def run(what: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks._editorial", what],
        cwd=database.ROOT, env=database.environment(NAME), check=True, text=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])
