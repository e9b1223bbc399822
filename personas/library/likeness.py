"""How alike two personas are: by the columns that are equal and, for each section, by the rows that both have."""

import re
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from personas.documents.shape import PERSONA, SHAPES, Shape

from .copies import Copy

# How much counts what both say; a section that is not named here counts once. Nothing is counted that all personas
# share whatever they say (each has a Monday), or that follows from other rows.
WEIGHTS = {
    PERSONA.word: 12,
    **dict.fromkeys(("goals", "pain_points", "challenges", "jtbd", "tools_used", "vpanes_scoring"), 3),
    **dict.fromkeys(("motivations", "success_metrics", "objections", "buying_process", "evaluation_criteria"), 2),
    **dict.fromkeys(
        ("typical_day", "week_in_life", "month_in_life", "year_in_life", "career_trajectory", "evidence_summary",
         "metadata"), 0,
    ),
}  # fmt: skip
NAMES = ("slug", "name")  # columns in which no two personas are ever the same
MARKS = re.compile(r"[^\w+#]+")  # C, C++ and C# are three tools

Key = tuple  # what two rows that are the same have in common


def plainly(value: Any) -> Any:
    """What counts of a value: of a text neither case nor punctuation, of a list not its order."""
    if isinstance(value, str):
        return MARKS.sub(" ", value).strip().casefold() or value
    return tuple(sorted(map(plainly, value))) if isinstance(value, list) else value


def by_key(shape: Shape, rows: Iterable[dict]) -> dict[Key, dict]:
    """Rows by their identity; where several have the same, the first is that of the first, and so on."""
    found: dict[Key, dict] = {}
    for row in rows:
        key, number = tuple(map(plainly, shape.key(row))), 0
        while (*key, number) in found:
            number += 1
        found[*key, number] = row
    return found


def plain_row(shape: Shape, row: dict) -> dict[str, Any]:
    """What a row says, as it is compared."""
    return {
        name: plainly(value) for name in shape.columns if name not in NAMES and (value := row.get(name)) is not None
    }


def equal_columns(one: dict[str, Any], other: dict[str, Any]) -> float | None:
    """The share of columns that are equal among those in which either says something."""
    either = one.keys() | other.keys()
    return (
        sum(name in one and name in other and one[name] == other[name] for name in either) / len(either)
        if either
        else None
    )


class Likeness:
    """How alike each two of some personas are, from 0 to 1."""

    def __init__(self, copies: list[Copy], keys: dict[str, list[dict[Key, dict]]]):
        self.copies, self.keys = copies, keys
        self.own = [plain_row(PERSONA, copy.own) for copy in copies]
        self.single = {
            word: [plain_row(shape, copy.one(word)) for copy in copies]
            for word, shape in SHAPES.items()
            if shape.single
        }
        self.pairs = {pair: self.of(*pair) for pair in combinations(range(len(copies)), 2)}

    def of(self, one: int, other: int) -> float:
        weighed = [(WEIGHTS.get(word, 1), self.in_section(word, one, other)) for word in SHAPES]
        own = equal_columns(self.own[one], self.own[other])
        counted = [(weight, share) for weight, share in [(WEIGHTS[PERSONA.word], own), *weighed] if share is not None]
        whole = sum(weight for weight, _ in counted)
        return sum(weight * share for weight, share in counted) / whole if whole else 0

    def in_section(self, word: str, one: int, other: int) -> float | None:
        """The share of rows that both have among those that either has; nothing where neither has any."""
        if not WEIGHTS.get(word, 1):
            return None
        if word in self.single:
            return equal_columns(self.single[word][one], self.single[word][other])
        mine, theirs = self.keys[word][one].keys(), self.keys[word][other].keys()
        return len(mine & theirs) / len(mine | theirs) if mine or theirs else None

    @property
    def closest(self) -> tuple[int, int]:
        return max(self.pairs, key=self.pairs.get)

    @property
    def says(self) -> str:
        """Which two are most alike."""
        one, other = (self.copies[at].name for at in self.closest)
        share = percent(self.pairs[self.closest])
        if len(self.copies) == 2:
            return f"{one} and {other} are {share} alike."
        return f"{one} and {other} are most alike, by {share}."

    @property
    def matrix(self) -> list[tuple[Copy, list[tuple[str, str]]]]:
        """For each persona, how alike it is to each: the class of its colour, and the percentage."""
        return [
            (
                copy,
                [
                    ("", "–") if here == there else (shade(share := self.pairs[min(here, there), max(here, there)]),
                                                     percent(share))
                    for there in range(len(self.copies))
                ],
            )
            for here, copy in enumerate(self.copies)
        ]  # fmt: skip


def percent(share: float) -> str:
    return f"{share:.0%}"


def shade(share: float) -> str:
    """One of five, from little to much; two personas that share half of all they say are much alike."""
    return f"lib-s{min(4, int(share * 10))}"


def explained() -> str:
    """How likeness is worked out, in words; from the weights."""
    by_weight: dict[int, list[str]] = {}
    for word, weight in WEIGHTS.items():
        if word in SHAPES:
            by_weight.setdefault(weight, []).append(str(SHAPES[word].model._meta.verbose_name_plural))
    listed = {weight: listing(names) for weight, names in sorted(by_weight.items(), reverse=True)}
    left_out = listed.pop(0)
    return (
        "Of the persona's own columns it is the share that is equal; of each section the share of rows that both have "
        "among those that either has. Rows are the same by what identifies them, a goal by its text or a tool by its "
        "name, without regard to case and punctuation; where a section has one row, by its columns. "
        f"The own columns count {WEIGHTS[PERSONA.word]} times, "
        + ", ".join(f"{names} {weight} times" for weight, names in listed.items())
        + f", every other section once. Not counted: {left_out}, and sections in which neither says anything."
    )


def listing(names: list[str]) -> str:
    """`goals, pain points and tools`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
