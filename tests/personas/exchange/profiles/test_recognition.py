"""Whose kind of document it is."""

import pytest

from personas.documents.dump import dump
from personas.exchange.profiles import BUILT_IN, built_in, load, recognise
from tests.factories import PersonaFactory
from tests.personas.exchange.profiles.samples import FILES, found


@pytest.mark.django_db
def test_our_own_documents_come_first(tenant):
    (document,) = dump([PersonaFactory(complete=True).pk])
    for held in (document, [document], {"personas": [document]}):
        first, *others = recognise(held)
        assert (first.profile.name, first.score) == ("vital", 1)
        assert all(other.score < 0.9 for other in others)


def test_ours_with_a_slip_is_still_ours():
    document = {
        "slug": "ana",
        "core_profile": {"name": "Ana", "titel": "x"},
        "goals": [{"goal_text": "a", "priority": "low"}],
    }
    assert recognise(document)[0].profile.name == "vital"


def test_what_has_nothing_in_common_with_any_shape_is_no_ones():
    assert recognise({"invoice": {"number": 4}}) == []
    assert recognise(["a", 3]) == []
    assert recognise(3) == []


def test_a_reason_names_the_keys_that_spoke_for_it():
    first = recognise(found("phase_one.json"))[0]
    assert first.reason.startswith("it has «pain_points.pain», «responsibilities.task»")


def test_a_profile_of_ones_own_comes_before_the_one_that_it_adds_to():
    own = load({"name": "ours", "title": "Ours", "base": "phase_one"})
    assert [one.profile for one in recognise(found("phase_one.json"), own=[own])][:2] == [own, built_in("phase_one")]


def test_of_two_that_fit_as_well_the_one_in_the_name_of_the_file_comes_first():
    own = load({"name": "ours", "title": "Ours", "base": "phase_one"})
    names = [one.profile.name for one in recognise(found("phase_one.json"), "phase-one final.json", own=[own])]
    assert names[:2] == ["phase_one", "ours"]


def test_every_built_in_shape_has_a_file_here():
    assert set(FILES.values()) == {*BUILT_IN} - {"vital"}
