from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from uuid import uuid4

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from lookups.models import SeverityLevel
from personas.editorial.quality.facts import DATES
from personas.library import copies
from personas.library.copies import Copy
from personas.library.figures.evidence import APART, ROW, YEARS, evidence, level
from personas.library.figures.severity import by_severity
from vital.tenancy.context import tenant_context


def told(**sections) -> Copy:
    """A persona that says only this."""
    numbered = {word: [{"id": uuid4()} | row for row in rows] for word, rows in sections.items()}
    labels = {(SeverityLevel, code): code.capitalize() for code in ("low", "medium", "high", "critical")}
    return Copy(
        uuid4(), True, "published", 1, datetime(2026, 1, 1, tzinfo=UTC), {}, defaultdict(list, numbered), labels
    )


def source(citation: str, day: date | None = None, **said) -> dict:
    return {"citation": citation, "publication_date": day} | said


def marks(figure) -> list[dict]:
    return [mark for lane in figure.drawing["lanes"] for mark in lane["marks"]]


def test_only_what_has_no_date_at_all_is_undated():
    figure = evidence(told(
        evidence_sources=[source("Dated", date(2025, 5, 4)), source("Undated")],
        industry_reports=[{"report_title": "Of a month", "publication_year": 2024, "publication_month": 3}],
        public_research=[{"research_title": "Of a year", "publication_year": 2023}],
        supporting_statistics=[{"statistic_name": "Collected", "collection_year": 2022}],
    ))  # fmt: skip
    assert {row[0]: row[2] for row in figure.rows} == {
        "Dated": "4 May 2025", "Undated": "undated", "Of a month": "Mar 2024", "Of a year": "2023",
        "Collected": "2022",
    }  # fmt: skip
    assert figure.rows[0][0] == "Dated"
    assert figure.rows[-1][0] == "Undated"
    right = [mark["says"] for mark in marks(figure) if mark["x"] > figure.drawing["undated"]]
    assert right == ["Undated: undated, confidence level: not said"]


def test_what_tells_only_its_year_is_as_old_as_that_year_s_end():
    today = timezone.localdate()
    reports = [{"report_title": at, "publication_year": today.year - years} for at, years in (("now", 0), ("then", 2))]
    ages = {row[0]: float(row[3]) for row in evidence(told(industry_reports=reports)).rows}
    assert ages["now"] == 0
    assert 1 <= ages["then"] <= 2


def test_older_stands_further_left_and_what_is_very_old_at_the_beginning():
    today = timezone.localdate()
    days = [date(1950, 1, 1), today - timedelta(days=900), today - timedelta(days=30)]
    figure = evidence(told(evidence_sources=[source(f"From {day}", day) for day in days]))
    places = [mark["x"] for mark in marks(figure)]
    assert places == sorted(set(places))
    assert places[0] >= 0
    assert len(figure.drawing["ticks"]) == YEARS


def test_no_mark_of_a_kind_covers_another():
    days = [date(2025, 3, 1) + timedelta(days=at) for at in range(20)]
    found = marks(
        evidence(told(evidence_sources=[source(f"{at}", day) for at, day in enumerate([*days, *[None] * 9])]))
    )
    assert len(found) == 29
    for one, other in combinations(found, 2):
        assert abs(one["x"] - other["x"]) >= APART - 0.1 or abs(one["y"] - other["y"]) >= ROW


@pytest.mark.parametrize(
    ("said", "reached"),
    [("very_high", 4), ("questionable", 1), ("unknown", 0), (None, 0), (10, 4), (7, 3), (5, 2), (1, 1),
     (True, 3), (False, 0)],
)  # fmt: skip
def test_trust_is_read_from_words_scores_and_ticks(said, reached):
    assert level(said) == reached


def test_every_piece_of_evidence_that_was_published_is_in_the_picture_and_in_the_table(published, pharma):
    with tenant_context(pharma):
        [copy] = copies.published(published.slug)
        figure = evidence(copy)
    number = sum(len(copy.rows(word)) for word in DATES)
    assert number > 30
    assert len(marks(figure)) == len(figure.rows) == number
    assert render_to_string("library/figure.html", {"figure": figure}).count("lib-mark-it") == number


def test_without_evidence_it_says_where_to_add_some():
    said = render_to_string("library/figure.html", {"figure": evidence(told())})
    assert "There is no evidence yet. Add sources" in said
    assert "<svg" not in said


def pain(text: str, severity: str | None, **said) -> dict:
    return {"pain_point": text, "severity": severity, "frequency": None, "is_ai_addressable": None} | said


def test_the_most_severe_comes_first_and_what_is_not_rated_last():
    pains = [pain("b", "low"), pain("d", None), pain("a", "critical"), pain("c", "high")]
    figure = by_severity(told(pain_points=pains), "pain_points")
    assert [bar.text for bar in figure.drawing["bars"]] == [row[0] for row in figure.rows] == ["a", "c", "b", "d"]
    assert [sum(bar.cells) for bar in figure.drawing["bars"]] == [4, 3, 1, 0]
    assert figure.says.startswith("Pain points by severity: 1 critical, 1 high, 1 low, 1 not said. First: a.")


def test_where_ai_could_help_is_a_mark_and_where_it_could_not_is_none():
    pains = [pain("a", "high", is_ai_addressable=True), pain("b", "high", is_ai_addressable=False)]
    first, second = by_severity(told(pain_points=pains), "pain_points").drawing["bars"]
    assert (first.flags, second.flags) == (["AI could help"], [])


def test_goals_stand_by_priority_and_a_short_picture_says_how_many_more_there_are():
    goals = [
        {"goal_text": name, "priority": priority} for name, priority in (("a", "low"), ("b", "high"), ("c", "low"))
    ]
    figure = by_severity(told(goals=goals), "goals", most=1)
    said = render_to_string("library/figure.html", {"figure": figure})
    assert figure.title == "Goals by priority"
    assert [bar.text for bar in figure.drawing["bars"]] == ["b"]
    assert "2 more" in said
    assert len(figure.rows) == 3


def test_without_pains_it_says_where_to_add_them():
    said = render_to_string("library/figure.html", {"figure": by_severity(told(), "pain_points")})
    assert "Add them under «Pain points» in the editor." in said
