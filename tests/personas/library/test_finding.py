import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from personas.editorial.publishing import live
from personas.enums import Archetype
from personas.library import facets
from personas.library.copies import published as published_copies
from personas.library.figures.matrix import CELLS, Dot, Quadrant, matrix, position
from personas.library.finding import Finding
from personas.library.shelf import Shelf
from personas.models import Persona
from tests.factories import FACTORIES, STEPS, PersonaFactory
from vital.tenancy.context import tenant_context

LIBRARY = "/library/"
ARCHETYPES = [one.value for one in Archetype]
THERAPY = ("Therapeutic area", "therapy_area", "disease", "Indication")


def publish() -> None:
    """All that is there, in one go."""
    for step in STEPS["published"]:
        Persona.objects.update(validation_status=step)


@pytest.fixture
def shelf(pharma):
    """Eight published personas that differ, and a draft."""
    with tenant_context(pharma):
        for number in range(8):
            persona = PersonaFactory(
                name=f"Persona {number}",
                slug=f"persona-{number}",
                archetype=ARCHETYPES[number % 4],
                ai_maturity_score=None if number == 7 else 10 + 10 * number,
                work_complexity_score=100 - 10 * number,
                preferred_service_layer="MIXED" if number < 3 else None,
            )
            FACTORIES["tags"](
                persona=persona, tag_name="Oncology" if number % 2 else "oncology", tag_category=THERAPY[number % 4]
            )
            FACTORIES["tags"](persona=persona, tag_name="launch", tag_category="topic")
            scores = dict.fromkeys(("visibility", "pain", "actions", "needs", "emotions"), number)
            FACTORIES["vpanes_scoring"](persona=persona, **scores, scenarios=None if number == 6 else number)
        publish()
        PersonaFactory(name="Only a draft", slug="only-a-draft")


def finding(query: str = "") -> Finding:
    return Finding(QueryDict(query))


def page(browser, address: str = LIBRARY) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.get("Location", answer.status_code)
    return answer.content.decode()


def names(text: str) -> list[str]:
    return re.findall(r'class="lib-open" href="[^"]*">([^<]+)<', text)


def test_the_number_of_a_value_is_what_one_finds_by_choosing_it(shelf, pharma):
    with tenant_context(pharma), live():
        for query in ("", "archetype=LEARNER&archetype=SKEPTIC", "tier=tier_3_medium&therapy=oncology", "q=launch"):
            numbers = facets.count(finding(query))
            assert (numbers.everything, numbers.found) == (8, finding(query).found.count())
            for name, offers in numbers.offers.items():
                for offer in offers:
                    asked = QueryDict(query, mutable=True)
                    asked.setlist(name, [offer.value])
                    assert (query, name, offer.number) == (query, name, Finding(asked).found.count())


def test_each_facet_offers_every_value_that_the_other_filters_leave(shelf, pharma):
    with tenant_context(pharma), live():
        offers = facets.count(finding("archetype=LEARNER&layer=MIXED")).offers
    assert [(one.name, one.number, one.chosen) for one in offers["archetype"]] == [
        ("Automator", 1, False), ("Orchestrator", 1, False), ("Learner", 1, True),
    ]  # fmt: skip
    assert sum(one.number for one in offers["layer"]) == 2


def test_who_was_not_scored_has_no_tier_and_only_tags_about_therapy_are_therapeutic_words(shelf, pharma):
    with tenant_context(pharma), live():
        offers = facets.count(finding()).offers
    assert ("null", 1) in [(one.value, one.number) for one in offers["tier"]]
    assert [(one.value, one.number) for one in offers["therapy"]] == [("oncology", 8)]


def test_a_page_shows_what_is_published_and_no_draft(shelf, analyst, pharma):
    with tenant_context(pharma):
        Persona.objects.filter(slug="persona-1").update(name="Renamed since")
    assert names(page(analyst)) == [f"Persona {number}" for number in range(8)]
    text = page(analyst, f"{LIBRARY}?copy=working")
    assert names(text) == ["Only a draft", *(f"Persona {number}" for number in (0, 2, 3, 4, 5, 6, 7)), "Renamed since"]
    assert text.count("Working copy, draft") == 2


def test_another_tenant_sees_none_of_it(shelf, digital, join, enter):
    text = page(enter(join(digital)))
    assert "Nothing is published yet" in text
    assert names(text) == []


def test_what_is_chosen_stands_in_chips_that_take_it_away(shelf, analyst):
    text = page(analyst, f"{LIBRARY}?archetype=LEARNER&archetype=SKEPTIC&order=ai")
    assert names(text) == ["Persona 6", "Persona 3", "Persona 2", "Persona 7"]
    chips = [unescape(one) for one in re.findall(r'class="lib-chip" href="([^"]+)"', text)]
    assert chips == ["?archetype=SKEPTIC&order=ai", "?archetype=LEARNER&order=ai"]
    assert 'href="?order=ai">Clear all' in text


def test_one_selection_has_one_address(analyst):
    for asked, answered in {
        "?q=&view=cards&page=1&unknown=1": LIBRARY,
        "?archetype=SKEPTIC&q=+day++&archetype=LEARNER&archetype=SKEPTIC": "?q=day&archetype=LEARNER&archetype=SKEPTIC",
        "?page=2&size=50&order=newest": "?order=newest&size=50&page=2",
    }.items():
        assert analyst.get(LIBRARY + asked)["Location"] == answered
        page(analyst, answered if answered == LIBRARY else LIBRARY + answered)


def test_words_are_marked_where_they_were_found_and_nothing_else_is_taken_for_html(analyst, pharma):
    with tenant_context(pharma):
        PersonaFactory(name="Ana", one_liner="Counts <b>zebrafish</b> at dawn")
        PersonaFactory(name="Ben")
        publish()
    text = page(analyst, f"{LIBRARY}?q=zebrafish")
    assert names(text) == ["Ana"]
    assert "<mark>zebrafish</mark>" in text
    assert "<b>" not in text.partition('class="lib-place-of"')[2]


def test_where_nothing_is_found_the_page_says_what_to_do(shelf, analyst):
    text = page(analyst, f"{LIBRARY}?q=nosuchword&archetype=LEARNER")
    assert names(text) == []
    assert re.findall(r'href="([^"]+)">Without «([^»]+)»</a> (\d) persona', text) == [
        ("?archetype=LEARNER", "Words", "2")
    ]
    text = page(analyst, f"{LIBRARY}?function=nonsense&archetype=LEARNER")
    assert "«nonsense» is not one of its values." in text
    assert names(text) == []
    assert 'href="?archetype=LEARNER">Take this filter away' in text


def test_every_view_leads_to_the_sheets_and_offers_to_compare(shelf, analyst):
    for view in ("", "?view=list", "?view=table"):
        text = page(analyst, LIBRARY + view)
        assert re.findall(r'class="lib-open" href="([^"]+)"', text) == [
            f"/library/personas/persona-{number}/" for number in range(8)
        ]
        assert re.findall(r'type="checkbox" name="p" value="([^"]+)" form="compare"', text) == [
            f"persona-{number}" for number in range(8)
        ]
        assert 'id="compare" action="/library/compare/"' in text


def test_pages_follow_each_other_and_the_last_is_the_last(analyst, pharma):
    with tenant_context(pharma):
        for number in range(25):
            PersonaFactory(name=f"Persona {number:02}")
        publish()
    first = page(analyst)
    assert len(names(first)) == 24
    assert 'rel="next" href="?page=2"' in first
    for address in ("?page=2", "?page=99"):
        assert names(page(analyst, LIBRARY + address)) == ["Persona 24"]
    assert len(names(page(analyst, f"{LIBRARY}?size=50"))) == 25


def test_all_of_the_page_is_read_in_ten_queries(shelf, pharma):
    with tenant_context(pharma), CaptureQueriesContext(connection) as queries:
        Shelf(QueryDict("q=launch&archetype=LEARNER&archetype=AUTOMATOR"), working=False).read()
    assert len(queries) <= 10


def test_the_matrix_names_its_corners_by_archetype_and_filters_by_them(shelf, analyst):
    text = page(analyst, f"{LIBRARY}?archetype=LEARNER")
    corners = re.findall(r'class="lib-quadrant( lib-chosen)?" href="([^"]+)"', text)
    assert [(bool(chosen), unescape(address)) for chosen, address in corners] == [
        (False, "?archetype=AUTOMATOR&archetype=LEARNER"),
        (False, "?archetype=LEARNER&archetype=ORCHESTRATOR"),
        (True, LIBRARY),
        (False, "?archetype=LEARNER&archetype=SKEPTIC"),
    ]
    dots = re.findall(r'<a href="([^"]+)" tabindex="-1" class="lib-dot lib-c\d( lib-faint)?"', text)
    assert len(dots) == 7  # one has not both scores
    assert [address for address, faint in dots if not faint] == [f"/library/personas/persona-{one}/" for one in (2, 6)]


def test_a_dot_stands_where_its_scores_say():
    figure = matrix([Dot("Ana", 100, 100, "ORCHESTRATOR"), Dot("Ben", 0, 0, "LEARNER")])
    (ana, ben), width, height = figure.drawing["dots"], figure.drawing["width"], figure.drawing["height"]
    assert (ana["x"], ana["y"], ben["x"], ben["y"]) == (width, 0, 0, height)
    corners = {one["name"]: (one["x"] > 0, one["y"] == 0) for one in figure.drawing["quadrants"]}
    assert corners["Orchestrator"] == (True, True)
    assert corners["Learner"] == (False, False)


def test_dots_of_nearly_the_same_place_become_one_with_their_number():
    figure = matrix((), cells={(9, 9): (300, 300), (0, 0): (120, 0)}, leads={"LEARNER": Quadrant("?x", 120)})
    heaps = figure.drawing["heaps"]
    assert [(one["number"], one["faint"]) for one in heaps] == [(120, True), (300, False)]
    assert heaps[0]["radius"] < heaps[1]["radius"]
    assert "120 where Learners stand" in figure.says
    assert len(figure.rows) == CELLS


def test_the_place_of_one_persona_is_said_in_words(shelf, pharma):
    with tenant_context(pharma):
        known, unknown = published_copies("persona-1", "persona-7")
    assert position(known).says == "Persona 1: Orchestrator, AI maturity 20, complexity of work 90."
    assert not position(unknown).rows
