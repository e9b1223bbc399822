"""References to a vocabulary, on the page of a role: what is offered, and what may be saved."""

import pytest
from django.db import connection
from django.urls import reverse

from lookups.models import GeographicScope, SeniorityLevel
from vital.organisation.models import Role
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role as Job

FIELDS = {"seniority_level": SeniorityLevel, "geographic_scope": GeographicScope}
each_field = pytest.mark.parametrize("field", FIELDS)


@pytest.fixture
def work(pharma, join, enter):
    return enter(join(pharma, Job.ANALYST))


@pytest.fixture
def value(db, field):
    return FIELDS[field].objects.create(code="zed-9", display_name="Zebulon")


@pytest.fixture
def role(pharma, field, value) -> Role:
    """A role that has the value."""
    with tenant_context(pharma):
        return Role.objects.create(name="Holder", slug="holder", **{field: value})


def page(role: Role | None = None) -> str:
    return reverse("admin:organisation_role_change", args=[role.pk]) if role else reverse("admin:organisation_role_add")


def offered(client, url: str, field: str) -> list[str]:
    """What the field's select box offers, but for the empty choice."""
    choices = client.get(url).context["adminform"].form[field].field.choices
    return [str(value) for value, _ in choices if value != ""]


def save(client, url: str, **values):
    inlines = ("roleresponsibility_set", "roleskill_set", "rolekpi_set")
    counts = {f"{inline}-{count}_FORMS": 0 for inline in inlines for count in ("TOTAL", "INITIAL")}
    return client.post(url, {"name": "Saved", "slug": "saved", "is_active": "on"} | counts | values)


def deactivate(value):
    type(value).objects.filter(pk=value.pk).update(is_active=False)


@each_field
class TestChoices:
    def test_are_the_codes_of_the_active_values_in_their_order(self, work, field):
        expected = list(FIELDS[field].objects.order_by("sort_order").values_list("code", flat=True))
        assert expected
        assert offered(work, page(), field) == expected

    def test_include_a_value_once_it_is_there(self, work, value, field):
        assert value.code in offered(work, page(), field)

    def test_leave_out_a_deactivated_value(self, work, value, field):
        deactivate(value)
        assert value.code not in offered(work, page(), field)

    def test_keep_a_deactivated_value_where_a_role_has_it(self, work, value, role, field):
        deactivate(value)
        assert value.code in offered(work, page(role), field)


@each_field
class TestSaving:
    def test_an_active_value_is_taken(self, work, pharma, value, field):
        assert save(work, page(), **{field: value.code}).status_code == 302
        with tenant_context(pharma):
            assert getattr(Role.objects.get(slug="saved"), field) == value

    def test_a_role_with_a_deactivated_value_is_saved_and_keeps_it(self, work, pharma, value, role, field):
        deactivate(value)
        assert save(work, page(role), **{field: value.code}).status_code == 302
        with tenant_context(pharma):
            role.refresh_from_db()
        assert (role.name, getattr(role, field)) == ("Saved", value)

    @pytest.mark.parametrize("forged", ["zed-9", "unheard-of"])
    def test_a_value_that_is_not_offered_is_a_form_error(self, work, value, field, forged):
        deactivate(value)
        response = save(work, page(), **{field: forged})
        assert list(response.context["adminform"].form.errors) == [field]

    def test_a_value_may_be_left_out(self, work, pharma, field):
        assert save(work, page(), **{field: ""}).status_code == 302
        with tenant_context(pharma):
            assert getattr(Role.objects.get(slug="saved"), field) is None


@each_field
def test_the_column_holds_the_code_under_the_field_s_own_name(tenant, role, value, field):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {field} FROM org_roles WHERE id = %s", [role.pk])
        assert cursor.fetchone() == (value.code,)
