"""The persona sheet: a page that one understands in a minute."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from .copies import FIELDS, Copy
from .door import find_one, links, readers, show
from .figures.evidence import evidence
from .figures.matrix import position
from .figures.people import influence_map
from .figures.radar import radar, tier, total
from .figures.seasons import year
from .figures.severity import by_severity
from .figures.time import day, week

# What stands below the name, in one line each; columns of the persona.
FACTS = (
    "seniority_level", "years_of_experience", "education_level", "reporting_to", "team_size_typical",
    "budget_authority_level", "organization_type", "geographic_scope", "work_arrangement", "decision_making_style",
    "technology_adoption", "risk_tolerance", "change_readiness", "gen_ai_usage_frequency", "gen_ai_primary_use_case",
)  # fmt: skip


class Brief(NamedTuple):
    """A section in a few lines: the column that each row is known by, the small print, and what it is answered with."""

    word: str
    title: str
    main: str
    small: tuple[str, ...] = ()
    answer: str = ""
    most: int = 6


TOOLS = Brief("tools_used", "Tools", "tool_name", ("tool_category", "proficiency_level"), most=8)
DRIVES = (
    Brief("motivations", "What drives them", "motivation_text", ("importance",), most=4),
    Brief("fears", "What they fear", "fear_description", ("likelihood",), most=3),
)
BUYING = (
    Brief("buying_triggers", "What sets it off", "trigger_description", ("urgency_level",), most=4),
    Brief("evaluation_criteria", "What it is judged by", "criterion_name", ("criterion_category",), most=5),
)
OBJECTIONS = Brief("objections", "Objections, and what to answer", "objection_text", (), "response_strategy", most=5)
REACH = (
    Brief("communication_preferences", "How to reach them", "channel", ("preference_level", "best_time"), most=4),
    Brief("information_sources", "What they read", "source_name", ("trust_level",), most=5),
)


PICTURES = {
    "goals": partial(by_severity, word="goals", most=5),
    "pains": partial(by_severity, word="pain_points", most=5),
    "position": position,
    "radar": radar,
    "day": day,
    "week": week,
    "year": year,
    "influence": partial(influence_map, most=24),
    "evidence": evidence,
}


@dataclass(frozen=True)
class Line:
    """One row of a brief section."""

    text: str
    small: list[str]
    answer: str


@dataclass(frozen=True)
class Told:
    """A brief section as the sheet shows it: the first rows, and how many there are."""

    word: str
    title: str
    lines: list[Line]
    number: int


@readers
def page(request, slug: str):
    copy = find_one(request, slug)
    return show(request, "sheet", copy.name, **context(copy), links=links(copy))


def context(copy: Copy) -> dict:
    """What `library/sheet_body.html` needs, whether it stands in the admin's frame, on paper or on a shared page."""
    score = total(copy)
    return {
        "copy": copy,
        "initials": initials(copy.name),
        "work": place_of_work(copy),
        "archetype": short(copy, "archetype"),
        "readiness": short(copy, "gen_ai_readiness_level"),
        "layer": short(copy, "preferred_service_layer"),
        "tier": tier(score),
        "total": score,
        "quotes": copy.rows("quotes")[:2],
        "facts": [(FIELDS["personas"][name].label, said) for name in FACTS if (said := short(copy, name))],
        **{name: draw(copy) for name, draw in PICTURES.items()},
        "drives": [told(copy, brief) for brief in DRIVES],
        "tools": told(copy, TOOLS),
        "buying_process": [
            (field.label, copy.says("buying_process", name, copy.one("buying_process")))
            for name, field in FIELDS["buying_process"].items()
            if copy.one("buying_process").get(name) is not None
        ],
        "buying": [told(copy, brief) for brief in BUYING],
        "objections": told(copy, OBJECTIONS),
        "reach": [told(copy, brief) for brief in REACH],
        "nothing_yet": not any(copy.sections.values()),
    }


def short(copy: Copy, name: str) -> str:
    """A value of the persona without its explanation: «Skeptic» of «Skeptic: low AI, strategic work»."""
    said = copy.says("personas", name).partition(": ")[0]
    return said[:1].upper() + said[1:]


def place_of_work(copy: Copy) -> str:
    """Department and function, and the role where no job title says it."""
    names = ("department", "function") if copy.own["title"] else ("role", "department", "function")
    return ", ".join(said for name in names if (said := copy.says("personas", name)))


def told(copy: Copy, brief: Brief) -> Told:
    rows = copy.rows(brief.word)
    lines = [
        Line(
            copy.says(brief.word, brief.main, row),
            [said for name in brief.small if (said := copy.says(brief.word, name, row))],
            copy.says(brief.word, brief.answer, row) if brief.answer else "",
        )
        for row in rows[: brief.most]
    ]
    return Told(brief.word, brief.title, lines, len(rows))


def initials(name: str) -> str:
    """Two letters for a round mark: `NH` for «Dr. Nadia Haddad»."""
    words = [word for word in name.split() if word[:1].isalpha() and not word.endswith(".")]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))
