"""The fields of a row, derived from its columns: with what widget, what range, and what can be chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.validators import URLValidator
from django.db import models
from django.forms.utils import flatatt

from lookups.models import Lookup
from personas.admin.layout import CONDITIONS, unit
from personas.documents.shape import Shape, natural
from personas.documents.values import plain
from personas.models.columns import Code, Items, Key, YesNo
from personas.models.scales import label
from vital.fields import Prose
from vital.sql import PgEnumField

MOST = 2000  # rows of another table that a choice offers
YES_NO = (("true", "Yes"), ("false", "No"))


@dataclass(frozen=True)
class Field:
    """A column as people fill it in."""

    name: str
    label: str
    help: str
    kind: str  # which part of editor/field.html draws it
    required: bool
    unit: str
    options: tuple[tuple[str, str], ...] = ()
    source: type[models.Model] | None = None  # where the options are rows of another table
    low: Any = None
    high: Any = None
    step: str = ""
    longest: int | None = None
    asked_if: str = ""  # the column that decides whether this one is asked
    asked_for: str = ""  # and the answers for which it is


@cache
def fields_of(shape: Shape) -> tuple[Field, ...]:
    return tuple(_field(shape, name, column) for name, column in shape.columns.items())


def _field(shape: Shape, name: str, column: models.Field) -> Field:
    kind, options, source = _kind(shape, name, column)
    whole = isinstance(column, models.IntegerField)
    asked_if, asked_for = CONDITIONS.get(shape.word, {}).get(name, ("", ()))
    default = column.has_default()
    return Field(
        name=name,
        label=str(column.verbose_name)[:1].upper() + str(column.verbose_name)[1:],
        help=str(column.help_text),
        kind=kind,
        required=not column.null and not (default and kind == "tick"),
        unit=unit(shape.word, name),
        options=options,
        source=source,
        low=getattr(column, "low", None),
        high=getattr(column, "high", None),
        step="1" if whole else str(Decimal(1).scaleb(-column.decimal_places)) if kind == "number" else "",
        longest=column.max_length if isinstance(column, Key) else None,
        asked_if=asked_if,
        asked_for=" ".join(asked_for),
    )


def _kind(shape: Shape, name: str, column: models.Field) -> tuple[str, tuple, type[models.Model] | None]:
    match column:
        case Items():
            return ("ticks", _labelled(column.codes), None) if column.codes else ("tags", (), None)
        case YesNo():
            return ("tick", (), None) if column.has_default() else ("choice", YES_NO, None)
        case models.ForeignKey():
            return "choice", (), column.related_model
        case Code():
            return ("choice" if column.closed else "offer"), _labelled(column.codes), None
        case PgEnumField():
            return "choice", tuple(column.choices), None
        case models.IntegerField() | models.DecimalField():
            return "number", (), None
        case models.DateField():
            return "date", (), None
        case models.TimeField():
            return "time", (), None
    if any(isinstance(check, URLValidator) for check in column.validators):
        return "url", (), None
    if isinstance(column, Prose) or (name in shape.identity and not isinstance(column, Key)):
        return "prose", (), None
    return "line", (), None


def _labelled(codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, label(code)) for code in codes)


class Choices:
    """What can be chosen, each table read once for a page."""

    def __init__(self):
        self.tables: dict[type[models.Model], list[tuple[str, str, bool]]] = {}

    def of(self, shape: Shape, field: Field) -> list[tuple[str, str, bool]]:
        """Value, label, and whether it is still offered."""
        if field.source is None:
            return [(value, said, True) for value, said in field.options]
        if field.source not in self.tables:
            model, key = field.source, natural(shape.columns[field.name]) or "code"
            said = "display_name" if issubclass(model, Lookup) else "name"
            rows = model.objects.values_list(key, said, "is_active" if hasattr(model, "is_active") else key)[:MOST]
            self.tables[model] = [(value, said or value, bool(active)) for value, said, active in rows]
        return self.tables[field.source]


@dataclass(frozen=True)
class Cell:
    """One field of one row."""

    field: Field
    id: str
    value: Any
    options: list[tuple[str, str]]
    explained: bool  # whether its help stands below it; else one sees it on going there

    @property
    def common(self) -> str:
        """The attributes of any widget."""
        field = self.field
        help_ = {"aria-describedby": f"help-{self.id}"} if self.explained else {"title": field.help}
        bounds = {"step": field.step, "min": field.low, "max": field.high} if field.kind == "number" else {}
        told = {"id": self.id, "name": self.id, "class": "vital-input", "autocomplete": "off"} | help_ | bounds
        told |= {"maxlength": field.longest, "aria-required": field.required and "true"}
        return flatatt({name: value for name, value in told.items() if value not in (None, False, "")})

    @property
    def text(self) -> str:
        """What the widget has in it."""
        match self.value:
            case None:
                return ""
            case bool():
                return "true" if self.value else "false"
            case list():
                return "\n".join(self.value)
        return str(plain(self.value))

    @property
    def has_lines(self) -> bool:
        """Whether it came with line breaks, which a field of one line would swallow."""
        return self.field.kind == "line" and "\n" in self.text

    @property
    def shown(self) -> str:
        """What people read where nothing can be changed."""
        chosen = dict(self.options)
        if isinstance(self.value, bool):
            return "Yes" if self.value else "No"
        if isinstance(self.value, list):
            return ", ".join(chosen.get(one, one) for one in self.value)
        return chosen.get(self.text, self.text)


def cells(
    shape: Shape, fields: Iterable[Field], key: str, row: dict, choices: Choices, *, explained: bool = False
) -> dict[str, Cell]:
    """The fields of a row by name; a value that is offered no longer stays where it is."""
    return {
        field.name: Cell(
            field,
            f"{key}-{field.name}",
            value := row.get(field.name),
            [
                (code, said)
                for code, said, active in (choices.of(shape, field) if field.options or field.source else ())
                if active or code == value
            ],
            explained,
        )
        for field in fields
    }
