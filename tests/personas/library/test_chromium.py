"""What makes PDFs and pictures: it reaches for nothing, ends in time, and says what it lacks."""

import subprocess
from io import BytesIO

import pytest
from pypdf import PdfReader

from personas.library import chromium
from tests.journeys.conftest import found

SECRET = "the words of a file of this machine"


@pytest.fixture
def real():
    return found("Chromium", next(iter(chromium.present()), None))


def program(folder, settings, script: str) -> None:
    """Take a program of ours for Chromium."""
    file = folder / "chromium"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    settings.CHROMIUM = str(file)


def test_even_markup_that_came_past_the_templates_reaches_no_file_and_runs_no_script(real, tmp_path):
    secret, sheet = tmp_path / "secret.html", tmp_path / "secret.css"
    secret.write_text(f"<p>{SECRET}</p>")
    sheet.write_text(f'p::after {{ content: "{SECRET}"; }}')
    page = f"""<!DOCTYPE html><html><head><title>A page</title>
        <link rel="stylesheet" media="all" href="{sheet.as_uri()}"><style>@import url("{sheet.as_uri()}");</style>
        </head><body><p>Printed.</p>
        <iframe src="{secret.as_uri()}"></iframe><object data="{secret.as_uri()}"></object>
        <embed src="{secret.as_uri()}"><script>document.write("{SECRET}")</script></body></html>"""
    said = PdfReader(BytesIO(chromium.pdf(page))).pages[0].extract_text()
    assert "Printed." in said
    assert SECRET not in " ".join(said.split())


def test_without_chromium_one_is_told_to_install_it(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    settings.CHROMIUM = ""
    assert chromium.present() == []
    with pytest.raises(chromium.Unable, match="Install it"):
        chromium.pdf("<head>")


def test_the_setting_may_name_the_program_with_options(settings, tmp_path):
    program(tmp_path, settings, "exit 0")
    settings.CHROMIUM += " --no-sandbox"
    assert chromium.present() == [str(tmp_path / "chromium"), "--no-sandbox"]


def test_one_that_does_not_end_is_ended_with_all_that_it_started(settings, monkeypatch, tmp_path):
    program(tmp_path, settings, f"sleep 60 & echo $! > {tmp_path}/child; wait")
    monkeypatch.setattr(chromium, "LONGEST", 2)
    with pytest.raises(chromium.Unable, match="did not finish within 2 seconds"):
        chromium.pdf("<head>")
    child = (tmp_path / "child").read_text().strip()
    state = subprocess.run(["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False).stdout
    assert state.strip()[:1] in ("", "Z")  # gone, or dead and not yet fetched by its new parent


def test_one_that_makes_nothing_is_quoted(settings, tmp_path):
    program(tmp_path, settings, "echo No usable sandbox >&2")
    with pytest.raises(chromium.Unable, match="No usable sandbox"):
        chromium.pdf("<head>")


@pytest.mark.parametrize("left", [": > made.pdf", "echo hello > made.pdf", "echo %PDF-1.7 > made.pdf; kill -SEGV $$"])
def test_a_file_that_is_not_whole_is_not_handed_out(settings, tmp_path, left):
    program(tmp_path, settings, left)
    with pytest.raises(chromium.Unable, match="no whole file"):
        chromium.pdf("<head>")


def test_a_program_that_cannot_be_run_is_named_and_a_broken_setting_is_none(settings, tmp_path):
    file = tmp_path / "chromium"
    file.write_text("no program")
    file.chmod(0o755)
    settings.CHROMIUM = str(file)
    with pytest.raises(chromium.Unable, match="cannot be run"):
        chromium.pdf("<head>")
    settings.CHROMIUM = '"unclosed'
    assert chromium.present() == []


def test_who_does_not_wait_is_told_that_another_is_at_work(settings, tmp_path):
    program(tmp_path, settings, "echo '%PDF made %%EOF' > made.pdf")
    with chromium.turn, pytest.raises(chromium.Unable, match="ask again"):
        chromium.pdf("<head>", wait=False)
    assert chromium.pdf("<head>", wait=False) == b"%PDF made %%EOF\n"


def test_programs_of_ours_know_nothing_of_our_environment(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", SECRET)
    program(tmp_path, settings, "(echo %PDF; env; echo %%EOF) > made.pdf")
    assert SECRET.encode() not in chromium.pdf("<head>")
