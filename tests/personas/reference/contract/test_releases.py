"""A release is what later changes are compared with; its version says what it does to readers and writers."""

import json
from copy import deepcopy
from datetime import date

import pytest

from personas.reference.contract import pack, releases
from personas.reference.contract.changes import VersionError

DAY = date(2026, 12, 24)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A release file and declarations of the test's own, with a last release that differs as the test likes."""
    monkeypatch.setattr(releases, "RELEASED", tmp_path / "released.json")
    monkeypatch.setattr(releases, "BREAKS", tmp_path / "breaks.yaml")
    releases.BREAKS.write_text("[]")

    def last(**differently):
        contract = {"version": "1.4.0", "date": "2026-11-01", "changes": ["- old"], "history": []} | releases.facts()
        contract["tables"] = deepcopy(contract["tables"])
        contract["tables"]["persona_goals"] |= differently
        releases.write(contract)

    last()
    last.path = releases.RELEASED
    return last


def test_the_committed_release_is_written_as_a_release_writes_it():
    assert releases.RELEASED.read_text(encoding="utf-8") == releases.as_text(releases.released())


def test_a_release_remembers_what_came_before(file):
    file(goal_text=["text", True, True, [], [None, None]])  # may be null no longer
    releases.BREAKS.write_text("- {what: persona_goals.goal_text not null, why: All have one., since: 2.0.0}")
    said = releases.release("2.0.0", DAY)
    now = releases.released()
    assert said.startswith("2.0.0 of 2026-12-24 is what later changes are compared with: 1 changes since 1.4.0")
    assert now["tables"] == json.loads(json.dumps(releases.facts()))["tables"]
    assert now["changes"][1].endswith("**Breaking for writers.** All have one.")
    assert now["history"] == [{"version": "1.4.0", "date": "2026-11-01", "changes": ["- old"]}]
    text = pack.changes_of(releases.facts(), now)
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## Since 2.0.0 of 2026-12-24",
        "## 2.0.0 of 2026-12-24",
        "## 1.4.0 of 2026-11-01",
    ]


@pytest.mark.parametrize(
    ("before", "version", "why"),
    [
        ({}, "1.4.0", "this release is the next, so it is 1.4.1 at least"),
        ({"goal_text": ["text", True, True, [], [None, None]]}, "1.9.0", "breaks something, so it is 2.0.0 at least"),
        (
            {"goal_text": ["text", True, True, [], [None, None]]},
            "2.0.0",
            "goal_text not null .* nobody has declared it",
        ),
    ],
)
def test_a_version_that_is_too_low_and_what_nobody_has_declared_are_refused(file, before, version, why):
    file(**before)
    kept = file.path.read_bytes()
    with pytest.raises(VersionError, match=why):
        releases.release(version, DAY)
    assert file.path.read_bytes() == kept


def test_what_is_not_released_shows_in_the_version_and_in_the_changes(file):
    contract = releases.released()
    del contract["tables"]["persona_goals"]["timeframe"]
    releases.write(contract)
    files = {one.name: one.content.decode("utf-8-sig") for one in pack.files()}
    assert json.loads(files["manifest.json"])["version"] == "1.5.0-dev"
    assert "- `timeframe` is added: text, may be null. Compatible." in files["CHANGES.md"]
