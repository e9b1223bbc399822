"""Files that go out: which personas and sections, streamed, with a manifest of what was sent."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.db.models import Q, QuerySet
from django.utils import timezone

from personas.documents.dump import dump
from personas.documents.shape import PERSONA, SHAPES
from personas.models import Export, Persona
from vital.tenancy.context import tenant_context, unhurried

from .choosing import found
from .files import PIECES, TABLES, write
from .sheets import fingerprint

BLOCK = 256 * 1024  # bytes that are sent at once
FILTERS = {"function": "function__slug", "role": "role__slug", "archetype": "archetype"}


def chosen(choice: dict[str, Any]) -> QuerySet:
    """The personas that a choice names: ids or slugs, what a list shows or filters leave; else all there are."""
    personas = Persona.objects.filter(deleted_at=None).order_by("slug")
    if ids := choice.get("ids"):
        personas = personas.filter(pk__in=ids)
    if slugs := choice.get("slugs"):
        personas = personas.filter(slug__in=slugs)
    if query := choice.get("list"):
        personas = personas.filter(pk__in=found(query).values("persona"))
    for name, path in FILTERS.items():
        if value := choice.get(name):
            personas = personas.filter(**{path: value})
    if search := choice.get("search"):
        personas = personas.filter(Q(name__icontains=search) | Q(slug__icontains=search) | Q(title__icontains=search))
    return personas


class Sending:
    """One export, on its way: the bytes of the file, and afterwards its manifest."""

    def __init__(self, tenant, user, choice: dict[str, Any], format_: str):
        self.tenant, self.user, self.choice, self.format = tenant, user, choice, format_
        self.name = f"personas-{timezone.now():%Y-%m-%d-%H%M}.{format_}"
        self.counts: Counter = Counter()
        self.digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        """The file, piece by piece. What is sent after the request was answered needs its own transaction."""
        with tenant_context(self.tenant, self.user, read_only=True):
            yield from self.measured()
        with tenant_context(self.tenant, self.user):
            self.record()

    def write_to(self, file: BinaryIO) -> None:
        """Inside a transaction that is open already, as commands have it."""
        file.writelines(self.measured())
        self.record()

    def measured(self) -> Iterator[bytes]:
        for block in self.blocks():
            self.digest.update(block)
            self.size += len(block)
            yield block

    def blocks(self) -> Iterator[bytes]:
        unhurried()
        documents = self.counted(self.documents())
        if self.format in PIECES:
            yield from (piece.encode() for piece in PIECES[self.format](documents))
            return
        with TemporaryFile() as file:
            write(documents, self.format, file)
            file.seek(0)
            yield from iter(lambda: file.read(BLOCK), b"")

    def documents(self) -> Iterator[dict]:
        ids = list(chosen(self.choice).values_list("pk", flat=True))
        with_ids = self.format in TABLES or bool(self.choice.get("with_ids"))
        return dump(ids, with_ids=with_ids, words=self.choice.get("sections") or SHAPES)

    def counted(self, documents: Iterable[dict]) -> Iterator[dict]:
        for document in documents:
            self.counts[PERSONA.word] += 1
            for word, rows in document.items():
                if word in SHAPES:
                    self.counts[word] += 1 if SHAPES[word].single else len(rows)
            yield document

    def record(self) -> Export:
        self.export = Export.objects.create(
            name=self.name, format=self.format, choice=self.choice, counts=dict(self.counts), size=self.size,
            sha256=self.digest.hexdigest(), schema=fingerprint(), created_by_id=getattr(self.user, "pk", self.user),
        )  # fmt: skip
        return self.export


def manifest(export: Export) -> dict[str, Any]:
    """Who sent what, when, and how to know that the file is whole."""
    return {
        "file": export.name,
        "format": export.format,
        "bytes": export.size,
        "sha256": export.sha256,
        "exported_at": export.created_at.isoformat(),
        "exported_by": export.created_by.email if export.created_by else None,
        "tenant": str(export.tenant_id),
        "choice": export.choice,
        "schema": export.schema,
        "counts": export.counts,
    }
