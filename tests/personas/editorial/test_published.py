"""What consumers read: it changes when something is published, withdrawn or rebuilt, and never otherwise."""

import json

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, ProgrammingError

from personas.admin.editor.places import PLACES
from personas.documents.apply import apply
from personas.documents.changes import Mode
from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.documents.shape import SHAPES
from personas.editorial import publishing
from personas.editorial.publishing import live
from personas.models import Delivery, EditorialState, Persona, Revision, Webhook
from personas.sections import SECTIONS
from tests import database
from tests.factories import PersonaFactory, stand
from tests.personas.admin.editor.browser import Opened
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant
from vital.tenancy.roles import Role

VIEWS = ("v_personas_complete", "v_personas_summary", "v_personas_with_vpanes", "v_archetype_distribution")
TABLES = ["personas", *(table.model._meta.db_table for section in SECTIONS for table in (section, *section.details))]


def rows(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def as_read(schema: str = "published") -> dict[str, str]:
    """All that a tenant has in a schema, as text, byte for byte."""
    return {
        table: rows(f"SELECT coalesce(json_agg(r ORDER BY id), '[]')::text FROM {schema}.{table} AS r")[0][0]
        for table in TABLES
    }


@pytest.fixture
def published(tenant) -> Persona:
    return PersonaFactory(complete="most", validation_status="published")


def test_what_is_published_is_what_stands_there_byte_for_byte(published):
    assert as_read() == as_read("public")
    assert all(json.loads(text) for text in as_read().values())


def test_no_statement_past_the_application_changes_what_consumers_read(published):
    before = as_read()
    for table in TABLES:
        point = transaction.savepoint()
        [(id_,)] = rows(f"SELECT id FROM {table} LIMIT 1")
        edit = "UPDATE personas SET name = 'Another'" if table == "personas" else f"DELETE FROM {table}"
        rows(f"{edit} WHERE id = %s", id_)
        assert as_read() == before, table
        published.refresh_from_db()
        assert published.validation_status == "draft", table
        transaction.savepoint_rollback(point)


def test_no_import_changes_what_consumers_read(published):
    before = as_read()
    [document] = dump([published.pk])
    emptied = {"slug": published.slug, "core_profile": {"name": "Another"}}
    emptied |= {word: [] for word in document if word in SHAPES and not SHAPES[word].single}
    apply(plan([emptied], Mode.REPLACE))
    published.refresh_from_db()
    assert (published.name, published.validation_status) == ("Another", "draft")
    assert published.goals.count() == 0
    assert as_read() == before


def test_no_save_on_a_page_changes_what_consumers_read(pharma, join, enter):
    with tenant_context(pharma):
        persona = PersonaFactory(complete="most", validation_status="published")
        before = as_read()
    work = enter(join(pharma, Role.TENANT_ADMIN))
    for word, place in PLACES.items():
        page = Opened(work, persona, word)
        shape, changed = place.shape, {}
        if place.section is None or shape.single or shape.details:
            empty = (name for name, column in shape.columns.items() if column.null and not column.has_default())
            changed[page.keys[0]] = dict.fromkeys(empty)
        for row in page.sheet.everything:
            for detail in shape.details:
                gone = [str(inner["id"]) for inner in row[detail.word]]
                changed.setdefault(str(row["id"]), {})[detail.word] = {"gone": gone}
        answer = page.send(changed=changed, gone=[] if changed else page.keys[:1])
        assert answer.status_code == 200, (word, answer.json())
        with tenant_context(pharma):
            assert as_read() == before, word
            persona.refresh_from_db()
            assert persona.validation_status == "draft"
    with tenant_context(pharma):
        changed = {table for table, text in as_read("public").items() if text != before[table]}
    assert changed == set(TABLES)


def test_ids_stay_the_same_from_one_publishing_to_the_next(published):
    before = rows("SELECT id FROM published.persona_goals ORDER BY id")
    published.goals.order_by("pk").first().delete()
    goal = published.goals.order_by("pk").first()
    goal.goal_text = "Another"
    goal.save()
    stand(published, "published")
    after = rows("SELECT id FROM published.persona_goals ORDER BY id")
    assert set(after) < set(before)
    assert len(after) == len(before) - 1
    assert as_read() == as_read("public")


def test_documents_can_be_read_as_consumers_read_them(published):
    before = list(dump([published.pk], with_ids=True))
    Persona.objects.filter(pk=published.pk).update(name="Another")
    with live():
        assert list(dump([published.pk], with_ids=True)) == before
    assert list(dump([published.pk], with_ids=True)) != before


def test_what_is_archived_is_withdrawn_with_all_that_belongs_to_it(published):
    stand_before = EditorialState.objects.get(persona=published)
    assert stand_before.live is not None
    Persona.objects.filter(pk=published.pk).update(validation_status="archived")
    assert set(as_read().values()) == {"[]"}
    assert EditorialState.objects.get(persona=published).live is None


def test_services_are_told_the_names_that_they_know(published):
    Webhook.objects.create(url="https://example.com", secret="x")
    known = published.name
    Persona.objects.filter(pk=published.pk).update(name="A draft's name", slug="a-drafts-slug")
    Persona.objects.filter(pk=published.pk).update(validation_status="archived")
    told = Delivery.objects.get()
    assert (told.event, told.payload["name"], told.payload["slug"]) == ("withdrawn", known, published.slug)


def test_a_draft_with_a_live_version_can_be_withdrawn(published):
    Persona.objects.filter(pk=published.pk).update(validation_status="draft")
    assert as_read()["personas"] != "[]"
    publishing.withdraw(published.pk)
    assert as_read()["personas"] == "[]"


def test_what_stands_as_published_is_not_withdrawn_behind_its_back(published):
    with pytest.raises(DatabaseError, match="What stands as published"), transaction.atomic():
        publishing.withdraw(published.pk)


def test_nothing_is_made_live_that_does_not_stand_as_published(tenant):
    persona = PersonaFactory()
    with pytest.raises(DatabaseError, match="Only what stands as published"), transaction.atomic():
        rows("SELECT publish_persona(%s)", persona.pk)


def test_only_what_was_live_once_is_made_live_again(published):
    first = EditorialState.objects.get(persona=published).live
    before = as_read()
    Persona.objects.filter(pk=published.pk).update(name="Another")
    stand(published, "published")
    assert as_read() != before
    publishing.make_live_again(published.pk, first.pk)
    assert as_read() == before
    draft = Revision.objects.filter(persona=published, published_at=None).first()
    with pytest.raises(DatabaseError, match="published once"), transaction.atomic():
        publishing.make_live_again(published.pk, draft.pk)


def test_the_schema_is_rebuilt_from_the_live_revisions(published):
    Persona.objects.filter(pk=published.pk).update(name="Another")
    before = as_read()
    assert publishing.rebuild() == 1
    assert as_read() == before


def test_a_persona_that_is_deleted_for_good_is_read_no_more(published):
    rows("DELETE FROM personas WHERE id = %s", published.pk)
    assert set(as_read().values()) == {"[]"}


def test_another_tenants_personas_are_neither_published_nor_withdrawn_nor_rebuilt(published, digital):
    before = as_read()
    rows("SET LOCAL request.jwt.claim.tenant_id = %s", str(digital.pk))
    with pytest.raises(DatabaseError, match="There is no persona"), transaction.atomic():
        rows("SELECT publish_persona(%s)", published.pk)
    publishing.withdraw(published.pk)
    assert publishing.rebuild() == 0
    assert set(as_read().values()) == {"[]"}
    rows("SET LOCAL request.jwt.claim.tenant_id = %s", str(published.tenant_id))
    assert as_read() == before


def test_the_schemas_are_of_one_shape(tenant):
    assert rows("SELECT * FROM published_differences()") == []


DIFFERENCES = (
    "ALTER TABLE persona_goals ADD COLUMN extra text",
    "ALTER TABLE published.persona_goals DROP COLUMN goal_text",
    "ALTER TABLE published.persona_goals ALTER COLUMN goal_text DROP NOT NULL",
    "ALTER TABLE published.persona_goals DROP CONSTRAINT persona_goals_pkey",
    "ALTER TABLE published.persona_goals NO FORCE ROW LEVEL SECURITY",
    "DROP POLICY tenant_isolation ON published.persona_goals",
    "CREATE INDEX extra ON persona_goals (goal_text)",
    "DROP TABLE published.persona_goals",
)


def test_a_difference_in_shape_is_found(django_db_setup, database_name):
    with database.connect("postgres", database_name) as superuser:
        for change in DIFFERENCES:
            superuser.execute(change)
            found = superuser.execute("SELECT name FROM published_differences()").fetchall()
            assert {name for (name,) in found} == {"persona_goals"}, change
            superuser.rollback()


FORBIDDEN = (
    "SELECT * FROM public.personas",
    "SELECT * FROM public.tenants",
    "SELECT * FROM public.users",
    "SELECT * FROM public.editorial_contents",
    "SELECT * FROM public.v_personas_summary",
    "UPDATE published.personas SET name = 'x'",
    "DELETE FROM published.persona_goals",
    "INSERT INTO published.personas (name, slug) VALUES ('x', 'x')",
    "SELECT publish_persona(gen_random_uuid())",
    "SELECT rebuild_published()",
    "CREATE TABLE published.mine (id int)",
)


class TestAReader:
    """A service that logs in as a member of vital_reader."""

    @pytest.fixture
    def ask(self, owner, database_name):
        """Ask as a service of a tenant: ask(tenant, statement)."""

        def ask(tenant, statement: str):
            with database.connect("postgres", database_name) as session:
                session.execute("SET SESSION AUTHORIZATION vital_reader")
                if tenant:
                    session.execute(f"SET request.jwt.claim.tenant_id = '{tenant.pk}'")
                return session.execute(statement).fetchall()

        return ask

    @pytest.fixture
    def owner(self, committed):
        tenant = Tenant.objects.get(slug="pharma")
        with tenant_context(tenant):
            PersonaFactory(complete=True, validation_status="published", name="Ada")
            PersonaFactory(name="Draft")
        return tenant

    def test_reads_what_its_tenant_has_published_and_nobody_elses(self, ask, owner):
        other = Tenant.objects.get(slug="digital-health")
        names = "SELECT name FROM published.personas"
        assert ask(owner, names) == [("Ada",)]
        assert ask(other, names) == []
        assert ask(None, names) == []
        for view in VIEWS:
            assert ask(owner, f"SELECT count(*) > 0 FROM published.{view}") == [(True,)]
            assert ask(other, f"SELECT count(*) FROM published.{view}") == [(0,)]

    def test_may_do_nothing_else(self, ask, owner):
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ask(owner, statement)


def test_the_application_reads_the_schema_and_does_not_write_it(published):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows("UPDATE published.personas SET name = 'x'")
