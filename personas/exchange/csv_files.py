"""Tables as CSV: one file for each kind of row, all of them in a ZIP."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from .tables import PERSONA_COLUMN, TABLES, Cells, documents_of, header, rows_of
from .text import LARGEST, UnreadableError, decode

FULLEST = 512 * 1024 * 1024  # bytes that an archive may unfold to
csv.field_size_limit(16 * 1024 * 1024)


def write_zip(documents: Iterable[dict], file) -> dict[str, int]:
    """Write documents that were dumped with ids; gives the number of rows of each table."""
    texts = {name: io.StringIO(newline="") for name in TABLES}
    writers = {name: csv.DictWriter(text, header(name), lineterminator="\r\n") for name, text in texts.items()}
    counts = dict.fromkeys(TABLES, 0)
    for writer in writers.values():
        writer.writeheader()
    for name, row in rows_of(documents):
        writers[name].writerow(row)
        counts[name] += 1
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            # The mark at the beginning tells spreadsheets that it is UTF-8.
            archive.writestr(zipfile.ZipInfo(f"{name}.csv"), text.getvalue().encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
    return counts


def read_zip(content: bytes) -> list[dict]:
    """The documents of a ZIP of CSV files."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise UnreadableError("This is no ZIP archive, or a damaged one.") from None
    with archive:
        named = ((info, PurePath(info.filename).name.lower()) for info in archive.infolist())
        files = [
            info for info, name in named if name.endswith(".csv") and not name.startswith("._")
        ]  # macOS adds those
        if sum(info.file_size for info in files) > FULLEST or any(info.flag_bits & 1 for info in files):
            raise UnreadableError("The archive is locked, or unfolds to more than 512 MB.")
        if not files:
            raise UnreadableError("There is no CSV file in this archive.")
        tables: dict[str, list[Cells]] = {}
        for info in files:
            try:
                with archive.open(info) as member:
                    unfolded = member.read(LARGEST + 1)  # what the archive says of its size may be a lie
            except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
                raise UnreadableError(f"«{info.filename}» in the archive is damaged.") from None
            name = table_of(info.filename)
            tables.setdefault(name, []).extend(read_rows(unfolded, info.filename))
    return documents_of(tables)


def read_csv(content: bytes, filename: str) -> list[dict]:
    """The documents that one CSV file tells of; its name says which table it is."""
    return documents_of({table_of(filename): list(read_rows(content, filename))})


def table_of(filename: str) -> str:
    name = PurePath(filename).stem.lower()
    if name not in TABLES:
        raise UnreadableError(f"«{filename}» is named after no table. It would be «goals.csv», say, or «personas.csv».")
    return name


def read_rows(content: bytes, filename: str) -> Iterator[Cells]:
    """The rows of a file with commas, semicolons or tabs between cells."""
    text = decode(content)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip() for name in next(reader, [])]
        check_header(columns, filename)
        for row in reader:
            if len(row) > len(columns) and any(cell.strip() for cell in row[len(columns) :]):
                raise UnreadableError(f"{filename}, line {reader.line_num}: more cells than columns.")
            if any(cell.strip() for cell in row):
                yield dict(zip(columns, row, strict=False))
    except csv.Error as error:
        raise UnreadableError(f"{filename}, line {reader.line_num}: {error}.") from None


def check_header(columns: list[str], filename: str) -> None:
    wanted = "slug" if table_of(filename) == "personas" else PERSONA_COLUMN
    if wanted not in columns:
        raise UnreadableError(
            f"{filename} has no column «{wanted}» in its first line, so nobody knows whose rows these are. "
            f"It begins with: {', '.join(columns[:5]) or 'nothing'}."
        )
    if twice := {name for name in columns if name and columns.count(name) > 1}:
        raise UnreadableError(f"{filename} has the column «{min(twice)}» twice.")
