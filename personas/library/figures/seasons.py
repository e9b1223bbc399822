"""The month of a persona in three phases, and its year in four quarters."""

from personas.library.copies import Copy
from personas.models.scales import PHASE, QUARTER, label

from .figure import Figure
from .marks import Style, facts
from .strip import Band, Measure, Note, strip

MONTH = (
    Measure("external_engagements", "Outside", (1, 4, 8)),
    Measure("travel_days", "Travel", (1, 3, 5), "d"),
    Measure("strategic_initiative_time", "Strategy", (1, 6, 12), "h"),
    Measure("budget_review_involvement", "Budget", {"none": 0, "reviewer": 1, "contributor": 2, "owner": 3}),
    Measure("performance_review_cycle", "Reviews", {False: 0, True: 3}),
    Measure("crisis_management_likelihood", "Crisis", {"none": 0, "low": 1, "medium": 2, "high": 3}),
)
MONTH_NOTES = {
    "key_deliverables": Style("Delivers", "c1", "diamond"),
    "reporting_obligations": Style("Reports", "c2", "circle"),
    "planning_activities": Style("Plans", "c3", "square"),
}
SHORT = {"Beginning": "Start"}
YEAR = (
    Measure("quarter_focus", "Focus", {}),
    Measure("industry_cycle_alignment", "Season", {"quiet_period": 1, "planning_season": 2, "peak_season": 3}),
    Measure("conference_attendance", "Events", (1, 2, 3)),
    Measure("professional_development_hours", "Training", (1, 8, 16), "h"),
    Measure("vacation_pattern", "Days off", {"minimal": 1, "distributed": 2, "concentrated": 3}),
)
CONFERENCES = "annual_conferences"
YEAR_NOTES = {
    "annual_objectives": Style("Objectives", "c1", "diamond"),
    CONFERENCES: Style("Conferences", "c2", "circle"),
}


def items(band: str, styles: dict[str, Style], row: dict) -> list[Note]:
    """The lists of a row, an item each."""
    return [
        Note(name, text, f"{band}, {style.name.lower()}\n{text}")
        for name, style in styles.items()
        for text in row.get(name) or ()
    ]


def month(copy: Copy) -> Figure:
    """Beginning, middle and end: what is delivered, reported and planned, and how much else there is."""
    told = {row["month_phase"]: row for row in copy.rows("month_in_life")}
    rows = [told.get(phase, {"month_phase": phase}) for phase in PHASE.split()]
    bands = [
        Band(name, row, items(name, MONTH_NOTES, row), SHORT.get(name, name))
        for row in rows
        for name in [label(row["month_phase"])]
    ]
    return strip(
        "month", "A usual month", copy, "month_in_life", MONTH, bands, styles=MONTH_NOTES,
        empty="No month is described yet: enter its three phases under «Month in life».",
    )  # fmt: skip


def conferences(copy: Copy, quarter: str | None) -> list[Note]:
    """Those of a quarter, with the role that the persona has there."""
    return [
        Note(CONFERENCES, ", ".join(filter(None, (row["conference_name"], role))), facts(copy, CONFERENCES, row))
        for row in copy.rows(CONFERENCES)
        for role in [copy.says(CONFERENCES, "role", row).lower()]
        if row["typical_quarter"] == quarter
    ]


def year(copy: Copy) -> Figure:
    """Four quarters: what each is about, how busy it is, what is to be reached, and the conferences."""
    told = {row["quarter"]: row for row in copy.rows("year_in_life")}
    meet = {quarter: conferences(copy, quarter) for quarter in (*QUARTER.split(), None)}
    bands = []
    for quarter in QUARTER.split():
        row = told.get(quarter, {"quarter": quarter})
        bands.append(Band(quarter, row, [*items(quarter, YEAR_NOTES, row), *meet[quarter]]))
    undated = [Band("", None, meet[None], heading="In no certain quarter")] if meet[None] else []
    return strip(
        "year", "A usual year", copy, "year_in_life", YEAR, [*bands, *undated], styles=YEAR_NOTES,
        extra=("Conferences", ["; ".join(note.text for note in meet[quarter]) for quarter in QUARTER.split()]),
        empty="No year is described yet: enter its quarters under «Year in life».",
    )  # fmt: skip
