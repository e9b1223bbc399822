"""Lists, asked for as a browser does, as the application's role: their times, and the plans behind them."""

import json
import sys
import time
from pathlib import Path
from statistics import median, quantiles

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from vital.tenancy.context import tenant_context  # noqa: E402
from vital.tenancy.models import Tenant, User  # noqa: E402

LIST = "/admin/personas/persona/"
OURS = ("editorial_state", "find_places", "org_functions")  # what a list asks; sessions and accounts are others' matter


def asked(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return [query["sql"] for query in queries if any(name in query["sql"] for name in OURS)]


def explained(tenant: Tenant, statements: list[str]) -> str:
    plans = []
    with tenant_context(tenant), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
            plans.append("\n".join([statement, "", *(line for (line,) in cursor.fetchall()), "", ""]))
    return "\n".join(plans)


def main(slug: str, folder: str, tries: str, pages: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    tenant = Tenant.objects.get(slug=slug)
    user = User.objects.get(email="ana@example.com")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get(LIST)
    for name, query in json.loads(pages).items():
        times = []
        for _ in range(int(tries)):
            start = time.perf_counter()
            client.get(LIST + query)
            times.append(1000 * (time.perf_counter() - start))
        statements = asked(client, LIST + query)
        path = Path(folder) / f"lists-{name.replace(' ', '-')}.txt"
        path.write_text(f"{LIST}{query}\n\n{explained(tenant, statements)}")
        within = timed(tenant, statements, int(tries))
        print(json.dumps([name, median(times), within]), flush=True)


def timed(tenant: Tenant, statements: list[str], tries: int) -> float:
    """The milliseconds within which 95 of 100 times all that the list asks is answered."""
    times = []
    with tenant_context(tenant), connection.cursor() as cursor:
        for _ in range(tries):
            start = time.perf_counter()
            for statement in statements:
                cursor.execute(statement)
                cursor.fetchall()
            times.append(1000 * (time.perf_counter() - start))
    return quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main(*sys.argv[1:])
