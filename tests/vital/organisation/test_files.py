"""The organisation as files: rows find each other by slug, and no file reaches another tenant."""

import pytest
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.messages import get_messages
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personas.exchange import formats
from tests.vital.flat.files import CSV, JSON, TSV, XLSX, YAML, Pages, rows, table
from vital.flat.natural import resource_for
from vital.organisation.models import Department, Function, JobToBeDone, RoleKPI, RoleResponsibility, RoleSkill
from vital.organisation.models import Role as Job
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

MODELS = {
    "function": Function,
    "department": Department,
    "role": Job,
    "jobtobedone": JobToBeDone,
    "responsibility": RoleResponsibility,
    "skill": RoleSkill,
    "kpi": RoleKPI,
}
FORMATS = (formats.CSV, formats.TSV, formats.JSON, formats.YAML)
each_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


@pytest.fixture
def work(pharma, join, enter):
    client = enter(join(pharma, Role.ANALYST))
    return lambda model: Pages(client, model)


def outcome(response) -> dict:
    return response.context["result"].counts


@each_model
@pytest.mark.parametrize("format_", [CSV, TSV, JSON, YAML], ids=["csv", "tsv", "json", "yaml"])
def test_what_is_exported_comes_back_unchanged(work, model, format_):
    shown = work(model).send(work(model).export(format_).content, format_)
    result = shown.context["result"]
    assert (result.refusals, result.wrong, result.changing, result.notes) == ([], [], [], [])
    assert result.counts["skip"] > 10
    assert shown.context["confirm_form"] is None


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.title)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_comes_back_unchanged(tenant, format_, text):
    Function.objects.filter(slug="medical-affairs").update(name=text, description=text)
    content = format_().export_data(resource_for(Function)().export())
    outcome = resource_for(Function)().import_data(format_().create_dataset(content), dry_run=True)
    assert (outcome.refusals, outcome.wrong, outcome.changing) == ([], [], [])


def test_a_skill_is_found_by_its_role_and_its_name(work, pharma):
    with tenant_context(pharma):
        skill = RoleSkill.objects.select_related("role").first()
    row = {"skill_name": skill.skill_name, "role": skill.role.slug, "proficiency_required": "expert"}
    work(RoleSkill).bring(table(row, row | {"role": skill.role.slug, "skill_name": "Listening"}))
    with tenant_context(pharma):
        found = RoleSkill.objects.filter(role=skill.role, proficiency_required="expert")
        assert {skill.skill_name, "Listening"} <= set(found.values_list("skill_name", flat=True))
        assert RoleSkill.objects.filter(role=skill.role, skill_name=skill.skill_name).count() == 1


@each_model
def test_no_file_has_ids_or_the_tenant(work, model):
    names = set(rows(work(model).export())[0])
    assert not names & {"id", "tenant", "tenant_id", "created_at", "deleted_at"}


def test_only_what_is_filtered_and_chosen_is_exported(work):
    found = rows(work(Job).export(columns=["slug", "name"], query="?q=liaison"))
    assert {tuple(row) for row in found} == {("slug", "name")}
    assert all("liaison" in (row["slug"] + row["name"]).lower() for row in found)


def test_a_file_is_shown_before_it_is_written(work, pharma):
    sent = table(
        {"slug": "new", "name": "New", "parent": "newer"},
        {"slug": "newer", "name": "Newer", "parent": ""},
        {"slug": "medical-affairs", "name": "Medicine", "parent": ""},
    )
    shown = work(Function).send(sent)
    assert outcome(shown) == {"new": 2, "update": 1, "delete": 0, "skip": 0}
    changed = shown.context["result"].rows[2]
    assert (changed.number, changed.object_repr) == (4, "medical-affairs")
    assert changed.diff == [("name", "Medical Affairs", "Medicine")]
    with tenant_context(pharma):
        assert not Function.objects.filter(slug="new").exists()


def test_what_was_confirmed_is_written_and_logged(work, pharma):
    sent = table({"slug": "newer", "name": "Newer"}, {"slug": "medical-affairs", "name": "Medicine"})
    response = work(Function).bring(sent)
    assert [str(message) for message in get_messages(response.wsgi_request)] == [
        "Imported functions: 1 new, 1 changed, 0 deleted, 0 unchanged."
    ]
    with tenant_context(pharma):
        assert Function.objects.get(slug="newer").tenant == pharma
        assert Function.objects.get(slug="medical-affairs").name == "Medicine"
        logged = LogEntry.objects.filter(content_type__model="function").values_list("object_repr", "action_flag")
        assert set(logged) == {("Newer", ADDITION), ("Medicine", CHANGE)}


def test_a_new_row_may_name_another_new_one_that_comes_later(work, pharma):
    work(Function).bring(
        table({"slug": "below", "name": "B", "parent": "above"}, {"slug": "above", "name": "A", "parent": ""})
    )
    with tenant_context(pharma):
        assert Function.objects.get(slug="below").parent.slug == "above"


def test_a_blank_cell_leaves_and_the_word_clears(work, pharma):
    with tenant_context(pharma):
        Function.objects.filter(slug="medical-affairs").update(
            strategic_priority=7, parent=Function.objects.exclude(slug="medical-affairs").first()
        )
    work(Function).bring(table({"slug": "medical-affairs", "strategic_priority": "", "parent": "(clear)"}))
    with tenant_context(pharma):
        row = Function.objects.get(slug="medical-affairs")
        assert (row.strategic_priority, row.parent) == (7, None)


WRONG = {
    # what is sent besides a slug, where it is said, and what
    "a reference": (
        {"function": "medical-afairs"},
        "function",
        "there is no «medical-afairs» here; did you mean medical",
    ),
    "a number": ({"field_vs_office_mix": "many"}, "field_vs_office_mix", "“many” value must be an integer."),
    "a fraction": ({"field_vs_office_mix": "3.7"}, "field_vs_office_mix", "“3.7” value must be an integer."),
    "out of range": ({"field_vs_office_mix": "101"}, "", "«Field vs office mix» is a number from 0 to 100."),
    "a choice": ({"operating_model": "chaos"}, "operating_model", "Value 'chaos' is not a valid choice."),
    "no name": ({"name": ""}, "name", "This field cannot be blank."),
    "no slug": ({"slug": ""}, "slug", "is needed: by it the row is found"),
    "no such slug": ({"slug": "two words"}, "slug", "Enter a valid “slug” consisting of letters, numbers, underscores"),
    "an unstorable sign": ({"name": "a\0b"}, "name", "holds a character that cannot be stored"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_with_row_and_column(work, pharma, case):
    row, column, said = WRONG[case]
    shown = work(Department).send(table({"slug": "field-medical"}, {"slug": "x", "name": "X"} | row))
    [wrong] = shown.context["result"].wrong
    assert wrong.number == 3
    assert any(name == column and sentence.startswith(said) for name, sentence in wrong.problems), wrong.problems
    assert shown.context["confirm_form"] is None


def test_the_same_slug_twice_is_wrong(work):
    shown = work(Function).send(table({"slug": "x", "name": "X"}, {"slug": "x", "name": "Y"}))
    assert [row.problems for row in shown.context["result"].wrong] == [
        [("slug", "is in this file twice; delete one of the rows")]
    ]


def test_columns_that_are_none_are_named_and_left_out(work, pharma, digital):
    row = {"slug": "medical-affairs", "name": "Medicine", "tenant_id": str(digital.pk), "id": str(digital.pk)}
    shown = work(Function).send(table(row))
    assert shown.context["result"].notes == ["Left out, because no column here is called so: tenant_id, id."]
    work(Function).confirm(shown)
    with tenant_context(digital):
        assert not Function.objects.filter(name="Medicine").exists()
    with tenant_context(pharma):
        assert Function.objects.get(name="Medicine").tenant == pharma


def test_a_row_of_the_other_tenant_is_neither_changed_nor_named(work, digital):
    with tenant_context(digital):
        Function.objects.create(slug="theirs", name="Theirs")
    assert outcome(work(Function).send(table({"slug": "theirs", "name": "Ours"})))["new"] == 1
    shown = work(Department).send(table({"slug": "x", "name": "X", "function": "theirs"}))
    assert "there is no «theirs» here" in shown.context["result"].wrong[0].problems[0][1]


def test_who_may_not_add_is_told_and_writes_nothing(pharma, join, enter, monkeypatch):
    user = join(pharma, Role.ANALYST)
    monkeypatch.setattr("vital.tenancy.models.allows", lambda role, permission: ".add_" not in permission)
    pages = Pages(enter(user), Function)
    shown = pages.send(table({"slug": "x", "name": "X"}, {"slug": "y", "name": "Y"}))
    assert shown.context["result"].refusals == ["This file would add 2 functions; you may not add functions."]
    assert shown.context["confirm_form"] is None
    assert pages.send(table({"slug": "medical-affairs", "name": "Medicine"})).context["confirm_form"]


def test_a_workbook_is_exported_as_text_and_not_taken(work, pharma, tmp_path):
    import openpyxl

    with tenant_context(pharma):
        Function.objects.filter(slug="medical-affairs").update(name="=1+1")
    path = tmp_path / "functions.xlsx"
    path.write_bytes(work(Function).export(XLSX).content)
    cells = [cell for row in openpyxl.load_workbook(path).active for cell in row]
    assert "=1+1" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n", "b"}
    assert work(Function).send(path.read_bytes(), XLSX).context["form"].errors["format"]


def test_somebody_changed_it_meanwhile_is_shown_again(work, pharma):
    shown = work(Function).send(table({"slug": "medical-affairs", "name": "Medicine"}))
    with tenant_context(pharma):
        Function.objects.filter(slug="medical-affairs").update(name="Healing")
    again = work(Function).confirm(shown)
    assert "Somebody was faster" in again.context["result"].notes[0]
    with tenant_context(pharma):
        assert Function.objects.get(slug="medical-affairs").name == "Healing"
    assert work(Function).confirm(again).status_code == 302
    with tenant_context(pharma):
        assert Function.objects.get(slug="medical-affairs").name == "Medicine"
