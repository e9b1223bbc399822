"""Every SQL file belongs to the migration of its name, and leads both ways."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import migrations

from vital.sql import DOWN, UP, PgEnumField, sql_twin

ROOT = Path(__file__).resolve().parent.parent
TWINS = sorted(
    path for package in ("vital", "lookups", "personas") for path in (ROOT / package).rglob("sql/[0-9]*.sql")
)


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: str(twin.relative_to(ROOT)))
def test_a_sql_file_is_run_by_the_migration_of_its_name(twin):
    app = ".".join(twin.relative_to(ROOT).parent.parent.parts)
    migration = import_module(f"{app}.migrations.{twin.stem}").Migration
    run = [operation for operation in migration.operations if isinstance(operation, migrations.RunSQL)]
    assert [operation.sql for operation in run] == [twin.read_text().split(UP)[1].split(DOWN)[0]]
    assert run[0].reverse_sql == twin.read_text().split(DOWN)[1]


def test_there_are_sql_files_to_look_at():
    assert len(TWINS) >= 2


def twin_in(folder: Path, text: str) -> migrations.RunSQL:
    """What sql_twin() makes of a SQL file, called from a migration beside it."""
    (folder / "migrations").mkdir()
    (folder / "sql").mkdir()
    (folder / "sql" / "0001_x.sql").write_text(text)
    migration = folder / "migrations" / "0001_x.py"
    migration.write_text("operation = sql_twin()")
    names = {"sql_twin": sql_twin}
    exec(compile(migration.read_text(), str(migration), "exec"), names)
    return names["operation"]


def test_a_twin_holds_both_directions(tmp_path):
    operation = twin_in(tmp_path, f"-- why\n{UP}\nSELECT 1;\n{DOWN}\nSELECT 2;\n")
    assert (operation.sql.strip(), operation.reverse_sql.strip()) == ("SELECT 1;", "SELECT 2;")


@pytest.mark.parametrize(
    "text", ["SELECT 1;", f"{UP}\nSELECT 1;", f"{UP}\n{DOWN}\nSELECT 2;", f"{UP}\nSELECT 1;\n{DOWN}\n"]
)
def test_a_twin_that_leads_one_way_only_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match=r"0001_x\.sql needs"):
        twin_in(tmp_path, text)


def test_an_enum_field_names_its_type_and_survives_migrations():
    field = PgEnumField("archetype_enum", null=True)
    _, path, args, kwargs = field.deconstruct()
    assert field.db_type(None) == "archetype_enum"
    assert (path, args, kwargs) == ("vital.sql.PgEnumField", ["archetype_enum"], {"null": True})
