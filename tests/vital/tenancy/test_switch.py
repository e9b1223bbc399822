"""Going from one tenant to another."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client
from django.urls import reverse

from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Role, Tenant, User

SWITCH = "/tenant/"
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def both(pharma, digital, join):
    """Somebody who works in two tenants, at home in pharma."""
    join(pharma, Role.TENANT_ADMIN, email="ana@example.com")
    return join(digital, Role.TENANT_ADMIN, email="ana@example.com")


def test_switching_shows_the_other_tenant(pharma, digital, both, enter):
    client = enter(both)
    assert client.get(reverse("admin:index")).wsgi_request.tenant == pharma
    assert client.post(SWITCH, {"tenant": digital.pk}).status_code == 302
    assert client.get(reverse("admin:index")).wsgi_request.tenant == digital


def test_a_tenant_that_is_not_ones_own_is_not_found(pharma, digital, join, enter):
    client = enter(join(pharma))
    assert client.post(SWITCH, {"tenant": digital.pk}).status_code == 404
    assert client.post(SWITCH, {"tenant": "nonsense"}).status_code == 404
    assert client.get(reverse("admin:index")).wsgi_request.tenant == pharma


def test_a_link_cannot_switch(both, pharma, digital, enter):
    client = enter(both)
    assert client.get(SWITCH, {"tenant": digital.pk}).url == reverse("admin:index")
    assert client.get(reverse("admin:index")).wsgi_request.tenant == pharma


def test_strangers_are_asked_to_log_in(client, digital):
    assert client.post(SWITCH, {"tenant": digital.pk}).url.startswith("/admin/login/")


def test_platform_administrators_may_enter_every_tenant(platform_admin, pharma, digital, enter):
    client = enter(platform_admin)
    for tenant in (digital, pharma):
        client.post(SWITCH, {"tenant": tenant.pk})
        assert client.get(reverse("admin:index")).wsgi_request.tenant == tenant


def test_the_session_gets_a_new_key(both, digital, enter):
    client = enter(both)
    before = client.session.session_key
    client.post(SWITCH, {"tenant": digital.pk})
    assert client.session.session_key != before


def test_a_form_left_open_in_another_tab_is_refused(both, digital, pharma):
    client = Client(enforce_csrf_checks=True)
    client.force_login(both, backend=BACKEND)
    address = reverse("admin:organisation_function_add")
    token = client.get(address).context["csrf_token"]
    assert client.post(SWITCH, {"tenant": digital.pk, "csrfmiddlewaretoken": token}).status_code == 302
    late = client.post(address, {"name": "Late", "slug": "late", "csrfmiddlewaretoken": str(token)})
    assert late.status_code == 403
    assert "opened before you logged in again or switched" in late.content.decode()
    with tenant_context(digital):
        assert not Function.objects.filter(slug="late").exists()


def test_entering_is_recorded_in_the_tenant_that_was_entered(
    both, pharma, digital, enter, django_capture_on_commit_callbacks
):
    client = enter(both)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(SWITCH, {"tenant": digital.pk})
    with tenant_context(digital):
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (both, str(digital.pk))
    with tenant_context(pharma):
        assert not LogEntry.objects.exists()


def test_entering_is_recorded_by_the_real_request_too(committed, join):
    digital = Tenant.objects.get(slug="digital-health")
    join(Tenant.objects.get(slug="pharma"), email="ana@example.com")
    client = Client()
    client.force_login(join(digital, email="ana@example.com"), backend=BACKEND)
    client.post(SWITCH, {"tenant": digital.pk})
    with tenant_context(digital):
        assert LogEntry.objects.count() == 1


def test_history_and_recent_actions_stay_in_their_tenant(both, digital, pharma, enter):
    client = enter(both)
    client.post(reverse("admin:organisation_function_add"), {"name": "Quasar", "slug": "quasar"})
    assert "Quasar" in client.get(reverse("admin:index")).content.decode()
    client.post(SWITCH, {"tenant": digital.pk})
    assert "Quasar" not in client.get(reverse("admin:index")).content.decode()


def test_the_menu_offers_ones_own_tenants_only(both, pharma, digital, join, enter):
    assert "VITAL Digital Health" in enter(both).get(reverse("admin:index")).content.decode()
    page = enter(join(pharma)).get(reverse("admin:index")).content.decode()
    assert "VITAL Digital Health" not in page
    assert "tenant-switch" not in page


def test_a_platform_administrator_adds_the_first_tenant_and_is_in_it(committed):
    """Where there is none yet, nothing can be logged to one either."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM tenants")
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.com", "x"), backend=BACKEND)
    page = client.get(reverse("admin:index")).content.decode()
    assert "There is no tenant yet" in page
    assert reverse("admin:tenancy_tenant_add") in page
    answer = client.post(
        reverse("admin:tenancy_tenant_add"),
        {"tenant_key": "acme", "slug": "acme", "name": "Acme", "status": "active", "tier": "free", "is_active": "on"},
    )
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).wsgi_request.tenant.slug == "acme"
    with tenant_context(Tenant.objects.get()):
        assert LogEntry.objects.get().is_addition()


def test_a_tenant_added_later_does_not_take_the_place_of_the_first(platform_admin, digital, enter):
    client = enter(platform_admin)
    assert client.get(reverse("admin:index")).wsgi_request.tenant == digital
    Tenant.objects.create(name="AAA", slug="aaa", tenant_key="aaa")
    assert client.get(reverse("admin:index")).wsgi_request.tenant == digital


def test_a_form_for_a_tenant_that_closed_meanwhile_is_not_saved_in_another(both, pharma, digital, enter):
    client = enter(both)
    client.get(reverse("admin:index"))
    before = client.session.session_key
    with tenant_context(pharma):
        Membership.objects.filter(user=both).delete()
    late = client.post(reverse("admin:organisation_function_add"), {"name": "Late", "slug": "late"})
    assert late.status_code == 403
    assert client.session.session_key != before
    with tenant_context(digital):
        assert not Function.objects.filter(slug="late").exists()
    assert client.get(reverse("admin:index")).wsgi_request.tenant == digital
