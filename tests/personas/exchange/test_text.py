"""JSON and JSON Lines: what is written is read again as it was, and what is broken is refused with a sentence."""

import datetime
import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from personas.exchange.text import UnreadableError, plain, read, write_json, write_lines

VALUES = [
    (Decimal("7.50"), 7.5),
    (Decimal("78.00"), 78),
    (Decimal("12345678901234.123456"), "12345678901234.123456"),
    (Decimal("0.1"), 0.1),
    (Decimal(-3), -3),
    (datetime.date(2026, 3, 14), "2026-03-14"),
    (datetime.time(8, 0), "08:00"),
    (datetime.time(8, 0, 5), "08:00:05"),
    (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    (None, None),
    (True, True),
    (["a", "b"], ["a", "b"]),
    ({"rows": [{"value": Decimal("1.0")}]}, {"rows": [{"value": 1}]}),
]


@pytest.mark.parametrize(("value", "written"), VALUES)
def test_a_value_is_written_so_that_not_a_digit_is_lost(value, written):
    assert plain(value) == written
    assert type(plain(value)) is type(written)


@pytest.mark.parametrize("write", [write_json, write_lines])
def test_what_is_written_is_read_again(write):
    documents = [{"slug": "ana", "goals": [{"goal_text": "«Ja», sagt\n“Ana” 🎯"}]}, {"slug": "שלום"}]
    assert read("".join(write(documents)).encode()) == documents


def test_lines_have_one_document_each():
    assert "".join(write_lines([{"slug": "a"}, {"slug": "b"}])) == '{"slug":"a"}\n{"slug":"b"}\n'


@pytest.mark.parametrize(
    "content",
    [
        '{"slug": "ana"}',
        '[{"slug": "ana"}]',
        '{"personas": [{"slug": "ana"}], "metadata": {"version": 5}}',
        '\ufeff{"slug": "ana"}',
        '\r\n{"slug": "ana"}\r\n',
        '{"slug":\n"ana"}',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_one_persona_a_list_and_a_wrapper_are_understood(content, encoding):
    assert read(content.encode(encoding)) == [{"slug": "ana"}]


def test_fractions_are_exact():
    [document] = read(b'{"slug": "ana", "ai_maturity_score": 0.1}')
    assert document["ai_maturity_score"] == Decimal("0.1")


BROKEN = {
    b"": "This is no JSON: expecting value, line 1, column 1.",
    b"name;title\nAna;MSL\n": "This is no JSON: expecting value",
    b'{"slug": "ana",}': "This is no JSON:",
    b'{"slug": "a"}\n{"slug": }\n': "Line 2 is no JSON: expecting value, column 10.",
    b"[]": "There is no persona in this file.",
    b'{"personas": []}': "There is no persona in this file.",
    b"[1, 2]": "A file holds one persona, a list of them",
    b'"ana"': "A file holds one persona, a list of them",
    b'{"personas": {"slug": "ana"}}': "A file holds one persona, a list of them",
    b'{"slug": "a", "goals": [], "slug": "b"}': "«slug» occurs twice in one object.",
    b'{"slug": "a", "sample_size": NaN}': "NaN is no number that can be kept.",
    b'{"slug": "a", "sample_size": -Infinity}': "-Infinity is no number that can be kept.",
    b'{"slug": "a", "sample_size": ' + b"9" * 5000 + b"}": "A number has thousands of digits.",
    b"[" * 200_000: "The file is nested more than 20 levels deep.",
    b"[" * 30 + b"]" * 30: "The file is nested more than 20 levels deep.",
    b'{"slug": "M\xfcller"}': "The text is not UTF-8: byte 11. Save it as UTF-8.",
    b"\xff\xfe\x00": "The text is not UTF-16: byte",
}


@pytest.mark.parametrize(("content", "said"), BROKEN.items(), ids=lambda text: str(text)[:40])
def test_what_is_broken_is_refused_with_a_sentence(content, said):
    with pytest.raises(UnreadableError) as refused:
        read(content)
    assert str(refused.value).startswith(said)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("personas.exchange.text.LARGEST", 1024**2)
    with pytest.raises(UnreadableError, match=r"more than 1 MB\. Split it"):
        read(b" " * (1024**2 + 1))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=2000, deadline=None)
@given(
    st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | ANYTHING.map(lambda value: json.dumps(value).encode())
)
@example(b"\xef\xbb\xbf")
def test_whatever_is_read_gives_documents_or_a_sentence(content):
    try:
        documents = read(content)
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert documents
    assert all(isinstance(document, dict) for document in documents)
