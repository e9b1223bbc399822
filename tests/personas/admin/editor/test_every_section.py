"""Every section is added to, changed, put in order and deleted from through its page; who may only read, reads."""

import pytest
from django.contrib.admin.models import LogEntry

from personas.admin.editor.places import PLACES
from personas.documents.dump import dump
from personas.documents.shape import SHAPES
from personas.documents.values import plain
from personas.models import Goal
from personas.sections import CARDS
from tests.factories import BANK, FACTORIES, PersonaFactory, values
from vital.tenancy import roles
from vital.tenancy.context import tenant_context

from .browser import Opened

SECTIONS = [word for word, place in PLACES.items() if place.section]
GROUPS = [word for word, place in PLACES.items() if not place.section]


def document(tenant, persona, *words: str) -> dict:
    """What there is of a persona, or in some of its sections."""
    with tenant_context(tenant):
        return plain(next(dump([persona.pk], with_ids=True, words=words or SHAPES)))


def listed(rows) -> list[dict]:
    return [rows] if isinstance(rows, dict) else rows


def ids(rows) -> list[str]:
    return [row["id"] for row in listed(rows)]


def sample(word: str) -> dict:
    """A believable row of a section, as a page sends it."""
    shape = SHAPES[word]
    told = values(shape.model, BANK[shape.model._meta.label_lower][-1])
    names = {column.attname: name for name, column in shape.columns.items()}
    return {names[name]: plain(value) for name, value in told.items() if name in names and value is not None}


def takes_text(column) -> bool:
    return (
        column.get_internal_type() == "TextField"
        and not (column.choices or column._validators or getattr(column, "codes", None))
        and getattr(column, "max_length", None) is None
    )


@pytest.fixture
def persona(pharma):
    with tenant_context(pharma):
        return PersonaFactory()


@pytest.mark.parametrize("word", SECTIONS)
def test_a_section_is_added_to_changed_put_in_order_and_deleted_from(work, pharma, persona, word):
    shape = SHAPES[word]
    if not shape.single:
        with tenant_context(pharma):
            FACTORIES[word](persona=persona)
    before = document(pharma, persona)

    new = sample(word) | ({shape.identity[0]: sample(word)[shape.identity[0]]} if shape.identity else {})
    assert Opened(work, persona, word, row="new").send(added={"new-1": new}).json() == {"said": "1 added"}
    added = document(pharma, persona, word)
    rows = listed(added[word])
    assert {name: rows[-1].get(name) for name in new} == new

    name = next((name for name, column in shape.columns.items() if takes_text(column)), None)
    if name:
        page = Opened(work, persona, word)
        assert page.send(changed={page.keys[0]: {name: "From the page"}}).json() == {"said": "1 changed"}
        [first, *others] = listed(document(pharma, persona, word)[word])
        assert [first, *others] == [rows[0] | {name: "From the page"}, *rows[1:]]

    if shape.order:
        page = Opened(work, persona, word)
        assert page.send(order=page.keys[::-1]).status_code == 200
        assert ids(document(pharma, persona, word)[word]) == page.keys[::-1]

    page = Opened(work, persona, word)
    assert page.send(gone=page.keys[:1]).json() == {"said": "1 deleted"}
    after = document(pharma, persona)
    assert ids(after.get(word, [])) == page.keys[1:]
    assert after | {word: 0} == before | {word: 0}


@pytest.mark.parametrize("word", GROUPS)
def test_columns_of_the_persona_are_changed(work, pharma, persona, word):
    before = document(pharma, persona)
    columns = PLACES[word].shape.columns
    name = next((name for name, column in columns.items() if takes_text(column)), None)
    if name:
        new, group = {name: "From the page"}, before.get(word, {}) | {name: "From the page"}
    else:  # nothing but choices and numbers: one is cleared
        name = next(name for name, column in columns.items() if column.null and name in before[word])
        new, group = {name: ""}, {key: value for key, value in before[word].items() if key != name}
    assert Opened(work, persona, word).send(changed={str(persona.pk): new}).json() == {"said": "1 changed"}
    assert document(pharma, persona) == before | {word: group}


class TestWhoMayOnlyRead:
    @pytest.fixture(autouse=True)
    def reading(self, monkeypatch):
        only_view = {label: tuple(["view"] * len(granted)) for label, granted in roles.BY_LABEL.items()}
        monkeypatch.setattr(roles, "BY_LABEL", only_view)

    def test_sees_every_place_and_changes_none(self, work, pharma, full):
        before = document(pharma, full)
        for word in PLACES:
            page = Opened(work, full, word)
            html = page.response.content.decode()
            assert 'data-do="add"' not in html, word
            assert "vital-primary" not in html, word
            assert "You may read this persona, not change it" in html, word
            assert page.send(gone=page.keys[:1]).status_code == 403, word
        assert document(pharma, full) == before

    def test_sees_what_is_there(self, work, pharma, full):
        with tenant_context(pharma):
            goals = list(full.goals.all())
        html = Opened(work, full, "goals").response.content.decode()
        for goal in goals:
            assert goal.goal_text.replace("'", "&#x27;") in html


def test_whoever_may_not_delete_rows_is_told_so_and_nothing_is_written(work, pharma, full, monkeypatch):
    monkeypatch.setitem(roles.BY_LABEL, "personas.goal", ("view add change",) * 4)
    page = Opened(work, full, "goals")
    answer = page.send(gone=page.keys[:1], added={"new-1": {"goal_text": "Sleep"}})
    assert answer.status_code == 403
    assert "You may not delete goals" in answer.json()["message"]
    with tenant_context(pharma):
        assert not Goal.objects.filter(goal_text="Sleep").exists()


def test_of_cards_one_is_open(work, full):
    for word in SECTIONS:
        if PLACES[word].layout == CARDS:
            page = Opened(work, full, word)
            assert not any(row.is_open for row in page.rows), word
            opened = Opened(work, full, word, row=page.keys[1])
            assert [row.key for row in opened.rows if row.is_open] == [page.keys[1]], word


def test_a_duplicated_card_has_everything_its_model_has_and_is_new(work, full):
    page = Opened(work, full, "case_studies")
    [model] = Opened(work, full, "case_studies", row=page.keys[0]).rows[:1]
    copy = Opened(work, full, "case_studies", row="new", like=page.keys[0]).rows[-1]
    assert (copy.key, copy.is_new, copy.is_copy) == ("new", True, True)
    assert {name: cell.value for name, cell in copy.cells.items()} == {n: c.value for n, c in model.cells.items()}
    assert [len(table.rows) for table in copy.details] == [len(table.rows) for table in model.details]
    assert all(row.is_new and row.key.startswith("new-") for table in copy.details for row in table.rows)


def test_what_was_saved_stands_in_the_history_of_the_persona(work, pharma, full):
    page = Opened(work, full, "goals")
    page.send(changed={page.keys[0]: {"goal_text": "From the page"}})
    with tenant_context(pharma):
        [entry] = LogEntry.objects.filter(object_id=str(full.pk))
        assert (entry.change_message, entry.user.full_name) == ("Goals: 1 changed.", "Ana Silva")
