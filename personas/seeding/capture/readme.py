"""The README of a function's templates: what is asked for, how to write it down, and how to have it checked."""

from django.db import models

from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape
from personas.exchange.columns import Offers
from personas.sections import SECTIONS, Section

from .columns import default, needed, takes
from .forms import Form

TEXT = """# Personas of {name}

What to write down about a persona of {name}, in the format that suits you. Every persona has its own columns and
{sections} sections that matter for this function. The others of the {all} sections (docs/reference/document.md has them
all) are welcome, and not asked for.

| you work with | take | see |
| --- | --- | --- |
| a spreadsheet | `{slug}_persona_template.xlsx` | `{slug}_persona_example.xlsx` |
| CSV, from another system | `{slug}_persona_template.zip` | `{slug}_persona_example.zip` |
| an editor, in JSON | `{slug}_persona_template.json` | `{slug}_persona_example.json` |
| an editor, in YAML | `{slug}_persona_template.yaml` | `{slug}_persona_example.yaml` |

## How to fill it in

1. Copy the template, under a name that begins with `{slug}` and ends otherwise: `{slug}-first-team.xlsx`. Files that
   end with `_template` or `_example` are not seeded.
2. In JSON and YAML, replace each `<<…>>` by a value; it says what belongs there. What you do not know, take out, or
   leave: it is left out then, and the report says so. Editors complete and check with `{slug}.schema.json`, which stays
   in the same folder.
3. In the workbook, each table has a sheet. Dark headings are needed, notes on headings explain, cells offer lists.
   In CSV, each table has a file. A row names its persona by its slug.
4. Several personas: more rows, more files, or in JSON and YAML a list of them under `personas`.
5. The template has one row of each section. Write as many as the table below asks for; fewer are no error.
6. `slug` finds the persona again: the same slug, the same persona. Choose it well, such as `sarah-chen-{slug}`.

## How to have it checked

```
manage.py seed_personas --tenant YOUR-TENANT --business-function {slug} --from FOLDER --dry-run
```

It tells every problem with its file, its place and what to do, and writes nothing. With `--auto-deploy` in place of
`--dry-run` it writes and verifies. The same in the admin: Import & export, Import files.
"""
HEAD = ("| key | needed | takes | what it says |", "| --- | --- | --- | --- |")


def readme_of(function: Form) -> str:
    sections, every = len(function.sections), len(SECTIONS)
    parts = [TEXT.format(name=function.name, slug=function.slug, sections=sections, all=every).rstrip()]
    parts += ["## Roles to choose from", lines("| role | title | department | level |", "| --- | --- | --- | --- |", *(
        f"| `{role['slug']}` | {cell(role['title'])} | `{role['department']}` | {', '.join(role.get('level', []))} |"
        for role in function.roles
    )), "Other roles of your tenant are taken too, by their slug."]  # fmt: skip
    parts += ["## The sections that matter", lines("| section | rows | what it is |", "| --- | --- | --- |", *(
        f"| [{section.word}](#{section.word}) | {expected(section)} | {cell(section.model.__doc__)} |"
        for section in function.sections
    ))]  # fmt: skip
    parts += ["## The persona itself"]
    for group, names in {"": ["slug"], **GROUPS}.items():
        parts += [f"### {group}"] if group else []
        parts.append(table(PERSONA, names, function.offers))
    for section in function.sections:
        shape = SHAPES[section.word]
        parts += [
            f"## {section.word}",
            f"{section.model.__doc__} Rows: {expected(section)}.",
            table(shape, list(shape.columns), function.offers),
        ]
        for detail in shape.details:
            about = f"{detail.model.__doc__} A list in its row; in tables, a row names it under «belongs to»."
            parts += [f"### {section.word}.{detail.word}", about, table(detail, list(detail.columns), function.offers)]
    return "\n\n".join(parts) + "\n"


def expected(section: Section) -> str:
    if section.rows is None:
        return "1" if section.single else "as many as you know"
    return " to ".join(map(str, dict.fromkeys(section.rows)))


def table(shape: Shape, names: list[str], offers: Offers) -> str:
    fields = [shape.columns[name] for name in names]
    return lines(*HEAD, *(f"| {' | '.join(map(cell, about(field, offers)))} |" for field in fields))


def about(field: models.Field, offers: Offers) -> tuple[str, str, str, str]:
    usual = default(field)
    need = "**yes**" if needed(field) else "" if usual is None else f"else {str(usual).lower()}"
    return f"`{field.name}`", need, takes(field, offers, ", "), str(field.help_text)


def cell(text: str) -> str:
    return str(text).replace("|", "\\|").replace("<", "&lt;")


def lines(*parts: str) -> str:
    return "\n".join(parts)
