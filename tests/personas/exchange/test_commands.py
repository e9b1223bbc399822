"""`export_personas` and `import_personas`: from the command line into a file, and back."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from personas.models import Goal, Persona
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db

UNKNOWN_ROLE = (
    "ana  personas[1].role: there is no «medical-sience-liaison» here; did you mean medical-science-liaison or "
    "senior-medical-science-liaison or associate-medical-science-liaison?"
)


def run(command: str, *arguments, **options) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out, no_color=True, **options)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def exported(pharma, tmp_path) -> Path:
    with tenant_context(pharma):
        PersonaFactory(complete=True, slug="ana")
        PersonaFactory(slug="ben")
    run("export_personas", tenant="pharma", output=tmp_path / "all.json")
    return tmp_path / "all.json"


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_personas_travel_from_one_tenant_to_another(exported, digital, tmp_path, format_):
    file = tmp_path / "file"
    run("export_personas", tenant="pharma", output=file, format=format_)
    assert run("import_personas", file, tenant="digital-health")[0] == 0
    assert run("export_personas", tenant="digital-health", format=format_)[1] == file.read_text()
    assert run("import_personas", file, tenant="digital-health")[1] == "ana: unchanged\nben: unchanged\n"


def test_standard_output_carries_documents_and_nothing_else(exported):
    assert run("export_personas", tenant="pharma")[1] == exported.read_text()


def test_only_the_personas_that_are_named_are_exported(exported):
    documents = json.loads(run("export_personas", "ben", tenant="pharma")[1])["personas"]
    assert [document["slug"] for document in documents] == ["ben"]


def test_a_persona_that_is_not_there_cannot_be_exported(exported):
    with pytest.raises(CommandError, match="There is no persona «cleo», «dora» in this tenant"):
        run("export_personas", "ana", "dora", "cleo", tenant="pharma")


def test_ids_find_a_row_whose_text_has_changed(exported, pharma, tmp_path):
    file = tmp_path / "with_ids.json"
    run("export_personas", "ana", tenant="pharma", output=file, with_ids=True)
    documents = json.loads(file.read_text())
    documents["personas"][0]["goals"][0]["goal_text"] = "Another goal"
    file.write_text(json.dumps(documents))
    assert run("import_personas", file, tenant="pharma") == (0, "ana: 1 rows changed\n")
    with tenant_context(pharma):
        assert Goal.objects.filter(goal_text="Another goal").count() == 1


def test_a_dry_run_tells_and_writes_nothing(exported, digital):
    code, said = run("import_personas", exported, tenant="digital-health", dry_run=True)
    assert code == 0
    assert said.startswith("ana: new, ")
    assert said.endswith("ben: new\nNothing was written: this was a dry run.\n")
    with tenant_context(digital):
        assert not Persona.objects.exists()


def test_every_problem_and_every_unused_key_is_told_and_nothing_is_written(digital, tmp_path):
    file = tmp_path / "bad.json"
    document = {
        "slug": "ana",
        "name": "Ana",
        "titel": "MSL",
        "fears": [{"fear_description": "Audits", "likelihood": "hgih"}],
    }
    file.write_text(json.dumps([document | {"role": "medical-sience-liaison"}, {"slug": "ben"}]))
    code, said = run("import_personas", file, tenant="digital-health")
    assert code == 1
    assert said.splitlines() == [
        "ana  personas[1].fears[1].likelihood: «hgih» is no value here; did you mean high?",
        UNKNOWN_ROLE,
        "ben  personas[2].name: «name» is needed",
        'ana  personas[1].titel "MSL": «titel» means nothing here; it is left out; did you mean title?',
        "ana: new, 1 rows added",
        "ben: new",
        "Nothing was written: 3 problems.",
    ]
    with tenant_context(digital):
        assert not Persona.objects.exists()


def test_machines_get_the_plan_as_json(exported, digital):
    code, said = run("import_personas", exported, tenant="digital-health", dry_run=True, json=True)
    told = json.loads(said)
    assert (code, told["applied"]) == (0, False)
    assert [persona["slug"] for persona in told["personas"]] == ["ana", "ben"]
    assert told["personas"][1]["counts"] == {"personas.create": 1}


@pytest.mark.parametrize("content", [None, "no JSON"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, content):
    file = tmp_path / "file.json"
    if content:
        file.write_text(content)
    with pytest.raises(CommandError, match=r"file\.json"):
        run("import_personas", file, tenant="pharma")


@pytest.mark.parametrize(("mode", "goals"), [("merge", 4), ("replace", 1), ("append", 4)])
def test_the_mode_says_what_becomes_of_rows_that_the_file_does_not_mention(exported, pharma, tmp_path, mode, goals):
    file = tmp_path / "one.json"
    file.write_text(json.dumps({"slug": "ana", "goals": [{"goal_text": "A goal of its own"}]}))
    run("import_personas", file, tenant="pharma", mode=mode)
    with tenant_context(pharma):
        assert Goal.objects.filter(persona__slug="ana").count() == goals
