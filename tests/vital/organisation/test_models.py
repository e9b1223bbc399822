"""What the tables of the organisation promise to whoever writes to them: the admin, a fixture, plain SQL."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection

from vital.organisation.models import (
    Department,
    Function,
    JobToBeDone,
    Role,
    RoleKPI,
    RoleResponsibility,
    RoleSkill,
)

MODELS = (Function, Department, Role, RoleResponsibility, RoleSkill, RoleKPI, JobToBeDone)
each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)


def execute(statement: str, *values) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if not cursor.description:
            return []
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


class TestFixture:
    """The fixture names rows by what people call them, never by id."""

    @each_model
    def test_every_row_is_found_by_its_natural_key(self, tenant, model):
        rows = list(model.objects.all())
        assert rows
        assert [model.objects.get_by_natural_key(*row.natural_key()) for row in rows] == rows

    def test_loading_it_again_adds_no_rows(self, tenant):
        before = {model: set(model.objects.values_list("pk", flat=True)) for model in MODELS}
        call_command("loaddata", "organisation", tenant="pharma", verbosity=0)
        assert {model: set(model.objects.values_list("pk", flat=True)) for model in MODELS} == before

    def test_what_is_dumped_is_what_is_loaded(self, tenant, tmp_path):
        execute("DELETE FROM org_departments WHERE slug <> 'field-medical'")
        execute("DELETE FROM org_roles WHERE department_id IS NULL")
        self.dump(tmp_path / "before.json")
        assert all(model.objects.exists() for model in MODELS)
        execute("DELETE FROM org_functions")
        execute("DELETE FROM org_roles")
        execute("DELETE FROM jobs_to_be_done")
        assert not any(model.objects.exists() for model in MODELS)
        call_command("loaddata", tmp_path / "before.json", tenant="pharma", verbosity=0)
        self.dump(tmp_path / "after.json")
        assert self.rows(tmp_path / "after.json") == self.rows(tmp_path / "before.json")

    @staticmethod
    def dump(path):
        call_command("dumpdata", "organisation", natural_primary=True, natural_foreign=True, output=path, verbosity=0)

    @staticmethod
    def rows(path) -> list[str]:
        rows = json.loads(path.read_text())
        for row in rows:
            del row["fields"]["updated_at"]  # a reference filled in later is an update
            row["fields"]["created_at"] = row["fields"]["created_at"][: len("2026-11-21T13:56:59")]  # dumps round it
        return sorted(json.dumps(row, sort_keys=True) for row in rows)


@each_model
class TestUpdatedAt:
    def test_moves_with_every_update(self, tenant, model):
        row = model.objects.first()
        before = row.updated_at
        row.save()
        row.refresh_from_db()
        assert row.updated_at > before

    def test_is_not_for_the_writer_to_say(self, tenant, model):
        row = model.objects.first()
        model.objects.filter(pk=row.pk).update(updated_at="2001-01-01T00:00:00Z")
        row.refresh_from_db()
        assert row.updated_at.year > 2001


# The least that an INSERT says, and what the database makes of the rest. What stands nowhere here becomes null.
RAW = {
    "org_functions": (
        {"name": "Zebulon", "slug": "zed-9"},
        {"regulatory_sensitivity": "medium", "sort_order": 0, "is_active": True},
    ),
    "org_departments": ({"name": "Zebulon", "slug": "zed-9"}, {"operating_model": "hybrid", "is_active": True}),
    "org_roles": (
        {"name": "Zebulon", "slug": "zed-9"},
        {"leadership_level": "individual_contributor", "is_active": True},
    ),
    "role_responsibilities": (
        {"role_id": ..., "responsibility": "Zebulon"},
        {"importance": "high", "sequence_order": 0},
    ),
    "role_skills": (
        {"role_id": ..., "skill_name": "Zebulon"},
        {"proficiency_required": "intermediate", "sequence_order": 0},
    ),
    "role_kpis": ({"role_id": ..., "kpi_name": "Zebulon"}, {"sequence_order": 0}),
    "jobs_to_be_done": (
        {"name": "Zebulon", "code": "zed-9"},
        {"job_category": "operational", "complexity": "medium", "frequency": "monthly", "status": "draft"},
    ),
}


def test_every_table_is_inserted_into_below():
    assert set(RAW) == {model._meta.db_table for model in MODELS}


@pytest.mark.parametrize("table", RAW)
def test_the_database_fills_in_what_an_insert_leaves_out(tenant, table):
    given, expected = RAW[table]
    given = {name: Role.objects.first().pk if value is ... else value for name, value in given.items()}
    (row,) = execute(
        f"INSERT INTO {table} ({', '.join(given)}) VALUES ({', '.join(['%s'] * len(given))}) RETURNING *",
        *given.values(),
    )
    made = {name: row.pop(name) for name in ("id", "created_at", "updated_at")}
    assert None not in made.values()
    assert {name: value for name, value in row.items() if value is not None} == given | expected | {
        "tenant_id": tenant.pk
    }


class TestDeletingInSql:
    """Foreign keys act without Django."""

    @pytest.fixture
    def function(self, tenant) -> Function:
        return Function.objects.create(name="Zebulon", slug="zed-9")

    def delete(self, row):
        execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk)

    def test_a_function_takes_its_departments_along(self, function):
        department = Department.objects.create(name="Zebulon", slug="zed-9", function=function)
        self.delete(function)
        assert not Department.objects.filter(pk=department.pk).exists()

    @pytest.mark.parametrize(
        ("table", "column"), [("org_roles", "function_id"), ("org_functions", "parent_id")], ids=["roles", "children"]
    )
    def test_a_function_leaves_what_refers_to_it_without_one(self, function, table, column):
        (row,) = execute(
            f"INSERT INTO {table} (name, slug, {column}) VALUES ('Kept', 'kept', %s) RETURNING id", function.pk
        )
        self.delete(function)
        assert execute(f"SELECT tenant_id, {column} FROM {table} WHERE id = %s", row["id"]) == [
            {"tenant_id": function.tenant_id, column: None}
        ]

    @pytest.mark.parametrize(
        ("to", "column"), [(Department, "department_id"), (Role, "reports_to_role_id")], ids=["department", "superior"]
    )
    def test_a_role_outlives_what_it_refers_to(self, tenant, to, column):
        other = to.objects.create(name="Zebulon", slug="zed-9")
        role = Role.objects.create(name="Kept", slug="kept", **{column: other.pk})
        self.delete(other)
        role.refresh_from_db()
        assert (role.tenant_id, getattr(role, column)) == (tenant.pk, None)

    @pytest.mark.parametrize("model", [RoleResponsibility, RoleSkill, RoleKPI], ids=lambda model: model.__name__)
    def test_a_role_takes_along_what_it_brings(self, tenant, model):
        role = model.objects.first().role
        self.delete(role)
        assert not model.objects.filter(role_id=role.pk).exists()


def complaints(row) -> dict:
    try:
        row.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize("value", [0, 100])
@pytest.mark.parametrize(
    ("model", "field"),
    [
        (Function, "strategic_priority"),
        (Department, "field_vs_office_mix"),
        (Role, "travel_percentage_min"),
        (Role, "travel_percentage_max"),
    ],
)
def test_0_and_100_are_percentages(tenant, model, field, value):
    assert complaints(model(name="Zebulon", slug="zed-9", **{field: value})) == {}


@pytest.mark.parametrize(("low", "high"), [(9, 9), (8, 9), (9, None), (None, 9)])
@pytest.mark.parametrize(
    ("model", "least", "most"),
    [
        (Department, "typical_team_size_min", "typical_team_size_max"),
        (Role, "team_size_min", "team_size_max"),
        (Role, "direct_reports_min", "direct_reports_max"),
        (Role, "travel_percentage_min", "travel_percentage_max"),
        (Role, "years_experience_min", "years_experience_max"),
        (Role, "budget_min_usd", "budget_max_usd"),
    ],
)
def test_a_range_may_be_a_point_or_open(tenant, model, least, most, low, high):
    assert complaints(model(name="Zebulon", slug="zed-9", **{least: low, most: high})) == {}


@pytest.mark.parametrize(("value", "accepted"), [("0", True), ("1", True), ("-0.01", False), ("1.01", False)])
def test_the_validation_score_of_a_job_lies_between_0_and_1(tenant, value, accepted):
    job = JobToBeDone(name="Zebulon", code="zed-9", validation_score=value)
    assert (complaints(job) == {}) is accepted
