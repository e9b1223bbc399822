"""Two imports of the same personas at once wait for each other; the later one is told that it is late."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from personas.exchange.batches import decide, receive
from personas.exchange.work import Work
from personas.models import Batch, Persona
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

PERSONAS = 60


def documents(title: str, order: int) -> bytes:
    personas = [
        {"slug": f"p-{n}", "name": f"P {n}", "title": title, "goals": [{"goal_text": title}]} for n in range(PERSONAS)
    ]
    return json.dumps(personas[::order]).encode()


@pytest.mark.usefixtures("committed")
def test_opposite_orders_end_in_no_deadlock():
    tenant = Tenant.objects.get(slug="pharma")
    user = User.objects.create_superuser("root@example.com")

    def read(content: bytes) -> Batch:
        with tenant_context(tenant):
            batch = receive([("file.json", content)], {"mode": "merge"})
        Work(tenant.pk, None, batch.pk).run()
        with tenant_context(tenant):
            batch.refresh_from_db()
            decide(batch, user, batch.counts["plan"])
        return batch

    def carry_out(batch: Batch) -> None:
        Work(tenant.pk, None, batch.pk).run()
        connections.close_all()

    carry_out(read(documents("Before", 1)))
    both = [read(documents("One", 1)), read(documents("Two", -1))]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(carry_out, both))
    with tenant_context(tenant):
        ended = sorted(Batch.objects.filter(pk__in=[one.pk for one in both]).values_list("state", "message"))
        assert [state for state, _ in ended] == ["applied", "failed"]
        assert "it was changed since this was planned" in ended[1][1]
        assert Persona.objects.values("title").distinct().count() == 1
