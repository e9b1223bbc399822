"""A persona as Markdown: the dossier in headings, lists and tables."""

import re

import yaml

from vital.tenancy.models import Tenant

from . import dossier, stamp
from .copies import Copy
from .dossier import Row, Said, Told

# What would be read as markup: within a line, and at the start of one.
ANYWHERE = re.compile(r"([\\`*_\[\]<>|~$&]|(?<!\S)#)")
AT_START = re.compile(r"^(\d{0,9})([.)](?=\s|$)|[-+](?=[\s-]|$))")
ADDRESS = re.compile(r"[^\s<>|`\\]+")


def markdown(copy: Copy, tenant: Tenant) -> str:
    """All that a copy says, with its stamp in front."""
    front = yaml.safe_dump(stamp.facts(copy, tenant), allow_unicode=True, sort_keys=False, width=1000)
    blocks = [f"---\n{front}---", f"# {inline(copy.name)}", inline(stamp.line(copy, tenant))]
    for part, places in dossier.context(copy)["parts"]:
        blocks.append(f"## {inline(part.title)}")
        for one in places:
            blocks += section(one, 3)
    return "\n\n".join(blocks) + "\n"


def section(one: Told, level: int) -> list[str]:
    """A place, or rows that belong to a row: a table where that is narrow, else lists."""
    blocks = [heading(level, one.title)]
    if one.columns:
        blocks.append(table(one))
    for row in one.rows:
        blocks += listed(row, level + 1)
    return blocks


def heading(level: int, text: str) -> str:
    return f"{'#' * min(level, 6)} {inline(text)}"


def table(one: Told) -> str:
    rows = [one.columns, *([value(said) for said in cells] for cells in one.cells)]
    first, *others = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([first, "|---" * len(one.columns) + "|", *others])


def listed(row: Row, level: int) -> list[str]:
    blocks = [heading(level, row.title)] if row.title else []
    if row.groups:
        blocks.append("\n".join(item(said) for _, several in row.groups for said in several))
    for detail in row.details:
        blocks += section(detail, level + 1)
    return blocks


def item(said: Said) -> str:
    """`- **Label**: text`; several lines stand below, each one a point of its own."""
    label = f"- **{inline(f'{said.label} ({said.unit})' if said.unit else said.label)}**:"
    lines = [escaped(line.strip()) for line in said.text.splitlines() if line.strip()]
    return "\n  - ".join([label, *lines]) if len(lines) > 1 else f"{label} {value(said)}"


def value(said: Said) -> str:
    return f"<{said.text}>" if said.leads and ADDRESS.fullmatch(said.text) else inline(said.text)


def inline(text: str) -> str:
    """A text that stays on its line."""
    return "<br>".join(escaped(line.strip()) for line in str(text).splitlines() if line.strip())


def escaped(text: str) -> str:
    """A text as it was written, whatever Markdown would make of it."""
    return AT_START.sub(r"\1\\\2", ANYWHERE.sub(r"\\\1", text))
