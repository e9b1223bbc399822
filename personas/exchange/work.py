"""What a worker does with a batch: reads it piece by piece, and applies it as a whole."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from django.db import connection, connections
from django.db.models.functions import Now
from django.utils import timezone

from personas.documents.apply import RefusedError, apply
from personas.documents.because import because
from personas.documents.changes import Mode, PersonaPlan, Plan
from personas.documents.plan import Planning
from personas.documents.schema import Parsed
from personas.documents.undo import undo
from personas.models import Batch, BatchItem, EditorialState
from vital.tenancy.context import tenant_context, unhurried
from vital.tenancy.models import as_member

from . import reading
from .batches import NotNowError, as_finding, count, item_of, items_of, refuse_missing_rights, store
from .report import Finding, Kind, finding
from .text import UnreadableError

PIECE = 25  # personas that are in memory at once
BESIDE = "beside"  # the second connection
State = Batch.State


Look = Callable[[dict, Parsed], list[Finding]]

CHECKED_FROM = (State.WAITING, State.CHECKING)
APPLIED_FROM = (State.QUEUED, State.APPLYING)


class StoppedError(Exception):
    """Somebody asked to stop; nothing was written."""


class BusyError(Exception):
    """Another worker is at it, or the database has not noticed yet that it is gone."""


class Work:
    """What a worker does with a batch; each piece is a transaction of its own, the applying is one."""

    def __init__(self, tenant, user, batch_id: UUID):
        self.tenant, self.user, self.id = tenant, user, batch_id

    def context(self, using: str = "default"):
        return tenant_context(self.tenant, self.user, using=using)

    def run(self) -> None:
        """Whatever is to be done next; what goes wrong is kept with the batch."""
        with self.context():
            batch = Batch.objects.get(pk=self.id)
        try:
            if batch.state in CHECKED_FROM:
                self.check(batch)
            elif batch.state in APPLIED_FROM:
                self.apply(batch)
        except StoppedError:
            self.end(State.CANCELLED, "It was stopped. Nothing was written.")
        except (UnreadableError, RefusedError, NotNowError) as error:
            self.end(State.FAILED, str(error))
        except BusyError:
            raise
        except Exception as error:
            self.end(State.FAILED, f"Something went wrong that should not have ({type(error).__name__}). "
                                   "Nothing was written. Try again; if it stays, tell your administrator.")  # fmt: skip
            raise

    def end(self, state: str, message: str) -> None:
        with self.context():
            at_work = Batch.objects.filter(pk=self.id, state__in=Batch.AT_WORK)
            at_work.update(state=state, message=message, told_at=Now())

    def check(self, batch: Batch) -> None:
        """Read, compare, and keep the plan."""
        with self.context():
            BatchItem.objects.filter(batch=batch).delete()
            self.tell(0, CHECKED_FROM, state=State.CHECKING, total=None, message=None)
        about: list[Finding] = []
        self.profile = ""
        totals, done, digest = Counter(), 0, hashlib.sha256()
        for items in self.planned(batch, about):
            with self.context():
                for item in items:
                    count(totals, item)
                    digest.update(item.plan)
                store(batch, items, done)
                done += len(items)
                self.tell(done, (State.CHECKING,))
        totals["errors"] += sum(one.kind == Kind.ERROR for one in about)
        with self.context():
            self.tell(
                done, (State.CHECKING,), state=State.CHECKED, total=done,
                counts=dict(totals) | {"plan": digest.hexdigest(), "profile": self.profile},
                findings=[one.as_data() for one in about],
            )  # fmt: skip

    def planned(self, batch: Batch, about: list[Finding]) -> Iterator[list[BatchItem]]:
        """What the batch would do, piece by piece."""
        if batch.kind == Batch.Kind.UNDO:
            yield from self.planned_back(batch)
            return
        with self.context():
            files = [(file.name, bytes(file.content)) for file in batch.files.all()]
            if not files:
                raise UnreadableError("Its files were forgotten, as all are after 90 days. Bring them again.")
            source = reading.Source(batch.options, about)
            planning = Planning(Mode(batch.options.get("mode", Mode.MERGE)))
            planning.look_ahead()
        for documents, findings, parsed in read_ahead(source, files, planning, self.looks_at(batch)):
            with self.context():
                yield items_of(documents, findings, planning.chunk(documents, parsed))
            self.profile = source.profile.name

    def planned_back(self, batch: Batch) -> Iterator[list[BatchItem]]:
        with self.context():
            applied = batch.undoes.items.filter(state=BatchItem.State.APPLIED)
            numbers = list(applied.values_list("number", flat=True))
        for some in pieces(numbers):
            with self.context():
                plans = [PersonaPlan.unpacked(item.plan) for item in applied.filter(number__in=some)]
                yield [
                    item_of(one, [as_finding(one, left) for left in kept], kept=len(kept)) for one, kept in undo(plans)
                ]

    def apply(self, batch: Batch) -> None:
        """Carry out the plan: all of it in one transaction, or nothing."""
        lenient = batch.options.get("valid_only", False)
        with self.context():
            unhurried()
            self.alone()
            self.refuse_who_may_no_longer(batch)
            items = BatchItem.objects.filter(batch=batch)
            # In one order, whatever that of the file: two imports of the same personas wait for each other.
            states = EditorialState.objects.filter(persona_id__in=items.values("persona")).order_by("persona_id")
            list(states.select_for_update().values_list("pk"))
            numbers = list(items.values_list("number", flat=True))
            with self.beside() as tell, because(batch.kind, batch.title):
                tell(0, APPLIED_FROM, state=State.APPLYING, total=len(numbers))
                done, written, digest = 0, 0, hashlib.sha256()
                for some in pieces(numbers):
                    piece = list(items.filter(number__in=some))
                    for item in piece:
                        digest.update(item.plan)
                    written += self.apply_some([item for item in piece if not (lenient and item.errors)], lenient)
                    done += len(some)
                    tell(done, (State.APPLYING,))
            if digest.hexdigest() != batch.counts.get("plan"):
                raise NotNowError("The plan is another by now. Try again, and look at it once more.")
            items.filter(errors__gt=0).update(state=BatchItem.State.LEFT_OUT)
            self.applied(batch)
            counts = {**batch.counts, "written": written}
            self.tell(done, APPLIED_FROM, state=State.APPLIED, applied_at=timezone.now(), counts=counts)

    def looks_at(self, batch: Batch) -> Look | None:
        """What else is to be said of each document, beside whether it can be stored."""

    def applied(self, batch: Batch) -> None:
        """What is to be done in the transaction in which the batch was applied."""

    def alone(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [self.id.int >> 65])
            if not cursor.fetchone()[0]:
                raise BusyError

    def refuse_who_may_no_longer(self, batch: Batch) -> None:
        """Whoever decided may have lost the right since."""
        if self.user is not None:
            refuse_missing_rights(batch, as_member(self.user))

    def apply_some(self, items: list[BatchItem], lenient: bool) -> int:
        plans = {item.pk: PersonaPlan.unpacked(item.plan) for item in items}
        try:
            written = apply(Plan(list(plans.values())))
        except RefusedError:
            if not lenient:
                raise
            return sum(self.apply_alone(item, plans[item.pk]) for item in items)
        BatchItem.objects.filter(pk__in=plans).update(state=BatchItem.State.APPLIED)
        return written

    def apply_alone(self, item: BatchItem, plan: PersonaPlan) -> int:
        """One of several that could not be applied together: the others do not wait for it."""
        try:
            written = apply(Plan([plan]))
        except RefusedError as error:
            item.findings += [finding({}, item.slug, problem).as_data() for _, problem in error.problems]
            item.errors, item.state = len(error.problems), BatchItem.State.LEFT_OUT
            item.save(update_fields=["findings", "errors", "state"])
            return 0
        item.state = BatchItem.State.APPLIED
        item.save(update_fields=["state"])
        return written

    def tell(self, done: int, before: tuple, using: str = "default", **values) -> None:
        """How far it is, for those who watch; unless somebody wants it to stop, or has taken it away."""
        batch = Batch.objects.using(using).filter(pk=self.id)
        told = batch.filter(state__in=before, cancelling=False).update(done=done, told_at=Now(), **values)
        if not told and batch.exists():  # of one that nobody sees yet, nobody asks anything
            raise StoppedError

    @contextmanager
    def beside(self):
        """Tell from a second connection: of what happens in a transaction, nobody sees anything before its end."""
        connections[BESIDE] = connection.copy(BESIDE)

        def tell(done: int, before: tuple, **values) -> None:
            with self.context(BESIDE):
                self.tell(done, before, BESIDE, **values)

        try:
            yield tell
        finally:
            connections[BESIDE].close()
            del connections[BESIDE]


def pieces(several: Iterable, size: int = PIECE) -> Iterator[list]:
    several = iter(several)
    while piece := list(islice(several, size)):
        yield piece


def read_ahead(
    source: reading.Source, files: list, planning: Planning, look: Look | None = None
) -> Iterator[tuple[list, list, list]]:
    """The documents of files, piece by piece: the next is read while the database is at work on this one."""

    def understood():
        for document, findings in source.documents(files):
            parsed = planning.understood(document)
            yield document, [*findings, *look(document, parsed)] if look else findings, parsed

    coming, end = pieces(understood()), object()
    with ThreadPoolExecutor(1) as thread:
        try:
            following = thread.submit(next, coming, end)
            while (piece := following.result()) is not end:
                following = thread.submit(next, coming, end)
                documents, findings, parsed = map(list, zip(*piece, strict=True))
                yield documents, findings, parsed
        finally:
            thread.submit(coming.close)
