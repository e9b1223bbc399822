import re
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import pairwise
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from personas.documents.shape import SHAPES
from personas.enums import Status
from personas.library import copies
from personas.library.copies import Copy
from personas.library.figures.clock import read
from personas.library.figures.seasons import month, year
from personas.library.figures.time import day, week
from personas.sections import DOMAINS
from tests.factories import BANK, PersonaFactory
from vital.tenancy.context import tenant_context

PICTURES = [day, week, month, year]
DOMAIN = next(domain for domain in DOMAINS if domain.name == "time_perspectives")


def told(word: str) -> list[dict]:
    """What a demo persona says in a section."""
    columns = SHAPES[word].columns
    rows = (row for row in BANK[SHAPES[word].model._meta.label_lower] if row["persona"] == ["priya-raman-msl"])
    return [
        {name: row[name] if column.is_relation else column.to_python(row[name]) for name, column in columns.items()}
        for row in rows
    ]


@pytest.fixture
def copy():
    """A persona as full as a demo persona is, without a database."""
    sections = {section.word: told(section.word) for section in DOMAIN.sections}
    return Copy(uuid4(), True, Status.PUBLISHED, 1, datetime.now(UTC), {"name": "Priya"}, sections, {})


def address(persona) -> str:
    return f"/library/personas/{persona.slug}/time/"


def changed(copy, **sections):
    return replace(copy, sections=copy.sections | sections)


def slot(when, minutes=30, does=None, what="Reads and answers what came in overnight from all the regions") -> dict:
    return {"time_slot": when, "duration_minutes": minutes, "is_ai_automatable": does, "activity_description": what}


def drawn(figure) -> ElementTree.Element:
    return ElementTree.fromstring(render_to_string(figure.template, {"figure": figure, "drawing": figure.drawing}))


def marks(figure) -> list[ElementTree.Element]:
    return [one for one in drawn(figure).iter("g") if "lib-mark-it" in one.get("class", "").split()]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("08:30", (510, None)),
        ("8.30", (510, None)),
        ("8h30", (510, None)),
        ("8 am", (480, None)),
        ("12 am", (0, None)),
        ("12:15 p.m.", (735, None)),
        ("07:30-08:30", (450, 510)),
        ("07:30 – 08:30", (450, 510)),
        ("1:30 to 3 pm", (810, 900)),
        ("11:30 to 1 pm", (690, 780)),
        ("22:00 until 01:00", (1320, 1500)),
        ("Morning", None),
        ("8", None),
        ("around 08:30", None),
        ("25:00", None),
        ("08:75", None),
        ("08:00-09:00-10:00", None),
        ("morning to 10:00", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_people_write_it_and_nothing_else_is_taken_for_one(said, meant):
    assert read(said) == meant


def test_what_has_no_time_of_the_clock_follows_below_in_its_order(copy):
    rows = [slot("After lunch"), slot("14:00"), slot("Morning", None), slot("07:30-09:00", None)]
    drawing = day(changed(copy, typical_day=rows)).drawing
    assert [mark["head"].text for mark in drawing["marks"]] == [
        "07:30, 1 h 30 min",
        "14:00, 30 min",
        "After lunch, 30 min",
        "Morning, no duration",
    ]
    assert [mark["block"] is None for mark in drawing["marks"]] == [False, False, True, True]
    assert drawing["heading"].y > drawing["marks"][1]["bottom"]


def test_texts_of_a_day_do_not_overlap_however_close_its_times_are(copy):
    rows = [slot(f"08:{minute:02}", 10) for minute in range(0, 60, 5)] + [slot("Later")] * 3
    drawing = day(changed(copy, typical_day=rows)).drawing
    for above, below in pairwise(drawing["marks"]):
        assert below["top"] >= above["top"] + above["tall"]
    assert drawing["height"] >= drawing["marks"][-1]["bottom"]


def test_activities_at_the_same_time_stand_beside_each_other(copy):
    rows = [slot("08:00", 60), slot("08:30", 60), slot("09:00", 30)]
    first, second, third = (mark["block"]["x"] for mark in day(changed(copy, typical_day=rows)).drawing["marks"])
    assert first == third < second


def test_what_ai_could_do_is_told_by_word_and_sign(copy):
    figure = day(changed(copy, typical_day=[slot("08:00", 20, True), slot("09:00", 40, False), slot("10:00", 5)]))
    assert [(mark["style"].name, mark["style"].sign) for mark in figure.drawing["marks"]] == [
        ("AI could do it", "diamond"),
        ("Needs a person", "circle"),
        ("Not judged yet", "square"),
    ]
    assert "AI could do it: 1, 20 min." in figure.says
    assert "between 08:00 and 10:05" in figure.says


def test_a_week_has_seven_days_whatever_is_described(copy):
    monday = {"day_of_week": "Monday", "meeting_load": "heavy", "focus_time_available": 0,
              "typical_start_time": time(8), "typical_end_time": time(18)}  # fmt: skip
    figure = week(changed(copy, week_in_life=[monday]))
    bands = figure.drawing["bands"]
    assert [band["short"].text for band in bands] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [band["name"] for band in bands if band["heading"]] == ["Saturday"]
    shown = {cell["kind"]: (cell["shade"], [line.text for line in cell["lines"]]) for cell in bands[0]["cells"]}
    assert shown["meeting_load"] == ("lib-s4", ["Heavy"])
    assert shown["focus_time_available"] == ("lib-s0", ["0 h"])
    assert shown["typical_start_time"] == ("lib-s4", ["08:00", "18:00"])
    assert shown["decision_count"] == ("lib-unsaid", ["–"])


def test_the_sentence_of_a_week_says_where_the_most_is(copy):
    told = (("Monday", "heavy", 1), ("Tuesday", "light", 4), ("Friday", "heavy", 2))
    days = [{"day_of_week": name, "meeting_load": load, "focus_time_available": focus} for name, load, focus in told]
    assert week(changed(copy, week_in_life=days)).says == (
        "Meetings highest: Monday and Friday, Heavy. Focus highest: Tuesday, 4 h."
    )


def test_a_year_shows_each_conference_in_its_quarter_and_those_without_one_at_its_end(copy):
    meets = [{"conference_name": name, "typical_quarter": quarter} for name, quarter in (("A", "Q2"), ("B", None))]
    figure = year(changed(copy, year_in_life=[], annual_conferences=meets))
    assert [[note["name"] for note in band["notes"]] for band in figure.drawing["bands"]] == [
        [], ["Conferences: A"], [], [], ["Conferences: B"],
    ]  # fmt: skip
    assert [row[-1] for row in figure.rows] == ["", "A", "", ""]


@pytest.mark.parametrize("draw", PICTURES)
def test_a_picture_of_nothing_says_where_to_enter_it(copy, draw):
    figure = draw(replace(copy, sections={word: [] for word in copy.sections}))
    shown = render_to_string("library/figure.html", {"figure": figure})
    assert "<svg" not in shown
    assert re.search(r"No \w+ is described yet: enter .+ under «.+».", shown)


@pytest.mark.parametrize("draw", PICTURES)
def test_every_mark_can_be_gone_to_and_named_and_most_can_be_filtered(copy, draw):
    figure = draw(copy)
    kinds = {kind for kind, _ in figure.drawing["kinds"]}
    found = marks(figure)
    assert kinds <= {mark.get("data-kind") for mark in found}
    for mark in found:
        assert mark.get("tabindex") == "-1"
        assert mark.get("role") == "img"
        assert mark.get("aria-label")
        assert mark.get("data-facts")
        assert mark.get("data-kind") in {*kinds, figure.drawing.get("word")}


@pytest.mark.parametrize("draw", [week, month, year])
def test_cells_stand_beside_each_other_within_the_picture(copy, draw):
    drawing = draw(copy).drawing
    for band in drawing["bands"]:
        edges = [(cell["x"], cell["x"] + cell["wide"]) for cell in band["cells"]]
        assert all(ends <= begins for (_, ends), (begins, _) in pairwise(edges))
        assert edges[-1][1] <= drawing["width"]


def test_the_page_shows_what_is_published_and_the_working_copy_to_those_who_ask_for_it(published, analyst, pharma):
    before = analyst.get(address(published)).content.decode()
    with tenant_context(pharma):
        published.typical_day.update(activity_description="Changed since")
        published.weekly_meetings.update(meeting_type="Changed since")
    after = analyst.get(address(published)).content.decode()
    working = analyst.get(address(published), {"copy": "working"}).content.decode()
    assert before.count('<svg class="lib-svg"') == after.count('<svg class="lib-svg"') == 4
    assert "Changed since" not in after
    assert "Changed since" in working
    assert "Working copy, draft" in working


def test_all_four_pictures_take_few_queries(published, pharma):
    with tenant_context(pharma), CaptureQueriesContext(connection) as queries:
        [copy] = copies.published(published.slug)
        assert all(draw(copy).rows for draw in PICTURES)
    assert len(queries) <= 4, [one["sql"][:100] for one in queries]


def test_times_of_another_tenant_and_of_drafts_are_not_found(analyst, pharma, digital):
    with tenant_context(digital):
        foreign = PersonaFactory(validation_status="published")
    with tenant_context(pharma):
        draft = PersonaFactory()
    assert [analyst.get(address(one)).status_code for one in (foreign, draft)] == [404, 404]


def test_nobody_sees_times_without_logging_in(client, db):
    assert client.get("/library/personas/priya-raman-msl/time/").status_code == 302
