"""Two tenants at once, on the same connections."""

import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.test import Client

from tests.server import web_server
from tests.vital.test_up import free_port
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Role, Tenant

REQUESTS = 200


@pytest.fixture
def cookies(committed, join) -> dict[str, str]:
    """A logged-in session for somebody of each tenant, by what only that tenant's page says."""
    sessions = {}
    for slug, mark in (("pharma", "Quasar"), ("digital-health", "Nebula")):
        tenant = Tenant.objects.get(slug=slug)
        with tenant_context(tenant):
            Function.objects.create(name=mark, slug="mark", sort_order=0)
        client = Client()
        client.force_login(join(tenant, Role.ANALYST), backend="django.contrib.auth.backends.ModelBackend")
        sessions[mark] = client.session.session_key
    return sessions


def test_200_requests_alternating_between_tenants_are_never_mixed(cookies, database_name, tmp_path):
    def fetch(mark: str) -> tuple[str, str]:
        request = urllib.request.Request(
            f"{address}/admin/organisation/function/",
            headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookies[mark]}"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return mark, response.read().decode()

    with (
        (tmp_path / "log").open("w") as log,
        web_server(database_name, free_port(), log) as address,
        ThreadPoolExecutor(16) as pool,
    ):
        answers = list(pool.map(fetch, list(cookies) * (REQUESTS // 2)))
    assert len(answers) == REQUESTS
    for mark, page in answers:
        (other,) = cookies.keys() - {mark}
        assert mark in page
        assert other not in page
