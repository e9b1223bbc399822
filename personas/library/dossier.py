"""The dossier: everything that a persona says, place by place, with contents."""

from dataclasses import dataclass
from typing import NamedTuple

from personas.admin.editor.fields import Field, fields_of
from personas.admin.editor.places import PARTS, Place
from personas.admin.layout import groups, unit
from personas.documents.shape import Shape
from personas.models.scales import label
from personas.sections import CARDS

from .copies import Copy
from .door import find_one, links, readers, show

MOST_COLUMNS = 6  # of a table; rows that say more than that stand as cards


class Said(NamedTuple):
    """A column that says something."""

    label: str
    text: str
    leads: bool  # whether it is the address of a page
    unit: str


@dataclass(frozen=True)
class Row:
    """One row: its title, what it says under each heading, and the rows that belong to it."""

    title: str
    groups: list[tuple[str, list[Said]]]
    details: list["Told"]


@dataclass(frozen=True)
class Told:
    """What a persona says in one place, as a table where that is narrow, as cards where it is wide."""

    word: str
    title: str
    number: int
    columns: list[str]
    cells: list[list[Said]]
    rows: list[Row]


@readers
def page(request, slug: str):
    copy = find_one(request, slug)
    return show(request, "dossier", f"{copy.name}: everything", **context(copy), links=links(copy))


def context(copy: Copy) -> dict:
    """What `library/dossier_body.html` needs."""
    parts = [(part, [told_of(copy, place) for place in part.places]) for part in PARTS]
    return {
        "copy": copy,
        "parts": [(part, told) for part, places in parts if (told := [one for one in places if one.number])],
        "nothing": [one.title for _, places in parts for one in places if not one.number],
    }


def told_of(copy: Copy, place: Place) -> Told:
    if place.section is None:
        said = [one for one in said_by(copy, place.shape, copy.own) if one.label != "Slug"]
        return Told(place.word, place.title, len(said), [], [], [Row("", [("", said)], [])] if said else [])
    return table(copy, place.shape, copy.rows(place.word), place.title, wide=place.section.layout == CARDS)


def table(copy: Copy, shape: Shape, rows: list[dict], title: str, *, wide: bool = False) -> Told:
    used = [field for field in fields_of(shape) if any(row.get(field.name) is not None for row in rows)]
    if wide or shape.single or len(used) > MOST_COLUMNS:
        return Told(shape.word, title, len(rows), [], [], [card(copy, shape, row) for row in rows])
    cells = [[said_of(copy, shape, field, row) for field in used] for row in rows]
    return Told(shape.word, title, len(rows), [with_unit(shape, field) for field in used], cells, [])


def counted_in(shape: Shape, field: Field) -> str:
    """The unit of a column, where its name does not say it."""
    said = unit(shape.word, field.name)
    return "" if said.lower() in field.label.lower() else said


def with_unit(shape: Shape, field: Field) -> str:
    said = counted_in(shape, field)
    return f"{field.label} ({said})" if said else field.label


def card(copy: Copy, shape: Shape, row: dict) -> Row:
    said = {field.name: one for field, one in zip(fields_of(shape), every(copy, shape, row), strict=True) if one.text}
    grouped = [
        (heading, [said[name] for name in names if name in said and name not in shape.identity])
        for heading, names in groups(shape)
    ]
    details = [
        table(copy, detail, row[detail.word], label(str(detail.model._meta.verbose_name_plural)))
        for detail in shape.details
        if row[detail.word]
    ]
    title = ", ".join(said[name].text for name in shape.identity if name in said)
    return Row(title, [(heading, several) for heading, several in grouped if several], details)


def said_by(copy: Copy, shape: Shape, row: dict) -> list[Said]:
    return [one for one in every(copy, shape, row) if one.text]


def every(copy: Copy, shape: Shape, row: dict) -> list[Said]:
    return [said_of(copy, shape, field, row) for field in fields_of(shape)]


def said_of(copy: Copy, shape: Shape, field: Field, row: dict) -> Said:
    text = copy.says(shape.word, field.name, row)
    leads = field.kind == "url" and text.startswith(("http://", "https://"))  # rows that came past forms may say more
    return Said(field.label, text, leads, counted_in(shape, field))
