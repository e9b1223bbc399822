"""Documents as a workbook: a sheet for each table, to be filled in by people."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from personas.documents.shape import PERSONA
from personas.sections import DOMAINS, SECTIONS

from .columns import Column, Lists, Offers, columns_of
from .prescan import LAST_ROW
from .sheets import CONTENTS, LISTS, TEMPLATE, fingerprint
from .tables import ID_COLUMN, PARENT_COLUMN, PERSONA_COLUMN, TABLES, in_text, protected, rows_of, sheet_name
from .text import UnreadableError

LONGEST = 32_767  # letters of a cell
EXACT = 15  # digits of a number that a spreadsheet keeps
FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets disagree
LEADING = ("slug", ID_COLUMN)  # the columns up to one of these stay in sight
HEIGHT, TALLEST = 15.75, 8  # of a line, and lines of a row
ROOM = 1_000  # rows below the last one in which cells offer their lists
INK, QUIET, ACCENT, SOFT, LINE = "#1F2937", "#6B7280", "#24527A", "#E3EBF3", "#B8C7D6"
HUES = ("#24527A", "#2E7D6B", "#7A5C24", "#6B4A7A", "#3B6EA5", "#8A4B4B", "#4F6D3A", "#5A5F73", "#A0692B", "#376B78")
EXPECTED = {one.word: " to ".join(map(str, dict.fromkeys(one.rows))) for one in SECTIONS if one.rows}
HELP = (
    ("A blank cell", "leaves the value as it is."),
    ("(clear)", "clears the value."),
    ("A dark heading", "marks what every row needs. The note on a heading tells what it means, with an example."),
    ("A new row", "goes below the others. Leave its id blank, or write any word that «belongs to» of a detail names."),
    ("Several items", "stand in one cell, one per line (Alt+Enter)."),
    ("Sheets and columns", "may be deleted and moved; what is not here stays as it is. Keep the names of columns."),
)


class UnfitError(UnreadableError):
    """Content that a workbook cannot hold, with the sentence that says so."""


def write_workbook(
    documents: Iterable[dict], file: BinaryIO, about: str = "", *,
    tables: Iterable[str] = TABLES, offers: Offers | None = None,
) -> dict[str, int]:  # fmt: skip
    """Write documents that were dumped with ids, or none for a template; gives the number of rows of each table.

    With offers, what cells offer of other tables is not read from the database, and the same content gives the same
    bytes: a form that is shipped.
    """
    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder}
        )
        try:
            return Writer(book, tables, offers).write(documents, about)
        except BaseException:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()  # xlsxwriter does so only with what becomes a file
            raise


class Sheet(Worksheet):
    """A sheet that gives texts back as they were: xlsxwriter overlooks some that look like escapes, or like XML."""

    @staticmethod
    def _escape_control_characters(data):
        data = re.sub("_(?=x[0-9a-fA-F]{4}_)|^<(?=r>)", lambda found: f"_x{ord(found[0]):04X}_", data)
        return re.sub("[\x00-\x08\x0b-\x1f]", lambda found: f"_x{ord(found[0]):04X}_", data)


class Writer:
    """Writes one workbook, row by row."""

    def __init__(self, book: xlsxwriter.Workbook, tables: Iterable[str] = TABLES, offers: Offers | None = None):
        self.book, self.shipped = book, offers is not None
        self.formats = {name: book.add_format({"valign": "top", **style}) for name, style in STYLES.items()}
        self.contents = book.add_worksheet(CONTENTS)
        self.columns = {name: columns_of(name) for name in tables}
        self.sheets = {name: book.add_worksheet(sheet_name(name), Sheet) for name in self.columns}
        self.lists = Lists(book.add_worksheet(LISTS, Sheet), offers)
        self.counts = dict.fromkeys(self.columns, 0)

    def write(self, documents: Iterable[dict], about: str) -> dict[str, int]:
        for name, sheet in self.sheets.items():
            self.head(sheet, self.columns[name])
        for name, row in rows_of(documents, cell):
            self.row(name, row)
        for name, sheet in self.sheets.items():
            self.foot(name, sheet)
        self.fill_contents(about)
        self.lists.write()
        told = {"title": "Personas", "comments": f"{TEMPLATE} {fingerprint()}"}
        self.book.set_properties(told | ({"created": datetime.combine(FIRST_DAY, time())} if self.shipped else {}))
        self.book.set_custom_property(TEMPLATE, fingerprint())
        self.book.close()
        return self.counts

    def head(self, sheet, columns: list[Column]) -> None:
        sheet.freeze_panes(1, 1 + max(place for place, column in enumerate(columns) if column.key in LEADING))
        sheet.set_row(0, 22)
        sheet.set_comments_author("Help")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, self.formats[column.kind])
            sheet.write_string(0, place, column.key, self.formats["needed" if column.needed else "heading"])
            lines = sum(1 + len(line) // 42 for line in column.note.split("\n"))
            sheet.write_comment(0, place, column.note, {"width": 300, "height": 18 * lines + 12, "font_size": 9})

    def row(self, name: str, row: dict[str, Any]) -> None:
        self.counts[name] = number = self.counts[name] + 1
        if number >= LAST_ROW:
            raise UnfitError(f"«{name}» has more rows than a sheet can hold. Export as zip or json.")
        sheet = self.sheets[name]
        lines = (lines_in(row.get(column.key), column) for column in self.columns[name])
        sheet.set_row(number, HEIGHT * min(TALLEST, max(lines)))
        for place, column in enumerate(self.columns[name]):
            value, style = row.get(column.key), self.formats[column.kind]
            match value:
                case None:
                    pass
                case str():
                    if (unfit := why_unfit(value)) is not None:
                        slug = row.get(PERSONA_COLUMN) or row.get("slug")
                        raise UnfitError(f"{slug}, {name}, {column.key}: {unfit}. Export as zip or json.")
                    sheet.write_string(number, place, value, style)
                case date():
                    sheet.write_datetime(number, place, value, style)
                case _:
                    sheet.write_number(number, place, value, style)

    def foot(self, name: str, sheet) -> None:
        """What is written about rows when their number is known: filter, and lists to choose from."""
        columns, last = self.columns[name], self.counts[name]
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.set_tab_color(hue(name))
        for place, column in enumerate(columns):
            if source := self.source(name, column):
                closed = column.closed and not (self.shipped and column.field.is_relation)  # a tenant may have others
                options = {"validate": "list", "source": source, "show_error": closed}
                if closed:
                    options |= {"error_title": column.key, "error_message": "Choose a value from the list."}
                sheet.data_validation(1, place, min(last + ROOM, LAST_ROW - 1), place, options)

    def source(self, name: str, column: Column) -> str | None:
        """Where the values stand that a column offers."""
        if column.key == PERSONA_COLUMN:
            return self.beside(PERSONA.word, "slug")
        if column.key == PARENT_COLUMN:
            return self.beside(name.partition(".")[0], ID_COLUMN)
        return self.lists.range(column)

    def beside(self, name: str, key: str) -> str:
        """A column of another sheet."""
        place = next(place for place, column in enumerate(self.columns[name]) if column.key == key)
        last = min(self.counts[name] + ROOM, LAST_ROW - 1)
        return f"='{sheet_name(name)}'!{xlsxwriter.utility.xl_range_abs(1, place, last, place)}"

    def fill_contents(self, about: str) -> None:
        sheet, formats, lines = self.contents, self.formats, iter(range(1_000))
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 0)
        sheet.set_row(0, 34)
        sheet.set_tab_color(ACCENT)
        for place, width in enumerate((40, 96, 10, 10)):
            sheet.set_column(place, place, width)

        def line(*cells: tuple[str, str]) -> None:
            number = next(lines)
            for place, (text, style) in enumerate(cells):
                sheet.write_string(number, place, text, formats[style])

        line(("Personas", "title"))
        said = about or (f"{self.counts[PERSONA.word]:,} personas" if self.counts[PERSONA.word] else "A template")
        when = "" if self.shipped else f" Written on {timezone.localtime():%-d %B %Y at %H:%M %Z}."
        line((f"{said}.{when}", "quiet"))
        line()
        for what, means in HELP:
            line((what, "strong"), (means, "plain"))
        for title, question, names in chapters():
            if not (names := [name for name in names if name in self.sheets]):
                continue
            line()
            line(
                (title, "domain strong"), (question, "domain"), ("rows", "domain rows"), ("expected", "domain rows")
            )  # fmt: skip
            for name in names:
                number = next(lines)
                sheet.write_url(number, 0, f"internal:'{sheet_name(name)}'!A1", formats["link"], sheet_name(name))
                sheet.write_string(number, 1, TABLES[name].model.__doc__, formats["plain"])
                sheet.write_number(number, 2, self.counts[name], formats["count"])
                sheet.write_string(number, 3, EXPECTED.get(name, ""), formats["count"])
        line()
        line((TEMPLATE, "quiet"), (fingerprint(), "quiet"))
        sheet.activate()


def chapters() -> Iterator[tuple[str, str, list[str]]]:
    """Title, question and tables of each part of a persona."""
    yield "Persona", "Who is it?", [PERSONA.word]
    for domain in DOMAINS:
        words = {section.word for section in domain.sections}
        yield domain.title, domain.question, [name for name in TABLES if name.partition(".")[0] in words]


def hue(name: str) -> str:
    place = next(place for place, (_, _, names) in enumerate(chapters()) if name in names)
    return HUES[place % len(HUES)]


def cell(value: Any) -> Any:
    """A value as a spreadsheet has it: numbers and days as such where it keeps them, all else as text."""
    match value:
        case bool() | None | time():
            return in_text(value)
        case Decimal():
            return float(value) if len(value.normalize().as_tuple().digits) <= EXACT else in_text(value)
        case int():
            return value
        case date():
            return value if value >= FIRST_DAY else in_text(value)
    return protected(in_text(value), formulas=False)


def lines_in(value: Any, column: Column) -> int:
    """How many lines a value takes in a cell, roughly."""
    if not isinstance(value, str) or column.kind != "text" or (len(value) < column.width and "\n" not in value):
        return 1
    return sum(1 + len(line) // column.width for line in value.split("\n"))


def why_unfit(text: str) -> str | None:
    """Why a text cannot stand in a cell."""
    if len(text) > LONGEST // 2 and len(text.encode("utf-16-le")) // 2 > LONGEST:
        return f"the text has more than {LONGEST:,} letters, which is all that a cell can hold"
    if "\ufffe" in text or "\uffff" in text:
        return "the text has a sign that no workbook can hold (U+FFFE or U+FFFF)"
    return None


ROW = {"font_color": INK, "bottom": 4, "bottom_color": LINE}
HEADING = {"bold": True, "num_format": "@", "valign": "vcenter", "align": "left", "indent": 1}
BAND = {"bg_color": SOFT, "valign": "vcenter"}
STYLES = {
    "text": ROW | {"num_format": "@", "text_wrap": True, "align": "left", "indent": 1},
    "id": ROW | {"num_format": "@", "font_color": QUIET, "font_size": 8},
    "number": ROW,
    "day": ROW | {"num_format": "yyyy-mm-dd", "align": "left", "indent": 1},
    "heading": HEADING | {"font_color": INK, "bg_color": SOFT},
    "needed": HEADING | {"font_color": "#FFFFFF", "bg_color": ACCENT},
    "title": {"bold": True, "font_size": 20, "font_color": ACCENT},
    "quiet": {"font_color": QUIET},
    "plain": {"font_color": INK, "text_wrap": True},
    "strong": {"font_color": INK, "bold": True},
    "link": {"font_color": ACCENT, "underline": 1, "indent": 1},
    "count": {"font_color": INK, "num_format": "#,##0", "align": "right"},
    "domain": BAND | {"font_color": QUIET, "italic": True},
    "domain strong": BAND | {"font_color": ACCENT, "bold": True},
    "domain rows": BAND | {"font_color": QUIET, "italic": True, "align": "right"},
}
