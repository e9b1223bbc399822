"""Nothing is dropped in silence: whatever key somebody writes, and wherever, is used, kept or said to be unused."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.documents.schema import is_comment
from personas.exchange.profiles import BUILT_IN, around, built_in, documents, translate
from personas.exchange.report import Finding, Kind
from personas.exchange.text import UnreadableError
from tests.personas.exchange.profiles.samples import FILES, found

KEY = "zz_unheard_of"


def objects(node: Any) -> Iterator[dict]:
    """Every object of a file, but for what comments hold."""
    if isinstance(node, dict):
        yield node
        for key, inner in node.items():
            if not is_comment(key):
                yield from objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from objects(inner)


def first_of(filename: str) -> Any:
    """What a file holds, with one persona of several where they are long."""
    source = found(filename)
    return {**source, "personas": source["personas"][:1]} if filename == "extended.json" else source


def findings(source: Any, name: str) -> list[Finding]:
    profile = built_in(name)
    try:
        read = [translate(document, profile) for document in documents(source, profile)]
    except UnreadableError as refused:  # nothing is read, and somebody is told
        return [Finding(Kind.ERROR, "refused", str(refused), value=source)]
    return around(source, profile) + [one for translation in read for one in translation.findings]


def is_told(said: list[Finding], key: str) -> bool:
    """Whether a finding names the key, or shows what it stands in."""
    return any(key in one.where or holds(one.value, key) for one in said)


def holds(value: Any, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(holds(inner, key) for inner in value.values())
    return isinstance(value, list) and any(holds(inner, key) for inner in value)


@pytest.mark.parametrize("filename", FILES)
def test_a_key_added_to_any_object_is_told_of(filename):
    source, silent = first_of(filename), []
    for node in objects(source):
        node[KEY] = "x"
        if not is_told(findings(source, FILES[filename]), KEY):
            silent.append(node)
        del node[KEY]
    assert not silent


@pytest.mark.parametrize("filename", FILES)
def test_a_key_that_is_called_otherwise_is_told_of(filename):
    source, silent = first_of(filename), []
    for node in objects(source):
        for key in [key for key in node if not is_comment(key)]:
            before = dict(node)
            node[KEY] = node.pop(key)
            if not is_told(findings(source, FILES[filename]), KEY):
                silent.append((key, before))
            node.clear()
            node.update(before)
    assert not silent


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_[$", max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_anywhere_is_translated_or_refused_with_a_sentence(data):
    filename = data.draw(st.sampled_from(sorted(FILES)))
    source = found(filename)
    nodes = [node for node in objects(source) if node]
    for _ in range(data.draw(st.integers(1, 5))):
        node = data.draw(st.sampled_from(nodes))
        if node:
            node[data.draw(st.sampled_from(sorted(node)))] = data.draw(ANYTHING)
    for name in {FILES[filename], data.draw(st.sampled_from(BUILT_IN))}:
        assert all(isinstance(one, Finding) for one in findings(source, name))
