"""Whole documents in and out: against raw COPY of the same rows into the same tables, with the same constraints."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from psycopg import sql

from tests import database

PERSONAS = 200  # complete ones, about 340 rows each
FUNCTION = 50  # personas of a business function
PREPARE = """
from tests.factories import PersonaFactory
from personas.documents.dump import dump
from personas.exchange.text import write_lines
from personas.models import Persona
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant
with tenant_context(Tenant.objects.get(slug="pharma")):
    PersonaFactory.create_batch({number}, complete="most")
    ids = list(Persona.objects.order_by("slug").values_list("pk", flat=True))
    open("{file}", "w").writelines(write_lines(dump(ids)))
"""


def measure() -> Iterator[tuple[str, float, float, str]]:
    folder = Path(os.environ[database.FOLDER])
    everything, function = folder / "all.jsonl", folder / "function.jsonl"
    database.create("vital_bench")
    manage("shell", "-c", PREPARE.format(number=PERSONAS, file=everything))
    function.write_text("".join(everything.read_text().splitlines(keepends=True)[:FUNCTION]))
    # A command's own start is no part of the work.
    start = timed("check_database", "--json")
    seconds = timed("import_personas", function, "--tenant", "digital-health") - start
    yield f"exchange: {FUNCTION} complete personas from JSON Lines", seconds, 10, "s "
    first = timed("import_personas", everything, "--tenant", "digital-health", fresh=True) - start
    rows, copied = copy_raw()
    yield f"exchange: {rows:,} rows of {PERSONAS} personas, over raw COPY", first / copied, 3, "x "
    again = timed("import_personas", everything, "--tenant", "digital-health") - start
    yield "exchange: the same file again, over the first time", again / first, 0.5, "x "
    yield "exchange: memory of the import", memory() / 1024, 200, "MB"
    database.drop("vital_bench")


def manage(*arguments) -> None:
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *map(str, arguments)],
        cwd=database.ROOT, env=database.environment("vital_bench"), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def timed(*arguments, fresh: bool = False) -> float:
    if fresh:
        with database.connect("postgres", "vital_bench") as connection:
            connection.execute(
                "DELETE FROM personas WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'digital-health')"
            )
    start = perf_counter()
    manage(*arguments)
    return perf_counter() - start


def memory() -> int:
    """The most that a program started here has held, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def copy_raw() -> tuple[int, float]:
    """What was imported, taken out and put back by COPY as a superuser: how many rows, and in how many seconds."""
    with database.connect("postgres", "vital_bench") as connection:
        tenant = connection.execute("SELECT id FROM tenants WHERE slug = 'digital-health'").fetchone()[0]
        tables = {}
        for name, columns in connection.execute(
            """SELECT relname, array_agg(attname::text ORDER BY attnum)
            FROM pg_class JOIN pg_attribute ON attrelid = oid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '' AND (relname LIKE 'persona%' OR relname ~ '^(research|case_study|statistic)_')
            GROUP BY relname ORDER BY relname <> 'personas', relname !~ '^persona'"""
        ).fetchall():
            parts = sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns))
            out = sql.SQL("COPY (SELECT {1} FROM {0} WHERE tenant_id = {2}) TO STDOUT").format(
                *parts, sql.Literal(tenant)
            )
            with connection.cursor().copy(out) as copy:
                tables[name] = parts, b"".join(map(bytes, copy))
        connection.execute("DELETE FROM personas WHERE tenant_id = %s", [tenant])
        for name in tables:
            connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        start, rows = perf_counter(), 0
        for parts, content in tables.values():
            with connection.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(*parts)) as copy:
                copy.write(content)
            rows += content.count(b"\n")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = perf_counter() - start
        connection.rollback()
    return rows, took
