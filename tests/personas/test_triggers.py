"""What the database keeps by itself, by whatever route a row is written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection
from django.db.models import F

from personas.models import EditorialState, EvidenceSummary, Persona
from personas.models.base import Signed
from personas.sections import SECTIONS, TABLES
from tests import database
from tests.factories import FACTORIES, PersonaFactory
from tests.vital.tenancy import catalogue
from vital.organisation.models import Department, Function, Role
from vital.tenancy.context import tenant_context

pytestmark = [pytest.mark.database, pytest.mark.django_db]

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ORGANISATION = {"role": Role, "function": Function, "department": Department}
COUNTED = {  # each kind of evidence, and a change of it that the summary shows
    "public_research": ("research_studies_count", {"peer_reviewed": True}),
    "industry_reports": ("industry_reports_count", {"publication_year": 2001, "publication_month": 2}),
    "expert_opinions": ("expert_opinions_count", {"peer_validated": True}),
    "case_studies": ("case_studies_count", {"verified": True}),
    "supporting_statistics": ("statistics_count", {"verified": True}),
}
FIGURES = (
    "total_sources", *(column for column, _ in COUNTED.values()), "peer_reviewed_count", "verified_sources_count",
    "most_recent_evidence_date", "oldest_evidence_date", "evidence_quality_score",
)  # fmt: skip
SIGNED = [section.word for section in SECTIONS if issubclass(section.model, Signed)]

every_part = pytest.mark.parametrize("part", ORGANISATION)
every_kind = pytest.mark.parametrize("word", COUNTED)
every_table = pytest.mark.parametrize("word", FACTORIES)
every_signed = pytest.mark.parametrize("word", SIGNED)


def only(row):
    """The row as a query set: what is done to it is one statement."""
    return type(row)._base_manager.filter(pk=row.pk)


def fresh(row):
    return only(row).get()


def delete(rows) -> None:
    rows._raw_delete(rows.db)


@pytest.fixture
def superuser(django_db_setup, database_name) -> Iterator[psycopg.Connection]:
    """A session that no policy holds, and that keeps nothing of what it did."""
    with database.connect("postgres", database_name) as session:
        session.execute("INSERT INTO users (email, password, is_superuser) VALUES ('a@example.com', '', false)")
        yield session
        session.rollback()


# Readiness and service layer


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, "proficient"),
        ({"ai_maturity_score": 100}, "advanced"),
        ({"technology_adoption": "innovator"}, "advanced"),
        ({"risk_tolerance": "low"}, "developing"),
        ({"change_readiness": "resistant"}, "developing"),
        ({"ai_maturity_score": None}, "proficient"),
    ],
)
def test_readiness_follows_its_four_causes_on_insert_and_update(tenant, change, level):
    persona = PersonaFactory(
        ai_maturity_score=60,
        technology_adoption_id="early_majority",
        risk_tolerance_id="moderate",
        change_readiness_id="moderate",
        gen_ai_readiness_level="expert",
    )
    assert fresh(persona).gen_ai_readiness_level == "proficient"
    only(persona).update(**change or {"gen_ai_usage_frequency": "Daily"})
    assert fresh(persona).gen_ai_readiness_level == level


def test_a_readiness_given_without_ai_maturity_is_kept(tenant):
    persona = PersonaFactory(ai_maturity_score=None, gen_ai_readiness_level="expert")
    assert fresh(persona).gen_ai_readiness_level == "expert"


def test_a_service_layer_is_suggested_where_none_is_chosen(tenant):
    persona = PersonaFactory(archetype=None, preferred_service_layer=None)
    assert fresh(persona).preferred_service_layer is None
    only(persona).update(archetype="ORCHESTRATOR", work_pattern="strategic")
    assert fresh(persona).preferred_service_layer == "SOLUTION_BUILDER"


def test_a_service_layer_that_was_chosen_is_kept(tenant):
    persona = PersonaFactory(archetype="AUTOMATOR", preferred_service_layer="ASK_EXPERT")
    only(persona).update(archetype="ORCHESTRATOR", work_pattern="strategic")
    assert fresh(persona).preferred_service_layer == "ASK_EXPERT"


# Names of the organisation


def names(persona, part: str) -> tuple:
    persona = fresh(persona)
    return tuple(getattr(persona, f"{part}_{column}") for column in ("name", "slug"))


@every_part
def test_names_follow_the_references_on_insert_and_update(tenant, part):
    persona = PersonaFactory(**{f"{part}_name": "Something else"})
    unit = getattr(persona, part)
    assert names(persona, part) == (unit.name, unit.slug)
    other = ORGANISATION[part].objects.exclude(pk=unit.pk).first()
    only(persona).update(**{part: other})
    assert names(persona, part) == (other.name, other.slug)


@every_part
def test_a_reference_that_is_cleared_takes_its_names_along(tenant, part):
    persona = PersonaFactory()
    only(persona).update(**{part: None})
    assert names(persona, part) == (None, None)


@every_part
def test_a_unit_that_is_deleted_takes_its_names_along(tenant, part):
    persona = PersonaFactory()
    delete(only(getattr(persona, part)))
    assert getattr(fresh(persona), f"{part}_id") is None
    assert names(persona, part) == (None, None)


@every_part
def test_a_unit_that_is_renamed_is_renamed_in_its_personas(tenant, part):
    persona, other = PersonaFactory(), PersonaFactory(**{part: None, f"{part}_name": "As typed"})
    only(getattr(persona, part)).update(name="Zebra keeping", slug="zebra-keeping")
    assert names(persona, part) == ("Zebra keeping", "zebra-keeping")
    assert names(other, part) == ("As typed", None)


# Evidence


def dated(row) -> date | None:
    for column in ("publication_date", "opinion_date", "published_date", "collection_date"):
        if getattr(row, column, None):
            return getattr(row, column)
    year = getattr(row, "publication_year", None) or getattr(row, "collection_year", None)
    return year and date(year, getattr(row, "publication_month", None) or 1, 1)


def counted_by_hand(persona) -> dict:
    written = EvidenceSummary.objects.get(persona=persona)
    rows = {word: list(getattr(persona, word).all()) for word in COUNTED}
    counts = {column: len(rows[word]) for word, (column, _) in COUNTED.items()}
    reviewed = sum(row.peer_reviewed for row in rows["public_research"])
    verified = sum(row.peer_validated for row in rows["expert_opinions"]) + sum(
        row.verified for word in ("case_studies", "supporting_statistics") for row in rows[word]
    )
    dates = [day for of_kind in rows.values() for row in of_kind if (day := dated(row))]
    total = sum(counts.values()) + written.other_sources_count
    with connection.cursor() as cursor:
        cursor.callproc("calculate_evidence_quality_score", [total, reviewed, verified, written.primary_sources_count])
        (quality,) = cursor.fetchone()
    return counts | {
        "total_sources": total,
        "peer_reviewed_count": reviewed,
        "verified_sources_count": verified,
        "most_recent_evidence_date": max(dates, default=None),
        "oldest_evidence_date": min(dates, default=None),
        "evidence_quality_score": quality,
    }


def summary(persona) -> dict:
    return EvidenceSummary.objects.values(*FIGURES).get(persona=persona)


@every_kind
def test_evidence_is_counted_when_it_is_added(tenant, word):
    persona = PersonaFactory(complete=True)
    FACTORIES[word](persona=persona)
    assert summary(persona) == counted_by_hand(persona)


@every_kind
def test_the_first_evidence_makes_the_summary(tenant, word):
    row = FACTORIES[word]()
    assert summary(row.persona) == counted_by_hand(row.persona)
    made = EvidenceSummary.objects.get()
    assert (made.overall_confidence_level, made.evidence_recency_score) == ("medium", 7)


@every_kind
def test_evidence_is_counted_anew_when_it_changes(tenant, word):
    _, change = COUNTED[word]
    row = FACTORIES[word](**{name: False for name, value in change.items() if value is True})
    before = summary(row.persona)
    only(row).update(**change)
    assert summary(row.persona) == counted_by_hand(row.persona) != before


@every_kind
def test_evidence_that_moves_is_counted_where_it_goes_and_no_longer_where_it_was(tenant, word):
    row, other = FACTORIES[word](), FACTORIES[word]().persona
    only(row).update(persona=other)
    assert summary(row.persona) == counted_by_hand(row.persona)
    assert summary(other) == counted_by_hand(other)
    assert [summary(persona)[COUNTED[word][0]] for persona in (row.persona, other)] == [0, 2]


@every_kind
def test_evidence_is_no_longer_counted_when_it_is_deleted(tenant, word):
    row = FACTORIES[word]()
    FACTORIES[word](persona=row.persona)
    for left in (1, 0):
        delete(only(getattr(row.persona, word).first()))
        assert summary(row.persona) == counted_by_hand(row.persona)
        assert summary(row.persona)["total_sources"] == left


@every_kind
def test_one_statement_may_change_the_evidence_of_many(tenant, word):
    personas = PersonaFactory.create_batch(2)
    rows = [row for persona in personas for row in FACTORIES[word].build_batch(3, persona=persona)]
    model = type(rows[0])
    for statement in (
        lambda: model.objects.bulk_create(rows),
        lambda: model.objects.update(**COUNTED[word][1]),
        lambda: delete(model.objects.all()),
    ):
        statement()
        for persona in personas:
            assert summary(persona) == counted_by_hand(persona)


def test_a_summary_written_by_hand_gets_its_figures_right_and_keeps_what_people_judge(tenant):
    persona = PersonaFactory()
    written = EvidenceSummary.objects.create(persona=persona, total_sources=99, case_studies_count=99)
    assert summary(persona) == counted_by_hand(persona)
    FACTORIES["case_studies"](persona=persona)
    only(written).update(
        total_sources=99, overall_confidence_level="high", other_sources_count=3, primary_sources_count=2
    )
    assert summary(persona) == counted_by_hand(persona)
    assert summary(persona)["total_sources"] == 1 + 3
    assert fresh(written).overall_confidence_level == "high"


def test_evidence_that_came_past_the_triggers_is_counted_on_demand(superuser):
    tenants = [
        tenant for (tenant,) in superuser.execute("SELECT id FROM tenants ORDER BY slug = 'pharma' DESC LIMIT 2")
    ]
    superuser.execute("SET LOCAL session_replication_role = replica")
    catalogue.fill(superuser, tenants)
    superuser.execute("UPDATE persona_evidence_summary SET total_sources = 99")
    superuser.execute("SET LOCAL session_replication_role = origin")

    def figures() -> dict:
        columns = ", ".join(FIGURES)
        found = superuser.execute(f"SELECT tenant_id, {columns} FROM persona_evidence_summary")
        return {tenant: dict(zip(FIGURES, values, strict=True)) for tenant, *values in found}

    superuser.execute("SELECT recompute_evidence_summary(%s)", tenants[:1])
    recomputed = figures()
    assert [recomputed[tenant]["total_sources"] for tenant in tenants] == [5, 99]
    for word in COUNTED:
        superuser.execute(f"UPDATE persona_{word} SET relevance_score = relevance_score")
    assert figures() == dict.fromkeys(tenants, recomputed[tenants[0]])


# Versions


def version(persona) -> int:
    return EditorialState.objects.get(persona=persona).version


def place_for(word: str) -> tuple[Persona, dict]:
    """A persona, and what a new row of a table must refer to so that it belongs to it."""
    section, _, detail = word.partition(".")
    if not detail:
        persona = PersonaFactory()
        return persona, {"persona": persona}
    row = FACTORIES[section]()
    return row.persona, {FACTORIES[word]._meta.model.parent: row}


def test_a_persona_begins_at_version_1_and_is_raised_by_each_statement_that_changes_it(tenant):
    persona = PersonaFactory()
    assert version(persona) == 1
    only(persona).update(tagline="Something else", title="Somebody else")
    assert version(persona) == 2


@every_table
def test_every_table_raises_the_version_once_a_statement(tenant, word):
    persona, place = place_for(word)
    before = version(persona)
    row = FACTORIES[word](**place)
    assert version(persona) == before + 1, "inserted"
    only(row).update(created_at=F("created_at"))
    assert version(persona) == before + 2, "updated"
    delete(only(row))
    assert version(persona) == before + 3, "deleted"


def test_a_statement_raises_each_persona_that_it_changes_once(tenant):
    one, two, untouched = PersonaFactory.create_batch(3)
    goals = [goal for persona in (one, two) for goal in FACTORIES["goals"].build_batch(3, persona=persona)]
    type(goals[0]).objects.bulk_create(goals)
    assert [version(persona) for persona in (one, two, untouched)] == [2, 2, 1]
    one.goals.update(persona=two)
    assert [version(persona) for persona in (one, two, untouched)] == [3, 3, 1]
    one.goals.update(priority="low")
    assert [version(persona) for persona in (one, two, untouched)] == [3, 3, 1]


def test_the_version_names_who_changed_it_last_or_else_the_log_in(tenant, join):
    user = join(tenant)
    persona = PersonaFactory()

    def changed_by():
        return EditorialState.objects.values_list("changed_by", "changed_by_login").get(persona=persona)

    assert changed_by() == (None, "vital_app")
    with tenant_context(tenant, user):
        FACTORIES["goals"](persona=persona)
    assert changed_by() == (user.pk, None)
    FACTORIES["goals"](persona=persona)
    assert changed_by() == (None, "vital_app")


def test_a_purge_in_one_statement_leaves_nothing_of_the_persona_and_all_of_the_others(tenant):
    models = [Persona, EditorialState, *(table.model for table in TABLES)]
    PersonaFactory(complete=True)
    before = {model: model.objects.count() for model in models}
    delete(only(PersonaFactory(complete="most")))
    connection.check_constraints()
    assert {model: model.objects.count() for model in models} == before


# Authors, stamps and tenants


@every_signed
def test_a_row_remembers_who_added_it_and_who_changed_it_last(tenant, join, word):
    ann, bob = (join(tenant, email=f"{name}@example.com") for name in ("ann", "bob"))
    persona = PersonaFactory()
    with tenant_context(tenant, ann):
        row = FACTORIES[word](persona=persona)
        assert (fresh(row).created_by, fresh(row).updated_by) == (ann, ann)
    with tenant_context(tenant, bob):
        only(row).update(created_at=F("created_at"))
        assert (fresh(row).created_by, fresh(row).updated_by) == (ann, bob)
    only(row).update(created_at=F("created_at"))
    assert (fresh(row).created_by, fresh(row).updated_by) == (ann, bob)


def test_what_an_import_says_about_the_author_is_kept(tenant, join):
    ann, bob = (join(tenant, email=f"{name}@example.com") for name in ("ann", "bob"))
    with tenant_context(tenant, bob):
        row = FACTORIES["case_studies"](created_by=ann)
        assert (fresh(row).created_by, fresh(row).updated_by) == (ann, bob)


@pytest.mark.parametrize("word", ["personas", *(section.word for section in SECTIONS)])
def test_a_change_is_stamped(tenant, word):
    row = PersonaFactory(updated_at=LONG_AGO) if word == "personas" else FACTORIES[word](updated_at=LONG_AGO)
    only(row).update(created_at=LONG_AGO)
    assert (fresh(row).created_at, fresh(row).updated_at > LONG_AGO) == (LONG_AGO, True)


def test_a_row_takes_the_tenant_of_what_it_belongs_to_where_nobody_names_one(superuser):
    (tenant,) = superuser.execute("SELECT id FROM tenants WHERE slug = 'digital-health'").fetchone()
    tables = catalogue.fill(superuser, [tenant])
    for table in [tables[table.model._meta.db_table] for table in reversed(TABLES)]:  # details first
        columns = ", ".join(sorted(table.columns.keys() - {"tenant_id"}))
        cursor = superuser.execute(f"DELETE FROM {table} WHERE id = %s RETURNING {columns}", [table.rows[tenant]])
        values = cursor.fetchone()
        holes = ", ".join(["%s"] * len(values))
        added = superuser.execute(f"INSERT INTO {table} ({columns}) VALUES ({holes}) RETURNING tenant_id", values)
        assert added.fetchone() == (tenant,), table
