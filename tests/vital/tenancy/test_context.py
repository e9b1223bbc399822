import pytest
from django.db import InternalError, connection, transaction

from tests import database
from vital.organisation.models import Function
from vital.tenancy.context import SETTINGS, TenantSwitchError, current_tenant, tenant_context
from vital.tenancy.guard import NoTenantContext
from vital.tenancy.models import Membership, Tenant

from .conftest import A

NOBODY = dict.fromkeys(SETTINGS, "")


def told() -> dict[str, str]:
    """What the database has been told of who acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in SETTINGS))
        return dict(zip(SETTINGS, cursor.fetchone(), strict=True))


@pytest.mark.database
class TestCommitted:
    """What only shows when transactions really end."""

    @pytest.fixture(autouse=True)
    def _committed(self, committed):
        pass

    @pytest.fixture
    def tenants(self):
        return Tenant.objects.get(slug="pharma"), Tenant.objects.get(slug="digital-health")

    def test_the_database_is_told_in_every_spelling(self, tenants):
        pharma, _ = tenants
        with tenant_context(pharma):
            assert told()["request.jwt.claim.tenant_id"] == str(pharma.pk)
            assert str(pharma.pk) in told()["request.jwt.claims"]

    def test_nothing_is_left_on_the_connection(self, tenants):
        with tenant_context(tenants[0]):
            pass
        assert told() == NOBODY
        assert current_tenant() is None

    def test_nothing_is_left_after_an_exception_and_what_was_written_is_undone(self, tenants):
        def fail():
            with tenant_context(tenants[0]):
                Function.objects.create(name="Gone", slug="gone")
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert told() == NOBODY
        with tenant_context(tenants[0]):
            assert not Function.objects.filter(slug="gone").exists()

    def test_a_read_only_context_writes_nothing(self, tenants):
        with pytest.raises(InternalError, match="read-only"), tenant_context(tenants[0], read_only=True):
            Function.objects.create(name="Gone", slug="gone")

    def test_what_runs_after_the_commit_has_no_tenant(self, tenants):
        seen = []
        with tenant_context(tenants[0]):
            transaction.on_commit(lambda: seen.append((current_tenant(), told())))
        assert seen == [(None, NOBODY)]

    def test_what_runs_after_the_commit_may_enter_another_tenant(self, tenants):
        pharma, digital = tenants

        def afterwards():
            with tenant_context(digital):
                Function.objects.create(name="Afterwards", slug="afterwards")

        with tenant_context(pharma):
            transaction.on_commit(afterwards)
        with tenant_context(digital):
            assert Function.objects.filter(slug="afterwards").exists()


def test_a_savepoint_rolled_back_leaves_the_tenant(pharma):
    with tenant_context(pharma):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            raise ZeroDivisionError
        assert told()["request.jwt.claim.tenant_id"] == str(pharma.pk)


def test_a_nested_context_ends_where_it_began(pharma, join):
    user = join(pharma)
    with tenant_context(pharma):
        before = told()
        with tenant_context(pharma, user):
            assert told()["app.user_id"] == str(user.pk)
        assert told() == before
    assert told() == NOBODY


@pytest.mark.parametrize("spelling", ["request.jwt.claim.tenant_id", "app.current_tenant_id"])
def test_no_tenant_means_none_whatever_the_connection_was_told(pharma, spelling):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {spelling} = '{pharma.pk}'")
    with tenant_context(None):
        assert not Function.objects.exists()


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({"request.jwt.claim.tenant_id": "A"}, True),
        ({"request.jwt.claims": '{"tenant_id": "A"}'}, True),
        ({"app.current_tenant_id": "A"}, True),
        ({"request.jwt.claims": '{"tenant_id": ""}', "app.current_tenant_id": "A"}, True),
        ({"request.jwt.claims": '{"tenant_id": ""}'}, False),
        ({"request.jwt.claims": "{}"}, False),
        ({"request.jwt.claims": "[]"}, False),
        ({"request.jwt.claims": '{"tenant_id": null}'}, False),
        ({"request.jwt.claim.tenant_id": "", "request.jwt.claims": "", "app.current_tenant_id": ""}, False),
    ],
)
@pytest.mark.parametrize("style", ["initplan", "inline"])
def test_the_policies_read_every_spelling_and_take_empty_for_unset(battlefield, settings, seen, style):
    name, _, _ = battlefield
    with database.connect("postgres", name) as session:
        session.execute("SELECT set_policy_style(%s)", [style])
        session.execute("SET LOCAL SESSION AUTHORIZATION vital_app")
        for setting, value in settings.items():
            session.execute("SELECT set_config(%s, %s, true)", [setting, value.replace("A", str(A))])
        assert session.execute("SELECT EXISTS (SELECT FROM org_roles)").fetchone() == (seen,)
        session.rollback()


def test_another_tenant_inside_is_refused(pharma, digital):
    with tenant_context(pharma), pytest.raises(TenantSwitchError), tenant_context(digital):
        pass


def test_a_tenant_table_outside_a_context_raises(pharma):
    with pytest.raises(NoTenantContext, match="org_functions"):
        Function.objects.count()


def test_without_a_tenant_people_see_their_own_memberships_only(pharma, digital, join):
    ana = join(pharma, email="ana@example.com")
    join(digital, email="ana@example.com")
    join(pharma, email="bo@example.com")
    with tenant_context(None, ana):
        assert {membership.user_id for membership in Membership.objects.all()} == {ana.pk}
        assert Membership.objects.count() == 2
        assert Membership.objects.update(role="publisher") == 0
    with tenant_context(None):
        assert not Membership.objects.exists()


def test_querysets_name_the_tenant_besides_the_policy(tenant):
    assert f'"tenant_id" = {tenant.pk}' in str(Function.objects.filter(slug="sales").query)
