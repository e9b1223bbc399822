"""A worker that is killed in the middle of an import leaves what was there before, and nothing half-done."""

import json
import subprocess
import sys
import time

import pytest
from django.db import connections

from personas.documents.shape import ALL
from personas.exchange.batches import decide, receive
from personas.exchange.work import Work
from personas.models import Batch
from tests.database import ROOT, environment
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

KILLS = 10
SCRIPT = """
import django, sys
django.setup()
from uuid import UUID
from personas.exchange.work import Work
print("ready", flush=True)
Work(UUID(sys.argv[1]), None, UUID(sys.argv[2])).run()
"""


def documents() -> list[dict]:
    """Personas enough for an import to take a while."""
    rows = [{"goal_text": f"Goal {number}"} for number in range(60)]
    fears = [{"fear_description": f"Fear {number}"} for number in range(60)]
    return [{"slug": f"p-{number}", "name": f"P {number}", "goals": rows, "fears": fears} for number in range(120)]


def rows(tenant) -> int:
    """All there are, in one statement: of a commit between two, half would be seen."""
    first, *others = (shape.model.objects.order_by().values("pk") for shape in ALL)
    with tenant_context(tenant):
        return first.union(*others, all=True).count()


@pytest.mark.usefixtures("committed")
def test_ten_workers_killed_at_ten_moments_leave_all_or_nothing(database_name):
    tenant = Tenant.objects.get(slug="pharma")
    content = json.dumps(documents()).encode()
    with tenant_context(tenant):
        batch = receive([("file.json", content)], {"mode": "merge"})
    Work(tenant.pk, None, batch.pk).run()

    with tenant_context(tenant):
        batch.refresh_from_db()
        decide(batch, User.objects.create_superuser("root@example.com"), batch.counts["plan"])
    expected = batch.counts["personas.create"] + batch.counts["goals.create"] + batch.counts["fears.create"]
    connections.close_all()

    def start() -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tenant.pk), str(batch.pk)],
            cwd=ROOT, env=environment(database_name), stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        process.stdout.readline()
        return process

    seen = set()
    for number in range(KILLS):
        process = start()
        time.sleep(0.08 * number + 0.02)
        process.kill()
        process.wait()
        process.stdout.close()
        seen.add(rows(tenant))
        assert seen <= {0, expected}
    with start() as process:
        process.wait(timeout=60)
    assert rows(tenant) == expected
    with tenant_context(tenant):
        assert Batch.objects.get(pk=batch.pk).state == Batch.State.APPLIED
    assert 0 in seen  # at least one of them came in the middle
