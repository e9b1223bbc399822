"""The times of a persona: its day, week, month and year as pictures that one can go through."""

from typing import NamedTuple

from personas.admin.editor.places import PLACES

from .copies import Copy
from .door import find_one, links, readers, show
from .figures.figure import Figure
from .figures.marks import behind
from .figures.seasons import month, year
from .figures.time import day, week

# What stands on the page: a heading, its picture, and the sections that are told below it.
PICTURES = (
    ("Day", day, ()),
    ("Week", week, ("weekly_meetings", "weekly_milestones")),
    ("Month", month, ("monthly_objectives", "monthly_stakeholders")),
    ("Year", year, ("annual_conferences", "career_trajectory")),
)


class Told(NamedTuple):
    """A section as a table."""

    word: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple]


class Part(NamedTuple):
    """A stretch of time."""

    heading: str
    figure: Figure
    tables: list[Told]


def told(copy: Copy, word: str) -> Told:
    return Told(word, PLACES[word].title, *behind(copy, word))


@readers
def page(request, slug: str):
    copy = find_one(request, slug)
    parts = [Part(heading, draw(copy), [told(copy, word) for word in words]) for heading, draw, words in PICTURES]
    return show(request, "time", f"{copy.name}: day, week, month, year", copy=copy, links=links(copy), parts=parts)
