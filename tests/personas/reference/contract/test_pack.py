"""The pack is written whole, the same each time, and over nothing but a pack."""

import hashlib
import json
import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from personas.reference.contract import pack


def told(*arguments, **options) -> str:
    out = StringIO()
    call_command("contract", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_same_contract_gives_the_same_bytes_in_another_process_without_a_database(tmp_path):
    nowhere = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "DEBUG": "true", "PYTHONHASHSEED": "7"}
    subprocess.run(
        [sys.executable, "manage.py", "contract", "--out", tmp_path / "pack"],
        cwd=settings.BASE_DIR, env=os.environ | nowhere, check=True, capture_output=True,
    )  # fmt: skip
    assert pack.differences(tmp_path / "pack", pack.files()) == []


def test_the_manifest_names_every_file_with_its_checksum(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_the_readme_fits_a_screen_and_speaks_of_every_file(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert len(text.splitlines()) <= 40
    assert manifest["version"] in text
    assert manifest["fingerprint"] in text
    for path in folder.iterdir():
        assert f"`{path.name}" in text or path.name == "README.md", path.name


def test_a_folder_is_current_or_the_command_says_what_is_not(folder):
    assert "is current" in told("--out", folder, "--check")
    (folder / "personas.ts").write_text("type Mine = string;")
    (folder / "CHANGES.md").unlink()
    with pytest.raises(CommandError, match=r"personas.ts is not current\nCHANGES.md is missing\nWrite it anew: manage"):
        told("--out", folder, "--check")
    assert "personas.ts" in told("--out", folder)
    assert "is current" in told("--out", folder, "--check")


def test_other_peoples_files_are_not_written_over(tmp_path):
    (tmp_path / "README.md").write_text("Mine")
    with pytest.raises(CommandError, match=r"has other files in it .* Name an empty folder, or add --force"):
        told("--out", tmp_path)
    assert (tmp_path / "README.md").read_text() == "Mine"
    (tmp_path / "notes.txt").write_text("Mine too")
    told("--out", tmp_path, "--force")
    assert (tmp_path / "README.md").read_text() != "Mine"
    assert (tmp_path / "notes.txt").read_text() == "Mine too"
    with pytest.raises(CommandError, match=r"is a file. Name a folder"):
        told("--out", tmp_path / "notes.txt")


def test_what_a_pack_no_longer_has_is_deleted_and_nothing_outside_it(folder):
    outside = folder.parent / "outside.txt"
    outside.write_text("Mine")
    (folder / "old.json").write_text("{}")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] |= {"old.json": "0", "../outside.txt": "0"}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(CommandError, match=r"old.json is no longer part of the pack"):
        told("--out", folder, "--check")
    told("--out", folder)
    assert not (folder / "old.json").exists()
    assert outside.read_text() == "Mine"


@pytest.mark.parametrize("arguments", [(), ("--check",), ("--release", "9.0.0"), ("--date", "2026-12-24")])
def test_a_command_that_is_not_complete_says_what_can_be_done(arguments):
    with pytest.raises(CommandError, match=r"Say what to do") as refused:
        told(*arguments)
    assert refused.value.returncode == 2


def test_a_release_that_is_too_low_is_refused_by_the_command():
    with pytest.raises(CommandError, match=r"0.0.1 is too low after"):
        told("--release", "0.0.1", "--date", "2026-12-24")
