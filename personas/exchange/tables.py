"""Documents as tables of cells, a table for each kind of row: what CSV files and workbooks have in common.

Every row names its persona, and has an id. The row of a detail names the id of the row that it belongs to. Ids are
those of an export; for a new row, any word will do that tells it from the others, or none.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from personas.documents.shape import PERSONA, SHAPES, Shape
from personas.models.columns import Items

from .text import UnreadableError, plain

CLEAR = "(clear)"  # what clears a value; a blank cell leaves it as it is
PERSONA_COLUMN, ID_COLUMN, PARENT_COLUMN = "persona", "id", "belongs to"
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


def rows_of(documents: Iterable[dict]) -> Iterator[tuple[str, Cells]]:
    """The rows of documents that were dumped with ids, each with the name of its table."""
    for document in documents:
        groups = [value for value in document.values() if isinstance(value, dict)]
        columns = {key: value for group in groups for key, value in group.items()} | document
        yield PERSONA.word, cells(PERSONA, columns, {})
        for word, shape in SHAPES.items():
            rows = document.get(word) or []
            for row in [rows] if isinstance(rows, dict) else rows:
                yield word, cells(shape, row, {PERSONA_COLUMN: document["slug"]})
                for detail in shape.details:
                    for inner in row.get(detail.word) or []:
                        lead = {PERSONA_COLUMN: document["slug"], PARENT_COLUMN: str(row["id"])}
                        yield f"{word}.{detail.word}", cells(detail, inner, lead)


def cells(shape: Shape, row: dict, lead: Cells) -> Cells:
    told = {key: cell(row[key]) for key in shape.columns if key in row}
    return lead | {ID_COLUMN: str(row["id"])} | told


def cell(value: Any) -> str:
    """A value as the text of a cell."""
    match value:
        case None:
            return CLEAR
        case bool():
            return "yes" if value else "no"
        case list() if all(one == one.strip() and one and not re.search(r"[\n\r\[]", one) for one in value) and value:
            return escape("\n".join(value))
        case list():
            return json.dumps(value, ensure_ascii=False)
        case int() | Decimal() | date() | time() | UUID():
            return str(plain(value))
    return escape(value)


def escape(text: str) -> str:
    return f"'{text}" if is_escaped(f"'{text}") else text


def is_escaped(text: str) -> bool:
    """Whether the apostrophe at the beginning is ours."""
    return text.startswith("'") and bool(FORMULA.match(text) or text.lstrip("'").strip() == CLEAR)


def value(text: str, *, items: bool) -> Any:
    """What a cell says: text, null, or several texts."""
    if text.strip() == CLEAR:
        return None
    if is_escaped(text):
        text = text[1:]
    if not items:
        return text
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return [text]
    return [line.strip() for line in re.split(r"\r?\n", text) if line.strip()]


def documents_of(tables: dict[str, list[Cells]]) -> list[dict]:
    """The documents that tables tell of: every persona named in one of them, in the order of first mention."""
    documents: dict[str, dict] = {}
    sections: dict[tuple, dict] = {}  # by table, persona and id: where details belong
    for name, shape in TABLES.items():
        word, _, detail = name.partition(".")
        for number, row in enumerate(tables.get(name, ()), 2):  # the header is row 1
            slug = (row.get("slug" if shape is PERSONA else PERSONA_COLUMN) or "").strip()
            document = documents.setdefault(slug, {"slug": slug})
            content = understood(shape, row)
            if shape is PERSONA:
                document |= content
            elif detail:
                parent = sections.get((word, slug, (row.get(PARENT_COLUMN) or "").strip()))
                if parent is None:
                    wanted = row.get(PARENT_COLUMN) or ""
                    raise UnreadableError(
                        f"{name}, row {number}: «{slug}» has no row of «{word}» with the id «{wanted}» in this file. "
                        f"Write the id of the row that this one belongs to under «{PARENT_COLUMN}»."
                    )
                parent.setdefault(detail, []).append(content)
            else:
                document.setdefault(word, []).append(content)
                sections[word, slug, (row.get(ID_COLUMN) or "").strip()] = content
    return list(documents.values())


def understood(shape: Shape, row: Cells) -> dict:
    """What a row says: blank cells say nothing, and an id that is none only tells rows apart."""
    told = {
        key: value(text, items=isinstance(shape.columns.get(key), Items))
        for key, text in row.items()
        if key not in (PERSONA_COLUMN, PARENT_COLUMN, ID_COLUMN) and text is not None and text.strip()
    }
    return told | ({"id": row[ID_COLUMN].strip()} if is_id(row.get(ID_COLUMN)) else {})


def is_id(text: str | None) -> bool:
    try:
        return bool(UUID((text or "").strip()))
    except ValueError:
        return False
