"""An import in the transaction that is open, as commands have it: planned and applied piece by piece."""

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.utils import timezone

from personas.documents.apply import apply
from personas.documents.because import because
from personas.documents.changes import Mode, PersonaPlan, Plan
from personas.documents.plan import Planning
from personas.models import Batch, BatchItem
from vital.tenancy.context import unhurried

from .batches import count, items_of, store
from .reading import Source
from .report import Finding, Kind
from .work import Look, read_ahead


class Direct:
    """Brings personas to what files say. After an error nothing more is applied, and the caller rolls back."""

    def __init__(
        self, files: list[tuple[str, BinaryIO]], options: dict, *,
        dry_run: bool = False, sha256: str = "", title: str = "", look: Look | None = None,
    ):  # fmt: skip
        self.files, self.options, self.dry_run, self.sha256 = files, options, dry_run, sha256
        self.title, self.look = title or ", ".join(name for name, _ in files), look
        self.about: list[Finding] = []
        self.counts: Counter = Counter()
        self.written = 0

    @property
    def errors(self) -> int:
        return self.counts["errors"] + sum(one.kind == Kind.ERROR for one in self.about)

    def run(self) -> Iterator[tuple[BatchItem, PersonaPlan]]:
        """Do it; what happens to each persona is told as it goes."""
        unhurried()
        source = Source(self.options, self.about)
        planning = Planning(Mode(self.options["mode"]))
        planning.look_ahead()
        batch = self.batch = None if self.dry_run else self.begun()
        with few_collections():
            for documents, findings, parsed in read_ahead(source, self.files, planning, self.look):
                plans = planning.chunk(documents, parsed)
                items = items_of(documents, findings, plans)
                done = self.counts["personas"]
                for item in items:
                    item.state = BatchItem.State.APPLIED
                    count(self.counts, item)
                if batch and not self.errors:
                    with because(batch.kind, batch.title):
                        self.written += apply(Plan(plans))
                    store(batch, items, done)
                yield from zip(items, plans, strict=True)
                del documents, findings, parsed, plans, items
                gc.collect()
        if batch:
            batch.counts, batch.done = dict(self.counts) | {"written": self.written}, self.counts["personas"]
            batch.total, batch.findings = batch.done, [one.as_data() for one in self.about]
            batch.state, batch.applied_at = Batch.State.APPLIED, timezone.now()
            batch.save()

    def begun(self) -> Batch:
        return Batch.objects.create(
            title=self.title, options=self.options, sha256=self.sha256, state=Batch.State.APPLYING
        )


@contextmanager
def few_collections() -> Iterator[None]:
    """Collect garbage once for each piece: to look for cycles among rows, where none are, takes a third of the time."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()
