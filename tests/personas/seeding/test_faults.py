"""What goes wrong with files in real life: each fault in a file of our own making, and what people are told of it."""

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from personas.models import Persona, WeekInLife
from personas.seeding import introspection
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db

STUDY = {
    "case_study_title": "One", "organization_name": "A", "industry": "Healthcare", "case_type": "success_story",
    "challenge_addressed": "Late answers", "solution_implemented": "A library", "outcomes_achieved": ["Faster"],
    "relevance_to_persona": "The same work", "relevance_score": 8,
}  # fmt: skip
EXCHANGE = {"stakeholder_name": "Bo", "stakeholder_type": "internal", "value_received_type": ["information"]}


def seed(tmp_path: Path, sections: dict, profile: str = "extended", *, deploy: bool = True) -> tuple[dict, str]:
    """Seed one persona with these sections: the outcome, and what people are shown."""
    document = {
        "name": "Ana Faulty", "slug": "ana-faulty", "title": "Medical Director",
        "core_profile": {"age": 44, "location": "Boston", "education_level": "PharmD", "seniority_level": "director"},
        "professional_context": {"function_slug": "medical-affairs"},
    }  # fmt: skip
    (tmp_path / "in").mkdir(exist_ok=True)
    (tmp_path / "in" / "medical-affairs.json").write_text(json.dumps({"personas": [document | sections]}))
    args = ["--tenant", "pharma", "--business-function", "medical-affairs", "--from", str(tmp_path / "in")]
    args += ["--profile", profile, "--out", str(tmp_path / "out"), "--auto-deploy" if deploy else "--dry-run"]
    out = StringIO()
    with suppress(SystemExit):
        call_command("seed_personas", *args, stdout=out)
    report = max((tmp_path / "out").glob("*.json"))
    return json.loads(report.read_text())["functions"][0], out.getvalue()


def of_kind(told: dict, kind: str) -> list[tuple]:
    return [(one["rule"], one.get("key"), one.get("value"), one["message"])
            for one in told["findings"] if one["kind"] == kind]  # fmt: skip


def nothing_was_written(pharma) -> bool:
    with tenant_context(pharma):
        return not Persona.objects.filter(slug="ana-faulty").exists()


class TestTheClientsCommonIssues:
    def test_a_column_that_does_not_exist(self, tmp_path, pharma):
        told, _ = seed(
            tmp_path, {"employment_status": "full-time", "senority_level": "director"}, "vital", deploy=False
        )
        found = [one for one in told["findings"] if one["key"] in ("employment_status", "senority_level")]
        assert [(one["value"], one["kind"]) for one in found] == [("full-time", "unused"), ("director", "unused")]
        assert found[0]["message"] == "«employment_status» means nothing here"
        assert found[1]["hint"].startswith("it is left out; did you mean seniority_level")
        assert nothing_was_written(pharma)

    def test_a_column_that_the_database_does_not_have(self, tmp_path, monkeypatch, pharma):
        real = introspection.read_facts

        def without_title(cursor):
            return {name: fact for name, fact in real(cursor).items() if name != "column personas.title"}

        monkeypatch.setattr(introspection, "read_facts", without_title)
        with pytest.raises(
            CommandError, match=r"column personas\.title is missing from the database.*Fix: ALTER TABLE"
        ):
            seed(tmp_path, {})
        assert nothing_was_written(pharma)

    def test_a_reference_that_leads_nowhere(self, tmp_path, pharma):
        told, said = seed(tmp_path, {"professional_context": {"role_slug": "medical-director-us"}})
        [(rule, key, value, message)] = of_kind(told, "error")
        assert (rule, key, value) == ("reference", "role", "medical-director-us")
        assert message == "there is no «medical-director-us» here"
        assert "did you mean us-medical-director" in said
        assert nothing_was_written(pharma)

    def test_a_value_that_a_check_refuses(self, tmp_path, pharma):
        told, said = seed(tmp_path, {"core_profile": {"seniority_level": "boss"}})
        assert ("reference", "seniority_level", "boss") in [one[:3] for one in of_kind(told, "error")]
        assert "«boss»" in said
        assert "seniority_level" in said
        assert nothing_was_written(pharma)


class TestFaultsOfRealFiles:
    def test_per_cent_for_a_fraction(self, tmp_path, pharma):
        told, _ = seed(tmp_path, {"monthly_objectives": [{"objective_text": "Answer", "achievement_rate": 85}]})
        assert ("unit", "achievement_rate", 85, "«85» read as «0.85»") in of_kind(told, "guessed")
        assert told["state"] == "deployed"

    def test_a_number_for_a_category(self, tmp_path, pharma):
        told, _ = seed(tmp_path, {"week_in_life": [{"day_of_week": "monday", "meeting_load": 6}]})
        assert ("alias", "meeting_load", 6, "«6» read as «moderate»") in of_kind(told, "guessed")
        with tenant_context(pharma):
            assert WeekInLife.objects.get(persona__slug="ana-faulty").meeting_load == "moderate"

    def test_rows_without_their_parent(self, tmp_path, pharma):
        two = [STUDY, STUDY | {"case_study_title": "Two"}]
        told, said = seed(tmp_path, {"case_studies": two, "case_study_results": [{"metric_name": "Days"}] * 3})
        [(rule, *_, message)] = of_kind(told, "error")
        assert rule == "parent"
        assert message == "does not say to which of the 2 rows of case_studies each of its 3 belongs"
        assert "Put them inside the row that they belong to" in said
        assert nothing_was_written(pharma)

    def test_several_rows_where_there_is_one(self, tmp_path, pharma):
        told, _ = seed(
            tmp_path, {"evidence_summary": [{"overall_confidence_level": level} for level in ("high", "low")]}
        )
        assert ("rows", "evidence_summary", None, "a persona has one row here, not several") in of_kind(told, "error")
        assert nothing_was_written(pharma)

    def test_free_text_in_a_list_of_codes(self, tmp_path, pharma):
        given = {"stakeholder_value_exchange": [EXCHANGE | {"value_provided_type": ["expertise", "good vibes"]}]}
        told, said = seed(tmp_path, given)
        [(rule, key, _, message)] = of_kind(told, "error")
        assert (rule, key, message) == ("choice", "value_provided_type", "«good vibes» is no value here")
        assert "it takes revenue, referrals, expertise" in said
        assert nothing_was_written(pharma)

    def test_a_role_whose_slug_is_unknown_is_found_by_its_name(self, tmp_path, pharma):
        context = {"role_slug": "dir-med-info", "role_base": "Director, Medical Information"}
        told, _ = seed(tmp_path, {"professional_context": context})
        assert told["state"] == "deployed"
        assert any(one[0] == "elsewhere" and one[2] == "dir-med-info" for one in of_kind(told, "unused"))
        with tenant_context(pharma):
            assert Persona.objects.get(slug="ana-faulty").role.slug == "director-medical-information"
