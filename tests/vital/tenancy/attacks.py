"""What tenant A tries, to see or touch what is B's. Each attack is a function that fails when it succeeds.

They run as one suite against the real schema (test_isolation), and against schemas with one protection taken away
(test_negative_controls), where at least one of them must succeed.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import errors, sql

from .catalogue import Table

GARBAGE = ("garbage", "' OR 1=1 --", "x" * 2_000_000)


@dataclass
class Attacker:
    """Somebody of tenant A with a connection; `as_owner` gives one that acts as the owner of the tables."""

    connection: psycopg.Connection
    as_owner: Callable
    a: UUID
    b: UUID
    tables: dict[str, Table]
    names_of_b: dict[tuple[str, str], object]  # what B's row holds in the columns of a unique key

    def enter(self, tenant) -> None:
        self.run("SELECT set_config('request.jwt.claim.tenant_id', %s, true)", [str(tenant)])

    def run(self, statement, values=()) -> psycopg.Cursor:
        return self.connection.execute(statement, values or None)

    def on(self, table: Table, statement: str, values=(), **names) -> psycopg.Cursor:
        names = {name: sql.Identifier(value) for name, value in names.items()}
        return self.run(sql.SQL(statement).format(table=table.sql, **names), values)

    @contextmanager
    def refused(self, *kinds) -> Iterator[pytest.ExceptionInfo]:
        with pytest.raises(kinds or errors.InsufficientPrivilege) as error, self.connection.transaction():
            yield error

    def copy(self, table: Table, source: UUID, **values) -> psycopg.Cursor:
        """Insert a row like A's own, but for these values."""
        values = {"id": fresh_id(table), **values}
        columns = [c for c in table.columns if c not in values]
        statement = "INSERT INTO {table} ({given}, {taken}) SELECT {values}, {taken} FROM {table} WHERE id = {source}"
        parts = {
            "given": sql.SQL(", ").join(map(sql.Identifier, values)),
            "taken": sql.SQL(", ").join(map(sql.Identifier, columns)),
            "values": sql.SQL(", ").join(map(sql.Literal, values.values())),
            "source": sql.Literal(source),
        }
        return self.run(sql.SQL(statement).format(table=table.sql, **parts))


def fresh_id(table: Table):
    return uuid4() if table.columns["id"] == "uuid" else 2_000_000_000


def a_column(table: Table) -> str:
    return next(c for c in table.columns if c not in ("id", "tenant_id", "created_at", "updated_at"))


def no_context(x: Attacker, table: Table):
    x.enter("")
    nothing_at_all(x, table)


def context_unset(x: Attacker, table: Table):
    x.run("RESET request.jwt.claim.tenant_id")
    nothing_at_all(x, table)


def nothing_at_all(x: Attacker, table: Table):
    assert x.on(table, "SELECT count(*) FROM {table}").fetchone() == (0,)
    assert x.on(table, "UPDATE {table} SET tenant_id = tenant_id").rowcount == 0
    assert x.on(table, "DELETE FROM {table}").rowcount == 0
    with x.refused(errors.InsufficientPrivilege):
        x.on(table, "INSERT INTO {table} (tenant_id) VALUES (%s)", [x.a])


def garbage_as_context(x: Attacker, table: Table):
    for garbage in GARBAGE:
        with x.refused(psycopg.DataError):
            x.enter(garbage)
            x.on(table, "SELECT * FROM {table}")


def read_anothers_row(x: Attacker, table: Table):
    b = table.rows[x.b]
    assert not x.on(table, "SELECT FROM {table} WHERE id = %s", [b]).fetchone()
    assert not x.on(table, "SELECT FROM {table} WHERE tenant_id = %s", [x.b]).fetchone()
    assert not x.on(
        table, "SELECT FROM tenants JOIN {table} ON tenants.id = tenant_id WHERE tenant_id <> %s", [x.a]
    ).fetchone()
    assert x.on(table, "SELECT EXISTS (SELECT FROM {table} WHERE id = %s)", [b]).fetchone() == (False,)
    assert x.on(table, "SELECT count(DISTINCT tenant_id) FROM {table}").fetchone() == (1,)


def change_anothers_row(x: Attacker, table: Table):
    b = table.rows[x.b]
    column = a_column(table)
    assert x.on(table, "UPDATE {table} SET {c} = {c} WHERE id = %s", [b], c=column).rowcount == 0
    assert x.on(table, "UPDATE {table} AS t SET {c} = t.{c} FROM tenants WHERE t.id = %s", [b], c=column).rowcount == 0
    assert x.on(table, "DELETE FROM {table} WHERE id = %s", [b]).rowcount == 0
    assert (
        x.on(table, "DELETE FROM {table} AS t USING tenants WHERE t.tenant_id = tenants.id AND t.id = %s", [b]).rowcount
        == 0
    )


def insert_for_another(x: Attacker, table: Table):
    with x.refused():
        x.copy(table, table.rows[x.a], tenant_id=x.b)


def give_a_row_away(x: Attacker, table: Table):
    with x.refused():
        x.on(table, "UPDATE {table} SET tenant_id = %s WHERE id = %s", [x.b, table.rows[x.a]])


def overwrite_by_upsert(x: Attacker, table: Table):
    columns = [c for c in table.columns if c != "id"]
    row = sql.SQL(
        "INSERT INTO {table} (id, {columns}) SELECT {id}, {columns} FROM {table} WHERE id = {own} ON CONFLICT (id) "
    )
    statement = row.format(
        table=table.sql,
        id=sql.Literal(table.rows[x.b]),
        own=sql.Literal(table.rows[x.a]),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
    )
    with x.refused(errors.InsufficientPrivilege, errors.UniqueViolation):
        x.run(statement + sql.SQL("DO UPDATE SET tenant_id = excluded.tenant_id"))
    with x.refused(errors.UniqueViolation, Untouched):
        assert x.run(statement + sql.SQL("DO NOTHING")).rowcount == 0
        raise Untouched


class Untouched(Exception):  # noqa: N818
    """The statement changed nothing, as it should."""


def overwrite_by_merge(x: Attacker, table: Table):
    statement = "MERGE INTO {table} AS t USING (SELECT %s AS id) AS s ON t.id = s.id WHEN MATCHED THEN DELETE"
    assert x.on(table, statement, [table.rows[x.b]]).rowcount == 0


def point_at_anothers_row(x: Attacker, table: Table):
    """…and learn from the error whether it exists."""
    for column, target in table.references.items():
        told = []
        for aim in (x.tables[target].rows[x.b], uuid4()):
            with x.refused(errors.ForeignKeyViolation) as error:
                x.on(table, "UPDATE {table} SET {c} = %s WHERE id = %s", [aim, table.rows[x.a]], c=column)
                raise AssertionError(f"{table}.{column} accepted another tenant's row")
            diagnosis = error.value.diag
            told.append(
                (diagnosis.sqlstate, diagnosis.message_primary, (diagnosis.message_detail or "").replace(str(aim), ""))
            )
        assert told[0] == told[1]


def be_refused_a_name_that_another_uses(x: Attacker, table: Table):
    for key in table.keys:
        if key and not set(key) & set(table.references):
            values = dict(zip(key, (x.names_of_b[table.name, column] for column in key), strict=True))
            sets = sql.SQL(", ").join(
                sql.SQL("{} = {}").format(sql.Identifier(k), sql.Literal(v)) for k, v in values.items()
            )
            x.on(table, "DELETE FROM {table} WHERE id <> %s", [table.rows[x.a]])
            x.run(sql.SQL("UPDATE {} SET {} WHERE id = {}").format(table.sql, sets, sql.Literal(table.rows[x.a])))


def own_without_context(x: Attacker, table: Table):
    with x.as_owner() as owner:
        assert owner.execute(sql.SQL("SELECT count(*) FROM {}").format(table.sql)).fetchone() == (0,)


def switch_row_security_off(x: Attacker, table: Table):
    with x.refused():
        x.run("SET LOCAL row_security = off")
        x.on(table, "SELECT FROM {table}")


def copy_in_and_out(x: Attacker, table: Table):
    with x.connection.cursor().copy(sql.SQL("COPY (SELECT tenant_id FROM {}) TO STDOUT").format(table.sql)) as rows:
        assert {row[0] for row in rows.rows()} == {str(x.a)}
    with x.connection.cursor().copy(sql.SQL("COPY {} (tenant_id) TO STDOUT").format(table.sql)) as rows:
        assert {row[0] for row in rows.rows()} == {str(x.a)}
    with (
        x.refused(errors.FeatureNotSupported),
        x.connection.cursor().copy(sql.SQL("COPY {} (tenant_id) FROM STDIN").format(table.sql)) as rows,
    ):
        rows.write_row([str(x.b)])
    with x.refused():
        x.on(table, "COPY {table} TO PROGRAM 'cat > /dev/null'")


def change_the_rules(x: Attacker, table: Table):
    # LOCK is not among them: PostgreSQL grants it with UPDATE. The role's time-outs end it.
    for statement in (
        "TRUNCATE {table}",
        "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE {table} ADD COLUMN spy text",
        "DROP POLICY tenant_isolation ON {table}",
        "CREATE POLICY mine ON {table} USING (true)",
        "CREATE TRIGGER mine AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION set_tenant()",
        "DROP TABLE {table}",
        "CREATE VIEW spy AS SELECT * FROM {table}",
        "CREATE FUNCTION spy() RETURNS int LANGUAGE sql RETURN 1",
    ):
        with x.refused():
            x.on(table, statement)


def take_a_stronger_role(x: Attacker, table: Table):
    for role in ("vital_owner", "vital_migrator", "vital_search", "vital_summary", "postgres"):
        with x.refused():
            x.on(table, "SET ROLE {role}", role=role)
        with x.refused():
            x.on(table, "SET SESSION AUTHORIZATION {role}", role=role)


def leak_through_a_function(x: Attacker, table: Table):
    x.run(
        """CREATE FUNCTION pg_temp.leak(uuid) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
        $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"""
    )
    heard = []
    handler = lambda notice: heard.append(notice.message_primary)  # noqa: E731
    x.connection.add_notice_handler(handler)
    x.on(table, "SELECT count(*) FROM {table} WHERE pg_temp.leak(tenant_id)")
    x.connection.remove_notice_handler(handler)
    assert set(heard) == {str(x.a)}


def read_statistics(x: Attacker, table: Table):
    assert not x.run("SELECT FROM pg_stats WHERE tablename = %s", [table.name]).fetchone()


ATTACKS = (
    no_context,
    context_unset,
    garbage_as_context,
    read_anothers_row,
    change_anothers_row,
    insert_for_another,
    give_a_row_away,
    overwrite_by_upsert,
    overwrite_by_merge,
    point_at_anothers_row,
    be_refused_a_name_that_another_uses,
    own_without_context,
    switch_row_security_off,
    copy_in_and_out,
    change_the_rules,
    take_a_stronger_role,
    leak_through_a_function,
    read_statistics,
)
