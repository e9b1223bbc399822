"""The rows of a place as its page shows them: in a grid, as cards of which one is open, or as one form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator

from personas.admin.layout import groups
from personas.documents.edit import digest
from personas.documents.shape import Shape
from personas.models.columns import Items
from personas.sections import CARDS, FORM, GRID
from vital.fields import Prose

from .fields import Cell, Choices, Field, cells, fields_of
from .places import Place

NEW = "new"
BRIEF = 4  # columns by which a closed card tells what is in it


@dataclass
class Row:
    """One row."""

    key: str  # its id, or what the page calls it until it has one
    title: str
    cells: dict[str, Cell]
    groups: list[tuple[str, list[Cell]]] = field(default_factory=list)
    details: list["Table"] = field(default_factory=list)
    brief: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = True
    is_new: bool = False
    is_copy: bool = False  # of a row that is there: it is one to save, though nobody has typed in it


@dataclass
class Table:
    """Rows of one table, with what it takes to add one."""

    shape: Shape
    word: str
    title: str
    layout: str
    fields: tuple[Field, ...]
    rows: list[Row]
    blank: Row | None = None

    @property
    def sortable(self) -> bool:
        return self.shape.order is not None and not self.shape.single

    @property
    def columns(self) -> str:
        """The widths of a grid's columns, as CSS has them."""
        return " ".join(WIDTHS[one.kind] for one in self.fields)

    @cached_property
    def noun(self) -> str:
        return str(self.shape.model._meta.verbose_name)


WIDTHS = {
    "prose": "minmax(8.5rem, 3fr)", "line": "minmax(8rem, 2fr)", "url": "minmax(8rem, 2fr)",
    "tags": "minmax(10rem, 2fr)", "ticks": "minmax(10rem, 1fr)", "choice": "minmax(7.5rem, 1.5fr)",
    "offer": "minmax(7.5rem, 1fr)", "number": "minmax(5.5rem, 7rem)", "tick": "5.5rem", "date": "9.5rem",
    "time": "7rem",
}  # fmt: skip


class Sheet:
    """What the page of a place shows of one persona."""

    def __init__(self, place: Place, persona, asked, choices: Choices | None = None):
        self.place, self.persona = place, persona
        self.choices = choices or Choices()
        self.everything = place.rows(persona)
        self.digest = digest(place.shape, self.everything)
        self.open = asked.get("row", "")
        self.like = asked.get("like", "")
        self.page = self._page(asked.get("page", ""))

    def _page(self, asked: str) -> Page:
        size = self.place.per_page if self.place.paged else len(self.everything) or 1
        pages = Paginator(self.everything, size)
        if self.open and self.open != NEW and not asked:
            at = next((at for at, row in enumerate(self.everything) if str(row["id"]) == self.open), 0)
            return pages.get_page(at // size + 1)
        return pages.get_page(pages.num_pages if self.open == NEW and not asked else asked)

    @cached_property
    def table(self) -> Table:
        table = self._table(self.place.shape, self.place.word, self.place.title, self.place.layout)
        table.rows = list(self._rows(table))
        return table

    def _table(self, shape: Shape, word: str, title: str, layout: str) -> Table:
        table = Table(shape, word, title, layout, fields_of(shape), [])
        if layout == GRID:
            table.blank = self._row(table, NEW, shape.blank, is_new=True)
        return table

    def _rows(self, table: Table) -> Iterator[Row]:
        for row in self.page.object_list:
            id_ = str(row["id"])
            yield self._row(table, id_, row, is_open=self.place.layout != CARDS or id_ == self.open)
        if (self.place.layout == FORM and not self.everything) or (self.place.layout == CARDS and self.open == NEW):
            like = next((row for row in self.everything if str(row["id"]) == self.like), {})
            shape = self.place.shape
            filled = shape.blank | {name: like[name] for name in shape.columns if name in like}
            filled |= {detail.word: like.get(detail.word, []) for detail in shape.details}
            yield self._row(table, NEW, filled, is_new=True, is_copy=bool(like))

    def _row(self, table: Table, key: str, row: dict[str, Any], *, is_open=True, is_new=False, is_copy=False) -> Row:
        shape = table.shape
        made = Row(key, shape.title(row), {}, is_open=is_open, is_new=is_new, is_copy=is_copy)
        if not is_open:
            made.brief = list(self._brief(table, row))
            return made
        made.cells = cells(shape, table.fields, key, row, self.choices, explained=table.layout != GRID)
        if table.layout != GRID:
            made.groups = [(heading, [made.cells[name] for name in names]) for heading, names in groups(shape)]
            made.details = [self._details(detail, row, is_copy) for detail in shape.details]
        return made

    def _details(self, shape: Shape, parent: dict[str, Any], are_copies: bool) -> Table:
        title = str(shape.model._meta.verbose_name_plural)
        table = self._table(shape, shape.word, title[:1].upper() + title[1:], GRID)
        for place, row in enumerate(parent.get(shape.word, ())):
            key = f"{NEW}-{shape.word.replace('_', '-')}-{place}" if are_copies else str(row["id"])
            table.rows.append(self._row(table, key, row, is_new=are_copies, is_copy=are_copies))
        return table

    def _brief(self, table: Table, row: dict[str, Any]) -> Iterator[tuple[str, str]]:
        told = 0
        for one in table.fields:
            column = table.shape.columns[one.name]
            if one.name in table.shape.identity or isinstance(column, Prose | Items) or row[one.name] is None:
                continue
            yield one.label, cells(table.shape, [one], "", row, self.choices)[one.name].shown
            told += 1
            if told == BRIEF:
                return
