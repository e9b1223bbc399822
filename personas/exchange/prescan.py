"""What an archive or a workbook is, found out piece by piece before anybody takes its word for anything.

It runs in the process that reads workbooks, and knows nothing of Django.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from .text import UnreadableError

FULLEST = 512 * 1024 * 1024  # bytes that an archive may unfold to
STEEPEST = 200  # times its own size; a spreadsheet's XML has 10 to 40
HARMLESS = 1024 * 1024  # bytes, from which on that is looked at
MEMBERS, DIRECTORY = 5_000, 1024 * 1024  # files of an archive, and bytes of their list
LOCKED = b"\xd0\xcf\x11\xe0"  # how an .xls begins, and a workbook with a password
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet
FEW, MANY, LOOSE = 1_000_000, 16_000_000, 8  # cells; and how many times as many places a reader may fill in memory
PIECE = 256 * 1024
BOMB = "unfolds to more than {} times its size, as no file of a spreadsheet does. Nothing was read."


class Archive:
    """A ZIP whose members are unfolded within limits, whatever it says of their sizes."""

    def __init__(self, file: BinaryIO):
        self.file, self.size = file, file.seek(0, io.SEEK_END)
        self.unfolded = 0
        refuse_long_directory(file, self.size)
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
            raise UnreadableError("This is no ZIP archive, or a damaged one. Save or pack the file again.") from None
        self.members = self.zip.infolist()
        if any(info.flag_bits & 1 for info in self.members):
            raise UnreadableError("The archive is locked with a password. Save it without one.")
        if len(self.members) > MEMBERS:
            raise UnreadableError(f"The archive has more than {MEMBERS} files in it. Nothing was read.")

    def open(self, info: zipfile.ZipInfo) -> io.BufferedReader:
        return io.BufferedReader(Member(self, info), PIECE)


class Member(io.RawIOBase):
    """A file in an archive, which refuses to unfold beyond all measure."""

    def __init__(self, archive: Archive, info: zipfile.ZipInfo):
        self.archive, self.info, self.told, self.size = archive, info, info.file_size, 0
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableError(f"«{info.filename}» is packed in an unusual way. Pack the archive as a plain ZIP.")
        info.file_size = FULLEST + PIECE  # else what lies behind the size that it tells would not be seen here
        try:
            self.file = archive.zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, struct.error, OSError):
            raise self.damaged() from None
        finally:
            info.file_size = self.told

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            piece = self.file.read(len(buffer))
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
            raise self.damaged() from None
        self.size += len(piece)
        self.archive.unfolded += len(piece)
        for size, packed in ((self.size, self.info.compress_size), (self.archive.unfolded, self.archive.size)):
            if size > HARMLESS and size > STEEPEST * packed:
                raise UnreadableError(f"«{self.info.filename}» {BOMB.format(STEEPEST)}")
        if self.archive.unfolded > FULLEST:
            raise UnreadableError("The archive unfolds to more than 512 MB. Split it.")
        if not piece and self.size != self.told:
            raise self.damaged()
        buffer[: len(piece)] = piece
        return len(piece)

    def damaged(self) -> UnreadableError:
        return UnreadableError(f"«{self.info.filename}» in the archive is damaged. Save or pack the file again.")


def refuse_long_directory(file: BinaryIO, size: int) -> None:
    """An archive's list of files is read at once, so its own end must say that it is short."""
    file.seek(max(0, size - 65_600))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) < end + 22:
        raise UnreadableError("This is no ZIP archive, or a damaged one. Save or pack the file again.")
    [length] = struct.unpack("<L", tail[end + 12 : end + 16])
    if length > DIRECTORY or tail[max(0, end - 20) :].startswith(b"PK\6\7"):  # where longer ones are announced
        raise UnreadableError(f"The archive has more than {MEMBERS} files in it, or is too large. Nothing was read.")


def is_workbook(archive: Archive) -> bool:
    return any(info.filename == "[Content_Types].xml" for info in archive.members)


class Scan(NamedTuple):
    """What the sheets of a workbook hold."""

    rows: int
    dense: bool  # whether a reader may hold each sheet as a rectangle
    errors: bool  # such as #REF!
    unknown: str  # the first cell whose formula was never worked out


def scan(archive: Archive) -> Scan:
    """Unfold all of a workbook once, and refuse what no honest one has."""
    names = {info.filename.lower() for info in archive.members}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise UnreadableError("This workbook has macros in it. Save it as .xlsx, which has none.")
    if "xl/workbook.bin" in names or not any(name.endswith(".xml") and "workbook" in name for name in names):
        raise UnreadableError("This is no workbook of the kind .xlsx. Open it in a spreadsheet, and save it as .xlsx.")
    sheets = []
    for info in archive.members:
        with archive.open(info) as member:
            if info.filename.lower().endswith((".xml", ".rels")):
                sheets.append(sheet := Sheet(info.filename))
                sheet.read(iter(lambda: member.read(PIECE), b""))
            else:
                while member.read(PIECE):
                    pass
    return Scan(
        sum(sheet.rows for sheet in sheets),
        all(sheet.area <= max(FEW, sheet.cells * LOOSE) and sheet.area <= MANY for sheet in sheets),
        any(sheet.errors for sheet in sheets),
        next((sheet.unknown for sheet in sheets if sheet.unknown), ""),
    )


class Sheet:
    """A part of a workbook while it is read; of a sheet, how far it reaches."""

    def __init__(self, filename: str):
        self.filename = filename
        self.row = self.column = self.last_row = self.last_column = self.cells = self.rows = 0
        self.errors, self.unknown, self.formula = False, "", ""
        self.columns: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.root

    @property
    def area(self) -> int:
        return self.last_row * self.last_column

    def read(self, pieces: Iterator[bytes]) -> None:
        try:
            for piece in pieces:
                self.parser.Parse(piece)
            self.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            if isinstance(error, UnreadableError):
                raise
            raise UnreadableError(f"«{self.filename}» in the workbook is damaged. Save the workbook again.") from None
        self.never_worked_out()
        # Handlers hold on to the parser, and the parser to them.
        self.parser = None

    def doctype(self, *_):
        raise UnreadableError("This workbook declares XML entities, as no spreadsheet does. Nothing was read.")

    def root(self, name: str, _):
        prefix, _, local = name.rpartition(":")
        names = [f"{prefix}:{one}" if prefix else one for one in ("c", "row", "f", "v")]
        self.cell_name, self.row_name, self.formula_name, self.value_name = names
        self.parser.StartElementHandler = self.element if local == "worksheet" else None

    def element(self, name: str, attributes: dict) -> None:
        if name == self.cell_name:
            self.cell(attributes)
        elif name == self.row_name:
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            self.rows += 1
        elif name == self.formula_name:
            self.formula = f"{self.row}, column {self.column}"
        elif name == self.value_name and self.formula:
            self.parser.CharacterDataHandler = self.worked_out

    def cell(self, attributes: dict) -> None:
        self.cells += 1
        if self.formula:
            self.never_worked_out()
        if reference := attributes.get("r"):
            letters = reference.rstrip("0123456789")
            self.row = int(reference[len(letters) :])
            self.column = self.columns.get(letters) or self.columns.setdefault(letters, column_number(letters))
        else:
            self.column += 1
        if self.row > self.last_row:
            self.last_row = self.row
        if self.column > self.last_column:
            self.last_column = self.column
        if attributes.get("t") == "e":
            self.errors = True
        if self.row > LAST_ROW or self.column > LAST_COLUMN or self.cells > MANY:
            said = f"more than {MANY // 1_000_000} million cells, or cells where no spreadsheet has any"
            raise UnreadableError(f"A sheet has {said}. Split it, or send CSV files in a ZIP.")

    def worked_out(self, _):
        self.formula, self.parser.CharacterDataHandler = "", None

    def never_worked_out(self) -> None:
        if self.formula:
            self.unknown = self.unknown or f"row {self.formula}"
            self.formula = ""
        if self.parser:
            self.parser.CharacterDataHandler = None


def column_number(letters: str) -> int:
    """A is 1, XFD is 16384."""
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z" or number > LAST_COLUMN:
            raise ValueError
        number = number * 26 + ord(letter) - 64
    return number or LAST_COLUMN + 1
