"""How many rows a persona has of each section, and how complete it is, is known without counting."""

import json

import pytest
from django.db import connection

from personas.documents.apply import apply
from personas.documents.changes import Mode
from personas.documents.plan import plan
from personas.documents.shape import SHAPES
from personas.models import EditorialState, Goal
from personas.sections import SECTIONS
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.database


def state(persona) -> EditorialState:
    return EditorialState.objects.get(persona=persona)


def completeness(counts: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT completeness_of(%s::jsonb)", [counts])
        return cursor.fetchone()[0]


def test_a_new_persona_has_no_rows_and_is_not_begun(tenant):
    assert (state(PersonaFactory()).counts, state(PersonaFactory()).completeness) == ({}, 0)


@pytest.mark.parametrize("word", SHAPES)
def test_rows_are_counted_as_they_come_and_go(tenant, word):
    persona, other = PersonaFactory(), PersonaFactory()
    row = FACTORIES[word](persona=persona)
    FACTORIES[word](persona=other)
    assert state(persona).counts[word] == 1
    row.delete()
    assert (state(persona).counts[word], state(other).counts[word]) == (0, 1)


def test_a_plan_counts_once_at_its_end_for_new_personas_too(tenant):
    made = {"slug": "new", "name": "New", "goals": [{"goal_text": "Sleep"}, {"goal_text": "Eat"}]}
    apply(plan([made]))
    new = EditorialState.objects.get(persona__slug="new")
    assert (new.counts["goals"], new.version) == (2, 1)
    apply(plan([{"slug": "new", "goals": [{"goal_text": "Sleep"}]}], Mode.REPLACE))
    new.refresh_from_db()
    assert (new.counts["goals"], new.version) == (1, 2)


def test_evidence_brings_its_summary(tenant):
    persona = PersonaFactory()
    FACTORIES["case_studies"](persona=persona)
    assert state(persona).counts == {"case_studies": 1, "evidence_summary": 1}


def test_a_persona_with_every_expected_row_is_complete(tenant):
    assert state(PersonaFactory(complete=True)).completeness == 100


def test_the_database_expects_what_the_table_of_sections_does(tenant):
    expected = {section.word: section.rows[0] for section in SECTIONS if section.rows and section.rows[0]}
    assert completeness(json.dumps(expected)) == 100
    for word, fewest in expected.items():
        assert completeness(json.dumps(expected | {word: fewest - 1})) < 100, word
        assert completeness(json.dumps({word: fewest})) == 100 // len(expected), word


def test_counting_anew_gives_the_same(tenant):
    persona = PersonaFactory(complete=True)
    kept = state(persona).counts
    EditorialState.objects.update(counts={}, completeness=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT recompute_editorial_state(current_tenant_id())")
    assert {word: rows for word, rows in state(persona).counts.items() if rows} == kept
    assert state(persona).completeness == 100


def test_who_makes_a_persona_looks_after_it(pharma, join):
    ana = join(pharma)
    with tenant_context(pharma, ana):
        assert state(PersonaFactory()).owner == ana
        assert Goal.objects.count() == 0
