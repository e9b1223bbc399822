"""Where a search found its words: the sections of each persona that is shown, and what the best row of them says."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from personas.documents.shape import PERSONA, SHAPES
from vital.tenancy.context import current_tenant

ELSEWHERE = 3  # more sections that are named


@dataclass(frozen=True)
class Place:
    """The words in a persona: the row that says them, and other sections in which they stand."""

    title: str
    address: str
    said: SafeString
    elsewhere: list[tuple[str, str]]


def title(word: str) -> str:
    return "About the persona" if word == PERSONA.word else capfirst(SHAPES[word].model._meta.verbose_name_plural)


def address(persona: UUID, word: str) -> str:
    if word == PERSONA.word:
        return reverse("admin:personas_persona_change", args=[persona])
    return reverse("admin:personas_persona_section", args=[persona, word])


def marked(said: str) -> SafeString:
    """What the database has put between its brackets, marked."""
    return mark_safe(escape(said).replace("⟦", "<mark>").replace("⟧", "</mark>"))  # noqa: S308 - escaped


def find(query: str, personas: Iterable[UUID]) -> dict[UUID, Place]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM find_places(%s, %s, %s)", [current_tenant(), list(personas), query])
        return {persona: place(persona, *where) for persona, *where in cursor}


def place(persona: UUID, words: list[str], row: UUID | None, said: str | None) -> Place:
    first, *others = words
    return Place(
        title(first),
        f"{address(persona, first)}#row-{row}" if row and first != PERSONA.word else address(persona, first),
        marked(said or ""),
        [(title(word), address(persona, word)) for word in others[:ELSEWHERE]],
    )
