"""Pages of the library, as a browser asks for them and as the application's role: their times, and the plans."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from personas.editorial.publishing import live  # noqa: E402
from personas.library import copies, sheet  # noqa: E402
from personas.library.comparing import Comparison  # noqa: E402
from personas.library.shelf import Shelf  # noqa: E402
from tests.factories import PersonaFactory  # noqa: E402
from vital.tenancy.context import tenant_context  # noqa: E402
from vital.tenancy.models import Tenant, User  # noqa: E402


def shelf(asked: str) -> Callable:
    return lambda: Shelf(QueryDict(asked), working=False).read()


def one_sheet(slug: str) -> Callable:
    return lambda: sheet.context(*copies.published(slug))


def comparison(slugs: list[str]) -> Callable:
    return lambda: Comparison(copies.published(*slugs))


def milliseconds(work: Callable, tries: int) -> list[float]:
    """How long it took, from the shortest on; after a turn that warms up."""
    times = []
    for _ in range(tries + 1):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times[1:])


def told(name: str, tenant: Tenant, client: Client, address: str, read: Callable, tries: int) -> list[str]:
    """Prints how many queries there are, what they take, and what the page takes; gives what was asked."""

    def page():
        assert client.get(address).status_code == 200, address

    with tenant_context(tenant):
        with CaptureQueriesContext(connection) as queries:
            read()
        statements = [query["sql"] for query in queries]
        reading = milliseconds(read, tries)
    pages = milliseconds(page, tries)
    figures = quantiles(reading, n=20)[-1], median(pages), quantiles(pages, n=20)[-1]
    print(json.dumps([name, len(statements), *figures]), flush=True)
    return statements


def explained(tenant: Tenant, statements: list[str]) -> str:
    plans = []
    with tenant_context(tenant), live(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}")
            plans.append("\n".join([statement, "", *(line for (line,) in cursor.fetchall()), "", ""]))
    return "\n".join(plans)


def main(what: str, slug: str, folder: str, shape: str, tries: str, asked: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    tenant = Tenant.objects.get(slug=slug)
    client = Client()
    client.force_login(User.objects.get(email="ana@example.com"), backend="django.contrib.auth.backends.ModelBackend")
    if what == "shelf":
        for name, query in json.loads(asked).items():
            address = reverse("library:index") + (query and f"?{query}")
            statements = told(name, tenant, client, address, shelf(query), int(tries))
            path = Path(folder) / f"library-{shape}-{name}.txt".replace(" ", "-")
            path.write_text(f"{address}\n\n{explained(tenant, [one for one in statements if 'SELECT' in one])}")
        return
    with tenant_context(tenant):
        people = PersonaFactory.create_batch(6, complete="most", validation_status="published")
        slugs = [one.slug for one in people]
    address = reverse("library:sheet", args=slugs[:1])
    told("sheet", tenant, client, address, one_sheet(slugs[0]), int(tries))
    address = f"{reverse('library:compare')}?{'&'.join(f'p={one}' for one in slugs)}"
    told("comparison of six", tenant, client, address, comparison(slugs), int(tries))


if __name__ == "__main__":
    main(*sys.argv[1:])
