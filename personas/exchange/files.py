"""Which reader a file wants, and which writer a format has."""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from . import csv_files, sheets, text, workbook, yaml_files
from .prescan import LOCKED, Archive, is_workbook
from .report import Finding
from .tables import Refusing
from .text import UnreadableError

PIECES = {
    "json": text.write_json,
    "jsonl": text.write_lines,
    "yaml": yaml_files.write,
}  # formats that are text, piece by piece
TABLES = {"zip": csv_files.write_zip, "xlsx": workbook.write_workbook}  # formats that are files, and want ids
FORMATS = (*PIECES, *TABLES)
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")


def read(file: bytes | BinaryIO, filename: str, findings: list[Finding] | None = None) -> Iterator[dict]:
    """The documents of a file, one at a time: by what it is, and where that does not tell, by its name.

    What is to be said of it besides is added to the findings; without them, the first error is an UnreadableError.
    """
    file = io.BytesIO(file) if isinstance(file, bytes) else file
    findings = Refusing() if findings is None else findings
    start, name = file.read(512), filename.lower()
    file.seek(0)
    if start.startswith(b"PK"):
        archive = Archive(file)
        return (sheets.read_workbook if is_workbook(archive) else csv_files.read_zip)(archive, findings)
    if start.startswith(LOCKED):
        raise UnreadableError(f"{filename} is locked with a password, or an old .xls. Save it as .xlsx, without one.")
    if name.endswith(SPREADSHEETS):
        raise UnreadableError(no_workbook(filename, start))
    if name.endswith((".csv", ".tsv")):
        return csv_files.read_csv(file, filename, findings)
    return (yaml_files if name.endswith((".yaml", ".yml")) else text).read(file)


def no_workbook(filename: str, start: bytes) -> str:
    if start.lstrip().lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        return f"{filename} is a web page, whatever it is called. Open it in a spreadsheet, and save it as .xlsx."
    begins = "".join(letter for letter in start.decode(errors="replace")[:40].split("\n")[0] if letter.isprintable())
    return f"{filename} is called a workbook, but is none: it begins with «{begins}». If it is CSV, call it .csv."


def write(documents: Iterable[dict], format_: str, file: BinaryIO) -> None:
    """Write documents in a format; those of tables want them with ids."""
    if format_ in TABLES:
        TABLES[format_](documents, file)
    else:
        file.writelines(piece.encode() for piece in PIECES[format_](documents))
