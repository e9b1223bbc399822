"""The columns of a workbook's sheets, as people see them: how wide, what the note says, and what they offer."""

from typing import NamedTuple

import xlsxwriter
from django.db import models

from personas.documents.shape import natural
from personas.models.columns import Code, Items, Within
from vital.fields import Prose
from vital.sql import PgEnumField

from .tables import CLEAR, ID_COLUMN, PARENT_COLUMN, PERSONA_COLUMN, TABLES, header

WIDTHS = (
    (Prose, 60), (Items, 40), (models.BooleanField, 12), (models.DateField, 14), (models.TimeField, 12),
    (models.IntegerField, 14), (models.DecimalField, 14), (models.ForeignKey, 26), (Code, 22), (PgEnumField, 22),
)  # fmt: skip
WIDTH = 34
OWN = {
    PERSONA_COLUMN: ("The persona that the row is about: its slug, as on the sheet «personas».", "text", 30),
    PARENT_COLUMN: ("The id of the row that this one belongs to, on the sheet before this one.", "id", 16),
    ID_COLUMN: ("Id of the row. Leave it as it is; for a new row, leave it blank.", "id", 16),
}
NUMBERS = (models.IntegerField, models.DecimalField)
YES_NO = ("yes", "no")
Offers = dict[tuple[type[models.Model], str], tuple[str, ...]]  # of other tables, the keys that people may choose


class Column(NamedTuple):
    """A column of a sheet."""

    key: str
    field: models.Field | None
    kind: str  # of its cells: text, id, number or day
    width: int
    needed: bool
    note: str

    @property
    def closed(self) -> bool:
        """Whether it takes nothing but what it offers."""
        return self.field is not None and is_closed(self.field)


def columns_of(name: str) -> list[Column]:
    """The columns of a table's sheet."""
    fields = TABLES[name].columns
    return [column(key, fields.get(key), name) for key in header(name)]


def column(key: str, field: models.Field | None, name: str) -> Column:
    if key in OWN and field is None:
        note, kind, width = OWN[key]
        return Column(key, None, kind, width, key != ID_COLUMN, note)
    kind = "day" if isinstance(field, models.DateField) else "number" if isinstance(field, NUMBERS) else "text"
    width = next((width for cls, width in WIDTHS if isinstance(field, cls)), WIDTH)
    needed = not field.null and not field.has_default()
    return Column(key, field, kind, max(width, len(key) + 5), needed, note_on(field, key in TABLES[name].identity))


def note_on(field: models.Field, identity: bool) -> str:
    lines = [str(field.help_text)]
    if isinstance(field, Within | Items) and field.rule():
        lines.append(f"It {field.rule_in_words()}.")
    elif field.choices:
        lines.append(f"{'One of' if is_closed(field) else 'Usually'}: {', '.join(codes(field))}.")
    if isinstance(field, Items):
        lines.append("One item per line.")
    if isinstance(field, models.BooleanField):
        lines.append("yes or no.")
    if identity:
        lines.append("By this, an import finds a row that has no id.")
    return "\n".join(lines)


def is_closed(field: models.Field) -> bool:
    return not isinstance(field, Code) or field.closed


def codes(field: models.Field) -> list[str]:
    return [str(code) for code, _ in field.choices]


class Lists:
    """The hidden sheet with the lists that cells offer: each once, however many columns offer it."""

    def __init__(self, sheet, offers: Offers | None = None):
        self.sheet = sheet
        self.places: dict[tuple[str, ...], int] = {}
        self.known = dict(offers or {})  # what other tables have, read once
        sheet.hide()

    def range(self, column: Column) -> str | None:
        """Where the values of a column stand; behind them, the word that clears, where the column can be cleared."""
        values = self.offered(column.field) if column.field else ()
        if not values:
            return None
        place = self.places.setdefault(values, len(self.places))
        last = len(values) + (1 if column.field.null else 0)
        return f"={self.sheet.name}!{xlsxwriter.utility.xl_range_abs(1, place, last, place)}"

    def offered(self, field: models.Field) -> tuple[str, ...]:
        if field.is_relation:
            target = field.related_model, natural(field) or field.target_field.name
            if target not in self.known:
                self.known[target] = in_use(*target)
            return self.known[target]
        if isinstance(field, models.BooleanField):
            return YES_NO
        return tuple(codes(field)) if field.choices and not isinstance(field, Items) else ()

    def write(self) -> None:
        longest = max(map(len, self.places), default=0)
        for row in range(longest + 2):
            for values, place in self.places.items():
                told = (f"list {place + 1}", *values, CLEAR)
                if row < len(told):
                    self.sheet.write_string(row, place, told[row])


def in_use(model: type[models.Model], key: str) -> tuple[str, ...]:
    """The rows of a table that people may choose, by their key."""
    columns = {field.name for field in model._meta.concrete_fields}
    conditions = {"is_active": True, "deleted_at": None}
    wanted = {name: value for name, value in conditions.items() if name in columns}
    return tuple(model.objects.filter(**wanted).order_by(*model._meta.ordering).values_list(key, flat=True))
