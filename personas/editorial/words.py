"""What differs between two texts, word by word; of long ones, what stayed is looked for first, sentence by sentence."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

WORDS = re.compile(r"\w+|\s+|[^\w\s]+")
SENTENCES = re.compile(r"[^.!?\n]+(?:[.!?]+\s*|\n\s*|$)|[.!?\n]+")
# What is compared at once. The time grows with the square of the first, and with the second: pairs of equal words.
LONGEST, PAIRS = 800, 10_000

SAME, GONE, NEW = "same", "gone", "new"


class Piece(NamedTuple):
    """A stretch of text: in both, gone, or new."""

    kind: str
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The stretches of two texts, in order: «same» and «gone» are the one, «same» and «new» the other."""
    pieces: list[Piece] = []
    for piece in _compared(before, after, (SENTENCES, WORDS)):
        if pieces and pieces[-1].kind == piece.kind:
            piece = Piece(piece.kind, pieces.pop().text + piece.text)
        pieces.append(piece)
    return pieces


def _compared(before: str, after: str, units: tuple[re.Pattern, ...]) -> Iterator[Piece]:
    if before == after or not (before and after):
        yield from _whole(before, after)
        return
    old, new = WORDS.findall(before), WORDS.findall(after)
    if max(len(old), len(new)) <= LONGEST and _pairs(old, new) <= PAIRS:
        for _, start, end, new_start, new_end in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
            yield from _whole("".join(old[start:end]), "".join(new[new_start:new_end]))
    elif not units:
        yield from _whole(before, after)
    else:
        unit, *smaller = units
        old, new = unit.findall(before), unit.findall(after)
        stays = [(-1, -1), *_stays(old, new), (len(old), len(new))]
        for (last, new_last), (here, new_here) in pairwise(stays):
            yield from _compared("".join(old[last + 1 : here]), "".join(new[new_last + 1 : new_here]), tuple(smaller))
            yield from _whole("".join(old[here : here + 1]), "".join(new[new_here : new_here + 1]))


def _stays(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Where both say the same, in one order: with what they begin and end, and by what each says only once."""
    head = next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    rest = zip(old[head:][::-1], new[head:][::-1], strict=False)
    tail = next((n for n, (one, other) in enumerate(rest) if one != other), min(len(old), len(new)) - head)
    inner, new_inner = old[head : len(old) - tail], new[head : len(new) - tail]
    once, new_once = Counter(inner), Counter(new_inner)
    found = {one: n for n, one in enumerate(new_inner, head) if new_once[one] == 1 == once[one]}
    between = longest_run([(n, found[one]) for n, one in enumerate(inner, head) if one in found])
    ends = zip(range(len(old) - tail, len(old)), range(len(new) - tail, len(new)), strict=True)
    return [*((n, n) for n in range(head)), *between, *ends]


def longest_run(pairs: list[tuple]) -> list[tuple]:
    """The most pairs, in the order given, whose second halves rise."""
    last: list = []  # of the longest run of each length: where it ends
    ends: list[int] = []
    before: list[int | None] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(last, place)
        before.append(ends[length - 1] if length else None)
        last[length : length + 1], ends[length : length + 1] = [place], [number]
    run, at = [], ends[-1] if ends else None
    while at is not None:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]


def _pairs(old: list[str], new: list[str]) -> int:
    there = Counter(new)
    return sum(there[one] for one in old if not one.isspace())


def _whole(before: str, after: str) -> Iterator[Piece]:
    told = [(SAME, before)] if before == after else [(GONE, before), (NEW, after)]
    yield from (Piece(kind, text) for kind, text in told if text)
