"""How the editor arranges the fields of a row: true of the tables, and of the demo personas."""

import re
from collections import Counter

import pytest
from django.db import models

from personas.admin.layout import ANY, CONDITIONS, GROUPS, UNITS, groups, unit
from personas.documents.shape import ALL, BY_WORD, PERSONA
from personas.models.columns import Code, YesNo
from tests.factories import BANK

WIDE = 12  # columns that need no headings
CASES = [(word, column, *asked) for word, of_table in CONDITIONS.items() for column, asked in of_table.items()]
FIELDS = [(shape, column, field) for shape in ALL for column, field in shape.columns.items()]

# What the help text of a column says whose field has a unit.
SAID = {
    "%": r"percent",
    "share": r"as a share",
    "share 0–1": r"[Ss]hare\b.* 0 to 1\b",
    "0–1": r"From 0 to 1\b",
    "USD": r"USD|US dollars",
    "USD/year": r"(\ba year|^Yearly)\b.* US dollars|USD a year",
    "min": r"minutes",
    "hours": r"[Hh]ours",
    "h/day": r"Hours a day",
    "h/month": r"Hours a month",
    "h/quarter": r"Hours\b.* in the quarter",
    "days": r"[Dd]ays",
    "months": r"[Mm]onths",
    "years": r"[Yy]ears",
    "texts/year": r"texts\b.* in a year",
}


@pytest.mark.parametrize("shape", ALL, ids=lambda shape: shape.word)
def test_every_column_stands_under_one_heading(shape):
    assert Counter(column for _, columns in groups(shape) for column in columns) == Counter(list(shape.columns))


def test_a_wide_row_has_headings_and_the_persona_keeps_its_own():
    wide = {shape.word for shape in ALL if len(shape.columns) > WIDE} - {PERSONA.word}
    assert wide - set(GROUPS) == set()
    assert PERSONA.word not in GROUPS
    assert set(GROUPS) <= set(BY_WORD)
    for word in wide:
        sizes = [len(columns) for _, columns in groups(BY_WORD[word])]
        assert 4 <= min(sizes) <= max(sizes) <= 9, (word, sizes)


def test_a_narrow_row_has_one_group_without_heading():
    assert groups(BY_WORD["fears"]) == [("", ["fear_description", "likelihood"])]


@pytest.mark.parametrize("word", GROUPS)
def test_what_tells_a_row_from_others_comes_first(word):
    assert set(BY_WORD[word].identity) <= set(groups(BY_WORD[word])[0][1])


@pytest.mark.parametrize(("word", "column", "other", "answers"), CASES, ids=lambda value: str(value))
def test_a_condition_is_an_answer_that_its_question_can_have(word, column, other, answers):
    shape = BY_WORD[word]
    assert column in shape.columns
    assert column not in shape.needed or shape.columns[column].has_default(), "what is required is always asked"
    question = shape.columns[other]
    if answers == ANY:
        assert not question.has_default(), "it would always be answered"
    else:
        known = question.codes if isinstance(question, Code) else ["true", "false"] * isinstance(question, YesNo)
        assert set(answers) < set(known)


@pytest.mark.parametrize(("word", "column", "other", "answers"), CASES, ids=lambda value: str(value))
def test_a_question_is_asked_before_what_depends_on_it(word, column, other, answers):
    shape = BY_WORD[word]
    order = [name for _, columns in groups(shape) for name in columns]
    assert order.index(other) < order.index(column)


@pytest.mark.parametrize(("word", "column", "other", "answers"), CASES, ids=lambda value: str(value))
def test_the_demo_personas_answer_only_what_is_asked(word, column, other, answers):
    shape = BY_WORD[word]
    nothing = (None, "0", shape.blank[column])  # what is free costs 0
    rows = [row for row in BANK[shape.model._meta.label_lower] if row.get(column) not in nothing]
    unasked = [row for row in rows if not answered(row.get(other), answers)]
    assert rows or column.endswith("_currency"), "nobody answers it, so this shows nothing"
    assert unasked == []


def answered(value, answers) -> bool:
    return value is not None if answers == ANY else {True: "true", False: "false"}.get(value, value) in answers


@pytest.mark.parametrize("column", UNITS)
def test_a_unit_is_what_the_help_text_of_its_column_says(column):
    fields = [field for _, name, field in FIELDS if name == column]
    assert fields
    for field in fields:
        assert re.search(SAID[UNITS[column]], field.help_text), field.help_text


def test_every_number_in_hours_percent_or_dollars_has_a_unit():
    told = re.compile(r"\b[Hh]ours\b|US dollars|in USD|in percent|in minutes|[Mm]onths\b|[Dd]ays\b|in full years")
    numbers = [
        (shape.word, column)
        for shape, column, field in FIELDS
        if isinstance(field, models.IntegerField | models.DecimalField) and told.search(field.help_text)
    ]
    assert len(numbers) > 30
    assert [at for at in numbers if not unit(*at)] == []


@pytest.mark.parametrize(
    ("word", "column", "said"),
    [
        ("case_studies", "relevance_score", "1–10"),
        ("vpanes_scoring", "visibility", "0–10"),
        ("personas", "ai_maturity_score", "0–100"),
        ("public_research", "confidence_level", "0–1"),
        ("personas", "confidence_level", ""),  # the same name, but text
        ("week_in_life", "focus_time_available", "h/day"),  # bounded, and in hours
        ("stakeholder_journey", "milestone_count", ""),  # bounded on one side only
        ("goals", "goal_text", ""),
    ],
)
def test_a_scale_is_told_by_its_bounds_and_a_unit_goes_before(word, column, said):
    assert unit(word, column) == said
