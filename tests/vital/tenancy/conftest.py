from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from psycopg import sql

from tests import database

from .attacks import Attacker
from .catalogue import fill

A = UUID("f7aa6fd4-0af9-4706-8b31-034f1f7accda")  # pharma
B = UUID("5e2c3d0a-7b1f-4f60-9a3e-2d8c4b6a9e17")  # digital health


@pytest.fixture(scope="session")
def battlefield(database_name) -> Iterator[tuple]:
    """A database in which each tenant has a row in every tenant table."""
    name = f"{database_name}_attacks"
    database.create(name)
    with database.connect("postgres", name) as connection:
        connection.execute("INSERT INTO users (email, password, is_superuser) VALUES ('a@example.com', '', false)")
        tables = fill(connection, [A, B])
        # Some tables the application may not write at all. The policies must hold without that.
        for table in tables.values():
            connection.execute(sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO vital_app").format(table.sql))
        connection.execute("ANALYZE")
        names = {
            (table.name, column): connection.execute(
                sql.SQL("SELECT {} FROM {} WHERE id = %s").format(sql.Identifier(column), table.sql), [table.rows[B]]
            ).fetchone()[0]
            for table in tables.values()
            for key in table.keys
            for column in key
        }
    yield name, tables, names
    database.drop(name)


@pytest.fixture(scope="session", params=["initplan", "inline"])
def logged_in(request, battlefield) -> Iterator[Attacker]:
    """Somebody of tenant A, logged in as the application; policies in one style, then in the other."""
    name, tables, names = battlefield
    with database.connect("postgres", name) as superuser:
        superuser.execute("SELECT set_policy_style(%s)", [request.param])

    @contextmanager
    def as_owner():
        with database.connect("vital_migrator", name) as connection:
            connection.execute("SET ROLE vital_owner")
            yield connection

    with database.connect("vital_app", name) as connection:
        yield Attacker(connection, as_owner, A, B, tables, names)
        connection.rollback()


@pytest.fixture
def attacker(logged_in) -> Iterator[Attacker]:
    logged_in.connection.rollback()
    logged_in.enter(A)
    yield logged_in
    logged_in.connection.rollback()
