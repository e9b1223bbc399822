"""What happened between two revisions, as people read it: place by place, row by row, field by field."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Func, IntegerField
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from personas.documents.changes import Op, RowChange
from personas.documents.shape import BY_WORD, PERSONA, SHAPES
from personas.documents.undo import KEPT_BY_DATABASE
from personas.editorial.revisions import compare, grouped
from personas.editorial.words import GONE, NEW, SAME, Piece, difference
from personas.models import Content, Revision
from personas.models.scales import label

from .editor.fields import fields_of
from .editor.places import PLACES, Place
from .wording import labels, words_for

SHOWN = 200  # rows of a place
DONE = {Op.CREATE: "added", Op.DELETE: "removed", Op.CHANGE: "changed"}
MOVED = "moved"
TAGS = {GONE: "del", NEW: "ins"}
ALIKE = 5  # of two texts, that part of the longer one is in both; of others a few words in common say nothing
TEXT = ("prose", "line", "url")  # fields whose words are told apart


class Said(NamedTuple):
    """A field before and after, with marks where they differ."""

    label: str
    before: SafeString
    after: SafeString


@dataclass(frozen=True)
class Row:
    """A row that is not what it was."""

    change: RowChange
    values: list[Said]
    back: bool = False  # whether the revision before has it, so that it can come back

    @property
    def done(self) -> str:
        """`added`, `removed`, `changed`, `moved`."""
        change = self.change
        return MOVED if change.op == Op.CHANGE and not change.after else DONE[change.op]

    @property
    def also_moved(self) -> bool:
        return self.done == DONE[Op.CHANGE] and self.change.place is not None

    @property
    def within(self) -> str:
        """What a detail is: `Results`; nothing for the rows of a section."""
        shape = BY_WORD[self.change.word]
        return label(str(shape.model._meta.verbose_name_plural)) if shape.parent not in (None, "persona") else ""

    @property
    def whole(self) -> UUID | None:
        """The row of the section that this one is, or belongs to."""
        if self.change.word == PERSONA.word:
            return None
        return self.change.parent if self.within else self.change.id


@dataclass(frozen=True)
class Changed:
    """A place of the persona with the rows that differ there."""

    place: Place
    rows: list[Row]
    more: int

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        if self.place.section is None:
            return [("changed", sum(len(row.values) for row in self.rows))]
        return list(Counter(row.done for row in self.rows).items())

    @property
    def in_words(self) -> str:
        """`2 added, 1 moved`."""
        return ", ".join(f"{number} {done}" for done, number in self.counts)


@dataclass(frozen=True)
class Differences:
    """Two revisions side by side. Where there is none before, `new` says what the other has, place by place."""

    before: Revision | None
    after: Revision
    places: list[Changed]
    new: list[tuple[Place, int]]

    @property
    def nothing(self) -> bool:
        return self.before is not None and not self.places


def differences(before: Revision | None, after: Revision) -> Differences:
    if before is None:
        return Differences(None, after, [], sections_of(after))
    return Differences(before, after, shown(compare(before, after)), [])


def sections_of(revision: Revision) -> list[tuple[Place, int]]:
    """Which sections a revision has rows in, and how many."""
    kept = Content.objects.filter(persona=revision.persona_id, hash__in=revision.sections.values())
    counted = kept.values_list(
        "section", "hash", Func(F("rows"), function="jsonb_array_length", output_field=IntegerField())
    )
    rows = {table: number for table, hash_, number in counted if revision.sections.get(table) == hash_}
    words = {word: rows.get(shape.model._meta.db_table) for word, shape in SHAPES.items() if word != KEPT_BY_DATABASE}
    return [(place, words[word]) for word, place in PLACES.items() if words.get(word)]


def shown(changes: list[RowChange]) -> list[Changed]:
    """Changes in the order in which the editor has the places."""
    by_place = grouped(changes)
    seen = {word: by_place[word][:SHOWN] for word in PLACES if word in by_place}
    said = labels(
        (BY_WORD[change.word], (change.before, change.after)) for listed in seen.values() for change in listed
    )
    new = {change.id for change in changes if change.op == Op.CREATE}
    return [
        Changed(PLACES[word], [row(change, said, new) for change in listed], len(by_place[word]) - SHOWN)
        for word, listed in seen.items()
    ]


def row(change: RowChange, said: dict[tuple, str], new: set[UUID]) -> Row:
    made = Row(change, values_of(change, said))
    return replace(made, back=made.whole is not None and made.whole not in new)


def values_of(change: RowChange, said: dict[tuple, str]) -> list[Said]:
    """The fields that differ; of a row that is new or gone, those that say something."""
    values = []
    for field in fields_of(BY_WORD[change.word]):
        before, after = (
            words_for(field, side.get(field.name), said) if field.name in side else ""
            for side in (change.before, change.after)
        )
        if before == after or (change.op == Op.CHANGE and field.name not in change.after):
            continue
        values.append(Said(field.label, *sides(before, after, in_text=field.kind in TEXT)))
    return values


def sides(before: str, after: str, *, in_text: bool) -> tuple[SafeString, SafeString]:
    """What is told of each, marked where it differs; short values as a whole."""
    pieces = difference(before, after) if in_text else []
    alike = sum(len(piece.text.strip()) for piece in pieces if piece.kind == SAME)
    if alike * ALIKE < max(len(before), len(after)):
        pieces = [piece for piece in (Piece(GONE, before), Piece(NEW, after)) if piece.text]
    return marked(piece for piece in pieces if piece.kind != NEW), marked(
        piece for piece in pieces if piece.kind != GONE
    )


def marked(pieces: Iterable[Piece]) -> SafeString:
    """Not by a template: of a full persona there are thousands."""
    told = (f"<{TAGS[kind]}>{escape(text)}</{TAGS[kind]}>" if kind in TAGS else escape(text) for kind, text in pieces)
    return mark_safe("".join(told))  # noqa: S308 - escaped


__all__ = ["GONE", "NEW", "SAME", "Changed", "Differences", "Row", "differences", "shown"]
