"""The people around a persona: who has a say, what is given and got, and how each relationship stands."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.formats import date_format

from personas.admin.editor.places import PLACES
from personas.admin.layout import unit

from .copies import FIELDS, Copy
from .door import find_one, links, readers, show
from .figures.people import KINDS, STRAINED, influence_map, parties

STAGES = ("awareness", "engagement", "relationship_building", "partnership", "advocacy")  # of a journey that goes well
TROUBLE = STRAINED | {
    "major_issues", "non_compliant", "unfavorable", "highly_unfavorable", "dissatisfied", "very_dissatisfied",
}  # fmt: skip
STANDING = {"relationship_health", "relationship_quality", "journey_health", "compliance_status", "exchange_balance",
            "strategic_importance", "influence_in_network", "strategic_value"}  # fmt: skip


class Column(NamedTuple):
    """What stands below a heading: the first large, the others small; and the amount that a bar shows."""

    heading: str
    names: str
    amount: str = ""


class Listing(NamedTuple):
    """A section as a compact table."""

    word: str
    columns: tuple[Column, ...]


LISTINGS = (
    Listing("stakeholder_value_exchange", (
        Column("Who", "stakeholder_name stakeholder_type"),
        Column("The persona gives", "value_provided_description value_provided_type", "value_provided"),
        Column("The persona gets", "value_received_description value_received_type", "value_received"),
        Column("Balance", "exchange_balance time_period"),
    )),
    Listing("stakeholder_journey", (
        Column("Who", "stakeholder_name stakeholder_type"),
        Column("Stage", "journey_stage"),
        Column("Health", "journey_health sentiment"),
        Column("Last contact", "last_interaction_date"),
        Column("Next", "next_actions follow_up_date"),
    )),
    Listing("internal_networks", (
        Column("Network", "network_name network_type"),
        Column("Role in it", "role_in_network"),
        Column("The persona's word counts", "influence_in_network"),
        Column("People", "network_size"),
        Column("What it brings", "network_value"),
    )),
    Listing("vendor_relationships", (
        Column("Vendor", "vendor_name vendor_category"),
        Column("Importance", "strategic_importance relationship_role"),
        Column("Health", "relationship_health"),
        Column("Spend", "annual_spend"),
        Column("Contract ends", "contract_end_date"),
        Column("Satisfaction", "satisfaction_score"),
    )),
    Listing("customer_relationships", (
        Column("Customers", "customer_segment geographic_market industry_vertical"),
        Column("Contact", "touchpoint_frequency interaction_type"),
        Column("Health", "relationship_health satisfaction_trend"),
        Column("How many", "customer_count"),
        Column("What matters to them", "top_customer_priorities"),
    )),
    Listing("regulatory_stakeholders", (
        Column("Regulator", "regulatory_body regulatory_region"),
        Column("About", "compliance_area interaction_type"),
        Column("Rules kept", "compliance_status"),
        Column("Relationship", "relationship_quality"),
        Column("Open issues", "open_issues_count"),
        Column("Next audit", "next_audit_date"),
    )),
    Listing("industry_relationships", (
        Column("Organisation", "organization_name organization_type"),
        Column("Role in it", "involvement_type membership_level"),
        Column("Value", "strategic_value"),
        Column("What it brings", "value_derived"),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """What a row says below a heading."""

    text: str
    small: list[str]
    standing: str = ""  # «well» or «strained», where it is said how something stands
    steps: list[bool] = field(default_factory=list)  # of a journey, those that are made
    worth: str = ""
    share: float = 0  # of the largest amount of the section, in percent; 0 where currencies differ


@dataclass(frozen=True)
class Listed:
    word: str
    title: str
    headings: list[str]
    rows: list[list[Cell]]


@readers
def page(request, slug: str):
    copy = find_one(request, slug)
    there = {one.kind for one in parties(copy)}
    return show(
        request, "people", f"{copy.name}: stakeholders",
        copy=copy,
        links=links(copy),
        map=influence_map(copy),
        kinds=[kind for kind in KINDS if kind.name in there],
        listings=[listed(copy, listing) for listing in LISTINGS if copy.rows(listing.word)],
        nothing=[PLACES[listing.word].title for listing in LISTINGS if not copy.rows(listing.word)],
    )  # fmt: skip


def listed(copy: Copy, listing: Listing) -> Listed:
    rows = copy.rows(listing.word)
    amounts = [amount_of(column, row) for row in rows for column in listing.columns]
    one_currency = len({currency for amount, currency in amounts if amount}) == 1
    largest = max(amount for amount, _ in amounts) if one_currency else Decimal()
    cells = [[cell(copy, listing.word, column, row, largest) for column in listing.columns] for row in rows]
    used = [at for at in range(len(listing.columns)) if any(row[at].text for row in cells)]
    return Listed(
        listing.word,
        PLACES[listing.word].title,
        [listing.columns[at].heading for at in used],
        [[row[at] for at in used] for row in cells],
    )


def amount_of(column: Column, row: dict) -> tuple[Decimal, str]:
    """An amount and its currency."""
    return row.get(f"{column.amount}_quantified") or Decimal(), row.get(f"{column.amount}_currency") or ""


def cell(copy: Copy, word: str, column: Column, row: dict, largest: Decimal) -> Cell:
    first, *others = column.names.split()
    amount, currency = amount_of(column, row)
    stage = row.get("journey_stage") if first == "journey_stage" else None
    return Cell(
        said(copy, word, first, row),
        [small for name in others if (small := said(copy, word, name, row))],
        ("strained" if row[first] in TROUBLE else "well") if first in STANDING and row.get(first) else "",
        [step <= STAGES.index(stage) for step in range(len(STAGES))] if stage in STAGES else [],
        f"{amount:,.0f} {currency}" if amount else "",
        float(amount / largest * 100) if amount > 0 and largest else 0,
    )


def said(copy: Copy, word: str, name: str, row: dict) -> str:
    value = row.get(name)
    if isinstance(value, date):
        return date_format(value, "j\xa0M\xa0Y")
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        counted_in = unit(word, name)
        return f"{value:,.0f} {counted_in if counted_in.startswith('USD') else ''}".strip()
    if isinstance(value, list) and not FIELDS[word][name].options:
        return "; ".join(value)
    return copy.says(word, name, row).replace("\n", ", ")
