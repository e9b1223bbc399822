"""The server that the tests run on: real, of our own, thrown away afterwards.

The run's first process starts it and builds one template: roles, tables and fixtures, as an installation has them. Each
parallel process works in a copy. The tests log in as the application does.
"""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql

from vital.postgres import SETUP, SUPERUSER, Cluster
from vital.services import Services

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "VITAL_TEST_POSTGRES"  # tells the parallel processes, through the environment, where the server is
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
TEMPLATE = "vital_template"


def cluster() -> Cluster:
    return Cluster(Path(os.environ[FOLDER]) / "postgres", options=FAST)


def start(services: Services) -> None:
    """Start the server and build the template; for the run's first process."""
    cluster().start(partial(services.start, "database", stop=signal.SIGINT))
    execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    with connect(SUPERUSER, TEMPLATE) as connection:
        connection.execute(SETUP.read_text())
    subprocess.run([sys.executable, "-m", "tests.database"], check=True, cwd=ROOT, env=environment(TEMPLATE))


def environment(database: str) -> dict[str, str]:
    """What a program needs to work in one of the test databases: as on a server, but for HTTPS."""
    ours = "ALLOWED_HOSTS CSRF_TRUSTED_ORIGINS DEBUG IDLE_MINUTES PORT PROXIES PUBLIC_URL EMAIL_URL EMAIL_FROM"
    unset = dict.fromkeys([*ours.split(), "WEBHOOK_PRIVATE_ADDRESSES"], "")
    return os.environ | unset | {
        "DJANGO_SETTINGS_MODULE": "vital.settings",
        "DATABASE_URL": cluster().url("vital_app", database),
        "DATABASE_OWNER_URL": cluster().url("vital_migrator", database),
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "HTTPS": "false",
        "DATA_DIR": os.environ[FOLDER],
    }  # fmt: skip


def connect(login: str, database: str, **options) -> psycopg.Connection:
    return psycopg.connect(cluster().url(login, database), **options)


def execute(statement) -> None:
    with connect(SUPERUSER, SUPERUSER, autocommit=True) as connection:
        connection.execute(statement)


def create(database: str, template: str = TEMPLATE) -> None:
    """A fresh copy of the template, in place of whatever had the name."""
    drop(database)
    execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(*map(sql.Identifier, (database, template)))
    )
    # CREATE DATABASE copies what is in the database, not who may enter it.
    execute(
        sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO vital_app, vital_migrator").format(sql.Identifier(database))
    )
    execute(sql.SQL("GRANT CREATE ON DATABASE {} TO vital_owner").format(sql.Identifier(database)))


def drop(database: str) -> None:
    execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def build() -> None:
    """Fill the template; runs in a process of its own, whose settings name it."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("loaddata", "lookups", "tenants", verbosity=0)
    for tenant in ("pharma", "digital-health"):
        call_command("loaddata", "organisation", tenant=tenant, verbosity=0)


if __name__ == "__main__":
    build()
