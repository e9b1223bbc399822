"""How often a sentence was said: many personas of one template must not sound like one."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

FEWEST = 6  # words that make a sentence of a text; shorter ones are names and terms
LITTLE = 3  # letters of words that names write small: of, and, the
ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


def sentences(value: Any) -> Iterator[str]:
    """All sentences in a value, however deep."""
    if isinstance(value, str):
        if value.count(" ") < FEWEST - 1:
            return
        for part in ENDS.split(value):
            words = part.split()
            if len(words) >= FEWEST and not is_name(words):
                yield " ".join(words).casefold()
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from sentences(inner)


def is_name(words: list[str]) -> bool:
    """Whether these are a name, such as a title: all that could be written small is written large."""
    return all(word[0].isupper() for word in words if len(word) > LITTLE)


class Said:
    """In how many personas each sentence stands; no more than a share of them may have the same."""

    SHARE = 10  # one in so many

    def __init__(self, personas: int):
        self.most = max(1, personas // self.SHARE)
        self.before: Counter = Counter()
        self.now: set[str] = set()
        self.refused = ""  # the last sentence that was said too often

    def heard(self, value: Any) -> list[str] | None:
        """The sentences of a value; None, if one of them was said too often."""
        found = list(sentences(value))
        for one in found:
            if one not in self.now and self.before.get(one, 0) >= self.most:
                self.refused = one
                return None
        return found

    def say(self, several: Iterable[str]) -> None:
        self.now.update(several)

    def next_persona(self) -> None:
        self.before.update(self.now)
        self.now = set()


def repeated(documents: Iterable[dict]) -> Counter:
    """In how many documents each sentence stands."""
    counts: Counter = Counter()
    for document in documents:
        counts.update(set(sentences(document)))
    return counts
