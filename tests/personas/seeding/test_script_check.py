"""A script that was broken on purpose is found out, with its line, before anybody runs it."""

from datetime import UTC, datetime

import pytest

from personas.documents.plan import plan
from personas.models import Persona
from personas.seeding.script import render
from personas.seeding.script_check import Statement, problems, split
from tests.factories import PersonaFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
OTHER = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def script(tenant) -> str:
    ben = PersonaFactory(slug="ben")
    document = {
        "slug": "ann", "name": "Ann; 'BEGIN'", "title": "Lead\n\\! ls :x", "role": "medical-science-liaison",
        "goals": [{"goal_text": "A"}, {"goal_text": "$$ B"}],
    }  # fmt: skip
    planned = plan([document, {"id": str(ben.pk), "title": "Another"}])
    return "".join(render(planned, moment=datetime(2026, 3, 14, tzinfo=UTC)))


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_a_script_as_it_is_made_has_no_problem(script, tenant):
    assert problems(script, tenant.pk) == []


def test_to_check_a_script_executes_none_of_it(script, tenant):
    problems(script, tenant.pk)
    assert list(Persona.objects.values_list("slug", flat=True)) == ["ben"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("INSERT INTO persona_goals (tenant_id,", "INSERT INTO persona_goals (tenant_id, ,", "syntax error"),
        ("UPDATE personas SET title =", "UPDATE personas SET SET title =", "syntax error"),
        ("RAISE EXCEPTION 'Nothing was written: there is no tenant", "RAISE 5 'No", "syntax error"),
        ("SELECT f.name AS function", "SELECT f.name function AS, AS", "syntax error"),
        ("BEGIN;\n", "", "the first statement is not BEGIN."),
        ("COMMIT;\n", "", "the last statement is not COMMIT."),
        ("\n-- Persona: ann", "COMMIT;\n-- Persona: ann", "COMMIT stands in the middle; the script is one"),
        ("\n-- Persona: ann", "ROLLBACK;\n-- Persona: ann", "ROLLBACK is no statement that a script may have."),
        ("\n-- Persona: ann", "\\copy personas TO x\n-- Persona: ann", "«\\copy personas TO x» is a command or a var"),
        ("UPDATE personas SET title =", "UPDATE personas SET title = :title, name =", "«:title, name = "),
        ("UPDATE personas SET title =", "UPDATE personas SET title = :'title', name =", "is a command or a variable"),
        ("\n-- Persona: ann", "DROP TABLE personas;\n-- Persona: ann", "DROP is no statement that a script may have."),
        ("\n-- Persona: ann", "TRUNCATE personas;\n-- Persona: ann", "TRUNCATE is no statement"),
        ("\n-- Persona: ann", "SET ROLE postgres;\n-- Persona: ann", "«SET ROLE postgres» is no setting"),
        ("INSERT INTO persona_goals ", "INSERT INTO users ", "writes to no table of personas or of the organisation."),
        ("UPDATE personas SET", "UPDATE tenants SET", "writes to no table of personas or of the organisation."),
        ("FROM personas AS p", "FROM users AS p", "«users» is no table of personas, of the organisation or of a voc"),
        ("SELECT f.name AS", "SELECT pg_sleep(9), f.name AS", "pg_sleep() is no function that a script may call."),
    ],
)  # fmt: skip
def test_what_is_broken_is_found_at_its_line(script, tenant, before, after, said):
    assert script.count(before) >= 1
    broken = script.replace(before, after, 1)
    told = problems(broken, tenant.pk)
    assert any(said in sentence for sentence in told), told
    if after:
        assert any(sentence.startswith(f"Line {line_of(broken, after)}: ") for sentence in told), told


def test_a_block_that_writes_is_found(script, tenant):
    told = problems(script.replace("PERFORM FROM editorial_state", "DELETE FROM editorial_state"), tenant.pk)
    assert told == [f"Line {line_of(script, 'DO $guard$')}: DO may only read, and here is DELETE."]


def test_a_text_that_nothing_closes_is_found(script, tenant):
    told = problems(script.replace("'A'", "'A"), tenant.pk)
    assert any("nothing closes what ' opens." in sentence for sentence in told), told


def test_a_row_of_another_tenant_is_counted(script, tenant):
    head, sign, rows = script.partition("INSERT INTO persona_goals")
    told = problems(head + sign + rows.replace(str(tenant.pk), OTHER, 1), tenant.pk)
    assert told == [f"Line {line_of(script, sign)}: 1 of the rows do not begin with the tenant '{tenant.pk}'."]


@pytest.mark.parametrize("tail", ["", " OR true", " OR id IS NOT NULL"])
def test_a_change_without_its_tenant_or_beyond_it_is_found(script, tenant, tail):
    start = script.index("UPDATE personas SET title")
    end = script.index(";", start)
    kept = script[start:end]
    broken = kept + tail if tail else kept.partition(" WHERE ")[0]
    [told, *_] = problems(script.replace(kept, broken), tenant.pk)
    assert told.startswith(f"Line {line_of(script, kept)}: ")


def test_a_script_of_another_tenant_is_none_of_this_one(script, tenant):
    told = problems(script.replace(str(tenant.pk), OTHER), tenant.pk)
    assert f"another tenant is set than {tenant.pk}." in told[0]
    assert len(told) > 5


def test_what_stands_in_quotes_ends_no_statement():
    text = "SELECT ';', E'\\';', $x$;$x$, \";\" -- ;\n/* ; */;\n-- about\n\nSELECT 2"
    assert list(split(text)) == [
        Statement("SELECT ';', E'\\';', $x$;$x$, \";\" -- ;\n/* ; */", 1), Statement("SELECT 2", 5),
    ]  # fmt: skip
