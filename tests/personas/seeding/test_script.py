"""A script brings about what apply() does, when the real psql runs it; once, and within its tenant."""

import json
import os
import subprocess
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookups.models import GoalType
from personas.documents.apply import RefusedError, apply
from personas.documents.changes import Plan
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.shape import ALL
from personas.documents.undo import undo
from personas.models import EditorialState, Persona, Revision
from personas.seeding.script import render
from personas.seeding.script_check import problems
from tests import database
from tests.factories import PersonaFactory
from vital.organisation.models import Department, Function, Role, RoleSkill
from vital.postgres import find_programs
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

MOMENT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
STAMPS = ("created_at", "updated_at")
HOSTILE = (
    "'; DROP TABLE personas; --", "$$", "$check$ $guard$ $validation$", "back\\slash \\' \\", "it''s", '"quoted"',
    "🦑👩‍⚕️",
    "-- no comment",
    "\\copy personas to '/tmp/x'\n\\! ls", "/* open", ":name :'x'", "%s {} %", "E'\\n'", "a;b;\nCOMMIT;",
)  # fmt: skip


def psql(script: str, name: str) -> subprocess.CompletedProcess:
    url = database.cluster().url("vital_app", name)
    return subprocess.run(
        [find_programs() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url],
        input=script, capture_output=True, text=True, encoding="utf-8", env=os.environ | {"LC_ALL": "C"},
    )  # fmt: skip


def rows() -> dict[str, list]:
    """All that the 69 tables have, but for when it was written."""
    found = {}
    with connection.cursor() as cursor:
        for shape in ALL:
            name = shape.model._meta.db_table
            cursor.execute(f"SELECT to_jsonb(r) - %s::text[] FROM {name} AS r ORDER BY id", [list(STAMPS)])
            found[name] = [json.loads(row) for (row,) in cursor.fetchall()]
    return found


def versions() -> list:
    told = EditorialState.objects.order_by("persona_id").values_list(
        "persona_id", "version", "revision", "completeness"
    )
    return list(told)


def written(tenant: Tenant, planned: Plan) -> str:
    text = "".join(render(planned, moment=MOMENT))
    assert problems(text, tenant.pk) == []
    return text


@pytest.fixture
def work(committed):
    """The tenant, outside of any test's transaction."""
    return Tenant.objects.get(slug="pharma")


@pytest.fixture
def complete(work) -> list[dict]:
    """Documents of whole personas, which are not there."""
    with tenant_context(work):
        made = [*PersonaFactory.create_batch(2, complete=True), PersonaFactory()]
        documents = list(dump([one.pk for one in made]))
        transaction.set_rollback(True)
    return documents


def same_either_way(tenant: Tenant, name: str, planned: Plan) -> str:
    """Carry out a plan by apply(), take that back, and do it by psql: all rows are the same."""
    with tenant_context(tenant):
        text = written(tenant, planned)
        with transaction.atomic():
            apply(planned)
            by_apply = rows(), versions()
            transaction.set_rollback(True)
    done = psql(text, name)
    assert (done.returncode, done.stderr) == (0, "")
    with tenant_context(tenant):
        assert (rows(), versions()) == by_apply
    return text


def test_new_personas_come_as_apply_brings_them_and_come_once(work, complete, database_name):
    with tenant_context(work):
        planned = plan(complete)
    text = same_either_way(work, database_name, planned)
    with tenant_context(work):
        before = rows(), versions()
        assert all(before[0].values())
        kinds = Revision.objects.values_list("kind", "reason").distinct()
        assert list(kinds) == [("import", "Persona Deployment Script of 2026-03-14T09:26:53+00:00")]
    again = psql(text, database_name)
    assert again.returncode == 3
    slugs = "», «".join(sorted(document["slug"] for document in complete))
    assert (
        f"Nothing was written: somebody has made «{slugs}» since this was planned, or this script has run before"
        in (again.stderr)
    )
    with tenant_context(work):
        assert (rows(), versions()) == before


@pytest.mark.parametrize("mode", Mode)
def test_changes_and_deletions_come_as_apply_brings_them(work, complete, database_name, mode):
    with tenant_context(work):
        apply(first := plan(complete))
        documents = [changed(document) for document in dump([one.id for one in first.personas[:2]], with_ids=True)]
        planned = plan(documents, mode)
    assert {change.op for change in planned.changes} >= ({"delete", "change"} if mode == Mode.REPLACE else {"create"})
    same_either_way(work, database_name, planned)


def changed(document: dict) -> dict:
    """Another order, another title, a row less, a row more, a detail less, names that change places."""
    document["core_profile"]["title"] = "Somebody else's title"
    document["goals"] = [{"goal_text": "A new goal"}, *document["goals"][:0:-1]]
    document["fears"] = None
    document["case_studies"][0]["results"] = []
    one, other, *_ = document["tools_used"]
    one["tool_name"], other["tool_name"] = other["tool_name"], one["tool_name"]
    document["vpanes_scoring"]["visibility_score"] = 3
    return document


def test_several_personas_get_other_slugs_beside_a_new_one(work, complete, database_name):
    with tenant_context(work):
        apply(first := plan(complete[:2]))
        planned = plan([complete[2], *({"id": str(one.id), "slug": f"other-{one.slug}"} for one in first.personas)])
    same_either_way(work, database_name, planned)


def test_what_an_undoing_deletes_a_script_deletes(work, complete, database_name):
    with tenant_context(work):
        apply(first := plan(complete))
        planned = Plan([one for one, _ in undo(first.personas[:2])])
        assert all(change.op == "delete" for change in planned.changes)
    same_either_way(work, database_name, planned)
    with tenant_context(work):
        assert Persona.objects.count() == 1


texts = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from("'\\$-;:\"/*E\n"), min_size=1
).filter(str.strip)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, min_size=4, max_size=12))
def test_whatever_a_text_says_it_is_a_value_and_nothing_else(work, database_name, texts):
    with tenant_context(work):
        number = Persona.objects.count()
        document = {
            "slug": f"ann-{number}", "core_profile": {"name": texts[0], "title": texts[1]},
            "narrative": {"background_story": texts[2]}, "salary_benchmarks": {"salary_sources": texts[3]},
            "goals": [{"goal_text": text} for text in texts],
            "month_in_life": [{"month_phase": "beginning", "typical_activities": texts}],
        }  # fmt: skip
        planned = plan([document])
        assert planned.problems == []
        text = written(work, planned)
    done = psql(text, database_name)
    assert (done.returncode, done.stderr) == (0, "")
    with tenant_context(work):
        assert Persona.objects.count() == number + 1
        [there] = dump([planned.personas[0].id])
        assert plan([document]).changes == []
        assert [goal["goal_text"] for goal in there["goals"]] == texts


def test_a_script_over_what_has_changed_since_is_refused(work, complete, database_name):
    with tenant_context(work):
        apply(plan(complete))
        slug = complete[0]["slug"]
        text = written(work, plan([{"slug": slug, "title": "Lead"}]))
        Persona.objects.filter(slug=slug).update(title="Somebody was faster")
    done = psql(text, database_name)
    assert done.returncode == 3
    assert f"Nothing was written: «{slug}» was changed since this was planned, or is gone. Plan again." in done.stderr
    with tenant_context(work):
        assert Persona.objects.get(slug=slug).title == "Somebody was faster"


def test_a_role_or_a_code_that_is_gone_is_named(work, database_name):
    document = {"slug": "ann", "name": "Ann", "title": "MSL", "role": "medical-science-liaison", "goals": [
        {"goal_text": "Halve it", "goal_type": GoalType.objects.order_by("code").first().code}]}  # fmt: skip
    with tenant_context(work):
        text = written(work, plan([document]))
        Role.objects.filter(slug="medical-science-liaison").update(slug="another")
    done = psql(text, database_name)
    assert "Nothing was written: there is no «medical-science-liaison» in org_roles. Add what is missing" in done.stderr
    code = document["goals"][0]["goal_type"]
    with tenant_context(work):
        Role.objects.filter(slug="another").update(slug="medical-science-liaison")
        assert not Persona.objects.exists()
    with database.connect("postgres", database_name, autocommit=True) as superuser:
        superuser.execute("DELETE FROM lookup_goal_types WHERE code = %s", [code])
    assert f"there is no «{code}» in lookup_goal_types." in psql(text, database_name).stderr


def test_a_tenant_that_is_not_there_is_told_before_anything_else(work, database_name):
    with tenant_context(work):
        text = written(work, plan([{"slug": "ann", "name": "Ann", "title": "MSL"}]))
    nobody = "00000000-0000-4000-8000-000000000000"
    done = psql(text.replace(str(work.pk), nobody), database_name)
    assert f"Nothing was written: there is no tenant {nobody} here" in done.stderr


def test_a_row_that_does_not_arrive_undoes_everything(work, complete, database_name):
    with tenant_context(work):
        text = written(work, plan(complete))
    lines = text.split("\n")
    row = next(at for at, line in enumerate(lines) if lines[at - 1].startswith("INSERT INTO persona_goals"))
    done = psql("\n".join([*lines[:row], *lines[row + 1 :]]), database_name)
    assert done.returncode == 3
    assert "Nothing was written: persona_goals has " in done.stderr
    with tenant_context(work):
        assert not Persona.objects.exists()


def test_a_script_brings_its_organisation_along_and_leaves_what_is_there(work, database_name):
    function = Function(name="Sales", slug="sales")
    there = Function(name="Medicine", slug="medical-affairs")
    department = Department(name="Field sales", slug="field-sales", function=function)
    role = Role(name="It's a role", slug="sales-lead", function=function, department=department)
    skill = RoleSkill(role=role, skill_name="Selling $$")
    with tenant_context(work):
        before = Function.objects.get(slug="medical-affairs").name
        Role(name="It's a role", slug="sales-lead").save()
        planned = plan([{"slug": "ann", "name": "Ann", "title": "Lead", "role": "sales-lead"}])
        Role.objects.filter(slug="sales-lead").delete()
        rows_along = [function, there, department, role, skill]
        text = "".join(render(planned, moment=MOMENT, organisation=rows_along))
        assert problems(text, work.pk) == []
    done = psql(text, database_name)
    assert (done.returncode, done.stderr) == (0, "")
    with tenant_context(work):
        ann = Persona.objects.get(slug="ann")
        assert (ann.role.name, ann.role.department.function.slug) == ("It's a role", "sales")
        assert RoleSkill.objects.get(role=role).skill_name == "Selling $$"
        assert Function.objects.get(slug="medical-affairs").name == before
        planned = plan([{"slug": "ben", "name": "Ben", "title": "Lead", "role": "sales-lead"}])
        text = "".join(render(planned, moment=MOMENT, organisation=rows_along))
    assert psql(text, database_name).returncode == 0
    with tenant_context(work):
        assert Persona.objects.get(slug="ben").role_id == ann.role_id
        assert RoleSkill.objects.filter(skill_name="Selling $$").count() == 1


@pytest.mark.django_db
def test_a_plan_always_gives_the_same_script(tenant):
    planned = plan([{"slug": "ann", "name": "Ann", "title": "Lead", "fears": [{"fear_description": "None"}]}])
    text = written(tenant, planned)
    assert text == "".join(render(planned, moment=MOMENT))
    assert text.startswith(
        "-- ============================================================\n"
        "-- VITAL Platform - Persona Deployment Script\n"
        "-- Generated: 2026-03-14T09:26:53+00:00\n"
        "-- Personas: 1\n"
        f"-- Tenant ID: {tenant.pk}\n"
    )
    assert "\n-- Persona: ann (new)\n" in text


@pytest.mark.django_db
def test_a_plan_with_problems_becomes_no_script(tenant):
    with pytest.raises(RefusedError, match="«name» is needed"):
        list(render(plan([{"slug": "ann", "title": "Lead"}]), moment=MOMENT))
