"""The persona's own facts: of all the places where one can be, the first that has it."""

import re
from typing import Any, NamedTuple

from django.utils.text import slugify

from personas.documents.shape import PERSONA
from personas.exchange.places import Placed
from personas.exchange.report import Kind

from .blanks import is_placeholder, says_nothing
from .profile import KEPT
from .reading import as_text
from .values import LEFT_OUT, Column, Read
from .work import Work


class Candidate(NamedTuple):
    """A value that a column may have."""

    rank: int  # the lower, the earlier it is looked at
    path: tuple[str, ...]
    value: Any
    guess: bool

    @property
    def shown(self) -> str:
        return ".".join(self.path)


def extracted(work: Work, found: dict[str, list[Candidate]]) -> None:
    """What texts tell by the way, such as a score in prose; it is looked at first."""
    for where, patterns in work.profile.extract.items():
        text = work.source.get(where)
        for target, pattern in patterns.items() if isinstance(text, str) else ():
            if match := re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
                found[target].append(Candidate(-1, (where,), match[1].strip(), True))


def write(work: Work, document: Placed, target: str, candidates: list[Candidate]) -> None:
    """Write a column of the persona, or of a single section, from where it is found first."""
    word, _, name = target.rpartition(".")
    table = word or PERSONA.word
    column = work.columns.get(table, name)
    reads = [(one, read_as(work, column, table, name, one)) for one in filled(work, table, name, candidates)]
    if not reads:
        return
    # Of names of roles and such, the first that is known here.
    chosen, read = next((one for one in reads if column.reference and column.resolves(one[1].value)), reads[0])
    told = {"word": table, "key": name}
    for rule, message in read.said:
        work.say(Kind.GUESSED, rule, message, work.at(()), chosen.shown, value=chosen.value, **told)
    if chosen.guess:
        said = f"read as {name.replace('_', ' ')}"
        work.say(Kind.GUESSED, "name", said, work.at(()), chosen.shown, value=read.value, **told)
    for other, also in reads:
        if other.path != chosen.path and also.value != read.value:
            said = f"is not used: «{chosen.shown}» says otherwise"
            work.say(Kind.UNUSED, "elsewhere", said, work.at(()), other.shown, value=other.value, **told)
    if read.value is LEFT_OUT:
        return
    row = document.setdefault(word, Placed(place=work.at(chosen.path[:-1])[0])) if word else document
    row[name] = read.value
    if chosen.shown != name:
        row.names[name] = chosen.path[-1] if word else chosen.shown
    if read.original and not word:
        work.originals.append(f"{name.replace('_', ' ').capitalize()}: {read.original}")


def filled(work: Work, table: str, name: str, candidates: list[Candidate]) -> list[Candidate]:
    """Those that say something, in the order in which they are looked at."""
    found = []
    for one in sorted(candidates):
        if is_placeholder(one.value):
            work.unfilled(one.shown, work.at(()), one.value, word=table, key=name)
        elif not (says_nothing(one.value) or one.value == []):
            found.append(one)
    return found


def read_as(work: Work, column: Column, table: str, name: str, one: Candidate) -> Read:
    units = work.columns.units
    read = column.read(one.value, units.get(f"{table}.{one.shown}") or units.get(f"{table}.{one.path[-1]}"))
    if table != PERSONA.word or name != "slug" or one.path[-1] == "slug":
        return read
    slug = slugify(str(read.value)).replace("_", "-").strip("-")  # a code of theirs
    said = [("derived", f"«{read.value}» read as «{slug}»")] if slug != read.value else []
    return Read(slug, [*read.said, *said])


def keep(work: Work, document: Placed, one: Candidate) -> None:
    """A fact without a column, as a row of metadata."""
    if is_placeholder(one.value):
        work.unfilled(one.shown, work.at(()), one.value, word=KEPT)
        return
    if says_nothing(one.value) or one.value in ([], {}):
        return
    rows = document.setdefault(KEPT, [])
    key = one.path[-1] if one.path[-1] not in {row["meta_key"] for row in rows} else one.shown
    value = one.value
    if isinstance(value, str) and one.path in work.profile.splits:
        value = [part.strip() for part in value.split(",")]
    place, before = work.at(one.path)
    names = {"meta_value": one.shown} if before else {}
    rows.append(Placed({"meta_key": key, "meta_value": as_text(value)}, place, names))
    said = "kept under metadata, because there is no column for it"
    work.say(Kind.GUESSED, "kept", said, work.at(()), one.shown, value=value, word=KEPT, key=key)


def complete(work: Work, document: Placed) -> None:
    """A persona has a name that somebody wrote, and a slug that at least follows from it."""
    if work.originals:
        before = [as_text(document["notes"])] if "notes" in document else []
        document["notes"] = "\n".join([*before, *work.originals])
    if "name" not in document:
        places = sorted((rank, ".".join(path)) for path, (to, rank, _) in work.profile.columns.items() if to == "name")
        looked = ", ".join(path for _, path in places[:6])
        said = f"is missing; looked in {looked} and {max(len(places) - 6, 0)} other places"
        hint = "Write the name of the persona under «name»."
        work.say(Kind.ERROR, "required", said, work.at(()), "name", word=PERSONA.word, key="name", hint=hint)
    elif "slug" not in document and (slug := slugify(str(document["name"]))):
        document["slug"] = slug
        theirs = document.names.get("name", "name")
        said = f"gives the slug «{slug}»"
        work.say(Kind.GUESSED, "derived", said, work.at(()), theirs, word=PERSONA.word, key="slug", value=slug)
