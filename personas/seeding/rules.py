"""Rules of a team in Python: what a persona must be like to be seeded, beside what the database demands.

A rule is a function that takes a persona and yields what is wrong with it. docs/seeding.md tells where to put them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings

from personas.documents.schema import Parsed, Problem, parse
from personas.exchange.report import Finding, Kind, finding
from personas.models import RuleSetting

# Severities of the rules of quality, and one more: a persona that breaks such a rule is not written.
STOP = "stop"
WARNING, SUBMIT, PUBLISH = RuleSetting.Severity.WARNING, RuleSetting.Severity.SUBMIT, RuleSetting.Severity.PUBLISH
AGAINST = {WARNING: "", SUBMIT: "stands against a review: ", PUBLISH: "stands against publishing: "}


@dataclass(frozen=True)
class Rule:
    code: str
    severity: str
    find: Callable[[dict[str, Any]], Iterator[tuple[str, str]] | bool | None]
    means: str


RULES: dict[str, Rule] = {}


def rule(code: str, severity: str = STOP) -> Callable:
    """Make a function a rule. It yields pairs of a column, or a section, and a sentence; or raises ValueError."""
    if severity not in (STOP, *AGAINST):
        raise ValueError(f"«{severity}» is no severity. There are {', '.join((STOP, *AGAINST))}.")

    def register(find: Callable) -> Callable:
        RULES[code] = Rule(code, severity, find, (find.__doc__ or "").strip())
        return find

    return register


@rule("executive-budget")
def executives_have_a_budget(persona: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Executives must have budget authority."""
    if persona.get("seniority_level") in ("vp", "c_level") and not persona.get("budget_authority"):
        yield "budget_authority", "Executives must have budget authority; give an amount, such as 2500000"


def in_force() -> list[Rule]:
    """All rules: ours, and those of the modules that SEEDING_RULES names."""
    for name in settings.SEEDING_RULES:
        import_module(name)
    return list(RULES.values())


def look(document: dict, parsed: Parsed | None) -> list[Finding]:
    """What the rules find in a document."""
    parsed = parsed or parse(document)
    persona = parsed.persona | parsed.rows
    slug = str(parsed.persona.get("slug") or "")
    return [
        finding(document, slug, Problem((where,) if where else (), one.code, message_of(one, said), persona.get(where)),
                Kind.ERROR if one.severity == STOP else Kind.NOTE)
        for one in in_force()
        for where, said in breaches(one, persona)
    ]  # fmt: skip


def breaches(one: Rule, persona: dict[str, Any]) -> list[tuple[str, str]]:
    """What a rule finds. A rule that fails itself is a breach: nobody knows what it would have said."""
    try:
        found = one.find(persona)
        if found is None or isinstance(found, bool):
            return [("", one.means)] if found is False else []
        return list(found)
    except ValueError as error:
        return [("", str(error))]
    except Exception as error:
        return [("", f"the rule «{one.code}» failed: {type(error).__name__}: {error}")]


def message_of(one: Rule, said: str) -> str:
    return AGAINST.get(one.severity, "") + said
