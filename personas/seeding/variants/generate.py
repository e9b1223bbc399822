"""Personas from a template: as many as wanted, each its own, and the same ones again from the same seed."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from personas.documents.shape import SHAPES

from .draw import Draw
from .kinds import Kind, kind
from .people import Person, grouped
from .sameness import Said
from .writing import Writer

VARIATIONS = ("low", "medium", "high")
PARTS = {  # what may be left out, as the client's generator names it
    "time": "time_perspectives",
    "stakeholders": "stakeholders",
    "evidence": "evidence",
}
ROOM = 90  # letters of a slug, before what tells it from others
GENERATED = {"tag_name": "generated", "tag_category": "origin"}


def generate(
    template: str, count: int, *, variation: str = "medium", seed: int = 1, without: Iterable[str] = ()
) -> Iterator[dict]:
    """Documents of this many personas; without some sections, if wanted."""
    made, said, taken = kind(template), Said(count), set()
    slugs: set[str] = set()
    left_out = set(without)
    # Who is made otherwise is somebody else: under one slug, an import would mix the two.
    told = f"{template}/{count}/{variation}/{seed}/{sorted(left_out)}"
    run = hashlib.sha256(told.encode()).hexdigest()[:4]
    for number in range(1, count + 1):
        given = made.people[number - 1] if number <= len(made.people) else {}
        origin = f"template {template}, variation {variation}, seed {seed}, number {number}"
        document = written(made, given, f"{seed}/{template}/{number}", variation, said, taken, origin, left_out)
        if not given:
            document["slug"] = unique(f"{document['slug'][:ROOM]}-{run}", slugs)
        yield document
        said.next_persona()


def written(
    made: Kind, given: dict, seed: str, variation: str, said: Said, taken: set[str], origin: str, without: set[str]
) -> dict:
    draw = Draw(made, seed, variation)
    person = Person(draw, given, taken)
    document = grouped(person.columns(said))
    writer = Writer(draw, said)
    for word in SHAPES:
        if word not in without:
            document[word] = given.get("rows", {}).get(word) or writer.section(word)
    return document | marked(document, origin)


def completed(template: str, persona: dict[str, Any], lacking: Iterable[str], *, seed: int = 1) -> dict:
    """A document with the sections that an existing persona lacks, and nothing else."""
    made = kind(template)
    draw = Draw(made, f"{seed}/{template}/{persona['slug']}", "medium")
    person = Person(draw, known_of(made, persona), set())
    person.columns(Said(1))  # settles the years of which rows speak
    writer = Writer(draw, Said(1))
    return {"slug": persona["slug"]} | {word: writer.section(word) for word in lacking}


def known_of(made: Kind, persona: dict[str, Any]) -> dict[str, Any]:
    """What is given about somebody who is there already; of company, place and such, nothing is claimed."""
    given = {"name": persona["name"], "facts": made.unknown}
    if role := persona.get("role_name") or persona.get("title"):
        given["facts"] = given["facts"] | {"role": role}
    if persona.get("archetype") in made.archetypes:
        given["archetype"] = persona["archetype"]
    if persona.get("seniority_level") in made.levels:
        given["level"] = persona["seniority_level"]
    if persona.get("role") in {role["slug"] for role in made.roles}:
        given["role"] = persona["role"]
    return given


def marked(document: dict, origin: str) -> dict:
    """What tells everybody that a machine wrote this."""
    tags = [*document.get("tags", []), GENERATED]
    told = [*document.get("metadata", []), {"meta_key": "generated_by", "meta_value": origin, "data_type": "text"}]
    return {"tags": tags, "metadata": told}


def unique(slug: str, taken: set[str]) -> str:
    number, wanted = 1, slug
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    taken.add(slug)
    return slug
