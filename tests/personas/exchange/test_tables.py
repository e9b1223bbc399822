"""Tables: what is written is read again as it was, whoever renamed, moved or retyped things meanwhile."""

import io

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from personas.documents.apply import apply
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.exchange.files import read, write
from personas.exchange.places import Place
from personas.exchange.report import Kind
from personas.exchange.spool import Spool
from personas.exchange.tables import (
    CLEAR,
    TABLES,
    Refusing,
    columns_of,
    csv_cell,
    documents_of,
    fill,
    sheet_name,
    table_named,
    value,
)
from personas.exchange.text import UnreadableError
from personas.models import Persona
from tests.factories import PersonaFactory
from tests.personas.documents.test_properties import SLUG, document, parts, sent
from vital.tenancy.context import tenant_context

FORMATS = ("zip", "xlsx")


def ids() -> list:
    return list(Persona.objects.order_by("slug").values_list("pk", flat=True))


def written(documents, format_: str) -> bytes:
    file = io.BytesIO()
    write(documents, format_, file)
    return file.getvalue()


def documents_in(tables: dict[str, list[list]], findings=None, *, formulas=True) -> list[dict]:
    """The documents of some tables, each a list of rows of which the first is the header."""
    findings = Refusing() if findings is None else findings
    with Spool(list(TABLES)) as spool:
        for title, rows in tables.items():
            fill(spool, table_named(title), title, enumerate(rows, 1), findings)
        return list(documents_of(spool, findings, formulas=formulas))


@pytest.mark.django_db
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("mode", Mode)
def test_an_export_imported_again_plans_nothing(tenant, format_, mode):
    PersonaFactory(complete=True, slug="ana")
    PersonaFactory(complete=True, slug="ben")
    findings = []
    planned = plan(read(written(dump(ids(), with_ids=True), format_), f"all.{format_}", findings), mode)
    assert (planned.problems, planned.changes, findings) == ([], [], [])
    assert [persona.unused for persona in planned.personas] == [[], []]


@pytest.mark.django_db
@pytest.mark.parametrize("format_", FORMATS)
def test_an_export_arrives_whole_in_another_tenant(pharma, digital, format_):
    with tenant_context(pharma):
        PersonaFactory(complete=True, slug="ana")
        documents, file = list(dump(ids())), written(dump(ids(), with_ids=True), format_)
    with tenant_context(digital):
        apply(plan(read(file, f"all.{format_}")))
        assert list(dump(ids())) == documents


@pytest.mark.django_db
@pytest.mark.parametrize("words", parts(), ids=lambda words: words[0])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_whatever_a_persona_says_comes_back_out_of_tables_unchanged(tenant, words, data):
    with transaction.atomic():
        apply(plan([sent(data.draw(document(words, complete=True)))]))
        found = list(dump([Persona.objects.get(slug=SLUG).pk], with_ids=True))
        for format_ in FORMATS:
            planned = plan(read(written(found, format_), f"all.{format_}"), Mode.REPLACE)
            assert (format_, planned.problems, planned.changes) == (format_, [], [])
        transaction.set_rollback(True)


def test_a_sheet_is_named_after_its_table_and_finds_it_again():
    titles = [sheet_name(name) for name in TABLES]
    assert all(len(title) <= 31 for title in titles)
    assert [table_named(title) for title in titles] == [table_named(name) for name in TABLES] == list(TABLES)


@pytest.mark.parametrize("title", ["goals", " Goals ", "GOALS", "goals (1)", "goals - Copy", "goals(12)"])
def test_a_table_is_found_whatever_becomes_of_its_name_in_passing(title):
    assert table_named(title) == "goals"


def test_what_is_named_after_no_table_is_none():
    assert table_named("gaols") is None
    assert table_named("") is None


def test_columns_are_found_whatever_becomes_of_their_names_in_passing():
    columns, names = columns_of("case_studies.results", ["Persona", "BELONGS_TO", " Metric name", "unit-of-measure"])
    assert columns == ["persona", "belongs to", "metric_name", "unit_of_measure"]
    assert names["unit_of_measure"] == "unit-of-measure"
    assert names["persona"] == "Persona"


def test_every_row_knows_where_its_owner_finds_it():
    found = documents_in(
        {
            "personas": [["Slug", "name"], ["ana", "Ana"]],
            "goals": [["persona", "Goal text"], [], ["ana", "Publish"]],
            "vpanes_scoring": [["persona", "pain"], ["ana", "5"]],
        }
    )
    assert found == [
        {"slug": "ana", "name": "Ana", "goals": [{"goal_text": "Publish"}], "vpanes_scoring": {"pain": "5"}}
    ]
    [document] = found
    assert document.place == Place("personas", 2)
    assert document.names == {"slug": "Slug"}
    assert document["goals"][0].place == Place("goals", 3)
    assert document["goals"][0].names == {"goal_text": "Goal text"}
    assert document["vpanes_scoring"].place == Place("vpanes_scoring", 2)


def test_a_persona_that_stands_in_no_row_of_its_own_stands_where_it_is_first_named():
    [document] = documents_in({"goals": [["Persona", "goal_text"], ["ana", "Publish"]]})
    assert (document["slug"], document.place, document.names) == ("ana", Place("goals", 2), {"slug": "Persona"})


def test_a_persona_may_be_known_by_its_id_alone():
    id_ = "00000000-0000-0000-0000-000000000007"
    assert documents_in({"personas": [["id", "slug", "name"], [id_, "", "Ana"]]}) == [{"id": id_, "name": "Ana"}]


def test_columns_that_nobody_knows_stay_so_that_they_are_reported_and_break_nothing():
    [document] = documents_in(
        {
            "personas": [["slug", "goals", "", "problems"], ["ana", "many", "x", "left out"]],
            "goals": [["persona", "goal_text", "owner"], ["ana", "Publish", "Ben"]],
        }
    )
    assert document == {
        "slug": "ana",
        "column goals": "many",
        "column 3": "x",
        "goals": [{"goal_text": "Publish", "owner": "Ben"}],
    }
    assert document.names == {"column goals": "goals", "column 3": ""}


def test_lines_before_the_header_are_left_out_and_reported():
    findings = []
    rows = [["sep=;"], ["NOTICE:  done"], ["persona", "goal_text"], ["ana", "Publish"]]
    assert documents_in({"goals": rows}, findings)[0]["goals"][0].place == Place("goals", 4)
    [finding] = findings
    assert (finding.kind, finding.place, finding.word) == (Kind.SKIPPED, Place("goals", 2), "goals")
    assert "«NOTICE:  done»" in finding.message


WRONG = {
    "nobody": {"goals": [["persona", "goal_text"], ["", "Publish"]]},
    "ragged": {"goals": [["persona", "goal_text"], ["ana", "Publish", "soon"]]},
    "cell": {"goals": [["persona", "goal_text"], ["ana", {"error": "#REF!"}]]},
    "twice": {"personas": [["slug", "name"], ["ana", "Ana"], ["ana", "Anna"]]},
    "parent": {"case_studies.results": [["persona", "belongs to", "metric_name"], ["ana", "7", "Hours"]]},
    "columns": {"goals": [["persona", "goal_text", "Goal text"], ["ana", "a", "b"]]},
}
SAID = {
    "nobody": "goals, row 2, persona: nobody knows whose row this is",
    "ragged": "goals, row 2: the row has more cells than there are columns",
    "cell": "goals, row 2, goal_text: holds #REF!, an error",
    "twice": "personas, row 3, slug: «ana» has a row already",
    "parent": "case_studies.results, row 2, belongs to: «ana» has no row of «case_studies» with the id «7»",
    "columns": "goals, row 1: has the column «goal_text» twice",
}


@pytest.mark.parametrize("rule", WRONG)
def test_what_is_wrong_with_a_row_is_found_and_the_other_rows_are_read(rule):
    findings = []
    others = {"fears": [["persona", "fear_description"], ["ben", "Audits"]]}
    found = documents_in(WRONG[rule] | others, findings)
    assert found[-1] == {"slug": "ben", "fears": [{"fear_description": "Audits"}]}
    [one] = findings
    assert (one.kind, one.rule) == (Kind.ERROR, rule)
    assert f"{one.where}: {one.message}".startswith(SAID[rule])
    assert one.hint.endswith((".", "?"))


@pytest.mark.parametrize("rule", WRONG)
def test_who_keeps_no_findings_is_told_of_the_first_error_as_one(rule):
    with pytest.raises(UnreadableError):
        documents_in(WRONG[rule])


def test_what_is_wrong_with_thousands_of_rows_is_said_of_a_thousand():
    findings = []
    rows = [["persona", "goal_text"], *(["", "Publish"] for _ in range(1_500))]
    documents_in({"goals": rows}, findings)
    assert len(findings) == 1_000
    assert findings[-1].message.endswith("this is said of 1,000 rows, and of no more")


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30 1234", "-5 degrees", "@ana", "\tx", "'=1", "＝1", CLEAR, f"'{CLEAR}", "'", "plain"]
)
def test_what_looks_like_a_formula_is_text_in_the_file_and_itself_again_when_read(text):
    assert not csv_cell(text).startswith(("=", "+", "-", "@", "\t"))
    assert csv_cell(text) != CLEAR
    assert value(csv_cell(text), items=False, formulas=True) == text


@settings(max_examples=2000, deadline=None)
@given(st.text(min_size=1).filter(str.strip), st.lists(st.text(min_size=1).filter(str.strip)))
def test_every_text_and_every_list_of_texts_survives_a_cell(text, texts):
    assert value(csv_cell(text), items=False, formulas=True) == text
    assert value(csv_cell(texts), items=True, formulas=True) == texts
