"""«Adding a section» in personas/README.md works as it is written: this test does what it says, in a copy."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest

from tests import database
from tests.test_migrations import schema
from tests.vital.tenancy.conftest import A, B

pytestmark = pytest.mark.database

README = database.ROOT / "personas" / "README.md"
NOT_COPIED = (".venv", ".data", ".git", "node_modules", "__pycache__", ".*_cache", "build", "pictures")
STEPS = re.findall(r"(?ms)^\d\. (.*?)(?=^\d\. |^\S|\Z)", README.read_text().partition("## Adding a section")[2])


def snippets(step: str, language: str = r"\w+") -> list[str]:
    return [re.sub("(?m)^   ", "", block) for block in re.findall(rf"(?ms)^   ```{language}\n(.*?)^   ```", step)]


class Project:
    """A copy of the project, with a database of its own."""

    def __init__(self, folder: Path, name: str):
        self.folder, self.name = folder, name
        shutil.copytree(database.ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
        database.create(name)

    def last_migration(self) -> str:
        return max(path.stem for path in (self.folder / "personas" / "migrations").glob("[0-9]*.py"))

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=self.folder,
            env=database.environment(self.name),
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def write(self, snippet: str) -> None:
        """A snippet's first line says where the rest goes: a new file, its end, or after the line that has a text."""
        head, _, text = snippet.partition("\n")
        path, _, place = head.lstrip("#- ").partition(", ")
        file = self.folder / path
        assert file.exists() == bool(place), head
        lines = file.read_text().splitlines(keepends=True) if place else []
        if place and place != "at the end":
            [at] = [number for number, line in enumerate(lines, 1) if place.removeprefix("after ") in line]
            lines.insert(at, text)
        else:
            lines += ["\n\n" if place else "", text]
        file.write_text("".join(lines))


@pytest.fixture
def project(tmp_path, database_name):
    made = Project(tmp_path / "project", f"{database_name}_section")
    yield made
    database.drop(made.name)


@pytest.fixture
def added(project) -> str:
    """The project after steps 1 to 4; gives the last migration before them."""
    model, row, migration, twin, _ = STEPS
    before = project.last_migration()
    for snippet in snippets(model, "python") + snippets(row, "python"):
        project.write(snippet)
    [command] = snippets(migration, "sh")
    project.manage(*shlex.split(command)[2:])
    number = int(before[:4]) + 1
    for snippet in snippets(twin, "python") + snippets(twin, "sql"):
        project.write(snippet.replace("0011_", f"{number + 1:04}_").replace("0010_", f"{number:04}_"))
    return before


def enter(connection, tenant: UUID) -> None:
    connection.execute(f"SET LOCAL app.current_tenant_id = '{tenant}'")


def one(connection, statement: str, *values):
    return connection.execute(statement, values).fetchone()[0]


def test_there_are_five_steps():
    assert len(STEPS) == 5
    assert [len(snippets(step)) for step in STEPS] == [2, 1, 1, 2, 1]
    assert "make schema" in snippets(STEPS[4], "sh")[0]


def test_what_the_readme_names_is_there():
    table = README.read_text().partition("## Adding a section")[0]
    for path in re.findall(r"`([a-z_/]+(?:\.py|/))`", table):
        assert any((README.parent / folder / path).exists() for folder in ("", "models")), path


def test_a_section_is_added_in_the_steps_of_the_readme(project, added):
    before = schema(project.name)
    project.manage("check", "--fail-level", "WARNING")
    project.manage("makemigrations", "--check", "--dry-run")
    project.manage("migrate", "-v0")
    assert schema(project.name) != before

    with database.connect("postgres", project.name) as catalogue:
        assert catalogue.execute(
            """SELECT relrowsecurity, relforcerowsecurity, obj_description(oid, 'pg_class'),
                (SELECT array_agg(polname::text) FROM pg_policy WHERE polrelid = pg_class.oid),
                (SELECT array_agg(tgname::text ORDER BY tgname) FROM pg_trigger
                 WHERE tgrelid = pg_class.oid AND NOT tgisinternal),
                (SELECT array_agg(conname::text ORDER BY conname) FROM pg_constraint
                 WHERE conrelid = pg_class.oid AND contype = 'c')
            FROM pg_class WHERE relname = 'persona_languages'"""
        ).fetchone() == (
            True,
            True,
            "A language that the persona works in, and how well.",
            ["tenant_isolation"],
            [
                "set_tenant",
                "update_persona_languages_updated_at",
                "version_deleted",
                "version_inserted",
                "version_updated",
            ],
            ["persona_languages_hours_per_week_check", "persona_languages_proficiency_check"],
        )

    with database.connect("vital_app", project.name) as connection:
        enter(connection, A)
        persona = one(connection, "INSERT INTO personas (name, slug) VALUES ('Ana', 'ana') RETURNING id")
        for nth, statement in enumerate(
            (
                "INSERT INTO persona_languages (persona_id, language_name) VALUES (%s, 'French') RETURNING tenant_id",
                "UPDATE persona_languages SET proficiency = 'fluent' WHERE persona_id = %s RETURNING tenant_id",
                "DELETE FROM persona_languages WHERE persona_id = %s RETURNING tenant_id",
            ),
            2,
        ):
            assert one(connection, statement, persona) == A
            assert one(connection, "SELECT version FROM editorial_state WHERE persona_id = %s", persona) == nth
        connection.execute("INSERT INTO persona_languages (persona_id, language_name) VALUES (%s, 'German')", [persona])
        enter(connection, B)
        assert one(connection, "SELECT count(*) FROM persona_languages") == 0
        connection.rollback()

    project.manage("migrate", "-v0", "personas", added)
    assert schema(project.name) == before
    project.manage("migrate", "-v0")
