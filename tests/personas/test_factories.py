"""The factories fill every table with rows that the database accepts."""

import pytest

from personas.sections import SECTIONS, TABLES
from tests.factories import FACTORIES, PersonaFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


@pytest.mark.parametrize("most", [True, "most"])
def test_a_complete_persona_has_every_section_within_its_expected_range(most):
    persona = PersonaFactory(complete=most)
    for section in SECTIONS:
        fewest, at_most = section.rows or (1, 99)
        assert max(fewest, 1) <= getattr(persona, section.word).count() <= at_most, section.word
        for detail in section.details:
            assert detail.model.objects.exists(), detail.word


def test_a_full_persona_has_as_many_rows_as_are_expected_at_most():
    persona = PersonaFactory(complete="most")
    assert {s.word: getattr(persona, s.word).count() for s in SECTIONS if s.rows} == {
        s.word: s.rows[1] for s in SECTIONS if s.rows
    }


def test_every_table_has_a_factory_and_its_rows_pass_the_models_own_validation():
    assert len(FACTORIES) == len(TABLES) == 68
    for make in FACTORIES.values():
        make().full_clean(exclude=["persona"])


def test_personas_of_one_factory_are_all_four_archetypes():
    assert len({PersonaFactory().archetype for _ in range(4)}) == 4
