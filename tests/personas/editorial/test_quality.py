"""What the rules say of personas: findings and numbers, for many at once, as each tenant has set them."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personas.documents.shape import GROUPS
from personas.editorial.quality import RULES, Numbers, in_force, look, set_rule, share_with_enough_sources
from personas.editorial.quality.facts import Piece
from personas.editorial.quality.finders import QUADRANTS
from personas.editorial.quality.rules import BY_CODE, TO_PUBLISH, TO_SUBMIT
from personas.enums import Archetype
from personas.models import Event, EvidenceSummary, Persona, PublicResearch, RuleSetting
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context

QUERIES = 20
Severity = RuleSetting.Severity


def assess(persona):
    return look([persona.pk])[persona.pk]


def codes(findings) -> set[str]:
    return {finding.rule.code for finding in findings}


@pytest.fixture
def full(tenant) -> Persona:
    return PersonaFactory(complete=True)


@pytest.fixture
def bare(tenant) -> Persona:
    """Its own columns are filled in, its sections are not."""
    return PersonaFactory()


@pytest.fixture
def admin(pharma, join):
    return join(pharma, "tenant_admin")


class TestTheTable:
    def test_names_each_rule_once_and_explains_it(self):
        assert len(BY_CODE) == len(RULES)
        for rule in RULES:
            assert rule.means.endswith(".")
            assert (rule.threshold is None) == (rule.unit == "")
            assert rule.threshold is None or rule.threshold <= rule.highest

    def test_asks_only_for_columns_that_have_a_page(self):
        have = {column for columns in GROUPS.values() for column in columns}
        assert have >= {*TO_SUBMIT, *TO_PUBLISH}

    def test_knows_every_archetype(self):
        assert sorted(QUADRANTS.values()) == sorted(Archetype)


class TestBlocking:
    def test_nothing_stands_against_the_demo_personas(self, tenant):
        for persona in [PersonaFactory(complete=True) for _ in range(4)]:
            assessment = assess(persona)
            assert assessment.blocking("submit") == assessment.blocking("publish") == []

    def test_an_empty_persona_is_not_even_reviewed(self, bare):
        assert codes(assess(bare).blocking("submit")) == {"enough_to_review"}
        assert codes(assess(bare).blocking("publish")) > {"enough_to_review", "expected_rows", "evidence_sources"}

    @pytest.mark.parametrize(
        ("severity", "stands_against"),
        [(Severity.OFF, set()), (Severity.WARNING, {"warning"}), (Severity.SUBMIT, {"submit", "publish"}),
         (Severity.PUBLISH, {"publish"})],
    )  # fmt: skip
    def test_follows_the_severity_that_the_tenant_gave_the_rule(self, full, severity, stands_against):
        Persona.objects.update(salary_min_usd=9, salary_max_usd=5)
        RuleSetting.objects.create(code="salary_range", severity=severity)
        assessment = assess(full)
        told = {
            "warning": assessment.warnings,
            "submit": assessment.blocking("submit"),
            "publish": assessment.blocking("publish"),
        }
        assert {name for name, findings in told.items() if "salary_range" in codes(findings)} == stands_against

    def test_stands_against_no_other_step(self, bare):
        assert assess(bare).blocking("archive") == []


class TestThresholds:
    @pytest.mark.parametrize(
        ("code", "kept", "broken"),
        [("evidence_sources", 20, 900), ("enough_to_review", 100, None), ("stale_evidence", Decimal("5.5"), 0)],
    )
    def test_are_the_tenants(self, full, code, kept, broken):
        for threshold, found in ((kept, False), (broken, True)):
            if threshold is not None:
                setting = {"severity": Severity.WARNING, "threshold": threshold}
                RuleSetting.objects.update_or_create(code=code, defaults=setting)
                assert (code in codes(assess(full).findings)) == found

    def test_of_the_archetype_are_the_mark_of_both_scores(self, full):
        Persona.objects.update(archetype="AUTOMATOR", work_complexity_score=60, ai_maturity_score=80)
        assert "archetype_scores" in codes(assess(full).findings)
        RuleSetting.objects.create(code="archetype_scores", severity=Severity.PUBLISH, threshold=70)
        assert "archetype_scores" not in codes(assess(full).findings)

    def test_are_told_with_the_finding(self, bare):
        RuleSetting.objects.create(code="evidence_sources", severity=Severity.PUBLISH, threshold=12)
        (finding,) = [one for one in assess(bare).findings if one.rule.code == "evidence_sources"]
        assert "0 sources on file, 12 are needed." in finding.said

    def test_of_a_rule_that_has_none_say_nothing(self, tenant):
        RuleSetting.objects.create(code="salary_range", severity=Severity.WARNING, threshold=3)
        assert in_force()["salary_range"].threshold is None


class TestNumbers:
    def test_of_what_is_full_and_fresh_are_all_100(self, full):
        EvidenceSummary.objects.update(unsupported_attributes=[], critical_gaps=None, next_review_due=None)
        RuleSetting.objects.create(code="stale_evidence", severity=Severity.OFF)
        assert assess(full).numbers == Numbers(100, 100, 100, 100)

    def test_of_what_is_empty(self, bare):
        assert assess(bare).numbers == Numbers(completeness=0, consistency=100, evidence=0, freshness=0)

    def test_completeness_is_the_one_that_the_list_shows(self, full):
        full.goals.exclude(pk=full.goals.first().pk).delete()
        assert assess(full).numbers.completeness == 98

    def test_consistency_is_the_share_of_its_rules_that_are_kept(self, full):
        Persona.objects.update(salary_min_usd=9, salary_max_usd=5)
        assert assess(full).numbers.consistency == 75
        RuleSetting.objects.create(code="years_in_order", severity=Severity.OFF)
        assert assess(full).numbers.consistency == 66

    def test_evidence_asks_for_sources_and_for_one_more_with_each_claim(self, full):
        EvidenceSummary.objects.update(unsupported_attributes=["Pay", "Weekends"], critical_gaps=["Asia"])
        assert assess(full).numbers.evidence == 100 * 5 // 8

    def test_evidence_grows_with_every_source(self, bare):
        shares = []
        for n in range(6):
            shares.append(assess(bare).numbers.evidence)
            study(bare, f"Study {n}")
        assert shares == [0, 20, 40, 60, 80, 100]

    def test_freshness_is_the_share_of_rows_that_are_dated_and_not_too_old(self, bare):
        today = timezone.localdate()
        study(bare, "New", publication_date=today)
        study(bare, "Old", publication_date=today - timedelta(days=4 * 366))
        study(bare, "Undated")
        assert assess(bare).numbers.freshness == 33
        EvidenceSummary.objects.update(next_review_due=today - timedelta(days=1))
        assert assess(bare).numbers.freshness == 25

    def test_none_is_100_while_something_stands_behind_it(self, full):
        Persona.objects.update(background_story=None)
        assert assess(full).numbers.completeness == 99

    def test_are_what_they_are_where_every_rule_is_off(self, bare):
        for rule in RULES:
            RuleSetting.objects.create(code=rule.code, severity=Severity.OFF)
        assessment = assess(bare)
        assert assessment.findings == []
        assert assessment.numbers == Numbers(completeness=0, consistency=100, evidence=100, freshness=0)


def study(persona, title: str, **values) -> None:
    PublicResearch.objects.create(
        persona=persona, research_title=title, research_type="academic", publication_source="Journal",
        key_findings=["It rains"], relevance_score=5, **values,
    )  # fmt: skip


class TestTheAgeOfEvidence:
    @pytest.mark.parametrize(
        ("day", "year", "month", "column", "last"),
        [
            (date(2024, 2, 3), 1999, None, "publication_date", date(2024, 2, 3)),
            (None, 2023, None, "publication_year", date(2023, 12, 31)),
            (None, None, None, "publication_date", None),
            (None, 0, None, "publication_year", None),
            (None, 9999, None, "publication_year", None),
        ],
    )
    def test_is_told_by_the_day_or_else_by_the_end_of_the_year(self, day, year, month, column, last):
        piece = Piece("public_research", uuid4(), "A study", day, year, month)
        assert (piece.column, piece.last_day) == (column, last)

    @pytest.mark.parametrize(
        ("month", "last"), [(2, date(2024, 2, 29)), (11, date(2024, 11, 30)), (12, date(2024, 12, 31))]
    )
    def test_is_that_of_the_month_where_one_is_given(self, month, last):
        assert Piece("industry_reports", uuid4(), "A report", None, 2024, month).last_day == last


class TestManyAtOnce:
    def test_take_as_many_queries_as_one(self, tenant):
        personas = [PersonaFactory(complete=True) if n % 2 else PersonaFactory() for n in range(20)]
        taken = []
        for some in (personas[:1], personas):
            with CaptureQueriesContext(connection) as queries:
                assert len(look([persona.pk for persona in some])) == len(some)
            taken.append(len(queries))
        assert taken[0] == taken[1] <= QUERIES

    def test_each_have_their_own_findings(self, full, bare):
        assessed = look([full.pk, bare.pk])
        assert assessed[full.pk] == assess(full)
        assert assessed[bare.pk] == assess(bare)
        assert {one.persona for one in assessed[bare.pk].findings} == {bare.pk}

    def test_are_read_in_portions(self, monkeypatch, full, bare):
        whole = look([full.pk, bare.pk])
        monkeypatch.setattr("personas.editorial.quality.looking.AT_ONCE", 1)
        assert look([full.pk, bare.pk, full.pk]) == whole

    def test_may_be_none(self, tenant):
        assert look([]) == {}


class TestTenants:
    def test_do_not_see_each_others_personas(self, pharma, digital):
        with tenant_context(pharma):
            theirs = PersonaFactory().pk
        with tenant_context(digital):
            assert look([theirs]) == {}

    def test_do_not_follow_each_others_settings(self, pharma, digital):
        with tenant_context(digital):
            for rule in RULES:
                RuleSetting.objects.create(code=rule.code, severity=Severity.OFF, threshold=0)
        with tenant_context(pharma):
            assert all(held.as_by_default for held in in_force().values())
            assert assess(PersonaFactory()).blocking("submit")


class TestSetting:
    def test_is_recorded_with_before_and_after(self, tenant, admin):
        assert set_rule(BY_CODE["evidence_sources"], Severity.SUBMIT, Decimal("7.50"), admin)
        event = Event.objects.get()
        assert (event.name, event.about, event.made_by) == ("set_rule", "Enough sources", admin)
        assert event.detail == {
            "code": "evidence_sources",
            "before": {"severity": "publish", "threshold": "5"},
            "after": {"severity": "submit", "threshold": "7.5"},
        }

    def test_back_to_the_default_leaves_nothing_behind(self, tenant, admin):
        rule = BY_CODE["evidence_sources"]
        set_rule(rule, Severity.OFF, Decimal(7), admin)
        assert set_rule(rule, rule.severity, None, admin)
        assert not RuleSetting.objects.exists()
        assert Event.objects.count() == 2

    def test_what_was_so_already_is_no_event(self, tenant, admin):
        rule = BY_CODE["evidence_sources"]
        assert not set_rule(rule, rule.severity, Decimal("5.00"), admin)
        assert not Event.objects.exists()


class TestTheShareWithEnoughSources:
    def test_is_unknown_without_personas(self, tenant):
        assert share_with_enough_sources() is None

    def test_is_counted_in_one_query(self, full, bare, django_assert_num_queries):
        PersonaFactory(complete=True)
        PersonaFactory(complete=True, deleted_at=timezone.now())
        with django_assert_num_queries(1):
            assert share_with_enough_sources() == 66

    def test_follows_the_threshold_of_the_tenant(self, full, bare):
        RuleSetting.objects.create(code="evidence_sources", severity=Severity.OFF, threshold=900)
        assert share_with_enough_sources() == 0
        RuleSetting.objects.update(threshold=0)
        assert share_with_enough_sources() == 100
