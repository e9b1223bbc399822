"""docs/reference is current, complete, readable where GitHub shows it, and right in the opinion of others."""

import json
import re
from copy import deepcopy
from functools import reduce
from operator import getitem

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from jsonschema import Draft202012Validator

from lookups.models import Lookup
from personas import reference
from personas.documents.dump import dump
from personas.documents.schema import parse
from personas.documents.shape import ALL, PERSONA, Shape
from personas.exchange.text import plain
from personas.models import Persona
from personas.reference.tables import chapters
from personas.reference.words import COMMAND
from tests.factories import PersonaFactory

TEXT, PAGE = ((reference.FOLDER / name).read_text(encoding="utf-8") for name in ("schema.md", "document.md"))
MODELS = [
    model
    for app in ("tenancy", "lookups", "organisation", "personas")
    for model in apps.get_app_config(app).get_models()
]
DIAGRAMS = re.findall(r"```mermaid\nerDiagram\n(.*?)\n```", TEXT, re.S)
ALSO = re.compile(r"^Also \[.*?\]\(.*?\): (.*)\.$", re.M)


def part_of(heading: str) -> str:
    """What stands under a heading, up to the next one."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", TEXT, re.M | re.S)
    assert found, f"«{heading}» has no heading"
    return found.group(2)


def rows(text: str) -> dict[str, list[str]]:
    """The cells of a part's columns, by the column's name."""
    found = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in text.splitlines() if line[:3] == "| `"
    ]
    return {cells[0].strip("`"): cells[1:] for cells in found if len(cells) == 6}


def columns_of(model) -> dict[str, list[str]]:
    if issubclass(model, Lookup):
        part, table = rows(part_of("Vocabularies")), model._meta.db_table
        left_out = re.findall(r"no `(\w+)`", re.search(rf"^\| `{table}` .*", TEXT, re.M).group())
        common = {name: cells for name, cells in part.items() if "." not in name and name not in left_out}
        return common | {name.split(".")[1]: cells for name, cells in part.items() if name.startswith(f"{table}.")}
    part, everywhere = part_of(model._meta.db_table), rows(part_of("What many tables have"))
    also = re.findall(r"`(\w+)`", match.group(1)) if (match := ALSO.search(part)) else []
    return rows(part) | {name: everywhere[name] for name in also}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_every_table_is_there_with_every_column(model):
    assert columns_of(model).keys() == {field.column for field in model._meta.concrete_fields}


@pytest.mark.django_db
def test_types_and_nulls_are_those_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'no' ELSE 'yes' END "
            "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE attnum > 0 AND NOT attisdropped AND relnamespace = 'public'::regnamespace AND relname = ANY (%s)",
            [[model._meta.db_table for model in MODELS if model._meta.managed]],
        )
        actual = {(table, column): what for table, column, *what in cursor}
    said = {
        (model._meta.db_table, name): cells[:2]
        for model in MODELS
        if model._meta.managed
        for name, cells in columns_of(model).items()
    }
    assert {key: what for key, what in said.items() if actual.get(key) != what} == {}
    assert actual.keys() == said.keys()


@pytest.mark.parametrize("text", [TEXT, PAGE], ids=["schema", "document"])
def test_every_row_of_a_table_has_as_many_cells_as_its_head(text):
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block


def test_every_link_within_leads_to_a_heading():
    headings = re.findall(r"^#+ (.+)", TEXT, re.M)
    anchors = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= set(anchors)


@pytest.mark.parametrize("diagram", DIAGRAMS, ids=range(len(DIAGRAMS)))
def test_a_diagram_is_well_formed(diagram):
    declared = re.findall(r"^    (\w+) \{$", diagram, re.M)
    related = re.findall(r"^    (\w+) (?:\|\||\|o)--o[|{] (\w+) : \w+$", diagram, re.M)
    assert len(set(declared)) == len(declared) == len(re.findall(r"^    \}$", diagram, re.M))
    assert {name for pair in related for name in pair} <= set(declared)
    attributes = re.findall(r"^        [a-z]\w* \w+(?: PK| FK)?$", diagram, re.M)
    assert len(diagram.splitlines()) == 1 + 2 * len(declared) + len(attributes) + len(related)


def test_every_chapter_has_a_diagram():
    assert len(DIAGRAMS) == len(chapters())


@pytest.mark.parametrize("name", reference.FILES)
def test_a_file_is_what_the_models_say(name):
    text = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert reference.FILES[name]() == text, f"docs/reference/{name} is not current. Run: {COMMAND}"


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.model.__name__)
def test_every_key_of_a_document_is_told_with_what_it_takes_and_whether_it_is_needed(shape):
    keys = PERSONA_KEYS if shape is PERSONA else keys_under(shape)
    assert keys.keys() == shape.columns.keys()
    for name, (takes, needed, says) in keys.items():
        field = shape.columns[name]
        assert takes, name
        assert says == field.help_text, name
        assert (needed == "yes") == (not field.null and not field.has_default()), name


def keys_under(shape: Shape) -> dict[str, list[str]]:
    """What the page says of the keys of a section or a detail: the table before its link."""
    name = shape.model._meta.db_table
    return keys(re.search(rf"\(schema\.md#{name}\)\.\n\n((?:^\|.*\n)+)", PAGE, re.M).group(1))


def keys(text: str) -> dict[str, list[str]]:
    found = [re.split(r" (?<!\\)\| ", line.removesuffix(" |")) for line in text.splitlines() if line[:3] == "| `"]
    return {name.strip("| `"): cells for name, *cells in found}


PERSONA_KEYS = keys(PAGE.partition("## The persona itself")[2].partition("\n## ")[0])


def test_the_example_is_a_document_without_a_problem():
    example = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.S).group(1))
    parsed = parse(example)
    assert (parsed.problems, parsed.unused) == ([], [])
    assert all(rows for rows in parsed.rows.values())


def test_links_from_a_section_lead_to_its_table():
    tables = set(re.findall(r"^### (\w+)", TEXT, re.M))
    linked = set(re.findall(r"\(schema\.md#(\w+)\)", PAGE))
    assert linked <= tables
    assert len(linked) == len(ALL) - 1


class TestSchema:
    """docs/reference/document.schema.json, in the opinion of somebody else."""

    schema = json.loads((reference.FOLDER / "document.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    def test_it_is_a_schema(self):
        Draft202012Validator.check_schema(self.schema)
        assert "$id" not in self.schema

    def test_every_property_has_a_description_and_an_example_that_it_takes(self):
        for name, definition in self.schema["$defs"].items():
            for key, told in definition["properties"].items():
                assert told["description"], (name, key)
                if key != "id" and "$ref" not in json.dumps(told):
                    assert told["examples"], (name, key)
                    takes = Draft202012Validator({**told, "$defs": self.schema["$defs"]})
                    assert all(takes.is_valid(value) for value in told["examples"]), (name, key)

    def test_what_a_new_row_needs_is_said_and_refuses_no_document_that_changes_one(self):
        assert self.schema["$defs"]["Goal"]["x-needed-when-new"] == ["goal_text"]
        assert self.schema["x-needed-when-new"] == ["slug", "name"]
        assert self.validator.is_valid({"slug": "ana", "goals": [{"priority": "high"}]})

    @pytest.mark.django_db
    def test_it_takes_what_is_exported_and_refuses_what_an_import_refuses(self, tenant):
        PersonaFactory(complete="most", slug="ana")
        [document] = dump([Persona.objects.get().pk], with_ids=True)
        document = plain(document)
        assert [error.message for error in self.validator.iter_errors(document)] == []
        for path, value in WRONG.items():
            wrong = deepcopy(document)
            *way, last = path
            reduce(getitem, way, wrong)[last] = value
            assert parse(wrong).problems, path
            assert not self.validator.is_valid(wrong), path


WRONG = {
    ("goals",): {"goal_text": "Publish"},
    ("goals", 0): "Publish",
    ("goals", 0, "id"): 17,
    ("goals", 0, "is_measurable"): "perhaps",
    ("core_profile",): "Ana",
    ("archetype_assignment", "archetype"): "Automator",
    ("archetype_assignment", "archetype_confidence"): 1.5,
    ("professional_context", "years_of_experience"): "many",
    ("vpanes_scoring", "pain"): 11,
    ("week_in_life", 0, "day_of_week"): "Someday",
    ("case_studies", 0, "results"): "19 hours",
    ("case_studies", 0, "outcomes_achieved"): "19 hours",
}


def test_the_command_writes_the_files_and_checks_them(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "reference"
    monkeypatch.setattr(reference, "FOLDER", folder)
    with pytest.raises(CommandError, match=COMMAND):
        call_command("schema_reference", check=True)
    assert not folder.exists()

    call_command("schema_reference")
    call_command("schema_reference", check=True)
    for name, made in reference.FILES.items():
        assert (folder / name).read_text(encoding="utf-8") == made()

    for name in reference.FILES:
        right = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text("old", encoding="utf-8")
        with pytest.raises(CommandError, match=COMMAND):
            call_command("schema_reference", check=True)
        assert (folder / name).read_text(encoding="utf-8") == "old"
        (folder / name).write_text(right, encoding="utf-8")
    assert capsys.readouterr().out.count("\n") == 2 * len(reference.FILES) + sum(range(len(reference.FILES)))
