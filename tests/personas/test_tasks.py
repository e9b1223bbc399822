import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from personas.exchange.batches import receive
from personas.models import Batch, BatchFile, CountedPersona, Presence
from personas.tasks import forget_old_files, refresh_persona_summary, resume_work, work_on
from tests import database
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

pytestmark = pytest.mark.usefixtures("committed")


def test_the_figures_of_all_tenants_are_counted_at_night():
    tenants = list(Tenant.objects.all())
    for tenant in tenants:
        with tenant_context(tenant):
            PersonaFactory(complete=True)
    refresh_persona_summary(0)
    for tenant in tenants:
        with tenant_context(tenant):
            (figures,) = CountedPersona.objects.all()
            assert (figures.goals_count, len(figures.insights["wilo"])) == (3, 7)


def test_files_of_old_imports_are_forgotten_at_night_and_what_they_did_is_kept():
    tenant = Tenant.objects.get(slug="pharma")
    with tenant_context(tenant):
        old, new = (receive([("a.json", b"{}")], {"mode": "merge"}) for _ in range(2))
        Batch.objects.filter(pk=old.pk).update(created_at="2026-01-01T00:00Z")
    forget_old_files(0)
    with tenant_context(tenant):
        assert set(Batch.objects.values_list("pk", flat=True)) == {old.pk, new.pk}
        assert list(BatchFile.objects.values_list("batch", flat=True)) == [new.pk]


def test_who_was_where_is_forgotten_after_a_day():
    tenant = Tenant.objects.get(slug="pharma")
    people = [User.objects.create_user(f"{name}@pharma.example", "x", tenant=tenant) for name in ("ana", "ben")]
    with tenant_context(tenant):
        persona = PersonaFactory()
        for user, days in zip(people, (0, 2), strict=True):
            seen = timezone.now() - timedelta(days=days)
            Presence.objects.create(persona=persona, user=user, place="goals", seen_at=seen)
    forget_old_files(0)
    with tenant_context(tenant):
        assert Presence.objects.get().user == people[0]


def test_work_whose_worker_was_lost_is_begun_anew_three_times_and_then_given_up(database_name):
    def jobs() -> list[tuple]:
        with database.connect("vital_app", database_name) as connection:
            return connection.execute("SELECT status::text, attempts FROM procrastinate_jobs").fetchall()

    work_on.defer(tenant="a", user=None, batch="b")
    for attempts, status in ((1, "todo"), (2, "todo"), (3, "failed")):
        with database.connect("postgres", database_name) as connection:
            # As a worker leaves it that was killed: taken, and its heartbeat long ago.
            connection.execute("DELETE FROM procrastinate_workers")
            worker = connection.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
            ).fetchone()[0]
            connection.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s", [worker, attempts]
            )
        run_worker()
        assert jobs()[0][0] == status


def run_worker() -> None:
    """What the worker does when its minute has come."""

    async def resume() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as replaced:
            async with replaced.open_async():
                await resume_work.func(SimpleNamespace(app=replaced), 0)

    asyncio.run(resume())
