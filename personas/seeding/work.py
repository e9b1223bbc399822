"""Imports that seed: a worker looks at them by the rules of the team, and verifies what it has applied."""

from functools import partial

from personas.documents.changes import PersonaPlan
from personas.exchange.batches import NotNowError
from personas.exchange.work import Look, Work
from personas.models import Batch, BatchItem

from . import introspection, rules
from .verification import planned_of, verified

SEEDS = "seeds"  # the option of a batch that says which function it is for


class SeedingWork(Work):
    """What a worker does with any batch; with one that seeds, a little more."""

    def looks_at(self, batch: Batch) -> Look | None:
        if not (function := batch.options.get(SEEDS)):
            return None
        try:
            rules.in_force()
        except rules.RulesError as error:
            raise NotNowError(f"{error}. Tell your administrator.") from error
        return partial(rules.look_for, function)

    def apply(self, batch: Batch) -> None:
        if batch.options.get(SEEDS) and (found := self.drift()):
            raise NotNowError(f"The database has drifted from its migrations, so nothing was written. {found[0]}")
        super().apply(batch)

    def drift(self) -> list[str]:
        with self.context():
            return introspection.drift()

    def applied(self, batch: Batch) -> None:
        if batch.options.get(SEEDS) and batch.kind == Batch.Kind.IMPORT:
            items = batch.items.filter(state=BatchItem.State.APPLIED)
            verify(batch, *planned_of(PersonaPlan.unpacked(packed) for packed in items.values_list("plan", flat=True)))


def verify(batch: Batch, ids: list, planned: dict[str, int] | None = None) -> dict:
    """Look at what was seeded, keep it with the batch, and take all back if it is not as it has to be."""
    found = verified(ids, planned)
    Batch.objects.filter(pk=batch.pk).update(verification=found)
    if not found["passed"]:
        said = " ".join(f"{one['title']}: {one['said']}" for one in found["checks"] if not one["passed"])
        raise NotNowError(f"What was written is not what was planned, so nothing was kept. {said}")
    return found
