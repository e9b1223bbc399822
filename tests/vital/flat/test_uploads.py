"""A file between its preview and its confirmation is its owner's alone."""

import os
import time

import pytest
from django.contrib.messages import get_messages

from tests.vital.flat.files import CSV, JSON, Pages, table, text
from vital.flat import uploads
from vital.flat.forms import LARGEST
from vital.organisation.models import Function, RoleKPI, RoleResponsibility, RoleSkill
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

SENT = table({"slug": "medical-affairs", "name": "Medicine"})
GONE = "The file is no longer here. Send it again."


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path / "uploads"


@pytest.fixture
def pages(pharma, join, enter):
    return Pages(enter(join(pharma, Role.ANALYST)), Function)


@pytest.fixture
def name(pharma):
    def look() -> str:
        with tenant_context(pharma):
            return Function.objects.get(slug="medical-affairs").name

    return look


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_is_kept_for_nobody_else_on_the_machine_and_removed_after(pages, folder, name):
    shown = pages.send(SENT)
    [file] = folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    pages.confirm(shown)
    assert (name(), list(folder.iterdir())) == ("Medicine", [])


def test_is_not_kept_where_there_is_nothing_to_confirm(pages, folder):
    pages.send(table({"slug": "medical-affairs"}))
    pages.send("nothing\n")
    assert not folder.exists() or not list(folder.iterdir())


def test_is_forgotten_after_a_day(pages, folder):
    pages.send(SENT)
    [old] = folder.iterdir()
    os.utime(old, (0, time.time() - uploads.KEPT - 1))
    pages.send(SENT)
    assert old not in list(folder.iterdir())


def test_a_forged_name_reads_no_other_file(pages, folder, tmp_path, name):
    shown = pages.send(SENT)
    (tmp_path / "secret.csv").write_text(SENT)
    token = shown.context["confirm_form"].initial["import_file_name"]
    for forged in ("secret.csv", "../secret.csv", str(tmp_path / "secret.csv"), "", "..", "*", token[:-1]):
        response = pages.confirm(shown, import_file_name=forged)
        assert (response.status_code, said(response)[-1]) == (302, GONE), forged
    assert name() == "Medical Affairs"


def test_somebody_else_s_file_is_not_found(pages, pharma, join, client, enter, name):
    shown = pages.send(SENT)
    other = Pages(enter(join(pharma, Role.REVIEWER)), Function)
    assert said(other.confirm(shown))[-1] == GONE
    assert name() == "Medical Affairs"


def test_it_is_not_found_in_another_tenant(pharma, digital, join, enter, name):
    user = join(pharma, Role.ANALYST)
    with tenant_context(digital):
        user.memberships.create(role=Role.ANALYST)
    pages = Pages(enter(user), Function)
    shown = pages.send(SENT)
    pages.client.post("/tenant/", {"tenant": digital.pk})
    assert said(pages.confirm(shown))[-1] == GONE
    assert name() == "Medical Affairs"


def test_a_big_one_is_refused_with_a_sentence(pages):
    shown = pages.send(b"slug\n" + b"x" * LARGEST)
    assert shown.context["form"].errors["import_file"][0].startswith("A file for this page has at most 10 MB")


def test_a_format_that_is_none_is_refused(pages, name):
    shown = pages.send(SENT)
    for forged in ("4", "99", "9" * 5000, "x", "-1", "²", "٠"):
        response = pages.confirm(shown, format=forged)
        assert response.context["form"].errors == {
            "import_file": ["This page knows no such format. Choose the file and its format again."]
        }
        assert pages.send(SENT, forged).context["form"].errors["format"]
    assert name() == "Medical Affairs"


def test_another_format_than_the_file_has_is_refused_with_a_sentence(pages, name):
    shown = pages.send(SENT)
    for response in (pages.confirm(shown, format=JSON), pages.send(SENT, JSON)):
        assert response.context["form"].errors == {
            "import_file": ["This is no JSON: expecting value, line 1, column 1."]
        }
        assert "This is no JSON" in text(response)
    assert name() == "Medical Affairs"
    assert pages.confirm(shown).status_code == 302  # what was shown can still be done
    assert name() == "Medicine"


def test_what_a_file_says_is_shown_as_text(pages):
    page = text(pages.send(table({"slug": "medical-affairs", "name": '"><svg onload=alert(1)>'})))
    assert "&quot;&gt;&lt;svg onload=alert(1)&gt;" in page
    assert "<svg onload" not in page


def test_who_may_only_look_exports_and_imports_nothing(pharma, join, enter, monkeypatch):
    monkeypatch.setattr("vital.tenancy.models.allows", lambda role, permission: ".view_" in permission)
    pages = Pages(enter(join(pharma, Role.ANALYST)), Function)
    assert pages.export(CSV).status_code == 200
    assert pages.client.get(pages.address("import")).status_code == 403
    assert pages.client.post(pages.address("process_import")).status_code == 403


def test_more_rows_than_memory_has_room_for_are_not_exported(pages, monkeypatch):
    monkeypatch.setattr("vital.flat.resources.MOST_EXPORTED", 3)
    assert "These are more than 3 rows. Narrow the list" in text(pages.export(CSV))


def test_what_the_list_of_skills_and_duties_shows_is_a_file_too(pharma, join, enter):
    client = enter(join(pharma, Role.ANALYST))
    for model in (RoleSkill, RoleResponsibility, RoleKPI):
        for page in ("changelist", "add", "import", "export"):
            assert client.get(Pages(client, model).address(page)).status_code == 200
