"""Documents as tables of cells, a table for each kind of row: what CSV files and workbooks have in common.

Every row names its persona, and has an id. The row of a detail names the id of the row that it belongs to. Ids are
those of an export; for a new row, any word will do that tells it from the others, or none.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from itertools import chain, islice
from pathlib import PurePath
from typing import Any
from uuid import UUID

from personas.documents.shape import PERSONA, SHAPES, Shape
from personas.models.columns import Items

from .places import Place, Placed
from .report import Finding, Kind
from .spool import Sheet, Spool
from .text import UnreadableError, plain

CLEAR = "(clear)"  # what clears a value; a blank cell leaves it as it is
PERSONA_COLUMN, ID_COLUMN, PARENT_COLUMN = "persona", "id", "belongs to"
PROBLEMS = "problems"  # the column in which a file that is given back says what is wrong
HEAD = 20  # rows among which the one with the columns' names is looked for
LISTED = 1_000  # findings of one kind about one sheet
# What a spreadsheet would take for a formula gets an apostrophe before it, which reading takes away again.
FORMULA = re.compile(r"'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
TABLES = {PERSONA.word: PERSONA} | {
    name: shape
    for word, section in SHAPES.items()
    for name, shape in {word: section, **{f"{word}.{detail.word}": detail for detail in section.details}}.items()
}

Cells = dict[str, str]


def header(name: str) -> list[str]:
    """The columns of a table."""
    shape = TABLES[name]
    if shape is PERSONA:
        return [ID_COLUMN, *shape.columns]
    return [PERSONA_COLUMN, *([PARENT_COLUMN] if "." in name else []), ID_COLUMN, *shape.columns]


def fold(title: Any) -> str:
    """A name without what people change in passing: capitals, and what stands between words."""
    return re.sub(r"[\W_]+", " ", str(title or "")).strip().casefold()


def sheet_name(name: str) -> str:
    """The name of a table's sheet: a workbook allows 31 letters."""
    section, _, detail = name.partition(".")
    return name if len(name) <= 31 else f"{section[: 30 - len(detail)]}.{detail}"


SHEETS = {fold(title): name for name in TABLES for title in (name, sheet_name(name))}


def table_named(title: str) -> str | None:
    """The table that a sheet or a file is named after; of `goals (1)` too, as a second download is called."""
    return SHEETS.get(fold(re.sub(r"(?i)\s*(\(\d+\)|- copy)\s*$", "", title)))


def table_of(filename: str) -> str:
    if name := table_named(PurePath(filename).stem):
        return name
    raise UnreadableError(f"«{filename}» is named after no table. It would be «goals.csv», say, or «personas.csv».")


def rows_of(documents: Iterable[dict], cell: Callable[[Any], Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows of documents that were dumped with ids, each with the name of its table."""
    for document in documents:
        groups = [value for value in document.values() if isinstance(value, dict)]
        columns = {key: value for group in groups for key, value in group.items()} | document
        yield PERSONA.word, cells(PERSONA, columns, {}, cell)
        for word, shape in SHAPES.items():
            rows = document.get(word) or []
            for row in [rows] if isinstance(rows, dict) else rows:
                yield word, cells(shape, row, {PERSONA_COLUMN: document["slug"]}, cell)
                for detail in shape.details:
                    for inner in row.get(detail.word) or []:
                        lead = {PERSONA_COLUMN: document["slug"], PARENT_COLUMN: str(row["id"])}
                        yield f"{word}.{detail.word}", cells(detail, inner, lead, cell)


def cells(shape: Shape, row: dict, lead: Cells, cell: Callable[[Any], Any]) -> dict[str, Any]:
    return lead | {ID_COLUMN: str(row["id"])} | {key: cell(row[key]) for key in shape.columns if key in row}


def in_text(value: Any) -> str:
    """A value as text that stands in one cell."""
    match value:
        case None:
            return CLEAR
        case bool():
            return "yes" if value else "no"
        case list() if all(one == one.strip() and one and not re.search(r"[\n\r\[]", one) for one in value) and value:
            return "\n".join(value)
        case list():
            return json.dumps(value, ensure_ascii=False)
        case time():
            return value.isoformat() if value.second or value.microsecond else value.isoformat("minutes")
        case int() | Decimal() | date() | UUID():
            return str(plain(value))
    return value


def protected(text: str, *, formulas: bool) -> str:
    """A text with an apostrophe before it, where reading would take it for something else."""
    return f"'{text}" if is_protected(f"'{text}", formulas) else text


def is_protected(text: str, formulas: bool) -> bool:
    """Whether the apostrophe at the beginning is ours."""
    if not text.startswith("'"):
        return False
    return bool(formulas and FORMULA.match(text)) or text.lstrip("'").strip() == CLEAR


def csv_cell(value: Any) -> str:
    """A value as the text of a cell in a CSV file."""
    text = in_text(value)
    is_text = isinstance(value, str) or (isinstance(value, list) and not text.startswith("["))
    return protected(text, formulas=True) if is_text else text


def fill(spool: Spool, name: str, title: str, rows: Iterable[tuple[int, list]], findings: list[Finding]) -> list:
    """Put the rows of a sheet or a file into the spool, each with its number there; gives the columns that it has."""
    rows = iter(rows)
    head = list(islice(rows, HEAD))
    key = "slug" if TABLES[name] is PERSONA else PERSONA_COLUMN
    at = next((place for place, (_, cells) in enumerate(head) if key in map(fold, cells)), None)
    if at is None:
        if head:
            findings.append(no_header(name, title, key, head[0][1]))
        return []
    for number, cells in head[:at]:
        said = ", ".join(str(cell) for cell in cells if cell)[:80]
        if said and not said.lower().startswith("sep="):  # in which Excel is told what stands between cells
            message = f"stands before the row with the columns' names, and was left out: «{said}»"
            findings.append(Finding(Kind.SKIPPED, "before", message, word=name, place=Place(title, number)))
    number, titles = head[at]
    columns, names = columns_of(name, [str(cell or "").strip() for cell in titles])
    if twice := [column for column in columns if column and columns.count(column) > 1]:
        message = f"has the column «{twice[0]}» twice"
        hint = "Delete one of them, or rename it."
        findings.append(Finding(Kind.ERROR, "columns", message, hint, word=name, place=Place(title, number)))
        return columns
    sheet = spool.sheet(name, title, names)
    report = Reporter(name, title, findings)
    for number, cells in chain(head[at + 1 :], rows):
        told = {column: cell for column, cell in zip(columns, cells, strict=False) if column and cell}
        slug = str(told.get(key, "")).strip()
        for column, cell in list(told.items()):
            if isinstance(cell, dict):
                del told[column]
                hint = "Mend the formula, or write the value in its place."
                report("cell", f"holds {cell['error']}, an error", hint, number, slug, column, names, cell["error"])
        if any(cell and str(cell).strip() for cell in cells[len(columns) :]):
            hint = "Does one have a separator in it that should stand in quotes, or is a column without its name?"
            report("ragged", "the row has more cells than there are columns", hint, number, slug)
        if not any(map(str.strip, told.values())):
            continue
        if not slug and not (TABLES[name] is PERSONA and is_id(told.get(ID_COLUMN))):
            hint = f"Write the slug of the persona under «{names.get(key, key)}»."
            report("nobody", "nobody knows whose row this is", hint, number, slug, key, names)
            continue
        spool.add(slug or told[ID_COLUMN].strip(), sheet, number, told)
    return columns


def no_header(name: str, title: str, key: str, first: list) -> Finding:
    begins = ", ".join(str(cell) for cell in first[:5] if cell) or "nothing"
    message = f"has no column «{key}» in its first line, so nobody knows whose rows these are; it begins with: {begins}"
    hint = "The row with the columns' names comes first, as in an export or a template."
    return Finding(Kind.ERROR, "columns", message, hint, word=name, place=Place(title))


def columns_of(name: str, titles: list[str]) -> tuple[list[str | None], dict[str, str]]:
    """Our names of the columns, in their order; and what their owner calls them, where that differs."""
    known = {fold(column): column for column in header(name)}
    taken = {word.rpartition(".")[2] for word in TABLES if word.rpartition(".")[0] == name.removeprefix(PERSONA.word)}
    columns: list[str | None] = []
    for number, title in enumerate(titles, 1):
        column = known.get(fold(title), title)
        if not title or column in taken:
            column = f"column {title or number}"
        columns.append(None if fold(title) == PROBLEMS else column)
    return columns, {
        column: title for column, title in zip(columns, titles, strict=True) if column not in (None, title)
    }


class Reporter:
    """Reports what is wrong with the rows of a sheet, and of what is wrong everywhere only so much."""

    def __init__(self, name: str, title: str, findings: list[Finding]):
        self.name, self.title, self.findings, self.counts = name, title, findings, {}

    def __call__(self, rule, message, hint, number, slug="", column="", names=None, value=None) -> None:
        count = self.counts[rule] = self.counts.get(rule, 0) + 1
        if count > LISTED:
            return
        if count == LISTED:
            message = f"{message}; this is said of {LISTED:,} rows, and of no more"
        place, theirs = Place(self.title, number), (names or {}).get(column, column)
        self.findings.append(Finding(Kind.ERROR, rule, message, hint, slug, self.name, column, place, theirs, value))


class Refusing(list):
    """For those who keep no findings: the first error is one."""

    def append(self, finding: Finding) -> None:
        if finding.kind == Kind.ERROR:
            place = f"{finding.place}: " if finding.place.row else f"{finding.place} "
            raise UnreadableError(f"{place}{finding.message}. {finding.hint}".strip())


def documents_of(spool: Spool, findings: list[Finding], *, formulas: bool) -> Iterator[Placed]:
    """The documents that the rows tell of, one at a time."""
    reporters: dict[str, Reporter] = {}
    persona = None
    for persona, rows in spool.personas():
        yield document_of(persona, rows, findings, reporters, formulas)
    if persona is None and not any(finding.kind == Kind.ERROR for finding in findings):
        raise UnreadableError("There is no persona in this file.")


def document_of(persona: str, rows: Iterable[tuple[Sheet, int, Cells]], findings, reporters, formulas) -> Placed:
    document, parents = None, {}
    for sheet, number, row in rows:
        shape, (word, _, detail) = TABLES[sheet.table], sheet.table.partition(".")
        report = reporters.setdefault(sheet.title, Reporter(sheet.table, sheet.title, findings))
        content = Placed(understood(shape, row, formulas), Place(sheet.title, number), sheet.names)
        if shape is PERSONA:
            if document is None:
                document = Placed(content | ({"slug": persona} if row.get("slug") else {}), content.place, sheet.names)
            else:
                hint = "Put what is said of it into one row, or give one of the two another slug."
                report("twice", f"«{persona}» has a row already", hint, number, persona, "slug", sheet.names)
            continue
        if document is None:
            names = {"slug": sheet.names.get(PERSONA_COLUMN, PERSONA_COLUMN)}
            document = Placed({"slug": persona}, content.place, names)
        if detail:
            wanted = (row.get(PARENT_COLUMN) or "").strip()
            if (parent := parents.get((word, wanted))) is None and is_id(wanted):  # it is there already
                parent = parents[word, wanted] = Placed({"id": wanted}, content.place, sheet.names)
                document.setdefault(word, []).append(parent)
            if parent is None:
                message = f"«{persona}» has no row of «{word}» with the id «{wanted}» in this file"
                hint = f"Write the id of the row that this one belongs to under «{PARENT_COLUMN}»."
                report("parent", message, hint, number, persona, PARENT_COLUMN, sheet.names, wanted)
            else:
                parent.setdefault(detail, []).append(content)
        else:
            document.setdefault(word, []).append(content)
            parents[word, (row.get(ID_COLUMN) or "").strip()] = content
    for word, section in SHAPES.items():
        if section.single and len(document.get(word, ())) == 1:
            [document[word]] = document[word]
    return document


def understood(shape: Shape, row: Cells, formulas: bool) -> dict:
    """What a row says: blank cells say nothing, and an id that is none only tells rows apart."""
    told = {
        key: value(text, items=isinstance(shape.columns.get(key), Items), formulas=formulas)
        for key, text in row.items()
        if key not in (PERSONA_COLUMN, PARENT_COLUMN, ID_COLUMN) and text.strip()
    }
    return told | ({"id": row[ID_COLUMN].strip()} if is_id(row.get(ID_COLUMN)) else {})


def value(text: str, *, items: bool, formulas: bool) -> Any:
    """What a cell says: text, null, or several texts."""
    if text.strip() == CLEAR:
        return None
    if is_protected(text, formulas):
        text = text[1:]
    if not items:
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return [text]
    return [line.strip() for line in re.split(r"\r?\n", text) if line.strip()]


def is_id(text: str | None) -> bool:
    try:
        return bool(UUID((text or "").strip()))
    except ValueError:
        return False
