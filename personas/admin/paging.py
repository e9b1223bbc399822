"""Pages of a list without counting from its start: each says after what, or before what, it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from personas.models import EvidenceSummary

SIZE = 100
SEARCHED = 50  # of a search, since each says where it found the words


def sources() -> Coalesce:
    """How many sources stand behind a persona, in a list of states."""
    counted = EvidenceSummary.objects.filter(persona=OuterRef("persona_id")).values("total_sources")[:1]
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True)
class Order:
    """What a list is sorted by: never null, so that a value and an id say where one stands."""

    key: Callable[[], Any]
    read: Callable[[str], Any] = str


ORDERS = {
    "name": Order(lambda: F("persona__name")),
    "job": Order(lambda: Coalesce(F("persona__role_name"), Value(""), output_field=TextField())),
    "completeness": Order(lambda: F("completeness"), int),
    "evidence": Order(sources, int),
    "changed": Order(lambda: F("changed_at"), datetime.fromisoformat),
    "deleted": Order(lambda: F("persona__deleted_at"), datetime.fromisoformat),
}


@dataclass(frozen=True)
class Page:
    rows: list
    previous: str | None  # what the addresses of its neighbours say: «before=…», «after=…»
    next: str | None


def read(order: Order, cursor: str) -> tuple[Any, UUID] | None:
    """Where a page begins, if the address makes sense."""
    value, _, persona = cursor.rpartition("~")
    try:
        return order.read(value), UUID(persona)
    except ValueError:
        return None


def written(row) -> str:
    return f"{row.sort.isoformat() if isinstance(row.sort, datetime) else row.sort}~{row.persona_id}"


def page(states: QuerySet, ordering: str, *, after: str = "", before: str = "", size: int = SIZE) -> Page:
    """A page of states, sorted by a name of ORDERS, with «-» in front from the greatest on."""
    name, down = ordering.removeprefix("-"), ordering.startswith("-")
    order = ORDERS[name]
    states = states.annotate(sort=order.key())
    place = read(order, before or after)
    backwards = bool(before and place)
    if place:
        value, persona = place
        than = "lt" if down != backwards else "gt"
        # The first condition says nothing new, but an index can begin there.
        states = states.filter(
            Q(**{f"sort__{than}e": value}), Q(**{f"sort__{than}": value}) | Q(**{f"persona_id__{than}": persona})
        )
    sign = "-" if down != backwards else ""
    rows = list(states.order_by(f"{sign}sort", f"{sign}persona_id")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    earlier, later = (more, True) if backwards else (bool(place), more)
    return Page(rows, written(rows[0]) if rows and earlier else None, written(rows[-1]) if rows and later else None)
