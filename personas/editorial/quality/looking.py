"""What the rules find: for one persona or a thousand, in the same number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, DecimalField, F, Q, Subquery, Value
from django.db.models.functions import Coalesce

from personas.models import Persona, RuleSetting

from .facts import Facts, Reading
from .rules import (
    BY_CODE,
    COMPLETENESS,
    CONSISTENCY,
    EVIDENCE,
    FRESHNESS,
    MEASURES,
    PUBLISH,
    SUBMIT,
    WARNING,
    Measure,
    Rule,
)
from .settings import InForce, in_force

AT_ONCE = 1000  # personas that are held in memory
BLOCKS = {"submit": (SUBMIT,), "publish": (SUBMIT, PUBLISH)}  # the severities that stand against a step


@dataclass(frozen=True)
class Finding:
    """One breach of a rule: where it is, and a sentence that says what to do."""

    rule: Rule
    severity: str
    persona: UUID
    section: str  # empty: the persona's own columns
    row: UUID | None
    column: str | None
    said: str


class Numbers(NamedTuple):
    """Four figures from 0 to 100, as MEASURES defines them; 100 says that no rule of that kind is broken."""

    completeness: int
    consistency: int
    evidence: int
    freshness: int

    @property
    def told(self) -> list[tuple[Measure, int]]:
        return list(zip(MEASURES, self, strict=True))


@dataclass(frozen=True)
class Assessment:
    """What the rules say of one persona."""

    persona: UUID
    findings: list[Finding]
    numbers: Numbers

    def blocking(self, step: str) -> list[Finding]:
        """What stands against a step of review, such as «submit»."""
        return [finding for finding in self.findings if finding.severity in BLOCKS.get(step, ())]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity == WARNING]


def look(ids: Iterable[UUID]) -> dict[UUID, Assessment]:
    """What the rules say of some personas of the current tenant; who is not there is left out."""
    rules = [held for held in in_force().values() if not held.is_off]
    assessed, ids = {}, list(dict.fromkeys(ids))
    for start in range(0, len(ids), AT_ONCE):
        for one in Reading(ids[start : start + AT_ONCE]).personas():
            findings = [finding for held in rules for finding in _findings(held, one)]
            assessed[one.persona] = Assessment(one.persona, findings, _numbers(one, rules, findings))
    return assessed


def _findings(held: InForce, one: Facts) -> Iterable[Finding]:
    for breach in held.rule.find(one, held.threshold):
        said = held.rule.message.format(limit=held.limit, **breach.words)
        yield Finding(held.rule, held.severity, one.persona, breach.section, breach.row, breach.column, said)


def _numbers(one: Facts, rules: list[InForce], findings: list[Finding]) -> Numbers:
    broken = {finding.rule.code for finding in findings}
    breaches = Counter(finding.rule.group for finding in findings)
    contradictions = {held.rule.code for held in rules if held.rule.group == CONSISTENCY}
    needed = next((int(held.threshold) for held in rules if held.rule.code == "evidence_sources"), 0)
    claims = breaches[EVIDENCE] - ("evidence_sources" in broken)
    dated = len(one.evidence) + ("review_overdue" in broken)
    told = {
        COMPLETENESS: one.completeness,
        CONSISTENCY: _share(len(contradictions - broken), len(contradictions)),
        EVIDENCE: _share(min(one.sources, needed), needed + claims),
        FRESHNESS: _share(dated - breaches[FRESHNESS], dated) if one.evidence else 0,
    }
    return Numbers(**{name: min(number, 99 if breaches[name] else 100) for name, number in told.items()})


def _share(part: int, whole: int) -> int:
    return 100 * max(part, 0) // whole if whole else 100


def share_with_enough_sources() -> int | None:
    """Of the personas of the tenant, the share in percent that has enough sources; None where there is no persona."""
    rule = BY_CODE["evidence_sources"]
    set_to = Subquery(RuleSetting.objects.filter(code=rule.code).values("threshold")[:1])
    enough = Coalesce(set_to, Value(rule.threshold), output_field=DecimalField())
    counted = (
        Persona.objects.filter(deleted_at=None)
        .annotate(sources=Coalesce("evidence_summary__total_sources", 0), enough=enough)
        .aggregate(all=Count("pk"), backed=Count("pk", filter=Q(sources__gte=F("enough"))))
    )
    return 100 * counted["backed"] // counted["all"] if counted["all"] else None
