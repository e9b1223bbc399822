"""Rules of a team in Python: what a persona must be like to be seeded, beside what the database demands.

A rule is a function that takes a persona and yields what is wrong with it. docs/seeding.md tells where to put them.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings

from personas.documents.schema import Parsed, Problem, parse
from personas.documents.shape import BY_WORD, PERSONA
from personas.exchange.report import Finding, Kind, finding
from personas.models import RuleSetting

# Severities of the rules of quality, and one more: a persona that breaks such a rule is not written.
STOP = "stop"
WARNING, SUBMIT, PUBLISH = RuleSetting.Severity.WARNING, RuleSetting.Severity.SUBMIT, RuleSetting.Severity.PUBLISH
AGAINST = {WARNING: "", SUBMIT: "stands against a review: ", PUBLISH: "stands against publishing: "}


class RulesError(Exception):
    """A module of rules that cannot be read."""


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
        try:
            import_module(name)
        except Exception as error:
            said = f"SEEDING_RULES names «{name}», which cannot be read: {type(error).__name__}: {error}"
            raise RulesError(said) from error
    return list(RULES.values())


def look_for(function: str, document: dict, parsed: Parsed | None) -> list[Finding]:
    """What is wrong with a document as one of a function: what the rules find, and that it is another function's."""
    parsed = parsed or parse(document)
    theirs = parsed.persona.get("function")
    found = look(document, parsed)
    if theirs in (None, function):
        return found
    said = f"belongs to «{theirs}», and «{function}» is being seeded"
    problem = Problem(("function",), "function", said, theirs, "move it to a file of that function, or correct it")
    return [*found, finding(document, str(parsed.persona.get("slug") or ""), problem)]


def look(document: dict, parsed: Parsed | None) -> list[Finding]:
    """What the rules find in a document; none of them can change it."""
    parsed = parsed or parse(document)
    slug = str(parsed.persona.get("slug") or "")
    found = []
    for one in in_force():
        persona = deepcopy(parsed.persona | parsed.rows)
        for where, said in breaches(one, persona):
            path = (where,) if where in parsed.persona or where in BY_WORD or where in PERSONA.columns else ()
            problem = Problem(path, one.code, AGAINST.get(one.severity, "") + said, parsed.persona.get(where))
            found.append(finding(document, slug, problem, Kind.ERROR if one.severity == STOP else Kind.NOTE))
    return found


def breaches(one: Rule, persona: dict[str, Any]) -> list[tuple[str, str]]:
    """What a rule finds. A rule that fails itself is a breach: nobody knows what it would have said."""
    try:
        found = one.find(persona)
        if found is None or isinstance(found, bool):
            return [("", one.means or f"breaks the rule «{one.code}»")] if found is False else []
        return [as_breach(one, each) for each in ([found] if isinstance(found, str) else found)]
    except ValueError as error:
        return [("", str(error) or f"breaks the rule «{one.code}»")]
    except (Exception, SystemExit) as error:
        return [("", f"the rule «{one.code}» failed: {type(error).__name__}: {error}")]


def as_breach(one: Rule, told: Any) -> tuple[str, str]:
    """A pair of column and sentence; a sentence alone is one, too."""
    match told:
        case str():
            return "", told
        case (str() as where, str() as said):
            return where, said
    raise TypeError(f"it yields {told!r}, and not a pair of column and sentence")
