"""The request's tenant and transaction, seen from outside."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone

from vital.organisation.models import Department, Function
from vital.tenancy.context import current_tenant, tenant_context
from vital.tenancy.middleware import SESSION_KEY, IdleSessionMiddleware
from vital.tenancy.models import Membership, Role, Tenant, User
from vital.urls import urlpatterns as ours

BACKEND = "django.contrib.auth.backends.ModelBackend"


RAISED = {"raise": RuntimeError("in the middle"), "missing": Http404(), "forbidden": PermissionDenied()}


def write(status):
    """A view that writes, then answers with a status or fails."""

    def view(request):
        Function.objects.create(name="Half", slug="half")
        if status in RAISED:
            raise RAISED[status]
        return HttpResponse(status=status)

    return view


urlpatterns = [*ours, *(path(f"write/{status}", write(status)) for status in (200, 404, 500, *RAISED))]


def test_people_start_in_their_home_tenant(pharma, digital, join, enter):
    user = join(digital, email="ana@example.com")
    join(pharma, email="ana@example.com")
    assert enter(user).get(reverse("admin:index")).context["request"].tenant == digital


def test_the_whole_page_is_rendered_inside_the_tenant(pharma, join, enter):
    """Select boxes are filled while rendering, after the view has returned."""
    page = enter(join(pharma, Role.TENANT_ADMIN)).get(reverse("admin:organisation_role_changelist"))
    assert "Medical Information" in page.content.decode()


@pytest.mark.parametrize("forge", ["query", "form", "header"])
def test_a_tenant_is_never_taken_from_what_the_browser_says(pharma, digital, join, enter, forge):
    client = enter(join(pharma, Role.TENANT_ADMIN))
    said = {"tenant": str(digital.pk), "tenant_id": str(digital.pk)}
    address = reverse("admin:organisation_function_add")
    if forge == "query":
        response = client.get(address, said)
    elif forge == "header":
        response = client.get(address, headers={"X-Tenant": str(digital.pk)})
    else:
        response = client.post(address, said | {"name": "Mine", "slug": "mine", "strategic_priority": 1})
        with tenant_context(pharma):
            assert Function.objects.filter(slug="mine").exists()
        with tenant_context(digital):
            assert not Function.objects.filter(slug="mine").exists()
    assert response.wsgi_request.tenant == pharma


def test_a_tenant_in_the_session_is_checked_on_every_request(pharma, digital, join, enter):
    user = join(pharma, email="ana@example.com")
    join(digital, email="ana@example.com")
    client = enter(user)
    session = client.session
    session[SESSION_KEY] = str(digital.pk)
    session.save()
    assert client.get(reverse("admin:index")).wsgi_request.tenant == digital
    with tenant_context(digital):
        Membership.objects.all().delete()
    assert client.get(reverse("admin:index")).wsgi_request.tenant == pharma


@pytest.mark.parametrize("change", [{"is_active": False}, {"deleted_at": timezone.now()}], ids=["closed", "deleted"])
def test_nobody_works_in_a_tenant_that_is_no_longer(pharma, join, enter, platform_admin, change):
    user = join(pharma)
    Tenant.objects.filter(pk=pharma.pk).update(**change)
    assert enter(user).get(reverse("admin:index")).wsgi_request.tenant is None
    assert pharma not in enter(platform_admin).get(reverse("admin:index")).wsgi_request.tenants


def test_a_person_without_a_tenant_is_told_what_to_do(enter, db, django_user_model):
    page = enter(django_user_model.objects.create_user("new@example.com", "x")).get(reverse("admin:index"))
    assert "You do not work in a tenant yet" in page.content.decode()


def test_a_closed_account_is_logged_out(pharma, join, enter):
    user = join(pharma)
    client = enter(user)
    user.is_active = False
    user.save()
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.urls(__name__)
class TestCommitted:
    """What only shows when transactions really end."""

    @pytest.fixture
    def client(self, committed, join):
        user = join(Tenant.objects.get(slug="pharma"), Role.TENANT_ADMIN)
        client = Client(raise_request_exception=False)
        client.force_login(user, backend=BACKEND)
        return client

    @pytest.mark.parametrize(
        ("status", "kept"), [(200, True), (404, True), (500, False), *((raised, False) for raised in RAISED)]
    )
    def test_a_request_that_fails_leaves_nothing_half_done(self, client, status, kept):
        client.post(f"/write/{status}")
        with tenant_context(Tenant.objects.get(slug="pharma")):
            assert Function.objects.filter(slug="half").exists() is kept

    def test_looking_writes_nothing(self, client):
        assert client.get("/write/200").status_code == 500

    @pytest.mark.parametrize("status", [200, 500, "raise"])
    def test_the_connection_forgets_the_tenant(self, client, status):
        client.post(f"/write/{status}")
        assert current_tenant() is None
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_tenant_id()")
            assert cursor.fetchone() == (None,)
            cursor.execute("SELECT count(*) FROM tenants")  # and it is still of use
            assert cursor.fetchone() == (2,)

    def test_the_session_lives_on_while_its_owner_works(self, client):
        def end():
            return Session.objects.get(pk=client.session.session_key).expire_date

        Session.objects.update(expire_date=timezone.now() + timezone.timedelta(minutes=30))
        before = end()
        client.get(reverse("admin:index"))
        assert end() > before

    def test_an_idle_session_ends(self, client):
        Session.objects.update(expire_date=timezone.now() - timezone.timedelta(seconds=1))
        assert client.get(reverse("admin:index")).status_code == 302


def test_what_another_request_put_into_the_session_meanwhile_stays(pharma, join, enter, rf):
    client = enter(join(pharma))
    request = rf.get("/")
    request.user, request.session = User.objects.get(), client.session

    def slow_page(request):
        meanwhile = SessionStore(client.session.session_key)
        meanwhile["tenant"] = "another"
        meanwhile.save()
        return HttpResponse()

    request.session.get("tenant")  # loaded before
    Session.objects.update(expire_date=timezone.now() + timezone.timedelta(minutes=1))
    IdleSessionMiddleware(slow_page)(request)
    assert SessionStore(client.session.session_key)["tenant"] == "another"


def test_two_people_of_two_tenants_see_nothing_of_each_other(pharma, digital, join):
    with tenant_context(pharma):
        secret = Function.objects.create(name="Projekt Quasar", slug="quasar")
        Department.objects.create(name="Quasar Lab", slug="quasar-lab", function=secret)
    stranger, owner = Client(), Client()
    stranger.force_login(join(digital, Role.TENANT_ADMIN), backend=BACKEND)
    owner.force_login(join(pharma, Role.TENANT_ADMIN), backend=BACKEND)
    addresses = (
        reverse("admin:index"),
        reverse("admin:organisation_function_changelist"),
        reverse("admin:organisation_department_changelist"),
        reverse("admin:organisation_department_changelist") + f"?function__id__exact={secret.pk}",
        reverse("admin:organisation_function_changelist") + "?q=quasar",
        reverse("admin:autocomplete") + "?term=quasar&app_label=organisation&model_name=department&field_name=function",
        reverse("admin:search") + "?s=quasar&extended=1",
        reverse("admin:tenancy_membership_changelist"),
    )
    seen = [[client.get(address).content.decode() for address in addresses] for client in (owner, stranger)]
    assert any("Quasar" in page for page in seen[0])
    assert not any("Quasar" in page or "@pharma" in page for page in seen[1])


@pytest.mark.parametrize(
    "address",
    [
        "organisation_function_changelist?slug=%00",
        "organisation_function_changelist?slug__regex=(",
        "organisation_function_changelist?q=%00",
        "search?s=%00&extended=1",
    ],
)
def test_what_the_database_cannot_understand_is_answered_kindly(pharma, join, enter, address):
    page, _, query = address.partition("?")
    response = enter(join(pharma)).get(f"{reverse(f'admin:{page}')}?{query}")
    assert response.status_code in (200, 302, 400)


def test_a_selection_that_is_none_is_answered_kindly(pharma, join, enter):
    response = enter(join(pharma, Role.TENANT_ADMIN)).post(
        reverse("admin:organisation_function_changelist"),
        {"action": "delete_selected", "_selected_action": "nonsense", "post": "yes"},
    )
    assert response.status_code == 400
    assert "cannot be understood" in response.content.decode()
