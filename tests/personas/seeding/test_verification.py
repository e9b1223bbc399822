import pytest
from django.core.management import CommandError, call_command

from personas.documents.apply import apply
from personas.documents.plan import plan
from personas.models import Batch, Goal, Persona
from personas.seeding.verification import planned_of, verified, verified_function
from tests.factories import PersonaFactory
from vital.organisation.models import Role
from vital.tenancy.context import tenant_context

pytestmark = pytest.mark.django_db
DOCUMENT = {
    "slug": "ana", "name": "Ana", "function": "medical-affairs", "role": "medical-science-liaison",
    "goals": [{"goal_text": f"Goal {number}"} for number in range(3)],
    "case_studies": [{
        "case_study_title": "One", "organization_name": "A", "industry": "Healthcare", "case_type": "success_story",
        "challenge_addressed": "x", "solution_implemented": "y", "outcomes_achieved": ["z"],
        "relevance_to_persona": "r", "relevance_score": 8, "results": [{"metric_name": "Days"}],
    }],
}  # fmt: skip


def check(found: dict, code: str) -> dict:
    return next(one for one in found["checks"] if one["code"] == code)


@pytest.mark.usefixtures("tenant")
def test_what_was_written_is_counted_against_the_plan():
    planned = plan([DOCUMENT])
    apply(planned)
    ids, rows = planned_of(planned.personas)
    assert rows == {"personas": 1, "goals": 3, "case_studies": 1, "results": 1}
    assert check(verified(ids, rows), "counts")["said"] == "6 new rows in 4 tables are there."
    Goal.objects.filter(goal_text="Goal 1").delete()
    found = verified(ids, rows)
    assert (found["passed"], check(found, "counts")["passed"]) == (False, False)
    assert check(found, "counts")["said"] == "goals has 2 of 3."


@pytest.mark.usefixtures("tenant")
def test_how_good_personas_are_is_told_and_binds_nobody():
    persona = PersonaFactory(function=None, role=None, department=None)
    found = verified([persona.pk])
    assert found["passed"]
    assert [one["code"] for one in found["checks"] if not one["passed"]] == ["placed", "ranges", "evidence"]
    assert check(found, "placed")["said"].endswith(f"that is deleted or inactive: {persona.slug}.")
    assert "goals in 1" in check(found, "ranges")["said"]
    assert check(found, "evidence")["said"] == "0 % of the personas have 5 sources or more; 80 % should."


@pytest.mark.usefixtures("tenant")
def test_a_whole_persona_is_all_that_is_asked_for():
    persona = PersonaFactory(complete=True)
    found = verified([persona.pk])
    assert [one["code"] for one in found["checks"] if not one["passed"]] in ([], ["evidence"])
    assert check(found, "orphans")["said"] == "None in 68 tables."


@pytest.mark.usefixtures("tenant")
def test_a_role_that_is_not_in_use_is_no_place():
    persona = PersonaFactory()
    assert check(verified([persona.pk]), "placed")["passed"]
    Role.objects.filter(pk=persona.role_id).update(is_active=False)
    assert not check(verified([persona.pk]), "placed")["passed"]


def test_personas_of_others_are_nobodys_to_verify(pharma, digital):
    with tenant_context(digital):
        theirs = PersonaFactory().pk
    with tenant_context(pharma):
        found = verified([theirs])
        assert not found["passed"]
        assert check(found, "purity")["said"] == "0 of 1 personas are this tenant's."


@pytest.mark.usefixtures("tenant")
def test_a_function_is_verified_in_few_queries_and_it_is_kept_with_its_last_seeding(django_assert_max_num_queries):
    PersonaFactory(complete=True)
    earlier, last = (
        Batch.objects.create(title="Seeding", state=Batch.State.APPLIED, options={"seeds": "medical-affairs"})
        for _ in range(2)
    )
    with django_assert_max_num_queries(11):
        found = verified_function("medical-affairs")
    earlier.refresh_from_db()
    last.refresh_from_db()
    assert (earlier.verification, last.verification) == (None, found)


def test_the_command_says_what_it_found_and_ends_with_1_if_it_binds(pharma, capsys):
    with tenant_context(pharma):
        PersonaFactory(slug="ana", complete=True)
    call_command("verify_seeding", "--tenant", "pharma")
    said = capsys.readouterr().out
    assert "medical-affairs: 1 personas" in said
    assert "ok    No orphaned rows: None in 68 tables." in said
    with pytest.raises(CommandError, match="There is no business function «sails»") as refused:
        call_command("verify_seeding", "--tenant", "pharma", "--business-function", "sails")
    assert refused.value.returncode == 2


def test_where_there_is_nothing_it_says_so(digital, capsys):
    with tenant_context(digital):
        assert not Persona.objects.exists()
    call_command("verify_seeding", "--tenant", "digital-health")
    assert "There are no personas to verify. Seed some: manage.py seed_personas --help" in capsys.readouterr().out
