"""What the rules read of personas: each table once for all of them, and only if a rule asks for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from personas.documents.shape import SHAPES, Shape
from personas.models import EditorialState, Persona

SCORES = ("visibility", "pain", "actions", "needs", "emotions", "scenarios")
# Where each table of evidence says how old a row is.
DATES = {
    "evidence_sources": {"day": "publication_date"},
    "public_research": {"day": "publication_date", "year": "publication_year"},
    "industry_reports": {"year": "publication_year", "month": "publication_month"},
    "expert_opinions": {"day": "opinion_date"},
    "case_studies": {"day": "published_date"},
    "supporting_statistics": {"day": "collection_date", "year": "collection_year"},
}
# Where a table says how much a row matters.
WEIGHTS = {"goals": "priority", "pain_points": "severity"}
READ = {
    **{word: (column,) for word, column in WEIGHTS.items()},
    "vpanes_scoring": SCORES,
    "evidence_summary": ("total_sources", "unsupported_attributes", "critical_gaps", "next_review_due"),
}
OWN = [field for field in Persona._meta.local_concrete_fields if field.editable or field.name == "id"]


class Piece(NamedTuple):
    """A row of evidence, and what it says about its age."""

    word: str
    row: UUID
    title: str
    day: date | None
    year: int | None
    month: int | None

    @property
    def column(self) -> str:
        """The column that says it, or should."""
        columns = DATES[self.word]
        given = (column for name, column in columns.items() if getattr(self, name) is not None)
        return next(given, next(iter(columns.values())))

    @property
    def last_day(self) -> date | None:
        """The last day on which it can have been published: who knows only the year is not blamed for its start."""
        if self.day or not self.year or not 1 <= self.year < date.max.year:
            return self.day
        year, month = self.year, self.month or 12
        return date(year + (month == 12), month % 12 + 1, 1) - timedelta(days=1)


class Reading:
    """Some personas, read in sets."""

    def __init__(self, ids: Iterable[UUID]):
        self.ids = list(ids)
        self.today = timezone.localdate()
        self.tables: dict[str, dict[UUID, list[dict]]] = {}

    def personas(self) -> Iterable["Facts"]:
        paths = ["counts", "completeness", *(f"persona__{field.attname}" for field in OWN)]
        for counts, completeness, *values in EditorialState.objects.filter(persona_id__in=self.ids).values_list(*paths):
            columns = dict(zip((field.name for field in OWN), values, strict=True))
            yield Facts(columns["id"], columns, counts, completeness, self)

    @cached_property
    def evidence(self) -> dict[UUID, list[Piece]]:
        """All of it, in one query."""
        first, *others = (pieces(word, self.ids) for word in DATES)
        found = defaultdict(list)
        for persona, *values in first.union(*others, all=True):
            found[persona].append(Piece(*values))
        return found

    def table(self, word: str) -> dict[UUID, list[dict]]:
        if word not in self.tables:
            shape = SHAPES[word]
            names = dict.fromkeys(("id", *shape.identity, *READ[word]))
            paths = ["persona_id", *("id" if name == "id" else path(shape, name) for name in names)]
            rows = self.tables[word] = defaultdict(list)
            for persona, *values in shape.model.objects.filter(persona_id__in=self.ids).values_list(*paths):
                rows[persona].append(dict(zip(names, values, strict=True)))
        return self.tables[word]


def path(shape: Shape, name: str) -> str:
    return shape.path(name) if name in shape.columns else name  # what the database counts is no key of a document


def pieces(word: str, ids: list[UUID]) -> QuerySet:
    """The evidence in one table, with the columns that all of its tables have in common."""
    shape, kinds = SHAPES[word], {"day": DateField(), "year": IntegerField(), "month": IntegerField()}
    told = [F(DATES[word][name]) if name in DATES[word] else Cast(None, kind) for name, kind in kinds.items()]
    rows = shape.model.objects.filter(persona_id__in=ids).order_by()
    return rows.values_list("persona_id", Value(word), "id", F(shape.identity[0]), *told)


@dataclass(frozen=True)
class Facts:
    """One of these personas."""

    persona: UUID
    columns: dict
    counts: dict[str, int]
    completeness: int
    reading: Reading

    def rows(self, word: str) -> list[dict]:
        return self.reading.table(word).get(self.persona, [])

    def single(self, word: str) -> dict | None:
        return next(iter(self.rows(word)), None)

    @property
    def today(self) -> date:
        return self.reading.today

    @property
    def evidence(self) -> list[Piece]:
        return self.reading.evidence.get(self.persona, [])

    @property
    def sources(self) -> int:
        """Sources of evidence, as the list of personas counts them."""
        return (self.single("evidence_summary") or {}).get("total_sources") or 0
