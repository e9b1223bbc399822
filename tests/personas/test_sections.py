"""The table of sections is complete, and what it says of the tables is true of the demo personas."""

from collections import Counter, defaultdict

import pytest
from django.apps import apps

from personas import models as m
from personas.sections import DETAILS, DOMAINS, SECTIONS, TABLES
from tests import database
from tests.factories import BANK

PEOPLE = [row["slug"] for row in BANK["personas.persona"]]


def rows(table) -> list[dict]:
    return BANK[table.model._meta.label_lower]


@pytest.mark.parametrize(
    ("counted", "number"),
    [(DOMAINS, 7), (SECTIONS, 63), (DETAILS, 5), (TABLES, 68)],
    ids=["domains", "sections", "details", "tables"],
)
def test_there_are_as_many_as_the_client_asked_for(counted, number):
    assert len(set(counted)) == len(counted) == number


@pytest.mark.database
def test_64_tables_begin_with_persona():
    with database.connect("postgres", database.TEMPLATE) as connection:
        found = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE %s",
            ["persona%"],
        ).fetchall()
    assert len(found) == 64
    assert {name for (name,) in found} == {"personas", *(section.model._meta.db_table for section in SECTIONS)}


def test_every_model_of_a_row_is_in_the_table_once():
    models = [model for model in apps.get_app_config("personas").get_models() if issubclass(model, m.RowModel)]
    assert Counter(table.model for table in TABLES) == Counter(models)


def test_words_are_unique():
    assert len({section.word for section in SECTIONS}) == len(SECTIONS)
    for section in SECTIONS:
        assert len({detail.word for detail in section.details}) == len(section.details)


def test_a_section_is_read_from_the_persona_by_its_word():
    for section in SECTIONS:
        assert getattr(m.Persona, section.word).rel.related_model is section.model


def test_a_detail_is_read_from_its_section_by_its_word():
    for section in SECTIONS:
        for detail in section.details:
            assert getattr(section.model, detail.word).rel.related_model is detail.model
            assert detail.model._meta.get_field(detail.model.parent).related_model is section.model


def test_a_section_of_one_row_is_a_form_and_the_database_holds_it_to_one_row():
    for section in SECTIONS:
        keys = [tuple(key.fields) for key in section.model._meta.total_unique_constraints]
        assert section.single == (section.layout == "form") == (("tenant", "persona") in keys), section.word


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model._meta.db_table)
def test_no_two_demo_rows_of_one_parent_are_the_same_by_their_identity(table):
    parent = getattr(table.model, "parent", "persona")
    keys = Counter((*row[parent], *(row.get(name) for name in table.identity)) for row in rows(table))
    assert keys
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.word)
def test_the_demo_personas_have_as_many_rows_as_are_expected(section):
    found = defaultdict(int, Counter(row["persona"][0] for row in rows(section)))
    assert set(found) <= set(PEOPLE)
    fewest, at_most = section.rows or (0, 1 if section.single else 99)
    assert {slug: found[slug] for slug in PEOPLE if not fewest <= found[slug] <= at_most} == {}
