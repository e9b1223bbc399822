"""What the pages of the reference have in common."""

import json
from functools import cache

from django.conf import settings

from personas.sections import Section

COMMAND = "manage.py schema_reference"


@cache
def shipped(name: str) -> list[dict]:
    """The rows of a fixture."""
    return json.loads((settings.BASE_DIR / "fixtures" / f"{name}.json").read_text(encoding="utf-8"))


def codes(vocabulary) -> list[str]:
    """The values that a vocabulary has at first."""
    rows = (row for row in shipped("lookups") if row["model"] == vocabulary._meta.label_lower)
    return [row["fields"]["code"] for row in rows]


def expected(section: Section) -> str:
    """How many rows a complete persona has."""
    least, most = section.rows or (0, 1 if section.single else "more")
    return str(least) if least == most else f"{least} or more" if most == "more" else f"{least} to {most}"


def cell(text) -> str:
    return str(text).replace("|", "\\|").replace("<", "&lt;")


def lines(*parts: str) -> str:
    return "\n".join(parts)
