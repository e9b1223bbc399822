"""What a person is asked about values that nobody could read: once for each, with the codes that there are."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from personas.documents.shape import PERSONA, SHAPES, Shape, natural
from personas.models.columns import Code, Items
from vital.sql import PgEnumField

from .report import Group, Kind

ASKED = {"choice", "reference"}  # rules whose findings an answer settles


class Question(NamedTuple):
    """A value that means nothing here, and what it may mean."""

    group: Group
    table: str
    column: str
    value: Any
    near: tuple[str, ...]
    codes: list[tuple[str, str]]  # with their names, but for those that are near

    @property
    def as_json(self) -> str:
        """What comes back with the answer."""
        return json.dumps({"table": self.table, "column": self.column, "from": self.value})


def questions(groups: Iterable[Group]) -> list[Question]:
    return [
        Question(group, first.word, first.key, first.value, first.near, codes_of(first.word, first.key, first.near))
        for group in groups
        if (first := group.first).kind == Kind.ERROR and first.rule in ASKED and isinstance(first.value, str | int)
    ]


def codes_of(word: str, key: str, near: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The codes that a column takes, each with its name."""
    field = shape_of(word).columns.get(key)
    if field is None:
        return []
    if field.is_relation:
        named = natural(field) or field.target_field.name
        codes = [(getattr(row, named), str(row)) for row in field.related_model.objects.all()]
    elif isinstance(field, PgEnumField):
        codes = [(code, str(label)) for code, label in field.choices]
    elif isinstance(field, Code | Items):
        codes = [(code, code) for code in field.codes]
    else:
        codes = []
    return [(code, label) for code, label in codes if code not in near]


def shape_of(word: str) -> Shape:
    if word == PERSONA.word:
        return PERSONA
    section, _, detail = word.partition(".")
    shape = SHAPES[section]
    return next((inner for inner in shape.details if inner.word == detail), shape)
