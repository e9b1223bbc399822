"""Somebody's own file, given back with what is wrong marked where it stands: it is mended there, and sent again."""

import csv
import io
import json
import zipfile
from collections import defaultdict
from pathlib import PurePath
from typing import BinaryIO

from .csv_files import is_csv, opened
from .prescan import Archive, is_workbook
from .report import Finding, Kind
from .sandbox import run
from .tables import PROBLEMS, fold, protected, table_named
from .text import UnreadableError

MOST = 5_000  # marks in a workbook
MARKED = (Kind.ERROR, Kind.GUESSED)


def mark(content: bytes, filename: str, findings: list[Finding]) -> tuple[bytes, str]:
    """The file with its errors and guesses marked, and what to call it; marks of an earlier time are gone."""
    wanted = [finding for kind in MARKED for finding in findings if finding.kind == kind]
    file = io.BytesIO(content)
    if content.startswith(b"PK"):
        archive = Archive(file)
        if is_workbook(archive):
            return marked_workbook(file, wanted), str(PurePath(filename).with_suffix(".xlsx"))
        return marked_zip(archive, wanted), filename
    if table_named(PurePath(filename).stem) and is_csv(filename):
        return marked_csv(file, filename, wanted), filename
    raise UnreadableError("Only workbooks and CSV files can be marked.")


def marked_workbook(file: BinaryIO, findings: list[Finding]) -> bytes:
    marks = [
        {
            "kind": one.kind, "sheet": one.place.sheet, "row": one.place.row, "column": one.column,
            "value": "" if one.value is None else str(one.value)[:200], "message": one.message, "hint": one.hint,
        }
        for one in findings[:MOST]
    ]  # fmt: skip
    task = json.dumps({"marks": marks, "more": len(findings) - len(marks)}) + "\n"
    file.seek(0)
    return b"".join(run("workbook_marker", io.BytesIO(task.encode()), file))


def marked_zip(archive: Archive, findings: list[Finding]) -> bytes:
    by_file = defaultdict(list)
    for finding in findings:
        by_file[finding.place.sheet].append(finding)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in archive.members:
            if is_csv(info.filename) and table_named(PurePath(info.filename).stem):
                with archive.open(info) as member:
                    target.writestr(info.filename, marked_csv(member, info.filename, by_file[info.filename]))
    return out.getvalue()


def marked_csv(file: BinaryIO, filename: str, findings: list[Finding]) -> bytes:
    """The same table with a last column, which says what is wrong with a row."""
    said = defaultdict(list)
    out = io.BytesIO()
    with opened(file, filename) as table:
        head = table.before + 1
        for finding in findings:
            said[finding.place.row or head + 1].append(sentence(finding))
        text = io.TextIOWrapper(
            out, table.encoding.replace("utf-8-sig", "utf-8").replace("utf-8", "utf-8-sig"), newline=""
        )
        writer = csv.writer(text, delimiter=table.delimiter, lineterminator="\r\n")
        old, width = None, 0
        for number, row in enumerate(table.rows, 1):
            if number < head:
                text.write(f"{row[0]}\r\n")
                continue
            if number == head:
                old = next((place for place, title in enumerate(row) if fold(title) == PROBLEMS), None)
            told = PROBLEMS if number == head else protected("; ".join(said[number]), formulas=True)
            if old is not None:
                del row[old : old + 1]
            width = len(row) if number == head else width
            filled = row[:width] + [""] * (width - len(row))
            writer.writerow([*filled, told, *row[width:]] if row or told else [])
        text.flush()
        return out.getvalue()


def sentence(finding: Finding) -> str:
    """What is wrong with a cell, and what to do."""
    what = f"{finding.column}: {finding.message}" if finding.column else finding.message
    guess = "look whether this is right: " if finding.kind == Kind.GUESSED else ""
    return f"{guess}{what}. {finding.hint}".strip()
