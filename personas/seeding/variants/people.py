"""Who somebody is: name, place, role, seniority, archetype and all figures that have to fit each other."""

from dataclasses import replace
from typing import Any

from django.utils.text import slugify

from personas.documents.shape import GROUPS, PERSONA

from .draw import Draw
from .kinds import TemplateError
from .sameness import Said
from .writing import TRIES, Writer

LONGEST = 100  # letters of a slug
UNDER, OVER = 0.85, 1.18  # of the median: the lowest and the highest salary
NEAREST = 1_000  # to which salaries are rounded
# How far each may lie below the one before.
YEARS = {"years_in_industry": 4, "years_in_function": 5, "years_in_current_role": 30}
NEEDED = ("title", "one_liner", "background_story", "a_day_in_the_life")  # to be published
LONGEST_ROLE = 8  # years


class Person:
    """The facts and the own columns of one persona."""

    def __init__(self, draw: Draw, given: dict[str, Any], taken: set[str]):
        self.draw, self.kind, self.given = draw, draw.kind, given
        self.role = self.chosen_role()
        if pools := self.kind.departments.get(self.role["department"]):
            self.kind = draw.kind = replace(self.kind, pools=self.kind.pools | pools)
        self.archetype = given.get("archetype") or draw.one_of(self.role.get("archetypes", list(self.kind.archetypes)))
        self.level = given.get("level") or draw.one_of(as_list(self.role["level"]))
        self.settle(taken)

    def chosen_role(self) -> dict:
        wanted = self.given.get("role")
        roles = self.kind.roles if wanted is None else [one for one in self.kind.roles if one["slug"] == wanted]
        if not roles:
            raise TemplateError(f"{self.kind.name}: there is no role «{wanted}» among its roles.")
        return self.draw.one_of(roles)

    def settle(self, taken: set[str]) -> None:
        """Settle the facts, one after the other; what is given is not drawn."""
        facts, given = self.draw.facts, self.given.get("facts", {})
        facts["level"], facts["archetype"] = self.kind.levels[self.level], self.kind.archetypes[self.archetype]
        facts["role"], facts["manager_role"] = self.role["title"], self.role["reports_to"]
        facts["name"] = self.given.get("name") or self.new_name(taken)
        facts["first"] = self.given.get("first") or facts["name"].removeprefix("Dr. ").partition(" ")[0]
        taken.add(facts["name"])
        facts.update(given)
        self.draw.unsettled = {name: spec for name, spec in self.kind.facts.items() if name not in given}
        for name in self.kind.facts:
            self.draw.named(name)
        for name, cast in self.kind.cast.items():
            self.draw.people[name] = self.played(cast, taken)

    def new_name(self, taken: set[str]) -> str:
        """A name that nobody has in this run."""
        for _ in range(TRIES):
            naming = self.draw.one_of(self.kind.pools["naming"])
            name = f"{self.draw.one_of(naming['first'])} {self.draw.one_of(naming['last'])}"
            if name not in taken:
                return name
        raise TemplateError(f"{self.kind.name}: there are not enough names. Add some to pools.naming.")

    def played(self, cast: dict, taken: set[str]) -> list[dict]:
        """The people whom the persona deals with, the same in all sections."""
        pool = self.draw.chance.sample(self.kind.pools[cast["from"]], len(self.kind.pools[cast["from"]]))
        texts = self.draw.text
        known = set(taken)
        people = []
        for entry in pool:
            self.draw.bound = {}
            person = {key: texts(value) if isinstance(value, str) else value for key, value in entry.items()}
            while (name := self.new_name(known)).startswith(f"{self.draw.facts['first']} "):
                pass  # of two with one first name, nobody would know who is meant
            known.add(name)
            people.append({"name": name} | person)
        return people

    def columns(self, said: Said) -> dict[str, Any]:
        """The persona's own columns."""
        writer = Writer(self.draw, said)
        specs = self.kind.levels[self.level]["columns"] | self.kind.archetypes[self.archetype]["columns"]
        specs |= self.kind.persona
        specs |= self.given.get("columns", {})
        row: dict[str, Any] = {
            "name": self.draw.facts["name"], "archetype": self.archetype, "seniority_level": self.level,
            "function": self.kind.function, "department": self.role["department"], "role": self.role["slug"],
        }  # fmt: skip
        for name, spec in specs.items():
            row[name] = self.unheard(writer, name, spec, said)
        self.order_years(row)
        self.order_pay(row)
        row["slug"] = slugify(f"{row['name']} {self.role['slug']}")[:LONGEST].strip("-")
        return {name: row[name] for name in ("slug", *PERSONA.columns) if row.get(name) is not None}

    def unheard(self, writer: Writer, name: str, spec: Any, said: Said) -> Any:
        """A value whose sentences were not said too often; where there is none, nothing, if that may be."""
        for _ in range(TRIES):
            self.draw.bound = {}
            value, sentences = writer.unheard(PERSONA.columns[name], spec)
            if sentences is not None:
                said.say(sentences)
                return value
        if name in NEEDED:
            raise TemplateError(
                f"{self.kind.name}: persona.{name} says too often: «{said.refused}». Add texts, or slots to them."
            )
        return None

    def order_years(self, row: dict) -> None:
        """Nobody is longer in a role than in its function, nor anywhere longer than they have worked."""
        years = row["years_of_experience"]
        for name, drop in YEARS.items():
            years = row[name] = row.get(name) or max(1, years - self.draw.whole(min(drop, years)))
        row["years_in_current_role"] = min(row["years_in_current_role"], LONGEST_ROLE)
        graduated = int(self.draw.facts["now"]) - row["years_of_experience"]
        self.draw.facts["graduated"] = f"{graduated - 4}..{graduated}"

    def order_pay(self, row: dict) -> None:
        """The level says what is usual; the place and the function say how much of it."""
        if usual := row.get("salary_median_usd"):
            place = self.draw.facts.get("place", {})
            paid = usual * float(place.get("pay", 1)) * float(self.role.get("pay", 1))
            for name, share in (("min", UNDER), ("median", 1), ("max", OVER)):
                row[f"salary_{name}_usd"] = round(paid * share / NEAREST) * NEAREST


def grouped(columns: dict[str, Any]) -> dict[str, Any]:
    """Own columns under the headings of the document."""
    document = {"slug": columns["slug"]}
    for group, names in GROUPS.items():
        if told := {name: columns[name] for name in names if name in columns}:
            document[group] = told
    return document


def as_list(value: Any) -> list:
    return value if isinstance(value, list) else [value]
