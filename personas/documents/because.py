"""Why a piece of work is done: the database writes it to the revisions and events that come of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def because(kind: str = "", why: str = "") -> Iterator[None]:
    """Within it, what changes is told as this kind of work (a Revision.Kind), for this reason."""
    tell = "SET LOCAL app.kind = %s; SET LOCAL app.why = %s"
    with connection.cursor() as cursor:
        cursor.execute(tell, [kind, why])
    yield  # after an error the transaction, or its savepoint, takes the settings back with the rest
    with connection.cursor() as cursor:
        cursor.execute(tell, ["", ""])
