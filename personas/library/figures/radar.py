"""The six VPANES scores of one persona, or of several over each other."""

from collections.abc import Sequence
from math import cos, pi, sin

from personas.documents.shape import SHAPES
from personas.library.copies import Copy
from personas.models.goals import TIERS

from .figure import Figure

WORD = "vpanes_scoring"
AXES = ("visibility", "pain", "actions", "needs", "emotions", "scenarios")
MOST, RADIUS = 10, 100  # of a score, and of the picture
RINGS = (2, 4, 6, 8, 10)
TIER_NAMES = {"tier_1_ideal": "Tier 1, ideal", "tier_2_high": "Tier 2, high", "tier_3_medium": "Tier 3, medium",
              "tier_4_low": "Tier 4, low"}  # fmt: skip


def point(axis: int, score: float) -> tuple[float, float]:
    """Where a score stands: the first axis points up, the others follow clockwise."""
    angle = 2 * pi * axis / len(AXES) - pi / 2
    return round(cos(angle) * score * RADIUS / MOST, 1), round(sin(angle) * score * RADIUS / MOST, 1)


def outline(scores: Sequence[float]) -> str:
    return " ".join(f"{x},{y}" for x, y in (point(axis, score) for axis, score in enumerate(scores)))


def total(copy: Copy) -> float | None:
    """The sum of the six scores, as the database keeps it; none where one is missing."""
    scores = [copy.one(WORD).get(axis) for axis in AXES]
    return None if None in scores else sum(scores)


def tier(score: float | None) -> str:
    """`Tier 2, high`; nothing for a persona that was not scored."""
    if score is None:
        return ""
    return TIER_NAMES[next((name for name, least in TIERS if score >= least), "tier_4_low")]


def radar(*copies: Copy, title: str = "VPANES") -> Figure:
    """One outline for each persona that has all six scores; up to six can be told apart."""
    scored = [copy for copy in copies if total(copy) is not None]
    names = [str(SHAPES[WORD].columns[axis].verbose_name).capitalize() for axis in AXES]
    scores = {copy.id: [float(copy.one(WORD)[axis]) for axis in AXES] for copy in scored}
    outlines = [
        {
            "number": number,
            "name": copy.name,
            "points": outline(scores[copy.id]),
            "marks": [
                {"x": x, "y": y, "says": f"{copy.name}, {name}: {score:g} of {MOST}"}
                for axis, (name, score) in enumerate(zip(names, scores[copy.id], strict=True))
                for x, y in [point(axis, score)]
            ],
        }
        for number, copy in enumerate(copies, 1)
        if copy.id in scores
    ]
    return Figure(
        kind="radar",
        title=title,
        says=" ".join(
            f"{copy.name}: {', '.join(f'{name} {s:g}' for name, s in zip(names, scores[copy.id], strict=True))}; "
            f"in all {total(copy):g} of 60, {tier(total(copy))}."
            for copy in scored
        ),
        drawing={
            "outlines": outlines,
            "rings": [outline([ring] * len(AXES)) for ring in RINGS],
            "axes": [
                {"name": name, "to": point(axis, MOST), "at": point(axis, MOST * 1.18)}
                for axis, name in enumerate(names)
            ],
        },
        columns=("Score", *(copy.name for copy in scored)),
        rows=[
            *((name, *(f"{scores[copy.id][axis]:g}" for copy in scored)) for axis, name in enumerate(names)),
            ("Total, of 60", *(f"{total(copy):g}" for copy in scored)),
            ("Priority", *(tier(total(copy)) for copy in scored)),
        ]
        if scored
        else [],
        leads=WORD,
        empty="Not scored yet: all six VPANES scores are needed.",
        legend=[(f"lib-c{one['number']}", one["name"]) for one in outlines] if len(copies) > 1 else [],
    )
