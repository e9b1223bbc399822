"""A batch as people and programs look at it: figures, groups of findings, each field before and after."""

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from itertools import islice
from pathlib import PurePath
from typing import Any, NamedTuple

from personas import models
from personas.documents.changes import Op, PersonaPlan, RowChange
from personas.documents.shape import ALL, BY_WORD
from personas.documents.values import plain
from personas.models import BatchFile, BatchItem, ExchangeProfile

from . import marks, reading
from .batches import NotNowError
from .profiles import built_in, load
from .report import Finding, Group, Kind, grouped
from .settling import Question, questions

ROWS = 200  # of a section that a page shows
MOST = 20_000  # findings that a page looks at
FIGURES = {"new": "new", "changed": "changed", "deleted": "deleted", "unchanged": "unchanged", "in_error": "faulty"}
OPS = (Op.CREATE, Op.CHANGE, Op.DELETE)


class Batch:
    """What a page says of a batch."""

    def __init__(self, batch: models.Batch):
        self.batch, self.counts = batch, batch.counts

    @property
    def figures(self) -> list[tuple[str, int, str]]:
        """What happens to how many personas; the name is for colours."""
        return [
            (f"{said} persona{'s' * (number != 1)}", number, name)
            for name, said in FIGURES.items()
            if (number := self.counts.get(f"personas_{name}", 0)) or name != "deleted"
        ]

    @property
    def valid(self) -> int:
        return sum(self.counts.get(f"personas_{name}", 0) for name in ("new", "changed", "deleted"))

    @property
    def rows(self) -> list[tuple[str, int]]:
        return [(said, sum(self.counts.get(f"{shape.word}.{op}", 0) for shape in ALL))
                for op, said in zip(OPS, ("added", "changed", "deleted"), strict=True)]  # fmt: skip

    @property
    def sections(self) -> list[tuple[str, list[tuple[str, int]]]]:
        """By table: how many rows are added, changed and deleted."""
        listed = []
        for shape in ALL:
            figures = [(op.value, self.counts.get(f"{shape.word}.{op}", 0)) for op in OPS]
            if any(number for _, number in figures):
                listed.append((str(shape.model._meta.verbose_name_plural), figures))
        return listed

    @property
    def percent(self) -> int | None:
        total = self.batch.total
        return min(100, 100 * self.batch.done // total) if total else None

    @cached_property
    def groups(self) -> list[Group]:
        return grouped(islice(findings(self.batch), MOST))

    most = MOST

    @property
    def cut(self) -> int:
        """How many findings the page leaves to the report."""
        return max(0, sum(self.counts.get(f"found.{kind}", 0) for kind in Kind) - MOST)

    @property
    def errors(self) -> list[Group]:
        asked = {id(finding) for question in self.questions for finding in question.findings}
        return [group for group in self.of(Kind.ERROR) if id(group.first) not in asked]

    @cached_property
    def questions(self) -> list[Question]:
        return questions(self.groups)

    @property
    def notes(self) -> list[Group]:
        return self.of(Kind.NOTE)

    @property
    def guessed(self) -> list[Group]:
        return self.of(Kind.GUESSED)

    @property
    def unused(self) -> list[Group]:
        return self.of(Kind.UNUSED)

    @property
    def skipped(self) -> list[Group]:
        return self.of(Kind.SKIPPED)

    @property
    def garbled(self) -> bool:
        return any(group.first.rule == "letters" for group in self.guessed) and not self.batch.options.get("mend")

    @property
    def verification(self) -> dict[str, Any] | None:
        return verified(self.batch.verification)

    def of(self, kind: Kind) -> list[Group]:
        return [group for group in self.groups if group.first.kind == kind]


def verified(found: dict[str, Any] | None) -> dict[str, Any] | None:
    """What was found when personas were verified, each check with its verdict: `passed`, `wrong`, `to look at`."""
    if found is None:
        return None
    checks = [
        one | {"verdict": "passed" if one["passed"] else "wrong" if one["binding"] else "to look at"}
        for one in found["checks"]
    ]
    return found | {"at": datetime.fromisoformat(found["at"]), "checks": checks}


def findings(batch: models.Batch) -> Iterator[Finding]:
    """Everything that is said of a batch: of its files first, then of each persona."""
    yield from (Finding.from_data(one) for one in batch.findings)
    with_findings = batch.items.exclude(findings=[])
    for listed in with_findings.values_list("findings", flat=True).iterator(100):
        yield from (Finding.from_data(one) for one in listed)


def findings_of(item: BatchItem) -> list[Group]:
    return grouped(Finding.from_data(one) for one in item.findings)


class Field(NamedTuple):
    """A value before and after."""

    name: str
    before: Any
    after: Any


class Row(NamedTuple):
    """A row that is added, changed or deleted."""

    op: str
    title: str
    fields: list[Field]
    moved: tuple[int, int] | None


def sections(plan: PersonaPlan) -> list[tuple[str, int, list[Row]]]:
    """What happens to a persona: by table, row by row, field by field."""
    by_word: dict[str, list[RowChange]] = {}
    for change in plan.changes:
        by_word.setdefault(change.word, []).append(change)
    return [
        (
            str(shape.model._meta.verbose_name_plural),
            len(by_word[shape.word]),
            [row_of(change) for change in by_word[shape.word][:ROWS]],
        )
        for shape in ALL
        if shape.word in by_word
    ]


def row_of(change: RowChange) -> Row:
    shape = BY_WORD[change.word]
    fields = [
        Field(str(column.verbose_name), in_words(change.before.get(name)), in_words(change.after.get(name)))
        for name, column in shape.columns.items()
        if (change.op != Op.CHANGE or name in change.after)
        and (change.before.get(name) is not None or change.after.get(name) is not None)
    ]
    moved = (change.place_before, change.place) if change.op == Op.CHANGE and change.place is not None else None
    return Row(change.op.value, change.title, fields, moved)


def in_words(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return "\n".join(map(str, value))
    return str(plain(value))


def frictionless(batch: models.Batch) -> dict[str, Any]:
    """The report in the shape of Frictionless Data: a task for each sheet or file, an error for each cell."""
    by_place: dict[str, list[Finding]] = {}
    warnings = []
    for one in findings(batch):
        if one.kind == Kind.ERROR:
            by_place.setdefault(one.place.sheet or batch.title, []).append(one)
        else:
            warnings.append(f"{one.kind}: {one.where} {one.message}".strip())
    tasks = [
        {
            "name": place, "place": place, "type": "table", "valid": False,
            "stats": {"errors": len(several)},
            "errors": [error_of(one) for one in several],
        }
        for place, several in by_place.items()
    ]  # fmt: skip
    number = sum(map(len, by_place.values()))
    return {
        "valid": not number,
        "stats": {"tasks": len(tasks), "errors": number, "warnings": len(warnings)},
        "warnings": warnings,
        "errors": [],
        "tasks": tasks,
    }


def error_of(one: Finding) -> dict[str, Any]:
    return {
        "type": one.rule,
        "title": one.rule.replace("_", " ").capitalize(),
        "message": f"{one.where}: {one.message}" + (f"; {one.hint}" if one.hint else ""),
        "note": one.hint,
        "tags": ["#table", "#row", "#cell"] if one.column else ["#table", "#row"],
        "rowNumber": one.place.row,
        "fieldName": one.column or one.key,
        "cell": "" if one.value is None else str(one.value),
        "persona": one.slug,
        "section": one.word,
        "path": one.place.path,
    }


def markable(batch: models.Batch) -> list[BatchFile]:
    """Its files that have cells to mark."""
    named = batch.files.defer("content")
    return [file for file in named if PurePath(file.name).suffix.lower() in (".xlsx", ".csv", ".zip")]


def marked(batch: models.Batch, file: BatchFile) -> tuple[bytes, str]:
    """Somebody's own file, with every cell marked in which something is wrong or guessed."""
    return marks.mark(bytes(file.content), file.name, list(findings(batch)))


def save_profile(batch: models.Batch, name: str, answers: list[dict], user) -> ExchangeProfile:
    """Keep what was answered, for the next file of this kind."""
    chosen = batch.options.get("profile") or batch.counts.get("profile") or reading.OURS
    profile = reading.profiles().get(chosen) or built_in(reading.OURS if chosen.startswith(reading.SAVED) else chosen)
    settled = profile.settled([*batch.options.get("answers", ()), *answers])
    content = settled.saved(name[:100], name[:100])
    load(content)  # what cannot be read again is not kept
    there = ExchangeProfile.objects.filter(direction=ExchangeProfile.Direction.IMPORT, name=name[:100])
    if there.exclude(pk=chosen.removeprefix(reading.SAVED) if chosen.startswith(reading.SAVED) else None).exists():
        raise NotNowError(f"There is a profile «{name}» already. Choose another name, or choose it for the file first.")
    return there.update_or_create(
        direction=ExchangeProfile.Direction.IMPORT,
        name=name[:100],
        defaults={"content": content, "created_by": user},
    )[0]
