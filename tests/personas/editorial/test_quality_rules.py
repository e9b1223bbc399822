"""Every rule, with a persona that breaks it and the same one that keeps it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from personas.editorial.quality import RULES, look
from personas.editorial.quality.facts import DATES, SCORES
from personas.editorial.quality.finders import YEARS
from personas.editorial.quality.rules import TO_PUBLISH, TO_SUBMIT
from personas.models import Persona
from personas.sections import SECTIONS
from tests.factories import PersonaFactory

TODAY = timezone.localdate()
DATED = {word: tuple(columns.values()) for word, columns in DATES.items()}
YESTERDAY, LONG_AGO = TODAY - timedelta(days=1), TODAY - timedelta(days=4 * 366)


def columns(**values) -> Callable[[Persona], None]:
    return lambda persona: Persona.objects.filter(pk=persona.pk).update(**values)


def rows(word: str, **values) -> Callable[[Persona], None]:
    """Every row of a section says this."""
    section = next(section for section in SECTIONS if section.word == word)
    return lambda persona: section.model.objects.filter(persona=persona).update(**values)


def one_row(word: str, **values) -> Callable[[Persona], None]:
    section = next(section for section in SECTIONS if section.word == word)

    def change(persona):
        row = section.model.objects.filter(persona=persona).first()
        section.model.objects.filter(pk=row.pk).update(**values)

    return change


def without(*words: str) -> Callable[[Persona], None]:
    def delete(persona):
        for section in SECTIONS:
            if section.word in words:
                section.model.objects.filter(persona=persona).delete()

    return delete


def emptied(persona: Persona) -> None:
    without(*(section.word for section in SECTIONS))(persona)


def both(*changes) -> Callable[[Persona], None]:
    def change(persona):
        for one in changes:
            one(persona)

    return change


unbacked = both(without(*DATES), rows("evidence_summary", other_sources_count=0))


@dataclass
class Case:
    """What breaks a rule, where and how that is told, and what keeps it."""

    code: str
    breaks: Callable[[Persona], None]
    section: str
    column: str | None
    said: str
    keeps: Callable[[Persona], None] = lambda persona: None

    def __str__(self):
        return f"{self.code} {self.section} {self.column or ''}"


def budget(seniority: str, level: str | None, amount: str | None) -> Callable[[Persona], None]:
    return columns(seniority_level=seniority, budget_authority_level=level, budget_authority=amount)


FITTING = {"AUTOMATOR": (49, 50), "ORCHESTRATOR": (50, 50), "LEARNER": (49.99, 49.99), "SKEPTIC": (50, 49)}
CASES = (
    *(
        Case("fields_to_submit", columns(**{name: None}), "", name, "is empty. Fill it in")
        for name in TO_SUBMIT
    ),
    *(
        # Which follows from AI maturity, where that is given.
        Case("fields_to_publish", columns(**{name: None}), "", name, "is empty. Fill it in")
        for name in TO_PUBLISH
        if name != "gen_ai_readiness_level"
    ),
    Case(
        "fields_to_publish", columns(gen_ai_readiness_level=None, ai_maturity_score=None), "", "gen_ai_readiness_level",
        "«Gen AI readiness level» is empty.",
    ),
    Case("enough_to_review", emptied, "", None, "Only 0 % of the expected rows are there. Fill in the sections below"),
    Case(
        "expected_rows", lambda one: one.goals.exclude(pk=one.goals.first().pk).delete(), "goals", None,
        "Goals: 1 of at least 3 rows. Add 2 more.",
    ),
    *(
        Case("vpanes_scores", rows("vpanes_scoring", **{name: None}), "vpanes_scoring", name,
             f"The VPANES score «{name.capitalize()}» is missing", rows("vpanes_scoring", **{name: 0}))
        for name in SCORES
    ),
    Case("vpanes_scores", without("vpanes_scoring"), "vpanes_scoring", None, "None of the six VPANES scores is given"),
    *(
        Case(
            "archetype_scores",
            columns(archetype=wrong, work_complexity_score=work, ai_maturity_score=ai), "", "archetype",
            f"make it {fits.capitalize()}.",
            columns(archetype=fits, work_complexity_score=work, ai_maturity_score=ai),
        )
        for fits, (work, ai) in FITTING.items()
        for wrong in FITTING
        if wrong != fits
    ),
    *(
        Case(
            "executive_budget", budget(seniority, level, amount), "", "budget_authority_level",
            "without any budget authority", keeps,
        )
        for seniority, level, amount, keeps in (
            ("vp", None, None, budget("vp", "limited", None)),
            ("c_level", "none", "0", budget("c_level", None, "48000")),
            ("vp", "none", " ", budget("director", "none", None)),
        )
    ),
    Case(
        "salary_range", columns(salary_min_usd=150_000, salary_max_usd=120_000), "", "salary_min_usd",
        "The lowest salary (150,000 USD) is above the highest (120,000 USD)",
        columns(salary_min_usd=120_000, salary_max_usd=120_000, salary_median_usd=120_000),
    ),
    Case(
        "salary_range", columns(salary_min_usd=5, salary_max_usd=9, salary_median_usd=4), "", "salary_median_usd",
        "is below the lowest", columns(salary_min_usd=None, salary_max_usd=9, salary_median_usd=4),
    ),
    Case(
        "salary_range", columns(salary_min_usd=None, salary_max_usd=9, salary_median_usd=10), "", "salary_median_usd",
        "is above the highest", columns(salary_min_usd=5, salary_max_usd=None, salary_median_usd=10),
    ),
    *(
        Case(
            "years_in_order", columns(years_of_experience=9, **{name: 12}), "", name,
            "is 12, more than the 9 years of experience in all",
            columns(**dict.fromkeys(("years_of_experience", *YEARS), 12)),
        )
        for name in YEARS
    ),
    Case(
        "evidence_sources", unbacked, "evidence_sources", None, "0 sources on file, 5 are needed.",
        both(without(*DATES), rows("evidence_summary", other_sources_count=5)),
    ),
    Case(
        "evidence_sources", both(without(*DATES), rows("evidence_summary", other_sources_count=1)), "evidence_sources",
        None, "1 source on file, 5 are needed.",
    ),
    Case(
        "unsupported_claims", rows("evidence_summary", unsupported_attributes=["Weekends"]), "evidence_summary",
        "unsupported_attributes", "Nothing supports «Weekends»", rows("evidence_summary", unsupported_attributes=None),
    ),
    Case(
        "critical_gaps", rows("evidence_summary", critical_gaps=["{Asia}"]), "evidence_summary", "critical_gaps",
        "A critical gap is open: «{Asia}».", rows("evidence_summary", critical_gaps=[]),
    ),
    Case(
        "unbacked_priorities", both(unbacked, one_row("goals", priority_id="critical", goal_text="Sleep")),
        "goals", "priority", "«Sleep» is said to be critical, and the persona has no evidence at all.",
        one_row("goals", priority_id="critical"),
    ),
    Case(
        "unbacked_priorities", both(unbacked, one_row("pain_points", severity_id="high", pain_point="Noise")),
        "pain_points", "severity", "«Noise» is said to be high",
        both(unbacked, rows("pain_points", severity_id="medium"), rows("goals", priority_id="low")),
    ),
    *(
        Case("stale_evidence", both(*(one_row(word, **{name: None}) for name in dates[1:]),
                                    one_row(word, **{dates[0]: LONG_AGO if dates[0].endswith("date") else 2019})),
             word, dates[0], "older than 3 years. Replace it with something newer, or delete it.",
             rows(word, **{dates[0]: YESTERDAY if dates[0].endswith("date") else YESTERDAY.year}))
        for word, dates in DATED.items()
    ),
    *(
        Case("stale_evidence", one_row(word, **{day: None, year: 2019}), word, year, "is from 2019, older than 3 years",
             one_row(word, **{day: None, year: TODAY.year - 3}))
        for word, (day, year) in (("public_research", DATED["public_research"]),
                                  ("supporting_statistics", DATED["supporting_statistics"]))
    ),
    *(
        Case("undated_evidence", one_row(word, **dict.fromkeys(dates)), word, dates[0], "does not say from when it is")
        for word, dates in DATED.items()
        if word != "industry_reports"  # which need a year
    ),
    Case("undated_evidence", without(*DATES), "evidence_sources", None, "There is no evidence, so nothing tells"),
    Case(
        "review_overdue", rows("evidence_summary", next_review_due=YESTERDAY), "evidence_summary", "next_review_due",
        "The evidence was to be reviewed by", rows("evidence_summary", next_review_due=TODAY),
    ),
)  # fmt: skip


@pytest.fixture
def persona(tenant) -> Persona:
    """A full one that breaks no rule."""
    persona = PersonaFactory(complete=True)
    rows("evidence_summary", unsupported_attributes=[], critical_gaps=[], next_review_due=None)(persona)
    for word, dates in DATED.items():
        rows(word, **{dates[0]: YESTERDAY if dates[0].endswith("date") else YESTERDAY.year})(persona)
    return persona


def found(persona: Persona, code: str | None = None) -> list:
    findings = look([persona.pk])[persona.pk].findings
    return [finding for finding in findings if code in (None, finding.rule.code)]


def tried(case: Case, persona: Persona) -> None:
    before = transaction.savepoint()
    case.keeps(persona)
    assert not found(persona, case.code), case
    transaction.savepoint_rollback(before)
    before = transaction.savepoint()
    case.breaks(persona)
    told = [one.said for one in found(persona, case.code) if (one.section, one.column) == (case.section, case.column)]
    assert any(case.said in said for said in told), (case, told)
    transaction.savepoint_rollback(before)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_breach_is_found_and_what_keeps_the_rule_is_not(persona, rule):
    cases = [case for case in CASES if case.code == rule.code]
    assert cases
    for case in cases:
        tried(case, persona)


def test_a_full_persona_breaks_no_rule(persona):
    assert found(persona) == []


def test_each_section_that_lacks_rows_is_told_once(tenant):
    lacking = [finding.section for finding in found(PersonaFactory(), "expected_rows")]
    assert lacking == [section.word for section in SECTIONS if section.rows and section.rows[0]]


def test_a_persona_of_which_little_is_known_contradicts_nothing(tenant):
    names = [field.name for field in Persona._meta.local_concrete_fields if field.editable and field.null]
    persona = PersonaFactory(**dict.fromkeys(names))
    assert {finding.rule.group for finding in found(persona)} == {"completeness", "evidence", "freshness"}
