"""YAML: what is written is read again as it was; nothing is guessed, and what is hostile is refused."""

from decimal import Decimal
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.exchange.text import UnreadableError, plain
from personas.exchange.yaml_files import LARGEST, read, root, write
from personas.models import Persona
from tests.factories import PersonaFactory


def written(documents) -> bytes:
    return "".join(write(documents)).encode()


@pytest.mark.django_db
def test_an_export_imported_again_plans_nothing(tenant):
    PersonaFactory(complete=True)
    PersonaFactory(complete=True)
    documents = list(read(written(dump(Persona.objects.values_list("pk", flat=True)))))
    planned = plan(documents)
    assert (planned.problems, planned.changes, len(documents)) == ([], [], 2)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc_", min_size=1), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=500, deadline=None)
@given(st.dictionaries(st.text("abc_", min_size=1), VALUES, min_size=1))
def test_what_is_written_is_read_again(document):
    assert list(read(written([document]))) == [plain(document)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no", "no"), ("on", "on"), ("2026-03-14", "2026-03-14"), ("08:00", "08:00"), ("1_000", "1_000"),
        ("0x1F", "0x1F"), ("007", "007"), (".5", ".5"), ("1e3", "1e3"), (".nan", ".nan"), ("7.50", Decimal("7.50")),
        ("12", 12), ("-3", -3), ("true", True), ("~", None), ("null", None), ("", None), ("'12'", "12"),
        ("= 1+1", "= 1+1"), ("9" * 5000, "9" * 5000), ("!!str 12", "12"), ("! 12", "12"), ("&x 12", 12),
        ('"\\0"', "\0"), ("<<", "<<"), ("!!seq [1]", [1]), ("|\n  a\n  b", "a\nb\n"), ("+7", 7), ("1:30", "1:30"),
    ],
)  # fmt: skip
def test_nothing_is_taken_for_what_it_is_not(text, meant):
    assert list(read(f"slug: ana\nvalue: {text}\n".encode())) == [{"slug": "ana", "value": meant}]


def test_nothing_is_merged():
    assert list(read(b"slug: ana\n<<: {slug: ben, name: Ben}\n")) == [
        {"slug": "ana", "<<": {"slug": "ben", "name": "Ben"}}
    ]


@pytest.mark.parametrize("text", ["slug: ana", "- slug: ana", "personas: [{slug: ana}]", "---\nslug: ana\n---\n...\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_one_persona_a_list_and_a_wrapper_are_understood(text, encoding):
    assert list(read(text.encode(encoding))) == [{"slug": "ana"}]


def test_documents_follow_each_other_and_every_object_knows_its_line():
    ana, ben, cleo = read(b"slug: ana\ngoals:\n\n- goal_text: Teach\n---\n- slug: ben\n- slug: cleo\n")
    assert [ana.place.row, ana["goals"][0].place.row, ben.place.row, cleo.place.row] == [1, 4, 6, 7]
    assert ana == {"slug": "ana", "goals": [{"goal_text": "Teach"}]}


@pytest.mark.parametrize(
    ("text", "found"), [("profile: {a: 1}", {"profile": {"a": 1}}), ("a: 1\n---\na: 2", [{"a": 1}, {"a": 2}])]
)
def test_a_file_of_another_shape_is_read_as_a_whole(text, found):
    assert root(text.encode()) == found


def test_what_is_larger_than_people_write_is_refused():
    with pytest.raises(UnreadableError, match=r"may have 5 MB; this one has more\. Save it as JSON, or split it\."):
        list(read(b"#" * (LARGEST + 1)))


def test_the_largest_file_is_read_while_somebody_waits():
    line, start = b"- {slug: ana, name: Ana, ai_maturity_score: 7.5}\n", monotonic()
    number = LARGEST // len(line)
    assert sum(1 for _ in read(line * number)) == number
    assert monotonic() - start < 10  # it takes 2 seconds, on a machine that does nothing else


BROKEN = {
    "a: &x [1]\nb: *x\n": "Line 2: aliases (*x) are not taken.",
    "a: &a [x]\nb: &b [*a, *a]\n": "Line 2: aliases (*a) are not taken.",
    "slug: a\nslug: b\n": "Line 2: «slug» occurs twice in one object.",
    "slug: [a\n": "Line 2, column 1: ",
    "slug: a\n  b: c\n": "Line 2, column 4: ",
    "!!python/object/apply:os.system ['id']\n": "Line 1: tags (!!python/object/apply:os.system) are not taken.",
    "- 1\n- 2\n": "A file holds one persona, a list of them",
    "[" * 50 + "]" * 50: "The file is nested more than 20 levels deep.",
    "[" * 5000 + "]" * 5000: "The file is nested more than 20 levels deep.",
    "a: \x07": "This is no YAML: ",
    "": "There is no persona in this file.",
    "personas: []": "There is no persona in this file.",
    "a: &x {b: *x}": "Line 1: aliases (*x) are not taken.",
    "a: &x {b: 1}\nc:\n  <<: *x\n": "Line 3: aliases (*x) are not taken.",
    "a:\n  - !!int '12'\n": "Line 2: tags (!!int) are not taken. Leave it out.",
    "a: !!binary aGk=\n": "Line 1: tags (!!binary) are not taken. Leave it out.",
    "!mine {a: 1}\n": "Line 1: tags (!mine) are not taken. Leave it out.",
    "? [a, b]\n: c\n": "Line 1: a key is one word, not a list, an object or an alias.",
    "a:\n\tb: c\n": "Line 2, column 1: found character that cannot start any token.",
    "1: a\n'1': b\n": "Line 2: «1» occurs twice in one object.",
    "slug: a\n---\n- 1\n": "A file holds one persona, a list of them",
    "- " * 200_000: "The file is nested more than 20 levels deep.",
    "a: " + "[" * 200_000: "The file is nested more than 20 levels deep.",
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items(), ids=lambda text: text[:40])
def test_what_is_broken_is_refused_with_a_sentence(text, said):
    with pytest.raises(UnreadableError) as refused:
        list(read(text.encode()))
    assert str(refused.value).startswith(said)


@settings(max_examples=2000, deadline=None)
@given(
    st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text("ab:-[]{}&*!|>'\"\n #?,%@").map(str.encode)
)
def test_whatever_is_read_gives_documents_or_a_sentence(content):
    try:
        documents = list(read(content))
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert documents
    assert all(isinstance(document, dict) for document in documents)
