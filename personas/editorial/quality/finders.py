"""What finds the breaches of the rules, each in one persona whose tables were read for many."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.formats import date_format
from django.utils.text import capfirst

from personas.documents.shape import PERSONA, SHAPES
from personas.models.scales import label
from personas.sections import SECTIONS

from .facts import SCORES, WEIGHTS, Facts

EXPECTED = [(section.word, section.rows[0]) for section in SECTIONS if section.rows and section.rows[0]]
EXECUTIVES = {"vp": "a vice president", "c_level": "a C-level executive"}
WEIGHTY = ("high", "critical")
# What work below and from the mark, and AI maturity below and from it, make of somebody.
QUADRANTS = {
    (False, True): "AUTOMATOR",
    (True, True): "ORCHESTRATOR",
    (False, False): "LEARNER",
    (True, False): "SKEPTIC",
}
YEARS = ("years_in_current_role", "years_in_industry", "years_in_function")
NOTHING = ("", "0")  # what people write who may spend nothing


class Breach(NamedTuple):
    """Where a rule is broken, and what its message says about it."""

    words: dict
    section: str = ""
    row: UUID | None = None
    column: str | None = None


def missing(columns: tuple[str, ...], one: Facts, limit) -> Iterator[Breach]:
    for name in columns:
        if one.columns[name] is None:
            field = PERSONA.columns[name]
            yield Breach({"field": capfirst(field.verbose_name), "help": field.help_text}, column=name)


def thin(one: Facts, limit) -> Iterator[Breach]:
    if one.completeness < limit:
        yield Breach({"there": one.completeness})


def lacking(one: Facts, limit) -> Iterator[Breach]:
    for word, fewest in EXPECTED:
        there = one.counts.get(word, 0)
        if there < fewest:
            rows = "row" if fewest == 1 else "rows"
            words = {"section": title(word), "there": there, "fewest": fewest, "rows": rows, "more": fewest - there}
            yield Breach(words, word)


def unscored(one: Facts, limit) -> Iterator[Breach]:
    row = one.single("vpanes_scoring")
    if row is None:
        yield Breach({"said": "None of the six VPANES scores is given"}, "vpanes_scoring")
        return
    for name in SCORES:
        if row[name] is None:
            yield Breach({"said": f"The VPANES score «{capfirst(name)}» is missing"}, "vpanes_scoring", row["id"], name)


def misplaced(one: Facts, limit) -> Iterator[Breach]:
    given, work, ai = (one.columns[name] for name in ("archetype", "work_complexity_score", "ai_maturity_score"))
    if None in (given, work, ai):
        return
    fits = QUADRANTS[work >= limit, ai >= limit]
    if given != fits:
        words = {"given": label(given.lower()), "fits": label(fits.lower()), "work": plain(work), "ai": plain(ai)}
        yield Breach(words, column="archetype")


def powerless(one: Facts, limit) -> Iterator[Breach]:
    level, amount = one.columns["budget_authority_level"], one.columns["budget_authority"]
    if one.columns["seniority_level"] not in EXECUTIVES or level not in (None, "none"):
        return
    if (amount or "").strip() in NOTHING:
        yield Breach({"seniority": EXECUTIVES[one.columns["seniority_level"]]}, column="budget_authority_level")


def odd_pay(one: Facts, limit) -> Iterator[Breach]:
    low, middle, high = (one.columns[f"salary_{name}_usd"] for name in ("min", "median", "max"))
    if None not in (low, high) and low > high:
        said = f"The lowest salary ({low:,} USD) is above the highest ({high:,} USD)"
        yield Breach({"said": said}, column="salary_min_usd")
    elif middle is not None and low is not None and middle < low:
        said = f"The median salary ({middle:,} USD) is below the lowest ({low:,} USD)"
        yield Breach({"said": said}, column="salary_median_usd")
    elif middle is not None and high is not None and middle > high:
        said = f"The median salary ({middle:,} USD) is above the highest ({high:,} USD)"
        yield Breach({"said": said}, column="salary_median_usd")


def odd_years(one: Facts, limit) -> Iterator[Breach]:
    all_ = one.columns["years_of_experience"]
    for name in YEARS:
        years = one.columns[name]
        if None not in (all_, years) and years > all_:
            yield Breach(
                {"field": capfirst(PERSONA.columns[name].verbose_name), "years": years, "all": all_}, column=name
            )


def few_sources(one: Facts, limit) -> Iterator[Breach]:
    if one.sources < limit:
        sources = "source" if one.sources == 1 else "sources"
        yield Breach({"there": one.sources, "sources": sources}, "evidence_sources")


def named(column: str, one: Facts, limit) -> Iterator[Breach]:
    """What the summary of the evidence names itself."""
    row = one.single("evidence_summary") or {}
    for claim in row.get(column) or ():
        yield Breach({"claim": claim}, "evidence_summary", row["id"], column)


def unbacked(one: Facts, limit) -> Iterator[Breach]:
    if one.evidence or one.sources:
        return
    for word, weight in WEIGHTS.items():
        for row in one.rows(word):
            if row[weight] in WEIGHTY:
                words = {"row": SHAPES[word].title(row), "weight": row[weight], "column": capfirst(weight)}
                yield Breach(words, word, row["id"], weight)


def stale(one: Facts, limit) -> Iterator[Breach]:
    oldest = one.today - timedelta(days=float(limit) * 365.25)
    for piece in one.evidence:
        if piece.last_day and piece.last_day < oldest:
            words = {"row": piece.title, "given": when(piece.day) if piece.day else piece.year}
            yield Breach(words, piece.word, piece.row, piece.column)


def undated(one: Facts, limit) -> Iterator[Breach]:
    if not one.evidence:
        said = "There is no evidence, so nothing tells how fresh it is. Add some, with its date."
        yield Breach({"said": said}, "evidence_sources")
    for piece in one.evidence:
        if piece.last_day is None:
            said = f"«{piece.title}» does not say from when it is. Give it a date."
            yield Breach({"said": said}, piece.word, piece.row, piece.column)


def overdue(one: Facts, limit) -> Iterator[Breach]:
    row = one.single("evidence_summary")
    if row and row["next_review_due"] and row["next_review_due"] < one.today:
        yield Breach({"due": when(row["next_review_due"])}, "evidence_summary", row["id"], "next_review_due")


def title(word: str) -> str:
    return label(str(SHAPES[word].model._meta.verbose_name_plural))


def when(day: date) -> str:
    return date_format(day, "j M Y")


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
