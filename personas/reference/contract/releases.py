"""The contract as it is now and as it was released last, and how a release is made."""

import hashlib
import json
from datetime import date
from typing import Any

import yaml
from django.conf import settings

from personas.enums import PG_TYPES
from personas.reference.tables import models_of
from personas.reference.words import codes

from .changes import VersionError, changes, least, lines, number, undeclared
from .columns import published

HERE = settings.BASE_DIR / "personas" / "reference" / "contract"
RELEASED = HERE / "released.json"
BREAKS = HERE / "breaks.yaml"


def facts() -> dict[str, Any]:
    """The contract: of each column, type, null, default, codes and bounds, and the codes of all lists."""
    return {
        "tables": {
            table.name: {
                one.name: [
                    one.type,
                    one.null,
                    one.default,
                    list(one.codes) if one.closed and not one.named else [],
                    [one.low, one.high],
                ]
                for one in table.columns
            }
            for table in published()
        },
        "views": [table.name for table in published() if table.is_view],
        "vocabularies": {one._meta.db_table: codes(one) for one in models_of("lookups")},
        "enums": {name: list(enum.values) for enum, name in PG_TYPES.items()},
    }


def fingerprint(of: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:16]


def released() -> dict[str, Any]:
    return json.loads(RELEASED.read_text(encoding="utf-8"))


def declared() -> list[dict[str, str]]:
    return yaml.safe_load(BREAKS.read_text(encoding="utf-8")) or []


def release(version: str, on: date) -> str:
    """Make what there is now the contract to compare with."""
    before, now = released(), facts()
    found = changes(before, now)
    if number(version) < number(needed := least(before["version"], found)):
        why = "breaks something" if any(one.breaks for one in found) else "adds something" if found else "is the next"
        raise VersionError(
            f"{version} is too low after {before['version']}: this release {why}, so it is {needed} at least."
        )
    if missing := undeclared(found, declared(), before["version"]):
        raise VersionError("\n".join(missing))
    history = [{"version": before["version"], "date": before["date"], "changes": before["changes"]}, *before["history"]]
    write({"version": version, "date": on.isoformat(), "changes": lines(found, declared()), "history": history} | now)
    return f"{version} of {on} is what later changes are compared with: {len(found)} changes since {before['version']}."


def write(contract: dict[str, Any]) -> None:
    """One line for each column, so that a change is seen in a review."""
    RELEASED.write_text(as_text(contract), encoding="utf-8")


def as_text(contract: dict[str, Any]) -> str:
    parts = []
    for key, value in contract.items():
        if key != "tables":
            parts.append(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}")
            continue
        tables = []
        for name, columns in value.items():
            inside = ",\n".join(f"  {json.dumps(column)}: {json.dumps(told)}" for column, told in columns.items())
            tables.append(f" {json.dumps(name)}: {{\n{inside}\n }}")
        parts.append('"tables": {\n' + ",\n".join(tables) + "\n}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
