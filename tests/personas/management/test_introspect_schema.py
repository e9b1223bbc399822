"""`manage.py introspect_schema`: what the database is, in files; and how it ends."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests import database

NAMES = ("persona_schema_mappings.json", "transformation_config.json")


def introspect(*arguments) -> tuple[int, str, str]:
    out, error = StringIO(), StringIO()
    try:
        call_command("introspect_schema", *map(str, arguments), stdout=out, stderr=error, no_color=True)
    except SystemExit as end:
        return end.code, out.getvalue(), error.getvalue()
    return 0, out.getvalue(), error.getvalue()


@pytest.mark.django_db
def test_both_files_are_written_where_the_guide_looks_for_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said, error = introspect()
    assert (code, error) == (0, "")
    assert [json.loads((tmp_path / "schema_mappings" / name).read_text())["fingerprint"] for name in NAMES]
    assert all(f"schema_mappings/{name} is current." in said for name in NAMES)


@pytest.mark.django_db
def test_files_that_are_current_pass_and_others_are_named(tmp_path):
    introspect("--out", tmp_path)
    assert introspect("--check", tmp_path) == (0, "", "")
    (tmp_path / NAMES[1]).write_text("{}")
    code, _, error = introspect("--check", tmp_path)
    assert code == 1
    assert error.startswith(f"{tmp_path / NAMES[1]} is not what the database is now.")
    assert NAMES[0] not in error


@pytest.mark.django_db
def test_machines_get_both_as_one_object_and_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said, _ = introspect("--json")
    assert code == 0
    assert sorted(f"{name}.json" for name in json.loads(said)) == sorted(NAMES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("committed")
def test_over_drift_the_files_are_written_and_the_command_ends_with_3(database_name, tmp_path):
    with database.connect("vital_migrator", database_name, autocommit=True) as owner:
        owner.execute("SET ROLE vital_owner")
        owner.execute("ALTER TABLE persona_fears ADD COLUMN since date")
    code, said, error = introspect("--out", tmp_path)
    assert code == 3
    assert "column persona_fears.since is in the database, and nothing here knows it: «date»." in error
    assert said.count("is current.") == 2
    told = json.loads((tmp_path / NAMES[0]).read_text())["tables"]["persona_fears"]["columns"]
    assert told[-1] == {"name": "since", "type": "date", "nullable": True}
