"""What somebody changed on a page, against what is there by now: what the rows should be, or what stands against it."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from .dump import as_row
from .shape import Shape
from .values import dumps, plain

KEY = "_key"  # by which the page knows a row that has no id yet; documents pass over it
NewKey = Annotated[str, StringConstraints(pattern=r"^(new|again)(-[a-z0-9-]{1,80})?$")]


class UnknownRowError(ValueError):
    """A page speaks of a row that was never there."""


class Rows(BaseModel):
    """What was done to the rows of one table."""

    model_config = ConfigDict(extra="forbid")
    changed: dict[UUID, dict[str, Any]] = Field(default={}, max_length=1000)
    added: dict[NewKey, dict[str, Any]] = Field(default={}, max_length=1000)
    gone: list[UUID] = Field(default=[], max_length=1000)
    order: list[str] = Field(default=[], max_length=1000)  # ids and keys as they stand on the page, where that changed


class Edit(Rows):
    """The same of one place, with what the page showed."""

    shown: str  # the digest of what the page showed
    # Where that is no longer what there is, the server asks for all of it: the rows that were open, and the ids of all.
    base: list[dict[str, Any]] | None = Field(default=None, max_length=1000)
    stood: list[UUID] = Field(default=[], max_length=10_000)


def digest(shape: Shape, rows: list[dict]) -> str:
    """The same for the same content, in the same order."""
    return hashlib.sha256(dumps([plain(as_row(shape, row, with_ids=True)) for row in rows]).encode()).hexdigest()[:16]


def wanted(shape: Shape, current: list[dict], edit: Rows) -> list[dict]:
    """The rows as they should be: those that are there, with what was changed, in the order of the page."""
    if edit.changed.keys() - {row["id"] for row in current}:
        raise UnknownRowError
    if shape.single and current:  # whoever fills it in second changes what is there
        row, *_ = current
        columns = dict(pair for told in (*edit.changed.values(), *edit.added.values()) for pair in told.items())
        return [] if edit.gone else [{"id": row["id"]} | _columns(shape, row, columns)]
    there = {row["id"]: row for row in current if row["id"] not in edit.gone}
    rows = {str(id_): {"id": id_} | _columns(shape, row, edit.changed.get(id_, {})) for id_, row in there.items()}
    rows |= {key: {KEY: key} | _columns(shape, {}, columns) for key, columns in edit.added.items()}
    return [rows[key] for key in _ordered(list(rows), edit.order)]


def _columns(shape: Shape, there: dict, columns: dict) -> dict:
    """What is said of a row. Of its details, too, only what was done to them is sent."""
    details = {detail.word: detail for detail in shape.details}
    return {
        name: wanted(details[name], there.get(name, []), Rows.model_validate(value)) if name in details else value
        for name, value in columns.items()
        if name in details or name in shape.columns
    }


def _ordered(keys: list[str], page: list[str]) -> list[str]:
    """All rows in the order of the page, which stays where it stood among those of other pages."""
    known = set(keys)
    order = [key for key in dict.fromkeys(page) if key in known]
    listed = set(order)
    start = next((place for place, key in enumerate(keys) if key in listed), 0)
    return [*keys[:start], *order, *(key for key in keys[start:] if key not in listed)]


def located(shape: Shape, rows: list[dict], path: tuple) -> tuple[list[str], str | None]:
    """Of a problem's path within a table: the rows that it leads through, as the page knows them, and the column."""
    keys, column = [], None
    for part in path:
        if isinstance(part, int) and column is None and part < len(rows):
            keys.append(str(rows[part].get("id") or rows[part].get(KEY)))
            row = rows[part]
        elif detail := next((one for one in shape.details if one.word == part), None):
            keys.append(part)
            shape, rows = detail, row.get(part) or []
        elif isinstance(part, str):
            column = part
    return keys, column
