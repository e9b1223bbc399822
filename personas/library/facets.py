"""How many personas each value of each filter would leave, all counted in one query."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import add

from django.db import connection
from django.db.models import Case, Expression, F, IntegerField, Value, When
from django.db.models.functions import Cast, Floor, Least

from personas.exchange.choosing import EMPTY
from personas.models import Tag
from vital.tenancy.context import current_tenant

from .figures.matrix import CELLS, SCORES, SIDE
from .finding import THERAPEUTIC, Finding

NOT_GIVEN = "Not given"
CELL = "cell"  # what else is counted: the dots of the matrix
EVERY = "archetype"  # of which each persona has one, or none: all of them are all personas
# What one filter alone leaves out counts for its own values; what several do, -1, for nothing but the whole. Tags are
# judged by their categories, which are few.
COUNTED = """
WITH personas AS ({personas}), one AS MATERIALIZED (
    SELECT *, CASE WHEN left_out & (left_out - 1) = 0 THEN left_out ELSE -1 END AS missed FROM personas
), tag AS MATERIALIZED (
    SELECT persona_id, tag_name, tag_category FROM {tags} WHERE tenant_id = %s
), kind AS MATERIALIZED (SELECT DISTINCT tag_category FROM tag), tagged AS (
    SELECT persona_id, lower(tag_name) AS word, min(tag_name) AS tag_name
    FROM tag JOIN kind USING (tag_category) WHERE kind.tag_category ~* %s GROUP BY persona_id, word
)
SELECT CASE 0 {which} END, coalesce({values}), coalesce({names}), missed, count(*)
FROM one GROUP BY GROUPING SETS ({sets})
UNION ALL
SELECT 'therapy', word, min(tag_name), missed, count(*) FROM one JOIN tagged ON persona_id = one.id
GROUP BY word, missed
"""


@dataclass(frozen=True)
class Offer:
    """A value of a facet, and how many personas have it and all else that is asked for."""

    value: str
    name: str
    number: int
    chosen: bool

    @property
    def many(self) -> str:
        return f"{self.number:,}"


@dataclass(frozen=True)
class Numbers:
    """What was counted."""

    found: int
    everything: int  # without any filter
    without: dict[str, int]  # with all filters but this one
    offers: dict[str, list[Offer]]
    cells: dict[tuple[int, int], tuple[int, int]]  # of the matrix: how many of any archetype, and of those asked for


def bits(finding: Finding) -> dict[str, int]:
    return {name: 1 << place for place, name in enumerate(finding.filters)}


def left_out(finding: Finding) -> Expression:
    """The bits of the filters that leave a persona out."""
    said = [
        Case(When(finding.filters[name].condition(value), then=0), default=bits(finding)[name])
        for name, value in finding.asked.items()
    ]
    return reduce(add, said, Value(0))


def cell() -> Expression:
    """The number of the cell of the matrix in which a persona stands."""
    across, up = (Least(Cast(Floor(F(score) / SIDE), IntegerField()), CELLS - 1) for score in SCORES)
    return across * CELLS + up


def statement(finding: Finding) -> tuple[str, list]:
    counted = {name: facet for name, facet in finding.facets.items() if name != "therapy"}
    personas = finding.queryset.order_by().values(
        "id",
        left_out=left_out(finding),
        by_cell=cell(),
        **{f"by_{name}": F(facet.field_name) for name, facet in counted.items()},
        **{f"said_{name}": F(facet.said) for name, facet in counted.items() if facet.said},
    )
    sql, asked = personas.query.sql_with_params()
    sets = {name: f"by_{name}, said_{name}" if facet.said else f"by_{name}" for name, facet in counted.items()}
    sets[CELL] = "by_cell"
    text = COUNTED.format(
        personas=sql,
        which=" ".join(f"WHEN GROUPING(by_{name}) THEN '{name}'" for name in sets),
        values=", ".join(f"by_{name}::text" for name in sets),
        names=", ".join(f"said_{name}" for name, facet in counted.items() if facet.said),
        sets=", ".join(f"({columns}, missed)" for columns in sets.values()),
        tags=Tag._meta.db_table,
    )
    return text, [*asked, current_tenant(), THERAPEUTIC]


def count(finding: Finding) -> Numbers:
    counted: dict[str, dict[str, Counter]] = defaultdict(lambda: defaultdict(Counter))
    names: dict[tuple[str, str], str] = {}
    with connection.cursor() as cursor:
        cursor.execute(*statement(finding))
        for which, value, said, missed, number in cursor:
            counted[which][value or EMPTY][missed] += number
            names[which, value or EMPTY] = said or names.get((which, value or EMPTY), "")
    by, total = bits(finding), sum(counted[EVERY].values(), Counter())
    return Numbers(
        found=total[0],
        everything=total.total(),
        without={name: total[0] + total[by[name]] for name in finding.asked},
        offers={name: offers(finding, name, counted[name], names, by[name]) for name in finding.facets},
        cells={
            divmod(int(cell), CELLS): (here[0] + here[by["archetype"]], here[0])
            for cell, here in counted[CELL].items()
            if cell != EMPTY
        },
    )


def offers(finding: Finding, name: str, counted: dict[str, Counter], said: dict, bit: int) -> list[Offer]:
    """The values that leave something, and those that are chosen; in their own order, or the most frequent first."""
    names, chosen = finding.filters[name].names(), finding.asked.get(name, ())
    places = {value: place for place, value in enumerate(names)}
    found = [
        Offer(
            value,
            NOT_GIVEN if value == EMPTY else names.get(value) or said.get((name, value)) or value,
            here[0] + here[bit],
            value in chosen,
        )
        for value, here in ({one: Counter() for one in chosen} | counted).items()
    ]
    return sorted(
        (offer for offer in found if offer.number or offer.chosen),
        key=lambda one: (one.value == EMPTY, places.get(one.value, len(places)), -one.number, one.name.casefold()),
    )
