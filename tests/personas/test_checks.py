"""The system checks find each mistake that can be made in the table of sections, and say what to do about it."""

import inspect
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.test.utils import isolate_apps

from personas import checks
from personas import models as m
from personas.models.columns import line, reference
from personas.sections import CARDS, DETAILS, DOMAINS, FORM, GRID, SECTIONS, TABLES, Detail, Domain, Section

SEE = " See «Adding a section» in personas/README.md."
NAMED_ALIKE = "Give it default_related_name, db_table and class name after the same word." + SEE
COLUMNS = "It has: created_at, hobby_name, id, persona, tenant, updated_at."
IDENTITY = "Name the columns by which two rows are the same; none for a section of one row. " + COLUMNS
LAYOUT = "FORM is for sections of one row; the others are GRID (narrow) or CARDS (wide)."
ROWS = "Write the fewest and the most rows that a persona should have, such as (3, 7)."
TAKEN = "Words of sections are document keys beside the persona's own columns: each occurs once."


def model(name="Hobby", word="hobbies", table="persona_hobbies", base=m.SectionModel, **attributes):
    """A throw-away model in the module of the goals."""
    meta = type("Meta", (base.Meta,), {"app_label": "personas", "db_table": table, "default_related_name": word})
    with isolate_apps("personas"):
        return type(
            name,
            (base,),
            {
                "__module__": "personas.models.goals",
                "__doc__": "What the persona does after work.",
                "Meta": meta,
                "hobby_name": line("Such as «Chess».", required=True),
                **attributes,
            },
        )


def section(identity=("hobby_name",), layout=GRID, details=(), rows=None, **options) -> Section:
    return Section(model(**options), identity, layout, rows, details)


def single(**options) -> Section:
    return section(**{"identity": (), "layout": FORM, "base": m.SingleSectionModel} | options)


@pytest.fixture
def found(monkeypatch):
    """What the checks say about the product with some more sections: found(section), as id, message and hint."""

    def check(*planted: Section, domain="goals", listed=True):
        details = tuple(detail for section in planted for detail in section.details)
        models = [*apps.get_app_config("personas").get_models(), *(table.model for table in planted + details)]
        app = SimpleNamespace(get_models=lambda: models)
        monkeypatch.setattr(checks, "apps", SimpleNamespace(get_app_config={"personas": app}.get))
        domains = DOMAINS
        if listed:
            monkeypatch.setattr(checks, "SECTIONS", SECTIONS + planted)
            monkeypatch.setattr(checks, "DETAILS", DETAILS + details)
            monkeypatch.setattr(checks, "TABLES", TABLES + planted + details)
            domains = [replace(d, sections=d.sections + planted) if d.name == domain else d for d in DOMAINS]
        errors = checks.check_sections(None, domains=domains)
        assert all(error.obj in models for error in errors)
        return [(error.id, error.msg, error.hint) for error in errors]

    return check


def test_nothing_is_wrong_with_the_product():
    assert checks.check_sections(None) == []
    assert run_checks(tags=["sections"]) == []


def test_nothing_is_wrong_with_a_section_that_keeps_the_rules(found):
    assert found(section(rows=(0, 3)), single(name="Home", word="home", table="persona_home")) == []


def test_a_model_without_a_row_in_the_table_is_found(found):
    assert found(section(), listed=False) == [
        (
            "personas.E001",
            "Hobby stands 0 times in the table of sections.",
            "Write one row for it under the domain «goals» in personas/sections.py." + SEE,
        )
    ]


def test_a_model_with_two_rows_in_the_table_is_found(monkeypatch):
    monkeypatch.setattr(checks, "TABLES", (*TABLES, TABLES[0]))
    [error] = checks.missing_models()
    assert (error.id, error.msg, error.hint, error.obj) == (
        "personas.E001",
        "ToolUsed stands 2 times in the table of sections.",
        "Write one row for it under the domain «profile» in personas/sections.py." + SEE,
        m.ToolUsed,
    )


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ({"word": None}, "its word is «None», its table persona_hobbies"),
        ({"word": "pastimes"}, "its word is «pastimes», its table persona_hobbies"),
        ({"table": "hobbies"}, "its word is «hobbies», its table hobbies"),
        ({"table": "personahobbies"}, "its word is «hobbies», its table personahobbies"),
        (
            {"table": "persona_old_hobbies", "name": "OldHobby"},
            "its word is «hobbies», its table persona_old_hobbies, not persona_hobbies",
        ),
        ({"name": "Hobbies"}, "its class is not Hobby"),
    ],
)
def test_a_table_with_more_than_one_word_is_found(found, names, problem):
    assert found(section(**names)) == [
        ("personas.E002", f"One word per table: of {names.get('name', 'Hobby')}, {problem}.", NAMED_ALIKE)
    ]


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (lambda: section(identity=("title",)), "('title',), and title is no column of it."),
        (lambda: section(identity=("hobby_name", "at")), "('hobby_name', 'at'), and at is no column of it."),
        (lambda: section(identity=()), "empty."),
        (lambda: single(identity=("hobby_name",)), "('hobby_name',)."),
    ],
    ids=["no column", "one of two no column", "missing", "too much for a single row"],
)
def test_an_identity_that_cannot_tell_rows_apart_is_found(found, table, says):
    assert found(table()) == [("personas.E003", f"The identity of Hobby is {says}", IDENTITY)]


@pytest.mark.parametrize(
    ("make", "layout"), [(section, "table"), (section, FORM), (single, GRID), (single, CARDS), (single, "")]
)
def test_a_layout_that_does_not_suit_the_section_is_found(found, make, layout):
    assert found(make(layout=layout)) == [("personas.E004", f"Hobby has the layout «{layout}».", LAYOUT)]


@pytest.mark.parametrize("rows", [(7, 3), (-1, 2)])
def test_a_number_of_expected_rows_that_makes_no_sense_is_found(found, rows):
    assert found(section(rows=rows)) == [("personas.E005", f"Hobby expects {rows} rows.", ROWS)]


def test_a_domain_without_a_section_is_found():
    [error] = checks.check_sections(None, domains=[*DOMAINS, Domain("leisure", "Leisure", "What else?", ())])
    assert (error.id, error.msg, error.hint) == (
        "personas.E006",
        "The domain «leisure» has no section.",
        "Remove it from DOMAINS in personas/sections.py, or give it a section.",
    )


def test_a_section_under_another_domain_than_its_model_is_found(found):
    assert found(section(), domain="profile") == [
        (
            "personas.E007",
            "Hobby stands under «profile», its model under «goals».",
            "Move the row, or the model to personas/models/profile.py.",
        )
    ]


def test_two_sections_with_one_word_are_found(found):
    assert found(section(), section()) == [("personas.E008", "The word «hobbies» is taken.", TAKEN)] * 2


def test_a_section_whose_word_is_a_column_of_the_persona_is_found(found):
    assert found(section(name="Note", word="notes", table="persona_notes")) == [
        ("personas.E008", "The word «notes» is taken.", TAKEN)
    ]


@pytest.mark.parametrize("right", [True, False])
def test_a_detail_under_a_section_that_it_does_not_refer_to_is_found(found, right):
    parent = section()
    equipment = model(
        name="HobbyTool",
        word="tools",
        table="hobby_tools",
        base=m.DetailModel,
        parent="hobby",
        hobby=reference("Hobby it is for.", parent.model if right else m.Goal),
    )
    error = (
        "personas.E009",
        "HobbyTool stands under Hobby, but refers to another table.",
        "Move it to the details of the section that it refers to.",
    )
    assert found(replace(parent, details=(Detail(equipment, ("hobby_name",)),))) == ([] if right else [error])


def test_every_check_has_a_test_here():
    defined = set(re.findall(r"personas\.E\d+", inspect.getsource(checks)))
    assert defined == {f"personas.E00{number}" for number in range(1, 10)}
    assert defined <= set(re.findall(r"personas\.E\d+", inspect.getsource(inspect.getmodule(section))))
