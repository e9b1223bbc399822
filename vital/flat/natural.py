"""Tables whose rows have a natural key: vocabularies by their code, the organisation by its slugs."""

import operator
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from tablib import Dataset

from .resources import ABSENT, FlatResource, Outcome, RefusedError, Row

BATCH = 500  # rows of one statement
MOST_IMPORTED = 5_000  # rows that are in memory at once, while a browser waits
TAKEN = object()  # stands where all rows of a key are spoken for
YES_NO = {"yes": True, "no": False}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
COMPARISONS = {
    "": operator.eq,
    "gte": operator.ge,
    "lte": operator.le,
    "in": lambda value, values: value in values,
}


class NaturalResource(FlatResource):
    """Rows are found by their natural key, and name each other by theirs; no file has their ids or their tenant."""

    @cached_property
    def columns(self) -> dict[str, models.Field]:
        return {name: self.model._meta.get_field(name) for name in self.fields}

    @cached_property
    def relations(self) -> dict[str, models.Field]:
        return {name: field for name, field in self.columns.items() if field.is_relation}

    @cached_property
    def known(self) -> dict[str, dict[Any, Any]]:
        """What references may say, and what their columns keep of it."""
        return {
            name: dict(field.related_model.objects.values_list(natural(field), field.target_field.name))
            for name, field in self.relations.items()
        }

    @cached_property
    def names(self) -> dict[str, dict[Any, Any]]:
        """What the columns of references keep, and what a file says of it."""
        return {name: {kept: said for said, kept in values.items()} for name, values in self.known.items()}

    def said(self, instance: models.Model, name: str) -> Any:
        value = getattr(instance, self.columns[name].attname)
        return self.names[name].get(value) if name in self.relations else value

    def export_rows(self, queryset) -> Iterator[dict[str, Any]]:
        for instance in queryset.iterator():
            row = {name: self.said(instance, name) for name in self.columns}
            # A blank cell of a new row is its default: where that is something, «nothing» has to be said.
            yield {name: value for name, value in row.items() if value is not None or self.columns[name].has_default()}

    def plan(self, dataset: Dataset, outcome: Outcome) -> None:
        if len(dataset) > MOST_IMPORTED:
            raise RefusedError(
                f"A file for this page has at most {MOST_IMPORTED:,} rows; this one has {len(dataset):,}. Split it, or "
                "have it loaded from a fixture, which has no such limit: manage.py loaddata."
            )
        if lacking := [key for key in self.finders if key not in dataset.headers]:
            raise RefusedError(f"The file has no column «{lacking[0]}», by which rows are found. Add it.")
        if unknown := [str(title) for title in dataset.headers if title not in self.columns]:
            outcome.notes.append(f"Left out, because no column here is called so: {', '.join(unknown)}.")
        there = defaultdict(list)
        for instance in self.get_queryset():
            there[self.key(instance)].append(instance)
        meant = [(self.meant(outcome.add(Row(number)), told, there), told) for number, told in numbered(dataset)]
        self.let_new_rows_be_named([row.instance for row, _ in meant if row.instance._state.adding])
        for row, told in meant:
            self.fill(row, {name: told[name] for name in self.columns if name in told and name not in self.finders})
            if row.diff:
                self.check(row)
                action = "add" if row.instance._state.adding else "change"
                row.would("new" if action == "add" else "update", row.diff)
                outcome.needs[self.model, action] += 1

    def key(self, instance: models.Model) -> tuple:
        return tuple(getattr(instance, self.columns[name].attname) for name in self.finders)

    def meant(self, row: Row, told: dict[str, Any], there: dict[tuple, list]) -> Row:
        """The row that is there under the key, or else a new one."""
        row.instance = self.model()
        self.fill(row, {name: told.get(name) for name in self.finders})
        row.object_repr = ", ".join(str(told[name]) for name in self.finders if name in told)
        for name in self.finders:
            if getattr(row.instance, self.columns[name].attname) is None and not row.problems:
                row.problems.append((name, "is needed: by it the row is found"))
        same = there.setdefault(self.key(row.instance), [])
        if same and same[0] is not TAKEN:
            row.instance, row.diff = same.pop(0), []
        elif same and not row.problems:
            row.problems.append((self.finders[0], "is in this file twice; delete one of the rows"))
        if not same:
            same.append(TAKEN)
        return row

    def let_new_rows_be_named(self, instances: list[models.Model]) -> None:
        """A row may refer to one that is new in the same file."""
        for name, field in self.relations.items():
            if field.related_model is self.model:
                kept = {getattr(one, natural(field)): getattr(one, field.target_field.attname) for one in instances}
                self.known[name].update(kept)
                self.names[name].update({value: said for said, value in kept.items()})

    def fill(self, row: Row, told: dict[str, Any]) -> None:
        for name, value in told.items():
            field, before = self.columns[name], self.said(row.instance, name)
            try:
                setattr(row.instance, field.attname, self.understood(name, value))
            except ValidationError as error:
                row.problems.append((name, error.messages[0]))
                row.diff.append((name, before, value))
                continue
            if (after := self.said(row.instance, name)) != before:
                row.diff.append((name, before, after))

    def understood(self, name: str, value: Any) -> Any:
        field = self.columns[name]
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if isinstance(value, list | dict):
            raise ValidationError("is one value, not a list or an object")
        if isinstance(value, str) and UNSTORABLE.search(value):
            raise ValidationError("holds a character that cannot be stored")
        if name in self.relations:
            if str(value) not in self.known[name]:
                hint = self.hint(name, str(value), lambda: self.known[name])
                raise ValidationError(f"there is no «{value}» here{hint}")
            return self.known[name][str(value)]
        if isinstance(field, models.BooleanField):
            value = YES_NO.get(str(value).strip().lower(), value)
        return field.to_python(str(value) if isinstance(field, models.IntegerField) else value)

    @cached_property
    def untold(self) -> set[str]:
        """Columns that no form would look at here: not in files, or references, which were looked up already."""
        return {field.name for field in self.model._meta.fields if field.name not in self.columns} | {*self.relations}

    def check(self, row: Row) -> None:
        """Everything that a form would say, without a query; by its unique key the row was found."""
        found = {name for name, _ in row.problems}
        for check in (lambda: row.instance.clean_fields(exclude=self.untold | found), row.instance.clean):
            try:
                check()
            except ValidationError as error:
                for name, messages in error.message_dict.items():
                    row.problems += [("" if name == NON_FIELD_ERRORS else name, message) for message in messages]
        fields = self.model._meta.concrete_fields
        values = {field.name: None if field.name in found else getattr(row.instance, field.attname) for field in fields}
        for rule in self.model._meta.constraints:
            if isinstance(rule, models.CheckConstraint) and holds(rule.condition, values) is False:
                row.problems.append(("", rule.get_violation_error_message()))

    def carry_out(self, outcome: Outcome, **about) -> None:
        created = [row.instance for row in outcome.rows if row.import_type == "new"]
        changed = [row for row in outcome.rows if row.import_type == "update"]
        self.model.objects.bulk_create(created)  # in one statement, so that they may refer to each other
        if columns := {name for row in changed for name, _, _ in row.diff}:
            self.model.objects.bulk_update([row.instance for row in changed], sorted(columns), batch_size=BATCH)


def natural(field: models.Field) -> str:
    """The column by which files name the rows that a reference leads to."""
    return getattr(field.related_model, "NATURAL_KEY", ("code",))[0]


def holds(condition: models.Q, values: dict[str, Any]) -> bool | None:
    """What the database would say of a condition; None where it would not know."""
    said = [holds(one, values) if isinstance(one, models.Q) else compared(*one, values) for one in condition.children]
    deciding = {models.Q.AND: False, models.Q.OR: True}[condition.connector]
    if deciding not in said and None in said:
        return None
    return (deciding if deciding in said else not deciding) is not condition.negated


def compared(name: str, wanted: Any, values: dict[str, Any]) -> bool | None:
    name, _, comparison = name.partition("__")
    value, wanted = values[name], values[wanted.name] if isinstance(wanted, models.F) else wanted
    return None if value is None or wanted is None else COMPARISONS[comparison](value, wanted)


def numbered(dataset: Dataset) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows that say something, each with its number in the file."""
    for number, cells in enumerate(dataset, getattr(dataset, "first_row", 1)):
        told = {title: cell for title, cell in zip(dataset.headers, cells, strict=True) if cell is not ABSENT}
        if told:
            yield number, told


def resource_for(model: type[models.Model]) -> type[NaturalResource]:
    """The resource of a table with a natural key."""
    fields = {field.name: field for field in model._meta.local_concrete_fields if field.editable}
    keys = [name.partition("__")[0] for name in getattr(model, "natural_fields", lambda: ("code",))()]
    return NaturalResource.made(
        [*keys, *(name for name in fields if name not in keys)],
        model=model,
        finders=tuple(keys),
        file_name=str(model._meta.verbose_name_plural).replace(" ", "_"),
    )
