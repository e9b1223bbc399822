"""A persona is found by any word of any of its rows, and the search says where."""

import pytest
from django.db import connection

from personas.documents.apply import apply
from personas.documents.changes import Mode
from personas.documents.plan import plan
from personas.documents.shape import SHAPES
from personas.models import EditorialState, Goal, Persona, Words
from personas.tasks import read_words
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import current_tenant, tenant_context
from vital.tenancy.models import Tenant

pytestmark = pytest.mark.database


def asked(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def found(query: str) -> set[str]:
    ids = [row[0] for row in asked("SELECT find_personas(%s)", query)]
    return set(Persona.objects.filter(pk__in=ids).values_list("slug", flat=True))


def place(persona, query: str) -> tuple[list[str], object, str]:
    ((_, *where),) = asked("SELECT * FROM find_places(%s, %s, %s)", current_tenant(), [persona.pk], query)
    return tuple(where)


def saved(slug: str, **document) -> Persona:
    apply(plan([{"slug": slug, "name": slug.title(), **document}], Mode.MERGE))
    return Persona.objects.get(slug=slug)


@pytest.fixture
def ana(tenant) -> Persona:
    goals = [{"goal_text": "Find the latest safety data"}, {"goal_text": "Sleep"}]
    return saved("ana", tagline="Oncology liaison", goals=goals)


@pytest.fixture
def ben(tenant) -> Persona:
    return saved("ben", goals=[{"goal_text": "Sell oncology data"}])


class TestFinding:
    @pytest.mark.parametrize(
        ("query", "who"),
        [
            ("oncology", {"ana", "ben"}),
            ("oncology safety", {"ana"}),  # in two places of the same persona
            ('"safety data"', {"ana"}),
            ('"data safety"', set()),
            ("oncology -safety", {"ben"}),
            ("sleep or sell", {"ana", "ben"}),
            ("finding", {"ana"}),  # by its stem
            ("liais", {"ana"}),  # half a word
            ("oncology -sal", {"ana", "ben"}),  # what is excluded is no half word
            ("ana", {"ana"}),
            ("the", set()),
            ("", set()),
            ("'\\ :* & | !", set()),
        ],
    )
    def test_takes_words_phrases_and_what_is_not_wanted(self, ana, ben, query, who):
        assert found(query) == who

    @pytest.mark.parametrize("word", SHAPES)
    def test_reaches_every_section(self, tenant, word):
        row = FACTORIES[word]()
        asked("SELECT read_words(%s, %s)", current_tenant(), [row.persona_id])
        held = set(Words.objects.filter(persona=row.persona_id).values_list("section", flat=True))
        assert {"personas", "*"} <= held <= {"personas", "*", word, "evidence_summary"}
        assert word in held

    def test_counts_details_to_their_section(self, tenant):
        result = FACTORIES["case_studies.results"](metric_name="Zebrafish survival")
        study = result.case_study
        asked("SELECT read_words(%s, %s)", current_tenant(), [study.persona_id])
        sections, row, said = place(study.persona, "zebrafish")
        assert (sections, row, said) == (["case_studies"], study.pk, "⟦Zebrafish⟧ survival")

    def test_finds_nothing_of_another_tenant(self, pharma, digital):
        with tenant_context(pharma):
            saved("zebulon")
            assert found("zebulon") == {"zebulon"}
        with tenant_context(digital):
            assert asked("SELECT find_personas('zebulon')") == []
        with tenant_context(None):
            assert asked("SELECT find_personas('zebulon')") == []

    def test_takes_more_words_than_a_search_can_hold(self, tenant):
        many = " ".join(f"w{number}" for number in range(400_000))
        saved("long", background_story=many, goals=[{"goal_text": many}, {"goal_text": "Sleep"}])
        assert found("w7") == {"long"}


class TestWhere:
    def test_is_the_row_with_the_words_around_it(self, ana):
        sections, row, said = place(ana, "safety")
        assert sections == ["goals"]
        assert Goal.objects.get(pk=row).goal_text == "Find the latest safety data"
        assert said == "Find the latest ⟦safety⟧ data"

    def test_is_the_persona_itself_for_its_own_columns(self, ana):
        sections, row, said = place(ana, "oncology safety")
        assert (set(sections), row, said) == ({"personas", "goals"}, ana.pk, "⟦Oncology⟧ liaison")

    def test_passes_over_what_is_excluded(self, ana):
        assert place(ana, "safety -sell")[2] == "Find the latest ⟦safety⟧ data"


class TestKeepingUp:
    def test_what_is_saved_is_found_at_once_and_what_is_gone_is_not(self, ana):
        goals = [{"goal_text": "Climb"}]
        apply(plan([{"slug": "ana", "goals": goals}], Mode.REPLACE))
        assert (found("climb"), found("safety"), found("liaison")) == ({"ana"}, set(), {"ana"})
        apply(plan([{"slug": "ana", "goals": []}], Mode.REPLACE))
        assert found("climb") == set()
        assert not EditorialState.objects.exclude(words_version=1).filter(version=1).exists()

    def test_a_load_waits_for_the_job(self, tenant):
        apply(plan([{"slug": f"p-{n}", "name": f"Zoe {n}"} for n in range(6)]))
        assert found("zoe") == set()
        assert asked("SELECT read_unread_words(%s, 4)", current_tenant()) == [(4,)]
        assert len(found("zoe")) == 4
        assert asked("SELECT read_unread_words(%s, 4)", current_tenant()) == [(2,)]
        assert asked("SELECT read_unread_words(%s, 4)", current_tenant()) == [(0,)]
        assert len(found("zoe")) == 6

    def test_what_came_by_sql_is_not_taken_for_read_by_a_save_after_it(self, ana):
        Goal.objects.create(persona=ana, goal_text="Climb")
        apply(plan([{"slug": "ana", "quotes": [{"quote_text": "Swim"}]}]))
        assert (found("swim"), found("climb")) == ({"ana"}, set())
        asked("SELECT read_unread_words(%s, 4)", current_tenant())
        assert found("climb") == {"ana"}

    def test_reading_anew_gives_the_same(self, tenant):
        PersonaFactory(complete=True)
        asked("SELECT read_unread_words(%s, 4)", current_tenant())
        before = set(Words.objects.values_list("section", "words"))
        Words.objects.filter(section__in=("*", "goals")).delete()
        asked("SELECT recompute_editorial_words(%s)", current_tenant())
        assert set(Words.objects.values_list("section", "words")) == before
        assert {section for section, _ in before} == {"personas", "*", *SHAPES} - {"evidence_summary"} | (
            {"evidence_summary"} & {section for section, _ in before}
        )


@pytest.mark.usefixtures("committed")
def test_the_job_reads_for_every_tenant():
    tenants = list(Tenant.objects.all())
    for tenant in tenants:
        with tenant_context(tenant):
            PersonaFactory(slug="zoe", name="Zoe")
    read_words(0)
    for tenant in tenants:
        with tenant_context(tenant):
            assert found("zoe") == {"zoe"}
