"""The pages of an import: bring files, look, settle, apply, undo; each says what it cannot do."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from personas.exchange.work import Work
from personas.models import Batch, ExchangeProfile, Persona
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Role

pytestmark = pytest.mark.django_db
ADD = reverse("admin:personas_batch_add")
LIST = reverse("admin:personas_batch_changelist")
NEW = {"slug": "new", "name": "New", "goals": [{"goal_text": "Grow"}]}


@pytest.fixture
def work(pharma, join, enter):
    """The browser of an analyst."""
    return enter(join(pharma, Role.ANALYST, full_name="Ana Silva"))


@pytest.fixture
def bring(work, pharma):
    """Bring documents, and let the worker read them."""

    def make(*documents: dict, name: str = "file.json") -> Batch:
        content = json.dumps({"personas": documents}).encode()
        response = work.post(ADD, {"files": SimpleUploadedFile(name, content), "mode": "merge", "profile": ""})
        assert response.status_code == 302, response.content.decode()
        return worked(response["Location"], pharma)

    return make


def worked(address: str, tenant) -> Batch:
    """The batch of a page, after a worker has dealt with it."""
    pk = address.rstrip("/").split("/")[-2]
    with tenant_context(tenant):
        batch = Batch.objects.get(pk=pk)
        Work(tenant.pk, batch.created_by_id, batch.pk).run()
        batch.refresh_from_db()
        return batch


def at(page: str, batch: Batch, *more) -> str:
    return reverse(f"admin:personas_batch_{page}", args=[batch.pk, *more])


def text(response) -> str:
    return response.content.decode()


def test_the_empty_list_says_what_imports_are(work):
    page = text(work.get(LIST))
    assert "What came in from files" in page
    assert ADD in page


def test_an_import_from_the_file_to_its_undoing(bring, work, pharma):
    batch = bring(NEW)
    page = text(work.get(at("change", batch)))
    assert "Apply everything" in page
    assert "new persona" in page
    assert "Grow" in text(work.get(at("item", batch, 0)))
    response = work.post(at("decide", batch), {"plan": batch.counts["plan"]})
    batch = worked(response["Location"], pharma)
    assert "2 rows written" in text(work.get(at("change", batch)))
    undoing = worked(work.post(at("undo", batch))["Location"], pharma)
    assert "Undo it" in text(work.get(at("change", undoing)))
    work.post(at("decide", undoing), {"plan": undoing.counts["plan"]})
    worked(at("change", undoing), pharma)
    with tenant_context(pharma):
        assert not Persona.objects.exists()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Choose a file first"),
        ([("empty.json", b"")], "empty.json is empty"),
        ([(f"{number}.json", b"{}") for number in range(101)], "Go back and correct it"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(work, files, said):
    response = work.post(ADD, {"files": [SimpleUploadedFile(name, content) for name, content in files]})
    assert response.status_code == 400
    assert said in text(response)


def test_too_much_at_once_is_refused(work, monkeypatch):
    monkeypatch.setattr("personas.admin.imports.BYTES", 10)
    response = work.post(ADD, {"files": SimpleUploadedFile("a.json", b"x" * 11)})
    assert "Split them" in text(response)


def test_a_value_that_means_nothing_is_settled_once_and_the_answer_kept(bring, work, pharma):
    pains = [{"pain_point": one, "severity": "Very High"} for one in "AB"]
    batch = bring(NEW | {"pain_points": pains})
    page = text(work.get(at("change", batch)))
    assert "Values that mean nothing here" in page
    assert "Apply everything" not in page
    question = json.dumps({"table": "pain_points", "column": "severity", "from": "Very High"})
    response = work.post(at("settle", batch), {"question": question, "answer": "critical", "save_as": "Agency"})
    batch = worked(response["Location"], pharma)
    page = text(work.get(at("change", batch)))
    assert "Apply everything" in page
    assert "Guessed" in page
    with tenant_context(pharma):
        assert ExchangeProfile.objects.get(name="Agency").content["values"][0]["to"] == "critical"
    assert "Agency" in text(work.get(ADD))
    assert "Agency" in text(work.get(reverse("admin:personas_exchangeprofile_changelist")))


def test_a_plan_that_was_read_again_meanwhile_is_not_applied(bring, work, pharma):
    batch = bring(NEW)
    page = work.post(at("decide", batch), {"plan": "of before"}, follow=True)
    assert "read again since the page was opened" in text(page)
    with tenant_context(pharma):
        assert not Persona.objects.exists()


def test_what_is_at_work_tells_how_far_it_is_and_can_be_stopped_and_tried_again(work, pharma):
    response = work.post(ADD, {"files": SimpleUploadedFile("a.json", json.dumps(NEW).encode())})
    with tenant_context(pharma):
        batch = Batch.objects.get()
    assert 'data-at-work="yes"' in text(work.get(at("body", batch)))
    assert "It was stopped" in text(work.post(at("stop", batch), follow=True))
    assert "Try again" in text(work.get(at("change", batch)))
    work.post(at("again", batch))
    assert worked(response["Location"], pharma).state == Batch.State.CHECKED


def test_a_file_that_cannot_be_read_says_why(work, pharma):
    response = work.post(ADD, {"files": SimpleUploadedFile("a.json", b"{")})
    batch = worked(response["Location"], pharma)
    page = text(work.get(at("change", batch)))
    assert "This is no JSON" in page
    assert "Try again" in page


def test_the_report_and_the_marked_file_can_be_taken_away(work, pharma):
    rows = b"slug,name,archetype\nnew,New,ROBOT\n"
    response = work.post(ADD, {"files": SimpleUploadedFile("personas.csv", rows)})
    batch = worked(response["Location"], pharma)
    assert "with its cells marked" in text(work.get(at("change", batch)))
    marked = work.get(at("marked", batch, 0))
    assert "no value here" in marked.content.decode("utf-8-sig")
    assert json.loads(work.get(at("report", batch)).content)["stats"]["errors"] == 1


def test_an_empty_workbook_can_be_taken_away(work):
    response = work.get(reverse("admin:personas_batch_template"))
    assert b"".join(response.streaming_content).startswith(b"PK")


def test_what_a_file_says_is_text_and_never_markup(bring, work):
    evil = '"><svg onload=alert(1)>'
    batch = bring(NEW | {"name": evil, "title": evil, "archetype": evil, evil: 1}, name=f"{evil[:8]}.json")
    for page in (at("change", batch), at("item", batch, 0), LIST):
        assert "<svg onload" not in text(work.get(page))


def test_other_tenants_imports_do_not_exist(bring, digital, join, enter):
    batch = bring(NEW)
    stranger = enter(join(digital, Role.TENANT_ADMIN))
    for page in ("body", "report"):
        assert stranger.get(at(page, batch)).status_code == 404
    assert stranger.get(at("change", batch)).status_code == 302
    for page in ("decide", "settle", "stop", "again", "undo"):
        assert stranger.post(at(page, batch)).status_code == 404
    assert "file.json" not in text(stranger.get(LIST))


def test_looking_decides_nothing(bring, work):
    batch = bring(NEW)
    for page in ("decide", "settle", "stop", "again", "undo"):
        assert work.get(at(page, batch)).status_code == 405


def test_the_pages_take_few_queries(bring, work, django_assert_max_num_queries):
    batch = bring(*({**NEW, "slug": f"p{number}", "archetype": "ROBOT"} for number in range(60)))
    for page in (ADD, LIST, at("change", batch), at("item", batch, 0)):
        with django_assert_max_num_queries(25):
            assert work.get(page).status_code == 200


@pytest.mark.parametrize("question", ["{", "[]", "3", '{"table": "goals"}', '{"table": ["x"], "column": 1, "from": 2}'])
def test_what_nobody_asked_nobody_has_answered(bring, work, pharma, question):
    batch = bring(NEW)
    response = work.post(at("settle", batch), {"question": question, "answer": "x", "mode": "odd", "profile": "/etc"})
    assert response.status_code == 302
    batch = worked(response["Location"], pharma)
    assert batch.options["answers"] == []
    assert (batch.options["mode"], batch.options["profile"]) == ("merge", "")
    assert batch.state == Batch.State.CHECKED


def test_an_odd_choice_is_the_usual_one(work, pharma):
    file = SimpleUploadedFile("a.json", json.dumps(NEW).encode())
    response = work.post(ADD, {"files": file, "mode": "x", "profile": "../../x"})
    assert worked(response["Location"], pharma).options == {"mode": "merge", "profile": ""}
