"""A persona as a file: each page says what it is, drafts are marked, and only who may gets them."""

import json
import struct
from io import BytesIO, StringIO
from unicodedata import normalize

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from personas.library import card, chromium, copies, files
from personas.models import Persona
from tests.factories import FACTORIES, PersonaFactory
from tests.journeys.conftest import found
from vital.tenancy import roles
from vital.tenancy.context import tenant_context

HOSTILE = """Ann "; } </style><iframe src="file:///etc/passwd"></iframe><script>alert(1)</script> @import url(x)"""


@pytest.fixture
def real():
    return found("Chromium", next(iter(chromium.present()), None))


@pytest.fixture
def published(pharma):
    with tenant_context(pharma):
        return PersonaFactory(validation_status="published", slug="ann", name="Ann Lee")


@pytest.fixture
def draft(pharma):
    """What somebody wrote who means no good."""
    with tenant_context(pharma):
        made = PersonaFactory(slug="draft", name=HOSTILE, title=HOSTILE, background_story=HOSTILE)
        FACTORIES["goals"](persona=made, goal_text=HOSTILE)
        FACTORIES["quotes"](persona=made, quote_text=HOSTILE)
        return made


def get(client, slug: str, kind: str, **asked):
    return client.get(f"/library/personas/{slug}/files/{kind}", asked)


def pages(content: bytes) -> list[str]:
    """What a reader finds on each page, without ligatures."""
    return [normalize("NFKC", " ".join(page.extract_text().split())) for page in PdfReader(BytesIO(content)).pages]


def test_each_page_of_a_pdf_says_status_revision_date_and_tenant(real, published, analyst, pharma):
    answer = get(analyst, "ann", "pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    with tenant_context(pharma):
        copy = copies.published("ann")[0]
    assert answer["Content-Disposition"] == f'attachment; filename="ann-revision-{copy.number}.pdf"'
    said = pages(answer.content)
    stamp = f"Published · revision {copy.number} · {copy.as_of.day} {copy.as_of:%B %Y} · {pharma.name}"
    for number, page in enumerate(said, 1):
        assert f"{stamp} · page {number} of {len(said)}" in page
        assert "DRAFT" not in page
    assert "Ann Lee" in said[0]
    assert [round(float(one)) for one in PdfReader(BytesIO(answer.content)).pages[0].mediabox[2:]] == [595, 842]


def test_each_page_of_a_draft_is_marked_and_hostile_words_stay_words(real, draft, analyst):
    answer = get(analyst, "draft", "pdf", copy="working", what="everything", paper="letter")
    assert answer["Content-Disposition"].endswith('-draft.pdf"')
    said = pages(answer.content)
    for page in said:
        assert page.replace(" ", "").count("DRAFT") == 2  # across the page, and at its foot
    whole = " ".join(said)
    assert '</style><iframe src="file:///etc/passwd"></iframe>' in whole
    assert "root:" not in whole
    assert [round(float(one)) for one in PdfReader(BytesIO(answer.content)).pages[0].mediabox[2:]] == [612, 792]


def test_no_page_that_is_printed_takes_words_for_markup(draft, pharma):
    with tenant_context(pharma):
        copy = copies.working("draft")[0]
        for html in (
            card.html(copy, pharma),
            *(files.on_paper(copy, pharma, files.Asked(what)) for what in files.PAGES),
        ):
            assert "<iframe" not in html
            assert "<script>alert" not in html
            assert html.count("</style") == html.count("<style")
            assert 'Ann "' not in html


def test_a_card_is_a_picture_of_1200_by_630(real, published, analyst):
    content = get(analyst, "ann", "png").content
    assert content.startswith(b"\x89PNG")
    assert struct.unpack(">II", content[16:24]) == (1200, 630)


@pytest.mark.parametrize(("kind", "type_"), [("md", "text/markdown; charset=utf-8"), ("json", "application/json")])
def test_files_for_programs_come_without_chromium(published, analyst, settings, kind, type_):
    settings.CHROMIUM = "/nowhere/chromium"
    answer = get(analyst, "ann", kind)
    assert (answer.status_code, answer["Content-Type"]) == (200, type_)
    assert answer["Content-Disposition"].startswith('attachment; filename="ann-revision-')
    assert "Ann Lee" in answer.content.decode()


def test_a_pdf_that_cannot_be_made_is_answered_with_what_to_do(published, analyst, settings, real):
    with chromium.turn:
        busy = get(analyst, "ann", "pdf")
    settings.CHROMIUM = "/nowhere/chromium"
    missing = get(analyst, "ann", "png")
    assert (busy.status_code, missing.status_code) == (503, 503)
    assert "Wait a few seconds" in busy.content.decode()
    assert "print from the browser" in missing.content.decode()


def test_drafts_are_for_those_who_may_edit_and_ask_for_them(published, draft, analyst, client, monkeypatch):
    assert get(analyst, "draft", "json").status_code == 404
    assert json.loads(get(analyst, "draft", "json", copy="working").content)["status"] == "Draft"
    monkeypatch.setitem(roles.BY_LABEL, "personas.persona", (roles.VIEW,) * 4)
    assert get(analyst, "ann", "json").status_code == 200
    assert get(analyst, "draft", "json", copy="working").status_code == 403
    client.logout()
    assert get(client, "ann", "json").status_code == 302


def test_what_is_of_another_tenant_or_of_no_kind_is_not_found(published, digital, join, enter, analyst):
    assert get(analyst, "ann", "exe").status_code == get(analyst, "ann", "pdf", what="all").status_code == 404
    assert get(analyst, "ann", "pdf", paper="a4; } x").status_code == 404
    assert get(enter(join(digital)), "ann", "json").status_code == 404


def command(*told) -> str:
    said = StringIO()
    call_command("persona_files", "--tenant", "pharma", *map(str, told), stderr=said)
    return said.getvalue()


def test_the_command_writes_all_that_is_published_and_nothing_else(published, draft, pharma, tmp_path):
    assert command("--all", "--format", "json", "--out", tmp_path / "new") == f"1 file in {tmp_path / 'new'}\n"
    [file] = (tmp_path / "new").iterdir()
    assert json.loads(file.read_text())["persona"] == "Ann Lee"
    command("--all", "--copy", "working", "--format", "md", "--out", tmp_path / "new")
    with tenant_context(pharma):
        assert len(list((tmp_path / "new").glob("*.md"))) == Persona.objects.filter(deleted_at=None).count()


def test_the_command_writes_one_persona_to_a_file_and_says_what_is_wrong(published, draft, tmp_path, settings):
    command("--slug", "ann", "--format", "md", "--out", tmp_path / "one.md")
    assert "\n# Ann Lee\n" in (tmp_path / "one.md").read_text()
    with pytest.raises(CommandError, match="no published persona «draft»"):
        command("--slug", "ann", "--slug", "draft", "--format", "md", "--out", tmp_path)
    with pytest.raises(CommandError, match="2 personas do not go into one file"):
        command("--slug", "ann", "--slug", "draft", "--format", "md", "--out", tmp_path / "two.md")
    settings.CHROMIUM = "/nowhere/chromium"
    with pytest.raises(CommandError, match="apt-get install chromium"):
        command("--slug", "ann", "--out", tmp_path)
