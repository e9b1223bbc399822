"""/healthz: this process answers. /readyz: it can do its work, with database, migrations and worker in place."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

WORKER_SILENCE = timedelta(seconds=60)


def healthz(request):
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request):
    """Every problem at once, with 503; it answers whoever may reach it and names nothing secret."""
    try:
        problems = _problems()
    except DatabaseError:
        problems = {"database": "The database does not answer."}
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _problems() -> dict[str, str]:
    problems = {}
    loader = MigrationLoader(connection)
    missing = [key for key in loader.graph.nodes if key not in loader.applied_migrations]
    if missing:
        problems["migrations"] = f"{len(missing)} not applied. Run: manage.py migrate"
        return problems
    if not ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - WORKER_SILENCE).exists():
        problems["worker"] = f"No sign of a worker for {WORKER_SILENCE.seconds} s. Run: manage.py procrastinate worker"
    return problems
