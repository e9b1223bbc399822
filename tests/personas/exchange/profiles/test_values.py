"""A value as its column takes it: codes, units, lists, numbers, times; what nobody can know is left to be asked."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.exchange.profiles import BUILT_IN, Known, built_in, load
from personas.exchange.profiles.known import fold
from personas.exchange.profiles.units import UNITS, clock, hours, number, quarter
from personas.exchange.profiles.values import LEFT_OUT, Column
from personas.exchange.tables import TABLES

MINE = load({"name": "mine", "title": "Mine", "base": "common"})


def column(table: str, name: str, *answers: tuple, profile=MINE) -> Column:
    settled = [{"table": table, "column": name, "from": said, "to": to} for said, to in answers]
    return Column(TABLES[table], table, name, profile.settled(settled), Known())


@pytest.mark.parametrize(
    ("table", "name", "said", "code"),
    [
        ("week_in_life", "day_of_week", "monday", "Monday"),
        ("internal_stakeholders", "interaction_frequency", "bi-weekly", "bi_weekly"),
        ("internal_stakeholders", "relationship_type", "Cross-Functional", "cross_functional"),
        ("personas", "archetype", "Automator", "AUTOMATOR"),
        ("communication_preferences", "channel", "In person", "in_person"),
        ("customer_relationships", "satisfaction_metric", "nps", "NPS"),
    ],
)
def test_a_code_is_known_whatever_its_capitals_hyphens_and_blanks(table, name, said, code):
    read = column(table, name).read(said)
    assert (read.value, read.said) == (code, [("code", f"«{said}» read as «{code}»")])
    assert column(table, name).read(code) == (code, [], "")


@pytest.mark.parametrize(
    ("table", "name", "said"),
    [
        ("week_in_life", "meeting_load", 3),
        ("goals", "goal_text", "monday"),
        ("week_in_life", "day_of_week", "Mon"),
        ("week_in_life", "typical_start_time", "9-5"),
        ("week_in_life", "focus_time_available", "20-50"),
        ("personas", "is_active", "maybe"),
        ("week_in_life", "meeting_load", {"high": 3}),
    ],
)
def test_what_nobody_can_know_stays_as_it_is(table, name, said):
    assert column(table, name).read(said) == (said, [], "")


@pytest.mark.parametrize(
    ("table", "name", "said", "value"),
    [
        ("monthly_objectives", "achievement_rate", 85, Decimal("0.85")),
        ("monthly_objectives", "achievement_rate", "85%", Decimal("0.85")),
        ("monthly_objectives", "achievement_rate", Decimal("0.85"), Decimal("0.85")),
        ("personas", "salary_min_usd", "148,000", Decimal(148000)),
        ("personas", "budget_authority", "148,000", "148,000"),
        ("week_in_life", "typical_start_time", "07:00 AM", "07:00"),
        ("week_in_life", "typical_start_time", "8am", "08:00"),
        ("annual_conferences", "typical_quarter", "June", "Q2"),
        ("annual_conferences", "typical_quarter", "q3", "Q3"),
        ("personas", "education_level", ["PharmD", "PhD"], "PharmD, PhD"),
        ("personas", "education_level", ["PhD"], "PhD"),
        ("personas", "background_story", ["One.", "Two."], "One.\nTwo."),
        ("week_in_life", "typical_activities", "Team call", ["Team call"]),
        ("week_in_life", "typical_activities", "Team call, plan review", ["Team call", "plan review"]),
        ("week_in_life", "typical_activities", "Calls; visits, notes", ["Calls", "visits, notes"]),
        ("week_in_life", "typical_activities", '["a", "b"]', ["a", "b"]),
        ("week_in_life", "typical_activities", "Reads the paper, which takes until noon on most days, then writes",
         ["Reads the paper, which takes until noon on most days, then writes"]),
        ("external_stakeholders", "value_type", "Market Intel, brand", ["market_intel", "brand"]),
    ],
)  # fmt: skip
def test_a_value_is_read_in_the_measure_and_kind_of_its_column(table, name, said, value):
    assert column(table, name).read(said).value == value


def test_an_answer_goes_before_everything_and_a_later_one_before_an_earlier():
    read = column("goals", "priority", ("urgent", "high"), ("Urgent", "critical")).read("urgent")
    assert (read.value, read.said[0][0]) == ("critical", "alias")


def test_an_answer_may_be_about_a_mere_sign():
    read = column("goals", "priority", ("-", None)).read
    assert read("-").value is LEFT_OUT
    assert read("?").value == "?"


def test_an_answer_may_name_what_was_shown_after_reading():
    assert column("personas", "education_level", ("PharmD, PhD", "phd")).read(["PharmD", "PhD"]).value == "phd"
    assert column("monthly_objectives", "achievement_rate", ("8.5", "0.85")).read(850).value == "0.85"


def test_an_answer_may_leave_a_value_out_also_one_of_a_list():
    assert column("goals", "priority", ("n/a", None)).read("N/A").value is LEFT_OUT
    items = column("external_stakeholders", "value_type", ("fun", None), ("intel", "market_intel"))
    assert items.read(["brand", "fun", "intel"]).value == ["brand", "market_intel"]


@pytest.mark.parametrize(
    ("name", "read_as"),
    [("filled_example", {"high": 5, "medium": 4}), ("phase_one", {"high": 4, "medium": 3, "low": 2})],
)
def test_where_authors_disagree_each_profile_follows_its_own(name, read_as):
    satisfaction = column("tools_used", "satisfaction_score", profile=built_in(name))
    assert {said: satisfaction.read(said).value for said in read_as} == read_as
    assert column("tools_used", "satisfaction_score").read("high").value == "high"


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_alias_of_a_built_in_profile_leads_to_a_code_that_is_not_its_own(name):
    for alias in built_in(name).values:
        exact = column(alias.table, alias.column).exact
        if exact is not None:
            assert alias.to in exact
            assert fold(alias.said) not in {fold(code) for code in exact}


@pytest.mark.parametrize(
    ("unit", "said", "value"),
    [
        ("percent to fraction", 1, None), ("percent to fraction", "92.5", Decimal("0.925")),
        ("fraction to percent", Decimal("0.74"), 74), ("fraction to percent", 74, None),
        ("0-100 to 0-10", 82, Decimal("8.2")), ("0-100 to 0-5", 90, Decimal("4.5")), ("0-10 to 0-5", 9, Decimal("4.5")),
        ("hours to minutes", Decimal("0.5"), 30), ("minutes to hours", 45, Decimal("0.75")),
        ("minutes to hours", "soon", None), ("from and to", "8am-6pm", ["08:00", "18:00"]),
        ("month to quarter", "Sept.", "Q3"), ("hours to minutes", True, None), ("hours to minutes", "1e999999", None),
    ],
)  # fmt: skip
def test_units(unit, said, value):
    assert UNITS[unit](said) == value


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("07:00 AM", "07:00"), ("12:15 am", "00:15"), ("12pm", "12:00"), ("6 p.m.", "18:00"), ("18:30", "18:30"),
        ("8.15", "08:15"), ("13pm", None), ("25:00", None), ("9:75", None), ("9", None), ("noon", None), (9, None),
    ],
)  # fmt: skip
def test_times_of_day(said, time):
    assert clock(said) == time


def test_what_is_no_span_or_month_or_number_is_none():
    assert (hours("all day"), hours("8am"), hours(None)) == (None, None, None)
    assert (quarter("Q2"), quarter("someday"), quarter(6)) == (None, None, None)
    assert (number("1,5"), number("12 people"), number("NaN"), number([1])) == (None, None, None, None)
    assert number("1,234.5") == Decimal("1234.5")


NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
TEXTS = st.text("aA1,;.:- %[\n", max_size=20)
COLUMNS = [(table, name) for table, shape in TABLES.items() for name in shape.columns]


@given(st.text(max_size=30) | NUMBERS | st.floats() | st.booleans() | st.none() | st.lists(st.text()))
def test_whatever_is_measured_is_a_value_or_none(said):
    for unit in UNITS.values():
        assert isinstance(unit(said), Decimal | str | list | None)


@given(
    st.sampled_from(sorted({*COLUMNS} - {tuple(key.rsplit(".", 1)) for key in MINE.units})),
    TEXTS | NUMBERS | st.none() | st.lists(TEXTS, max_size=3),
)
def test_but_for_measures_what_was_read_is_read_as_it_is(where, said):
    read = column(*where).read
    assert read(read(said).value).value == read(said).value
