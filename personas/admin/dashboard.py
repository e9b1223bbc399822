"""The home page: what is mine, what waits for me, and how far the personas of the tenant are."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from personas.editorial import inbox
from personas.enums import Archetype, Status
from personas.exchange.choosing import EMPTY, ME, personas_in_use
from personas.models import Batch
from vital.tenancy.models import User

ENOUGH = 5  # sources of evidence with which a persona is well backed
DAYS = 7  # that count as recent
DRAFTS, CHANGES, FUNCTIONS, OF_A_KIND = 8, 10, 12, 5  # shown at first
PERSONAS = "personas_persona"
PERSONA = {"which": F("persona_id"), "called": F("persona__name"), "when": F("changed_at")}


class Source(NamedTuple):
    """A kind of thing that waits: who decides, what waits for them, and the list that it is part of."""

    title: str
    page: str  # where one is decided on
    right: str
    waiting: Callable[[User], QuerySet]
    columns: dict  # which one it is, what it is called, and since when it waits
    listed: str
    link: Callable[[User], str]


def of_inbox(name: str) -> Callable[[User], str]:
    return lambda user: f"{reverse('admin:personas_persona_inbox')}?list={name}"


SOURCES = (
    Source(
        "Imports to decide on",
        "admin:personas_batch_change",
        "personas.change_batch",
        lambda user: Batch.objects.filter(created_by=user, state=Batch.State.CHECKED),
        {"which": F("pk"), "called": F("title"), "when": F("created_at")},
        "All imports that wait for me",
        lambda user: listed("personas_batch", state__exact=Batch.State.CHECKED, created_by=user.pk),
    ),
    Source(
        "Personas to review",
        "admin:personas_persona_review",
        inbox.VALIDATE,
        inbox.mine,
        PERSONA | {"when": F("submitted_at")},
        "All that is mine to review",
        of_inbox("mine"),
    ),
    Source(
        "Sent back to me",
        "admin:personas_persona_change",
        "personas.view_persona",
        inbox.sent_back,
        PERSONA | {"when": F("sent_back_at")},
        "All that was sent back to me",
        of_inbox("back"),
    ),
)


def home(request, context: dict) -> dict:
    """What unfold's index page shows besides the tasks."""
    if not request.tenant or not request.user.has_perm("personas.view_persona"):
        return context
    return context | {
        "dashboard": figures() | {
            "drafts": drafts(request.user),
            "waiting": list(waiting(request.user)),
            "changes": changes(),
            "may_add": request.user.has_perm("personas.add_persona"),
            "may_import": request.user.has_perm("personas.add_batch"),
        }
    }  # fmt: skip


def listed(page: str = PERSONAS, **asked) -> str:
    """The address of a list, filtered."""
    address = reverse(f"admin:{page}_changelist")
    return f"{address}?{urlencode(asked)}" if asked else address


def first(rows: QuerySet, most: int, **columns) -> dict:
    """The first of some rows, and how many there are, in one query."""
    shown = list(rows.values(**columns, all=Window(Count("*")))[:most])
    return {"rows": shown, "all": shown[0]["all"] if shown else 0}


def drafts(user: User) -> dict:
    mine = personas_in_use().filter(owner=user, persona__validation_status=Status.DRAFT).order_by("-changed_at", "pk")
    found = first(mine, DRAFTS, **PERSONA, job=F("persona__title"), complete=F("completeness"))
    return found | {"link": listed(status=Status.DRAFT, owner=ME)}


def waiting(user: User) -> Iterator[dict]:
    """What waits for somebody, the oldest first, by kind."""
    for source in SOURCES:
        if user.has_perm(source.right):
            rows = source.waiting(user).order_by(source.columns["when"], "pk")
            found = first(rows, OF_A_KIND, **source.columns)
            if found["all"]:
                yield found | {"source": source, "page": source.page, "link": source.link(user)}


def changes() -> list[dict]:
    who = Coalesce("changed_by__full_name", "changed_by__email")
    return list(personas_in_use().order_by("-changed_at", "pk").values(**PERSONA, who=who)[:CHANGES])


def recent() -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=DAYS), time.min))


@dataclass
class Group:
    """Some of the personas: what there is to say of them in numbers, and the list behind each number."""

    title: str
    numbers: Counter
    asked: dict

    @property
    def completeness(self) -> int:
        return self.numbers["complete"] // self.numbers["personas"]

    @property
    def share(self) -> int:
        return 100 * self.numbers["backed"] // self.numbers["personas"]

    @property
    def sources(self) -> float:
        return self.numbers["sources"] / self.numbers["personas"]

    @property
    def links(self) -> dict[str, str]:
        behind = {
            "personas": {},
            "unfinished": {"completeness_max": 99},
            "backed": {"evidence_min": ENOUGH},
            "unbacked": {"evidence_max": ENOUGH - 1},
            "changed": {"updated_since": recent().date()},
        }
        return {name: listed(**self.asked, **asked) for name, asked in behind.items()}


def figures() -> dict:
    """All figures, from one query: its groups are few, and add up to what is shown."""
    numbers = {
        "personas": Count("pk"),
        "complete": Sum("completeness"),
        "unfinished": Count("pk", filter=Q(completeness__lt=100)),
        "sources": Sum("evidence"),
        "backed": Count("pk", filter=Q(evidence__gte=ENOUGH)),
        "unbacked": Count("pk", filter=Q(evidence__lt=ENOUGH)),
        "changed": Count("pk", filter=Q(changed_at__gte=recent())),
    }
    groups = list(
        personas_in_use()
        .alias(evidence=Coalesce("persona__evidence_summary__total_sources", 0))
        .values(
            status=F("persona__validation_status"),
            archetype=F("persona__archetype"),
            function=F("persona__function"),
            function_name=F("persona__function_name"),
        )
        .annotate(**numbers)
    )

    def summed(parameter: str | None = None) -> dict:
        sums = defaultdict(Counter)
        for group in groups:
            sums[group.get(parameter)].update({name: group[name] for name in numbers})
        return sums

    def by(parameter: str, titles: dict) -> list[Group]:
        """A group for each title, and one for the personas that have none."""
        sums = summed(parameter)
        titles = titles | ({None: f"No {parameter}"} if None in sums else {})
        return [
            Group(title, sums[value], {parameter: EMPTY if value is None else value}) for value, title in titles.items()
        ]

    functions = by("function", {group["function"]: group["function_name"] for group in groups if group["function"]})
    functions.sort(key=lambda group: (group.asked["function"] == EMPTY, -group.numbers["personas"], group.title))
    kinds = {kind: kind.label.partition(":")[0] for kind in Archetype}
    return {
        "everything": Group("All personas", summed()[None], {}),
        "functions": (functions[:FUNCTIONS], functions[FUNCTIONS:]),
        "charts": [
            chart("status", by("status", {status: status.label for status in Status})),
            chart("archetype", by("archetype", kinds)),
        ],
        "enough": ENOUGH,
        "days": DAYS,
    }


def chart(title: str, groups: list[Group]) -> dict:
    """Groups, with their numbers of personas as unfold's bar chart takes them."""
    bars = {
        "label": "Personas",
        "data": [group.numbers["personas"] for group in groups],
        "backgroundColor": "var(--color-primary-600)",
        "maxBarThickness": 32,
    }
    data = json.dumps({"labels": [group.title for group in groups], "datasets": [bars]})
    return {"title": title, "groups": groups, "data": data}
