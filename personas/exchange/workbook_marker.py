"""The process that marks a workbook: on standard input a line that says what is wrong, and the workbook behind it; on
standard output the workbook with cells coloured and noted, and a sheet that lists it all. It knows nothing of Django.
"""

import io
import json
import re
import sys
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from .prescan import Archive, scan
from .sandbox import refusing
from .workbook_reader import loaded

ERRORS, AUTHOR = "Errors", "What is wrong"
OWN = "\n— — —\n"  # between our note and the one that stood there before
FILLS = {"error": "FFF6CFCB", "guessed": "FFFFF0C2"}
HEAD = 20  # rows among which the one with the columns' names is looked for
COLUMNS = {
    "kind": 10,
    "sheet": 26,
    "row": 8,
    "column": 26,
    "value": 36,
    "what is wrong": 60,
    "what to do": 60,
    "cell": 10,
}
INK, SOFT = "FF24527A", "FFE3EBF3"


def mark(file: BinaryIO, marks: list[dict], more: int) -> Workbook:
    """The workbook with its marks; formulas have become their values, which are what was read."""
    scan(Archive(file))
    file.seek(0)
    book = loaded(file)
    unmark(book)
    spots = {}
    for title in {one["sheet"] for one in marks} & set(book.sheetnames):
        spots[title] = columns_of(book[title], {one["column"] for one in marks if one["sheet"] == title})
    listed = book.create_sheet(ERRORS, 0)
    for number, one in enumerate(marks, 2):
        title, cell = one["sheet"], None
        if title in spots:
            row, column = one["row"] or 1, spots[title].get(one["column"], 1)
            cell = book[title].cell(row, column)
            note(cell, one, fill=bool(one["row"]))
        lay_down(listed, number, one, cell)
    finish(listed, len(marks), more)
    book.active = 0
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is listed
    return book


def unmark(book: Workbook) -> None:
    """Take away what an earlier time has marked, and keep the notes of others as large as they were meant."""
    if ERRORS in book.sheetnames:
        del book[ERRORS]
    for sheet in book.worksheets:
        for cell in list(sheet._cells.values()):  # those that are there; iter_rows() makes one for every place
            if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in FILLS.values():
                cell.fill = PatternFill()
            if cell.comment and cell.comment.author == AUTHOR:
                _, _, own = cell.comment.text.partition(OWN)
                cell.comment = comment(own, "") if own else None
            elif cell.comment:
                cell.comment = comment(cell.comment.text, cell.comment.author)


def columns_of(sheet: Worksheet, wanted: set[str]) -> dict[str, int]:
    """Where the columns stand that are called so."""
    for row in sheet.iter_rows(max_row=HEAD):
        titles = {str(cell.value).strip(): cell.column for cell in row if cell.value is not None}
        if titles.keys() & wanted:
            return titles
    return {}


def note(cell: Cell, one: dict, *, fill: bool) -> None:
    said = f"{one['column']}: {one['message']}. {one['hint']}".removeprefix(": ").strip()
    ours = own = ""
    if cell.comment:
        ours, _, own = (
            cell.comment.text.partition(OWN) if cell.comment.author == AUTHOR else ("", "", cell.comment.text)
        )
    text = "\n".join(filter(None, (ours, said)))
    cell.comment = comment(f"{text}{OWN}{own}" if own else text, AUTHOR)
    if fill and cell.fill.fgColor.rgb != FILLS["error"]:
        cell.fill = PatternFill("solid", fgColor=FILLS[one["kind"]])


def comment(text: str, author: str) -> Comment:
    text = fit(text)
    return Comment(text, author, width=320, height=20 * sum(1 + len(line) // 45 for line in text.split("\n")) + 20)


def lay_down(sheet: Worksheet, number: int, one: dict, cell: Cell | None) -> None:
    told = (one["kind"], one["sheet"], one["row"], one["column"], one["value"], one["message"], one["hint"])
    for place, value in enumerate(told, 1):
        at = sheet.cell(number, place)
        at.value = fit(value) if isinstance(value, str) else value
        if isinstance(value, str):
            at.data_type = "s"  # never a formula
        at.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.cell(number, 1).fill = PatternFill("solid", fgColor=FILLS[one["kind"]])
    if cell is not None:
        at = sheet.cell(number, len(COLUMNS), cell.coordinate)
        title = cell.parent.title.replace("'", "''")
        at.hyperlink = Hyperlink(at.coordinate, location=f"'{title}'!{cell.coordinate}")
        at.font = Font(color=INK, underline="single")
        at.alignment = Alignment(vertical="top")


def finish(sheet: Worksheet, count: int, more: int) -> None:
    for place, (title, width) in enumerate(COLUMNS.items(), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
        at = sheet.cell(1, place, title)
        at.font, at.fill = Font(bold=True, color=INK), PatternFill("solid", fgColor=SOFT)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{count + 1}"
    sheet.sheet_properties.tabColor = FILLS["error"]
    if more:
        sheet.cell(count + 2, 1, f"And {more:,} more, which are not marked. Mend these first, and send the file again.")


def fit(text: str) -> str:
    """Without signs that a workbook cannot hold."""
    return re.sub("[\ufffe\uffff]", "", ILLEGAL_CHARACTERS_RE.sub("", text))


def main() -> None:
    with refusing("This workbook is damaged, or of a kind that cannot be marked. Save it as .xlsx again."):
        task = json.loads(sys.stdin.buffer.readline())
        out = io.BytesIO()
        mark(io.BytesIO(sys.stdin.buffer.read()), task["marks"], task["more"]).save(out)
        sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
