import pytest

from personas.models import CountedPersona
from personas.tasks import refresh_persona_summary
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

pytestmark = pytest.mark.usefixtures("committed")


def test_the_figures_of_all_tenants_are_counted_at_night():
    tenants = list(Tenant.objects.all())
    for tenant in tenants:
        with tenant_context(tenant):
            PersonaFactory(complete=True)
    refresh_persona_summary(0)
    for tenant in tenants:
        with tenant_context(tenant):
            (figures,) = CountedPersona.objects.all()
            assert (figures.goals_count, len(figures.insights["wilo"])) == (3, 7)
