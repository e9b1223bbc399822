"""Whole functions in one command: what is told, what is written, and what is not."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from personas.documents.shape import ALL, SHAPES
from personas.models import Batch, EditorialState, Persona
from personas.seeding import introspection, pipeline, verification
from personas.seeding.sources import Choice, filled_in, fixture_of, shares
from tests.factories import PersonaFactory
from vital.organisation.models import Department, Function, Role
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reports(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "seeding_reports"


def seed(*args, tenant="pharma", code=0) -> dict:
    """Run the command and give its report."""
    out = StringIO()
    try:
        call_command("seed_personas", "--tenant", tenant, "--json", *args, stdout=out)
        ended = 0
    except SystemExit as end:
        ended = end.code
    assert ended == code, out.getvalue()
    return json.loads(out.getvalue())


def rows() -> dict[str, int]:
    return {shape.word: shape.model.objects.count() for shape in ALL}


def file_of(folder: Path, name: str, *personas: dict) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(json.dumps(list(personas)))
    return file


class TestSeeding:
    def test_a_function_that_the_tenant_does_not_have_comes_with_its_organisation(self, pharma):
        with tenant_context(pharma):
            for model in (Role, Department):
                model.objects.filter(function__slug="finance").delete()
            Function.objects.filter(slug="finance").delete()
        [told] = seed("--business-function", "finance", "--count", "2", "--auto-deploy")["functions"]
        assert (told["state"], told["personas"], told["errors"]) == ("deployed", 2, 0)
        with tenant_context(pharma):
            assert Function.objects.filter(slug="finance").exists()
            assert Department.objects.filter(function__slug="finance").exists()
            assert Role.objects.filter(function__slug="finance", roleresponsibility_set__isnull=False).exists()
            personas = Persona.objects.filter(function__slug="finance")
            assert personas.count() == 2
            assert all(persona.role_id and persona.department_id for persona in personas)
            batch = Batch.objects.get(pk=told["batch"])
            assert batch.state == Batch.State.APPLIED
            assert batch.verification["passed"]

    def test_the_second_run_plans_nothing_and_leaves_no_trace(self, pharma):
        args = ("--business-function", "medical-affairs", "--from", "filled", "--auto-deploy")
        file_of(
            Path("filled"), "medical-affairs.json", {"slug": "ana", "name": "Ana", "goals": [{"goal_text": "Sleep"}]}
        )
        assert seed(*args)["functions"][0]["state"] == "deployed"
        with tenant_context(pharma):
            before = rows(), Batch.objects.count()
        [told] = seed(*args)["functions"]
        assert (told["state"], told["said"]) == ("unchanged", "Everything is there already.")
        with tenant_context(pharma):
            assert (rows(), Batch.objects.count()) == before

    def test_a_dry_run_writes_nothing_and_no_script(self, pharma, reports):
        with tenant_context(pharma):
            Function.objects.filter(slug="legal").delete()
            before = rows()
        report = seed("--business-function", "legal", "--count", "1", "--dry-run")
        [told] = report["functions"]
        assert (told["state"], told["script"]) == ("planned", "")
        assert "1 function" in told["organisation"]
        with tenant_context(pharma):
            assert rows() == before
            assert not Function.objects.filter(slug="legal").exists()
            assert not Batch.objects.exists()
        [file] = reports.iterdir()
        assert json.loads(file.read_text()) == report

    def test_without_a_word_to_deploy_it_hands_over_a_script(self, pharma):
        [told] = seed("--business-function", "legal", "--count", "1")["functions"]
        text = Path(told["script"]).read_text()
        assert text.startswith("-- ====")
        assert "Persona Deployment Script" in text
        assert "INSERT INTO personas" in text
        with tenant_context(pharma):
            assert not Persona.objects.filter(function__slug="legal").exists()

    def test_several_functions_come_in_the_order_of_the_house_and_each_for_itself(self):
        told = seed("--business-function", "legal,sales", "finance", "--count", "1", "--dry-run")["functions"]
        assert [one["function"] for one in told] == ["sales", "finance", "legal"]

    def test_files_that_people_filled_in_are_found_by_their_names(self, pharma):
        file_of(Path("filled"), "medical-affairs-team.json", {"slug": "ana", "name": "Ana"})
        file_of(Path("filled"), "medical_affairs_persona_template.json", {"slug": "blank", "name": "Blank"})
        file_of(Path("filled"), "sales.json", {"slug": "bo", "name": "Bo"})
        [told] = seed("--business-function", "medical-affairs", "--from", "filled", "--auto-deploy")["functions"]
        assert told["title"] == "medical-affairs: medical-affairs-team.json"
        with tenant_context(pharma):
            assert Persona.objects.filter(slug="ana").exists()
            assert not Persona.objects.filter(slug__in=["blank", "bo"]).exists()
        [told] = seed("--business-function", "legal", "--from", "filled", "--auto-deploy", code=1)["functions"]
        assert "No file in filled is for «legal»" in told["said"]

    def test_what_people_have_made_of_a_generated_persona_is_left_as_it_is(self, pharma):
        args = ("--business-function", "legal", "--count", "2", "--auto-deploy")
        seed(*args)
        with tenant_context(pharma):
            mine = Persona.objects.filter(function__slug="legal").order_by("slug").first()
            Persona.objects.filter(pk=mine.pk).update(one_liner="Corrected by an analyst.")
        assert seed(*args)["functions"][0]["state"] == "unchanged"
        with tenant_context(pharma):
            mine.refresh_from_db()
            assert mine.one_liner == "Corrected by an analyst."
        assert seed(*args, "--overwrite")["functions"][0]["state"] == "deployed"
        with tenant_context(pharma):
            mine.refresh_from_db()
            assert mine.one_liner != "Corrected by an analyst."

    def test_one_that_is_in_the_trash_keeps_nobody(self, pharma):
        seed("--business-function", "legal", "--count", "2", "--auto-deploy")
        with tenant_context(pharma):
            first = Persona.objects.filter(function__slug="legal").first()
            Persona.objects.filter(pk=first.pk).update(deleted_at=timezone.now())
        assert (
            seed("--business-function", "legal", "--count", "2", "--auto-deploy")["functions"][0]["state"]
            == "unchanged"
        )

    def test_approved_personas_are_changed_only_if_somebody_says_so(self, pharma):
        with tenant_context(pharma):
            PersonaFactory(slug="ana", validation_status="published")
        file_of(Path("filled"), "medical-affairs.json", {"slug": "ana", "one_liner": "Another."})
        args = ("--business-function", "medical-affairs", "--from", "filled", "--auto-deploy")
        [told] = seed(*args, code=1)["functions"]
        assert told["said"].startswith("ana: validated or published, and a draft again with these changes. Nothing was")
        with tenant_context(pharma):
            assert Persona.objects.get(slug="ana").validation_status == "published"
        assert seed(*args, "--approved-too")["functions"][0]["state"] == "deployed"

    def test_a_persona_of_another_function_is_not_taken_along(self, pharma):
        file_of(Path("filled"), "sales-2026.json", {"slug": "bo", "name": "Bo", "function": "medical-affairs"})
        [told] = seed("--business-function", "sales", "--from", "filled", "--auto-deploy", code=1)["functions"]
        [found] = [one for one in told["findings"] if one["kind"] == "error"]
        assert found["message"] == "belongs to «medical-affairs», and «sales» is being seeded"

    def test_of_all_functions_those_without_files_are_left_out(self):
        file_of(Path("filled"), "sales.json", {"slug": "bo", "name": "Bo"})
        told = seed("--business-function", "all", "--from", "filled", "--dry-run")["functions"]
        assert [one["function"] for one in told] == ["sales"]

    def test_what_is_wrong_with_one_function_does_not_keep_the_others(self, pharma):
        file_of(Path("filled"), "sales.json", {"slug": "bo", "name": "Bo", "seniority_level": "boss"})
        file_of(Path("filled"), "legal.json", {"slug": "cy", "name": "Cy"})
        sales, legal = seed(
            "--business-function", "sales", "legal", "--from", "filled", "--auto-deploy", code=1
        )["functions"]  # fmt: skip
        assert (sales["state"], legal["state"]) == ("refused", "deployed")
        [found] = [one for one in sales["findings"] if one["kind"] == "error"]
        assert (found["slug"], found["key"], found["value"]) == ("bo", "seniority_level", "boss")
        with tenant_context(pharma):
            assert not Persona.objects.filter(slug="bo").exists()

    def test_rules_of_the_team_are_kept(self, pharma):
        file_of(Path("filled"), "sales.json", {"slug": "bo", "name": "Bo", "seniority_level": "vp"})
        [told] = seed("--business-function", "sales", "--from", "filled", "--auto-deploy", code=1)["functions"]
        assert [one["rule"] for one in told["findings"] if one["kind"] == "error"] == ["executive-budget"]
        with tenant_context(pharma):
            assert not Persona.objects.filter(slug="bo").exists()

    def test_what_was_not_written_as_planned_is_taken_back(self, pharma, monkeypatch):
        monkeypatch.setattr(verification, "counted", lambda ids: dict.fromkeys(verification.BY_WORD, 0))
        [told] = seed("--business-function", "legal", "--count", "1", "--auto-deploy", code=1)["functions"]
        assert told["said"].startswith("What was written is not what was planned, so nothing was kept. Counts against")
        with tenant_context(pharma):
            assert not Persona.objects.filter(function__slug="legal").exists()
            assert not Batch.objects.exists()


class TestEnds:
    @pytest.mark.parametrize(
        ("args", "said"),
        [
            ((), "Name a --business-function: medical-affairs, sales"),
            (("--business-function", "sails"), "There is no business function «sails»"),
            (("--business-function", "sales", "--count", "0"), "--count takes 1 to 1000 personas"),
            (("--business-function", "sales", "--from", "nowhere"), "There is no folder nowhere"),
            (("--business-function", "sales", "--out", "/dev/null/x"), "Nothing can be written to /dev/null/x"),
        ],
    )
    def test_what_is_wrong_with_the_command_ends_with_2(self, args, said):
        with pytest.raises(CommandError, match=said) as refused:
            call_command("seed_personas", "--tenant", "pharma", *args)
        assert refused.value.returncode == 2

    def test_machines_are_told_of_it_on_standard_output(self):
        out = StringIO()
        with pytest.raises(CommandError):
            call_command("seed_personas", "--tenant", "nobody", "--business-function", "sales", "--json", stdout=out)
        told = json.loads(out.getvalue())
        assert (told["exit"], told["error"][:32]) == (2, "There is no tenant «nobody». Ten")

    def test_a_module_of_rules_that_there_is_not_ends_with_2(self, settings):
        settings.SEEDING_RULES = ["rules_of_nobody"]
        with pytest.raises(CommandError, match="SEEDING_RULES names «rules_of_nobody»") as refused:
            call_command("seed_personas", "--tenant", "pharma", "--business-function", "sales", "--dry-run")
        assert refused.value.returncode == 2

    def test_a_tenant_that_there_is_not_ends_with_2(self):
        with pytest.raises(CommandError, match="There is no tenant «nobody»") as refused:
            call_command("seed_personas", "--tenant", "nobody", "--business-function", "sales")
        assert refused.value.returncode == 2

    def test_over_drift_nothing_is_written_and_it_ends_with_3(self, monkeypatch):
        monkeypatch.setattr(introspection, "drift", lambda: ["column personas.mood is missing"])
        with pytest.raises(CommandError, match=r"column personas\.mood is missing") as refused:
            call_command("seed_personas", "--tenant", "pharma", "--business-function", "sales", "--auto-deploy")
        assert refused.value.returncode == 3

    def test_two_do_not_seed_the_same_tenant_at_once(self, pharma, digital):
        connections["other"] = other = connections["default"].copy("other")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"seeding {pharma.pk}"])
        try:
            with pytest.raises(CommandError, match="Somebody is seeding VITAL Pharma at this moment") as refused:
                call_command("seed_personas", "--tenant", "pharma", "--business-function", "sales", "--dry-run")
            assert refused.value.returncode == 1
            with pipeline.alone(digital):
                pass
            with other.cursor() as cursor:  # the server frees what a closed connection held only after a while
                cursor.execute("SELECT pg_advisory_unlock_all()")
        finally:
            other.close()
            del connections["other"]
        with pipeline.alone(pharma), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
            assert cursor.fetchone()[0]

    def test_people_see_a_table_and_what_to_do_next(self, pharma):
        out = StringIO()
        call_command(
            "seed_personas", "--tenant", str(pharma.pk), "--business-function", "legal", "--count", "1", stdout=out
        )
        said = out.getvalue()
        assert "legal     planned" in said
        assert 'Run it: psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f seeding_reports/personas_deployment_legal_' in said
        assert "Add --auto-deploy to do so." in said


class TestCompleting:
    @pytest.fixture
    def thin(self, pharma) -> Persona:
        with tenant_context(pharma):
            persona = PersonaFactory(name="Ana Thin", slug="ana-thin")
            SHAPES["goals"].model.objects.create(persona=persona, goal_text="Sleep")
        return persona

    def test_sections_that_are_empty_are_filled_and_nothing_else_is_touched(self, pharma, thin):
        with tenant_context(pharma):
            before = Persona.objects.values().get(pk=thin.pk)
        [told] = seed("--fix-medical-affairs", "--auto-deploy")["functions"]
        assert (told["function"], told["state"]) == ("medical-affairs", "deployed")
        with tenant_context(pharma):
            after = Persona.objects.values().get(pk=thin.pk)
            assert {key for key in after if after[key] != before[key]} <= {"updated_at"}
            counts = EditorialState.objects.get(persona=thin).counts
            assert counts["goals"] == 1
            assert all(counts.get(word) for word in SHAPES)
        [told] = seed("--fix-medical-affairs", "--auto-deploy")["functions"]
        assert told["state"] == "unchanged"

    def test_approved_personas_are_left_alone_unless_somebody_says_otherwise(self, pharma):
        with tenant_context(pharma):
            PersonaFactory(slug="approved", validation_status="published")
        [told] = seed("--fix-medical-affairs", "--auto-deploy")["functions"]
        assert "Left alone, because they are validated or published: approved." in told["said"]
        assert told["state"] == "unchanged"
        [told] = seed("--fix-medical-affairs", "--approved-too", "--dry-run")["functions"]
        assert told["state"] == "planned"
        assert [one["rule"] for one in told["findings"] if one["kind"] == "note"] == ["approval"]


class TestSources:
    def test_the_count_is_shared_by_the_templates_of_a_function(self):
        assert dict(shares(["a", "b"], 5)) == {"a": 3, "b": 2}
        assert dict(shares(["a", "b"], 1)) == {"a": 1}

    def test_blank_templates_and_examples_are_no_files_of_people(self, tmp_path):
        names = ("sales_persona_template.json", "sales_persona_example.xlsx", "sales-team.xlsx", "Sales Team.json",
                 "sales.schema.json", "sales_README.md", "legal.json", "sales.txt", "salesforce.json")  # fmt: skip
        for name in names:
            (tmp_path / name).touch()
        assert [path.name for path in filled_in(tmp_path, "sales")] == ["Sales Team.json", "sales-team.xlsx"]

    def test_medical_affairs_has_people_that_are_shipped(self):
        assert fixture_of("medical-affairs").name == "medical_affairs.jsonl"
        assert fixture_of("sales") is None
        with Choice().of("medical-affairs") as source:
            assert len(source.sha256) == 64
            assert [name for name, _ in source.files] == ["medical_affairs.jsonl"]
