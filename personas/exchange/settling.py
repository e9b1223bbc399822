"""What a person is asked about values that nobody could read: once for each, with the codes that there are."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from personas.documents.shape import natural
from personas.documents.types import nearest
from personas.models.columns import Code, Items
from vital.sql import PgEnumField

from .report import Finding, Group, Kind
from .tables import TABLES

MOST, LONGEST = 100, 200  # questions at once; letters of a value that is asked about
CODES = {"choice", "reference"}  # rules whose findings a code settles
NUMBERS = {"int_parsing", "decimal_parsing", "int_from_float"}  # such as «high» for a number
MISSING = {"required"}  # where a code is needed and nothing is said


@dataclass
class Question:
    """A value that means nothing here, and what it may mean."""

    table: str
    column: str
    said: Any  # None: of rows that say nothing
    label: str  # how their owner calls the column
    codes: list[tuple[str, str]]  # with their names, the nearest left out; none where a number is asked for
    near: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list)

    @property
    def as_json(self) -> str:
        """What comes back with the answer."""
        return json.dumps({"table": self.table, "column": self.column, "from": self.said})


def questions(groups: Iterable[Group]) -> list[Question]:
    """One for each value, however many rows have it; of a list, for each of its items that is none."""
    asked: dict[tuple, Question] = {}
    codes = cache(codes_of)
    for group in groups:
        first = group.first
        if first.kind != Kind.ERROR or first.rule not in CODES | NUMBERS | MISSING:
            continue
        known = codes(first.word, first.key)
        if not known and first.rule not in NUMBERS:
            continue
        taken = {code for code, _ in known}
        for said in first.value if isinstance(first.value, list) else [first.value]:
            if isinstance(said, dict | list) or (said in taken and known) or len(str(said)) > LONGEST:
                continue
            near = nearest(said, taken) if said is not None else ()
            left = [(code, label) for code, label in known if code not in near]
            question = Question(first.word, first.key, said, first.column or first.key, left, near)
            asked.setdefault((first.word, first.key, str(said)), question).findings += group.findings
    most_frequent = sorted(asked.values(), key=lambda question: -len(question.findings))
    return most_frequent[:MOST]


def codes_of(word: str, key: str) -> list[tuple[str, str]]:
    """The codes that a column takes, each with its name."""
    column = TABLES[word].columns.get(key)
    if column is None:
        return []
    if column.is_relation:
        named = natural(column) or column.target_field.name
        return [(getattr(row, named), str(row)) for row in column.related_model.objects.all()]
    if isinstance(column, PgEnumField):
        return [(code, str(label)) for code, label in column.choices]
    return [(code, code) for code in column.codes] if isinstance(column, Code | Items) else []
