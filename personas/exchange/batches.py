"""Batches: an import from its file to its undoing, and what people decide about it."""

import hashlib
from collections import Counter
from contextlib import suppress
from functools import reduce

from django.db import connection
from django.db.models import JSONField
from django.db.models.functions import Now
from psycopg import sql

from personas.documents.changes import Op, PersonaPlan
from personas.documents.schema import Problem
from personas.documents.shape import BY_WORD, SHAPES
from personas.documents.types import meant, nearest
from personas.documents.undo import Kept
from personas.documents.values import dumps
from personas.enums import Status
from personas.models import Batch, BatchFile, BatchItem

from .report import Finding, Kind, finding, table

State = Batch.State
OPS = {Op.CREATE: "add", Op.CHANGE: "change", Op.DELETE: "delete"}
BACK = OPS | {Op.CREATE: "delete", Op.DELETE: "add"}  # who may do a thing may take it back

RETURNS = {
    Status.VALIDATED: "is validated; with these changes it is a draft again, to be reviewed anew",
    Status.PUBLISHED: "is published; with these changes it is a draft again. What services read stays as it was "
    "published, until it is published anew",
}


class NotNowError(Exception):
    """What was asked for cannot be done with a batch as it is now."""


def receive(files: list[tuple[str, bytes]], options: dict, user=None) -> Batch:
    """Take in the files of an import. A worker reads them."""
    digest = hashlib.sha256()
    for _, content in files:
        digest.update(content)
    batch = Batch.objects.create(
        title=", ".join(name for name, _ in files), options=options, sha256=digest.hexdigest(), created_by=user
    )
    BatchFile.objects.bulk_create(
        BatchFile(batch=batch, number=number, name=name, content=content)
        for number, (name, content) in enumerate(files)
    )
    return batch


def earlier(batch: Batch) -> Batch | None:
    """The last import of the very same files that was applied."""
    same = Batch.objects.filter(sha256=batch.sha256, state=State.APPLIED, kind=Batch.Kind.IMPORT)
    return same.exclude(pk=batch.pk).first()


def settle(batch: Batch, answers: list[dict], **options) -> None:
    """Take in what somebody has answered or chosen, and have the files read again with it."""
    given = [*batch.options.get("answers", []), *answers]
    known = {(one["table"], one["column"], str(one["from"])): one for one in given}  # the latest holds
    batch.options = batch.options | options | {"answers": list(known.values())}
    move(batch, (State.CHECKED, State.FAILED, State.CANCELLED), State.WAITING, options=batch.options)


def decide(batch: Batch, user, plan: str, *, valid_only: bool = False) -> None:
    """Have the plan applied that the person has seen, if they may do all that is in it."""
    expect(batch, State.CHECKED)
    if plan != batch.counts.get("plan"):
        raise NotNowError("This was read again since the page was opened. Look at it once more.")
    if batch.counts.get("errors") and not valid_only:
        raise NotNowError("There are errors. Mend or settle them first, or apply the valid personas only.")
    refuse_missing_rights(batch, user)
    batch.options = batch.options | {"valid_only": valid_only}
    move(batch, (State.CHECKED,), State.QUEUED, options=batch.options)


def move(batch: Batch, before: tuple, after: str, **values) -> None:
    """Bring a batch from one state to another, unless somebody, or a worker, has moved it meanwhile."""
    moved = Batch.objects.filter(pk=batch.pk, state__in=before)
    if not moved.update(state=after, cancelling=False, told_at=Now(), **values):
        batch.refresh_from_db()
        expect(batch, *before)
    batch.state = after


def refuse_missing_rights(batch: Batch, user) -> None:
    if missing := missing_rights(batch, user):
        raise NotNowError(f"Your role does not allow all of this. You may not {', '.join(missing)}.")


def missing_rights(batch: Batch, user) -> list[str]:
    """What the plan does and the person may not: `delete goals`."""
    rights, origin = OPS, batch
    while origin.undoes:
        rights, origin = (BACK if rights is OPS else OPS), origin.undoes
    missing = []
    for key, number in sorted(batch.counts.items()):
        word, _, op = key.rpartition(".")
        if number and word in BY_WORD and op in rights:
            options = BY_WORD[word].model._meta
            if not user.has_perm(f"{options.app_label}.{rights[op]}_{options.model_name}"):
                missing.append(f"{rights[op]} {options.verbose_name_plural}")
    return missing


def stop(batch: Batch) -> None:
    """Ask whoever works on it to stop; what nobody works on is put away at once."""
    same = Batch.objects.filter(pk=batch.pk)
    if batch.is_interrupted:  # should its worker live after all, it finds another state, and writes nothing
        put_away = same.filter(state__in=Batch.AT_WORK)
    else:
        put_away = same.filter(state__in=(State.WAITING, State.QUEUED, State.CHECKED))
    if put_away.update(state=State.CANCELLED, cancelling=True, message="It was stopped. Nothing was written."):
        return
    if not same.filter(state__in=(State.CHECKING, State.APPLYING)).update(cancelling=True):
        batch.refresh_from_db()
        expect(batch, State.CHECKING, State.APPLYING)


def try_again(batch: Batch) -> None:
    """Read the files again after it failed, was stopped, or was left lying."""
    before = (State.FAILED, State.CANCELLED, State.CHECKED)
    move(batch, (*before, *Batch.AT_WORK) if batch.is_interrupted else before, State.WAITING)


def take_back(batch: Batch, user=None) -> Batch:
    """Start the undoing of an import: a batch of its own, planned first and shown."""
    expect(batch, State.APPLIED)
    ended = (State.FAILED, State.CANCELLED, State.APPLIED)
    return batch.undoings.exclude(state__in=ended).first() or Batch.objects.create(
        kind=Batch.Kind.UNDO, title=f"Undo {batch.title}", undoes=batch, created_by=user
    )


def expect(batch: Batch, *states: str) -> None:
    if batch.state not in states:
        raise NotNowError(f"It is {batch.get_state_display().lower()}. Reload the page to see how it stands.")


def items_of(documents: list[dict], said: list[list[Finding]], plans: list[PersonaPlan]) -> list[BatchItem]:
    items = []
    for document, findings, plan in zip(documents, said, plans, strict=True):
        found = [finding(document, plan.slug, problem) for problem in plan.problems]
        found += [unused(document, plan.slug, path) for path in plan.unused]
        items.append(item_of(plan, [*findings, *found]))
    return items


def unused(document: dict, slug: str, path: tuple) -> Finding:
    shape = BY_WORD[table(path).rpartition(".")[2]]
    near = nearest(path[-1], [*shape.columns, *(SHAPES if len(path) == 1 else ())])
    hint = f"it is left out; {meant(near) or 'correct its name?'}"
    value = None
    with suppress(KeyError, IndexError, TypeError):  # of a single section, the path says nothing of a list
        value = reduce(lambda inner, key: inner[key], path, document)
    problem = Problem(path, "unused", f"«{path[-1]}» means nothing here", value, hint, near)
    return finding(document, slug, problem, Kind.UNUSED)


def store(batch: Batch, items: list[BatchItem], start: int) -> None:
    """Write what is planned, row by row: bulk_create() sends arrays, which take long to write."""
    columns = BatchItem._meta.local_concrete_fields
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(BatchItem._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in columns),
        sql.SQL(", ").join(sql.Placeholder() for _ in columns),
    )
    rows = []
    for number, item in enumerate(items, start):
        item.batch, item.number = batch, number
        rows.append([as_column(field, getattr(item, field.attname)) for field in columns])
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def as_column(field, value):
    return dumps(value) if isinstance(field, JSONField) else value


def item_of(plan: PersonaPlan, findings: list[Finding], kept: int = 0) -> BatchItem:
    if plan.returns_to_draft:
        findings = [*findings, Finding(Kind.NOTE, "approval", RETURNS[plan.approved], slug=plan.slug)]
    counts = Counter()
    for (word, op), number in plan.counts.items():
        counts[f"{word}.{op}"] = number
    return BatchItem(
        slug=plan.slug,
        persona=plan.id,
        errors=sum(one.kind == Kind.ERROR for one in findings),
        plan=plan.packed(),
        counts=dict(counts) | ({"kept": kept} if kept else {}),
        findings=[one.as_data() for one in findings],
    )


def as_finding(plan: PersonaPlan, kept: Kept) -> Finding:
    """What an undoing leaves as it is."""
    change = kept.change
    fields = ", ".join(change.after) if change.op == Op.CHANGE else ""
    said = f"«{change.title}» stays as it is: {kept.reason}"
    return Finding(Kind.SKIPPED, "kept", said, slug=plan.slug, word=change.word, column=fields)


def count(totals: Counter, item: BatchItem) -> None:
    """Add what one persona brings to what the batch does as a whole."""
    rows = Counter()
    for key, number in item.counts.items():
        totals[key] += number
        rows[key.rpartition(".")[2]] += number
    totals["errors"] += item.errors
    for kind in Kind:
        totals[f"found.{kind}"] += sum(one["kind"] == kind for one in item.findings)
    totals["personas"] += 1
    state = (
        "in_error" if item.errors
        else "new" if item.counts.get(f"personas.{Op.CREATE}")
        else "deleted" if item.counts.get(f"personas.{Op.DELETE}")
        else "changed" if sum(rows[op] for op in Op)
        else "unchanged"
    )  # fmt: skip
    totals[f"personas_{state}"] += 1
