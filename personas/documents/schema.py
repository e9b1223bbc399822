"""The types of a document: every problem of one at once, each with its path; and the same as JSON Schema."""

import datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, partial
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticCustomError

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
# What is wrong, by the beginning of pydantic's name for it.
MESSAGES = {
    "bool": "is neither yes nor no",
    "date": "is no date, such as 2026-03-14",
    "decimal_max_places": "has more than {decimal_places} decimals",
    "decimal_max_digits": "has more than {max_digits} digits",
    "decimal_whole_digits": "has more than {whole_digits} digits before the point",
    "decimal": "is no number",
    "finite_number": "is no number",
    "dict_type": "is no object with a value for each key",
    "model_type": "is no object with a value for each key",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int": "is no whole number",
    "list_type": "is no list",
    "string_too_long": "has more than {max_length} characters",
    "string": "is no text",
    "time": "is no time, such as 08:00",
    "uuid": "is no id",
}


class Problem(NamedTuple):
    """Something that is wrong in a document: where, what, and what to do."""

    path: tuple[str | int, ...]
    rule: str
    message: str
    value: Any = None
    hint: str = ""
    near: tuple[str, ...] = ()  # of a code that is none: those that may be meant


class Row(BaseModel):
    """A row of a document. What it does not name is left as it is; null clears."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    def given(self) -> dict[str, Any]:
        known, values = type(self).__pydantic_fields__, self.__dict__
        return {name: values[name] for name in self.__pydantic_fields_set__ if name in known}


def blank_is_none(value):
    """'' is never stored; and text that PostgreSQL cannot hold is refused."""
    if not isinstance(value, str):
        return value
    if "\0" in value or (not value.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise PydanticCustomError("text", "holds a character that cannot be stored")
    return value if value.strip() else None


def run(checks: list, value):
    """Django's own validators, such as of a slug or an address."""
    for check in checks:
        try:
            check(value)
        except DjangoValidationError as error:
            raise PydanticCustomError("format", "{message}", {"message": error.messages[0]}) from None
    return value


def one_of(codes: tuple[str, ...]) -> AfterValidator:
    def check(value):
        wrong = [code for code in (value if isinstance(value, list) else [value]) if code not in (*codes, None)]
        if wrong:
            said = "; ".join(none_of(code, codes) for code in wrong)
            raise PydanticCustomError("choice", "{message}", {"message": said})
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


def none_of(value: str, codes) -> str:
    """That a value is no code, and which are nearest to it."""
    folded = {code.lower(): code for code in codes}
    near = [folded[code] for code in get_close_matches(str(value).lower().replace(" ", "_"), folded, 3, 0.5)]
    wanted = f"did you mean {' or '.join(near)}?" if near else f"it takes {', '.join(codes)}"
    return f"«{value}» is no value here; {wanted}"


def annotation(field: models.Field) -> tuple:
    """The type of a column's value in a document, and its description."""
    extra: dict[str, Any] = {"description": str(field.help_text)}
    if isinstance(field, Items):
        kind = [list[Annotated[str, BeforeValidator(blank_is_none)]]]
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
    return Annotated[kind_or_none, BeforeValidator(blank_is_none)], Field(None, **extra)


ID = Annotated[UUID | None, BeforeValidator(blank_is_none)]


@cache
def row_type(shape: Shape) -> type[Row]:
    """The type of a row of a table, with the details that belong to it."""
    fields = {name: annotation(field) for name, field in shape.columns.items()}
    fields["id"] = (ID, Field(None, description="Id of the row, from an export; finds the row to change."))
    for detail in shape.details:
        fields[detail.word] = (list[row_type(detail)] | None, Field(None, description=detail.model.__doc__))
    return create_model(shape.model.__name__, __base__=Row, __doc__=shape.model.__doc__, **fields)


@cache
def document_type() -> type[Row]:
    """The type of a whole document."""
    fields: dict[str, Any] = {
        name: annotation(PERSONA.columns[name]) for name in PERSONA.columns if name in ("slug", "name", "title")
    }
    fields["id"] = (ID, Field(None, description="Id of the persona, from an export."))
    for group, keys in GROUPS.items():
        columns = {key: annotation(PERSONA.columns[key]) for key in keys}
        fields[group] = (create_model(group, __base__=Row, **columns) | None, Field(None))
    for word, shape in SHAPES.items():
        kind = row_type(shape) if shape.single else list[row_type(shape)]
        fields[word] = (kind | None, Field(None, description=shape.model.__doc__))
    return create_model("Persona", __base__=Row, __doc__=PERSONA.model.__doc__, **fields)


def json_schema() -> dict:
    """The document as JSON Schema 2020-12."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | document_type().model_json_schema()


class Parsed(NamedTuple):
    """A document as it was understood."""

    persona: dict[str, Any]  # the columns that it names
    rows: dict[str, list[dict] | None]  # the sections that it names
    problems: list[Problem]
    unused: list[tuple[str | int, ...]]  # keys that mean nothing here


def parse(document: dict) -> Parsed:
    """Understand a document: its columns from any group or the top, its sections, and everything that is wrong."""
    problems: list[Problem] = []
    if not isinstance(document, dict):
        return Parsed({}, {}, [Problem((), "type", "a document is an object with a value for each key", document)], [])
    columns, sections, unused = _flatten(document, problems)
    rows = {}
    persona = _check(row_type(PERSONA), columns, (), problems, unused)
    for word, content in sections.items():
        shape = SHAPES[word]
        if content is None:
            rows[word] = None
            continue
        listed = [content] if shape.single and isinstance(content, dict) else content
        if not isinstance(listed, list):
            problems.append(
                Problem((word,), "type", f"«{word}» is {'an object' if shape.single else 'a list'}", content)
            )
            continue
        rows[word] = [
            _row(shape, row, (word,) if shape.single else (word, place), problems, unused)
            for place, row in enumerate(listed)
        ]
    return Parsed(persona, rows, problems, unused)


def is_comment(key) -> bool:
    return str(key).startswith(("_", "$"))


def _flatten(document: dict, problems: list[Problem]) -> tuple[dict, dict, list]:
    columns, sections, unused = {}, {}, []
    for key, content in document.items():
        if is_comment(key):
            continue
        if key in SHAPES and not (key == "metadata" and isinstance(content, dict)):
            sections[key] = content
        elif isinstance(content, dict) and (key in GROUPS or key == "metadata"):
            columns |= {name: value for name, value in content.items() if name in PERSONA.columns}
            unused += [(key, name) for name in content if name not in PERSONA.columns and not is_comment(name)]
        elif key in GROUPS:
            if content is not None:
                problems.append(Problem((key,), "type", f"«{key}» is an object with a value for each key", content))
        elif key in PERSONA.columns or key == "id":
            columns[key] = content
        else:
            unused.append((key,))
    return columns, sections, unused


def _row(shape: Shape, content: Any, path: tuple, problems: list[Problem], unused: list) -> dict[str, Any]:
    """The values of a row, and of its details one by one: what is wrong with one hides nothing of the others."""
    if not shape.details or not isinstance(content, dict):
        return _check(row_type(shape), content, path, problems, unused)
    inner = {detail: content[detail.word] for detail in shape.details if isinstance(content.get(detail.word), list)}
    words = {detail.word for detail in inner}
    row = _check(row_type(shape), {k: v for k, v in content.items() if k not in words}, path, problems, unused)
    for detail, rows in inner.items():
        kind, start = row_type(detail), (*path, detail.word)
        row[detail.word] = [_check(kind, one, (*start, place), problems, unused) for place, one in enumerate(rows)]
    return row


def _check(kind: type[Row], content: Any, path: tuple, problems: list[Problem], unused: list) -> dict[str, Any]:
    """The values of a row that are right; what is wrong goes to the problems."""
    if not isinstance(content, dict):
        problems.append(Problem(path, "type", "a row is an object with a value for each key", content))
        return {}
    content = {str(key): value for key, value in content.items()}
    wrong: set = set()
    try:
        row = kind.model_validate(content)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            place = _place(found["loc"])
            problems.append(Problem((*path, *place), found["type"], in_words(found), found["input"]))
            wrong.add(place[0])
        row = kind.model_validate({key: value for key, value in content.items() if key not in wrong})
    unused.extend((*path, key) for key in row.model_extra or () if not is_comment(key))
    return row.given()


def in_words(found: dict) -> str:
    """What pydantic found, as the house says it."""
    for rule, said in MESSAGES.items():
        if found["type"].startswith(rule):
            return said.format(**found.get("ctx", {}))
    return found["msg"]


def _place(location: tuple) -> tuple:
    """Where in the row: without what pydantic adds for the alternatives of a type."""
    return tuple(part for part in location if isinstance(part, int) or ("[" not in part and "-" not in part))
