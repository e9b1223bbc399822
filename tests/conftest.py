import gc
import os
import shutil
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.db import connections

from tests import database
from tests.environment import DATABASE
from vital.services import Services
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Role, Tenant, User

PASSWORD = "correct horse battery"
LONG = ("tests/journeys/", "tests/vital/test_up.py", "tests/test_migrations.py", "tests/vital/test_setup_database.py")

# The same examples every time: a change is judged by what it changes. HYPOTHESIS_PROFILE=search looks for others.
hypothesis.settings.register_profile("steady", derandomize=True, database=None)
hypothesis.settings.register_profile("search")
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.services = Services().__enter__()  # ends with this process, however that ends
        database.start(config.services)


def pytest_collection_modifyitems(items):
    """What waits for other programs comes first: at the end of a run, nobody has to wait for one long test."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish():
    gc.freeze()  # ten thousand collected tests stay to the end; nobody looks through them again and again


def pytest_unconfigure(config):
    if services := getattr(config, "services", None):
        services.__exit__()
        shutil.rmtree(os.environ[database.FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def database_name() -> str:
    return DATABASE


@pytest.fixture(scope="session")
def django_db_setup(database_name) -> None:
    """This process's copy of the template."""
    settings.TENANT_GUARD_RAISES = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; journeys use the real one
    database.create(database_name)


@pytest.fixture
def committed(django_db_setup, django_db_blocker, database_name) -> Iterator[None]:
    """A database to commit to: for what a test's transaction would hide. The next test gets a fresh copy."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    database.create(database_name)


@pytest.fixture
def pharma(db) -> Tenant:
    return Tenant.objects.get(slug="pharma")


@pytest.fixture
def digital(db) -> Tenant:
    return Tenant.objects.get(slug="digital-health")


@pytest.fixture
def tenant(pharma) -> Iterator[Tenant]:
    """Work inside a tenant."""
    with tenant_context(pharma):
        yield pharma


@pytest.fixture
def join():
    """Make somebody who works in a tenant: join(pharma, Role.ANALYST)."""

    def make(tenant: Tenant, role: str = Role.ANALYST, email: str | None = None, **fields) -> User:
        email = email or f"{role}@{tenant.slug}.example"
        user = User.objects.filter(email=email).first() or User.objects.create_user(
            email, PASSWORD, tenant=tenant, **fields
        )
        with tenant_context(tenant):
            Membership.objects.create(user=user, role=role)
        return user

    return make


@pytest.fixture
def platform_admin(db) -> User:
    return User.objects.create_superuser("root@example.com", PASSWORD)


@pytest.fixture
def enter(client):
    """Log somebody in: enter(user) returns the client."""

    def log_in(user: User):
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in
