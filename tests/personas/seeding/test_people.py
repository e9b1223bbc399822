"""The medical affairs organisation that is shipped: 31 people, deployed in one command."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from personas.documents.shape import ALL
from personas.editorial.quality import look
from personas.models import Persona
from personas.seeding import variants
from vital.tenancy.context import tenant_context

FIXTURE = settings.BASE_DIR / "fixtures" / "medical_affairs.jsonl"
TEAM = "medical_affairs_team"


def documents() -> list[dict]:
    return [json.loads(line) for line in FIXTURE.read_text(encoding="utf-8").splitlines()]


def test_the_fixture_is_what_the_template_makes():
    made = [json.loads(json.dumps(one)) for one in variants.generate(TEAM, 31)]
    again = f"manage.py generate_variants {TEAM} --count 31 --out {FIXTURE.relative_to(settings.BASE_DIR)}"
    assert made == documents(), again


def test_each_has_a_role_of_their_own_and_a_story_that_somebody_wrote():
    people = variants.kind(TEAM).people
    assert len(people) == len({one["role"] for one in people}) == 31
    told = {one["core_profile"]["name"]: one for one in documents()}
    for one in people:
        document = told[one["name"]]
        assert document["organizational_context"]["role"] == one["role"]
        assert document["narrative"]["background_story"] == one["columns"]["background_story"]


@pytest.mark.django_db
def test_one_command_deploys_them_complete_and_fit_to_be_published(digital, tmp_path):
    out = StringIO()
    call_command(
        "seed_personas", "--tenant", "digital-health", "--business-function", "medical-affairs", "--auto-deploy",
        "--out", tmp_path, "--json", stdout=out,
    )  # fmt: skip
    [told] = json.loads(out.getvalue())["functions"]
    assert (told["state"], told["personas"], told["errors"]) == ("deployed", 31, 0)
    assert [one["title"] for one in told["verification"]["checks"] if not one["passed"]] == []
    with tenant_context(digital):
        assert [shape.word for shape in ALL if not shape.model.objects.exists()] == []
        assessed = look(Persona.objects.values_list("pk", flat=True))
        assert len(assessed) == 31
        assert [found.said for one in assessed.values() for found in one.blocking("publish")] == []
