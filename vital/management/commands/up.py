import os
import secrets
import shutil
import signal
import socket
import sys
import time
import urllib.request
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.error import URLError

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from lookups.models import SeverityLevel
from vital import local
from vital.postgres import PostgresError
from vital.services import ENDINGS, Services
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

ADMIN = "admin@example.com"
DEMO_TENANT = "pharma"
AGAIN = 0.5  # seconds
ROOM = 200 * 1024 * 1024  # bytes that a start needs at the least


class Stop(BaseException):
    """Ctrl-C, a closed terminal, or a request to end; no error, and so not for anybody to catch who catches those."""


class Command(BaseCommand):
    """Starts everything, and stops it again with Ctrl-C."""

    help = "Start VITAL Personas: PostgreSQL (unless DATABASE_URL names one), web server and worker."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000, help="Port of the web server.")

    def handle(self, port, **options):
        self.refuse_taken(port)
        self.refuse_full_disk()
        try:
            with stoppable(), Services() as services:
                try:
                    self.run(services, port)
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)  # it has been heard
        except Stop:
            self.stdout.write("\nStopped.")
        except PostgresError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename or settings.DATA_DIR}") from error

    def run(self, services: Services, port: int) -> None:
        self.say("Starting ...")
        logs = {}
        if settings.LOCAL:
            cluster = local.cluster(settings.DATA_DIR)
            logs["database"] = cluster.log
            if cluster.is_new:
                self.say("Creating the database (once) ...")
            cluster.start(partial(services.start, "database", stop=signal.SIGINT))
            cluster.create_database()
        self.migrate()
        self.load_fixtures()
        call_command("collectstatic", interactive=False, verbosity=0)

        environment = os.environ | {"DATA_DIR": str(settings.DATA_DIR)}
        environment.pop("DATABASE_OWNER_URL", None)  # only migrations act as the owner
        log = settings.DATA_DIR / "server.log"
        with log.open("w") as output:
            options = {"cwd": settings.BASE_DIR, "env": environment, "stdout": output, "stderr": output}
            services.start("web server", self.web_server(port), **options)
            services.start("worker", [sys.executable, "manage.py", "procrastinate", "worker"], **options)
        self.wait_until_ready(services, port, log)
        self.say(self.welcome(port, self.create_first_user(), log))
        connections.close_all()
        while not (ended := services.ended()):
            time.sleep(0.2)
        raise CommandError(
            f"The {ended} stopped by itself, and everything else was stopped too. Why is in {logs.get(ended, log)}"
        )

    @staticmethod
    def web_server(port: int) -> list[str]:
        return [
            sys.executable, "-m", "gunicorn", "vital.wsgi", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", str(os.cpu_count() or 2), "--threads", "4",
            "--max-requests", "2000", "--max-requests-jitter", "200", "--timeout", "60", "--log-level", "warning",
            *(["--reload"] if settings.DEBUG else []),
        ]  # fmt: skip

    def migrate(self) -> None:
        alias = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
        try:
            executor = MigrationExecutor(connections[alias])
        except OperationalError as error:
            raise CommandError(f"The database cannot be reached: {error}") from error
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing and alias == DEFAULT_DB_ALIAS:
            raise CommandError(
                f"{len(missing)} migrations are not applied, and DATABASE_OWNER_URL is not set. With it set, run: "
                "manage.py setup_database, then manage.py migrate"
            )
        if missing:
            self.say("Bringing the tables up to date ...")
            call_command("migrate", verbosity=0)

    def load_fixtures(self) -> None:
        if not SeverityLevel.objects.exists():
            self.say("Loading vocabularies, tenants, the organisation and four personas (once) ...")
            call_command("loaddata", "lookups", verbosity=0)
        if settings.LOCAL and not Tenant.objects.exists():
            with transaction.atomic():  # all or nothing: what is there is never loaded again
                call_command("loaddata", "tenants", verbosity=0)
                for slug in Tenant.objects.values_list("slug", flat=True):
                    call_command("loaddata", "organisation", tenant=slug, verbosity=0)
                call_command("loaddata", "demo_personas", tenant=DEMO_TENANT, verbosity=0)
                with tenant_context(None), connection.cursor() as cursor:
                    cursor.execute("SELECT refresh_persona_summary()")

    def create_first_user(self) -> str | None:
        """A platform administrator where there is nobody yet; the password is shown once and kept nowhere."""
        with tenant_context(None):
            if User.objects.exists():
                return None
            password = secrets.token_urlsafe(12)
            first = Tenant.objects.filter(slug=DEMO_TENANT).first()
            User.objects.create_superuser(ADMIN, password, full_name="First Administrator", tenant=first)
            return password

    def wait_until_ready(self, services: Services, port: int, log: Path) -> None:
        for _ in range(600):
            if ended := services.ended():
                raise CommandError(f"The {ended} did not start. Why is in {log}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise CommandError(f"Not ready after a minute. Why is in {log}")

    @staticmethod
    def welcome(port: int, password: str | None, log: Path) -> str:
        lines = [f"Open      http://localhost:{port}/"]
        if password:
            lines += [
                f"Log in    {ADMIN}",
                f"Password  {password}",
                "          shown this once; change it under your name",
            ]
        lines += [f"Log       {log}", "Stop      Ctrl-C"]
        return "\nVITAL Personas is running.\n\n" + "".join(f"  {line}\n" for line in lines)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    @staticmethod
    def refuse_taken(port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(f"Port {port} is in use. Choose another: make up PORT={port + 10}") from error

    @staticmethod
    def refuse_full_disk() -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(settings.DATA_DIR).free
        if free < ROOM:
            raise CommandError(
                f"The disk of {settings.DATA_DIR} is full: {free // 1024**2} MB are free, "
                f"{ROOM // 1024**2} are needed. Make room, or name another folder: DATA_DIR=/other/disk/vital make up"
            )


@contextmanager
def stoppable():
    """Turn what ends a program politely into Stop."""

    def stop(number, frame):
        for ending in ENDINGS:
            signal.signal(ending, signal.SIG_IGN)  # once is enough: stopping is not to be interrupted
        # Python drops what is raised while it collects garbage. Then it is said again.
        signal.setitimer(signal.ITIMER_REAL, AGAIN)
        raise Stop

    before = {number: signal.signal(number, stop) for number in (*ENDINGS, signal.SIGALRM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
