import pytest

from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context


@pytest.fixture
def work(pharma, join, enter):
    """The browser of an analyst."""
    return enter(join(pharma, full_name="Ana Silva"))


@pytest.fixture
def full(pharma):
    """A persona with every section at its upper count."""
    with tenant_context(pharma):
        return PersonaFactory(complete="most", slug="full", name="Dr. Full")


@pytest.fixture
def empty(pharma):
    with tenant_context(pharma):
        return PersonaFactory(slug="empty", name="Nobody Yet")
