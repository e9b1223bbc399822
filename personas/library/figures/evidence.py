"""What backs a persona, by kind, over the years: each piece with its age and how far it can be trusted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format

from personas.admin.editor.places import PLACES
from personas.documents.shape import SHAPES
from personas.editorial.quality.facts import DATES, Piece
from personas.library.copies import FIELDS, Copy

from .figure import Figure
from .shapes import shape

# Where each table of evidence says how far a row can be trusted.
TRUST = {
    "evidence_sources": "confidence_level",
    "public_research": "quality_rating",
    "industry_reports": "data_quality_rating",
    "expert_opinions": "credibility_score",
    "case_studies": "verified",
    "supporting_statistics": "data_quality_score",
}
LEVELS = ("Not said", "Low", "Medium", "High", "Very high")
LEVEL_OF = {
    "very_high": 4, "high": 3, "medium": 2, "low": 1, "excellent": 4, "good": 3, "fair": 2, "poor": 1,
    "questionable": 1,
}  # fmt: skip
SCORED = ((9, 4), (7, 3), (4, 2), (0, 1))  # from which score of 10, what level

# The drawing: a lane for each kind, its name above its marks.
WIDE, SIZE, APART, NAME, ROW, UNDATED, AXIS = 520, 6, 14, 16, 15, 66, 20
YEARS, TICKS = 12, 7  # that the line has at most; what is older stands at its beginning


class Backing(NamedTuple):
    """A piece of evidence, and what is said of it."""

    piece: Piece
    level: int  # of LEVELS
    trust: str  # in the words of its table

    @property
    def when(self) -> str:
        day, year, month = self.piece.day, self.piece.year, self.piece.month
        if day:
            return date_format(day, "j M Y")
        if self.piece.last_day is None:
            return "undated"
        return date_format(date(year, month, 1), "M Y") if month else str(year)

    def age(self, today: date) -> str:
        """`2.3 years`; of what tells only the year, counted from its end."""
        last = self.piece.last_day
        return f"{max(0, (today - last).days) / 365.25:.1f}" if last else "undated"


def backing(copy: Copy) -> list[Backing]:
    """All evidence, the newest first and what is undated last."""
    found = [of(copy, word, row) for word in DATES for row in copy.rows(word)]
    return sorted(found, key=lambda one: one.piece.last_day or date.min, reverse=True)


def of(copy: Copy, word: str, row: dict) -> Backing:
    told = {name: row.get(DATES[word].get(name)) for name in ("day", "year", "month")}
    piece = Piece(word, row["id"], row[SHAPES[word].identity[0]], **told)
    return Backing(piece, level(row.get(TRUST[word])), copy.says(word, TRUST[word], row))


def level(said) -> int:
    """How far something can be trusted, from 1 to 4; 0 where nobody said. What was not checked twice may be fine."""
    if isinstance(said, bool):
        return 3 if said else 0
    if isinstance(said, int):
        return next(reached for least, reached in SCORED if said >= least)
    return LEVEL_OF.get(said, 0)


@dataclass(frozen=True)
class Line:
    """The years, from left to right."""

    first: int
    last: int
    width: float

    def at(self, day: date) -> float:
        into = (day - date(day.year, 1, 1)).days / 366
        return round(max(SIZE, (day.year - self.first + into) / (self.last + 1 - self.first) * self.width), 1)

    def ticks(self) -> Iterator[dict]:
        every = -(-(self.last + 1 - self.first) // TICKS)
        for year in range(self.first, self.last + 1):
            shown = (self.last - year) % every == 0
            yield {"x": self.at(date(year, 1, 1)) if year > self.first else 0, "says": year if shown else ""}


def stacked(where: list[float]) -> list[int]:
    """In which row of its lane each mark stands, so that none covers another; from left to right."""
    ends: list[float] = []
    rows = []
    for x in where:
        row = next((row for row, end in enumerate(ends) if x - end >= APART), len(ends))
        ends[row : row + 1] = [x]
        rows.append(row)
    return rows


def lanes(found: list[Backing], line: Line, today: date) -> Iterator[dict]:
    top = 0
    for number, word in enumerate(DATES, 1):
        here = [one for one in reversed(found) if one.piece.word == word]
        if not here:
            continue
        dated = [one for one in here if one.piece.last_day]
        undated = [one for one in here if not one.piece.last_day]
        across = max(1, (UNDATED - SIZE) // APART)  # undated marks in a row
        places = list(zip(where := [line.at(one.piece.last_day) for one in dated], stacked(where), strict=True))
        places += [
            (WIDE - UNDATED + 2 * SIZE + at % across * APART, at // across) for at in range(len(undated))
        ]  # fmt: skip
        marks = [
            {
                "x": x,
                "y": top + NAME + ROW * row + ROW / 2,
                "level": one.level,
                "shape": shape(number, SIZE),
                "says": f"{one.piece.title}: {one.when}, {trusted(one)}",
                "facts": "\n".join((one.piece.title, one.when, *age_line(one, today), trusted(one).capitalize())),
            }
            for one, (x, row) in zip((*dated, *undated), places, strict=True)
        ]
        yield {
            "word": word, "says": f"{PLACES[word].title} ({len(here)})", "y": top + NAME - 4, "key": shape(number, 5),
            "top": top, "marks": marks,
        }  # fmt: skip
        top += NAME + ROW * (1 + max(row for _, row in places)) + 4


def age_line(one: Backing, today: date) -> list[str]:
    return [f"{one.age(today)} years old"] if one.piece.last_day else []


def trusted(one: Backing) -> str:
    label = FIELDS[one.piece.word][TRUST[one.piece.word]].label.lower()
    return f"{label}: {one.trust.lower() or 'not said'}"


def evidence(copy: Copy) -> Figure:
    found = backing(copy)
    today = timezone.localdate()
    days = [one.piece.last_day for one in found if one.piece.last_day]
    undated = len(found) - len(days)
    line = Line(
        max(min((day.year for day in days), default=today.year), today.year - YEARS + 1),
        max(today.year, *(day.year for day in days)) if days else today.year,
        WIDE - (UNDATED if undated else SIZE),
    )
    drawn = list(lanes(found, line, today))
    sure = sum(one.level >= 3 for one in found)
    return Figure(
        kind="evidence",
        title="Evidence",
        says=f"{len(found)} pieces of evidence: {', '.join(one['says'].lower() for one in drawn)}. "
        + (f"The oldest is of {min(days).year}, the newest of {max(days).year}. " if days else "")
        + f"{sure} can be trusted highly or very highly{f'; {undated} have no date' if undated else ''}.",
        drawing={
            "wide": WIDE,
            "high": (bottom := max((mark["y"] for one in drawn for mark in one["marks"]), default=0) + ROW) + AXIS,
            "bottom": bottom,
            "axis": bottom + 14,
            "ticks": list(line.ticks()),
            "lanes": drawn,
            "undated": WIDE - UNDATED + SIZE / 2 if undated else None,
        },
        columns=("Evidence", "Kind", "From", "Age in years", "Trust"),
        rows=[
            (one.piece.title, PLACES[one.piece.word].title, one.when, one.age(today), one.trust or "Not said")
            for one in found
        ],
        leads="evidence_sources",
        empty="There is no evidence yet. Add sources, studies or statistics under «Evidence» in the editor.",
        legend=[(f"lib-trust{at}", f"{said} trust" if at else "trust not said") for at, said in enumerate(LEVELS)],
    )
