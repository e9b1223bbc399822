"""Who has a say in the persona's work: the nearer, the more."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import asin, ceil, cos, dist, pi, sin
from statistics import mean
from typing import NamedTuple

from personas.admin.editor.places import PLACES
from personas.library.copies import FIELDS, Copy
from personas.models.scales import label

from .figure import Figure
from .shapes import shape, sits


class Kind(NamedTuple):
    """What somebody is to the company; the codes of the sections that say so."""

    name: str
    title: str
    codes: str = ""


KINDS = (
    Kind("internal", "Inside the company", "internal"),
    Kind("customer", "Customers", "customer client"),
    Kind("vendor", "Vendors and partners", "vendor supplier partner alliance consultant"),
    Kind("regulator", "Regulators", "regulator"),
    Kind("industry", "Science and industry", "academic community media analyst advisor"),
    Kind("external", "Others outside"),
)
KIND_OF = {code: kind.name for kind in KINDS for code in kind.codes.split()}
INSIDE, OUTSIDE = KINDS[0].name, KINDS[-1].name

# From 0 to 10, as the score of the influence map.
SAY = {"mission_critical": 8, "critical": 8, "very_high": 8, "high": 6, "medium": 4, "low": 2, "minimal": 1, "none": 0}
STRAINED = {"strained", "poor", "at_risk", "critical", "adversarial"}  # what is said of a relationship in trouble


class Source(NamedTuple):
    """How a section names somebody, and which of its columns tell of influence, of the relationship, and more."""

    word: str
    name: str
    role: str
    kind: str  # the column that says what they are
    otherwise: str  # what they are where no column says it
    weighs: tuple[str, ...]  # the first tells; else the mean of the others
    bond: str
    facts: tuple[str, ...]


SOURCES = (
    Source("stakeholder_influence_map", "stakeholder_name", "stakeholder_role", "stakeholder_type", OUTSIDE,
           ("overall_influence_score", "decision_influence", "budget_influence", "resource_influence",
            "strategic_influence", "political_influence"), "", ("influence_trend", "engagement_priority")),
    Source("internal_stakeholders", "stakeholder_name", "stakeholder_role", "", INSIDE, ("influence_level",),
           "relationship_quality", ("relationship_type", "decision_involvement", "trust_level", "political_alignment")),
    Source("stakeholders", "", "stakeholder_role", "relationship_type", INSIDE, ("influence_level",), "",
           ("relationship_type", "interaction_frequency")),
    Source("external_stakeholders", "stakeholder_name", "organization", "stakeholder_type", OUTSIDE,
           ("relationship_importance",), "relationship_health", ("stakeholder_type", "satisfaction_level")),
    Source("regulatory_stakeholders", "regulatory_body", "regulatory_region", "", "regulator",
           ("relationship_criticality",), "relationship_quality", ("compliance_area", "compliance_status")),
)  # fmt: skip
EDITED = " or ".join(f"«{PLACES[source.word].title}»" for source in (SOURCES[0], SOURCES[1], SOURCES[3]))


@dataclass
class Party:
    """Somebody around the persona, with what all sections say of them."""

    name: str
    role: str
    kind: str
    weight: float | None = None
    influence: str = "not said"
    strained: bool = False
    facts: list[str] = field(default_factory=list)

    @property
    def called(self) -> str:
        return ", ".join(filter(None, (self.name, self.role)))

    def learn(self, other: "Party") -> None:
        """Add what another section says; what was read first holds."""
        self.role = self.role or other.role
        if self.kind == OUTSIDE:
            self.kind = other.kind
        if self.weight is None:
            self.weight, self.influence = other.weight, other.influence
        self.strained |= other.strained
        self.facts += [fact for fact in other.facts if fact not in self.facts]


def parties(copy: Copy) -> list[Party]:
    """Everybody whom the sections name, once, who has the most say first and, of equals, who is known best."""
    found: dict[tuple, Party] = {}
    for source in SOURCES:
        for row in copy.rows(source.word):
            one = read(copy, source, row)
            found.setdefault(same(one, found), one).learn(one)
    return sorted(found.values(), key=lambda one: (one.weight is None, -(one.weight or 0), -len(one.facts), one.name))


def same(one: Party, found: dict[tuple, Party]) -> tuple:
    """By what somebody is known; who is named by the job alone is the one colleague who has it."""
    key = (" ".join(one.name.casefold().split()), one.kind == INSIDE)
    if one.role:
        return key
    alike = [other for other, party in found.items() if party.role.casefold() == key[0] and key[1] == other[1]]
    return alike[0] if len(alike) == 1 else key


def read(copy: Copy, source: Source, row: dict) -> Party:
    def says(column: str) -> str:
        return copy.says(source.word, column, row).replace("\n", ", ")

    name = row.get(source.name) or ""
    weight, influence = weighed(source, row, says)
    told = (*source.weighs, source.bond, *source.facts)
    return Party(
        name or row[source.role] or "Unnamed",
        says(source.role) if name else "",
        KIND_OF.get(row.get(source.kind), source.otherwise),
        weight,
        influence,
        row.get(source.bond) in STRAINED,
        [f"{FIELDS[source.word][column].label}: {said}" for column in told if column and (said := says(column))],
    )


def weighed(source: Source, row: dict, says) -> tuple[float | None, str]:
    """How much say somebody has, from 0 to 10, and the same in words."""
    first, *others = (
        value if isinstance(value := row.get(column), int) else SAY.get(value) for column in source.weighs
    )
    if first is not None:
        said = says(source.weighs[0])
        return first, f"{said} of 10" if said.isdigit() else said
    known = [one for one in others if one is not None]
    return (mean(known), f"{mean(known):.0f} of 10") if known else (None, Party.influence)


# The picture: rings around the persona, in the units of the drawing.
NEAREST, STEP, SIZE, APART, NAME = 46, 18, 11, 27, 18  # the most say, a point less, a mark, two, the name of a sector
RINGS = tuple((label(code), SAY[code]) for code in ("very_high", "high", "medium", "low"))
OPEN = 2 * pi / 9  # above the persona, for the names of the rings
ROOM = 4  # marks' worth that a sector has more than it holds, so that its name fits


class Sector(NamedTuple):
    kind: Kind
    start: float
    sweep: float
    parties: list[tuple[int, Party]]

    @property
    def number(self) -> int:
        """By which it has its color and its shape."""
        return KINDS.index(self.kind) + 1


def far(weight: float | None) -> float:
    return NEAREST + STEP * (10 - (weight or 0))


def at(angle: float, radius: float) -> tuple[float, float]:
    return round(cos(angle) * radius, 1), round(sin(angle) * radius, 1)


def sectors(everybody: list[Party]) -> Iterator[Sector]:
    """A slice for each kind that there is, as wide as it is full."""
    numbered = list(enumerate(everybody, 1))
    slices = [(kind, [(number, one) for number, one in numbered if one.kind == kind.name]) for kind in KINDS]
    slices = [(kind, inside) for kind, inside in slices if inside]
    whole = sum(len(inside) + ROOM for _, inside in slices)
    start = (OPEN - pi) / 2
    for kind, inside in slices:
        sweep = (2 * pi - OPEN) * (len(inside) + ROOM) / whole
        yield Sector(kind, start, sweep, inside)
        start += sweep


def spot(sector: Sector, radius: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """The freest place in a sector at this distance or, where all is taken, a little farther out."""
    while True:
        margin = asin(min(1, APART / 2 / radius))
        room = max(0, sector.sweep - 2 * margin)
        steps = ceil(room * radius / SIZE) or 1
        angles = [sector.start + sector.sweep / 2 + room * (step / steps - 1 / 2) for step in range(steps + 1)]
        angles.sort(key=lambda angle: abs(angle - sector.start - sector.sweep / 2))
        freest = max((at(angle, radius) for angle in angles), key=lambda one: free(one, taken))
        if free(freest, taken) >= APART:
            return freest
        radius += SIZE / 2


def free(one: tuple[float, float], taken: list[tuple[float, float]]) -> float:
    return min((dist(one, other) for other in taken), default=1000)


def arc(sector: Sector, radius: float) -> str:
    """The line on which the name of a sector stands; below the persona it runs the other way, to stay upright."""
    below = sin(sector.start + sector.sweep / 2) > 0
    half = min(sector.sweep, pi) / 2
    middle, radius = sector.start + sector.sweep / 2, radius + (12 if below else 4)
    (x, y), (to_x, to_y) = (at(middle + way * half, radius) for way in ((1, -1) if below else (-1, 1)))
    return f"M{x},{y}A{radius},{radius} 0 0 {0 if below else 1} {to_x},{to_y}"


def drawn(everybody: list[Party]) -> dict:
    slices = list(sectors(everybody))
    marks = list(marked(slices))
    rings = [{"said": said, "radius": far(weight)} for said, weight in RINGS]
    outmost = ceil(max(dist((0, 0), (mark["x"], mark["y"])) for mark in marks)) + SIZE + 4
    reach = max(outmost, next((ring["radius"] for ring in rings if ring["radius"] > outmost), outmost))
    return {
        "reach": reach + NAME,
        "across": 2 * (reach + NAME),
        "rings": [ring for ring in rings if ring["radius"] <= reach],
        "edges": [at(edge, reach) for one in slices for edge in (one.start, one.start + one.sweep)],
        "sectors": [
            {
                "kind": one.kind,
                "color": f"lib-c{one.number}",
                "key": shape(one.number, 6),
                "arc": arc(one, reach),
                "parties": one.parties,
            }
            for one in slices
        ],
        "marks": sorted(marks, key=lambda mark: mark["number"]),
        "strained": any(one.strained for one in everybody),
    }


def marked(slices: list[Sector]) -> Iterator[dict]:
    """The marks, each where it overlaps no other."""
    taken: list[tuple[float, float]] = []
    for sector in slices:
        for number, one in sector.parties:
            taken.append(spot(sector, far(one.weight), taken))
            said = f"{sector.kind.title}, influence or importance: {one.influence.lower()}"
            yield {
                "number": number,
                "x": taken[-1][0],
                "y": taken[-1][1],
                "kind": sector.kind.name,
                "color": f"lib-c{sector.number}",
                "shape": shape(sector.number, SIZE),
                "letter": sits(sector.number, SIZE),
                "strained": one.strained,
                "says": f"{number}. {one.called}. {said}",
                "facts": "\n".join((one.called, sector.kind.title, *one.facts)),
            }


def influence_map(copy: Copy, most: int | None = None) -> Figure:
    """Everybody around the persona or, on a small page, those with the most say."""
    everybody = parties(copy)
    shown = everybody[:most]
    titles = {kind.name: kind.title for kind in KINDS}
    kinds = [(len(one.parties), one.kind.title.lower()) for one in sectors(everybody)]
    strongest = "; ".join(f"{one.called} ({one.influence.lower()})" for one in everybody[:3])
    return Figure(
        kind="influence",
        title="Who has a say",
        says=f"{len(everybody)} around {copy.name}: {', '.join(f'{number} {title}' for number, title in kinds)}. "
        f"The most say: {strongest}.",
        drawing=drawn(shown) | {"more": len(everybody) - len(shown)} if shown else {},
        columns=("Who", "Role", "What they are", "Influence or importance", "What is known"),
        rows=[
            (f"{number}. {one.name}", one.role, titles[one.kind], one.influence, "; ".join(one.facts))
            for number, one in enumerate(everybody, 1)
        ],
        leads=SOURCES[0].word,
        empty=f"Nobody around the persona is named yet. Add people under {EDITED} in the editor.",
    )
