"""The types of the values of a document, derived from the columns; the same as JSON Schema."""

import datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, partial
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic_core import PydanticCustomError, SchemaValidator
from typing_extensions import TypedDict

from personas.models.columns import Code, Items, Key, Within
from vital.sql import PgEnumField

from .shape import GROUPS, PERSONA, SHAPES, Shape

TYPES = {
    models.BooleanField: bool,
    models.IntegerField: int,
    models.DecimalField: Decimal,
    models.DateField: datetime.date,
    models.TimeField: datetime.time,
}
GUESSED = (int, datetime.date, datetime.time)


def run(checks: list, value):
    """Django's own validators, such as of a slug or an address."""
    for check in checks:
        try:
            check(value)
        except DjangoValidationError as error:
            raise PydanticCustomError("format", "{message}", {"message": error.messages[0]}) from None
    return value


def one_of(codes: tuple[str, ...]) -> AfterValidator:
    known = {*codes, None}

    def check(value):
        wrong = [code for code in (value if isinstance(value, list) else [value]) if code not in known]
        if wrong:
            near = [code for one in wrong for code in nearest(one, codes)]
            raise PydanticCustomError("choice", "{message}", {"message": none_of(wrong), "near": near, "all": codes})
        return value

    return AfterValidator(check)


def no_guess(kind: type) -> BeforeValidator:
    """Refuse what pydantic would take for a number, a day or a time, and nobody else would."""

    def check(value):
        number = isinstance(value, int | float | Decimal)
        if kind is int and isinstance(value, bool):
            raise PydanticCustomError("int_type", "")
        if kind in (datetime.date, datetime.time) and (number or (isinstance(value, str) and value.strip().isdigit())):
            raise PydanticCustomError(f"{kind.__name__}_type", "")
        return value

    return BeforeValidator(check)


def no_zone(value):
    if isinstance(value, datetime.time) and value.tzinfo:
        raise PydanticCustomError("time_zone", "")
    return value


def none_of(wrong: list) -> str:
    return f"«{'», «'.join(str(one)[:100] for one in wrong)}» is no value here"


def nearest(value: Any, codes) -> tuple[str, ...]:
    """The codes that may be meant."""
    folded = {code.lower(): code for code in codes}
    return tuple(folded[code] for code in get_close_matches(str(value).lower().replace(" ", "_"), folded, 3, 0.5))


def meant(near: tuple[str, ...], codes=()) -> str:
    """What to do about a value that is none."""
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"it takes {', '.join(codes)}" if codes else ""


def annotation(field: models.Field) -> Any:
    """The type of a column's value in a document, and its description."""
    extra: dict[str, Any] = {"description": str(field.help_text)}
    if isinstance(field, Items):
        kind = [list[str]]
        kind += [one_of(tuple(field.codes))] if field.codes else []
        extra |= {"json_schema_extra": {"items": {"type": "string", "enum": field.codes}}} if field.codes else {}
    elif isinstance(field, PgEnumField) or (isinstance(field, Code) and field.closed):
        codes = tuple(value for value, _ in field.choices)
        kind = [str, one_of(codes)]
        extra["json_schema_extra"] = {"enum": [*codes, None]}
    else:
        base = next((TYPES[cls] for cls in type(field).__mro__ if cls in TYPES), str)
        kind = [base, no_guess(base), AfterValidator(no_zone)] if base in GUESSED else [base]
        if isinstance(field, Within):
            extra |= {"ge": field.low, "le": field.high}
        if base is int:  # PostgreSQL's integer
            extra["ge"] = -(2**31) if field.low is None else field.low
            extra["le"] = 2**31 - 1 if field.high is None else field.high
        if base is Decimal:
            extra |= {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
        if isinstance(field, Key):
            kind = [Annotated[str, Field(max_length=field.max_length)]]
        if isinstance(field, Code):
            extra["examples"] = field.codes
    if checks := [check for check in field._validators if not isinstance(check, MaxValueValidator | MinValueValidator)]:
        kind.append(AfterValidator(partial(run, checks)))
    kind_or_none = Annotated[(kind[0], *kind[1:])] | None if len(kind) > 1 else kind[0] | None
    return Annotated[kind_or_none, Field(**extra)]


def row(name: str, about: str | None, columns: dict[str, Any]) -> type:
    """A row of a document: every key may be left out, others are passed over, null clears."""
    kind = TypedDict(name, columns, total=False)
    kind.__doc__ = about
    kind.__pydantic_config__ = ConfigDict(extra="allow", coerce_numbers_to_str=True)
    return kind


@cache
def row_type(shape: Shape) -> type:
    """The type of a row of a table, with the details that belong to it."""
    columns = {name: annotation(field) for name, field in shape.columns.items()}
    about = "Id of the persona, from an export." if shape is PERSONA else (
        "Id of the row, from an export; finds the row to change."
    )  # fmt: skip
    columns["id"] = Annotated[UUID | None, Field(description=about)]
    for detail in shape.details:
        columns[detail.word] = Annotated[list[row_type(detail)] | None, Field(description=detail.model.__doc__)]
    return row(shape.model.__name__, shape.model.__doc__, columns)


@cache
def validator(shape: Shape) -> SchemaValidator:
    """Checks a list of rows of a table."""
    return TypeAdapter(list[row_type(shape)]).validator


@cache
def document_type() -> type:
    """The type of a whole document."""
    persona = row_type(PERSONA).__annotations__
    keys: dict[str, Any] = {name: persona[name] for name in ("slug", "name", "title", "id")}
    for group, names in GROUPS.items():
        keys[group] = row(group, None, {name: persona[name] for name in names}) | None
    for word, shape in SHAPES.items():
        kind = row_type(shape) if shape.single else list[row_type(shape)]
        keys[word] = Annotated[kind | None, Field(description=shape.model.__doc__)]
    return row("Persona", PERSONA.model.__doc__, keys)
