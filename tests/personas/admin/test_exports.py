"""The export page: what is ticked or filtered, in a format, with a manifest."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest
from django.urls import reverse

from personas.models import Export
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Role

pytestmark = pytest.mark.django_db
ADD = reverse("admin:personas_export_add")
LIST = reverse("admin:personas_export_changelist")


@pytest.fixture
def work(pharma, join, enter):
    return enter(join(pharma, Role.ANALYST))


@pytest.fixture
def personas(pharma):
    with tenant_context(pharma):
        return [
            PersonaFactory(slug="ana", name="Ana", archetype="LEARNER", complete=True),
            PersonaFactory(slug="ben", name="Ben", archetype="SKEPTIC"),
        ]


def sent(response) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("format_", ["json", "jsonl", "yaml", "zip", "xlsx"])
def test_what_is_sent_is_described_by_its_manifest(work, personas, pharma, format_):
    content = sent(work.post(ADD, {"format": format_}))
    with tenant_context(pharma):
        export = Export.objects.get()
    told = json.loads(work.get(reverse("admin:personas_export_manifest", args=[export.pk])).content)
    assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert told["bytes"] == len(content)
    assert told["counts"]["personas"] == 2
    assert told["exported_by"] == "analyst@pharma.example"
    assert export.name in work.get(LIST).content.decode()


def test_filters_ticks_and_sections_choose_what_is_sent(work, personas):
    def documents(**asked) -> list[dict]:
        return json.loads(sent(work.post(ADD, {"format": "json"} | asked)))["personas"]

    assert [one["slug"] for one in documents(archetype="SKEPTIC")] == ["ben"]
    assert [one["slug"] for one in documents(search="An")] == ["ana"]
    assert [one["slug"] for one in documents(ids=[personas[1].pk])] == ["ben"]
    [ana, _] = documents(sections=["goals", "tags"])
    assert {"goals", "tags"} <= ana.keys()
    assert "fears" not in ana


def test_the_sections_of_a_zip_are_those_that_were_ticked(work, personas):
    archive = zipfile.ZipFile(BytesIO(sent(work.post(ADD, {"format": "zip", "sections": ["goals"]}))))
    assert len(archive.read("goals.csv").splitlines()) > 1
    assert len(archive.read("fears.csv").splitlines()) == 1


def test_nothing_left_by_the_filters_is_said(work, personas):
    assert "No persona is left" in work.post(ADD, {"format": "json", "search": "zzz"}).content.decode()


def test_a_choice_that_was_kept_is_there_the_next_time(work, personas):
    asked = {"format": "jsonl", "archetype": "SKEPTIC", "sections": ["goals"], "save_as": "Monthly"}
    page = work.post(ADD, asked, follow=True).content.decode()
    assert "This choice is kept as «Monthly»" in page
    assert '<option value="SKEPTIC" selected>' in page
    assert 'value="jsonl" checked' in page


def test_of_another_tenant_nothing_is_sent(personas, digital, join, enter, pharma, work):
    sent(work.post(ADD, {"format": "json"}))
    stranger = enter(join(digital, Role.TENANT_ADMIN))
    assert "No persona is left" in stranger.post(ADD, {"format": "json", "ids": [personas[0].pk]}).content.decode()
    with tenant_context(pharma):
        export = Export.objects.get()
    assert stranger.get(reverse("admin:personas_export_manifest", args=[export.pk])).status_code == 302


def test_the_page_takes_few_queries(work, personas, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        assert work.get(ADD).status_code == 200


def test_personas_that_were_ticked_in_the_list_are_those_that_are_sent(work, personas):
    ticked = {"action": "export_whole", "_selected_action": [personas[1].pk]}
    page = work.post(reverse("admin:personas_persona_changelist"), ticked).content.decode()
    assert "The 1 persona that you ticked" in page
    assert f'name="ids" value="{personas[1].pk}"' in page
