"""Migrations lead to zero and forward again, with the same catalogue."""

import re
import subprocess
import sys

import pytest

from tests import database
from vital.postgres import find_programs

pytestmark = pytest.mark.database

APPS = ("personas", "organisation", "tenancy", "lookups")


def schema(name: str) -> str:
    """The whole schema as SQL, but for what differs from dump to dump."""
    dump = subprocess.run(
        [find_programs() / "pg_dump", "--schema-only", database.cluster().url("postgres", name)],
        capture_output=True,
        text=True,
        check=True,
    )
    return re.sub(r"(?m)^(--.*|\\(un)?restrict .*)\n", "", dump.stdout)


def migrate(name: str, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", *arguments],
        cwd=database.ROOT,
        env=database.environment(name),
        check=True,
    )


def test_to_zero_and_forward_again_gives_the_same_catalogue(database_name):
    name = f"{database_name}_migrations"
    database.create(name)
    before = schema(name)
    for app in APPS:
        migrate(name, app, "zero")
    assert "org_roles" not in schema(name)
    assert "isolate_tenant" not in schema(name)
    migrate(name)
    assert schema(name) == before
    database.drop(name)
