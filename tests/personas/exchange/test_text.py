"""JSON and JSON Lines: what is written is read again as it was, and what is broken is refused with a sentence."""

import datetime
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from personas.documents.schema import parse
from personas.exchange.places import Place
from personas.exchange.text import LARGEST, UnreadableError, plain, read, root, write_json, write_lines
from tests.database import ROOT

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
    assert list(read("".join(write(documents)).encode())) == documents


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
    assert list(read(content.encode(encoding))) == [{"slug": "ana"}]


PLACES = {
    '{"slug": "ana"}': [Place()],
    '[{"slug": "ana"},\n{"slug": "ben"}]': [Place(path="personas[1]"), Place(path="personas[2]")],
    '{"version": 5, "personas": [{"slug": "ana"}]}': [Place(path="personas[1]")],
    '{"slug": "ana"}\n\n{"slug": "ben"}\n': [Place(row=1), Place(row=3)],
}


@pytest.mark.parametrize(("content", "places"), PLACES.items())
def test_every_document_knows_where_it_stands(content, places):
    assert [document.place for document in read(content.encode())] == places


ROOTS = {
    '{"version": 5, "personas": [{"slug": "ana"}]}': {"version": 5, "personas": [{"slug": "ana"}]},
    '{"a": 1}\n{"a": 2}': [{"a": 1}, {"a": 2}],
    "[1, 2]": [1, 2],
    '"ana"': "ana",
}


@pytest.mark.parametrize(("content", "found"), ROOTS.items())
def test_a_file_of_another_shape_is_read_as_a_whole(content, found):
    assert root(content.encode()) == found


def test_a_fault_is_told_when_it_is_reached_and_where():
    content = "".join(write_json({"slug": f"p{number}", "notes": "é" * 5000} for number in range(500)))
    documents = read((content.removesuffix("\n]}\n") + ",\n  {]}").encode())
    assert [next(documents)["slug"] for _ in range(500)] == [f"p{number}" for number in range(500)]
    line = content.count("\n")
    with pytest.raises(UnreadableError, match=rf"enclosed in double quotes, line {line}, column 4\.$"):
        next(documents)


@pytest.mark.parametrize("step", range(1, 40))
def test_wherever_the_text_is_cut_the_same_is_understood(monkeypatch, step):
    text = '{"v": 1, "personas": [{"slug": "ana",\n "n": -12.5e1, "t": [1, "\\"«ä\\ud83c\\udfaf"], "x": {"y": 1}}, %s]}'
    monkeypatch.setattr("personas.exchange.text.STEP", step)
    first = {"slug": "ana", "n": Decimal("-125.0"), "t": [1, '"«ä🎯'], "x": {"y": 1}}
    assert list(read((text % '{"slug": "ben"}').encode())) == [first, {"slug": "ben"}]
    with pytest.raises(UnreadableError, match=r"expecting value, line 3, column 10\.$"):
        list(read((text % '\n{"slug": ben}').encode()))


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
    b'{"slug": "a", "sample_size": 0.' + b"9" * 5000 + b"}": "A number has thousands of digits.",
    b'{"slug": "a", "sample_size": 1e999999}': "A number has thousands of digits.",
    b'{"slug": "a", "sample_size": 1e99999999999999999999}': "A number has thousands of digits.",
    b"[" * 200_000: "The file is nested more than 20 levels deep.",
    b"[" * 30 + b"]" * 30: "The file is nested more than 20 levels deep.",
    b'{"slug": "M\xfcller"}': "The text is not UTF-8: byte 11. Save it as UTF-8.",
    b"\xff\xfe\x00": "The text is not UTF-16: byte",
    b'{"slug": "a", "goals": "' + b"x" * 100_000 + b'\xfc"}': "The text is not UTF-8: byte 100024. Save it as UTF-8.",
    b'{"slug": "a"} {"slug": "b"}': "This is no JSON: extra data, line 1, column 15.",
    b'{"slug": "a"': "This is no JSON: expecting ',' delimiter, line 1, column 13.",
    b'{slug: "a"}': "This is no JSON: expecting property name enclosed in double quotes, line 1, column 2.",
    b'{"slug" "a"}': "This is no JSON: expecting ':' delimiter, line 1, column 9.",
    b'[{"slug": "a"},\n  {"slug": "b"} {"slug": "c"}]': "This is no JSON: expecting ',' delimiter, line 2, column 17.",
    b'{"slug": "a\tb"}': "This is no JSON: invalid control character at, line 1, column 12.",
    b'{"personas": [{"slug": "a"}], "personas": []}': "«personas» occurs twice in one object.",
    b'{"about": {"x": 1, "x": 2}, "personas": [{"slug": "a"}]}': "«x» occurs twice in one object.",
    b'{"personas": [{"slug": "a"}], "about": NaN}': "NaN is no number that can be kept.",
    b'{"slug": "a"}\n[1]\n': "This is no JSON: extra data, line 2, column 1.",
    b'{"slug": "a"}\n{"slug": "b"}\n[1]\n': "A file holds one persona, a list of them",
    b'{"slug": "a"}\n{"slug": "b"} 7\n': "Line 2 is no JSON: extra data, column 14.",
}


@pytest.mark.parametrize(("content", "said"), BROKEN.items(), ids=lambda text: str(text)[:40])
def test_what_is_broken_is_refused_with_a_sentence(content, said):
    with pytest.raises(UnreadableError) as refused:
        list(read(content))
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize("value", [r"\ud800", r"\u0000", r"\udc00\ud800"])
def test_text_that_cannot_be_stored_is_read_and_then_found(value):
    [document] = read(b'{"slug": "ana", "name": "%s"}' % value.encode())
    [problem] = parse(document).problems
    assert (problem.path, problem.message) == (("name",), "holds a character that cannot be stored")


PEAK = """
import re, sys
from personas.exchange import text
number = sum(1 for _ in text.read(open(sys.argv[1], "rb").read()))
print(number, re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])  # getrusage() counts the parent too
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Only Linux tells what a process needed.")
@pytest.mark.parametrize(("first", "between", "last"), [("[", ",", "]"), ("", "\n", "")])
def test_the_largest_file_needs_less_than_200_mb(tmp_path, first, between, last):
    document = json.dumps(
        {"slug": "ana", "goals": [{"goal_text": "«Ja», sagt “Ana” 🎯" * 20}] * 50}, ensure_ascii=False
    )
    number = LARGEST // len(f"{document}{between}".encode()) - 1
    (tmp_path / "file").write_text(first + between.join([document] * number) + last)
    found, peak = map(int, subprocess.check_output([sys.executable, "-c", PEAK, tmp_path / "file"], cwd=ROOT).split())
    assert found == number
    assert peak < 200 * 1024


def test_a_file_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr("personas.exchange.text.LARGEST", 1024**2)
    with pytest.raises(UnreadableError, match=r"more than 1 MB\. Split it"):
        list(read(b" " * (1024**2 + 1)))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
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
        documents = list(read(content))
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert documents
    assert all(isinstance(document, dict) for document in documents)
