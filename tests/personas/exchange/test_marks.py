"""A file given back with its marks: nothing else in it changes, and what is mended where it is marked is right."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.exchange import marks
from personas.exchange.files import read, write
from personas.exchange.marks import mark
from personas.exchange.places import Place
from personas.exchange.report import Finding, Kind, finding
from personas.exchange.sheets import ERRORS
from personas.exchange.text import UnreadableError
from tests.factories import PersonaFactory
from tests.personas.exchange.hostile import BILLION_LAUGHS, made, workbook
from tests.personas.exchange.test_workbook import ODD, TEXT

GOALS = {"goals": [["persona", "Goal text", "priority"], ["ana", "Publish", "hgih"], ["", "Teach", "low"]]}
CSV = 'NOTICE:  done, "quickly"\r\npersona;Goal text;priority\r\nana;"=Publish;\nsoon";hgih\r\n\r\n;Teach;low;;\r\n'


def problems(content: bytes, filename: str) -> list[Finding]:
    """All that is wrong with a file, as an import finds it."""
    findings = []
    documents = list(read(content, filename, findings))
    for document, planned in zip(documents, plan(documents).personas, strict=True):
        findings += [finding(document, planned.slug, problem) for problem in planned.problems]
    return [one for one in findings if one.kind == Kind.ERROR]


def documents(content: bytes, filename: str) -> list[dict]:
    return list(read(content, filename, []))


def one(sheet: str = "goals", row: int | None = 2, column: str = "priority", **more) -> Finding:
    told = {"kind": Kind.ERROR, "rule": "choice", "message": "«hgih» is no value here", "hint": "Did you mean high?"}
    return Finding(**told | {"place": Place(sheet, row), "column": column, "value": "hgih"} | more)


def sheets_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.django_db
def test_what_is_marked_can_be_mended_there_and_then_nothing_is_wrong(tenant):
    PersonaFactory(slug="ana")
    content = made(GOALS | {"fears": [["persona", "fear_description", "likelihood"], ["ana", "Audits", "often"]]})
    wrong = problems(content, "x.xlsx")
    assert sorted(one.where for one in wrong) == [
        "fears, row 2, likelihood", "goals, row 2, priority", "goals, row 3, persona",
    ]  # fmt: skip
    marked, _ = mark(content, "x.xlsx", wrong)
    book = sheets_of(marked)
    right = {"priority": "high", "persona": "ana", "likelihood": "low"}
    for row in list(book[ERRORS].iter_rows(min_row=2)):
        sheet, cell = row[-1].hyperlink.location.replace("'", "").split("!")
        book[sheet][cell].value = right[row[3].value]
    assert problems(saved(book), "x.xlsx") == []


def test_marks_are_coloured_noted_and_listed_first():
    findings = [one(), one(row=3, column="", kind=Kind.GUESSED, message="«Teach» was taken for a goal", hint="")]
    marked, name = mark(made(GOALS), "mine.xlsx", findings)
    assert name == "mine.xlsx"
    book = sheets_of(marked)
    assert book.sheetnames == [ERRORS, "goals"]
    assert [cell.value for cell in book[ERRORS][2]] == [
        "error", "goals", 2, "priority", "hgih", "«hgih» is no value here", "Did you mean high?", "C2",
    ]  # fmt: skip
    assert book[ERRORS]["H2"].hyperlink.location == "'goals'!C2"
    red, yellow = book["goals"]["C2"], book["goals"]["A3"]
    assert red.comment.text == "priority: «hgih» is no value here. Did you mean high?"
    assert red.fill.fgColor.rgb != yellow.fill.fgColor.rgb
    assert red.fill.fill_type == yellow.fill.fill_type == "solid"
    assert book["goals"]["B2"].comment is None


def test_several_findings_about_a_cell_stand_in_one_note():
    marked, _ = mark(made(GOALS), "x.xlsx", [one(kind=Kind.GUESSED, message="first", hint=""), one(message="second")])
    cell = sheets_of(marked)["goals"]["C2"]
    assert cell.comment.text.split("\n") == ["priority: second. Did you mean high?", "priority: first."]
    assert cell.fill.fgColor.rgb == sheets_of(marked)[ERRORS]["A2"].fill.fgColor.rgb


def test_marks_of_an_earlier_time_go_and_notes_of_people_stay():
    book = sheets_of(made(GOALS))
    book["goals"]["C2"].comment = Comment("Ask Ben", "Ana")
    first, _ = mark(saved(book), "x.xlsx", [one(), one(row=3, column="persona")])
    assert sheets_of(first)["goals"]["C2"].comment.text.endswith("Ask Ben")
    again, _ = mark(first, "x.xlsx", [one(row=3, column="Goal text")])
    goals = sheets_of(again)["goals"]
    assert goals["C2"].comment.text == "Ask Ben"
    assert goals["C2"].fill.fill_type is goals["A3"].fill.fill_type is None
    assert goals["A3"].comment is None
    assert goals["B3"].comment.text.startswith("Goal text: ")
    assert sheets_of(again).sheetnames == [ERRORS, "goals"]
    assert documents(again, "x.xlsx") == documents(made(GOALS), "x.xlsx")


def test_what_is_wrong_with_a_sheet_or_with_the_file_is_listed_too():
    findings = [
        one(row=None, column="", message="has no column"),
        one("nowhere"),
        one("", None, "", message="=1+1\x01"),
    ]
    book = sheets_of(mark(made(GOALS), "x.xlsx", findings)[0])
    assert [row[5] for row in book[ERRORS].iter_rows(min_row=2, values_only=True)] == [
        "has no column", "«hgih» is no value here", "=1+1",
    ]  # fmt: skip
    assert book["goals"]["A1"].comment.text.startswith("has no column")
    assert book[ERRORS]["F4"].data_type == "s"


def test_of_many_marks_the_first_are_made_and_the_others_counted(monkeypatch):
    monkeypatch.setattr(marks, "MOST", 20)
    rows = [["persona", "goal_text"], *(["ana", "x"] for _ in range(27))]
    findings = [one(row=number, column="goal_text") for number in range(2, 29)]
    book = sheets_of(mark(made({"goals": rows}), "x.xlsx", findings)[0])
    assert book[ERRORS].max_row == 22
    assert (
        book[ERRORS].cell(22, 1).value == "And 7 more, which are not marked. Mend these first, and send the file again."
    )


def test_formulas_become_what_was_read():
    content = made({"goals": [["persona", "goal_text"], ["ana", "=2+3"]]})
    marked, _ = mark(content, "x.xlsx", [one(column="goal_text")])
    assert (
        documents(marked, "x.xlsx") == documents(content, "x.xlsx") == [{"slug": "ana", "goals": [{"goal_text": "0"}]}]
    )


@pytest.mark.django_db
def test_a_whole_export_says_the_same_when_it_is_marked_and_marked_again(tenant):
    persona = PersonaFactory(complete=True, slug="ana")
    for format_ in ("xlsx", "zip"):
        file, name = io.BytesIO(), f"x.{format_}"
        write(dump([persona.pk], with_ids=True), format_, file)
        sheet = "goals" if format_ == "xlsx" else "goals.csv"
        once, _ = mark(file.getvalue(), name, [one(sheet)])
        twice, _ = mark(once, name, [one(sheet, 3)])
        assert documents(once, name) == documents(twice, name) == documents(file.getvalue(), name)
        assert plan(documents(twice, name)).changes == []


@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(st.lists(TEXT, max_size=50))
def test_texts_say_the_same_when_they_are_marked_and_marked_again(texts):
    texts = [
        text for text in [*ODD, *texts] if not text.startswith(("=", "<r>"))
    ]  # for its maker these are more than text
    content = made({"goals": [["persona", "goal_text"], *(["ana", text] for text in texts)]})
    once, _ = mark(content, "x.xlsx", [one(column="goal_text")])
    twice, _ = mark(once, "x.xlsx", [one(row=3, column="goal_text")])
    assert documents(twice, "x.xlsx") == documents(content, "x.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_file_has_a_last_column_that_says_what_is_wrong(encoding):
    findings = [one("goals.csv", 3), one("goals.csv", 5, "persona", message="nobody", hint="", kind=Kind.GUESSED)]
    content, name = mark(CSV.encode(encoding), "goals.csv", findings)
    assert name == "goals.csv"
    text = content.decode("utf-16" if encoding == "utf-16" else "utf-8-sig")
    assert text.split("\r\n") == [
        'NOTICE:  done, "quickly"',
        "persona;Goal text;priority;problems",
        'ana;"=Publish;\nsoon";hgih;priority: «hgih» is no value here. Did you mean high?',
        "",
        ";Teach;low;look whether this is right: persona: nobody.;;",
        "",
    ]


def test_a_marked_csv_file_says_the_same_and_loses_its_marks_when_it_is_marked_again():
    content = CSV.encode()
    once, _ = mark(content, "goals.csv", [one("goals.csv", 3)])
    assert documents(once, "goals.csv") == documents(content, "goals.csv")
    again, _ = mark(once, "goals.csv", [])
    assert "hgih;\r\n" in again.decode("utf-8-sig")
    assert again.decode("utf-8-sig").count("problems") == 1


def test_of_an_archive_each_file_is_marked():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("export/goals.csv", "persona,goal_text\r\nana,x\r\n")
        archive.writestr("export/fears.csv", "persona,fear_description\r\nana,y\r\n")
    marked, _ = mark(file.getvalue(), "x.zip", [one("export/fears.csv", 2, "fear_description", message="no", hint="")])
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert archive.read("export/fears.csv").decode("utf-8-sig").endswith("ana,y,fear_description: no.\r\n")
        assert archive.read("export/goals.csv").decode("utf-8-sig").endswith("ana,x,\r\n")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (workbook(sheet=BILLION_LAUGHS), "x.xlsx", "declares XML entities"),
        (b'{"slug": "ana"}', "x.json", "Only workbooks and CSV files can be marked"),
        (b"PK\3\4", "x.xlsx", "This is no ZIP archive"),
    ],
    ids=["a bomb", "no table", "half an archive"],
)
def test_what_cannot_be_marked_is_refused_with_a_sentence(content, name, said):
    with pytest.raises(UnreadableError, match=said):
        mark(content, name, [one()])
