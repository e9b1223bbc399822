"""Files as their authors wrote them, one for each shape, and how they are read."""

import csv
from functools import cache
from pathlib import Path
from typing import Any

from personas.exchange import text, yaml_files
from personas.exchange.places import Place, Placed

FOLDER = Path(__file__).parent / "samples"
FILES = {path.name: path.stem for path in sorted(FOLDER.iterdir()) if path.stem != "blank_form"}


@cache
def content(filename: str) -> bytes:
    return (FOLDER / filename).read_bytes()


def found(filename: str) -> Any:
    """What a file holds, before anybody looks for personas in it."""
    if filename.endswith(".yaml"):
        return yaml_files.root(content(filename))
    if filename.endswith(".csv"):
        rows = csv.DictReader(text.decode(content(filename)).splitlines())
        return [Placed(row, Place(filename, number)) for number, row in enumerate(rows, 2)]
    return text.root(content(filename))
