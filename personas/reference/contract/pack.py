"""The pack: all its files, written to a folder or compared with what is there."""

import hashlib
import json
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from . import data_package, json_schema, openapi, releases, typescript, vocabularies
from .changes import changes, least, lines, undeclared

MANIFEST = "manifest.json"
KIND = "vital-personas contract"  # by which a manifest is known as ours
README = Template((releases.HERE / "pack_readme.md").read_text(encoding="utf-8"))


class File(NamedTuple):
    """A file of the pack."""

    name: str
    content: bytes
    about: str


class FolderError(Exception):
    """A folder that cannot be written to, and why."""


def files() -> list[File]:
    """All files of the pack, the manifest last."""
    now, before = releases.facts(), releases.released()
    version, mark = version_of(now, before), releases.fingerprint(now)
    schema = json_schema.document()
    made = [
        File("document.schema.json", as_json(schema), "a persona as a file has it"),
        File("document.draft-07.schema.json", as_json(json_schema.draft_07(schema)), "the same in draft-07"),
        File("personas.ts", typescript.types().encode(), "types of documents and rows"),
        File("openapi.json", as_json(openapi.description(version)), "published tables and views"),
        File("datapackage.json", as_json(data_package.package(version)), "the CSV files of an export"),
        *(File(name, content, "") for name, content in data_package.files().items()),
        File("vocabularies.json", as_json(vocabularies.vocabularies()), "every list of values"),
        File("CHANGES.md", changes_of(now, before).encode(), "differences from the last release"),
        File("README.md", README.substitute(version=version, fingerprint=mark).encode(), "what is what"),
    ]
    manifest = {
        "kind": KIND,
        "version": version,
        "released": {"version": before["version"], "date": before["date"]},
        "fingerprint": mark,
        "files": {file.name: hashlib.sha256(file.content).hexdigest() for file in made},
    }
    return [*made, File(MANIFEST, as_json(manifest), "version and checksums")]


def as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def version_of(now: dict[str, Any], before: dict[str, Any]) -> str:
    """The last version; where something has changed since, the next one, not yet released."""
    found = changes(before, now)
    return f"{least(before['version'], found)}-dev" if found else before["version"]


def changes_of(now: dict[str, Any], before: dict[str, Any]) -> str:
    found = changes(before, now)
    since = f"Since {before['version']} of {before['date']}"
    parts = ["# Changes", f"## {since}"]
    parts.append("\n".join(lines(found, releases.declared())) if found else "Nothing has changed.")
    for one in (before, *before["history"]):
        parts += [f"## {one['version']} of {one['date']}", "\n".join(one["changes"]) or "The first release."]
    return "\n\n".join(parts) + "\n"


def broken() -> list[str]:
    """The sentences about what breaks the contract and is not declared."""
    before = releases.released()
    return undeclared(changes(before, releases.facts()), releases.declared(), before["version"])


def differences(folder: Path, made: list[File]) -> list[str]:
    """What is not current in a folder."""
    found = []
    for file in made:
        there = folder / file.name
        if not there.is_file():
            found.append(f"{file.name} is missing")
        elif there.read_bytes() != file.content:
            found.append(f"{file.name} is not current")
    return found + [f"{name} is no longer part of the pack" for name in left_over(folder, made)]


def write(folder: Path, made: list[File], *, force: bool = False) -> None:
    """Write the pack, and delete what an older one had beyond it; only into an empty folder, or over a pack."""
    if folder.exists() and not folder.is_dir():
        raise FolderError(f"{folder} is a file. Name a folder.")
    if folder.exists() and any(folder.iterdir()) and not listed(folder) and not force:
        raise FolderError(
            f"{folder} has other files in it and no {MANIFEST} of a contract pack. Name an empty folder, or add "
            "--force to write beside them; files with the same names are replaced."
        )
    for name in left_over(folder, made):
        (folder / name).unlink()
    for file in made:
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def left_over(folder: Path, made: list[File]) -> list[str]:
    """Files of an older pack that this one does not have; never anything outside the folder."""
    current = {file.name for file in made}
    home = folder.resolve()
    return [
        name for name in listed(folder)
        if name not in current and (path := (home / name).resolve()).is_relative_to(home) and path.is_file()
    ]  # fmt: skip


def listed(folder: Path) -> list[str]:
    """The files that the manifest in a folder names; none, if it is not of a pack."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return list(manifest.get("files", ())) if isinstance(manifest, dict) and manifest.get("kind") == KIND else []
