"""What every flat table has in common: its columns, its rows for a file, and what a file would do to it."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.db import DataError, IntegrityError, models, transaction
from import_export.fields import Field
from import_export.resources import Resource
from import_export.results import Result, RowResult
from tablib import Dataset

ABSENT = object()  # in a row of a file: nothing is said of this column
SHOWN = 200  # rows that a page lists
MOST_EXPORTED = 20_000  # rows that are in memory at once
ACTIONS = {
    RowResult.IMPORT_TYPE_NEW: "add",
    RowResult.IMPORT_TYPE_UPDATE: "change",
    RowResult.IMPORT_TYPE_DELETE: "delete",
}


class RefusedError(Exception):
    """A file that is not imported, with the sentence that says why."""


class Row(RowResult):
    """What a row of a file would do."""

    def __init__(self, number: int | None, label: str = ""):
        super().__init__()
        self.number, self.object_repr = number, label
        self.import_type = RowResult.IMPORT_TYPE_SKIP
        self.diff: list[tuple[str, Any, Any]] = []  # the columns that differ: before, after
        self.problems: list[tuple[str, str]] = []  # a column, or none, and what is wrong there

    def would(self, import_type: str, differences: Iterable[tuple[str, Any, Any]]) -> None:
        self.import_type = import_type
        self.diff = [(name, in_words(before), in_words(after)) for name, before, after in differences]


def in_words(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(map(str, value)) if isinstance(value, list) else value


class Outcome(Result):
    """What a file would do, or has done: row by row."""

    def __init__(self):
        super().__init__()
        self.refusals: list[str] = []
        self.notes: list[str] = []
        self.needs: Counter = Counter()  # how many rows of a model are added, changed, deleted

    def add(self, row: Row) -> Row:
        self.append_row_result(row)
        return row

    def count(self) -> None:
        """To be called when all is known."""
        for row in self.rows:
            self.increment_row_result_total(row)

    @property
    def counts(self) -> dict[str, int]:
        return {name: self.totals[name] for name in (*ACTIONS, RowResult.IMPORT_TYPE_SKIP)}

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.problems]

    @property
    def changing(self) -> list[Row]:
        return [row for row in self.rows if row.import_type in ACTIONS]

    @property
    def may_go_on(self) -> bool:
        return not self.refusals and not self.wrong

    @property
    def fingerprint(self) -> str:
        """What was shown; another one when it is confirmed means that somebody was faster."""
        told = [(row.number, row.import_type, row.object_repr, row.diff) for row in self.changing]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()

    def has_errors(self) -> bool:
        return bool(self.refusals)

    def has_validation_errors(self) -> bool:
        return bool(self.wrong)


class FlatResource(Resource):
    """A table as a file has it. What a file would do is planned first, then shown or carried out."""

    HINTS = 20  # of what may be meant; to look for them in a big table takes long
    model: type[models.Model]
    file_name: str
    finders: tuple[str, ...]  # the columns by which a row of a file is found

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls.model._meta.verbose_name_plural)

    @classmethod
    def made(cls, columns: Iterable[str], **attributes) -> type["FlatResource"]:
        """A resource of its own for a table."""
        made = type(cls)(
            f"{attributes['model'].__name__}Resource", (cls,), {column: Field(column_name=column) for column in columns}
        )
        for attribute, value in attributes.items():
            setattr(made, attribute, value)
        return made

    @cached_property
    def hints(self) -> dict[tuple, str]:
        return {}

    def hint(self, column: str, value: str, names: Callable[[], Iterable[str]]) -> str:
        """What may be meant by a name that is none."""
        if (column, value) not in self.hints:
            if len(self.hints) == self.HINTS or len(value) > 100:
                return ""
            near = " or ".join(get_close_matches(value, list(names()), 3))
            self.hints[column, value] = f"; did you mean {near}?" if near else ""
        return self.hints[column, value]

    def get_queryset(self):
        return self.model.objects.all()

    def export_rows(self, queryset) -> Iterator[dict[str, Any]]:
        """The rows for a file, each with what it says of its columns."""
        raise NotImplementedError

    def plan(self, dataset: Dataset, outcome: Outcome) -> None:
        """Fill in what a file would do; writes nothing."""
        raise NotImplementedError

    def carry_out(self, outcome: Outcome, **about) -> None:
        """Do what was planned, all of it or nothing."""
        raise NotImplementedError

    def export(self, queryset=None, *, export_fields=None, **kwargs) -> Dataset:
        names = [name for name in self.fields if not export_fields or name in export_fields]
        dataset = Dataset(headers=names, title=self.file_name)
        for row in self.export_rows(self.get_queryset() if queryset is None else queryset):
            if len(dataset) == MOST_EXPORTED:
                raise ValueError(
                    f"These are more than {MOST_EXPORTED:,} rows. Narrow the list by search or filters, or take "
                    "whole personas under Exports."
                )
            dataset.append([row.get(name, ABSENT) for name in names])
        return dataset

    def import_data(self, dataset: Dataset, dry_run: bool = False, user=None, **about) -> Outcome:
        outcome = Outcome()
        try:
            self.plan(dataset, outcome)
            outcome.count()
            refuse_without_rights(user, outcome)
            if not dry_run and outcome.may_go_on:
                with transaction.atomic():
                    self.carry_out(outcome, user=user, **about)
        except RefusedError as error:
            outcome.refusals.append(str(error))
        except (IntegrityError, DataError) as error:
            outcome.refusals.append(f"The database refused it: {str(error).splitlines()[0]}. Nothing was written.")
        return outcome


def refuse_without_rights(user, outcome: Outcome) -> None:
    """An import needs the rights that a person would need who typed it in."""
    missing = []
    for (model, action), number in outcome.needs.items():
        meta = model._meta
        if user is not None and not user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}"):
            rows = meta.verbose_name if number == 1 else meta.verbose_name_plural
            missing.append(
                f"This file would {action} {number:,} {rows}; you may not {action} {meta.verbose_name_plural}."
            )
    if missing:
        raise RefusedError(" ".join(missing))
