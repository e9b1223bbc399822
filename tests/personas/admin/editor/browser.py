"""A browser of few words: opens a place of the editor, does something to its rows, and sends what our script would."""

from typing import Any

from django.test import Client
from django.urls import reverse

from personas.documents.edit import digest
from personas.documents.values import plain


def address(persona, word: str, page: str = "section") -> str:
    return reverse(f"admin:personas_persona_{page}", args=[persona.pk, word])


class Opened:
    """A page of the editor that somebody has open."""

    def __init__(self, client: Client, persona, word: str, **asked):
        self.client, self.address = client, address(persona, word)
        self.response = client.get(self.address, asked)
        self.sheet = self.response.context["sheet"]
        self.rows = self.sheet.table.rows
        assert self.sheet.digest == digest(self.sheet.place.shape, self.sheet.everything)

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.rows if not row.is_new]

    @property
    def shows(self) -> list[dict[str, Any]]:
        """All that it has in its fields, as it is sent where somebody else was faster."""
        columns = self.sheet.place.shape.columns
        return [
            {"id": str(row["id"])} | {name: plain(row[name]) for name in columns if name in row}
            for row in self.sheet.everything
        ]

    def send(self, *, base: list | None = None, shown: str | None = None, **edit):
        content = {"shown": self.sheet.digest if shown is None else shown, **edit}
        content |= {} if base is None else {"base": base, "stood": [str(row["id"]) for row in self.sheet.everything]}
        return self.client.post(self.address, content, content_type="application/json")
