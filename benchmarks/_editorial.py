"""Publishing and importing, in a process of their own: seconds of each, as JSON."""

import json
import sys
import time
from statistics import median

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from personas.documents.apply import apply  # noqa: E402
from personas.documents.dump import dump  # noqa: E402
from personas.documents.plan import plan  # noqa: E402
from personas.editorial.workflow import perform  # noqa: E402
from personas.models import EditorialSettings, Persona  # noqa: E402
from tests.factories import PersonaFactory, stand  # noqa: E402
from vital.tenancy.context import tenant_context, unhurried  # noqa: E402
from vital.tenancy.models import Tenant, User  # noqa: E402

ROUNDS = 9
IMPORTED = 40  # complete personas, about 450 rows each


def publishing() -> dict[str, float]:
    """The first publishing of a full persona, and the next after one section changed; gates, notices and all."""
    tenant = Tenant.objects.get(slug="pharma")
    first, again = [], []
    with tenant_context(tenant):
        user = User.objects.create_superuser("bench@example.com", "x")
        EditorialSettings.objects.create(four_eyes=False)
    for _ in range(ROUNDS):
        with tenant_context(tenant):
            persona = PersonaFactory(complete="most", validation_status="validated")
        for times in (first, again):
            with tenant_context(tenant, user):
                start = time.perf_counter()
                perform(persona.pk, "publish", user)
                times.append(time.perf_counter() - start)
            with tenant_context(tenant, user):
                goal = persona.goals.first()
                goal.goal_text += "."
                goal.save()
                stand(persona, "validated")
    return {"first": median(first), "again": median(again)}


def importing() -> dict[str, float]:
    """The same personas, imported as they are here and with the work of history and approval taken out of the way."""
    source, target = Tenant.objects.get(slug="pharma"), Tenant.objects.get(slug="digital-health")
    with tenant_context(source):
        PersonaFactory.create_batch(IMPORTED, complete="most")
        documents = list(dump(Persona.objects.order_by("-pk").values_list("pk", flat=True)[:IMPORTED]))
        for document in documents:
            document.pop("organizational_context", None)

    def once() -> float:
        with tenant_context(target):
            unhurried()
            start = time.perf_counter()
            for some in range(0, IMPORTED, 20):
                apply(plan(documents[some : some + 20]))
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            seconds = time.perf_counter() - start
            transaction.set_rollback(True)
        return seconds

    once()
    return {"import": min(once() for _ in range(5))}


if __name__ == "__main__":
    print(json.dumps({"publishing": publishing, "importing": importing}[sys.argv[1]]()))
