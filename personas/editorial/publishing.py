"""What consumers read: the schema `published`, whose tables have the names of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection


@contextmanager
def live() -> Iterator[None]:
    """Within it, models and documents read what consumers read; nothing can be written there."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW search_path")
        before = cursor.fetchone()[0]
        cursor.execute("SET LOCAL search_path = published, public")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL search_path = {before}")


def make_live_again(persona_id: UUID, revision_id: UUID) -> None:
    """Let consumers read a revision that they read before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT publish_persona(%s, %s)", [persona_id, revision_id])


def withdraw(persona_id: UUID) -> None:
    """Take a persona away from consumers that stands as something else than published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT withdraw_persona(%s)", [persona_id])


def rebuild() -> int:
    """Fill the schema anew for this tenant; gives how many personas are live."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rebuild_published()")
        return cursor.fetchone()[0]
