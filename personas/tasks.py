"""What the worker does for personas by itself, every night."""

from django.db import connection
from procrastinate.contrib.django import app

from vital.database.data import unlimited
from vital.tenancy.context import tenant_context


@app.periodic(cron="27 3 * * *")
@app.task(queueing_lock="refresh-persona-summary")
def refresh_persona_summary(timestamp: int) -> None:
    """Count the figures of all personas anew."""
    with tenant_context(None), connection.cursor() as cursor:
        unlimited()
        cursor.execute("SELECT refresh_persona_summary()")
