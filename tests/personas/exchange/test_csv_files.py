"""CSV: what is written is read again as it was, opens in a spreadsheet as text, and is mended where it is marked."""

import csv
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.documents.apply import apply
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.exchange.csv_files import read_csv, read_zip, write_zip
from personas.exchange.tables import CLEAR, TABLES, cell, header, value
from personas.exchange.text import UnreadableError
from personas.models import Goal, Persona
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context


@pytest.fixture
def archive(tenant) -> bytes:
    PersonaFactory(complete=True, slug="ana")
    PersonaFactory(complete=True, slug="ben")
    return zipped(dump(ids(), with_ids=True))


def ids() -> list:
    return list(Persona.objects.order_by("slug").values_list("pk", flat=True))


def zipped(documents) -> bytes:
    file = io.BytesIO()
    write_zip(documents, file)
    return file.getvalue()


def rows(archive: bytes, name: str) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        return list(csv.DictReader(io.StringIO(files.read(f"{name}.csv").decode("utf-8-sig"), newline="")))


@pytest.mark.django_db
@pytest.mark.parametrize("mode", Mode)
def test_an_export_imported_again_plans_nothing(archive, mode):
    planned = plan(read_zip(archive), mode)
    assert planned.problems == []
    assert planned.changes == []
    assert [persona.unused for persona in planned.personas] == [[], []]


@pytest.mark.django_db
def test_an_export_arrives_whole_in_another_tenant(pharma, digital):
    with tenant_context(pharma):
        PersonaFactory(complete=True, slug="ana")
        documents, archive = list(dump(ids())), zipped(dump(ids(), with_ids=True))
    with tenant_context(digital):
        apply(plan(read_zip(archive)))
        assert list(dump(ids())) == documents


@pytest.mark.django_db
def test_there_is_a_file_for_each_table_with_its_columns_in_order(archive):
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert sorted(files.namelist()) == sorted(f"{name}.csv" for name in TABLES)
        for name in TABLES:
            first = files.read(f"{name}.csv").decode("utf-8-sig").partition("\r\n")[0]
            assert first.split(",") == header(name)


@pytest.mark.django_db
def test_the_same_content_gives_the_same_bytes(archive):
    assert zipped(dump(ids(), with_ids=True)) == archive


@pytest.mark.parametrize(
    "text", ["=1+1", "+49 30 1234", "-5 degrees", "@ana", "\tx", "'=1", "＝1", CLEAR, f"'{CLEAR}", "'", "plain"]
)
def test_what_looks_like_a_formula_is_text_in_the_file_and_itself_again_when_read(text):
    assert not cell(text).startswith(("=", "+", "-", "@", "\t"))
    assert cell(text) != CLEAR
    assert value(cell(text), items=False) == text


@settings(max_examples=2000, deadline=None)
@given(st.text(min_size=1).filter(str.strip), st.lists(st.text(min_size=1).filter(str.strip)))
def test_every_text_and_every_list_of_texts_survives_a_cell(text, texts):
    out = io.StringIO(newline="")
    csv.writer(out).writerow([cell(text), cell(texts)])
    if "\0" in out.getvalue():
        return  # PostgreSQL has none of these
    [[first, second]] = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert value(first, items=False) == text
    assert value(second, items=True) == texts


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
    apply(plan(read_csv(text.encode("utf-8-sig"), "goals.csv")))
    assert list(Goal.objects.values_list("goal_text", "priority", "success_criteria")) == [
        ("Publish", "medium", None),
        ("Teach", "high", None),
    ]


@pytest.mark.django_db
def test_details_find_the_row_that_they_belong_to_by_any_word_for_it(tenant):
    PersonaFactory(slug="ana")
    files = {
        "case_studies.csv": "persona,id,case_study_title,organization_name,industry,case_type,challenge_addressed,"
        "solution_implemented,outcomes_achieved,relevance_to_persona,relevance_score\r\n"
        "ana,first,Faster,Northgate,Pharma,success_story,Slow,Search,One day,Same team,8\r\n",
        "case_studies.results.csv": "persona,belongs to,metric_name,numeric_value\r\nana,first,Hours,19\r\n",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("__MACOSX/export/._case_studies.csv", b"\0\5\x16\7")
        for name, text in files.items():
            archive.writestr(f"export/{name}", text)
    planned = plan(read_zip(file.getvalue()))
    assert planned.problems == []
    apply(planned)
    assert Persona.objects.get().case_studies.get().results.get().numeric_value == 19


BROKEN = {
    ("gaols.csv", "persona,goal_text\r\n"): "«gaols.csv» is named after no table.",
    ("goals.csv", "slug,goal_text\r\nana,x\r\n"): "goals.csv has no column «persona» in its first line",
    ("goals.csv", ""): "goals.csv has no column «persona» in its first line",
    ("goals.csv", "persona,goal_text,goal_text\r\nana,a,b\r\n"): "goals.csv has the column «goal_text» twice.",
    ("goals.csv", "persona,goal_text\r\nana,a,b\r\n"): "goals.csv, line 2: more cells than columns.",
    ("goals.csv", 'persona,goal_text\r\nana,"a\r\n'): "goals.csv, line ",
    ("case_studies.results.csv", "persona,belongs to,metric_name\r\nana,7,Hours\r\n"):
        "case_studies.results, row 2: «ana» has no row of «case_studies» with the id «7»",
}  # fmt: skip


@pytest.mark.parametrize(("file", "said"), BROKEN.items(), ids=lambda text: str(text)[:60])
def test_a_file_that_cannot_be_understood_is_refused_with_a_sentence(file, said):
    name, text = file
    with pytest.raises(UnreadableError) as refused:
        read_csv(text.encode(), name)
    assert str(refused.value).startswith(said)


def test_an_archive_that_unfolds_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr("personas.exchange.csv_files.FULLEST", 1000)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("goals.csv", "x" * 1001)
    with pytest.raises(UnreadableError, match="unfolds to more than"):
        read_zip(file.getvalue())


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_archive_is_refused(content):
    with pytest.raises(UnreadableError, match="no ZIP archive, or a damaged one"):
        read_zip(content)


@settings(max_examples=2000, deadline=None)
@given(st.binary() | st.text().map(lambda text: ("persona,goal_text\r\n" + text).encode("utf-8", "surrogatepass")))
def test_whatever_is_read_gives_documents_or_a_sentence(content):
    try:
        documents = read_csv(content, "goals.csv")
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert all(isinstance(document, dict) for document in documents)
