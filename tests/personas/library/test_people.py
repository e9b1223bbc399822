from collections import defaultdict
from datetime import UTC, datetime
from itertools import combinations
from math import dist
from uuid import uuid4

import pytest
from django.template.loader import render_to_string

from personas.library import copies
from personas.library.copies import Copy
from personas.library.figures.people import APART, influence_map, parties
from personas.models import InternalStakeholder, StakeholderInfluenceMap
from vital.tenancy.context import tenant_context


def told(**sections) -> Copy:
    """A persona that says only this."""
    own = {"name": "Dr. Nadia Haddad", "slug": "dr-nadia-haddad"}
    return Copy(uuid4(), True, "published", 1, datetime(2026, 1, 1, tzinfo=UTC), own, defaultdict(list, sections), {})


def mapped(name: str, score: int | None, kind: str = "internal", **said) -> dict:
    return {
        "stakeholder_name": name, "stakeholder_role": "Brand Director", "stakeholder_type": kind,
        "overall_influence_score": score,
    } | said  # fmt: skip


def colleague(name: str | None, role: str, influence: str = "high", **said) -> dict:
    return {"stakeholder_name": name, "stakeholder_role": role, "influence_level": influence} | said


def outsider(name: str, kind: str, importance: str) -> dict:
    return {"stakeholder_name": name, "stakeholder_type": kind, "relationship_importance": importance}


def marks(copy: Copy) -> list[dict]:
    return influence_map(copy).drawing["marks"]


def far(mark: dict) -> float:
    return dist((0, 0), (mark["x"], mark["y"]))


def test_who_is_named_in_several_sections_is_one_mark_with_all_that_is_known():
    copy = told(
        stakeholder_influence_map=[mapped("Ana Silva", 7, decision_influence="very_high")],
        internal_stakeholders=[colleague("ana  silva", "Brand Director", "low", trust_level="high")],
    )
    [mark] = marks(copy)
    assert "Overall influence score: 7" in mark["facts"]
    assert "Decision influence: Very high" in mark["facts"]
    assert "Trust level: High" in mark["facts"]
    assert [row[3] for row in influence_map(copy).rows] == ["7 of 10"]


def test_who_is_named_by_the_job_alone_is_the_one_colleague_who_has_that_job():
    jobs = [{"stakeholder_role": "Brand Director", "influence_level": "critical"}]
    one = [colleague("Ana Silva", "Brand Director")]
    assert [party.name for party in parties(told(internal_stakeholders=one, stakeholders=jobs))] == ["Ana Silva"]
    two = [*one, colleague("Tom Berger", "Brand Director")]
    assert len(parties(told(internal_stakeholders=two, stakeholders=jobs))) == 3


def test_a_colleague_and_an_outsider_of_the_same_name_are_two_people():
    copy = told(
        internal_stakeholders=[colleague("Ana Silva", "Brand Director")],
        external_stakeholders=[outsider("Ana Silva", "academic", "low")],
    )
    assert sorted(mark["kind"] for mark in marks(copy)) == ["industry", "internal"]


def test_the_kind_comes_from_the_section_that_knows_it_best():
    copy = told(
        stakeholder_influence_map=[mapped("Wei Zhou", 5, "external")],
        external_stakeholders=[outsider("Wei Zhou", "client", "high")],
    )
    assert [mark["kind"] for mark in marks(copy)] == ["customer"]


def test_nearer_means_more_say_and_the_strongest_is_the_first_of_the_table():
    people = [mapped("Little", 2), mapped("Unknown", None), mapped("Much", 9), mapped("Some", 5, "vendor")]
    figure = influence_map(told(stakeholder_influence_map=people))
    assert [row[0] for row in figure.rows] == ["1. Much", "2. Some", "3. Little", "4. Unknown"]
    assert figure.rows[3][3] == "not said"
    distances = [far(mark) for mark in figure.drawing["marks"]]
    assert distances == sorted(set(distances))


def test_without_an_overall_score_the_kinds_of_influence_count():
    copy = told(stakeholder_influence_map=[mapped("Ana", None, decision_influence="very_high", budget_influence="low")])
    assert parties(copy)[0].weight == 5


@pytest.mark.parametrize("number", [1, 35, 80])
def test_no_mark_covers_another_however_many_have_the_same_say(number):
    people = [mapped(f"Person {at}", 9, ("internal", "vendor")[at % 7 == 0]) for at in range(number)]
    figure = influence_map(told(stakeholder_influence_map=people))
    places = [(mark["x"], mark["y"]) for mark in figure.drawing["marks"]]
    assert len(places) == number
    assert all(dist(one, other) >= APART - 0.2 for one, other in combinations(places, 2))
    assert max(map(abs, sum(places, ()))) < figure.drawing["reach"]


def test_a_strained_relationship_is_told_by_the_outline_and_in_words():
    people = [colleague("Ana", "Head", relationship_quality="strained"), colleague("Tom", "Chief")]
    figure = influence_map(told(internal_stakeholders=people))
    assert [mark["strained"] for mark in figure.drawing["marks"]] == [True, False]
    assert "the relationship is strained" in render_to_string("library/figure.html", {"figure": figure})


def test_on_a_small_page_those_with_the_most_say_are_drawn_and_all_are_in_the_table():
    figure = influence_map(told(stakeholder_influence_map=[mapped(f"P{at}", 9 - at) for at in range(5)]), most=2)
    assert [mark["number"] for mark in figure.drawing["marks"]] == [1, 2]
    assert len(figure.rows) == 5
    assert "3 more with less say" in render_to_string("library/figure.html", {"figure": figure})


def test_where_nobody_is_named_it_says_where_to_name_them():
    said = render_to_string("library/figure.html", {"figure": influence_map(told())})
    assert "Add people under «Stakeholder influence map»" in said
    assert "<svg" not in said


def test_what_people_write_is_shown_as_they_wrote_it():
    copy = told(stakeholder_influence_map=[mapped('<b>"Ana"</b>', 5)])
    said = render_to_string("library/figure.html", {"figure": influence_map(copy)})
    assert "<b>" not in said
    assert "&lt;b&gt;&quot;Ana&quot;&lt;/b&gt;" in said


def test_the_picture_is_the_same_each_time(published, pharma):
    with tenant_context(pharma):
        first, again = (copies.published(published.slug)[0] for _ in range(2))
    assert influence_map(first) == influence_map(again)


def test_the_page_shows_what_was_published_until_it_asks_for_the_working_copy(published, pharma, analyst):
    address = f"/library/personas/{published.slug}/stakeholders/"
    with tenant_context(pharma):
        known = InternalStakeholder.objects.filter(persona=published).values_list("stakeholder_role", flat=True)[0]
        InternalStakeholder.objects.filter(persona=published).delete()
        StakeholderInfluenceMap.objects.create(persona=published, **mapped("Newcomer Unpublished", 10))
    live, draft = analyst.get(address).content.decode(), analyst.get(address + "?copy=working").content.decode()
    assert known in live
    assert "Newcomer Unpublished" not in live
    assert "Newcomer Unpublished" in draft
    assert "Working copy" in draft


def test_the_page_tells_of_exchange_journeys_networks_vendors_customers_and_regulators(published, analyst):
    said = analyst.get(f"/library/personas/{published.slug}/stakeholders/").content.decode()
    for title in ("Stakeholder value exchange", "Stakeholder journey", "Internal networks", "Vendor relationships",
                  "Customer relationships", "Regulatory stakeholders", "Industry relationships"):  # fmt: skip
        assert f">{title} <" in said
    assert 'data-shows="internal"' in said


def test_the_page_takes_few_queries_and_its_picture_none(published, pharma, analyst, django_assert_max_num_queries):
    address = f"/library/personas/{published.slug}/stakeholders/"
    analyst.get(address)
    with django_assert_max_num_queries(20):  # 15 of them are the log-in's, the tenant's and the frame's
        analyst.get(address)
    with tenant_context(pharma):
        [copy] = copies.published(published.slug)
        with django_assert_max_num_queries(0):
            render_to_string("library/figure.html", {"figure": influence_map(copy)})


def test_who_is_not_of_the_tenant_finds_no_such_page(published, digital, join, enter):
    assert enter(join(digital)).get(f"/library/personas/{published.slug}/stakeholders/").status_code == 404
