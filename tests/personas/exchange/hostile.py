"""Workbooks made by hand: as people make them, and such as nobody means well with."""

import datetime
import io
import zipfile

import xlsxwriter

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/></Relationships>'
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="goals" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>persona</t></is></c><c r="B1" t="str"><v>goal_text</v></c></row>'
ANA = '<c r="A{0}" t="str"><v>ana</v></c>'


def workbook(rows: str = "", *, sheet: str = "", packed: int = zipfile.ZIP_DEFLATED, **more: str | bytes) -> bytes:
    """A workbook with one sheet, «goals»."""
    file = io.BytesIO()
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELATIONS.format("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS.format("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet or SHEET.format(HEADER + rows),
    } | more
    with zipfile.ZipFile(file, "w", packed) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{ANA.format(number)}{"".join(cells)}</row>'


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BILLION_LAUGHS = f'<!DOCTYPE w [<!ENTITY l0 "ha">{LAUGHS}]>' + SHEET.format(row(2, '<c r="B2" t="str"><v>&l9;</v></c>'))
OUTSIDE = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SHEET.format(
    row(2, '<c r="B2" t="str"><v>&x;</v></c>')
)


def with_lying_size(content: bytes, name: bytes = b"xl/worksheets/sheet1.xml", told: int = 1000) -> bytes:
    """The same archive, whose directory says that a part is smaller than it is."""
    directory = bytearray(content)
    at = directory.rfind(name) - 46
    assert directory[at : at + 4] == b"PK\1\2"
    directory[at + 24 : at + 28] = told.to_bytes(4, "little")
    return bytes(directory)


def with_flag(content: bytes, flag: int = 1) -> bytes:
    """The same archive, of which every part claims to be locked."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := changed.find(mark, at + 1)) >= 0:
            changed[at + offset] |= flag
    return bytes(changed)


def made(sheets: dict[str, list[list]]) -> bytes:
    """A workbook as a person makes it: values of any type, and formats for days and times."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "dd/mm/yy"})
    clock = book.add_format({"num_format": "hh:mm"})
    for title, rows in sheets.items():
        sheet = book.add_worksheet(title)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime.time):
                    sheet.write_datetime(number, place, cell, clock)
                else:
                    sheet.write(number, place, cell)
    book.close()
    return file.getvalue()
