"""The reports over the database's views: what they show, where their rows lead, and the files they give."""

import io
import json
import re

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import NoReverseMatch, reverse
from python_calamine import CalamineWorkbook

from personas.admin.reports import ReportAdmin
from personas.models import ArchetypeShare, CompletePersona, CountedPersona, ListedPersona, ScoredPersona
from tests.factories import FACTORIES, PersonaFactory
from tests.personas.models.test_views import VIEWS
from tests.vital.flat.files import rows, text
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

OF_PERSONAS = (ListedPersona, CompletePersona, ScoredPersona, CountedPersona)
per_report = pytest.mark.parametrize("model", VIEWS, ids=lambda model: model.__name__)


@pytest.fixture
def work(pharma, join, enter):
    return enter(join(pharma, Role.ANALYST))


@pytest.fixture
def ana(pharma):
    with tenant_context(pharma):
        ana = PersonaFactory(slug="ana", name="Ana Alvares", archetype="LEARNER", ai_maturity_score="33.33")
        FACTORIES["vpanes_scoring"](persona=ana, visibility=7, pain=8, actions=9, needs=8, emotions=7, scenarios=8)
        FACTORIES["goals"].create_batch(3, persona=ana)
    return ana


@pytest.fixture
def ben(pharma):
    with tenant_context(pharma):
        return PersonaFactory(slug="ben", name="Ben Bauer", archetype="SKEPTIC", ai_maturity_score="66.67")


def count(tenant) -> None:
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT refresh_persona_summary()")


def address(model, page: str = "changelist", *args) -> str:
    return reverse(f"admin:personas_{model._meta.model_name}_{page}", args=args)


def listed(client, model, **query) -> list:
    return list(client.get(address(model), query).context["cl"].result_list)


def links(response) -> list[str]:
    """Where the rows of a list lead."""
    table = text(response).split('<table id="result_list"')[1].split("</table>")[0].split("</thead>")[1]
    return [link.replace("&amp;", "&") for link in re.findall(r'<a href="(/[^"]+)"', table)]


def test_every_view_has_a_report_in_the_sidebar(work):
    tasks = {task["title"]: task["items"] for task in work.get(address(ListedPersona)).context["sidebar_navigation"]}
    assert {item["link"] for item in tasks["Reports"]} == {address(model) for model in VIEWS}
    assert all(item["intro"] for item in tasks["Reports"])


@per_report
class TestEveryReport:
    def test_shows_the_personas_of_the_tenant_and_of_no_other(self, work, pharma, digital, ana, model):
        with tenant_context(digital):
            PersonaFactory(name="Zebulon", function_name="Zebulon", role=None)
        count(pharma)
        response = work.get(address(model))
        assert response.context["cl"].result_count == 1
        assert "Zebulon" not in text(response)

    def test_says_in_plain_words_that_there_is_nothing(self, work, model):
        html = text(work.get(address(model)))
        assert "Nothing to report yet" in html
        assert str(admin.site.get_model_admin(model).nothing) in html
        assert "No results found" not in html

    def test_says_so_where_the_search_finds_nothing(self, work, pharma, ana, model):
        count(pharma)
        assert "Nothing matches" in text(work.get(address(model), {"q": "zebulon"}))

    def test_is_searched(self, work, pharma, ana, ben, model):
        with tenant_context(pharma):
            Function.objects.filter(pk=ana.function_id).update(name="Tower")
        count(pharma)
        typed, column = ("tower", "function_name") if model is ArchetypeShare else ("alvares", "name")
        found = listed(work, model, q=typed)
        assert found
        assert all(typed in getattr(row, column).lower() for row in found)

    def test_is_ordered_by_any_column(self, work, pharma, ana, ben, model):
        count(pharma)
        for place in range(1, len(admin.site.get_model_admin(model).list_display) + 1):
            assert len(listed(work, model, o=place)) == len(listed(work, model, o=-place)) == 2

    def test_has_no_page_that_writes(self, model):
        for page in ("add", "change", "delete", "history", "import", "process_import", "export"):
            with pytest.raises(NoReverseMatch):
                address(model, page, *(["x"] if page in ("change", "delete", "history") else []))

    @pytest.mark.parametrize("role", Role)
    def test_is_for_every_role(self, pharma, join, enter, model, role):
        assert enter(join(pharma, role)).get(address(model)).status_code == 200

    def test_takes_no_more_queries_than_its_budget(self, work, pharma, django_assert_max_num_queries, model):
        with tenant_context(pharma):
            for _ in range(120):
                PersonaFactory()
        count(pharma)
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(25):
            assert work.get(address(model)).context["cl"].result_count >= 4


@pytest.mark.parametrize("model", OF_PERSONAS, ids=lambda model: model.__name__)
def test_a_row_leads_to_its_persona(work, pharma, ana, model):
    count(pharma)
    assert links(work.get(address(model), {"q": "ana"})) == [reverse("admin:personas_persona_change", args=[ana.pk])]


class TestFiltering:
    def test_by_archetype(self, work, ana, ben):
        assert [row.name for row in listed(work, ListedPersona, archetype__exact="LEARNER")] == ["Ana Alvares"]

    def test_by_function(self, work, pharma, ana):
        with tenant_context(pharma):
            PersonaFactory(function_name="Tower", role=None)
        assert len(listed(work, ScoredPersona)) == 2
        assert len(listed(work, ScoredPersona, function_name="Tower")) == 1

    def test_by_tier(self, work, ana, ben):
        assert [row.name for row in listed(work, ScoredPersona, priority_tier="tier_1_ideal")] == ["Ana Alvares"]


class TestTheDistribution:
    def test_a_row_leads_to_the_personas_that_it_counts(self, work, pharma, ana, ben):
        with tenant_context(pharma):
            PersonaFactory(archetype="LEARNER")
        response = work.get(address(ArchetypeShare))
        shares = list(response.context["cl"].result_list)
        assert [share.persona_count for share in shares] == [2, 1]
        for share, link in zip(shares, links(response), strict=True):
            found = work.get(link).context["listing"].found
            with tenant_context(pharma):
                assert set(found.values_list("persona__archetype", flat=True)) == {share.archetype}
                assert found.count() == share.persona_count

    def test_a_row_without_archetype_or_function_asks_for_those_that_have_none(self, work, pharma):
        with tenant_context(pharma):
            PersonaFactory(archetype=None, role=None, function_name=None)
        response = work.get(address(ArchetypeShare))
        assert links(response) == [f"{reverse('admin:personas_persona_changelist')}?archetype=null&function=null"]
        assert "none yet" in text(response)

    def test_averages_have_one_digit_behind_the_point(self, work, pharma, ana):
        with tenant_context(pharma):
            for score in (40, 41):
                PersonaFactory(archetype="LEARNER", ai_maturity_score=score)
        assert "38.1" in text(work.get(address(ArchetypeShare)))
        [row] = rows(work.get(address(ArchetypeShare, "file", "csv")))
        assert (row["avg_ai_maturity"], row["avg_vpanes_score"], row["persona_count"]) == ("38.1", "47", "3")


class TestFigures:
    def test_say_how_much_there_is(self, work, pharma, ana):
        count(pharma)
        [row] = listed(work, CountedPersona)
        assert (row.goals_count, row.days_of_week, row.stakeholders) == (3, 0, 0)

    def test_say_when_they_are_counted(self, work):
        assert "each night at 03:27 UTC" in text(work.get(address(CountedPersona)))

    def test_say_when_they_were_counted_last(self, work, pharma):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "
                "VALUES ('default', 'personas.tasks.refresh_persona_summary', 'doing') RETURNING id"
            )
            cursor.execute(
                "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'succeeded', '2027-03-05 03:27+00')",
                cursor.fetchone(),
            )
        assert "was counted on 5 March 2027 at 03:27 UTC" in text(work.get(address(CountedPersona)))


class TestFiles:
    def test_hold_what_the_list_shows(self, work, pharma, ana, ben):
        response = work.get(address(ListedPersona, "file", "csv"), {"archetype__exact": "SKEPTIC"})
        assert [row["name"] for row in rows(response)] == ["Ben Bauer"]
        assert response["Content-Disposition"] == 'attachment; filename="listed_personas.csv"'

    @per_report
    def test_come_in_three_formats_with_the_same_rows(self, work, pharma, ana, ben, model):
        count(pharma)
        sent = {ending: work.get(address(model, "file", ending)) for ending in ("csv", "json", "xlsx")}
        told = json.loads(sent["json"].content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(sent["xlsx"].content)).get_sheet_by_index(0).to_python()
        assert len(rows(sent["csv"])) == len(told) == len(sheet) - 1 == 2
        assert list(rows(sent["csv"])[0]) == sheet[0]
        assert set(told[0]) <= set(sheet[0])  # what is not known is left out
        assert b"(clear)" not in sent["csv"].content
        assert not {"id", "tenant", "insights"} & set(told[0])

    def test_are_linked_with_what_is_asked(self, work, ana):
        html = text(work.get(address(ListedPersona), {"q": "ana"}))
        assert 'href="report.xlsx?q=ana"' in html

    @pytest.mark.parametrize("query", [{"nonsense": "x"}, {"archetype__exact": "NOBODY"}, {"is_active__exact": "x"}])
    def test_are_not_made_where_a_filter_makes_no_sense(self, work, ana, query):
        for response in (work.get(address(ListedPersona), query, follow=True),
                         work.get(address(ListedPersona, "file", "csv"), query, follow=True)):  # fmt: skip
            assert response.status_code in (200, 400)
            assert response["Content-Type"].startswith("text/html")

    def test_are_of_no_other_format(self, work):
        assert work.get(address(ListedPersona, "file", "yaml")).status_code == 404

    def test_hold_codes_where_lists_hold_names(self, work, ana):
        [row] = rows(work.get(address(CompletePersona, "file", "csv")))
        assert row["seniority_level"] == ana.seniority_level_id
        assert row["archetype_confidence"] == str(ana.archetype_confidence)

    def test_hold_nothing_of_another_tenant(self, work, digital, ana):
        with tenant_context(digital):
            PersonaFactory(name="Zebulon")
        assert b"Zebulon" not in work.get(address(ListedPersona, "file", "json")).content


def test_all_reports_are_read_only():
    reports = [one for one in admin.site._registry.values() if isinstance(one, ReportAdmin)]
    assert {one.model for one in reports} == set(VIEWS)
    for report in reports:
        assert not any((report.has_add_permission(None), report.has_change_permission(None),
                        report.has_delete_permission(None)))  # fmt: skip
