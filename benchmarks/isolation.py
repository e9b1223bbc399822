"""What row-level security costs: the same queries, with it and without, on a million rows of twenty tenants."""

from collections.abc import Iterator
from statistics import quantiles
from time import perf_counter
from uuid import UUID

from psycopg import ClientCursor

from tests import database

TENANTS, ROWS = 20, 50_000
SECONDS = 4  # that each query is tried for
QUERIES = {
    "one tenant's rows, counted": "SELECT count(*) FROM org_functions WHERE tenant_id = %(tenant)s",
    "one tenant's rows, counted without an index": (
        "SELECT count(*) FROM org_functions WHERE tenant_id = %(tenant)s AND description IS NULL"
    ),
    "a page of 100": "SELECT * FROM org_functions WHERE tenant_id = %(tenant)s ORDER BY slug LIMIT 100",
    "one row by its key": "SELECT * FROM org_functions WHERE tenant_id = %(tenant)s AND id = %(id)s",
}


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create("vital_bench")
    as_django_does = {"cursor_factory": ClientCursor, "prepare_threshold": None}
    with database.connect("postgres", "vital_bench", autocommit=True, **as_django_does) as superuser:
        _fill(superuser)
        tenant, row = superuser.execute("SELECT tenant_id, id FROM org_functions WHERE slug = 'f-7-7'").fetchone()
        with database.connect("vital_app", "vital_bench", **as_django_does) as application:
            application.execute(f"SET LOCAL request.jwt.claim.tenant_id = '{UUID(str(tenant))}'")
            for name, query in QUERIES.items():
                values = {"tenant": tenant, "id": row}
                yield f"isolation: {name}", _ratio(application, superuser, query, values), 1.1, "x"
    database.drop("vital_bench")


def _fill(connection) -> None:
    connection.execute(
        f"""INSERT INTO tenants (tenant_key, slug, name)
        SELECT 't' || n, 't' || n, 'T' FROM generate_series(1, {TENANTS}) n;
        INSERT INTO org_functions (tenant_id, name, slug)
        SELECT id, 'Function ' || n, 'f-' || substr(slug, 2) || '-' || n FROM tenants, generate_series(1, {ROWS}) n
        WHERE slug LIKE 't%'"""
    )
    connection.execute("VACUUM ANALYZE org_functions")


def _ratio(held_back, free, query: str, values: dict) -> float:
    """The time with row-level security over that without, taken in turns; the quick tenth, which noise spares."""
    times, turns = {held_back: [], free: []}, [held_back, free]
    until = perf_counter() + SECONDS
    while perf_counter() < until:
        turns.reverse()  # neither always finds the caches warmed by the other
        for connection in turns:
            start = perf_counter()
            connection.execute(query, values).fetchall()
            times[connection].append(perf_counter() - start)
    return quantiles(times[held_back], n=10)[0] / quantiles(times[free], n=10)[0]
