"""What the database says about its own objects, so that the client's definitions can be held against ours."""

import psycopg


def columns(connection: psycopg.Connection, schema: str, table: str) -> dict[str, str]:
    """The columns of a table and their types."""
    return dict(
        connection.execute(
            """SELECT attname, replace(format_type(atttypid, atttypmod), %s || '.', '') FROM pg_attribute
            WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped""",
            [schema, f"{schema}.{table}"],
        ).fetchall()
    )


def definitions(connection: psycopg.Connection, query: str) -> dict[str, str]:
    """The names and definitions that a query finds, wherever they stand."""
    return {
        name: definition.replace("client.", "public.").replace("public.", "")
        for name, definition in connection.execute(query)
    }
