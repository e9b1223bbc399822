"""The look at an archive before it is read: within limits, whatever it says of itself."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.exchange import prescan
from personas.exchange.prescan import Archive, Scan, column_number, scan
from personas.exchange.text import UnreadableError
from tests.personas.exchange.hostile import (
    BILLION_LAUGHS,
    OUTSIDE,
    row,
    with_flag,
    with_lying_size,
    workbook,
)


def look(content: bytes) -> Scan:
    return scan(Archive(io.BytesIO(content)))


def test_a_plain_workbook_is_dense_and_has_no_errors():
    assert look(workbook(row(2, '<c r="B2"><v>1</v></c>'))) == Scan(2, True, False, "")


def test_cells_without_names_are_counted_where_they_stand():
    assert look(workbook("<row><c/><c/></row><row><c/></row>")) == Scan(3, True, False, "")


def test_a_cell_far_away_makes_a_sheet_sparse():
    assert not look(workbook(row(1_048_576, '<c r="XFD1048576"><v>1</v></c>'))).dense


def test_errors_and_formulas_that_were_never_worked_out_are_seen():
    assert look(workbook(row(2, '<c r="B2" t="e"><v>#REF!</v></c>'))).errors
    assert look(workbook(row(2, '<c r="B2"><f>1+1</f><v>2</v></c>'))).unknown == ""
    for value in ("", "<v/>", "<v></v>"):
        assert look(workbook(row(2, f'<c r="B2"><f>1+1</f>{value}</c>'))).unknown == "row 2, column 2"


def test_a_sheet_whose_names_have_prefixes_is_seen_like_any_other():
    rows = '<x:sheetData><x:row r="7"><x:c r="C7" t="e"/></x:row></x:sheetData>'
    sheet = f'<x:worksheet xmlns:x="http://x">{rows}</x:worksheet>'
    assert look(workbook(sheet=sheet)) == Scan(1, True, True, "")


@pytest.mark.parametrize(("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("xfd", 16384)])
def test_columns_are_numbered_as_a_spreadsheet_does(letters, number):
    assert column_number(letters) == number


REFUSED = {
    "billion laughs": (workbook(sheet=BILLION_LAUGHS), "This workbook declares XML entities"),
    "a file from outside": (workbook(sheet=OUTSIDE), "This workbook declares XML entities"),
    "entities in UTF-16": (workbook(sheet=OUTSIDE.encode("utf-16")), "This workbook declares XML entities"),
    "a lying size": (
        with_lying_size(workbook(row(2) * 500)), "«xl/worksheets/sheet1.xml» in the archive is damaged."
    ),
    "a lock": (with_flag(workbook()), "The archive is locked with a password."),
    "macros": (workbook(**{"xl/vbaProject.bin": b"x"}), "This workbook has macros"),
    "a binary workbook": (workbook(**{"xl/workbook.bin": b"x"}), "This is no workbook of the kind .xlsx."),
    "unusual packing": (workbook(packed=zipfile.ZIP_LZMA), "is packed in an unusual way"),
    "XML that breaks off": (workbook(sheet="<worksheet><sheetData>"), "in the workbook is damaged."),
    "a row that is none": (workbook('<row r="x"/>'), "in the workbook is damaged."),
    "a row beyond the last": (workbook('<row><c r="A1048577"/></row>'), "cells where no spreadsheet has any"),
    "a column beyond the last": (workbook('<row><c r="XFE1"/></row>'), "cells where no spreadsheet has any"),
    "a column of many letters": (workbook(f'<row><c r="{"A" * 999}1"/></row>'), "in the workbook is damaged."),
    "half a file": (workbook(row(2) * 50)[:700], "This is no ZIP archive, or a damaged one."),
    "a beginning and nothing": (b"PK\3\4" + b"\0" * 100, "This is no ZIP archive, or a damaged one."),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_honest_workbook_has_is_refused_with_a_sentence(what):
    content, said = REFUSED[what]
    with pytest.raises(UnreadableError) as refused:
        look(content)
    assert said in str(refused.value)


def test_a_part_that_unfolds_beyond_all_measure_is_refused_before_it_is_unfolded():
    archive = Archive(io.BytesIO(workbook(**{"xl/media/image1.png": b"\0" * 50_000_000})))
    with pytest.raises(UnreadableError, match=r"«xl/media/image1\.png» unfolds to more than 200 times its size"):
        scan(archive)
    assert archive.unfolded < 15_000_000


def test_many_small_parts_that_unfold_beyond_all_measure_together_are_refused():
    parts = {f"xl/media/image{n}.png": b"\0" * 1_000_000 for n in range(60)}
    with pytest.raises(UnreadableError, match="unfolds to more than 200 times its size"):
        look(workbook(**parts))


def test_an_archive_that_unfolds_to_more_than_there_is_room_for_is_refused(monkeypatch):
    monkeypatch.setattr(prescan, "FULLEST", 1_000)
    with pytest.raises(UnreadableError, match="unfolds to more than"):
        look(workbook(row(2)))


@pytest.mark.parametrize("count", [prescan.MEMBERS + 1, 40_000])
def test_an_archive_with_thousands_of_files_is_refused(count):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(str(number), b"")
    with pytest.raises(UnreadableError, match="has more than 5000 files in it"):
        Archive(file)


GOOD = workbook(row(2, '<c r="B2" t="str"><v>Publish</v></c>'))


@settings(max_examples=2000, deadline=None)
@given(
    st.binary(max_size=500)
    | st.binary(max_size=500).map(lambda tail: b"PK\3\4" + tail)
    | st.integers(0, len(GOOD)).map(lambda end: GOOD[:end])
    | st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=6).map(
        lambda changes: bytes(dict(changes).get(at, byte) for at, byte in enumerate(GOOD))
    )
    | st.text(max_size=200).map(lambda text: workbook(sheet=f"<worksheet>{text}</worksheet>"))
)
def test_whatever_is_looked_at_is_a_workbook_or_refused_with_a_sentence(content):
    try:
        found = look(content).rows
    except UnreadableError as refused:
        found = len(str(refused))
    assert found >= 0
