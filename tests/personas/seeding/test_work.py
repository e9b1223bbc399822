"""What a worker does with imports that seed, as the pages hand them over."""

import json

import pytest

from personas.exchange.batches import decide, receive
from personas.models import Batch, Goal, Persona
from personas.seeding import introspection, verification
from personas.seeding.work import SEEDS, SeedingWork
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.usefixtures("committed")
DOCUMENT = {
    "slug": "ana", "name": "Ana", "function": "medical-affairs", "role": "medical-science-liaison",
    "goals": [{"goal_text": "Sleep"}],
}  # fmt: skip


def brought(tenant, document: dict, **options) -> Batch:
    with tenant_context(tenant):
        batch = receive([("medical-affairs.json", json.dumps(document).encode())], {"mode": "merge", **options})
    return worked(tenant, batch)


def worked(tenant, batch: Batch) -> Batch:
    SeedingWork(tenant.pk, None, batch.pk).run()
    with tenant_context(tenant):
        batch.refresh_from_db()
    return batch


def applied(tenant, batch: Batch, user) -> Batch:
    with tenant_context(tenant):
        decide(batch, user, batch.counts["plan"])
    return worked(tenant, batch)


def test_what_was_seeded_is_verified_in_the_same_transaction(pharma, platform_admin):
    batch = applied(pharma, brought(pharma, DOCUMENT, **{SEEDS: "medical-affairs"}), platform_admin)
    assert batch.state == Batch.State.APPLIED
    assert batch.verification["passed"]
    counts = next(one for one in batch.verification["checks"] if one["code"] == "counts")
    assert counts["said"] == "2 new rows in 2 tables are there."


def test_what_is_not_as_planned_is_taken_back_with_a_sentence(pharma, platform_admin, monkeypatch):
    batch = brought(pharma, DOCUMENT, **{SEEDS: "medical-affairs"})
    monkeypatch.setattr(verification, "counted", lambda ids: dict.fromkeys(verification.BY_WORD, 0))
    batch = applied(pharma, batch, platform_admin)
    assert batch.state == Batch.State.FAILED
    assert batch.message.startswith("What was written is not what was planned, so nothing was kept. Counts against")
    with tenant_context(pharma):
        assert not Goal.objects.filter(goal_text="Sleep").exists()


def test_over_drift_nothing_is_applied(pharma, platform_admin, monkeypatch):
    batch = brought(pharma, DOCUMENT, **{SEEDS: "medical-affairs"})
    monkeypatch.setattr(introspection, "drift", lambda: ["column personas.mood is in the database."])
    batch = applied(pharma, batch, platform_admin)
    assert (batch.state, batch.verification) == (Batch.State.FAILED, None)
    assert "column personas.mood is in the database." in batch.message
    with tenant_context(pharma):
        assert not Persona.objects.filter(slug="ana").exists()


def test_the_rules_of_the_team_hold_for_what_seeds_and_for_nothing_else(pharma):
    executive = DOCUMENT | {"seniority_level": "vp"}
    assert brought(pharma, executive, **{SEEDS: "medical-affairs"}).counts["errors"] == 1
    assert brought(pharma, executive).counts["errors"] == 0


def test_a_persona_of_another_function_is_refused_on_the_pages_too(pharma):
    batch = brought(pharma, DOCUMENT, **{SEEDS: "sales"})
    assert batch.counts["errors"] == 1
    with tenant_context(pharma):
        [found] = batch.items.get().findings
    assert found["message"] == "belongs to «medical-affairs», and «sales» is being seeded"


def test_other_imports_are_not_verified(pharma, platform_admin):
    batch = applied(pharma, brought(pharma, DOCUMENT), platform_admin)
    assert (batch.state, batch.verification) == (Batch.State.APPLIED, None)
