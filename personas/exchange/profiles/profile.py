"""A profile as data: where somebody's documents have their facts, what they call them, and how they spell values."""

from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from personas.documents.shape import PERSONA, SHAPES
from personas.exchange.tables import TABLES
from personas.exchange.text import UnreadableError

from .units import UNITS

DATA = Path(__file__).parent / "data"
COMMON = "common"  # what all profiles but ours begin with
UNUSED = "means nothing here"
KEPT = "metadata"  # the section where facts are kept for which there is no column


def listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(listed)]
Keys = tuple[str, ...]


class Alias(BaseModel):
    """A value of theirs that is one of ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    column: str
    said: Any = Field(alias="from")  # null: of a row that says nothing there
    to: Any  # null: it is left out
    lossy: bool = False


class Profile(BaseModel):
    """How the documents of one kind of author are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    about: str = ""
    base: str = ""  # the profile that this one adds to
    wrapper: Names = [""]  # where the documents are: `personas[]`, `roles[].personas[]`, `role_examples{}`, `[]`
    signs: Names = []  # keys by which these documents are known
    groups: Names = []  # objects in which the persona's own facts stand
    containers: Names = []  # objects in which sections stand
    paths: dict[str, Names] = {}  # of a column: its other names, or whole paths; the first that is found wins
    sections: dict[str, Names] = {}  # of a table: its other names, or whole paths
    keys: dict[str, Names] = {}  # of a table whose rows are keys: the columns of the key, and of what stands under it
    pivot: dict[str, Names] = {}  # of a single row told in rows: the keys of name, number and reason
    fields: dict[str, dict[str, Names]] = {}  # of a table: their key, our column («?»: a guess; «+»: added to prose)
    values: list[Alias] = []  # the first that fits is right
    units: dict[str, str] = {}  # of a table's column, or of their key
    extract: dict[str, dict[str, str]] = {}  # of a text: what is read from it, by pattern
    combine: Names = []  # tables of which several rows may be one
    split: Names = []  # texts that are lists, with commas
    keep: Names = []  # facts that have no column here
    drop: dict[str, str] = {}  # what is not kept, and why

    __eq__, __hash__ = object.__eq__, object.__hash__  # what is worked out of a profile is kept by it

    def settled(self, answers: Iterable[dict]) -> "Profile":
        """The same profile with a person's answers, `{"table", "column", "from", "to"}`; of two, the later is right."""
        given = [Alias(**answer) for answer in answers]
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_construct(**own | {"values": [*reversed(given), *self.values]})

    def saved(self, name: str, title: str) -> dict:
        """What somebody keeps of it under a name of their own: all that it adds to a built-in one."""
        base = built_in(self.name if self.name in BUILT_IN else self.base)
        own = {field: getattr(self, field) for field in type(self).model_fields if field not in ("values", "extract")}
        own = {field: value for field, value in own.items() if value != getattr(base, field)}
        values = [alias.model_dump(by_alias=True) for alias in self.values if alias not in base.values]
        return own | {"name": name, "title": title, "base": base.name, "values": values}

    @property
    def ours(self) -> bool:
        """Whether it reads our own documents, which need no translation."""
        return not (self.groups or self.sections)

    @cached_property
    def aliases(self) -> dict[tuple[str, str], list[Alias]]:
        found: dict[tuple[str, str], list[Alias]] = {}
        for alias in self.values:
            found.setdefault((alias.table, alias.column), []).append(alias)
        return found

    @cached_property
    def columns(self) -> dict[Keys, tuple[str, int, bool]]:
        """By path: a column, of the persona or a single section, how early it is looked at, and if it is a guess."""
        wanted = {column: [column] for column in PERSONA.columns} | {KEPT: self.keep} | self.paths
        return self._index(wanted.items(), ["", *self.groups])

    @cached_property
    def tables(self) -> dict[Keys, tuple[str, int, bool]]:
        """By path: the section whose rows stand there."""
        wanted = {word: [word] for word in SHAPES} | {word: [word, *names] for word, names in self.sections.items()}
        for shape in SHAPES.values():  # details that stand beside the rows they belong to
            for detail in shape.details:
                table = detail.model._meta.db_table.removeprefix("persona_")
                wanted[f"{shape.word}.{detail.word}"] = [table]
        return self._index(wanted.items(), ["", *self.containers])

    @cached_property
    def opened(self) -> set[Keys]:
        """The objects to look into."""
        return {path[:depth] for path in (*self.columns, *self.tables) for depth in range(1, len(path))}

    @cached_property
    def splits(self) -> set[Keys]:
        return {tuple(path.split(".")) for path in self.split}

    def _index(self, wanted: Iterable, homes: list[str]) -> dict[Keys, tuple[str, int, bool]]:
        found: dict[Keys, tuple[str, int, bool]] = {}
        for target, names in wanted:
            for rank, (path, guess) in enumerate(self._places(names, homes)):
                found.setdefault(path, (target, rank, guess))
        return found

    @staticmethod
    def _places(names: list[str], homes: list[str]) -> Iterator[tuple[Keys, bool]]:
        for name in names:
            bare, guess = name.removesuffix("?"), name.endswith("?")
            if "." in bare:
                yield tuple(bare.split(".")), guess
            else:
                yield from (((*filter(None, home.split(".")), bare), guess) for home in homes)

    def reason(self, path: tuple) -> str | None:
        """Why a key is not kept, or what it stands in; None where nobody has said so."""
        keys = [key for key in path if isinstance(key, str)]
        wholes = (".".join(keys[:depth]) for depth in range(len(keys), 0, -1))
        return self.drop.get(keys[-1]) or next((self.drop[whole] for whole in wholes if whole in self.drop), None)


def load(content: dict, *, trusted: bool = False) -> Profile:
    """A profile from its data, complete with what it is based on; a sentence says what is wrong with it."""
    if "extract" in content and not trusted:  # a pattern can be made to run for hours
        raise UnreadableError("A profile of your own reads no patterns: take «extract» out.")
    whole = content
    while base := whole.get("base"):
        if base not in (COMMON, *BUILT_IN):
            raise UnreadableError(f"There is no profile «{base}» to begin with; there are {', '.join(BUILT_IN)}.")
        # Signs are of one shape alone; what is about a profile is its own.
        below = {key: value for key, value in _data(base).items() if key not in whole or key != "signs"}
        whole = merged(below, {key: value for key, value in whole.items() if key != "base"})
    try:
        profile = Profile(**whole | {"base": content.get("base", "")})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UnreadableError(f"The profile cannot be read. «{where}»: {first['msg'].lower()}.") from None
    check(profile)
    return profile


def merged(base: Any, own: Any) -> Any:
    """What a profile says, before what it is based on says."""
    match base, own:
        case dict(), dict():
            return base | {key: merged(base[key], value) if key in base else value for key, value in own.items()}
        case list(), list():
            return [*own, *(one for one in base if one not in own)]
    return own


def check(profile: Profile) -> None:
    """A profile speaks only of tables, columns and units that there are."""
    named = [(alias.table, alias.column) for alias in profile.values]
    named += [
        (table, one.strip("+?")) for table, keys in profile.fields.items() for names in keys.values() for one in names
    ]
    named += [(table, column) for table, names in profile.keys.items() for column in names]
    named += [path.rpartition(".")[::2] for path in profile.paths]
    named += [(table, "") for table in (*profile.sections, *profile.pivot, *profile.combine)]
    for table, column in named:
        shape = TABLES.get(table or PERSONA.word)
        if shape is None:
            raise UnreadableError(f"The profile «{profile.name}» speaks of «{table}», which is no table.")
        if column and column not in shape.columns:
            raise UnreadableError(
                f"The profile «{profile.name}» speaks of «{column}», which {shape.word} does not have."
            )
    if unknown := set(profile.units.values()) - UNITS.keys():
        raise UnreadableError(
            f"The profile «{profile.name}» has the unit «{min(unknown)}»; there are {', '.join(UNITS)}."
        )


@cache
def _data(name: str) -> dict:
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def built_in(name: str) -> Profile:
    if name not in BUILT_IN:
        raise UnreadableError(f"There is no profile «{name}». There are {', '.join(BUILT_IN)}.")
    return load(_data(name), trusted=True)


BUILT_IN = tuple(path.stem for path in sorted(DATA.glob("*.yaml")) if path.stem != COMMON)
