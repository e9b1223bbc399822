"""What the isolation suite attacks, read from the database's own catalogue: a new table is covered on arrival."""

import re
from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from psycopg import sql

from tests import database
from vital.database.laws import EXEMPT


@dataclass
class Table:
    """A tenant table, with the ids of one row of each tenant."""

    name: str
    columns: dict[str, str]  # name -> type
    required: list[str]  # columns that an INSERT must give
    choices: dict[str, str]  # column -> a value that its CHECK accepts
    references: dict[str, str]  # column -> tenant table that it refers to
    keys: list[list[str]]  # unique keys, without tenant_id
    rows: dict[UUID, object] = field(default_factory=dict)  # tenant -> id

    @property
    def sql(self) -> sql.Identifier:
        return sql.Identifier(self.name)

    def __str__(self):
        return self.name


def tenant_tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        """SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attname = 'tenant_id'
        AND NOT attisdropped ORDER BY relname"""
    )
    return [name for (name,) in found if name not in EXEMPT]


def describe(connection: psycopg.Connection, name: str) -> Table:
    columns = connection.execute(
        """SELECT attname, format_type(atttypid, atttypmod), attnotnull AND NOT atthasdef AND attidentity = ''
        FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        ORDER BY attnum""",
        [name],
    ).fetchall()
    constraints = connection.execute(
        """SELECT contype, pg_get_constraintdef(oid), confrelid::regclass::text,
            (SELECT array_agg(attname::text ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS k (number, place)
             JOIN pg_attribute ON attrelid = conrelid AND attnum = number)
        FROM pg_constraint WHERE conrelid = %s::regclass""",
        [name],
    ).fetchall()
    choices = {}
    for kind, text, _, _ in constraints:
        if kind == "c" and (found := re.search(r"\(?(\w+) (?:= ANY \(+ARRAY\['([^']*)'|>= (\d+)\))", text)):
            choices[found[1]] = found[2] or found[3]
    return Table(
        name,
        columns={column: type_ for column, type_, _ in columns},
        required=[column for column, _, required in columns if required],
        choices=choices,
        references={
            keys[-1]: target
            for kind, _, target, keys in constraints
            if kind == "f" and keys[0] == "tenant_id" and keys[1:]
        },
        keys=[
            [key for key in keys if key != "tenant_id"]
            for kind, _, _, keys in constraints
            if kind == "u" and "tenant_id" in keys and "id" not in keys
        ],
    )


def fill(connection: psycopg.Connection, tenants: list[UUID]) -> dict[str, Table]:
    """Describe every tenant table, and see that each tenant has a row in it."""
    tables = {name: describe(connection, name) for name in tenant_tables(connection)}
    for table in tables.values():
        for tenant in tenants:
            row(connection, tables, table, tenant)
    return tables


def row(connection, tables, table: Table, tenant: UUID) -> object:
    """The id of a row of this tenant, made from the catalogue where there is none."""
    if tenant not in table.rows:
        # One that refers to others, if there is one: the more keys it uses, the more there is to attack.
        full = sql.SQL(" + ").join(sql.SQL("({} IS NULL)::int").format(sql.Identifier(c)) for c in table.references)
        found = connection.execute(
            sql.SQL("SELECT id FROM {} WHERE tenant_id = %s ORDER BY {} LIMIT 1").format(
                table.sql, full if table.references else sql.SQL("id")
            ),
            [tenant],
        ).fetchone()
        table.rows[tenant] = found[0] if found else _insert(connection, tables, table, tenant)
    return table.rows[tenant]


def _insert(connection, tables, table: Table, tenant: UUID) -> object:
    values = {column: _value(connection, tables, table, column, tenant) for column in table.required}
    values["tenant_id"] = tenant
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        table.sql,
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder() * len(values)),
    )
    return connection.execute(statement, list(values.values())).fetchone()[0]


def _value(connection, tables, table: Table, column: str, tenant: UUID):
    if column in table.choices:
        return table.choices[column]
    if column in table.references:
        return row(connection, tables, tables[table.references[column]], tenant)
    if target := _global_target(connection, table.name, column):
        return connection.execute(sql.SQL("SELECT {} FROM {} LIMIT 1").format(*map(sql.Identifier, target))).fetchone()[
            0
        ]
    kind = table.columns[column]
    if label := _first_label(connection, kind):
        return label
    made = {
        "uuid": UUID(int=1),
        "integer": 1,
        "smallint": 1,
        "bigint": 1,
        "boolean": True,
        "date": "2026-01-01",
        "text[]": ["a"],
        "jsonb": "{}",
        "bytea": b"a",
    }
    return 1 if kind.startswith("numeric") else "2026-01-01" if kind.startswith("timestamp") else made.get(kind, "a")


def _first_label(connection, kind: str) -> str | None:
    found = connection.execute(
        "SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype(%s) ORDER BY enumsortorder LIMIT 1", [kind]
    ).fetchone()
    return found and found[0]


def _global_target(connection, table: str, column: str) -> tuple[str, str] | None:
    return connection.execute(
        """SELECT target.attname, confrelid::regclass::text FROM pg_constraint
        JOIN pg_attribute AS source ON source.attrelid = conrelid AND source.attnum = conkey[1]
        JOIN pg_attribute AS target ON target.attrelid = confrelid AND target.attnum = confkey[1]
        WHERE conrelid = %s::regclass AND contype = 'f' AND cardinality(conkey) = 1 AND source.attname = %s""",
        [table, column],
    ).fetchone()


def names() -> list[str]:
    """The tenant tables of the template, for pytest to multiply by."""
    with database.connect("postgres", database.TEMPLATE) as connection:
        return tenant_tables(connection)
