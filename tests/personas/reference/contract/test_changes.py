"""What breaks the contract is told, for whom; and not without being declared."""

from copy import deepcopy

import pytest

from personas.reference.contract import pack, releases
from personas.reference.contract.changes import VersionError, changes, least, lines, number, undeclared

READERS, WRITERS = "readers", "writers"
NONE = [None, None]  # bounds
BEFORE = {
    "tables": {
        "persona_goals": {
            "id": ["uuid", False, True, [], NONE],
            "goal_text": ["text", False, False, [], NONE],
            "kind": ["text", True, True, ["a", "b"], NONE],
            "share": ["numeric(3,2)", True, True, [], [0, 1]],
            "is_open": ["text", True, True, [], NONE],
        },
        "v_list": {"id": ["uuid", False, True, [], NONE]},
    },
    "views": ["v_list"],
    "vocabularies": {"lookup_levels": ["low", "high"]},
    "enums": {"archetype_enum": ["A", "B"]},
}


CASES = {
    "a nullable column is added": ({"note": ["text", True, True, [], NONE]}, "persona_goals.note added", ()),
    "a needed column is added": ({"note": ["text", False, False, [], NONE]}, "persona_goals.note added", (WRITERS,)),
    "one with a default is added": ({"note": ["text", False, True, [], NONE]}, "persona_goals.note added", ()),
    "a column is removed": ({"goal_text": None}, "persona_goals.goal_text removed", (READERS, WRITERS)),
    "its type changes": ({"id": ["text", False, True, [], NONE]}, "persona_goals.id retyped", (READERS, WRITERS)),
    "it may be null": ({"goal_text": ["text", True, True, [], NONE]}, "persona_goals.goal_text nullable", (READERS,)),
    "it is never null": ({"is_open": ["text", False, False, [], NONE]}, "persona_goals.is_open not null", (WRITERS,)),
    "it loses its default": ({"id": ["uuid", False, False, [], NONE]}, "persona_goals.id required", (WRITERS,)),
    "a code is added": ({"kind": ["text", True, True, ["a", "b", "c"], NONE]}, "persona_goals.kind with c", ()),
    "a code is removed": ({"kind": ["text", True, True, ["a"], NONE]}, "persona_goals.kind without b", (WRITERS,)),
    "a list is opened": ({"kind": ["text", True, True, [], NONE]}, "persona_goals.kind opened", (READERS,)),
    "bounds are narrower": (
        {"share": ["numeric(3,2)", True, True, [], [0, 0.5]]},
        "persona_goals.share narrower",
        (WRITERS,),
    ),
    "bounds are wider": ({"share": ["numeric(3,2)", True, True, [], [0, None]]}, "persona_goals.share wider", ()),
    "bounds are new": ({"is_open": ["text", True, True, [], [None, 9]]}, "persona_goals.is_open narrower", (WRITERS,)),
    "a list is closed": ({"is_open": ["text", True, True, ["x"], NONE]}, "persona_goals.is_open closed", (WRITERS,)),
}


@pytest.mark.parametrize(("columns", "what", "breaks"), CASES.values(), ids=CASES.keys())
def test_a_change_of_a_column_breaks_what_it_breaks(columns, what, breaks):
    now = deepcopy(BEFORE)
    for name, told in columns.items():
        now["tables"]["persona_goals"].pop(name, None)
        if told:
            now["tables"]["persona_goals"][name] = told
    [change] = changes(BEFORE, now)
    assert (change.what, change.breaks) == (what, breaks)
    assert bool(undeclared([change], [], "1.0.0")) is bool(breaks)


@pytest.mark.parametrize(
    ("of", "name", "new", "what", "breaks"),
    [
        ("enums", "archetype_enum", ["A", "B", "C"], "archetype_enum with C", ()),
        ("enums", "archetype_enum", ["A"], "archetype_enum without B", (WRITERS,)),
        ("vocabularies", "lookup_levels", ["high"], "lookup_levels without low", (WRITERS,)),
        ("tables", "persona_goals", None, "persona_goals removed", (READERS, WRITERS)),
        ("tables", "v_list", None, "v_list removed", (READERS,)),
        ("tables", "persona_fears", {"id": ["uuid", False, True, [], NONE]}, "persona_fears added", ()),
    ],
)
def test_a_change_of_a_table_or_a_list_breaks_what_it_breaks(of, name, new, what, breaks):
    now = deepcopy(BEFORE)
    now[of].pop(name, None)
    now[of] |= {name: new} if new else {}
    [change] = changes(BEFORE, now)
    assert (change.what, change.breaks) == (what, breaks)


def test_what_breaks_is_declared_for_a_version_to_come_or_refused_with_what_to_do():
    now = deepcopy(BEFORE)
    del now["tables"]["persona_goals"]["kind"]
    found = changes(BEFORE, now)
    declared = {"what": "persona_goals.kind removed", "why": "It said nothing.", "since": "2.0.0"}
    assert undeclared(found, [declared], "1.4.0") == []
    assert undeclared(found, [declared], "2.0.0")  # for an older release
    [sentence] = undeclared(found, [], "1.4.0")
    assert sentence == (
        "persona_goals.kind removed (`kind` is removed.) breaks the contract for readers and writers, and nobody has "
        "declared it. Undo the change; or, if it is meant, say so in personas/reference/contract/breaks.yaml:\n"
        "- what: persona_goals.kind removed\n"
        "  why: what readers and writers gain, and what they do now\n"
        "  since: 2.0.0"
    )
    assert lines(found, [declared]) == [
        "### persona_goals",
        "- `kind` is removed. **Breaking for readers and writers.** It said nothing.",
    ]


def test_the_version_rises_with_what_changes():
    added, removed = deepcopy(BEFORE), deepcopy(BEFORE)
    added["enums"]["archetype_enum"].append("C")
    removed["enums"]["archetype_enum"].pop()
    assert least("1.4.2", []) == "1.4.3"
    assert least("1.4.2", changes(BEFORE, added)) == "1.5.0"
    assert least("1.4.2", changes(BEFORE, removed)) == "2.0.0"
    with pytest.raises(VersionError, match=r"is no version. Write three numbers"):
        number("1.4")


def test_nothing_breaks_the_contract_without_being_declared():
    assert not pack.broken(), "\n\n".join(pack.broken())


def test_the_same_test_would_fail_if_a_column_were_removed():
    before, now = releases.released(), releases.facts()
    del now["tables"]["persona_goals"]["goal_text"]
    broken = undeclared(changes(before, now), releases.declared(), before["version"])
    assert [sentence for sentence in broken if sentence.startswith("persona_goals.goal_text removed (")]


def test_what_is_declared_says_what_why_and_since_when():
    for one in releases.declared():
        assert one.keys() == {"what", "why", "since"}
        assert all(isinstance(said, str) and said for said in one.values())
        assert number(one["since"])
