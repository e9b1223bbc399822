"""Two texts are told apart word by word, in little time whatever they say."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.editorial.words import GONE, NEW, SAME, difference

text = st.text("ab .\n,é", max_size=60)
RANDOM = random.Random(6)
VOCABULARY = ["".join(RANDOM.choices("aeionrst", k=5)) for _ in range(2000)]


def side(pieces, without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != without)


def prose(vocabulary: list[str], stop: str = ". ", size: int = 100_000) -> str:
    sentences = []
    while size > 0:
        sentences.append(" ".join(RANDOM.choices(vocabulary, k=12)) + stop)
        size -= len(sentences[-1])
    return "".join(sentences)


@given(text, text)
def test_the_pieces_are_the_two_texts(before, after):
    pieces = difference(before, after)
    assert side(pieces, NEW) == before
    assert side(pieces, GONE) == after
    assert all(piece.text for piece in pieces)


@given(text)
def test_the_same_text_differs_nowhere(said):
    assert {piece.kind for piece in difference(said, said)} <= {SAME}


def test_it_is_words_that_differ_not_letters():
    assert difference("Saves time for people", "Saves lots of time for patients") == [
        (SAME, "Saves "), (NEW, "lots of "), (SAME, "time for "), (GONE, "people"), (NEW, "patients"),
    ]  # fmt: skip


def test_what_was_cleared_or_said_first_is_one_piece():
    assert difference("", "Two words") == [(NEW, "Two words")]
    assert difference("Two words", "") == [(GONE, "Two words")]


def test_a_sentence_that_moves_in_a_long_text_leaves_the_others_alone():
    sentences = [f"Sentence {n} says something of its own. " for n in range(500)]
    moved = [*sentences[1:], sentences[0]]
    told = difference("".join(sentences), "".join(moved))
    assert [piece.kind for piece in told] == [GONE, SAME, NEW]


def edited(said: str) -> str:
    words = said.split(" ")
    for place in RANDOM.sample(range(len(words)), 300):
        words[place] = "edited"
    return " ".join(words)


LONG = prose(VOCABULARY)
UNIQUE = [f"w{n}" for n in range(17_000)]
PAIRS = {
    "edited in 300 places": (LONG, edited(LONG)),
    "another text": (LONG, prose(VOCABULARY)),
    "two words alone": (prose(["so", "no"]), prose(["so", "no"])),
    "one sentence of two words": (prose(["so", "no"], " "), prose(["so", "no"], " ")),
    "lines of a letter": ("\n".join(RANDOM.choices("abc", k=50_000)), "\n".join(RANDOM.choices("abd", k=50_000))),
    "every second word": (" ".join(UNIQUE), " ".join(w if n % 2 else f"{w}x" for n, w in enumerate(UNIQUE))),
    "one word": ("x" * 100_000, "x" * 99_999 + "y"),
    "marks": ("".join(RANDOM.choices(".,!?", k=100_000)), "".join(RANDOM.choices(".,!? ", k=100_000))),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_of_long_texts_nothing_is_lost(pair):
    told = difference(*pair)
    assert (side(told, NEW), side(told, GONE)) == pair
