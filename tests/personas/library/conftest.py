import pytest

from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role


@pytest.fixture
def published(pharma):
    """A persona as full as is expected at most, and published."""
    with tenant_context(pharma):
        return PersonaFactory(complete="most", validation_status="published")


@pytest.fixture
def analyst(pharma, join, enter):
    """A browser of somebody who may read and edit."""
    return enter(join(pharma, Role.ANALYST))
