"""What the worker does for personas: imports when they come, words for the search soon after, counts every night."""

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from personas.editorial import mail, schedule, webhooks
from personas.exchange.work import BusyError
from personas.models import BatchFile, EditorialSettings, Presence
from personas.seeding.work import SeedingWork
from vital.database.data import unlimited
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

KEPT = timedelta(days=90)
PIECE = 20  # personas
TRIES = 3  # of work whose worker was lost


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="refresh-persona-summary")
def refresh_persona_summary(timestamp: int) -> None:
    """Count the figures of all personas anew."""
    with tenant_context(None), connection.cursor() as cursor:
        unlimited()
        cursor.execute("SELECT refresh_persona_summary()")


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="forget-old-files")
def forget_old_files(timestamp: int) -> None:
    """Delete the files of old imports, and who was where. What imports did is kept, and can still be undone."""
    for tenant in Tenant.objects.all():
        with tenant_context(tenant):
            BatchFile.objects.filter(batch__created_at__lt=timezone.now() - KEPT).delete()
            Presence.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="read-words")
def read_words(timestamp: int) -> None:
    """Read for the search what was loaded, piece by piece; whoever saves meanwhile waits for one piece at most."""
    for tenant in Tenant.objects.all():
        read = PIECE
        while read:
            with tenant_context(tenant), connection.cursor() as cursor:
                cursor.execute("SELECT read_unread_words(%s, %s)", [tenant.pk, PIECE])
                read = cursor.fetchone()[0]


@app.task(retry=RetryStrategy(max_attempts=10, wait=3, retry_exceptions={BusyError}))
def work_on(tenant: str, user: str | None, batch: str) -> None:
    """Read the files of a batch, or apply it."""
    SeedingWork(UUID(tenant), user and UUID(user), UUID(batch)).run()


def hand_over(batch, user) -> None:
    """Give a batch to the worker, as soon as this transaction is committed."""
    work_on.configure(lock=str(batch.pk)).defer(tenant=str(batch.tenant_id), user=str(user.pk), batch=str(batch.pk))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="resume-work", pass_context=True)
async def resume_work(context: JobContext, timestamp: int) -> None:
    """Begin anew what a worker left that is gone, be it killed; half-done work was rolled back with it."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        if job.attempts < TRIES:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send-mail", lock="send-mail")
def send_mail(timestamp: int) -> None:
    """Send the notices that people want by e-mail."""
    for tenant in Tenant.objects.filter(is_active=True, deleted_at=None):
        if not mail.send_due(tenant):
            break  # nor would it for the others, and each would wait for it


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="find-due-deliveries")
def find_due_deliveries(timestamp: int) -> None:
    """Have the webhooks called that something waits for; each tenant's by itself, so that none waits for another's."""
    for tenant in Tenant.objects.filter(is_active=True, deleted_at=None):
        with tenant_context(tenant):
            if webhooks.due().exists():
                webhooks.soon(tenant)


@app.task
def deliver(tenant: str) -> None:
    """Call the webhook of a tenant for what is due."""
    webhooks.deliver(Tenant.objects.get(pk=tenant))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="run-schedule")
def run_schedule(timestamp: int) -> None:
    """Take the steps of review whose time has come, and tell of reviews that are overdue."""
    for tenant in Tenant.objects.filter(is_active=True, deleted_at=None):
        schedule.run_due(tenant)
        schedule.tell_overdue(tenant)


@app.periodic(cron="7 4 * * *")
@app.task(queueing_lock="thin-history")
def thin_history(timestamp: int) -> None:
    """Forget saves that are older than a tenant keeps them, but for the last of each day."""
    for tenant in Tenant.objects.all():
        with tenant_context(tenant), connection.cursor() as cursor:
            unlimited()
            kept = timedelta(days=EditorialSettings.of_tenant().kept_days)
            cursor.execute("SELECT thin_revisions(%s, %s)", [tenant.pk, timezone.now() - kept])
