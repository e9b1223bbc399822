"""What the rules say of all personas of a tenant, as the application's role: how long it takes."""

import json
from statistics import median
from time import perf_counter

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from personas.editorial.quality import look, share_with_enough_sources  # noqa: E402
from personas.models import Persona  # noqa: E402
from vital.tenancy.context import tenant_context  # noqa: E402
from vital.tenancy.models import Tenant  # noqa: E402

TURNS = 7


def seconds(work) -> float:
    times = []
    for _ in range(TURNS):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


if __name__ == "__main__":
    with tenant_context(Tenant.objects.get(slug="pharma")):
        ids = list(Persona.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            findings = sum(len(assessment.findings) for assessment in look(ids).values())
        told = {
            "personas": len(ids), "findings": findings, "queries": len(queries), "many": seconds(lambda: look(ids)),
            "one": seconds(lambda: look(ids[:1])), "share": seconds(share_with_enough_sources),
        }  # fmt: skip
    print(json.dumps(told))
