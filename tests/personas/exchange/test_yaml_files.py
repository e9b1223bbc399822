"""YAML: what is written is read again as it was; nothing is guessed, and what is hostile is refused."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.exchange.text import UnreadableError, plain
from personas.exchange.yaml_files import read, write
from personas.models import Persona
from tests.factories import PersonaFactory


def written(documents) -> bytes:
    return "".join(write(documents)).encode()


@pytest.mark.django_db
def test_an_export_imported_again_plans_nothing(tenant):
    PersonaFactory(complete=True)
    PersonaFactory(complete=True)
    documents = read(written(dump(Persona.objects.values_list("pk", flat=True))))
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
    assert read(written([document])) == [plain(document)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("no", "no"), ("on", "on"), ("2026-03-14", "2026-03-14"), ("08:00", "08:00"), ("1_000", "1_000"),
        ("0x1F", "0x1F"), ("007", "007"), (".5", ".5"), ("1e3", "1e3"), (".nan", ".nan"), ("7.50", Decimal("7.50")),
        ("12", 12), ("-3", -3), ("true", True), ("~", None), ("null", None), ("", None), ("'12'", "12"),
        ("= 1+1", "= 1+1"),
    ],
)  # fmt: skip
def test_nothing_is_taken_for_what_it_is_not(text, meant):
    assert read(f"slug: ana\nvalue: {text}\n".encode()) == [{"slug": "ana", "value": meant}]


BROKEN = {
    "a: &x [1]\nb: *x\n": "Line 2: aliases (*x) are not taken.",
    "a: &a [x]\nb: &b [*a, *a]\n": "Line 2: aliases (*a) are not taken.",
    "slug: a\nslug: b\n": "Line 2: «slug» occurs twice in one object.",
    "slug: [a\n": "Line 2, column 1: ",
    "slug: a\n  b: c\n": "Line 2, column 4: ",
    "!!python/object/apply:os.system ['id']\n": "Line 1: could not determine a constructor",
    "- 1\n- 2\n": "A file holds one persona, a list of them",
    "[" * 50 + "]" * 50: "The file is nested more than 20 levels deep.",
    "[" * 5000 + "]" * 5000: "The file is nested more than 20 levels deep.",
    "a: \x07": "This is no YAML: ",
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items(), ids=lambda text: text[:40])
def test_what_is_broken_is_refused_with_a_sentence(text, said):
    with pytest.raises(UnreadableError) as refused:
        read(text.encode())
    assert str(refused.value).startswith(said)


@settings(max_examples=2000, deadline=None)
@given(
    st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text("ab:-[]{}&*!|>'\"\n #?,%@").map(str.encode)
)
def test_whatever_is_read_gives_documents_or_a_sentence(content):
    try:
        documents = read(content)
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert all(isinstance(document, dict) for document in documents)
