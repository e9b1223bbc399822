"""The Data Package describes what an export writes, in frictionless' opinion."""

import csv
from pathlib import Path

import pytest
from frictionless import Package, validate

from personas.exchange.text import plain
from personas.reference.contract.data_package import package
from personas.reference.contract.example import documents

pytestmark = pytest.mark.filterwarnings("default")  # the library's own


# In the first row of a table: a cell that is wrong, and what frictionless calls it.
BROKEN = [
    ("personas", "archetype", "WIZARD", "constraint-error"),
    ("personas", "years_of_experience", "many", "type-error"),
    ("personas", "name", "", "constraint-error"),
    ("vpanes_scoring", "pain", "11", "constraint-error"),
    ("goals", "is_measurable", "perhaps", "type-error"),
    ("fears", "persona", "nobody", "foreign-key"),
    ("case_studies.metrics", "belongs to", "00000000-0000-4000-8000-000000000000", "foreign-key"),
    ("week_in_life", "typical_start_time", "noon", "type-error"),
]


def told(report) -> list[tuple]:
    """What is wrong: where, and what frictionless calls it."""
    tasks = [(task.name, task.flatten(["fieldName", "rowNumber", "type"])) for task in report.tasks]
    return sorted((name, *found) for name, listed in tasks for found in listed)


def spoil(path: Path, column: str, value: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    rows[0][head.index(column)] = value
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def test_its_rows_are_those_that_the_database_exports(exported):
    for one in exported:
        for worked_out in ("gen_ai_readiness_level", "preferred_service_layer"):  # by the database, from the scores
            one["gen_ai_profile"].pop(worked_out, None)
    made = plain(documents())
    for one in made:
        one["gen_ai_profile"].pop("preferred_service_layer", None)
    assert [without_ids(one) for one in made] == exported


def without_ids(part):
    if isinstance(part, list):
        return [without_ids(one) for one in part]
    return {k: without_ids(v) for k, v in part.items() if k != "id"} if isinstance(part, dict) else part


def test_frictionless_finds_it_valid_and_every_table_has_rows(folder):
    report = validate(folder / "datapackage.json")
    assert report.valid, told(report)
    assert len(report.tasks) == 69
    assert all(task.stats["rows"] for task in report.tasks)


def test_frictionless_finds_every_cell_that_is_broken(folder):
    listed = next(
        (resource["name"], field["name"], "nothing of the kind", "constraint-error")
        for resource in package("1.0.0")["resources"]
        for field in resource["schema"]["fields"]
        if "pattern" in field.get("constraints", {})
    )
    for table, column, value, _ in [*BROKEN, listed]:
        spoil(folder / "csv" / f"{table}.csv", column, value)
    found = told(validate(folder / "datapackage.json"))
    assert [(table, row, kind) for table, _, row, kind in found] == sorted(
        (table, 2, kind) for table, _, _, kind in [*BROKEN, listed]
    )
    assert {column for _, column, _, kind in found if kind != "foreign-key"} == {
        column for _, column, _, kind in [*BROKEN, listed] if kind != "foreign-key"
    }


def test_it_is_valid_as_a_description():
    assert Package.validate_descriptor(package("1.0.0")).valid
