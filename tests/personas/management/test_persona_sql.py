"""`manage.py persona_sql`: from files to a script, or to everything that is wrong with them."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from personas.models import Persona
from personas.seeding.script_check import problems
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db
ANN = {"slug": "ann", "name": "Ann", "title": "Lead", "goals": [{"goal_text": "Halve it"}]}


def persona_sql(*arguments) -> tuple[int, str, str]:
    out, error = StringIO(), StringIO()
    try:
        call_command("persona_sql", "--tenant", "pharma", *map(str, arguments), stdout=out, stderr=error, no_color=True)
    except SystemExit as end:
        return end.code, out.getvalue(), error.getvalue()
    return 0, out.getvalue(), error.getvalue()


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "ann.json"
    made.write_text(json.dumps(ANN))
    return made


def test_a_script_is_written_and_how_to_run_it_is_said(file, pharma):
    code, said, error = persona_sql(file)
    [script] = file.parent.glob("*.sql")
    assert re.fullmatch(r"personas_deployment_\d{8}_\d{6}\.sql", script.name)
    assert (code, said) == (0, "ann: new, 1 rows added\n")
    assert f'Run it: psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f {script.name}' in error
    with tenant_context(pharma):
        assert problems(script.read_text(), pharma.pk) == []
        assert not Persona.objects.exists()


def test_the_script_goes_where_it_is_sent(file):
    assert persona_sql(file, "--out", "x.sql")[0] == 0
    assert Path("x.sql").read_text().endswith("\nCOMMIT;\n")


def test_standard_output_carries_the_script_and_nothing_else(file):
    code, said, error = persona_sql(file, "--out", "-")
    assert (code, error) == (0, "ann: new, 1 rows added\n")
    assert said.startswith("-- ====")
    assert said.rstrip().endswith("COMMIT;")
    assert [one.name for one in file.parent.iterdir()] == ["ann.json"]


def test_problems_are_told_and_no_script_is_written(file):
    file.write_text(json.dumps(ANN | {"archetype": "AUTOMATON", "role": "medical-sience-liaison"}))
    code, said, _ = persona_sql(file)
    assert code == 1
    assert "AUTOMATOR" in said
    assert "there is no «medical-sience-liaison» here" in said
    assert "Nothing was written: 2 problems." in said
    assert list(file.parent.glob("*.sql")) == []


def test_what_is_there_already_needs_no_script(file):
    call_command("import_personas", str(file), tenant="pharma", stdout=StringIO())
    code, said, error = persona_sql(file)
    assert (code, said) == (0, "ann: unchanged\n")
    assert "there is nothing to write a script for" in error
    assert list(file.parent.glob("*.sql")) == []


def test_a_dry_run_writes_no_script(file):
    assert persona_sql(file, "--dry-run")[0] == 0
    assert list(file.parent.glob("*.sql")) == []


def test_machines_get_what_happens_as_json(file):
    code, said, _ = persona_sql(file, "--json", "--out", "x.sql")
    assert code == 0
    assert [one["slug"] for one in json.loads(said)["personas"]] == ["ann"]
