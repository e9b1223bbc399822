"""Kinds of persona as data: what a template says, on top of what the templates say on which it builds.

A template is a YAML file of personas/seeding/templates; README.md there tells how to write one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from personas.documents.shape import PERSONA, SHAPES, Shape

FOLDER = Path(__file__).resolve().parent.parent / "templates"
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
COMMON = "common"  # a folder: what all templates build on
# Of these, a later file replaces single entries.
BY_NAME = ("pools", "departments", "facts", "persona", "rows", "levels", "archetypes", "unknown")


class TemplateError(Exception):
    """A template that does not say what it should: which file, where, and what to do."""


@dataclass
class Kind:
    """What is known of personas of one kind."""

    name: str
    title: str = ""
    function: str = ""
    roles: list[dict] = field(default_factory=list)  # slug, department and level of each
    pools: dict[str, list] = field(default_factory=dict)  # what a slot is filled from
    departments: dict[str, dict] = field(default_factory=dict)  # pools that are different in a department
    facts: dict[str, Any] = field(default_factory=dict)  # chosen once for a persona, one after the other
    unknown: dict[str, Any] = field(default_factory=dict)  # facts of somebody of whom only name and role are known
    cast: dict[str, dict] = field(default_factory=dict)  # people whom a persona deals with, by their pool
    persona: dict[str, Any] = field(default_factory=dict)  # the persona's own columns
    rows: dict[str, list[dict]] = field(default_factory=dict)  # frames of rows, by section
    columns: dict[str, dict] = field(default_factory=dict)  # what rows say unless their frame says otherwise
    levels: dict[str, dict] = field(default_factory=dict)  # what goes with a seniority
    archetypes: dict[str, dict] = field(default_factory=dict)  # what goes with an archetype
    sections: list[str] = field(default_factory=list)  # that matter most for the function
    people: list[dict] = field(default_factory=list)  # written by hand: facts and columns that are given


@cache
def kind(name: str) -> Kind:
    """The template of this name, with all that it builds on."""
    path = FOLDER / f"{name}.yaml"
    if not path.exists():
        raise TemplateError(f"There is no template «{name}». There are {', '.join(names())}.")
    made = Kind(name)
    for file in sorted((FOLDER / COMMON).glob("*.yaml")):
        build_on(made, read(file), file)
    for file in chain(path):
        build_on(made, read(file), file)
    check(made, path)
    return made


def names() -> list[str]:
    """The templates that personas can be made from."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml") if "roles" in read(path))


def of_function(slug: str) -> list[str]:
    """The templates of a business function."""
    return [name for name in names() if kind(name).function == slug and not kind(name).people]


def chain(path: Path, above: tuple[Path, ...] = ()) -> Iterator[Path]:
    """The files that a template builds on, the farthest first, and itself."""
    if path in above:
        raise TemplateError(f"{path.name} builds on itself. Take it out of «extends».")
    names = read(path).get("extends", [])
    if not isinstance(names, list):
        raise TemplateError(f"{path.name}: «extends» is a list of templates, such as [medical_affairs].")
    for name in names:
        yield from chain(FOLDER / f"{name}.yaml", (*above, path))
    yield path


@cache
def read(path: Path) -> dict:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader)  # noqa: S506 - a safe one, in C where there is
    except (OSError, yaml.YAMLError) as error:
        raise TemplateError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise TemplateError(f"{path.name} holds no keys. README.md beside it tells which there are.")
    return content


def build_on(made: Kind, content: dict, path: Path) -> None:
    for key, value in content.items():
        if key == "extends":
            continue
        if not hasattr(made, key):
            raise TemplateError(f"{path.name}: «{key}» means nothing here. README.md beside it tells which keys do.")
        if key in BY_NAME:
            setattr(made, key, getattr(made, key) | value)
        elif key in ("columns", "cast"):
            setattr(made, key, merged(getattr(made, key), value))
        else:
            setattr(made, key, value)


def merged(before: dict[str, dict], after: dict[str, dict]) -> dict[str, dict]:
    return {name: before.get(name, {}) | after.get(name, {}) for name in before | after}


def check(made: Kind, path: Path) -> None:
    """Refuse sections and columns that there are not, and say which."""
    if unknown := made.persona.keys() - PERSONA.columns.keys():
        raise TemplateError(f"{path.name}: a persona has no column «{min(unknown)}».")
    for role in made.roles:
        if lacking := {"slug", "title", "department", "level", "reports_to"} - role.keys():
            raise TemplateError(f"{path.name}: the role «{role.get('slug')}» has no {min(lacking)}.")
    for word, frames in [*made.rows.items(), *((word, [row]) for word, row in made.columns.items())]:
        shape = shape_of(word)
        if shape is None:
            raise TemplateError(f"{path.name}: there is no section «{word}».")
        if not isinstance(frames, list):
            raise TemplateError(f"{path.name}: the rows of «{word}» are no list of frames.")
        for frame in frames:
            for key in frame:
                if key not in shape.columns and key not in {detail.word for detail in shape.details}:
                    raise TemplateError(f"{path.name}: {word} has no column «{key}».")


def shape_of(word: str) -> Shape | None:
    """The section of a word, or the details of one: `case_studies.results`."""
    section, _, detail = word.partition(".")
    shape = SHAPES.get(section)
    if shape and detail:
        return next((one for one in shape.details if one.word == detail), None)
    return shape
