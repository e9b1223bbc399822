"""Revisions compared and the audit looked through, in a process of its own: the milliseconds of each."""

import json
from datetime import timedelta
from statistics import median
from time import perf_counter

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks._lists import timed  # noqa: E402
from personas.admin.audit import lowest_id  # noqa: E402
from personas.documents.apply import apply  # noqa: E402
from personas.documents.changes import Mode  # noqa: E402
from personas.documents.dump import dump  # noqa: E402
from personas.documents.plan import plan  # noqa: E402
from personas.editorial.revisions import compare  # noqa: E402
from personas.models import Revision  # noqa: E402
from tests.factories import PersonaFactory  # noqa: E402
from vital.organisation.models import Function  # noqa: E402
from vital.tenancy.context import tenant_context  # noqa: E402
from vital.tenancy.models import Tenant, User  # noqa: E402

TURNS = 9
COMPARE, QUERIES, PAGE = 150, 100, 250  # milliseconds
TRIES = 40
AUDIT = reverse("admin:personas_event_changelist")


def milliseconds(work) -> float:
    """The median of several turns, after one that warms up."""
    times = []
    for _ in range(TURNS + 1):
        start = perf_counter()
        work()
        times.append(1000 * (perf_counter() - start))
    return median(times[1:])


def tell(name: str, work, budget: float) -> None:
    print(json.dumps([name, milliseconds(work), budget]), flush=True)


def capture() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    tenant, user = Tenant.objects.get(slug="pharma"), User.objects.get(email="u7@example.com")
    with tenant_context(tenant, user):
        full = PersonaFactory(complete="most", slug="full")
        capture()
        other = PersonaFactory(complete="most", slug="other")
        capture()
        for edited in (edit(full, slight=True), next(dump([other.pk])) | {"id": str(full.pk), "slug": "full"}):
            apply(plan([edited], Mode.REPLACE))
        third, second, first = Revision.objects.filter(persona=full)
        tell("a full persona compared, a word in each row changed", lambda: compare(first, second), COMPARE)
        tell("a full persona compared with another one", lambda: compare(first, third), COMPARE)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def page(name: str, address: str, **asked) -> None:
        assert client.get(address, asked).status_code == 200, name
        tell(name, lambda: client.get(address, asked), PAGE)

    def audit(name: str, **asked) -> None:
        with CaptureQueriesContext(connection) as queries:
            client.get(AUDIT, asked)
        statements = [query["sql"] for query in queries if "editorial_events" in query["sql"]]
        print(json.dumps([f"the audit, {name}, its queries", timed(tenant, statements, TRIES), QUERIES]), flush=True)
        page(f"the audit, {name}", AUDIT, **asked)

    of_full = {
        name: reverse(f"admin:personas_persona_{name}", args=[full.pk]) for name in ("history", "compare", "restore")
    }
    page("the page that compares, a word in each row changed", of_full["compare"], **{"from": 1, "to": 2})
    page("the plan to restore all of another one", of_full["restore"], revision=1)
    page("the history", of_full["history"])
    month = timezone.now() - timedelta(days=200)
    with tenant_context(tenant):
        function = Function.objects.first()
    audit("first page")
    audit("a deep page", after=str(lowest_id(month)))
    audit("a page back", before=str(lowest_id(month)))
    audit("of a persona", persona="Persona 77")
    audit("of a person", who=str(user.pk))
    audit("of a function", function=str(function.pk))
    audit("what was published", what="publish")
    audit("what was deleted for good", what="purge")
    day = f"{month:%Y-%m-%d}"
    audit("of a day", start=day, end=day)
    audit("a rare word in the reason", why="zebrafish")


def edit(persona, *, slight: bool) -> dict:
    """Its document with a word more in the first text of each row."""

    def row(told: dict) -> dict:
        text = next((key for key, value in told.items() if isinstance(value, str) and " " in value), None)
        return told | ({text: f"{told[text]} anew"} if text and slight else {})

    document = next(dump([persona.pk], with_ids=True))
    return {
        key: [row(one) for one in value] if isinstance(value, list) and isinstance(value[0], dict) else value
        for key, value in document.items()
    }


if __name__ == "__main__":
    main()
