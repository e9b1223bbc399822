"""The process that reads a workbook: a file on standard input, its rows as lines of JSON on standard output.

It runs by itself, within limits, because a hostile file can end whoever reads it; and it knows nothing of Django. A
file that it refuses it tells with a sentence on standard error.
"""

import datetime
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from .prescan import Archive, scan
from .sandbox import refusing

BATCH = 500  # rows a line
NOON = datetime.time()


def read(file: BinaryIO) -> Iterator[Any]:
    """How many rows there are; then for each sheet its name, and its rows in batches: a number, and cells."""
    found = scan(Archive(file))
    yield {"rows": found.rows, "unknown": found.unknown}
    file.seek(0)
    for title, rows in swift(file) if found.dense and not found.errors else thorough(file):
        yield {"sheet": title}
        while batch := list(islice(rows, BATCH)):
            yield batch


def swift(file: BinaryIO) -> Iterator[tuple[str, Iterator]]:
    """Sheets as calamine reads them; it ends the process over cells far away, and leaves out errors."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    book = CalamineWorkbook.from_filelike(file)
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            content = book.get_sheet_by_name(sheet.name)
            left = content.start[1] if content.start else 0
            yield sheet.name, numbered(content.iter_rows(), left)


def numbered(rows: Iterator[list], left: int) -> Iterator[tuple[int, list]]:
    """Rows with their numbers, and with the columns that calamine leaves out before the first that has a cell."""
    for number, row in enumerate(rows, 1):
        cells = [""] * left + [as_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def thorough(file: BinaryIO) -> Iterator[tuple[str, Iterator]]:
    """Sheets as openpyxl reads them: ten times as slow, but cell by cell."""
    from openpyxl.utils.escape import unescape

    def cell(found):
        if found.data_type == "e":
            return {"error": str(found.value)}
        return well(unescape(found.value)) if isinstance(found.value, str) else as_text(found.value)

    def rows(sheet):
        for number, row in enumerate(sheet.iter_rows(), 1):
            if any(found.value is not None for found in row):
                yield number, [cell(found) for found in row]

    for sheet in loaded(file, read_only=True).worksheets:
        sheet.reset_dimensions()
        yield sheet.title, rows(sheet)


def loaded(file: BinaryIO, **options):
    """A workbook as openpyxl reads it, with shared texts as they stand there: it would take «x005F_» out of them."""
    from openpyxl.cell.text import Text
    from openpyxl.reader import excel
    from openpyxl.xml.constants import SHEET_MAIN_NS
    from openpyxl.xml.functions import iterparse

    def texts(source) -> list[str]:
        found = []
        for _, node in iterparse(source):
            if node.tag == f"{{{SHEET_MAIN_NS}}}si":
                found.append(Text.from_tree(node).content)
                node.clear()
        return found

    excel.read_string_table = texts
    return excel.load_workbook(file, data_only=True, **options)


def well(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def as_text(value: Any) -> str:
    """A cell as somebody would have typed it."""
    return value if type(value) is str else TEXTS[type(value)](value)


def number(value: float) -> str:
    """In the fifteen digits that a spreadsheet shows: 5 and not 5.0, 0.3 and not 0.30000000000000004."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    whole, _, exponent = f"{value:.15g}".partition("e")
    return shifted(whole, int(exponent)) if exponent else whole


def shifted(digits: str, exponent: int) -> str:
    from decimal import Decimal

    return f"{Decimal(digits).scaleb(exponent):f}"


def moment(value: datetime.datetime) -> str:
    return str(value.date()) if value.time() == NOON else value.isoformat(" ", "seconds")


def clock(value: datetime.time) -> str:
    return value.isoformat("seconds" if value.second else "minutes")


def duration(value: datetime.timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


TEXTS = {
    type(None): lambda value: "",
    bool: lambda value: "yes" if value else "no",
    int: str,
    float: number,
    datetime.datetime: moment,
    datetime.date: str,
    datetime.time: clock,
    datetime.timedelta: duration,
}


def main() -> None:
    with refusing("This workbook is damaged, or of a kind that cannot be read. Save it as .xlsx again."):
        for line in read(sys.stdin.buffer):
            sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
