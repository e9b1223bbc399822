"""Rows of a section by how much they matter, the most severe first."""

from collections import Counter
from typing import NamedTuple

from personas.admin.editor.places import PLACES
from personas.documents.shape import SHAPES
from personas.editorial.quality.facts import WEIGHTS
from personas.library.copies import FIELDS, Copy
from personas.models.scales import LEVEL

from .figure import Figure

LEVELS = LEVEL.split()  # from little to much
# What stands beside a row in small print; a yes, by its label, as a mark.
BESIDE = {"pain_points": ("frequency", "is_ai_addressable"), "goals": ("timeframe", "is_measurable")}


class Bar(NamedTuple):
    """A row: how much it matters, in how many of the cells of its bar, and what is said below it."""

    text: str
    level: int
    cells: list[bool]
    said: str
    beside: list[str]
    flags: list[str]


def by_severity(copy: Copy, word: str, most: int | None = None) -> Figure:
    """Goals by priority, pain points by severity; of the most severe as many as asked for."""
    weight = WEIGHTS[word]
    told = (SHAPES[word].identity[0], weight, *BESIDE[word])
    names = [FIELDS[word][name].label for name in told]
    title = f"{PLACES[word].title} by {names[1].lower()}"
    ranked = sorted(copy.rows(word), key=lambda row: -rank(row.get(weight)))
    bars = [bar(copy, word, row) for row in ranked]
    counted = Counter(one.said.lower() or "not said" for one in bars)
    return Figure(
        kind="severity",
        key=word,
        title=title,
        says=" ".join([
            f"{title}: {', '.join(f'{number} {said}' for said, number in counted.items())}.",
            *(f"First: {one.text}." for one in bars[:1]),
        ]),
        drawing={"bars": bars[:most], "more": len(bars[most:]) if most else 0, "of": names[1].lower()},
        columns=tuple(names),
        rows=[tuple(copy.says(word, name, row) for name in told) for row in ranked],
        leads=word,
        empty=f"There are none yet. Add them under «{PLACES[word].title}» in the editor.",
    )  # fmt: skip


def rank(code: str | None) -> int:
    """From 1 for what matters little; 0 where nobody said."""
    return LEVELS.index(code) + 1 if code in LEVELS else 0


def bar(copy: Copy, word: str, row: dict) -> Bar:
    level = rank(row.get(WEIGHTS[word]))
    yes = [name for name in BESIDE[word] if row.get(name) is True]
    return Bar(
        row[SHAPES[word].identity[0]],
        level,
        [cell < level for cell in range(len(LEVELS))],
        copy.says(word, WEIGHTS[word], row),
        [copy.says(word, name, row) for name in BESIDE[word] if row.get(name) and name not in yes],
        [FIELDS[word][name].label for name in yes],
    )
