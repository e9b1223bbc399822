"""The places of a persona that people open: its own columns by group, and its sections by domain."""

from dataclasses import dataclass, replace
from functools import cached_property

from personas.documents.dump import load
from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape
from personas.models import EditorialState
from personas.models.scales import label
from personas.sections import CARDS, DOMAINS, FORM, GRID, Section

TITLES = {"gen_ai_profile": "Gen AI profile"}
FIELDS = 280  # of the 300 that a page may post; the rest is for what is added


@dataclass(frozen=True, eq=False)
class Place:
    """One page of the editor."""

    word: str
    title: str
    purpose: str
    shape: Shape
    section: Section | None = None  # None: columns of the persona itself

    @cached_property
    def layout(self) -> str:
        return self.section.layout if self.section else FORM

    @cached_property
    def expected(self) -> tuple[int, int] | None:
        return self.section.rows if self.section else None

    @cached_property
    def expected_in_words(self) -> str:
        """`5 to 10`, `1`, `0 to 5`."""
        if not self.expected:
            return ""
        fewest, most = self.expected
        if fewest == most:
            return str(most)
        return f"{fewest} to {most}"

    @cached_property
    def per_page(self) -> int:
        """Rows on a page: of a grid, as many as it may post; of cards, as many as one looks through."""
        return max(FIELDS // max(len(self.shape.columns), 1), 5) if self.layout == GRID else 20

    @property
    def paged(self) -> bool:
        return self.layout in (GRID, CARDS)

    def rows(self, persona) -> list[dict]:
        """What is there, as documents have it."""
        content = load([persona.pk], {self.word})[persona.pk]
        if self.section:
            return content["rows"][self.word]
        return [{"id": persona.pk} | {name: content["columns"][name] for name in self.shape.columns}]


@dataclass(frozen=True)
class Part:
    """Places that stand together in the navigator."""

    title: str
    question: str
    places: tuple[Place, ...]


def _own(group: str, columns: list[str]) -> Place:
    columns = ["slug", *columns] if group == "core_profile" else columns
    title = TITLES.get(group, label(group))
    return Place(group, title, "Leave empty what nobody knows.", replace(PERSONA, only=tuple(columns)))


def _section(section: Section) -> Place:
    title = label(str(section.model._meta.verbose_name_plural))
    return Place(section.word, title, section.model.__doc__, SHAPES[section.word], section)


PARTS = (
    Part("The persona", "Who is it?", tuple(_own(group, columns) for group, columns in GROUPS.items())),
    *(Part(domain.title, domain.question, tuple(map(_section, domain.sections))) for domain in DOMAINS),
)
PLACES = {place.word: place for part in PARTS for place in part.places}
ORDER = list(PLACES)


def beside(place: Place) -> tuple[Place | None, Place | None]:
    """The place before and the place after."""
    at = ORDER.index(place.word)
    return (
        PLACES[ORDER[at - 1]] if at else None,
        PLACES[ORDER[at + 1]] if at + 1 < len(ORDER) else None,
    )


@dataclass(frozen=True)
class Standing:
    """How a place stands with one persona."""

    place: Place
    rows: int

    @property
    def lacks(self) -> int:
        """Rows that are expected and not there."""
        return max(0, self.place.expected[0] - self.rows) if self.place.expected else 0

    @property
    def in_words(self) -> str:
        """`6 of 5 to 10`."""
        if self.place.section is None:
            return ""
        expected = self.place.expected_in_words
        return f"{self.rows} of {expected}" if expected else str(self.rows)

    @property
    def says(self) -> str:
        """What is to be done, for people who do not see the colours."""
        return f"{self.lacks} more expected" if self.lacks else ""


def standings(state: EditorialState) -> list[tuple[Part, list[Standing]]]:
    return [
        (part, [Standing(place, state.counts.get(place.word, 0)) for place in part.places]) for part in PARTS
    ]  # fmt: skip
