"""Templates of a business function: what people fill in comes back as it was meant, in every format."""

import io
import json
import re
import zipfile
from functools import cache

import openpyxl
import pytest
import yaml
from django.core.management import CommandError, call_command
from jsonschema import Draft7Validator

from personas.documents.apply import apply
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.shape import GROUPS, PERSONA, SHAPES
from personas.documents.values import plain
from personas.exchange.direct import Direct
from personas.exchange.reading import Source
from personas.exchange.report import Kind
from personas.exchange.tables import TABLES, header, sheet_name
from personas.exchange.text import UnreadableError
from personas.models import Persona
from personas.sections import SECTIONS
from personas.seeding import capture, organisation
from personas.seeding.capture.forms import form
from personas.seeding.sources import filled_in
from personas.seeding.variants import TemplateError, kind, of_function
from vital.organisation.models import Role

FUNCTIONS = list(organisation.functions())
ENDINGS = ("json", "yaml", "zip", "xlsx")
ROWS = {section.word: section.rows for section in SECTIONS}


@cache
def made(function: str) -> dict[str, bytes]:
    return dict(capture.files(function))


def of(function: str, which: str, ending: str = "json") -> tuple[str, bytes]:
    name = f"{function}_persona_{which}.{ending}"
    return name, made(function)[name]


def content(function: str, which: str) -> dict:
    return json.loads(of(function, which)[1])


def schema(function: str) -> Draft7Validator:
    return Draft7Validator(json.loads(made(function)[f"{function}.schema.json"]))


def read(name: str, file: bytes) -> tuple[list[dict], list]:
    """Its documents, and everything that is said of them."""
    about = []
    found = list(Source({}, about).documents([(name, file)]))
    return [document for document, _ in found], [*about, *(one for _, findings in found for one in findings)]


def meant(planned) -> list:
    """What a plan does, without the ids that it gives to new rows."""
    assert planned.problems == []
    return [(one.op, one.word, one.path, one.place, plain(one.after)) for one in planned.changes]


def brought(function: str) -> None:
    organisation.bring(organisation.missing([function]))


def persona_of(document: dict) -> dict:
    """The persona's own columns."""
    return {key: value for group in GROUPS for key, value in document.get(group, {}).items()}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.django_db
def test_an_example_says_the_same_in_each_format_and_comes_back_as_it_was(tenant, function):
    brought(function)
    documents = {}
    for ending in ENDINGS:
        documents[ending], findings = read(*of(function, "example", ending))
        assert [one for one in findings if one.kind != Kind.GUESSED] == []
    planned = {ending: plan(found) for ending, found in documents.items()}
    wanted = meant(planned["json"])
    assert all(meant(one) == wanted for one in planned.values())
    apply(planned["json"])
    assert [ending for ending, found in documents.items() if plan(found).changes] == []
    [back] = plain(list(dump(Persona.objects.filter(slug=documents["json"][0]["slug"]).values_list("pk", flat=True))))
    example = content(function, "example")
    assert persona_of(example).items() <= persona_of(back).items()
    for word in SHAPES.keys() & example.keys():
        assert_within(example[word], back[word])


def assert_within(said, there) -> None:
    """All that an example says is there, in its order; the database may have filled in more."""
    if isinstance(said, dict):
        for key, value in said.items():
            assert_within(value, there[key])
    elif isinstance(said, list):
        assert len(said) == len(there)
        for one, other in zip(said, there, strict=True):
            assert_within(one, other)
    else:
        assert said == there


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.django_db
def test_a_blank_template_changes_nothing_and_says_so(tenant, function):
    for ending in ("json", "yaml"):
        documents, findings = read(*of(function, "template", ending))
        assert documents == []
        [said] = findings
        assert said.kind == Kind.ERROR
        assert said.message.startswith("This is a form that nobody has filled in: ")
        assert "«slug», «core_profile.name»" in said.message
    with pytest.raises(UnreadableError, match="There is no persona in this file"):
        read(*of(function, "template", "zip"))


@pytest.mark.django_db
def test_a_blank_workbook_changes_nothing_and_says_so(tenant):
    with pytest.raises(UnreadableError, match="There is no persona in this file"):
        read(*of("sales", "template", "xlsx"))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_templates_ask_for_the_sections_that_matter_with_all_their_keys_and_one_row(function):
    blank = content(function, "template")
    wanted = {word for template in of_function(function) for word in kind(template).sections}
    words = [section.word for section in SECTIONS if section.word in wanted]
    assert list(blank) == ["$schema", "slug", *GROUPS, *words]
    assert [key for group in GROUPS for key in blank[group]] == [key for names in GROUPS.values() for key in names]
    for word in words:
        rows = [blank[word]] if SHAPES[word].single else blank[word]
        [row] = rows
        assert list(row) == [*SHAPES[word].columns, *(detail.word for detail in SHAPES[word].details)]
    assert yaml.safe_load(of(function, "template", "yaml")[1]) == {key: blank[key] for key in blank if key != "$schema"}


def test_placeholders_say_what_belongs_there():
    goal = content("sales", "template")["goals"][0]
    assert re.fullmatch(r"<<goal_text, required: text, such as «[^»]+»>>", goal["goal_text"])
    assert goal["priority"] == "<<priority: low | medium | high | critical>>"
    role = content("sales", "template")["organizational_context"]["role"]
    assert all(one["slug"] in role for one in form("sales").roles)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_schema_takes_the_example_and_the_blank_template_and_no_other_code(function):
    validator, example = schema(function), content(function, "example")
    Draft7Validator.check_schema(validator.schema)
    assert list(validator.iter_errors(example)) == []
    assert list(validator.iter_errors(content(function, "template"))) == []
    assert validator.is_valid({"personas": [example, example]})
    assert validator.is_valid([example])
    goals = [example["goals"][0] | {"priority": "urgent"}]
    [error] = validator.iter_errors(example | {"goals": goals})
    assert list(error.absolute_path) == ["goals", 0, "priority"]


def test_the_schema_marks_a_misspelt_key_and_what_a_new_row_lacks_and_no_row_too_few():
    validator, example = schema("sales"), content("sales", "example")
    assert not validator.is_valid(example | {"gaols": []})
    assert not validator.is_valid(example | {"goals": [{"goal_text": "x", "prority": "high"}]})
    assert not validator.is_valid(example | {"goals": [{"priority": "high"}]})
    assert validator.is_valid(example | {"goals": [{"goal_text": "x", "_note": "ask Ana"}], "quotes": []})
    assert validator.schema["definitions"]["persona"]["properties"]["goals"]["x-target-rows"] == list(ROWS["goals"])


@pytest.mark.django_db
def test_numbers_days_and_times_that_the_schema_takes_are_taken_by_the_import(tenant):
    document = {
        "slug": "ana", "core_profile": {"name": "Ana"}, "professional_context": {"budget_authority": 250000},
        "archetype_assignment": {"ai_maturity_score": 78.5},
        "week_in_life": [{"day_of_week": "Monday", "typical_start_time": "08:30"}],
    }  # fmt: skip
    assert schema("human-resources").is_valid(document)
    assert plan([document]).problems == []
    document["week_in_life"][0]["typical_start_time"] = "half past eight"
    assert not schema("human-resources").is_valid(document)


def test_editors_find_the_schema_from_json_and_from_yaml():
    for which in ("template", "example"):
        assert content("legal", which)["$schema"] == "./legal.schema.json"
        first = of("legal", which, "yaml")[1].decode().partition("\n")[0]
        assert first == "# yaml-language-server: $schema=./legal.schema.json"


@pytest.mark.django_db
def test_what_is_filled_in_is_imported_and_the_rest_is_told(tenant):
    blank = content("sales", "template")
    blank["slug"], blank["core_profile"]["name"] = "ana", "Ana"
    second = blank["goals"][0] | {"goal_text": "Win two accounts", "priority": "high"}
    blank["goals"].append(second)
    work = Direct([("sales.json", json.dumps(blank).encode())], {"mode": Mode.MERGE.value, "profile": ""})
    [(item, _)] = list(work.run())
    assert work.errors == 0
    persona = Persona.objects.get(slug="ana")
    assert [(goal.goal_text, goal.priority_id, goal.timeframe) for goal in persona.goals.all()] == [
        ("Win two accounts", "high", None)
    ]
    assert not persona.pain_points.exists()
    told = {(one["place"][2], one.get("column", "")) for one in item.findings if one["kind"] == Kind.SKIPPED}
    assert {("goals[1]", ""), ("goals[2]", "timeframe"), ("", "pain_points"), ("core_profile", "title")} <= told
    assert ("pain_points[1]", "pain_point") not in told


def test_the_readme_tells_sections_roles_and_the_check():
    text = made("marketing")["marketing_README.md"].decode()
    for section in form("marketing").sections:
        assert f"| [{section.word}](#{section.word}) |" in text
    assert "| [goals](#goals) | 3 to 7 |" in text
    assert "| `goal_text` | **yes** | text |" in text
    assert "| `priority` | else medium | low, medium, high, critical |" in text
    assert all(f"| `{role['slug']}` |" in text for role in form("marketing").roles)
    assert "manage.py seed_personas --tenant YOUR-TENANT --business-function marketing --from FOLDER --dry-run" in text


def test_tables_have_the_sections_that_matter_and_nothing_else():
    tables = form("marketing").tables
    assert "case_studies.metrics" in tables
    with zipfile.ZipFile(io.BytesIO(of("marketing", "template", "zip")[1])) as archive:
        assert archive.namelist() == [f"{name}.csv" for name in tables]
        assert archive.read("goals.csv").decode("utf-8-sig") == ",".join(header("goals")) + "\r\n"
    book = openpyxl.load_workbook(io.BytesIO(of("marketing", "template", "xlsx")[1]))
    assert book.sheetnames == ["Contents", *map(sheet_name, tables), "Lists"]
    expected = {row[0]: row[3] for row in book["Contents"].values if row[0] in TABLES}
    assert expected["goals"] == "3 to 7"
    assert not expected[PERSONA.word]


@pytest.mark.django_db
def test_a_workbook_offers_the_roles_of_the_function_and_takes_others(tenant):
    Role.objects.all().delete()  # what it offers is what is shipped
    book = openpyxl.load_workbook(io.BytesIO(capture_of("sales", "xlsx")))
    [rule] = [one for one in book["personas"].data_validations.dataValidation
              if book["personas"][f"{str(one.sqref).partition('2')[0]}1"].value == "role"]  # fmt: skip
    area = rule.formula1.partition("!")[2].replace("$", "")
    assert [cell.value for [cell] in book["Lists"][area]][:-1] == [role["slug"] for role in form("sales").roles]
    assert not rule.showErrorMessage


def capture_of(function: str, format_: str) -> bytes:
    files = dict(capture.files(function, [format_]))
    assert list(files) == [f"{function}_persona_template.{format_}", f"{function}_persona_example.{format_}",
                           f"{function}_README.md"]  # fmt: skip
    return files[f"{function}_persona_template.{format_}"]


def test_the_same_templates_are_the_same_bytes():
    packed = capture.pack("finance")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == made("finance")
        assert {info.date_time for info in archive.infolist()} == {zipfile.ZipInfo().date_time}


def test_a_function_that_there_is_not_is_named():
    with pytest.raises(TemplateError, match="There is no business function «gardening»"):
        capture.pack("gardening")


def test_the_command_writes_what_was_asked_for_and_nothing_that_is_seeded(tmp_path, capsys):
    call_command("capture_templates", "--business-function", "legal,sales", "--format", "yaml", "--out", str(tmp_path))
    wanted = {name for function in ("legal", "sales") for name, _ in capture.files(function, ["yaml"])}
    assert {path.name for path in tmp_path.iterdir()} == wanted
    assert filled_in(tmp_path, "sales") == []
    (tmp_path / "sales-team.yaml").write_text("x")
    assert [path.name for path in filled_in(tmp_path, "sales")] == ["sales-team.yaml"]
    call_command("capture_templates", "--format", "json", "--out", str(tmp_path))
    assert {f"{function}_README.md" for function in FUNCTIONS} <= {path.name for path in tmp_path.iterdir()}
    assert filled_in(tmp_path, "finance") == []
    assert "Begin with a README." in capsys.readouterr().out


def test_the_command_writes_over_nothing_that_somebody_has_filled_in(tmp_path):
    options = {"business_function": ["legal"], "format": ["json"], "out": tmp_path, "verbosity": 0}
    call_command("capture_templates", **options)
    call_command("capture_templates", **options)
    template = tmp_path / "legal_persona_template.json"
    template.write_text("mine")
    with pytest.raises(CommandError, match=r"legal_persona_template\.json would be written over"):
        call_command("capture_templates", **options)
    assert template.read_text() == "mine"
    call_command("capture_templates", **options, force=True)
    assert template.read_bytes() == of("legal", "template")[1]


def test_the_command_refuses_a_function_that_there_is_not(tmp_path):
    with pytest.raises(CommandError, match="There is no business function «gardening»") as error:
        call_command("capture_templates", "--business-function", "gardening", "--out", str(tmp_path))
    assert error.value.returncode == 2
    assert list(tmp_path.iterdir()) == []
