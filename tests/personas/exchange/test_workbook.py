"""Workbooks: what people are helped with while they fill them in, and what comes back out of them."""

import datetime
import io
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from personas.documents.dump import dump
from personas.exchange.columns import columns_of
from personas.exchange.files import read
from personas.exchange.places import Place
from personas.exchange.report import Kind
from personas.exchange.sheets import CONTENTS, ERRORS, LISTS, TEMPLATE, fingerprint
from personas.exchange.tables import CLEAR, TABLES, header, sheet_name
from personas.exchange.text import UnreadableError
from personas.exchange.workbook import LONGEST, write_workbook
from personas.models import Fear
from tests.factories import PersonaFactory
from tests.personas.exchange.hostile import made
from vital.organisation.models import Role

ID = "00000000-0000-0000-0000-00000000000{}"
DAY, CLOCK = datetime.date(2026, 3, 14), datetime.time(8, 30)


def written(documents, **options) -> bytes:
    file = io.BytesIO()
    write_workbook(documents, file, **options)
    return file.getvalue()


def sheets_of(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def template(django_db_setup, django_db_blocker) -> bytes:
    from vital.tenancy.context import tenant_context
    from vital.tenancy.models import Tenant

    with django_db_blocker.unblock(), tenant_context(Tenant.objects.get(slug="pharma")):
        return written([])


@pytest.fixture(scope="module")
def book(template) -> openpyxl.Workbook:
    return sheets_of(template)


def test_a_template_has_a_sheet_for_each_table_with_its_columns_in_sight(book):
    assert book.sheetnames == [CONTENTS, *map(sheet_name, TABLES), LISTS]
    assert book[LISTS].sheet_state == "hidden"
    for name in TABLES:
        sheet = book[sheet_name(name)]
        assert [cell.value for cell in sheet[1]] == header(name)
        assert sheet.freeze_panes.endswith("2")
        assert sheet.auto_filter.ref
        assert all(cell.font.bold and cell.comment.text for cell in sheet[1])


def test_headings_of_what_every_row_needs_look_different(book):
    for name in TABLES:
        looks = {}
        for cell, column in zip(book[sheet_name(name)][1], columns_of(name), strict=True):
            looks.setdefault(column.needed, set()).add(cell.fill.fgColor.rgb)
        assert len(looks[True]) == len(looks[False]) == 1
        assert looks[True] != looks[False]


def test_notes_say_what_a_column_means_and_takes(book):
    fears = {cell.value: cell.comment.text for cell in book["fears"][1]}
    assert fears["likelihood"].startswith(str(Fear._meta.get_field("likelihood").help_text))
    assert "One of: high, medium, low." in fears["likelihood"]
    assert "By this, an import finds a row that has no id." in fears["fear_description"]
    personas = {cell.value: cell.comment.text for cell in book["personas"][1]}
    assert "It is a number from 0 to 100." in personas["ai_maturity_score"]


def offered(book: openpyxl.Workbook, sheet: str, column: str) -> tuple[list[str], str, bool]:
    """What the cells of a column offer, for which cells, and whether they take nothing else."""
    letter = next(cell.column_letter for cell in book[sheet][1] if cell.value == column)
    [rule] = [
        rule for rule in book[sheet].data_validations.dataValidation if f"{letter}2" in str(rule.sqref).split(":")
    ]
    title, area = rule.formula1.lstrip("=").replace("$", "").replace("'", "").split("!")
    values = [cell.value for [cell] in book[title][area]]
    return [value for value in values if value], str(rule.sqref), rule.showErrorMessage


def test_cells_offer_the_values_that_they_take(book):
    assert offered(book, "fears", "likelihood")[0] == ["high", "medium", "low", CLEAR]
    assert offered(book, "personas", "is_active")[0] == ["yes", "no"]
    assert "c_level" in offered(book, "personas", "seniority_level")[0]
    assert offered(book, "personas", "role")[0][-1] == CLEAR
    assert len(offered(book, "personas", "role")[0]) > 20


def test_lists_reach_a_thousand_rows_down_and_open_ones_take_other_words(book):
    _, area, strict = offered(book, "personas", "archetype")
    assert area.endswith("1001")
    assert strict
    open_ = next((name, key) for name, shape in TABLES.items() for key, field in shape.columns.items()
                 if getattr(field, "closed", True) is False and field.choices)  # fmt: skip
    assert offered(book, sheet_name(open_[0]), open_[1])[2] is False


@pytest.mark.django_db
def test_sections_offer_the_personas_and_details_the_rows_they_may_belong_to(tenant):
    persona = PersonaFactory(complete=True, slug="ana")
    book = sheets_of(written(dump([persona.pk], with_ids=True)))
    assert offered(book, "goals", "persona")[0] == ["ana"]
    of = sorted(str(pk) for pk in persona.case_studies.values_list("pk", flat=True))
    assert sorted(offered(book, "case_studies.metrics", "belongs to")[0]) == of


@pytest.mark.django_db
def test_roles_that_are_not_in_use_are_not_offered(tenant):
    gone = Role.objects.first()
    Role.objects.filter(pk=gone.pk).update(is_active=False)
    assert gone.slug not in offered(sheets_of(written([])), "personas", "role")[0]


def test_the_contents_lead_to_each_table_and_say_for_what_the_workbook_was_made(book):
    rows = {row[0].value: row for row in book[CONTENTS].iter_rows()}
    for name in TABLES:
        assert rows[sheet_name(name)][0].hyperlink.location == f"'{sheet_name(name)}'!A1"
        assert rows[sheet_name(name)][1].value == TABLES[name].model.__doc__
    assert rows[TEMPLATE][1].value == fingerprint()
    assert book.custom_doc_props[TEMPLATE].value == fingerprint()
    assert rows[CLEAR][1].value == "clears the value."


@pytest.mark.django_db
def test_the_contents_say_what_was_chosen_and_count_rows(tenant):
    persona = PersonaFactory(complete=True)
    rows = list(
        sheets_of(written(dump([persona.pk], with_ids=True), about="Personas of Medical Affairs"))[CONTENTS].values
    )
    assert rows[1][0].startswith("Personas of Medical Affairs. Written on ")
    assert next(row for row in rows if row[0] == "goals")[2] == persona.goals.count()


@pytest.mark.django_db
def test_values_are_of_the_kind_that_a_spreadsheet_knows(tenant):
    document = {
        "slug": "ana", "id": ID.format(1), "years_of_experience": 12, "is_active": True,
        "certifications": [{"id": ID.format(2), "certification_name": "=1+1", "expiration_date": DAY},
                           {"id": ID.format(3), "expiration_date": datetime.date(1899, 1, 2)}],
        "week_in_life": [{"id": ID.format(4), "typical_start_time": CLOCK, "typical_activities": ["a", "b"]}],
    }  # fmt: skip
    content = written([document])
    book = sheets_of(content)

    def cell(sheet, column, row=2):
        return next(cells[row - 1] for cells in book[sheet].columns if cells[0].value == column)

    assert (cell("personas", "years_of_experience").value, cell("personas", "is_active").value) == (12, "yes")
    name = cell("certifications", "certification_name")
    assert (name.value, name.data_type, name.number_format) == ("=1+1", "s", "@")
    assert cell("certifications", "expiration_date").value.date() == DAY
    assert cell("certifications", "expiration_date", 3).value == "1899-01-02"
    assert cell("week_in_life", "typical_start_time").value == "08:30"
    assert cell("week_in_life", "typical_activities").value == "a\nb"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name)


@pytest.mark.django_db
def test_a_workbook_asks_for_vocabularies_once(tenant, django_assert_max_num_queries):
    with django_assert_max_num_queries(30):
        written([])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * (LONGEST + 1), "ana, goals, goal_text: the text has more than 32,767 letters"),
        ("🎯" * (LONGEST // 2 + 1), "ana, goals, goal_text: the text has more than 32,767 letters"),
        ("a\uffff", "ana, goals, goal_text: the text has a sign that no workbook can hold"),
    ],
)
@pytest.mark.django_db
def test_what_no_cell_can_hold_is_refused_before_anything_is_written(tenant, text, said):
    file = io.BytesIO()
    with pytest.raises(UnreadableError, match=said) as refused:
        write_workbook([{"slug": "ana", "id": ID.format(1), "goals": [{"id": ID.format(2), "goal_text": text}]}], file)
    assert str(refused.value).endswith("Export as zip or json.")
    assert file.getvalue() == b""


ODD = ["=1+1", "'x", CLEAR, f"'{CLEAR}", " lead", "trail \n", "\n\nx", "a\rb", "a\r\nb", "_x000D_", "_x005F_x000D_",
       "[", "#N/A", "TRUE", "5.0", "\x01\x0b", "🦑👩‍⚕️", "<b>&amp;", "<r>&</r>", "x" * LONGEST]  # fmt: skip
TEXT = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), min_size=1
).filter(str.strip)


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    texts=st.lists(TEXT, min_size=30, max_size=60),
    items=st.lists(st.lists(TEXT.filter(lambda text: len(text) < 99), max_size=4), min_size=5, max_size=9),
)
def test_every_text_and_every_list_of_texts_comes_back_as_it_was(tenant, texts, items):
    goals = [{"id": ID.format(1), "goal_text": text} for text in [*ODD, *texts]]
    weeks = [{"id": ID.format(1), "typical_activities": listed} for listed in [ODD[:-1], *items]]
    [document] = read(written([{"slug": "ana", "id": ID.format(1), "goals": goals, "week_in_life": weeks}]), "x.xlsx")
    assert [row["goal_text"] for row in document["goals"]] == [*ODD, *texts]
    assert [row["typical_activities"] for row in document["week_in_life"]] == [ODD[:-1], *items]


def test_what_people_type_is_read_as_they_see_it():
    table = [
        ["Persona ", "Goal Text", "success criteria", "goal_type", "priority"],
        ["ana", 5, 0.1 + 0.2, True, DAY],
        ["ana", 1e20, -7.25, CLOCK, datetime.datetime.combine(DAY, CLOCK)],
        [],
        ["ana", 123456789012345, 1e-7, "=2+3", "TRUE"],
    ]
    [document] = read(made({"Goals ": table}), "x.xlsx")
    assert [list(row.values()) for row in document["goals"]] == [
        ["5", "0.3", "yes", "2026-03-14"],
        ["100000000000000000000", "-7.25", "08:30", "2026-03-14 08:30:00"],
        ["123456789012345", "0.0000001", "0", "TRUE"],
    ]
    assert [row.place for row in document["goals"]] == [Place("Goals ", 2), Place("Goals ", 3), Place("Goals ", 5)]


def test_sheets_that_mean_nothing_here_are_left_out_and_those_of_ours_in_silence():
    findings = []
    rows = [["persona", "goal_text"], ["ana", "Publish"]]
    sheets = {"goals": rows, "My notes": [["a"], ["b"], ["c"]], "Empty": [], LISTS: rows, ERRORS: rows}
    [document] = read(made(sheets), "x.xlsx", findings)
    assert document == {"slug": "ana", "goals": [{"goal_text": "Publish"}]}
    assert [(one.kind, str(one.place), one.message) for one in findings] == [
        (Kind.SKIPPED, "My notes", "is named after no table; its 3 rows were left out")
    ]


def test_a_table_may_begin_below_and_beside_other_things():
    rows = [[], ["", "Our goals"], [], ["", "persona", "goal_text"], ["", "ana", "Publish"]]
    findings = []
    [document] = read(made({"goals": rows}), "x.xlsx", findings)
    assert document["goals"][0] == {"goal_text": "Publish"}
    assert document["goals"][0].place == Place("goals", 5)
    assert [(one.kind, one.place.row) for one in findings] == [(Kind.SKIPPED, 2)]


def test_an_older_template_is_recognised_and_read():
    rows = [["persona", "goal_text", "mood"], ["ana", "Publish", "fine"]]
    findings = []
    list(read(made({CONTENTS: [["Personas"], [TEMPLATE, "0123456789ab"]], "goals": rows}), "x.xlsx", findings))
    [finding] = findings
    new = len(header("goals")) - 2
    assert finding.kind == Kind.SKIPPED
    assert finding.message == (
        f"this template is older, or of another installation: {new} columns are new, 1 no longer known"
    )
    findings.clear()
    list(read(made({CONTENTS: [[TEMPLATE, fingerprint()]], "goals": rows}), "x.xlsx", findings))
    assert findings == []


def test_errors_in_cells_are_found_where_they_stand_and_the_rest_is_read():
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("goals")
    for number, row in enumerate([["persona", "goal_text"], ["ana", "_x000D_"], ["ana", ""]]):
        sheet.write_row(number, 0, row)
    sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    book.close()
    findings = []
    [document] = read(file.getvalue(), "x.xlsx", findings)
    assert document["goals"] == [{"goal_text": "_x000D_"}, {}]
    assert [(one.rule, one.where, one.value) for one in findings] == [("cell", "goals, row 3, goal_text", "#DIV/0!")]


def test_a_formula_that_was_never_worked_out_is_no_blank_cell():
    book = openpyxl.Workbook()
    book.active.title = "goals"
    for row in (["persona", "goal_text"], ["ana", "=1+1"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(UnreadableError, match="A formula has no value yet; the first is in row 2, column 2"):
        list(read(file.getvalue(), "x.xlsx"))


def test_an_empty_template_has_no_persona(template):
    with pytest.raises(UnreadableError, match="There is no persona in this file"):
        list(read(template, "template.xlsx"))
