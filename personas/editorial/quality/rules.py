"""THE TABLE of rules: what is asked of a persona, how seriously, and how a breach is told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from personas.models import RuleSetting

from . import finders as f
from .facts import Facts

OFF, WARNING, SUBMIT, PUBLISH = RuleSetting.Severity


@dataclass(frozen=True)
class Measure:
    """What some rules together say of a persona, as a number from 0 to 100."""

    code: str
    title: str
    means: str


MEASURES = (
    Measure(
        "completeness",
        "Completeness",
        "Of the rows that sections are expected to have, the share that is there; each section weighs the same. "
        "It is the «Complete» of the list of personas.",
    ),
    Measure(
        "consistency",
        "Consistency",
        "Of the rules about things that contradict each other, the share that the persona keeps.",
    ),
    Measure(
        "evidence",
        "Evidence",
        "Of the evidence that is called for, the share that is there: the sources that are needed, and one more for "
        "each claim that is known to have none.",
    ),
    Measure(
        "freshness",
        "Freshness",
        "Of the rows of evidence, the share that has a date and is not out of date; a review that is overdue counts "
        "as one such row.",
    ),
)
COMPLETENESS, CONSISTENCY, EVIDENCE, FRESHNESS = (measure.code for measure in MEASURES)


@dataclass(frozen=True)
class Rule:
    """One rule, as it is where a tenant has not set it otherwise."""

    code: str
    title: str
    group: str
    severity: RuleSetting.Severity
    find: Callable[[Facts, float], Iterator[f.Breach]]
    message: str  # of one breach: what is wrong, and what to do
    means: str  # for whoever sets it, with an example
    threshold: int | None = None
    unit: str = ""  # of the threshold
    highest: int = 0  # that the threshold may be


# The database itself demands a name and a slug.
TO_SUBMIT = ("title", "one_liner", "archetype", "role", "function")
TO_PUBLISH = (
    "department", "seniority_level", "years_of_experience", "typical_organization_size", "geographic_scope",
    "budget_authority_level", "work_pattern", "work_complexity_score", "ai_maturity_score", "technology_adoption",
    "risk_tolerance", "gen_ai_readiness_level", "background_story", "a_day_in_the_life",
)  # fmt: skip


def named(columns: tuple[str, ...]) -> str:
    """`a, b and c`, as people call these columns."""
    *most, last = (str(f.PERSONA.columns[name].verbose_name) for name in columns)
    return f"{', '.join(most)} and {last}"


RULES = (
    Rule(
        "fields_to_submit", "Fields needed for a review", COMPLETENESS, SUBMIT, partial(f.missing, TO_SUBMIT),
        "«{field}» is empty. Fill it in: {help}",
        f"A reviewer has to know who this is. Needed are: {named(TO_SUBMIT)}.",
    ),
    Rule(
        "fields_to_publish", "Fields needed for publishing", COMPLETENESS, PUBLISH, partial(f.missing, TO_PUBLISH),
        "«{field}» is empty. Fill it in: {help}",
        f"Those who read personas filter by these and rely on them: {named(TO_PUBLISH)}.",
    ),
    Rule(
        "enough_to_review", "Enough to review", COMPLETENESS, SUBMIT, f.thin,
        "Only {there} % of the expected rows are there. Fill in the sections below until {limit} % are.",
        "A persona that is mostly empty is no use to a reviewer. At 50, half of the expected rows have to be there.",
        50, "% complete", 100,
    ),
    Rule(
        "expected_rows", "Expected rows in each section", COMPLETENESS, PUBLISH, f.lacking,
        "{section}: {there} of at least {fewest} {rows}. Add {more} more.",
        "Every section has a number of rows that is expected, such as 3 to 7 goals. A persona with 2 goals lacks 1.",
    ),
    Rule(
        "vpanes_scores", "All six VPANES scores", COMPLETENESS, PUBLISH, f.unscored,
        "{said}, so there is no total and no tier. Give a number from 0 to 10.",
        "The priority tier is the sum of six scores. Without «Pain», say, there is neither sum nor tier.",
    ),
    Rule(
        "archetype_scores", "Archetype fits its scores", CONSISTENCY, PUBLISH, f.misplaced,
        "The archetype is {given}, but work complexity {work} and AI maturity {ai} make it {fits}. Correct the "
        "archetype, or the score that is wrong.",
        "The two scores say the archetype: below the mark work is routine, below it AI is new. At 50, work 40 and AI "
        "maturity 78 make an Automator; both at 80 an Orchestrator; both at 30 a Learner; work 76 and AI 28 a Skeptic.",
        50, "is the mark of both scores", 100,
    ),
    Rule(
        "executive_budget", "Executives have a budget", CONSISTENCY, PUBLISH, f.powerless,
        "The persona is {seniority} without any budget authority. Choose how much it can approve alone, or correct "
        "the seniority.",
        "Vice presidents and C-level executives decide about money. One with neither a level of budget authority nor "
        "an amount, or with «None» and «0», breaks this rule.",
    ),
    Rule(
        "salary_range", "Salaries in order", CONSISTENCY, PUBLISH, f.odd_pay,
        "{said}. Check the three figures against their source.",
        "The lowest salary is not above the highest, and the median lies between them. 150,000 to 120,000 USD breaks "
        "this rule.",
    ),
    Rule(
        "years_in_order", "Years in order", CONSISTENCY, WARNING, f.odd_years,
        "{field} is {years}, more than the {all} years of experience in all. Correct one of them.",
        "Nobody is in a role, an industry or a function for longer than they have worked: 12 years in the role of 9 "
        "years of experience break this rule.",
    ),
    Rule(
        "evidence_sources", "Enough sources", EVIDENCE, PUBLISH, f.few_sources,
        "{there} {sources} on file, {limit} are needed. Add studies, reports, opinions, cases or statistics.",
        "A persona rests on studies, industry reports, opinions of experts, case studies and statistics, and on other "
        "sources that the summary of the evidence counts. 80 % of all personas should have 5.",
        5, "sources", 1000,
    ),
    Rule(
        "unsupported_claims", "Claims without evidence", EVIDENCE, WARNING, partial(f.named, "unsupported_attributes"),
        "Nothing supports «{claim}», says the summary of the evidence. Find a source, or take the claim out.",
        "What stands under «Unsupported attributes» in the summary of the evidence, such as «Weekend routine». Nobody "
        "but an analyst can tell whether a source supports a claim, so only what is named there is found.",
    ),
    Rule(
        "critical_gaps", "Critical gaps", EVIDENCE, WARNING, partial(f.named, "critical_gaps"),
        "A critical gap is open: «{claim}». Close it, and take it out of the summary of the evidence.",
        "What stands under «Critical gaps» in the summary of the evidence, such as «Buying authority».",
    ),
    Rule(
        "unbacked_priorities", "Strong claims with no evidence at all", EVIDENCE, WARNING, f.unbacked,
        "«{row}» is said to be {weight}, and the persona has no evidence at all. Add a source, or say less of it.",
        "Where a persona has not a single row of evidence, every goal of high or critical priority and every pain "
        "point of that severity is an assertion.",
    ),
    Rule(
        "stale_evidence", "Evidence out of date", FRESHNESS, WARNING, f.stale,
        "«{row}» is from {given}, older than {limit} years. Replace it with something newer, or delete it.",
        "By the date of publication; of what tells only the year, by its end. At 3, a study of June 2022 is out of "
        "date from July 2025 on.",
        3, "years old at most", 100,
    ),
    Rule(
        "undated_evidence", "Evidence without a date", FRESHNESS, WARNING, f.undated,
        "{said}",
        "What has neither a day nor a year of publication may be out of date without anybody noticing, such as an "
        "opinion without the day it was given.",
    ),
    Rule(
        "review_overdue", "Review of the evidence overdue", FRESHNESS, WARNING, f.overdue,
        "The evidence was to be reviewed by {due}. Look through it, then set the next date.",
        "The summary of the evidence says when it is to be looked through next; that day has passed.",
    ),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}
