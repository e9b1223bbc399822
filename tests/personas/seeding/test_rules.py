import sys

import pytest

from personas.documents.schema import parse
from personas.exchange.report import Kind
from personas.seeding import rules


@pytest.fixture(autouse=True)
def of_this_test_only(monkeypatch):
    monkeypatch.setattr(rules, "RULES", dict(rules.RULES))


def found(**persona) -> list:
    document = {"slug": "ana", "name": "Ana", **persona}
    return rules.look(document, parse(document))


def test_the_clients_example_asks_executives_for_a_budget():
    [one] = found(seniority_level="vp")
    assert (one.kind, one.rule, one.slug, one.key) == (Kind.ERROR, "executive-budget", "ana", "budget_authority")
    assert one.message.startswith("Executives must have budget authority")
    assert not found(seniority_level="vp", budget_authority="2500000")
    assert not found(seniority_level="mid")


def test_a_rule_sees_sections_and_says_how_serious_it_is():
    @rules.rule("goals", severity=rules.PUBLISH)
    def goals(persona):
        """Somebody without goals is no persona."""
        if not persona.get("goals"):
            yield "goals", "there are no goals"

    [one] = found()
    assert (one.kind, one.word, one.message) == (Kind.NOTE, "goals", "stands against publishing: there are no goals")
    assert not found(goals=[{"goal_text": "Sleep"}])


def test_a_rule_may_raise_or_answer_as_the_client_writes_them():
    @rules.rule("raises")
    def raises(persona):
        if persona["name"] == "Ana":
            raise ValueError("Ana is taken")
        return True

    @rules.rule("answers")
    def answers(persona):
        """Nobody is called Ana."""
        return persona["name"] != "Ana"

    assert [one.message for one in found()] == ["Ana is taken", "Nobody is called Ana."]
    assert not found(name="Bo")


def test_a_rule_that_fails_itself_is_told_of_and_stops_what_it_cannot_judge():
    @rules.rule("odd")
    def odd(persona):
        return persona["shoe_size"] > 40

    [one] = found()
    assert (one.kind, one.message) == (Kind.ERROR, "the rule «odd» failed: KeyError: 'shoe_size'")


def test_a_team_puts_its_rules_into_a_module_of_its_own(tmp_path, monkeypatch, settings):
    (tmp_path / "house_rules_of_a_team.py").write_text(
        "from personas.seeding.rules import WARNING, rule\n"
        "@rule('city', severity=WARNING)\n"
        "def city(persona):\n"
        "    yield 'notes', 'say in which city'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings.SEEDING_RULES = ["house_rules_of_a_team"]
    [one] = found()
    assert (one.kind, one.key, one.message) == (Kind.NOTE, "notes", "say in which city")
    sys.modules.pop("house_rules_of_a_team")


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("no goals", "no goals"),
        ([("goals", "no goals")], "no goals"),
        (
            [("goals", "is", "odd")],
            "the rule «odd» failed: TypeError: it yields ('goals', 'is', 'odd'), and not a pair",
        ),
        ([None], "the rule «odd» failed: TypeError: it yields None, and not a pair"),
        (7, "the rule «odd» failed: TypeError"),
        (False, "breaks the rule «odd»"),
    ],
)
def test_whatever_a_rule_answers_becomes_a_sentence(told, said):
    rules.rule("odd")(lambda persona: told)
    [one] = found()
    assert (one.kind, one.message[: len(said)]) == (Kind.ERROR, said)


def test_a_rule_that_ends_the_program_ends_nothing():
    rules.rule("ends")(lambda persona: sys.exit(0))
    assert [one.message for one in found()] == ["the rule «ends» failed: SystemExit: 0"]


def test_no_rule_can_change_what_is_written():
    rules.rule("thief")(lambda persona: persona["goals"].clear())
    document = {"slug": "ana", "goals": [{"goal_text": "Sleep"}]}
    parsed = parse(document)
    assert not rules.look(document, parsed)
    assert parsed.rows["goals"][0]["goal_text"] == "Sleep"


def test_a_module_that_cannot_be_read_is_named(settings):
    settings.SEEDING_RULES = ["rules_of_nobody"]
    with pytest.raises(
        rules.RulesError, match="SEEDING_RULES names «rules_of_nobody», which cannot be read: ModuleNot"
    ):
        found()


def test_a_severity_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="«fatal» is no severity"):
        rules.rule("x", severity="fatal")
