"""The pages on which people read what stands against a persona, and set the rules."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from django.urls import reverse

from personas.editorial.quality import MEASURES, RULES, in_force, look
from personas.editorial.quality.facts import DATES
from personas.models import Event, EvidenceSummary, Persona, RuleSetting, VpanesScoring
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

QUERIES = 25
RULES_PAGE = reverse("admin:personas_rulesetting_changelist")
ROLES = [Role.ANALYST, Role.REVIEWER, Role.PUBLISHER, Role.TENANT_ADMIN]
LINE = re.compile(r'<li><a class="vital-link" href="([^"]+)">')


def page_of(persona) -> str:
    return reverse("admin:personas_persona_quality", args=[persona.pk])


@pytest.fixture
def work(pharma, join, enter):
    return enter(join(pharma))


@pytest.fixture
def boss(pharma, join, enter):
    return enter(join(pharma, Role.TENANT_ADMIN))


@pytest.fixture
def full(pharma) -> Persona:
    with tenant_context(pharma):
        return PersonaFactory(complete=True)


@pytest.fixture
def bare(pharma) -> Persona:
    with tenant_context(pharma):
        return PersonaFactory(title=None)


def sent(client, **values):
    """The page of rules, sent as it is shown but for some values."""
    html = client.get(RULES_PAGE).content.decode()
    data = dict(
        re.findall(r'<input[^>]*name="([\w-]+)" value="([^"]*)"', html.split('<section class="vital-rules"', 1)[1])
    )
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        data[name] = re.search(r'value="(\w+)" selected', options)[1]
    return data | {name.replace("__", "-"): value for name, value in values.items()}


class TestThePageOfAPersona:
    def test_says_that_nothing_stands_against_publishing(self, work, pharma, full):
        with tenant_context(pharma):
            EvidenceSummary.objects.update(unsupported_attributes=[], critical_gaps=[], next_review_due=None)
            RuleSetting.objects.create(code="stale_evidence", severity="off")
        text = work.get(page_of(full)).content.decode()
        assert "Nothing stands against publishing." in text
        assert "No rule is broken: there is nothing to mend." in text

    def test_lists_what_blocks_each_step_with_what_to_do(self, work, bare):
        response = work.get(page_of(bare))
        assert "stand against publishing" in response.content.decode()
        titles = {title: [line.said for line in lines] for title, _, lines in response.context["stands"]}
        assert list(titles) == ["Blocks submitting", "Blocks publishing", "Warnings"]
        assert (
            "«Title» is empty. Fill it in: Job title, such as «Senior Medical Science Liaison»."
            in (titles["Blocks submitting"])
        )
        assert "Goals: 0 of at least 3 rows. Add 3 more." in titles["Blocks publishing"]

    def test_opens_the_lines_behind_each_number(self, work, bare):
        every = work.get(page_of(bare))
        for measure, number, lines in every.context["cards"]:
            response = work.get(page_of(bare), {"of": measure.code})
            shown = [line for _, _, listed in response.context["stands"] for line in listed]
            assert len(shown) == lines
            assert {line.rule.group for line in shown} <= {measure.code}
            assert f"<b>{number} %</b>" in response.content.decode()
            assert measure.means in response.content.decode()
        assert "No rule about consistency is broken." in work.get(page_of(bare), {"of": "consistency"}).content.decode()
        assert work.get(page_of(bare), {"of": "nonsense"}).context["asked"] is None

    def test_every_line_leads_to_a_field_that_is_there(self, work, pharma, full):
        """Broken are all rules that name a row or a column, one section with pages included."""
        with tenant_context(pharma):
            for rule in RULES:
                if rule.threshold is not None and rule.code != "archetype_scores":
                    threshold = {"stale_evidence": 0}.get(rule.code, rule.highest)
                    RuleSetting.objects.create(code=rule.code, severity="warning", threshold=threshold)
            VpanesScoring.objects.update(pain=None)
            full.goals.exclude(pk=full.goals.first().pk).delete()
            Persona.objects.update(
                title=None, background_story=None, archetype="LEARNER", work_complexity_score=90, seniority_level="vp",
                budget_authority_level=None, budget_authority=None, salary_min_usd=9, salary_max_usd=5,
                years_of_experience=0, department=None,
            )  # fmt: skip
            EvidenceSummary.objects.update(
                next_review_due="2020-01-01", critical_gaps=["Asia"], unsupported_attributes=["Pay"]
            )
        text = work.get(page_of(full)).content.decode()
        addresses = LINE.findall(text)
        with tenant_context(pharma):
            assert len(addresses) == len(look([full.pk])[full.pk].findings)
        pages = set()
        for address in dict.fromkeys(addresses):
            page, _, anchor = address.partition("#")
            if (place := page.partition("?")[0]) in pages and anchor.endswith("date"):
                continue  # another row of a table that was looked at
            pages.add(place)
            response = work.get(page)
            assert response.status_code == 200, address
            assert not anchor or f'id="{anchor}"' in response.content.decode(), address
        assert {page.split("/")[-2] for page in pages} >= {
            *DATES,
            "narrative",
            "core_profile",
            "vpanes_scoring",
            "goals",
        }

    def test_leads_to_goals_and_pains_that_nothing_backs(self, work, pharma, bare):
        with tenant_context(pharma):
            goal = bare.goals.create(goal_text="Sleep", priority_id="critical")
        (address,) = [one for one in LINE.findall(work.get(page_of(bare)).content.decode()) if str(goal.pk) in one]
        assert f'id="{goal.pk}-priority"' in work.get(address.partition("#")[0]).content.decode()

    def test_takes_few_queries_however_full_the_persona_is(self, work, pharma, bare, django_assert_max_num_queries):
        with tenant_context(pharma):
            most = PersonaFactory(complete="most")
        ContentType.objects.clear_cache()
        work.get(page_of(bare))  # what Django reads once in its life is read
        for persona in (bare, most):
            with django_assert_max_num_queries(QUERIES):
                assert work.get(page_of(persona)).status_code == 200

    @pytest.mark.parametrize("role", ROLES)
    def test_is_there_for_everybody_of_the_tenant(self, pharma, join, enter, bare, role):
        assert enter(join(pharma, role)).get(page_of(bare)).status_code == 200

    def test_is_not_there_for_another_tenant(self, digital, join, enter, bare):
        assert enter(join(digital, Role.TENANT_ADMIN)).get(page_of(bare)).status_code == 404

    def test_does_not_follow_the_settings_of_another_tenant(self, work, digital, full):
        with tenant_context(digital):
            RuleSetting.objects.create(code="evidence_sources", severity="submit", threshold=999)
        assert not work.get(page_of(full)).context["submitting"]

    def test_shows_the_words_of_a_persona_as_words(self, work, pharma, full):
        with tenant_context(pharma):
            EvidenceSummary.objects.update(critical_gaps=["<script>alert(1)</script> {0} {said}"])
        text = work.get(page_of(full)).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {0} {said}" in text
        assert "<script>alert(1)" not in text


def test_the_four_numbers_lead_to_their_lines(pharma, bare):
    with tenant_context(pharma):
        assessment = look([bare.pk])[bare.pk]
    html = render_to_string("admin/personas/quality/numbers.html", {"assessment": assessment, "persona": bare})
    for measure, number in zip(MEASURES, assessment.numbers, strict=True):
        assert f'href="{page_of(bare)}?of={measure.code}"' in html
        assert f">{number} %<" in html


class TestThePageOfRules:
    def test_shows_every_rule_with_what_it_means(self, work):
        text = work.get(RULES_PAGE).content.decode()
        for rule in RULES:
            assert rule.title in text
        assert text.count("as by default") == len(RULES)

    def test_takes_few_queries(self, boss, django_assert_max_num_queries):
        with django_assert_max_num_queries(QUERIES):
            boss.get(RULES_PAGE)

    def test_saves_what_was_changed_and_records_who_did(self, boss, pharma):
        data = sent(boss, evidence_sources__threshold="7", stale_evidence__severity="publish")
        text = boss.post(RULES_PAGE, data, follow=True).content.decode()
        assert "Saved: Enough sources, Evidence out of date." in text
        assert "by default: Blocks publishing, 5 sources" in text
        with tenant_context(pharma):
            held = in_force()
            assert (held["evidence_sources"].threshold, held["stale_evidence"].severity) == (7, "publish")
            told = {event.detail["code"]: (event.name, event.made_by.email) for event in Event.objects.all()}
            assert told == dict.fromkeys(
                ("evidence_sources", "stale_evidence"), ("set_rule", "tenant_admin@pharma.example")
            )

    def test_an_emptied_number_is_the_default_again(self, boss, pharma):
        boss.post(RULES_PAGE, sent(boss, evidence_sources__threshold="7"))
        boss.post(RULES_PAGE, sent(boss, evidence_sources__threshold=""))
        with tenant_context(pharma):
            assert not RuleSetting.objects.exists()
            assert [event.detail["after"]["threshold"] for event in Event.objects.order_by("id")] == ["7", "5"]

    def test_what_is_as_it_was_is_no_event(self, boss, pharma):
        text = boss.post(RULES_PAGE, sent(boss), follow=True).content.decode()
        assert "Nothing to save: every rule is as it was." in text
        with tenant_context(pharma):
            assert not Event.objects.exists()

    def test_what_somebody_else_has_set_meanwhile_stays(self, boss, pharma):
        mine = sent(boss, evidence_sources__threshold="7")
        boss.post(RULES_PAGE, sent(boss, stale_evidence__threshold="2"))
        boss.post(RULES_PAGE, mine)
        with tenant_context(pharma):
            held = in_force()
            assert (held["evidence_sources"].threshold, held["stale_evidence"].threshold) == (7, 2)

    @pytest.mark.parametrize("threshold", ["many", "-1", "1001", "nan", "1e999", "2.555", "5,5", "\0"])
    def test_a_number_that_is_none_is_refused_with_all_the_rest(self, boss, pharma, threshold):
        data = sent(boss, evidence_sources__threshold=threshold, stale_evidence__severity="off")
        response = boss.post(RULES_PAGE, data)
        text = response.content.decode()
        assert "Nothing was saved." in text
        assert "Give a number from 0 to 1000, such as «5»." in text
        assert 'value="off" selected' in text
        with tenant_context(pharma):
            assert not RuleSetting.objects.exists()

    def test_a_severity_that_is_none_is_refused(self, boss):
        text = boss.post(RULES_PAGE, sent(boss, stale_evidence__severity="fatal")).content.decode()
        assert "Choose how seriously the rule is taken" in text

    @pytest.mark.parametrize("role", ROLES[:-1])
    def test_is_read_only_but_for_tenant_admins(self, pharma, join, enter, role):
        client = enter(join(pharma, role))
        text = client.get(RULES_PAGE).content.decode()
        assert "Only tenant admins set them." in text
        assert "-severity" not in text
        assert "Blocks publishing, 5 sources" in text
        assert client.post(RULES_PAGE, {"stale_evidence-severity": "off"}).status_code == 403
        with tenant_context(pharma):
            assert not RuleSetting.objects.exists()

    def test_sets_nothing_for_another_tenant(self, boss, digital):
        boss.post(RULES_PAGE, sent(boss, evidence_sources__threshold="7"))
        with tenant_context(digital):
            assert in_force()["evidence_sources"].as_by_default

    def test_has_no_other_doors(self, boss, pharma):
        boss.post(RULES_PAGE, sent(boss, evidence_sources__threshold="7"))
        with tenant_context(pharma):
            pk = RuleSetting.objects.get().pk
        assert boss.get(reverse("admin:personas_rulesetting_add")).status_code == 403
        assert boss.get(reverse("admin:personas_rulesetting_change", args=[pk])).url == RULES_PAGE
        assert boss.post(reverse("admin:personas_rulesetting_delete", args=[pk]), {"post": "yes"}).status_code == 403
