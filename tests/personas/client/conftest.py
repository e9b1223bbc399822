"""Sessions to run the client's statements in. None of them keeps what it did."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import database

DOCUMENTS = Path(__file__).parent / "sql"


@pytest.fixture
def superuser(django_db_setup, database_name) -> Iterator[psycopg.Connection]:
    """Somebody at a SQL prompt: no tenant is set, and no policy holds."""
    with database.connect("postgres", database_name) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def application(django_db_setup, database_name) -> Iterator[psycopg.Connection]:
    """The application's role, inside the tenant that the client's statements name."""
    with database.connect("vital_app", database_name) as connection:
        (tenant,) = connection.execute("SELECT id FROM tenants WHERE slug = 'pharma'").fetchone()
        connection.execute(f"SET LOCAL request.jwt.claim.tenant_id = '{tenant}'")
        yield connection
        connection.rollback()


@pytest.fixture
def scratch(database_name) -> Iterator[str]:
    """The name of a database to break."""
    name = f"{database_name}_scratch"
    database.create(name)
    yield name
    database.drop(name)


@pytest.fixture(scope="session")
def as_documented(database_name) -> Iterator[psycopg.Connection]:
    """A database in which the client's own definitions stand in the schema `client`, beside ours in `public`."""
    name = f"{database_name}_documents"
    database.create(name)
    with database.connect("postgres", name) as connection:
        connection.execute("CREATE SCHEMA client; SET search_path = client, public")
        for document in ("004_objects.sql", "002_time_perspectives.sql"):
            connection.execute((DOCUMENTS / document).read_text())
        connection.commit()
        yield connection
        connection.rollback()
    database.drop(name)
