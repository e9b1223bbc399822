"""Chance that can be repeated: values, texts with slots, and people, drawn for one persona."""

import random
import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from .kinds import Kind, TemplateError

SLOT = re.compile(r"\{([^{}]+)\}")
RANGE = re.compile(r"(-?[\d.:-]+?)\.\.(-?[\d.:-]+)")
# How far personas are from the middle of their template: of a range, and of a pool, the share that is used.
WIDTHS = {"low": (0.35, 0.6), "medium": (0.7, 0.85), "high": (1.0, 1.0)}
NEAR = 6  # of a pool, that are always used
YEARS = {str(year) for year in range(1950, 2051)}
DEEPEST = 8  # slots within slots
QUARTER = 15  # minutes
OF_SEVERAL = ("United ", "Netherlands")  # countries and regions that have an article
DETERMINERS = ("a", "an", "the", "as", "any", "another", "each", "every", "no", "one", "own", "this")


class Draw:
    """What one persona is drawn with: its own chance, its decks, and what is settled about it."""

    def __init__(self, kind: Kind, seed: str, variation: str):
        self.kind, self.chance = kind, random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self.width, self.share = WIDTHS[variation]
        self.facts: dict[str, Any] = {}
        self.unsettled: dict[str, Any] = {}  # facts that are drawn when they are first needed
        self.people: dict[str, list[dict]] = {}  # whom the persona deals with, by their part
        self.decks: dict[str, list] = {}
        self.bound: dict[str, Any] = {}  # what a row has drawn and keeps

    def one_of(self, several: Sequence) -> Any:
        return several[self.chance.randrange(len(several))]

    def from_pool(self, name: str) -> Any:
        """The next of a pool, or of the people of the persona: all are drawn before one comes again."""
        if not self.decks.get(name):
            pool = self.people.get(name) or self.kind.pools.get(name)
            if not pool:
                raise TemplateError(f"{self.kind.name}: nothing is known to fill «{{{name}}}» from; add it to pools.")
            self.decks[name] = self.chance.sample(pool, len(pool))
        return self.decks[name].pop()

    def fact(self, spec: Any) -> Any:
        """A text; or an entry of a pool with all that it knows."""
        slot = SLOT.fullmatch(spec) if isinstance(spec, str) else None
        entry = self.near(slot[1]) if slot and ".." not in slot[1] else spec
        if isinstance(entry, dict):
            return {key: self.text(value) if isinstance(value, str) else value for key, value in entry.items()}
        return self.text(entry) if isinstance(entry, str) else entry

    def near(self, name: str) -> Any:
        """The next of those of a pool that stand first; how many these are, the variation says."""
        pool, deck = self.kind.pools.get(name), f"near {name}"
        if not pool:
            return self.named(name)
        if not self.decks.get(deck):
            first = pool[: max(NEAR, round(len(pool) * self.share))]
            self.decks[deck] = self.chance.sample(first, len(first))
        return self.decks[deck].pop()

    def text(self, frame: str, depth: int = 0) -> str:
        """A text with its slots filled: {disease}, {5..9}, {inside.name}; {Disease} begins with a capital."""
        if "{" not in frame:
            return frame
        if depth > DEEPEST:
            raise TemplateError(f"{self.kind.name}: «{frame}» leads to itself.")
        return SLOT.sub(lambda slot: self.filled(slot, depth), frame)

    def filled(self, slot: re.Match, depth: int) -> str:
        if between := RANGE.fullmatch(slot[1]):
            number = self.between(between[1], between[2])
            are_years = all(bound in YEARS for bound in between.groups())
            return str(number) if are_years or not isinstance(number, int) else f"{number:,}"
        name = slot[1][0].lower() + slot[1][1:]
        said = self.text(str(self.named(name)), depth + 1)
        if (name.endswith("role") or said.startswith(OF_SEVERAL)) and needs_article(slot):
            said = f"the {said}"
        return said if name == slot[1] else said[:1].upper() + said[1:]

    def named(self, name: str) -> Any:
        """A fact; else the next of a pool, of which a row keeps what it has drawn with a dot."""
        base, dot, part = name.partition(".")
        if base in self.unsettled:
            self.facts[base] = self.fact(self.unsettled.pop(base))
        if base in self.facts:
            found = self.facts[base]
        elif dot and base in self.bound:
            found = self.bound[base]
        else:
            found = self.from_pool(base)
            if dot:
                self.bound[base] = found
        if not dot:
            return found
        if not isinstance(found, dict) or part not in found:
            raise TemplateError(f"{self.kind.name}: what fills «{{{base}}}» has no «{part}».")
        return self.one_of(found[part]) if isinstance(found[part], list) else found[part]

    def between(self, low: str, high: str) -> Any:
        """A value of a range: numbers, days or times; narrower, the less personas are to vary."""
        if ":" in low:
            first, last = (int(hours) * 60 + int(minutes) for hours, minutes in (low.split(":"), high.split(":")))
            minutes = first + self.whole((last - first) // QUARTER) * QUARTER
            return time(minutes // 60, minutes % 60)
        if low.count("-") == 2:
            first, last = date.fromisoformat(low), date.fromisoformat(high)
            return first + timedelta(days=self.whole((last - first).days))
        if "." in low or "." in high:
            places = max(len(number.partition(".")[2]) for number in (low, high))
            unit = Decimal(1).scaleb(-places)
            return Decimal(low) + unit * self.whole(int((Decimal(high) - Decimal(low)) / unit))
        first, last = int(low), int(high)
        step = max(1, 10 ** (len(str(last - first)) - 2))  # 48,000 and not 48,137
        return first + self.whole((last - first) // step) * step

    def whole(self, highest: int) -> int:
        """A whole number up to the highest, around the middle."""
        margin = round(highest * (1 - self.width) / 2)
        return self.chance.randint(margin, max(margin, highest - margin))


def needs_article(slot: re.Match) -> bool:
    """Whether a role stands within a sentence, without a word that makes it one of several or somebody's."""
    before = slot.string[: slot.start()]
    if len(slot[0]) == len(slot.string) or slot[1].casefold() == "role" or before.endswith(", "):
        return False
    return before.split()[-1:] == [] or before.split()[-1].casefold() not in DETERMINERS
