"""Files in and out: against raw COPY of the same rows into the same tables, and against a plain ModelResource."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from psycopg import sql

from tests import database

NAME = "vital_bench"
PERSONAS = int(os.environ.get("BENCH_PERSONAS", 200))  # complete ones, about 450 rows each
FUNCTION = 50  # personas of a business function
GOALS, FEW = 50_000, 5_000  # rows of one table; and of it, what a plain ModelResource is given
TENANT = "(SELECT id FROM tenants WHERE slug = 'digital-health')"
PREPARE = """
from tests.factories import PersonaFactory
from personas.documents.dump import dump
from personas.exchange.files import write
from personas.models import Persona
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant
with tenant_context(Tenant.objects.get(slug="pharma")):
    for _ in range({number} // 50):
        PersonaFactory.create_batch(50, complete="most")
    ids = list(Persona.objects.order_by("slug").values_list("pk", flat=True))
    for format_ in ("jsonl", "xlsx"):
        with open("{folder}/all." + format_, "wb") as file:
            write(dump(ids, with_ids=False if format_ == "jsonl" else True), format_, file)
"""


class Cost(NamedTuple):
    seconds: float
    megabytes: float


def measure() -> Iterator[tuple[str, float, float, str]]:
    folder = Path(os.environ[database.FOLDER])
    everything, function = folder / "all.jsonl", folder / "function.jsonl"
    database.create(NAME)
    subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "shell", "-c", PREPARE.format(number=PERSONAS, folder=folder)],
        cwd=database.ROOT, env=database.environment(NAME), check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with everything.open() as lines, function.open("w") as file:
        file.writelines(line for line, _ in zip(lines, range(FUNCTION), strict=False))
    yield f"exchange: {FUNCTION} complete personas from JSON Lines", run("bring", function).seconds, 10, "s "
    yield from whole_documents(everything, folder / "all.xlsx")
    yield from one_table(folder)
    database.drop(NAME)


def whole_documents(lines: Path, workbook: Path) -> Iterator[tuple[str, float, float, str]]:
    clear()
    first = run("bring", lines)
    before = versions()
    again = run("bring", lines)
    written = versions() - before
    rows, copied = copy_raw()
    what = f"exchange: {PERSONAS:,} personas, {rows:,} rows"
    yield f"{what}, JSON Lines", first.seconds, 10_000, "s "
    yield f"{what}, JSON Lines over raw COPY", first.seconds / copied, 3, "x "
    yield "exchange: the same file again, over the first time", again.seconds / first.seconds, 0.5, "x "
    yield "exchange: rows that the same file writes again", written, 0, "  "
    yield "exchange: memory of that import", first.megabytes, 200, "MB"
    yield "exchange: everything to JSON Lines", run("send", "jsonl").seconds, 10_000, "s "
    out = run("send", "xlsx")
    yield "exchange: everything to a workbook", out.seconds, 10_000, "s "
    clear()
    clear("pharma")  # whose ids the workbook has
    book = run("bring", workbook)
    yield f"{what}, workbook", book.seconds, 10_000, "s "
    yield f"{what}, workbook over raw COPY", book.seconds / copied, 10_000, "x "
    yield "exchange: memory of that import, and of its reader", book.megabytes, 200, "MB"


def one_table(folder: Path) -> Iterator[tuple[str, float, float, str]]:
    """Goals of a hundred personas, as CSV."""
    clear()
    with connect() as connection:
        connection.execute(
            f"INSERT INTO personas (tenant_id, name, slug) SELECT {TENANT}, 'P ' || n, 'p-' || n "
            "FROM generate_series(1, 100) AS n"
        )
        there = connection.execute(f"SELECT id, slug FROM personas WHERE tenant_id = {TENANT} ORDER BY slug").fetchall()
    file, few, plain = folder / "goals.csv", folder / "few" / "goals.csv", folder / "plain.csv"
    few.parent.mkdir()
    for path, number in ((file, GOALS), (few, FEW)):
        rows = (f"{there[n % 100][1]},Goal number {n},growth,high\n" for n in range(number))
        path.write_text("persona,goal_text,goal_type,priority\n" + "".join(rows))
    rows = (f",{there[n % 100][0]},Goal number {n}\n" for n in range(FEW))  # it would not find codes
    plain.write_text("id,persona,goal_text\n" + "".join(rows))

    ours = run("bring", file)
    _, copied = copy_raw("persona_goals")
    yield f"exchange: {GOALS:,} rows of one table from CSV, over raw COPY", ours.seconds / copied, 1.5, "x "
    with connect() as connection, connection.cursor() as cursor:
        start = perf_counter()
        with cursor.copy(
            f"COPY (SELECT * FROM persona_goals WHERE tenant_id = {TENANT}) TO STDOUT (FORMAT csv)"
        ) as copy:
            for _ in copy:
                pass
        out = perf_counter() - start
    yield f"exchange: {GOALS:,} rows to CSV, over COPY TO", run("send_table").seconds / out, 1.5, "x "
    clear("digital-health", "persona_goals")
    theirs = run("resource_import", plain).seconds
    clear("digital-health", "persona_goals")
    ratio = theirs / run("bring", few).seconds
    yield f"exchange: {FEW:,} rows, 50 over how many times a plain ModelResource takes", 50 / ratio, 1, "  "


def run(work: str, *arguments) -> Cost:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks._work", work, *map(str, arguments)],
        cwd=database.ROOT, env=database.environment(NAME), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return Cost(*map(float, told.stdout.split()))


def connect():
    return database.connect("postgres", NAME)


def clear(slug: str = "digital-health", table: str = "personas") -> None:
    with connect() as connection:
        connection.execute(f"DELETE FROM {table} WHERE tenant_id = (SELECT id FROM tenants WHERE slug = %s)", [slug])
    with database.connect("postgres", NAME, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def versions() -> int:
    """How many row versions were written so far, but for what is kept of the import itself."""
    with connect() as connection:
        connection.execute("SELECT pg_stat_force_next_flush()")
        found = connection.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables "
            "WHERE relname ~ '^(personas?|research|case_study|statistic|editorial)'"
        )
        return int(found.fetchone()[0])


def copy_raw(only: str | None = None) -> tuple[int, float]:
    """What was imported, taken out and put back by COPY as a superuser: how many rows, and in how many seconds."""
    with connect() as connection:
        tables = {}
        for name, columns in connection.execute(
            """SELECT relname, array_agg(attname::text ORDER BY attnum)
            FROM pg_class JOIN pg_attribute ON attrelid = oid
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped
            AND attgenerated = '' AND (relname LIKE 'persona%%' OR relname ~ '^(research|case_study|statistic)_')
            AND relname = coalesce(%s, relname)
            GROUP BY relname ORDER BY relname <> 'personas', relname !~ '^persona'""",
            [only],
        ).fetchall():
            parts = sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(TENANT)
            out = sql.SQL("COPY (SELECT {1} FROM {0} WHERE tenant_id = {2}) TO STDOUT").format(*parts)
            with connection.cursor().copy(out) as copy:
                tables[name] = parts, b"".join(map(bytes, copy))
        connection.execute(f"DELETE FROM {only or 'personas'} WHERE tenant_id = {TENANT}")
        for name in tables:
            connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(name)))
        start, rows = perf_counter(), 0
        for parts, content in tables.values():
            with connection.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(*parts[:2])) as copy:
                copy.write(content)
            rows += content.count(b"\n")
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = perf_counter() - start
        connection.rollback()
    return rows, took
