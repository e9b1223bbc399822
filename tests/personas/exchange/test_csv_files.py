"""CSV: read however a spreadsheet has written it, and refused or marked with a sentence where it cannot be."""

import csv
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.documents.apply import apply
from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.exchange.files import read, write
from personas.exchange.places import Place
from personas.exchange.report import Kind
from personas.exchange.tables import CLEAR, TABLES, csv_cell, header, value
from personas.exchange.text import UnreadableError
from personas.models import Goal, Persona
from tests.factories import PersonaFactory


def zipped(files: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def goals(content: bytes, findings=None) -> list[dict]:
    return [row for document in read(content, "goals.csv", findings) for row in document["goals"]]


@pytest.mark.django_db
def test_there_is_a_file_for_each_table_with_its_columns_in_order_and_the_same_content_gives_the_same_bytes(tenant):
    PersonaFactory(complete=True)
    documents = list(dump(Persona.objects.values_list("pk", flat=True), with_ids=True))
    first, second = io.BytesIO(), io.BytesIO()
    write(documents, "zip", first)
    write(documents, "zip", second)
    assert first.getvalue() == second.getvalue()
    with zipfile.ZipFile(first) as files:
        assert sorted(files.namelist()) == sorted(f"{name}.csv" for name in TABLES)
        for name in TABLES:
            line = files.read(f"{name}.csv").decode("utf-8-sig").partition("\r\n")[0]
            assert line.split(",") == header(name)


@pytest.mark.django_db
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_from_a_spreadsheet_is_read_with_blank_cells_left_alone_and_clear_clearing(tenant, delimiter):
    PersonaFactory(slug="ana")
    Goal.objects.create(persona=Persona.objects.get(), goal_text="Publish", success_criteria="Two papers")
    table = [
        ["persona", "goal_text", "priority", "success_criteria"],
        ["ana", "Publish", "", CLEAR],
        ["ana", "Teach", "high", ""],
    ]
    text = "\r\n".join(delimiter.join(row) for row in table)
    apply(plan(read(text.encode("utf-8-sig"), "goals.csv")))
    assert list(Goal.objects.values_list("goal_text", "priority", "success_criteria")) == [
        ("Publish", "medium", None),
        ("Teach", "high", None),
    ]


@pytest.mark.django_db
def test_details_find_the_row_that_they_belong_to_by_any_word_for_it(tenant):
    PersonaFactory(slug="ana")
    files = {
        "__MACOSX/export/._case_studies.csv": b"\0\5\x16\7",
        "export/case_studies.results.csv": "persona,belongs to,metric_name,numeric_value\r\nana,first,Hours,19\r\n",
        "export/Case_studies (1).csv": "persona,id,case_study_title,organization_name,industry,case_type,"
        "challenge_addressed,solution_implemented,outcomes_achieved,relevance_to_persona,relevance_score\r\n"
        "ana,first,Faster,Northgate,Pharma,success_story,Slow,Search,One day,Same team,8\r\n",
    }
    planned = plan(read(zipped(files), "export.zip"))
    assert planned.problems == []
    apply(planned)
    assert Persona.objects.get().case_studies.get().results.get().numeric_value == 19


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines_do_not_matter(encoding, end):
    text = end.join(['persona;"Goal text"', 'ana;"Zwei Zeilen;\n«so»"', "", "ana;Über"])
    found = goals(text.encode(encoding))
    assert found == [{"goal_text": "Zwei Zeilen;\n«so»"}, {"goal_text": "Über"}]
    assert [row.place for row in found] == [Place("goals.csv", 2), Place("goals.csv", 4)]


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    content = b'NOTICE:  table "x" does not exist, skipping\r\npersona,goal_text\r\nana,"a\r\nb"\r\nana,c\r\n'
    findings = []
    assert [row.place.row for row in goals(content, findings)] == [3, 4]
    assert [(one.kind, one.place.row) for one in findings] == [(Kind.SKIPPED, 1)]


def test_what_tells_excel_the_separator_is_no_finding():
    findings = []
    assert goals(b"sep=;\r\npersona;goal_text\r\nana;a,b\r\n", findings) == [{"goal_text": "a,b"}]
    assert findings == []


def test_short_rows_are_filled_up_and_long_ones_reported():
    findings = []
    found = goals(b"persona,goal_text,priority\nana\nana,a\nana,b,high,,\nana,c,high,soon\n", findings)
    assert [row.get("goal_text") for row in found] == [None, "a", "b", "c"]
    assert [(one.rule, one.place) for one in findings] == [("ragged", Place("goals.csv", 5))]


def test_a_cell_may_be_long_and_a_longer_one_is_refused():
    assert len(goals(b"persona,goal_text\nana," + b"x" * 15_000_000)[0]["goal_text"]) == 15_000_000
    with pytest.raises(UnreadableError, match=r"goals\.csv, line 2: a cell has more than 16 million letters"):
        goals(b"persona,goal_text\nana," + b"x" * 17_000_000)
    with pytest.raises(UnreadableError, match=r"goals\.csv, line 2: the line has more than 20 million letters"):
        goals(b"persona,goal_text\nana," + b"x" * 22_000_000)


def test_a_sign_that_cannot_be_stored_is_left_to_the_one_who_checks_values():
    assert goals(b"persona,goal_text\nana,a\0b\n") == [{"goal_text": "a\0b"}]


def test_a_file_of_an_archive_that_is_named_after_no_table_is_left_out_and_reported():
    findings = []
    files = {"goals.csv": "persona,goal_text\nana,a\n", "gaols.csv": "persona,goal_text\nana,b\n"}
    [document] = read(zipped(files), "x.zip", findings)
    assert document["goals"] == [{"goal_text": "a"}]
    assert [(one.kind, one.place.sheet) for one in findings] == [(Kind.SKIPPED, "gaols.csv")]


BROKEN = {
    ("gaols.csv", b"persona,goal_text\r\n"): "«gaols.csv» is named after no table.",
    ("goals.csv", b"slug,goal_text\r\nana,x\r\n"): "goals.csv has no column «persona» in its first line",
    ("goals.csv", b""): "goals.csv is empty.",
    ("goals.csv", b"persona,goal_text\r\n"): "There is no persona in this file.",
    ("goals.csv", b"persona,goal_text,goal_text\r\nana,a,b\r\n"): "goals.csv, row 1: has the column «goal_text» twice",
    ("goals.csv", b"persona,goal_text\r\nana,a,b\r\n"): "goals.csv, row 2: the row has more cells than there are",
    ("goals.csv", b'persona,goal_text\r\nana,"a\r\n'): "goals.csv, line 2: the quotes that open a cell are never",
    ("goals.csv", b'persona,goal_text\r\nana,"a"b\r\n'): "goals.csv, line 2: quotes inside a cell are not doubled;",
    ("goals.csv", "persona,goal_text\nana,Müller".encode("latin-1")): "goals.csv, after line 0: the text is not UTF-8.",
    ("goals.csv", b"\xff\xfep\0e"): "goals.csv, after line 0: the text is not UTF-16.",
    ("case_studies.results.csv", b"persona,belongs to,metric_name\r\nana,7,Hours\r\n"):
        "case_studies.results.csv, row 2: «ana» has no row of «case_studies» with the id «7»",
    ("x.zip", zipped({"readme.txt": "hello"})): "There is no CSV file in this archive.",
}  # fmt: skip


@pytest.mark.parametrize(("file", "said"), BROKEN.items(), ids=BROKEN.values())
def test_a_file_that_cannot_be_understood_is_refused_with_a_sentence(file, said):
    name, content = file
    with pytest.raises(UnreadableError) as refused:
        list(read(content, name))
    assert str(refused.value).startswith(said)


@settings(max_examples=2000, deadline=None)
@given(st.text(min_size=1).filter(str.strip), st.lists(st.text(min_size=1).filter(str.strip)))
def test_every_text_and_every_list_of_texts_survives_a_file(text, texts):
    out = io.StringIO(newline="")
    csv.writer(out).writerow([csv_cell(text), csv_cell(texts)])
    [[first, second]] = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert value(first, items=False, formulas=True) == text
    assert value(second, items=True, formulas=True) == texts


@settings(max_examples=2000, deadline=None)
@given(
    st.binary()
    | st.text().map(lambda text: ("persona,goal_text\r\n" + text).encode("utf-8", "surrogatepass"))
    | st.text("a,;\t\"\r\n'=").map(lambda text: ("persona,goal_text,priority\r\n" + text).encode())
)
def test_whatever_is_read_gives_documents_or_a_sentence(content):
    try:
        documents = list(read(content, "goals.csv", []))
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert all(isinstance(document, dict) for document in documents)
