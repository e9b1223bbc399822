"""A document as it is understood: every problem of it at once, each with its path."""

import re
from functools import cache
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from .shape import GROUPS, PERSONA, SHAPES, Shape
from .types import document_type, meant, validator

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
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

    def __str__(self):
        return f"{self.message}; {self.hint}" if self.hint else self.message


def json_schema() -> dict:
    """The document as JSON Schema 2020-12."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | TypeAdapter(document_type()).json_schema()


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
    reading = _Reading(problems, unused)
    [persona] = reading.rows(PERSONA, [columns], ())
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
        rows[word] = reading.rows(shape, listed, (word,))
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


class _Reading:
    """The rows of one table, on their way from a document to their types."""

    def __init__(self, problems: list[Problem], unused: list):
        self.problems, self.unused = problems, unused

    def rows(self, shape: Shape, listed: list, path: tuple) -> list[dict]:
        """Their values that are right; what is wrong goes to the problems, and hides nothing of the others."""
        place = (lambda number: path) if shape.single or shape is PERSONA else (lambda number: (*path, number))
        rows = [self.clean(shape, row, place(number)) for number, row in enumerate(listed)]
        while True:
            try:
                return validator(shape).validate_python(rows)
            except ValidationError as error:
                for found in error.errors(include_url=False):
                    number, *inner = _place(found["loc"])
                    self.problems.append(problem((*place(number), *inner), found))
                    _remove(rows[number], inner)

    def clean(self, shape: Shape, row: Any, path: tuple) -> dict[str, Any]:
        """A row without keys that mean nothing, blank text as null, and without text that cannot be stored."""
        if not isinstance(row, dict):
            self.problems.append(Problem(path, "type", "a row is an object with a value for each key", row))
            return {}
        kept = {}
        known = validator_keys(shape)
        for key, value in row.items():
            if key not in known:
                if not is_comment(key):
                    self.unused.append((*path, str(key)))
            elif type(value) is str:
                if UNSTORABLE.search(value):
                    self.unstorable((*path, key), value)
                else:
                    kept[key] = value if value and not value.isspace() else None
            elif type(value) is list:
                kept[key] = self.items(known[key], value, (*path, key))
            else:
                kept[key] = value
        return kept

    def items(self, detail: Shape | None, values: list, path: tuple) -> list:
        if detail:
            return [self.clean(detail, row, (*path, number)) for number, row in enumerate(values)]
        kept = []
        for number, one in enumerate(values):
            if type(one) is str and UNSTORABLE.search(one):
                self.unstorable((*path, number), one)
            else:
                kept.append(None if type(one) is str and (not one or one.isspace()) else one)
        return kept

    def unstorable(self, path: tuple, value: str) -> None:
        self.problems.append(Problem(path, "text", "holds a character that cannot be stored", value))


@cache
def validator_keys(shape: Shape) -> dict[str, Shape | None]:
    """The keys of a row, each with the table of the details that it holds."""
    return dict.fromkeys((*shape.columns, "id")) | {detail.word: detail for detail in shape.details}


def problem(path: tuple, found: dict) -> Problem:
    """What pydantic found, as the house says it."""
    context = found.get("ctx", {})
    near, codes = tuple(context.get("near", ())), context.get("all", ())
    said = next((said for rule, said in MESSAGES.items() if found["type"].startswith(rule)), None)
    message = said.format(**context) if said else found["msg"]
    return Problem(path, found["type"], message, found["input"], meant(near, codes), near)


def _place(location: tuple) -> tuple:
    """Where in the rows: without what pydantic adds for the alternatives of a type."""
    return tuple(part for part in location if isinstance(part, int) or ("[" not in part and "-" not in part))


def _remove(row: dict, path: list) -> None:
    """Take the value that is wrong out of a row, or out of one of its details."""
    *outer, key = path
    while outer and not isinstance(key, str):
        key = outer.pop()  # of a list, an item that is wrong spoils the whole
    for part in outer:
        row = row[part]
    row.pop(key, None)
