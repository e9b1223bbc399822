"""Seeding for people who use no terminal: how far functions are, ways to bring personas, and what was verified."""

import io
import json
import re
import zipfile
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from personas.admin import seeding
from personas.enums import Archetype
from personas.models import Batch, EditorialState, Persona
from personas.seeding.variants import TemplateError
from personas.seeding.work import SeedingWork
from tests.factories import FACTORIES, PersonaFactory
from vital.organisation.models import Department, Function
from vital.organisation.models import Role as OfRole
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Role
from vital.tenancy.roles import BY_LABEL

pytestmark = pytest.mark.django_db
ALL = reverse("admin:personas_batch_seeding")
PACK = reverse("admin:personas_batch_seeding_template", args=["medical-affairs"])
TEMPLATE = "medical_affairs_director"
MAKE = {"do": "make", "template": TEMPLATE, "count": 2, "variation": "low", "seed": 7}


def at(slug: str = "medical-affairs") -> str:
    return reverse("admin:personas_batch_seeding_function", args=[slug])


def text(response) -> str:
    """What somebody reads on a page."""
    main = response.content.decode().partition('id="main"')[2] or response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def file(*documents: dict, name: str = "team.json") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, json.dumps({"personas": documents}).encode())


@pytest.fixture
def ana(pharma, join):
    return join(pharma, Role.ANALYST, full_name="Ana Silva")


@pytest.fixture
def work(ana, enter):
    """The browser of an analyst."""
    return enter(ana)


@pytest.fixture
def worked(pharma):
    """Let the worker deal with the batch that a response leads to."""

    def do(response) -> Batch:
        assert response.status_code == 302, text(response)
        pk = response["Location"].rstrip("/").split("/")[-2]
        with tenant_context(pharma):
            batch = Batch.objects.get(pk=pk)
            SeedingWork(pharma.pk, batch.created_by_id, batch.pk).run()
            batch.refresh_from_db()
            return batch

    return do


@pytest.fixture
def seeded(work, worked):
    """Two personas that were brought and applied."""
    team = [{"slug": slug, "name": slug, "function": "medical-affairs"} for slug in ("ada", "ben")]
    batch = worked(work.post(at(), {"do": "bring", "files": file(*team)}))
    return worked(work.post(page(batch, "decide"), {"plan": batch.counts["plan"]}))


@pytest.fixture
def without_sales(pharma):
    """The tenant lacks one of the shipped functions."""
    with tenant_context(pharma):
        Function.objects.filter(slug="sales").delete()


def page(batch: Batch, name: str = "change") -> str:
    return reverse(f"admin:personas_batch_{name}", args=[batch.pk])


def undo(work, worked, batch: Batch) -> Batch:
    undoing = worked(work.post(page(batch, "undo")))
    return worked(work.post(page(undoing, "decide"), {"plan": undoing.counts["plan"]}))


class TestAllFunctions:
    def test_an_empty_tenant_is_told_how_to_begin(self, work):
        shown = work.get(ALL)
        assert "Nothing is seeded yet" in text(shown)
        assert [one.title for one in shown.context["functions"]][:2] == ["Medical Affairs", "Sales"]

    def test_the_figures_are_those_of_the_personas(self, work, pharma):
        with tenant_context(pharma):
            msl, director, *others = OfRole.objects.filter(function__slug="medical-affairs")
            for role, kind, complete, sources in (
                (msl, Archetype.LEARNER, 60, 5),
                (msl, Archetype.SKEPTIC, 80, 0),
                (director, Archetype.SKEPTIC, 100, 4),
                (None, None, 0, 0),
            ):
                function = Function.objects.get(slug="medical-affairs")
                persona = PersonaFactory(role=role, archetype=kind, function=function)
                for _ in range(sources):
                    FACTORIES["public_research"](persona=persona)
                EditorialState.objects.filter(persona=persona).update(completeness=complete)
            PersonaFactory(role=None)
            Persona.objects.filter(pk=PersonaFactory(role=msl).pk).update(deleted_at="2026-01-01T00:00Z")
        shown = work.get(ALL)
        one = next(one for one in shown.context["functions"] if one.slug == "medical-affairs")
        assert one.numbers["personas"] == 4
        assert (one.covered, len(one.roles), one.per_role) == (2, 2 + len(others), "0 to 2")
        assert (one.completeness, one.share, one.lacking) == (60, 25, ["Automator", "Orchestrator"])
        assert one.elsewhere.numbers["personas"] == 1
        assert "1 persona has no function" in text(shown)
        assert "below 80 %" in text(shown)

    def test_a_function_of_the_tenants_own_stands_behind_the_shipped_ones(self, work, pharma):
        with tenant_context(pharma):
            Function.objects.create(slug="alchemy", name="Alchemy")
        assert work.get(ALL).context["functions"][-1].title == "Alchemy"
        assert work.get(at("alchemy")).status_code == 200

    def test_the_last_seeding_is_the_one_that_stands(self, work, worked, seeded):
        def last():
            return next(one for one in work.get(ALL).context["functions"] if one.slug == "medical-affairs").last

        assert (last()["pk"], last()["who"], last()["passed"]) == (seeded.pk, "Ana Silva", True)
        undoing = undo(work, worked, seeded)
        assert last() is None
        undo(work, worked, undoing)
        assert last()["pk"] == seeded.pk

    def test_another_tenants_personas_and_seedings_are_not_counted(self, seeded, digital, join, enter):
        stranger = enter(join(digital, Role.TENANT_ADMIN))
        assert "Nothing is seeded yet" in text(stranger.get(ALL))
        assert "was never seeded here" in text(stranger.get(at()))

    def test_the_pages_take_few_queries_whatever_there_is(self, work, pharma, seeded, django_assert_max_num_queries):
        with tenant_context(pharma):
            for _ in range(30):
                PersonaFactory()
            for number in range(20):
                made = Function.objects.create(slug=f"f{number}", name=f"F {number}")
                Batch.objects.create(title=str(number), options={"seeds": made.slug}, state=Batch.State.APPLIED)
        for address in (ALL, at(), at("sales"), at("f1"), page(seeded)):
            with django_assert_max_num_queries(25):
                assert work.get(address).status_code == 200


class TestMakingPersonas:
    def test_the_way_from_a_template_to_personas_and_back(self, work, worked, pharma):
        batch = worked(work.post(at(), MAKE))
        assert batch.title == "medical_affairs_director-2-low-seed-7.jsonl"
        assert (batch.state, batch.counts["personas_new"], batch.counts["errors"]) == (Batch.State.CHECKED, 2, 0)
        plan = text(work.get(page(batch)))
        assert "This import seeds medical-affairs" in plan
        assert "nothing is written yet" in plan
        with tenant_context(pharma):
            assert not Persona.objects.exists()
        batch = worked(work.post(page(batch, "decide"), {"plan": batch.counts["plan"]}))
        applied = text(work.get(page(batch)))
        assert "passed Counts against the plan" in applied
        assert "No orphaned rows" in applied
        shown = work.get(at())
        assert shown.context["function"].numbers["personas"] == 2
        assert "Applied verified" in text(shown)
        undo(work, worked, batch)
        shown = work.get(at())
        assert shown.context["function"].numbers["personas"] == 0
        assert "Taken back" in text(shown)

    def test_the_same_seed_makes_the_same_personas_and_another_makes_others(self, work, pharma):
        for seed in (7, 7, 8):
            work.post(at(), MAKE | {"count": 1, "seed": seed})
        with tenant_context(pharma):
            third, second, first = Batch.objects.all()
        assert first.sha256 == second.sha256 != third.sha256

    def test_it_is_logged(self, work, ana, pharma):
        work.post(at(), MAKE)
        with tenant_context(pharma):
            entry = LogEntry.objects.get(user=ana)
        assert entry.get_change_message() == "Began to seed Medical Affairs."

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"count": 0}, "greater than or equal to 1"),
            ({"count": 101}, "less than or equal to 100"),
            ({"count": "9" * 5000}, "Write a whole number"),
            ({"count": ""}, "Write a number, such as 10"),
            ({"seed": "seven"}, "Write a whole number"),
            ({"seed": -1}, "greater than or equal to 0"),
            ({"variation": "wild"}, "«wild» is no variation"),
            ({"template": "sales_director"}, "no template «sales_director»"),
            ({"template": "../../settings"}, "no template «../../settings»"),
            ({"template": ""}, "This field is required"),
        ],
    )
    def test_what_makes_no_sense_is_refused_beside_its_field(self, work, pharma, sent, said):
        response = work.post(at(), MAKE | sent)
        assert response.status_code == 400
        assert said in text(response)
        with tenant_context(pharma):
            assert not Batch.objects.exists()

    def test_a_template_that_cannot_be_read_is_said_to_be_so(self, work, monkeypatch):
        def broken(slug):
            raise TemplateError("sales.yaml cannot be read: line 3")

        monkeypatch.setattr(seeding.variants, "of_function", broken)
        assert "sales.yaml cannot be read: line 3" in text(work.get(at()))
        assert work.post(at(), MAKE).status_code == 400

    def test_a_template_that_cannot_be_filled_makes_nothing(self, work, pharma, monkeypatch):
        def broken(*_, **__):
            raise TemplateError("There are too few sentences for goals")
            yield

        monkeypatch.setattr(seeding.variants, "generate", broken)
        response = work.post(at(), MAKE)
        assert response.status_code == 400
        assert "Nothing was made. There are too few sentences for goals" in text(response)
        with tenant_context(pharma):
            assert not Batch.objects.exists()

    def test_what_is_shipped_can_be_planned(self, work, worked, monkeypatch, tmp_path):
        shipped = tmp_path / "medical_affairs.jsonl"
        shipped.write_text('{"slug": "shipped", "name": "Shipped"}\n')
        monkeypatch.setattr("personas.seeding.sources.fixture_of", lambda slug: shipped)
        monkeypatch.setattr(seeding, "fixture_of", lambda slug: shipped)
        seeding.shipped.cache_clear()
        assert "1 persona of Medical Affairs is shipped" in text(work.get(at()))
        batch = worked(work.post(at(), {"do": "shipped"}))
        assert (batch.title, batch.counts["personas_new"]) == ("medical_affairs.jsonl", 1)
        seeding.shipped.cache_clear()

    def test_where_nothing_is_shipped_that_is_said(self, work):
        response = work.post(at("legal"), {"do": "shipped"})
        assert response.status_code == 400
        assert "No personas of Legal are shipped" in text(response)

    def test_a_function_without_templates_points_to_files(self, work, pharma):
        with tenant_context(pharma):
            Function.objects.create(slug="alchemy", name="Alchemy")
        assert "There is no template of Alchemy" in text(work.get(at("alchemy")))
        assert work.post(at("alchemy"), MAKE).status_code == 400


class TestBringingFiles:
    def test_whoever_is_there_already_is_not_changed_unseen(self, work, worked, seeded):
        again = {"slug": "ada", "name": "Another Ada"}
        batch = worked(work.post(at(), {"do": "bring", "files": file(again)}))
        assert "1 persona is there already and would be changed" in text(work.get(page(batch)))

    def test_templates_can_be_taken_away_and_come_back_as_personas(self, work, worked):
        pack = zipfile.ZipFile(io.BytesIO(work.get(PACK).content))
        formats = {f"medical-affairs_persona_template.{ending}" for ending in ("json", "yaml", "zip", "xlsx")}
        assert formats | {"medical-affairs_README.md"} <= set(pack.namelist())
        name = "medical-affairs_persona_example.xlsx"
        batch = worked(work.post(at(), {"do": "bring", "files": SimpleUploadedFile(name, pack.read(name))}))
        assert (batch.counts["personas_new"], batch.counts["errors"]) == (1, 0)

    def test_where_there_is_no_template_an_empty_workbook_is_offered(self, work, pharma):
        with tenant_context(pharma):
            Function.objects.create(slug="alchemy", name="Alchemy")
        assert "Fill in an empty workbook" in text(work.get(at("alchemy")))
        response = work.get(reverse("admin:personas_batch_seeding_template", args=["alchemy"]), follow=True)
        assert "There is no business function «alchemy»" in text(response)

    def test_filled_files_become_a_plan(self, work, worked):
        response = work.post(at(), {"do": "bring", "files": file({"slug": "ben", "name": "Ben"})})
        batch = worked(response)
        assert batch.options == {"mode": "merge", "profile": "", "seeds": "medical-affairs"}
        assert batch.counts["personas_new"] == 1

    def test_the_rules_of_the_team_are_looked_at(self, work, worked):
        lead = {"slug": "vip", "name": "Vip", "seniority_level": "vp"}
        batch = worked(work.post(at(), {"do": "bring", "files": file(lead)}))
        assert batch.counts["errors"] == 1
        assert "Executives must have budget authority" in text(work.get(page(batch)))

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"do": "bring"}, "Choose a file first"),
            ({"do": "bring", "files": SimpleUploadedFile("empty.json", b"")}, "empty.json is empty"),
            ({"do": "burn"}, "Choose what to do"),
            ({}, "Choose what to do"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_with_a_sentence(self, work, sent, said):
        response = work.post(at(), sent)
        assert response.status_code == 400
        assert said in text(response)


@pytest.mark.usefixtures("without_sales")
class TestWhatTheOrganisationLacks:
    BRING = {"do": "bring", "organisation": "yes"}

    def bring(self, work, **sent):
        return work.post(at("sales"), self.BRING | {"files": file({"slug": "ben", "name": "Ben"})} | sent)

    def test_is_said_first(self, work):
        shown = work.get(at("sales"))
        assert shown.context["adds"].startswith("1 function")
        assert f"Add {shown.context['adds']} to the organisation" in text(shown)

    def test_is_added_with_the_plan_and_logged(self, work, worked, pharma, ana):
        adds = work.get(at("sales")).context["adds"]
        batch = worked(self.bring(work))
        assert batch.counts["personas_new"] == 1
        with tenant_context(pharma):
            function = Function.objects.get(slug="sales")
            said = [entry.get_change_message() for entry in LogEntry.objects.filter(user=ana)]
        assert f"Began to seed Sales. Added to the organisation: {adds}." in said
        assert logged_of(function, pharma) == "To seed Sales."
        assert work.get(at("sales")).context["adds"] == ""

    def test_is_not_added_unasked(self, work, pharma):
        response = self.bring(work, organisation=[])
        assert response.status_code == 400
        assert "may be added to the organisation" in text(response)
        with tenant_context(pharma):
            assert not Function.objects.filter(slug="sales").exists()
            assert not Batch.objects.exists()

    def test_is_not_added_by_whom_may_not(self, work, pharma, monkeypatch):
        monkeypatch.setitem(BY_LABEL, "organisation", ("view",) * 4)
        shown = text(work.get(at("sales")))
        assert "Ask a tenant admin" in shown
        assert "Bring filled files" not in shown
        response = self.bring(work)
        assert response.status_code == 400
        assert "Your role does not allow you to add" in text(response)
        with tenant_context(pharma):
            assert not Function.objects.filter(slug="sales").exists()

    def test_is_added_with_the_plan_or_not_at_all(self, work, pharma, monkeypatch):
        def fails(*_):
            raise RuntimeError("The queue is gone.")

        monkeypatch.setattr(seeding, "hand_over", fails)
        with pytest.raises(RuntimeError):
            self.bring(work)
        with tenant_context(pharma):
            assert not Function.objects.filter(slug="sales").exists()
            assert not Batch.objects.exists()

    def test_what_somebody_adds_meanwhile_is_refused_with_a_sentence(self, work, pharma, monkeypatch):
        def twice(instances, bring=seeding.organisation.bring):
            bring([Function(slug="sales", name="Sales, by somebody else")])
            bring(instances)

        monkeypatch.setattr(seeding.organisation, "bring", twice)
        response = self.bring(work)
        assert response.status_code == 400
        assert "somebody has added what was to be added" in text(response)
        with tenant_context(pharma):
            assert not Batch.objects.exists()


def logged_of(row, tenant) -> str:
    with tenant_context(tenant):
        return LogEntry.objects.get(object_id=str(row.pk)).get_change_message()


class TestVerifying:
    def test_is_done_again_when_asked_for_and_kept(self, work, seeded, pharma):
        with tenant_context(pharma):
            Batch.objects.filter(pk=seeded.pk).update(verification=None)
        response = work.post(at(), {"do": "verify"})
        assert "what was written is what was planned" in text(response)
        assert "passed All of one tenant" in text(response)
        with tenant_context(pharma):
            seeded.refresh_from_db()
            assert seeded.verification["passed"]

    def test_what_is_found_wanting_is_to_be_looked_at_and_not_wrong(self, work, pharma):
        with tenant_context(pharma):
            PersonaFactory(role=OfRole.objects.filter(function__slug="medical-affairs").first())
        response = text(work.post(at(), {"do": "verify"}))
        assert "to look at Evidence 0 % of the personas" in response

    def test_what_is_wrong_is_said_everywhere(self, work, seeded, pharma):
        check = {"title": "Counts", "said": "goals has 1 of 2.", "passed": False, "binding": True}
        found = {"at": "2026-01-01T00:00:00+00:00", "passed": False, "personas": 2, "checks": [check]}
        with tenant_context(pharma):
            Batch.objects.filter(pk=seeded.pk).update(verification=found)
        assert "wrong Counts goals has 1 of 2." in text(work.get(page(seeded)))
        function = text(work.get(at()))
        assert "something is wrong" in function
        assert "Applied wrong" in function
        assert "Ana Silva wrong" in text(work.get(ALL))

    def test_nothing_cannot_be_verified(self, work):
        response = work.post(at(), {"do": "verify"})
        assert response.status_code == 400
        assert "has no personas yet" in text(response)


class TestWhoMay:
    def test_an_unknown_function_is_not_found(self, work):
        for slug in ("unheard-of", "..", "a' OR 1=1", "x" * 500):
            assert work.get(f"{ALL}{slug}/").status_code == 404
            assert work.post(f"{ALL}{slug}/", MAKE).status_code == 404
        assert work.get(f"{ALL}%00/").status_code == 400

    def test_whoever_may_not_see_imports_sees_no_seeding(self, work, monkeypatch):
        monkeypatch.setitem(BY_LABEL, "personas.batch", ("",) * 4)
        for address in (ALL, at()):
            assert work.get(address).status_code == 403
        assert ALL not in work.get(reverse("admin:index")).content.decode()

    def test_whoever_may_only_look_is_offered_nothing_else(self, work, pharma, monkeypatch):
        with tenant_context(pharma):
            PersonaFactory(role=OfRole.objects.filter(function__slug="medical-affairs").first())
        monkeypatch.setitem(BY_LABEL, "personas.batch", ("view",) * 4)
        shown = text(work.get(at()))
        assert "Ask an analyst" in shown
        assert "Make the plan" not in shown
        assert "Verify now" not in shown
        for do in ("make", "bring", "shipped", "verify"):
            assert work.post(at(), MAKE | {"do": do}).status_code == 403

    def test_it_stands_in_the_sidebar(self, work):
        assert f'href="{ALL}"' in work.get(reverse("admin:index")).content.decode()

    def test_a_form_of_elsewhere_is_refused(self, ana):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
        assert strict.post(at(), MAKE).status_code == 403

    def test_what_a_function_is_called_is_text_and_never_markup(self, work, pharma):
        with tenant_context(pharma):
            evil = Function.objects.create(slug="evil", name='"><svg onload=alert(1)>')
            Department.objects.create(slug="evil", name=evil.name, function=evil)
            Batch.objects.create(title=evil.name, options={"seeds": '"><svg onload=alert(1)>/'}, counts={"errors": 0})
            batch = Batch.objects.get()
        for address in (ALL, at("evil"), page(batch)):
            assert "<svg onload" not in work.get(address).content.decode()
