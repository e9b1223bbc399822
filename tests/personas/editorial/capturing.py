"""Revisions in a test whose transaction never ends."""

from django.db import connection


def capture() -> None:
    """What the database does when a transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
