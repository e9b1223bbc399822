"""The day of a persona as a timeline, and its week as a strip of cells."""

from typing import NamedTuple

from personas.library.copies import Copy
from personas.models.scales import DAY

from .clock import at, lasts, read
from .figure import Figure
from .marks import WIDTH, Line, Style, behind, facts, lines, shorten
from .strip import Band, Measure, strip

DOES = {
    True: ("ai", Style("AI could do it", "c1", "diamond")),
    False: ("person", Style("Needs a person", "c2", "circle")),
    None: ("open", Style("Not judged yet", "c3", "square")),
}
HOUR, TOP, STEP, GAP = 40, 14, 16, 9  # height of an hour; above the first; of a line of text; between texts
AXIS, BLOCK, LANES = 40, 6, 4  # where blocks begin; width of one; as many side by side
TEXT, LETTERS = 92, 38  # where texts begin; letters in a line

WEEK = (
    Measure("meeting_load", "Meetings", {"light": 1, "moderate": 2, "heavy": 3}),
    Measure("focus_time_available", "Focus", (1, 2, 4), "h"),
    Measure("energy_pattern", "Energy", {"low": 1, "medium": 2, "high": 3}),
    Measure("travel_likelihood", "Travel", {"none": 0, "low": 1, "medium": 2, "high": 3}),
    Measure("typical_start_time", "Hours", (0.25, 6, 9), until="typical_end_time"),
    Measure("decision_count", "Decisions", (1, 4, 7)),
)


LONGEST = 24 * 60  # minutes that something can last in a day


class Slot(NamedTuple):
    """What is done at one time; without a beginning where that cannot be read."""

    row: dict
    begins: int | None
    ends: int | None

    @property
    def minutes(self) -> int | None:
        """How long it takes: as it says itself or, where it does not, from its beginning to its end."""
        between = self.ends - self.begins if self.ends is not None else None
        said = self.row.get("duration_minutes")
        return said if said and 0 < said <= LONGEST else between or None

    @property
    def done(self) -> int:
        return self.begins + (self.minutes or 0)

    @property
    def when(self) -> str:
        """`07:30, 45 min`."""
        said = self.row["time_slot"] or "Whenever"
        begins = shorten(said) if self.begins is None else at(self.begins)
        return f"{begins}, {lasts(self.minutes) if self.minutes else 'no duration'}"


def day(copy: Copy) -> Figure:
    """Activities by the clock; those without a time that can be read follow below, in their order."""
    slots = [Slot(row, *(read(row["time_slot"] or "") or (None, None))) for row in copy.rows("typical_day")]
    timed = sorted((slot for slot in slots if slot.begins is not None), key=lambda slot: slot.begins)
    untimed = [slot for slot in slots if slot.begins is None]
    columns, rows = behind(copy, "typical_day")
    return Figure(
        kind="day",
        title="A typical day",
        says=sentence(slots, timed),
        drawing=drawing(copy, timed, untimed),
        columns=columns,
        rows=rows,
        leads="typical_day",
        empty="No day is described yet: enter times and activities under «Typical day».",
        legend=[(style.key, f"{style.name}: {sums(several)}") for _, style, several in judged(slots)],
    )


def judged(slots: list[Slot]) -> list[tuple[str, Style, list[Slot]]]:
    """The activities by what AI could do, as far as there are any."""
    return [
        (kind, style, several)
        for verdict, (kind, style) in DOES.items()
        if (several := [slot for slot in slots if slot.row.get("is_ai_automatable") is verdict])
    ]


def sums(slots: list[Slot]) -> str:
    """`3, 1 h 20 min`."""
    minutes = sum(slot.minutes or 0 for slot in slots)
    return f"{len(slots)}, {lasts(minutes)}" if minutes else str(len(slots))


def sentence(slots: list[Slot], timed: list[Slot]) -> str:
    until = f" between {at(timed[0].begins)} and {at(max(slot.done for slot in timed))}" if timed else ""
    told = (f"{style.name}: {sums(several)}." for _, style, several in judged(slots))
    return " ".join([f"{len(slots)} activities{until}.", *told])


def drawing(copy: Copy, timed: list[Slot], untimed: list[Slot]) -> dict:
    """Blocks stand where the clock has them; texts move down where they would overlap, and a line leads to them."""
    first = min((slot.begins for slot in timed), default=0) // 60
    last = -(-max((slot.done for slot in timed), default=0) // 60)
    free = [0] * LANES
    marks, below = [], 0
    for slot in timed:
        lane = next((number for number, until in enumerate(free) if until <= slot.begins), LANES - 1)
        free[lane] = max(slot.done, slot.begins + 1)
        top = TOP + (slot.begins - first * 60) * HOUR / 60
        block = {
            "x": AXIS + 4 + lane * (BLOCK + 2), "y": top, "wide": BLOCK,
            "tall": max(slot.minutes * HOUR / 60, 3) if slot.minutes else 0,
        }  # fmt: skip
        marks.append(mark(copy, slot, max(top, below), block))
        below = marks[-1]["bottom"] + GAP
    bottom = max(below, TOP + (last - first) * HOUR + 12 if timed else 0)
    heading = untimed and timed and Line(TEXT, bottom + 12, "Without a time of the clock")
    below = bottom + 28 if heading else bottom or TOP
    for slot in untimed:
        marks.append(mark(copy, slot, below, None))
        below = marks[-1]["bottom"] + GAP
    return {
        "width": WIDTH, "height": round(below), "heading": heading, "axis": AXIS, "edge": TEXT - 16,
        "hours": [
            {"y": TOP + number * HOUR, "says": at((first + number) * 60)} for number in range(last - first + 1)
        ] if timed else [],
        "marks": marks,
        "kinds": [(kind, style.name) for kind, style, _ in judged([*timed, *untimed])],
    }  # fmt: skip


def mark(copy: Copy, slot: Slot, top: float, block: dict | None) -> dict:
    kind, style = DOES[slot.row.get("is_ai_automatable")]
    texts = lines(slot.row["activity_description"] or "", LETTERS, TEXT + 12, top + 12 + STEP, STEP, most=3)
    tall = STEP * (len(texts) + 1) + 2
    return {
        "kind": kind, "style": style, "block": block, "head": Line(TEXT + 12, top + 12, slot.when), "lines": texts,
        "name": f"{slot.when}, {style.name}: {slot.row['activity_description']}",
        "facts": facts(copy, "typical_day", slot.row),
        "leads": block and f"M{block['x']} {block['y']:g}H{TEXT - 20}L{TEXT - 8} {top + 8:g}",
        "x": TEXT, "sign": top + 8, "left": TEXT - 8, "wide": WIDTH - TEXT + 8,
        "top": top - 3, "tall": tall, "bottom": top + tall,
    }  # fmt: skip


def week(copy: Copy) -> Figure:
    """Seven days: meetings, focus, energy, travel, hours and decisions."""
    told = {row["day_of_week"]: row for row in copy.rows("week_in_life")}
    bands = [
        Band(name, told.get(name, {"day_of_week": name}), (), name[:3], "Weekend" if name == "Saturday" else "")
        for name in DAY.split()
    ]
    return strip(
        "week", "A usual week", copy, "week_in_life", WEEK, bands,
        empty="No week is described yet: enter the days under «Week in life».",
    )  # fmt: skip
