"""docs/reference/schema.md is current, complete, and readable where GitHub shows it."""

import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from lookups.models import Lookup
from personas import reference

TEXT = reference.FILE.read_text(encoding="utf-8")
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


def test_the_file_is_what_the_models_say():
    assert reference.reference() == TEXT, f"docs/reference/schema.md is not current. Run: {reference.COMMAND}"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_every_table_is_there_with_every_column(model):
    assert columns_of(model).keys() == {field.column for field in model._meta.concrete_fields}


@pytest.mark.django_db
def test_types_and_nulls_are_those_of_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attname, format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'no' ELSE 'yes' END "
            "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
            "WHERE attnum > 0 AND NOT attisdropped AND relname = ANY (%s)",
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


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    for block in re.findall(r"(?:^\|.*\n)+", TEXT, re.M):
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
    assert len(DIAGRAMS) == len(reference.chapters())


def test_the_command_writes_the_file_and_checks_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(reference, "FILE", tmp_path / "reference" / "schema.md")
    with pytest.raises(CommandError, match=reference.COMMAND):
        call_command("schema_reference", check=True)
    assert not reference.FILE.exists()

    call_command("schema_reference")
    call_command("schema_reference", check=True)
    assert reference.FILE.read_text(encoding="utf-8") == reference.reference()

    reference.FILE.write_text("old", encoding="utf-8")
    with pytest.raises(CommandError, match=reference.COMMAND):
        call_command("schema_reference", check=True)
    assert reference.FILE.read_text(encoding="utf-8") == "old"
    assert capsys.readouterr().out.count("\n") == 2
