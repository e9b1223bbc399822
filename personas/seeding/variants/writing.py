"""The rows of a persona, written from the frames of its template."""

from datetime import date, time
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import models

from personas.documents.shape import SHAPES, Shape
from personas.models.columns import Exact, Items, Whole
from personas.sections import SECTIONS

from .draw import RANGE, Draw
from .kinds import TemplateError
from .sameness import Said

WELCOME = (2, 4)  # rows of a section of which no number is expected
EXPECTED = {section.word for section in SECTIONS if section.rows}
ROWS = {section.word: section.rows or WELCOME for section in SECTIONS}
LISTED = (2, 3)  # texts of a list
TRIES, STUBBORN = 80, 25  # until a row is like no other; and for how many of them with its own frame
AGAIN = 12  # a column is drawn, before its row is given up
NUMBERS = {Whole: int, Exact: float}
TEXTS = (models.TextField, models.CharField)


class Writer:
    """Writes sections of one persona."""

    def __init__(self, draw: Draw, said: Said):
        self.draw, self.said, self.kind = draw, said, draw.kind

    def section(self, word: str) -> list[dict] | dict:
        """The rows of a section, as many as are expected."""
        shape = SHAPES[word]
        frames = self.kind.rows.get(word)
        if not frames:
            raise TemplateError(f"{self.kind.name}: nothing says what rows of «{word}» are like; add it to rows.")
        seen: set = set()
        drawn = (self.distinct(shape, word, frames, place, seen) for place in self.places(word, len(frames)))
        rows = [row for row in drawn if row]
        if len(rows) < max(ROWS[word][0] if word in EXPECTED else 1, 1):
            raise TemplateError(
                f"{self.kind.name}: the frames of «{word}» do not give enough different rows. Add some, or slots; "
                f"said too often: «{self.said.refused}»."
            )
        return rows[0] if shape.single else rows

    def places(self, word: str, frames: int) -> list[int]:
        """Which frames are written, in their order; one comes again only when all are used."""
        fewest, most = ROWS[word]
        number = self.draw.chance.randint(max(fewest, 1), max(fewest, (fewest + most + 1) // 2))
        all_, rest = divmod(number, frames)
        return sorted(list(range(frames)) * all_ + self.draw.chance.sample(range(frames), rest))

    def distinct(self, shape: Shape, word: str, frames: list[dict], place: int, seen: set) -> dict | None:
        """A row whose identity no other has, and whose sentences were not said too often; None, if there is none."""
        for attempt in range(TRIES):
            if attempt >= STUBBORN:
                place = self.draw.chance.randrange(len(frames))
            self.draw.bound = {}
            spoken: list[str] = []
            row = self.row(shape, word, frames[place], spoken)
            if row and self.is_new(shape, row, seen):
                self.said.say(spoken)
                return row
        return None

    def is_new(self, shape: Shape, row: dict, seen: set) -> bool:
        key = tuple(str(part).casefold() for part in shape.key(row))
        if key and key in seen:
            return False
        seen.add(key)
        return True

    def row(self, shape: Shape, word: str, frame: dict, spoken: list[str]) -> dict | None:
        """A row, and the sentences in it; None, if it would say one too often."""
        specs = self.kind.columns.get(word, {}) | frame
        row = {}
        for name, spec in specs.items():
            detail = next((one for one in shape.details if one.word == name), None)
            if detail:
                seen: set = set()
                rows = [self.row(detail, f"{word}.{name}", frame, spoken) for frame in spec]
                if not all(inner and self.is_new(detail, inner, seen) for inner in rows):
                    return None
                row[name] = rows
                continue
            value, sentences = self.unheard(shape.columns[name], spec)
            if sentences is None:
                return None
            spoken += sentences
            if value is not None:
                row[name] = value
        return row

    def unheard(self, field: models.Field, spec: Any) -> tuple[Any, list[str] | None]:
        """What a column says, in words that were not said too often, if there are any; and its sentences."""
        for _ in range(AGAIN):
            value = self.value(field, spec)
            if (sentences := self.said.heard(value)) is not None:
                break
        return value, sentences

    def value(self, field: models.Field, spec: Any) -> Any:
        """What a column says: one of a list, a value of a range, a text with its slots filled."""
        if isinstance(field, Items):
            return self.items(spec)
        if isinstance(spec, list):
            spec = self.draw.one_of(spec)
        if not isinstance(spec, str):
            return spec
        said = self.draw.text(spec)
        if isinstance(field, TEXTS):
            return said
        between = RANGE.fullmatch(said)
        if not between:
            return NUMBERS[field.__class__](said) if field.__class__ in NUMBERS else said
        return plain(self.draw.between(between[1], between[2]))

    def items(self, spec: Any) -> list[str]:
        """A few texts: of several frames, or of one that is drawn again."""
        number = self.draw.chance.randint(*LISTED)
        if isinstance(spec, list):
            chosen = sorted(self.draw.chance.sample(range(len(spec)), min(number, len(spec))))
            frames = [spec[place] for place in chosen]
        else:
            frames = [spec] * number
        texts: list[str] = []
        for frame in frames:
            drawn = (self.draw.text(frame) for _ in range(AGAIN))
            texts += islice((text for text in drawn if text not in texts), 1)
        return texts


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    match value:
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
    return value
