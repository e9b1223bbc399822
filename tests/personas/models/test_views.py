"""The models over the database's views show the rows of the tenant, as the views have them, and write nothing."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from personas.models import ArchetypeShare, CompletePersona, CountedPersona, ListedPersona, ReadOnlyError, ScoredPersona
from personas.models.views import View
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context

pytestmark = [pytest.mark.database, pytest.mark.django_db]

OF_PERSONAS = (ListedPersona, CompletePersona, ScoredPersona, CountedPersona)
VIEWS = (*OF_PERSONAS, ArchetypeShare)

per_view = pytest.mark.parametrize("model", VIEWS, ids=lambda model: model._meta.db_table)
per_view_of_personas = pytest.mark.parametrize("model", OF_PERSONAS, ids=lambda model: model._meta.db_table)


def ask(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def people(pharma, digital) -> dict:
    """Two personas of each tenant, as the views show them: tenant -> their ids."""
    made = {}
    for tenant in (pharma, digital):
        with tenant_context(tenant):
            made[tenant] = {PersonaFactory(function_name=f"Function of {tenant.slug}", role=None).pk for _ in range(2)}
    with tenant_context(None):
        ask("SELECT refresh_persona_summary()")
    return made


def test_every_view_has_a_model():
    modelled = {model for model in apps.get_app_config("personas").get_models() if issubclass(model, View)}
    found = ask("SELECT table_name FROM information_schema.views WHERE table_schema = 'public'")
    assert modelled == set(VIEWS)
    assert {name for (name,) in found} == {model._meta.db_table for model in VIEWS}


@per_view
def test_a_model_has_exactly_the_columns_of_its_view(model):
    found = ask(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s",
        model._meta.db_table,
    )
    columns = [field.column for field in model._meta.local_concrete_fields if field.column]
    assert sorted(columns) == sorted(name for (name,) in found)


@per_view_of_personas
@pytest.mark.parametrize("slug", ["pharma", "digital-health"])
def test_a_view_shows_the_personas_of_the_tenant_only(model, slug, people):
    """Both with the condition that the manager adds, and without."""
    for tenant, ids in people.items():
        if tenant.slug == slug:
            with tenant_context(tenant):
                assert {row.pk for row in model.objects.all()} == ids
                assert {row.pk for row in models.QuerySet(model)} == ids
                assert {row.tenant_id for row in model.objects.all()} == {tenant.pk}
                assert {key for (key,) in ask(f"SELECT id FROM {model._meta.db_table}")} == ids


def test_the_shares_of_archetypes_count_the_personas_of_the_tenant_only(people):
    for tenant in people:
        with tenant_context(tenant):
            shares = list(ArchetypeShare.objects.all())
            assert {share.tenant for share in shares} == {tenant.tenant_key}
            assert {share.function_name for share in shares} == {f"Function of {tenant.slug}"}
            assert sum(share.persona_count for share in shares) == 2


@per_view
def test_without_a_tenant_a_view_shows_nothing(model, people):
    with tenant_context(None):
        assert list(model.objects.all()) == []


def test_a_view_shows_what_the_tables_hold(tenant):
    persona = PersonaFactory(ai_maturity_score=80)
    FACTORIES["vpanes_scoring"](persona=persona, visibility=7, pain=8, actions=9, needs=8, emotions=7, scenarios=8)
    FACTORIES["goals"].create_batch(3, persona=persona)
    ask("SELECT refresh_persona_summary()")
    persona.refresh_from_db()
    for model in OF_PERSONAS:
        row = model.objects.get(pk=persona.pk)
        shared = {f.attname for f in model._meta.local_concrete_fields} & {f.attname for f in persona._meta.fields}
        assert {name: getattr(row, name) for name in shared} == {name: getattr(persona, name) for name in shared}
        assert str(row) == persona.name
    assert CompletePersona.objects.get().tenant_slug == "pharma"
    assert (ScoredPersona.objects.get().total_score, ScoredPersona.objects.get().priority_tier) == (47, "tier_1_ideal")
    assert CountedPersona.objects.get().goals_count == 3
    share = ArchetypeShare.objects.get()
    assert (share.persona_count, share.avg_ai_maturity, share.avg_vpanes_score) == (1, 80, 47)
    assert str(share) == f"{persona.archetype} in {persona.function_name}: 1"


@per_view
def test_a_deleted_persona_is_in_no_view(model, tenant):
    PersonaFactory(deleted_at=timezone.now())
    ask("SELECT refresh_persona_summary()")
    assert not model.objects.exists()


@per_view
@pytest.mark.parametrize("write", ["save", "delete"])
def test_a_model_over_a_view_refuses_to_be_written(model, write):
    with pytest.raises(ReadOnlyError, match=f"^{model._meta.db_table} is a view: write to the table that it reads"):
        getattr(model(), write)()


@per_view
def test_a_row_cannot_be_created_through_a_view(model, tenant):
    with pytest.raises(ReadOnlyError):
        model.objects.create()


@per_view
@pytest.mark.parametrize(
    "statement", ["INSERT INTO {} DEFAULT VALUES", "UPDATE {} SET {column} = NULL", "DELETE FROM {}"]
)
def test_the_application_cannot_write_through_a_view(model, statement, tenant):
    column = model._meta.local_concrete_fields[-1].column
    refusal = r"permission denied|cannot (insert into|update|delete from) view"
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
        ask(statement.format(model._meta.db_table, column=column))


@per_view
def test_the_application_may_read_a_view_and_no_more(model):
    [(user, reads, writes)] = ask(
        "SELECT current_user, has_table_privilege(%s, 'SELECT'), "
        "has_table_privilege(%s, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')",
        *[model._meta.db_table] * 2,
    )
    assert (user, reads, writes) == ("vital_app", True, False)
