"""Document 001: what verifies that personas have been seeded."""

from collections import Counter

import pytest
from django.db import connection

from personas.models import Goal, PainPoint, WeekInLife
from personas.sections import SECTIONS
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PERSONAS_BY_FUNCTION = """
-- Check persona count
SELECT
    f.name as function,
    COUNT(p.id) as persona_count
FROM personas p
JOIN org_functions f ON p.function_id = f.id
WHERE p.tenant_id = 'YOUR_TENANT_ID'
GROUP BY f.name;
"""

SECTION_COUNTS = """
-- Check v5.0 extension data
SELECT
    'Week in Life' as table_name,
    COUNT(*) as records
FROM persona_week_in_life
WHERE tenant_id = 'YOUR_TENANT_ID'
UNION ALL
SELECT
    'Pain Points',
    COUNT(*)
FROM persona_pain_points
WHERE tenant_id = 'YOUR_TENANT_ID'
UNION ALL
SELECT
    'Goals',
    COUNT(*)
FROM persona_goals
WHERE tenant_id = 'YOUR_TENANT_ID';
"""

TABLES_EXIST = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'persona%' ORDER BY table_name;"

COUNT_BY_FUNCTION = (
    "SELECT f.name, COUNT(p.id) FROM personas p JOIN org_functions f ON p.function_id = f.id GROUP BY f.name;"
)

ORPHANS = (
    "SELECT COUNT(*) FROM persona_pain_points pp"
    " WHERE NOT EXISTS (SELECT 1 FROM personas p WHERE p.id = pp.persona_id);"
)

ROLE = "SELECT id FROM org_roles WHERE slug = 'medical-affairs-leader' LIMIT 1"


def answer(statement: str, tenant=None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement.replace("YOUR_TENANT_ID", str(tenant and tenant.pk)))
        return cursor.fetchall()


@pytest.fixture
def seeded(pharma, digital):
    """Inside pharma, with two complete personas there and one in the other tenant."""
    with tenant_context(digital):
        PersonaFactory(complete=True)
    with tenant_context(pharma):
        yield [PersonaFactory(complete=True), PersonaFactory(complete="most")]


def test_personas_are_counted_by_function(seeded, pharma):
    expected = Counter(persona.function.name for persona in seeded)
    assert expected.total() == 2
    assert dict(answer(PERSONAS_BY_FUNCTION, pharma)) == expected
    assert dict(answer(COUNT_BY_FUNCTION)) == expected


def test_sections_are_counted_in_one_table(seeded, pharma):
    assert answer(SECTION_COUNTS, pharma) == [
        ("Week in Life", 7 + 7),
        ("Pain Points", 5 + 10),
        ("Goals", 3 + 7),
    ]
    assert [model.objects.count() for model in (WeekInLife, PainPoint, Goal)] == [14, 15, 10]


def test_figures_of_another_tenant_are_zero(seeded, digital):
    assert answer(PERSONAS_BY_FUNCTION, digital) == []
    assert {records for _, records in answer(SECTION_COUNTS, digital)} == {0}


def test_every_table_of_a_persona_exists(seeded):
    tables = {table for (table,) in answer(TABLES_EXIST)}
    assert tables == {"personas", *(section.model._meta.db_table for section in SECTIONS)}


def test_no_row_is_left_without_its_persona(seeded):
    assert answer(ORPHANS) == [(0,)]
    answer(f"DELETE FROM personas WHERE id = '{seeded[0].pk}' RETURNING id")
    assert answer(ORPHANS) == [(0,)]
    assert PainPoint.objects.count() == 10


def test_a_role_is_looked_up_by_its_slug(tenant):
    slug = PersonaFactory().role.slug
    ((role,),) = answer(ROLE.replace("medical-affairs-leader", slug))
    assert PersonaFactory(role_id=role).role.slug == slug
