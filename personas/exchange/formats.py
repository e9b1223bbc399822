"""The formats of flat tables: read with the distrust of whole files, written so that no spreadsheet runs anything."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
import yaml
from import_export.formats.base_formats import Format
from tablib import Dataset

from vital.flat.resources import ABSENT

from . import csv_files, text, yaml_files
from .tables import CLEAR, csv_cell, is_protected, sheet_name
from .text import UnreadableError, plain
from .workbook import cell, why_unfit


class FlatFormat(Format):
    """A format of tables, in bytes."""

    title = extension = content_type = ""
    reads = writes = True

    def __init__(self, encoding=None):
        """The library says in which encoding to read; these find out."""

    def get_title(self) -> str:
        return self.title

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return self.reads

    def can_export(self) -> bool:
        return self.writes


class CSV(FlatFormat):
    """Commas, semicolons or tabs between cells: a blank one says nothing, `(clear)` clears."""

    title, extension, content_type, delimiter = "CSV", "csv", "text/csv; charset=utf-8", ","

    def create_dataset(self, content: bytes, **kwargs) -> Dataset:
        with csv_files.opened(io.BytesIO(content), f"The {self.title} file") as table:
            rows = list(table.rows)
        head = next((place for place, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)
        return dataset_of(rows[head], ([meaning(one) for one in row] for row in rows[head + 1 :]), head + 2)

    def export_data(self, dataset: Dataset, **kwargs) -> bytes:
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow(dataset.headers)
        writer.writerows(["" if one is ABSENT else csv_cell(one) for one in row] for row in dataset)
        return file.getvalue().encode("utf-8-sig")  # whose mark tells spreadsheets what it is


class TSV(CSV):
    title, extension, content_type, delimiter = "TSV", "tsv", "text/tab-separated-values; charset=utf-8", "\t"


class JSON(FlatFormat):
    """A list of objects: a key that is left out says nothing, null clears."""

    title, extension, content_type = "JSON", "json", "application/json"
    root = staticmethod(text.root)

    def create_dataset(self, content: bytes, **kwargs) -> Dataset:
        rows = self.root(content)
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            raise UnreadableError(f"A {self.title} file of a table is a list of objects, one for each row.")
        columns = list(dict.fromkeys(name for row in rows for name in row))
        return dataset_of(columns, ([row.get(name, ABSENT) for name in columns] for row in rows), 1)

    def export_data(self, dataset: Dataset, **kwargs) -> bytes:
        return (json.dumps(list(objects(dataset)), ensure_ascii=False, indent=2) + "\n").encode()


class YAML(JSON):
    """The same, for people who edit by hand."""

    title, extension, content_type = "YAML", "yaml", "text/yaml; charset=utf-8"
    root = staticmethod(yaml_files.root)

    def export_data(self, dataset: Dataset, **kwargs) -> bytes:
        options = {"allow_unicode": True, "sort_keys": False, "width": 110}
        return yaml.dump(list(objects(dataset)), Dumper=yaml_files.Writer, **options).encode()


class XLSX(FlatFormat):
    """A workbook of one sheet, to be looked at: the web server reads none, and its cells hold no formula."""

    title, extension = "XLSX", "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    reads = False

    def export_data(self, dataset: Dataset, **kwargs) -> bytes:
        file = io.BytesIO()
        with TemporaryDirectory() as folder:
            options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
            book = xlsxwriter.Workbook(file, options | {"tmpdir": folder, "default_date_format": "yyyy-mm-dd"})
            sheet = book.add_worksheet(sheet_name(dataset.title)[:31])
            bold = book.add_format({"bold": True})
            for place, name in enumerate(dataset.headers):
                sheet.write_string(0, place, name, bold)
            sheet.freeze_panes(1, 0)
            for number, row in enumerate(dataset, 1):
                for place, value in enumerate(row):
                    if value is not ABSENT:
                        write(sheet, number, place, cell(value), dataset.headers[place])
            book.close()
        return file.getvalue()


def write(sheet, number: int, place: int, value: Any, column: str) -> None:
    if not isinstance(value, str):
        sheet.write(number, place, value)
    elif unfit := why_unfit(value):
        raise UnreadableError(f"Row {number + 1}, {column}: {unfit}. Export as CSV or JSON.")
    else:
        sheet.write_string(number, place, value)


def dataset_of(columns: list[str], rows: Iterable[list], first: int) -> Dataset:
    """Rows under their columns; `first_row` is the number of the first one in the file."""
    columns = [str(column).strip() for column in columns]
    while columns and not columns[-1]:
        columns.pop()
    if twice := [column for column in columns if column and columns.count(column) > 1]:
        raise UnreadableError(f"The file has the column «{twice[0]}» twice. Delete one of them, or rename it.")
    if not columns:
        raise UnreadableError("The file has no line with the names of the columns.")
    dataset = Dataset(headers=columns)
    dataset.first_row = first
    for number, row in enumerate(rows, first):
        if any(value is not ABSENT for value in row[len(columns) :]):
            raise UnreadableError(
                f"Row {number} has more cells than there are columns. Does one have a separator in it that should "
                "stand in quotes, or is a column without its name?"
            )
        dataset.append([*row[: len(columns)], *[ABSENT] * (len(columns) - len(row))])
    return dataset


def meaning(cell: str) -> Any:
    """What a cell of a spreadsheet says."""
    if not cell.strip():
        return ABSENT
    if cell.strip() == CLEAR:
        return None
    return cell[1:] if is_protected(cell, formulas=True) else cell


def objects(dataset: Dataset) -> Iterator[dict[str, Any]]:
    for row in dataset:
        yield {name: plain(value) for name, value in zip(dataset.headers, row, strict=True) if value is not ABSENT}
