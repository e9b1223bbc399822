"""A workbook's sheets as documents: read in a process of their own, and put together here."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from .places import Place, Placed
from .prescan import Archive
from .report import Finding, Kind
from .sandbox import run
from .spool import Spool
from .tables import TABLES, documents_of, fill, header, table_named

CONTENTS, LISTS, ERRORS = "Contents", "Lists", "Errors"  # sheets of ours that hold no rows
TEMPLATE = "Template"  # beside it, in the contents, stands the fingerprint


def fingerprint() -> str:
    """What tells whether a workbook was made for the tables and columns that there are now."""
    told = "\n".join(",".join((name, *header(name))) for name in TABLES)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def read_workbook(archive: Archive, findings: list[Finding]) -> Iterator[Placed]:
    """The documents of a workbook, whose sheets are named after tables."""
    archive.file.seek(0)
    made_for, columns = "", {}
    with Spool(list(TABLES)) as spool:
        for title, rows in groupby(rows_of(run("workbook_reader", archive.file), findings), itemgetter(0)):
            rows = (row[1:] for row in rows)
            if title == CONTENTS:
                made_for = next((cells[1] for _, cells in rows if cells[0] == TEMPLATE), "")
            elif name := table_named(title):
                columns[name] = fill(spool, name, title, rows, findings)
            elif title not in (LISTS, ERRORS):
                message = f"is named after no table; its {sum(1 for _ in rows):,} rows were left out"
                findings.append(Finding(Kind.SKIPPED, "sheet", message, place=Place(title)))
        if made_for and made_for != fingerprint():
            findings.append(of_another_time(columns))
        if not columns:
            hint = "Name a sheet after the table whose rows it has."
            findings.append(Finding(Kind.ERROR, "sheet", "No sheet is named after a table, such as «goals»", hint))
        yield from documents_of(spool, findings, formulas=False)


def rows_of(lines: Iterable[bytes], findings: list[Finding]) -> Iterator[tuple[str, int, list]]:
    """The rows that the reading process tells of, each with its sheet and its number."""
    title = ""
    for line in map(json.loads, lines):
        if isinstance(line, list):
            yield from ((title, *row) for row in line)
        elif "sheet" in line:
            title = line["sheet"]
        elif line["unknown"]:
            message = f"A formula has no value yet; the first is in {line['unknown']}"
            hint = "Open the workbook in a spreadsheet program, and save it there."
            findings.append(Finding(Kind.ERROR, "formula", message, hint))


def of_another_time(columns: dict[str, list]) -> Finding:
    """What differs between the tables that a workbook was made for and those that there are."""
    new = sum(column not in found for name, found in columns.items() for column in header(name))
    gone = sum(column not in header(name) for name, found in columns.items() for column in found if column)
    message = f"this template is older, or of another installation: {new} columns are new, {gone} no longer known"
    return Finding(Kind.SKIPPED, "template", message, "Take a new template for the next time.", place=Place(CONTENTS))
