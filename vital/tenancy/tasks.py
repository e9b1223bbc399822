"""What the worker does by itself, every night."""

from django.core.management import call_command
from procrastinate.contrib.django import app


@app.periodic(cron="7 3 * * *")
@app.task(queueing_lock="forget-old-sessions")
def forget_old_sessions(timestamp: int) -> None:
    """Delete the sessions that have ended."""
    call_command("clearsessions")


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="forget-old-attempts")
def forget_old_attempts(timestamp: int) -> None:
    """Delete what is noted of log-ins a month ago."""
    call_command("axes_reset_logs", age=30, verbosity=0)
