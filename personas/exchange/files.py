"""Which reader a file wants, and which writer a format has."""

from collections.abc import Iterable
from typing import BinaryIO

from . import csv_files, text, yaml_files

PIECES = {
    "json": text.write_json,
    "jsonl": text.write_lines,
    "yaml": yaml_files.write,
}  # formats that are text, piece by piece
FORMATS = (*PIECES, "zip")


def read(content: bytes, filename: str) -> list[dict]:
    """The documents of a file: by what it is, and where that does not tell, by its name."""
    if content.startswith(b"PK"):
        return csv_files.read_zip(content)
    if filename.lower().endswith(".csv"):
        return csv_files.read_csv(content, filename)
    if filename.lower().endswith((".yaml", ".yml")):
        return yaml_files.read(content)
    return text.read(content)


def write(documents: Iterable[dict], format_: str, file: BinaryIO) -> None:
    """Write documents in a format; a ZIP wants them with ids."""
    if format_ == "zip":
        csv_files.write_zip(documents, file)
    else:
        file.writelines(piece.encode() for piece in PIECES[format_](documents))
