"""Document 002: time perspectives, the indexes it names, the summary and full-text search."""

import psycopg
import pytest
from django.db import connection

from personas.models import CountedPersona, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context

from .catalogue import columns

pytestmark = [pytest.mark.database, pytest.mark.django_db]

INDEXES = (
    "CREATE INDEX idx_wilo_persona ON persona_week_in_life(persona_id);",
    "CREATE INDEX idx_wilo_day ON persona_week_in_life(day_of_week);",
    "CREATE INDEX idx_milo_persona ON persona_month_in_life(persona_id);",
    "CREATE INDEX idx_yilo_persona_quarter ON persona_year_in_life(persona_id, quarter);",
    "CREATE UNIQUE INDEX idx_persona_summary_id ON persona_summary(id);",
)

SUMMARY = """
-- Aggregate persona metrics
CREATE MATERIALIZED VIEW persona_summary AS
SELECT
    p.id,
    p.name,
    p.title,
    COUNT(DISTINCT pg.id) as goals_count,
    COUNT(DISTINCT pp.id) as pain_points_count,
    COUNT(DISTINCT pr.id) as research_count,
    jsonb_build_object(
        'wilo', (SELECT json_agg(w.*) FROM persona_week_in_life w WHERE w.persona_id = p.id),
        'stakeholders', (SELECT count(*) FROM persona_internal_stakeholders s WHERE s.persona_id = p.id)
    ) as insights
FROM personas p
LEFT JOIN persona_goals pg ON p.id = pg.persona_id
LEFT JOIN persona_pain_points pp ON p.id = pp.persona_id
LEFT JOIN persona_public_research pr ON p.id = pr.persona_id
GROUP BY p.id;
"""

TIME_PERSPECTIVES = (
    "persona_week_in_life", "persona_weekly_milestones", "persona_weekly_meetings", "persona_month_in_life",
    "persona_monthly_objectives", "persona_year_in_life",
)  # fmt: skip


def ask(statement: str, *values) -> list[tuple]:
    """What the application's role is told."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def refresh() -> None:
    ask("SELECT refresh_persona_summary()")


def found(query: str | None) -> list[tuple]:
    return [
        (str(persona), section)
        for persona, section in ask("SELECT persona_id, section FROM search_personas(%s)", query)
    ]


@pytest.mark.parametrize("table", TIME_PERSPECTIVES)
def test_a_table_has_every_column_of_the_document(as_documented, table):
    documented, ours = columns(as_documented, "client", table), columns(as_documented, "public", table)
    assert documented.keys() <= ours.keys()
    # Bare numerics have got a precision since; nothing else differs.
    assert {name: kind.partition("(")[0] for name, kind in documented.items()} == {
        name: ours[name].partition("(")[0] for name in documented
    }


@pytest.mark.parametrize("statement", INDEXES)
def test_an_index_is_what_the_document_makes_of_its_name(superuser, statement):
    name = statement.partition(" ON ")[0].split()[-1]
    definition = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname = %s"
    ours = superuser.execute(definition, [name]).fetchall()
    assert len(ours) == 1
    superuser.execute(f"DROP INDEX {name}; {statement}")
    assert superuser.execute(definition, [name]).fetchall() == ours


# The document joins in company_name, which it defines nowhere, and loses personas without a title. Ours does neither.
def test_the_full_text_index_covers_name_title_and_tagline(superuser):
    ((definition,),) = superuser.execute(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname = 'idx_personas_search'"
    )
    assert "ON public.personas USING gin (to_tsvector('english'" in definition
    assert [word for word in ("name", "title", "tagline") if f"COALESCE({word}, ''" in definition] == [
        "name", "title", "tagline",
    ]  # fmt: skip


def test_the_summary_counts_what_the_document_counts(superuser):
    (persona,) = superuser.execute(
        "INSERT INTO personas (tenant_id, name, slug) SELECT id, 'Somebody', 'somebody' FROM tenants"
        " WHERE slug = 'pharma' RETURNING id"
    ).fetchone()
    friend = "relationship_type, interaction_frequency, influence_level) VALUES (%s, 'Friend', 'peer', 'daily', 'high')"
    for row in (
        *(f"goals (persona_id, goal_text) VALUES (%s, 'goal {n}')" for n in range(3)),
        *(f"pain_points (persona_id, pain_point) VALUES (%s, 'pain {n}')" for n in range(2)),
        "week_in_life (persona_id, day_of_week) VALUES (%s, 'Friday')",
        f"internal_stakeholders (persona_id, stakeholder_role, {friend}",
    ):
        superuser.execute(f"INSERT INTO persona_{row}", [persona])
    superuser.execute("SELECT refresh_persona_summary()")
    superuser.execute(f"CREATE SCHEMA client; SET LOCAL search_path = client, public; {SUMMARY}")
    figures = "SELECT id, name, title, goals_count, pain_points_count, research_count, insights FROM {}.persona_summary"
    ours = superuser.execute(figures.format("public")).fetchall()
    assert ours == superuser.execute(figures.format("client")).fetchall()
    assert [row[3:6] for row in ours] == [(3, 2, 0)]


def test_the_application_reads_the_figures_of_its_own_tenant(pharma, digital):
    with tenant_context(digital):
        other = PersonaFactory(complete=True)
    with tenant_context(pharma):
        personas = [PersonaFactory(complete=True), PersonaFactory(complete="most"), PersonaFactory()]
        deleted = PersonaFactory(deleted_at="2026-01-01T00:00Z")
        refresh()
        counted = {row.pk: row for row in CountedPersona.objects.all()}
        assert counted.keys() == {persona.pk for persona in personas}
        for persona in personas:
            row = counted[persona.pk]
            assert (row.tenant, row.name, row.title) == (pharma, persona.name, persona.title)
            assert (row.goals_count, row.pain_points_count, row.research_count) == (
                persona.goals.count(), persona.pain_points.count(), persona.public_research.count(),
            )  # fmt: skip
            assert [day["id"] for day in row.insights["wilo"]] == [
                str(pk) for pk in persona.week_in_life.order_by("pk").values_list("pk", flat=True)
            ]
            assert row.insights["stakeholders"] == persona.internal_stakeholders.count()
        assert ask("SELECT id FROM v_persona_summary WHERE id IN (%s, %s)", other.pk, deleted.pk) == []
    with tenant_context(digital):
        assert ask("SELECT id FROM v_persona_summary") == [(other.pk,)]


def test_figures_stay_as_they_are_until_the_next_refresh(tenant):
    persona = PersonaFactory()
    refresh()
    FACTORIES["goals"](persona=persona)
    assert CountedPersona.objects.get().goals_count == 0
    refresh()
    assert CountedPersona.objects.get().goals_count == 1


@pytest.mark.parametrize("statement", ["SELECT FROM persona_summary", "REFRESH MATERIALIZED VIEW persona_summary"])
def test_the_application_cannot_touch_the_summary_itself(application, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(statement)


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("public_research", {"research_title": "Zebras in the field"}),
        ("public_research", {"key_findings": ["Most like horses", "Some like zebras"]}),
        ("industry_reports", {"report_title": "Zebra outlook"}),
        ("expert_opinions", {"topic_area": "Zebras"}),
        ("case_studies", {"case_study_title": "How a zebra won"}),
        ("supporting_statistics", {"statistic_name": "Share of zebras"}),
    ],
)
def test_a_search_finds_evidence_by_any_form_of_a_word(tenant, word, values):
    row = FACTORIES[word](**values)
    FACTORIES[word](persona=row.persona)
    assert found("zebra") == [(str(row.persona_id), word)]
    assert ask("SELECT row_id FROM search_personas('zebra')") == [(row.pk,)]


@pytest.mark.parametrize("column", ["name", "title", "tagline"])
def test_a_search_finds_a_persona_that_leaves_the_rest_open(tenant, column):
    empty = dict.fromkeys(("title", "tagline"))
    persona = PersonaFactory(**{"name": "Somebody", **empty, column: "Keeper of zebras"})
    PersonaFactory()
    assert found("zebra keeper") == found('"keeper of zebras"') == [(str(persona.pk), "personas")]
    assert found("zebra -keeper") == []


def test_a_search_finds_neither_what_is_deleted_nor_what_is_anothers(pharma, digital):
    with tenant_context(digital):
        PersonaFactory(name="Zebra of theirs")
        FACTORIES["case_studies"](case_study_title="Zebra of theirs")
    with tenant_context(pharma):
        persona = PersonaFactory(name="Zebra of ours")
        deleted = PersonaFactory(name="Zebra of yesterday", deleted_at="2026-01-01T00:00Z")
        FACTORIES["case_studies"](case_study_title="Zebra of yesterday", persona=deleted)
        assert found("zebra") == [(str(persona.pk), "personas")]
    with tenant_context(None):
        assert found("zebra") == []


def test_a_search_tells_the_best_first_and_no_more_than_asked_for(tenant):
    PersonaFactory(name="Zebra", title="Once", tagline=None)
    best = PersonaFactory(name="Zebra zebra", title="Zebra", tagline="Zebra")
    assert [persona for persona, _ in found("zebra")][:1] == [str(best.pk)]
    assert ask("SELECT found FROM search_personas('zebra', 1)") == [("Zebra zebra, Zebra, Zebra",)]


@pytest.mark.parametrize(
    "query",
    [None, "", " ", "&", "'", '"', "''; --", "a & | !", "(", ":*", "\\", "%", "-", '-"', "the", "🦓", "z" * 5_000,
     "zebra horse " * 50_000],
    ids=lambda query: repr(query)[:12],
)  # fmt: skip
def test_a_search_for_odd_things_finds_nothing_and_breaks_nothing(tenant, query):
    PersonaFactory()
    assert found(query) == []
    assert Persona.objects.count() == 1
