"""Tables as CSV: one file for each kind of row, all of them in a ZIP. Nothing holds a whole file."""

import csv
import io
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import BinaryIO, NamedTuple

from personas.documents.shape import PERSONA

from .places import Place, Placed
from .prescan import Archive
from .report import Finding, Kind
from .spool import Spool
from .tables import (
    HEAD,
    PERSONA_COLUMN,
    TABLES,
    csv_cell,
    documents_of,
    fill,
    fold,
    header,
    rows_of,
    table_named,
    table_of,
)
from .text import UnreadableError

WIDEST = 16 * 1024 * 1024  # letters of a cell
LONGEST = 20 * 1024 * 1024  # letters of a line
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
# What the csv module says, as we say it.
SAID = {
    "field larger": f"a cell has more than {WIDEST // 1024**2} million letters, or its quotes never end",
    "unexpected end": "the quotes that open a cell are never closed",
    "expected after": 'quotes inside a cell are not doubled; write "" for " there',
}


def write_zip(documents: Iterable[dict], file: BinaryIO, *, tables: Iterable[str] = TABLES) -> dict[str, int]:
    """Write documents that were dumped with ids; gives the number of rows of each table."""
    counts = dict.fromkeys(tables, 0)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        paths = {name: Path(folder, f"{name}.csv") for name in counts}
        writers = {}
        for name, path in paths.items():
            # The mark at the beginning tells spreadsheets that it is UTF-8.
            text = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
            writers[name] = csv.DictWriter(text, header(name), lineterminator="\r\n")
            writers[name].writeheader()
        for name, row in rows_of(documents, csv_cell):
            writers[name].writerow(row)
            counts[name] += 1
        stack.close()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in paths.values():
                info = zipfile.ZipInfo(path.name)  # of no date, so that the same content gives the same bytes
                info.compress_type = zipfile.ZIP_DEFLATED
                with path.open("rb") as source, archive.open(info, "w") as target:
                    shutil.copyfileobj(source, target)
    return counts


def read_zip(archive: Archive, findings: list[Finding]) -> Iterator[Placed]:
    """The documents of a ZIP of CSV files."""
    files = [info for info in archive.members if is_csv(info.filename)]
    if not files:
        raise UnreadableError("There is no CSV file in this archive.")
    with Spool(list(TABLES)) as spool:
        for info in files:
            name = table_named(PurePath(info.filename).stem)
            if name is None:
                message = f"«{info.filename}» is named after no table, and was left out"
                findings.append(Finding(Kind.SKIPPED, "table", message, place=Place(info.filename)))
                continue
            with archive.open(info) as member:
                fill(spool, name, info.filename, read_rows(member, info.filename), findings)
        yield from documents_of(spool, findings, formulas=True)


def is_csv(filename: str) -> bool:
    name = PurePath(filename).name.lower()
    return name.endswith(".csv") and not name.startswith("._")  # macOS adds those


def read_csv(file: BinaryIO, filename: str, findings: list[Finding]) -> Iterator[Placed]:
    """The documents that one CSV file tells of; its name says which table it is."""
    with Spool(list(TABLES)) as spool:
        fill(spool, table_of(filename), filename, read_rows(file, filename), findings)
        yield from documents_of(spool, findings, formulas=True)


def read_rows(file: BinaryIO, filename: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file, each with its number."""
    with opened(file, filename) as table:
        yield from enumerate(table.rows, 1)


class Table(NamedTuple):
    """An open file: how it is written, and its rows."""

    encoding: str
    delimiter: str
    before: int  # lines of talk before the header
    rows: Iterator[list[str]]


@contextmanager
def opened(file: BinaryIO, filename: str) -> Iterator[Table]:
    """A file with commas, semicolons or tabs between cells, and maybe some lines of talk before its header."""
    csv.field_size_limit(WIDEST)  # each time: it is one for the process, and other packages set it as they like
    buffer = io.BufferedReader(file)
    encoding = next((name for mark, name in MARKS.items() if buffer.peek(3).startswith(mark)), "utf-8")
    text, at = io.TextIOWrapper(buffer, encoding, newline=""), Position()
    try:
        lines = lines_of(text, filename, at)
        head = list(islice(lines, HEAD))
        if not head:
            raise UnreadableError(f"{filename} is empty.")
        before, delimiter = where_it_begins(head, filename)
        rows = csv.reader(chain(head[before:], lines), delimiter=delimiter, strict=True)
        yield Table(encoding, delimiter, before, chain(([line.strip()] for line in head[:before]), rows))
    except csv.Error as error:
        said = next((said for part, said in SAID.items() if part in str(error)), str(error))
        raise UnreadableError(f"{filename}, line {before + rows.line_num}: {said}.") from None
    except UnicodeDecodeError:
        hint = "Save it as «CSV UTF-8»." if encoding.startswith("utf-8") else "Save it again."
        name = encoding.upper().removesuffix("-SIG")
        raise UnreadableError(f"{filename}, after line {at.line}: the text is not {name}. {hint}") from None
    finally:
        text.detach().detach()  # the file is its opener's to close


class Position:
    line = 0


def lines_of(text: io.TextIOWrapper, filename: str, at: Position) -> Iterator[str]:
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise UnreadableError(
                f"{filename}, line {at.line + 1}: the line has more than {LONGEST // 1024**2} million letters."
            )
        at.line += 1
        yield line


def where_it_begins(head: list[str], filename: str) -> tuple[int, str]:
    """How many lines stand before the header, and what stands between its cells."""
    name = table_named(PurePath(filename).stem)
    wanted = fold("slug" if name == PERSONA.word else PERSONA_COLUMN)
    for number, line in enumerate(head):
        for delimiter in ",;\t":
            if wanted in (fold(cell) for cell in line.split(delimiter)):
                return number, delimiter
    return 0, max(",;\t", key=head[0].count)


def read_several(files: list[tuple[str, BinaryIO]], findings: list[Finding]) -> Iterator[Placed]:
    """The documents that several CSV files tell of together; their names say which tables they are."""
    with Spool(list(TABLES)) as spool:
        for filename, file in files:
            fill(spool, table_of(filename), filename, read_rows(file, filename), findings)
        yield from documents_of(spool, findings, formulas=True)
