"""Seeding that is killed leaves functions whole or not at all, and the next run brings the rest."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from personas.models import Batch, Persona
from tests.database import ROOT, environment
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

FUNCTIONS = ("sales", "legal", "finance")
COUNT = 4


def command(folder: Path) -> list[str]:
    return [
        sys.executable, "manage.py", "seed_personas", "--tenant", "digital-health", "--count", str(COUNT),
        "--out", str(folder), "--auto-deploy", "--json", "--business-function", *FUNCTIONS,
    ]  # fmt: skip


def there(tenant) -> dict[str, int]:
    with tenant_context(tenant):
        found = {one: Persona.objects.filter(function__slug=one).count() for one in FUNCTIONS}
        verified = Batch.objects.filter(state=Batch.State.APPLIED, verification__passed=True).count()
    connections.close_all()
    assert set(found.values()) <= {0, COUNT}
    assert verified == sum(map(bool, found.values()))
    return found


@pytest.mark.usefixtures("committed")
def test_killed_between_any_two_stages_it_is_as_it_was_or_as_it_should_be(database_name, tmp_path):
    tenant = Tenant.objects.get(slug="digital-health")
    connections.close_all()
    seen = []
    for patience in (1.5, 2.5, 3.2, 3.9, 4.6):
        process = subprocess.Popen(
            command(tmp_path), cwd=ROOT, env=environment(database_name), stdout=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        seen.append(there(tenant))
    assert [sum(one.values()) for one in seen] == sorted(sum(one.values()) for one in seen)
    done = subprocess.run(
        command(tmp_path), cwd=ROOT, env=environment(database_name), check=True, capture_output=True, text=True
    )
    states = {one["function"]: one["state"] for one in json.loads(done.stdout)["functions"]}
    assert {one for one, state in states.items() if state == "deployed"} == {
        one for one, number in seen[-1].items() if not number
    }
    assert there(tenant) == dict.fromkeys(FUNCTIONS, COUNT)
