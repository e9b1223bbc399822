"""Personas as documents: one query per table, however many there are."""

from collections.abc import Callable, Container, Iterable, Iterator
from uuid import UUID

from django.db.models import QuerySet

from .shape import GROUPS, PERSONA, SHAPES, Shape

BATCH = 40  # personas that are held in memory at once
Reader = Callable[[Shape, str, list[UUID]], Iterable[dict]]


def dump(ids: Iterable[UUID], *, with_ids: bool = False, words: Iterable[str] = SHAPES) -> Iterator[dict]:
    """The documents of personas, in the order asked for. The same content always gives the same document."""
    ids, words = list(ids), set(words)
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        contents = load(batch, words)
        yield from (as_document(contents[id_], with_ids) for id_ in batch if id_ in contents)


def load(ids: list[UUID], words: Container[str] = SHAPES, rows_of: Reader | None = None) -> dict[UUID, dict]:
    """What is there of some personas: `{id: {"columns": {"id": …, …}, "rows": {word: [row, …]}}}`."""
    rows_of = rows_of or rows_in_tables
    found = {row["id"]: {"columns": row, "rows": {word: [] for word in SHAPES}} for row in rows_of(PERSONA, "id", ids)}
    for word, shape in SHAPES.items():
        if word not in words:
            continue
        by_id = {}
        for row in rows_of(shape, "persona_id", ids):
            found[row.pop("parent")]["rows"][word].append(row)
            by_id[row["id"]] = row
            row |= {detail.word: [] for detail in shape.details}
        for detail in shape.details if by_id else ():
            for row in rows_of(detail, f"{detail.parent}_id", list(by_id)):
                by_id[row.pop("parent")][detail.word].append(row)
    return found


def rows_in_tables(shape: Shape, parent: str, parents: list[UUID]) -> Iterator[dict]:
    """The rows of a table, in their order, with what leads to their parent and with their place."""
    names, rows = reading(shape, parent, parents)
    for values in rows:
        yield dict(zip(names, values, strict=True))


def reading(shape: Shape, parent: str, parents: list[UUID]) -> tuple[list[str], QuerySet]:
    """What those rows are read with, and under which names."""
    extra = {"id": "id"} | ({} if parent == "id" else {"parent": parent})
    extra |= {"place": shape.order} if shape.order else {}
    paths = [*extra.values(), *(shape.path(name) for name in shape.columns)]
    return [*extra, *shape.columns], shape.model.objects.filter(**{f"{parent}__in": parents}).values_list(*paths)


def as_document(content: dict, with_ids: bool) -> dict:
    columns = content["columns"]
    document = {"slug": columns["slug"]} | ({"id": columns["id"]} if with_ids else {})
    for group, keys in GROUPS.items():
        if told := {key: columns[key] for key in keys if tells(PERSONA, key, columns[key])}:
            document[group] = told
    for word, shape in SHAPES.items():
        rows = [as_row(shape, row, with_ids) for row in content["rows"][word]]
        if rows:
            document[word] = rows[0] if shape.single else rows
    return document


def as_row(shape: Shape, row: dict, with_ids: bool) -> dict:
    told = {"id": row["id"]} if with_ids else {}
    told |= {key: row[key] for key in shape.columns if tells(shape, key, row[key])}
    for detail in shape.details:
        if row[detail.word]:
            told[detail.word] = [as_row(detail, inner, with_ids) for inner in row[detail.word]]
    return told


def tells(shape: Shape, key: str, value) -> bool:
    """Whether a value must be written: what is not known is left out, unless a new row would get a default there."""
    return value is not None or shape.columns[key].has_default()
