"""Who may open which page of the admin."""

import pytest
from django.contrib import admin
from django.urls import reverse

from lookups.models import Lookup
from vital.admin import ModelAdmin
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Role, Tenant, TenantModel, User
from vital.tenancy.roles import GRANTS, allows

READ = {"changelist", "change", "history"}
WRITE = READ | {"add"}
ALL = WRITE | {"delete"}
NONE = set()
PAGES = sorted(ALL)

# What is allowed, by app or by model. Anonymous visitors are sent to log in; everything else is forbidden.
ALLOWED = {
    #                       analyst, reviewer, publisher, tenant admin, platform administrator
    "lookups": (READ, READ, READ, READ, ALL),
    "organisation": (WRITE, WRITE, WRITE, ALL, ALL),
    "tenancy.membership": (NONE, NONE, NONE, ALL, ALL),
    "tenancy.tenant": (NONE, NONE, NONE, NONE, WRITE),
    "tenancy.user": (NONE, NONE, NONE, NONE, ALL),
}
ACTORS = ("analyst", "reviewer", "publisher", "tenant_admin", "platform_admin")
MODELS = [pytest.param(model, id=model._meta.label_lower) for model in admin.site._registry]
SETS = [pytest.param(*each.values, id=each.id) for each in MODELS]


def allowed(model, actor: str) -> set[str]:
    columns = ALLOWED.get(model._meta.label_lower) or ALLOWED[model._meta.app_label]
    return columns[ACTORS.index(actor)]


@pytest.fixture
def colleague(pharma) -> Membership:
    user = User.objects.create(email="colleague@pharma.example", password="!", tenant=pharma)
    with tenant_context(pharma):
        return Membership.objects.create(user=user, role=Role.ANALYST)


@pytest.fixture
def addresses(pharma, colleague):
    """The pages of a model; those of a row show one that could be deleted."""

    def find(model) -> dict[str, str]:
        if issubclass(model, Lookup):
            row = model.objects.create(code="unused", display_name="Unused")
        elif issubclass(model, TenantModel):
            with tenant_context(pharma):
                row = model.objects.last()
        else:
            row = {Tenant: pharma, User: colleague.user}[model]
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        of_row = {page: [row.pk] for page in ("change", "delete", "history")}
        return {page: reverse(f"{name}_{page}", args=of_row.get(page)) for page in PAGES}

    return find


def answers(client, addresses: dict[str, str]) -> dict:
    return {page: client.get(address).status_code for page, address in addresses.items()}


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("model", MODELS)
def test_a_role_opens_the_pages_that_the_table_allows_and_no_others(
    request, pharma, join, enter, addresses, model, actor
):
    if actor == "platform_admin":
        user = request.getfixturevalue("platform_admin")
        User.objects.filter(pk=user.pk).update(tenant=pharma)  # where they act without choosing
    else:
        user = join(pharma, actor)
    expected = {page: 200 if page in allowed(model, actor) else 403 for page in PAGES}
    assert answers(enter(user), addresses(model)) == expected


@pytest.mark.parametrize("model", MODELS)
def test_somebody_without_a_membership_opens_nothing(db, enter, addresses, model):
    client = enter(User.objects.create(email="nobody@example.com", password="!"))
    print(answers(client, addresses(model)))
    assert 200 not in answers(client, addresses(model)).values()


@pytest.mark.parametrize("model", MODELS)
def test_a_visitor_is_sent_to_log_in(client, addresses, model):
    for address in addresses(model).values():
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"{reverse('admin:login')}?next={address}")
