"""The codes and names that documents refer to, read once for as many documents as there are."""

import re
from collections import defaultdict

from django.db import models

from personas.documents.shape import ALL, Shape
from personas.models.columns import Code, Items
from vital.sql import PgEnumField


def fold(value) -> str:
    """A value without what people write differently: capitals, hyphens and blanks."""
    text = str(value).strip().casefold()
    return re.sub(r"[\s\-_/.]+", "_", text).strip("_") or text


class Known:
    """What other tables call their rows: for each, our code by what somebody may write for it."""

    def __init__(self):
        self.tables: dict[type[models.Model], dict[str, str | None]] = {}
        self.exact: dict[type[models.Model], set[str]] = {}

    @classmethod
    def read(cls) -> "Known":
        """The codes of the vocabularies, and slugs and names of the tenant's organisation: one query for each table."""
        known = cls()
        for shape in ALL:
            for column in shape.codes:
                model = shape.columns[column].related_model
                if model not in known.tables:
                    key = shape.path(column).partition("__")[2] or shape.columns[column].target_field.name
                    named = [key, "name"] if column in shape.references else [key]
                    known.add(model, list(model.objects.values_list(*named)))
        return known

    def add(self, model: type[models.Model], rows: list[tuple]) -> None:
        said = defaultdict(set)
        for code, *names in rows:
            for name in (code, *names):
                said[fold(name)].add(code)
        self.exact[model] = {row[0] for row in rows}
        # A code is itself, whatever else has its name; what means two of them means none.
        self.tables[model] = {name: one.pop() if len(one) == 1 else None for name, one in said.items()} | {
            fold(code): code for code in self.exact[model]
        }

    def codes(self, shape: Shape, column: str) -> tuple[set[str], dict[str, str | None]] | None:
        """The codes of a column, and by what people may write for them; None where it takes any text."""
        field = shape.columns[column]
        if field.is_relation:
            model = field.related_model
            return (self.exact[model], self.tables[model]) if model in self.tables else None
        if isinstance(field, PgEnumField):
            return folded(value for value, _ in field.choices)
        if isinstance(field, Code | Items) and field.codes:
            return folded(field.codes)
        return None


def folded(codes) -> tuple[set[str], dict[str, str | None]]:
    exact, said = set(codes), {}
    for code in exact:
        said[fold(code)] = None if fold(code) in said else code
    return exact, said
