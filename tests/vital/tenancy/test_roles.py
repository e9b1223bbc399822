"""Who may open which page of the admin."""

import pytest
from django.contrib import admin
from django.urls import reverse

from lookups.models import Lookup
from personas.exchange.tables import TABLES
from personas.models import (
    Batch,
    EditorialSettings,
    Event,
    ExchangeProfile,
    Export,
    Notice,
    Persona,
    Release,
    Reviewer,
    RuleSetting,
    Scheduled,
    Webhook,
)
from personas.models.views import View
from tests.factories import FACTORIES, PersonaFactory
from vital.admin import ModelAdmin
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Role, Tenant, User
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
    "tenancy.user": (NONE, NONE, NONE, NONE, WRITE),
    "personas": (ALL, ALL, ALL, ALL, ALL),
}
BY_MODEL = {TABLES[name].model: factory for name, factory in FACTORIES.items()}
ACTORS = ("analyst", "reviewer", "publisher", "tenant_admin", "platform_admin")
# Have pages of another kind: tests/personas/admin.
FILES = {Batch, Export, ExchangeProfile}
REVIEW = {EditorialSettings, Event, Notice, Release, Reviewer, RuleSetting, Scheduled, Webhook}
ROWS = {shape.model for shape in TABLES.values()} - {Persona}
PAGED = [model for model in admin.site._registry if model not in FILES | REVIEW | ROWS and not issubclass(model, View)]
MODELS = [pytest.param(model, id=model._meta.label_lower) for model in PAGED]


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
        elif model._meta.app_label == "personas":
            with tenant_context(pharma):
                row = BY_MODEL.get(model, PersonaFactory)()
        elif model in (Membership, User, Tenant):
            row = {Membership: colleague, User: colleague.user, Tenant: pharma}[model]
        else:
            with tenant_context(pharma):
                row = model.objects.last()
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
        user.tenant = pharma  # where they act without choosing
        user.save()
    else:
        user = join(pharma, actor)
    expected = {page: 200 if page in allowed(model, actor) else 403 for page in PAGES}
    assert answers(enter(user), addresses(model)) == expected


@pytest.mark.parametrize("model", MODELS)
def test_somebody_without_a_membership_opens_nothing(db, enter, addresses, model):
    client = enter(User.objects.create(email="nobody@example.com", password="!"))
    for page, address in addresses(model).items():
        response = client.get(address)
        gone = page == "history" and response.get("Location") == reverse("admin:index")  # there is no such row for them
        assert gone or response.status_code == 403, page


@pytest.mark.parametrize("model", MODELS)
def test_a_visitor_is_sent_to_log_in(client, addresses, model):
    for address in addresses(model).values():
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (302, f"{reverse('admin:login')}?next={address}")


@pytest.mark.parametrize("model", MODELS)
def test_every_page_is_ours_and_says_what_it_is_for(model):
    model_admin = admin.site.get_model_admin(model)
    assert isinstance(model_admin, ModelAdmin)
    assert model_admin.intro.endswith(".")


@pytest.mark.parametrize("page", ["organisation_function", "lookups_goaltype", "tenancy_membership"])
def test_a_list_shows_its_intro(pharma, join, enter, page):
    response = enter(join(pharma, Role.TENANT_ADMIN)).get(reverse(f"admin:{page}_changelist"))
    intro = response.context["cl"].model_admin.intro
    assert f'<p class="vital-intro">{intro}</p>' in response.content.decode()


@pytest.mark.parametrize("row", GRANTS)
def test_every_role_has_a_column_in_each_row(row):
    assert len(GRANTS[row]) == len(Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "permission",
    ["tenancy.view_user", "tenancy.view_tenant", "unheard.view_of", "organisation.publish_role"],
)
def test_what_the_table_does_not_list_is_forbidden(role, permission):
    assert not allows(role, permission)


@pytest.mark.parametrize("role", [*Role.values, "platform_admin"])
def test_a_closed_account_has_no_permission(role):
    user = User(is_active=True, is_superuser=role == "platform_admin")
    user.membership = Membership(role=role)
    assert user.has_perm("lookups.view_goaltype")
    user.is_active = False
    assert not user.has_perm("lookups.view_goaltype")
    assert not user.has_module_perms("lookups")
