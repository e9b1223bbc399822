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
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

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
COMPARE, LIST, PAGE = 150, 100, 250  # milliseconds


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

    def page(name: str, address: str, budget: float, **asked) -> None:
        assert client.get(address, asked).status_code == 200, name
        tell(name, lambda: client.get(address, asked), budget)

    of_full = {
        name: reverse(f"admin:personas_persona_{name}", args=[full.pk]) for name in ("history", "compare", "restore")
    }
    page("the page that compares, a word in each row changed", of_full["compare"], PAGE, **{"from": 1, "to": 2})
    page("the plan to restore all of another one", of_full["restore"], PAGE, revision=1)
    page("the history", of_full["history"], PAGE)
    audit = reverse("admin:personas_event_changelist")
    month = timezone.now() - timedelta(days=200)
    with tenant_context(tenant):
        function = Function.objects.first()
    page("the audit, first page", audit, LIST)
    page("the audit, a deep page", audit, LIST, after=str(lowest_id(month)))
    page("the audit, a page back", audit, LIST, before=str(lowest_id(month)))
    page("the audit of a persona", audit, LIST, persona="Persona 77")
    page("the audit of a person", audit, LIST, who=str(user.pk))
    page("the audit of a function", audit, LIST, function=str(function.pk))
    page("the audit, what was published", audit, LIST, what="publish")
    page("the audit, what was deleted for good", audit, LIST, what="purge")
    day = f"{month:%Y-%m-%d}"
    page("the audit of a day", audit, LIST, start=day, end=day)
    page("the audit, a rare word in the reason", audit, LIST, why="zebrafish")


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
