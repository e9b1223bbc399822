"""What a business function is asked for, and an example of it: both follow from the templates of the function."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from personas.documents.schema import parse
from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape
from personas.exchange.columns import Offers
from personas.exchange.tables import TABLES
from personas.models.columns import Items
from personas.sections import SECTIONS, Section
from personas.seeding import organisation, variants
from personas.seeding.variants import TemplateError, kind
from vital.organisation.models import Department, Function, Role

from .columns import placeholder, shipped, target


@dataclass(frozen=True)
class Form:
    """The sections and the roles of a function."""

    slug: str
    name: str
    templates: list[str]

    @cached_property
    def sections(self) -> list[Section]:
        """Those that matter there, in the order of a document."""
        wanted = {word for template in self.templates for word in kind(template).sections}
        return [section for section in SECTIONS if section.word in wanted]

    @cached_property
    def shapes(self) -> list[Shape]:
        return [SHAPES[section.word] for section in self.sections]

    @cached_property
    def tables(self) -> list[str]:
        """Theirs and the persona's own, as sheets and files are named."""
        words = {PERSONA.word, *(section.word for section in self.sections)}
        return [name for name in TABLES if name.partition(".")[0] in words]

    @cached_property
    def roles(self) -> list[dict[str, Any]]:
        """Each once, with its title, its department and its levels."""
        return list({role["slug"]: role for template in self.templates for role in kind(template).roles}.values())

    @cached_property
    def offers(self) -> Offers:
        """What may be chosen of other tables, by what is shipped."""
        named = {
            Function: [self.slug],
            Department: dict.fromkeys(role["department"] for role in self.roles),
            Role: [role["slug"] for role in self.roles],
        }
        fields = (field for name in self.tables for field in TABLES[name].columns.values() if field.is_relation)
        return {
            (model, key): tuple(named.get(model) or shipped().get(model._meta.label_lower, ()))
            for model, key in map(target, fields)
        }


def form(function: str) -> Form:
    known = organisation.functions()
    if function not in known:
        raise TemplateError(f"There is no business function «{function}». There are {', '.join(known)}.")
    if not (templates := variants.of_function(function)):
        raise TemplateError(f"There is no template for «{function}» in personas/seeding/templates.")
    return Form(function, known[function], templates)


def blank(function: Form) -> dict[str, Any]:
    """A document in which nothing is filled in: every key that there is, with a placeholder, one row of each list."""
    document: dict[str, Any] = {"slug": placeholder(PERSONA.columns["slug"], function.offers)}
    for group, names in GROUPS.items():
        document[group] = {name: placeholder(PERSONA.columns[name], function.offers) for name in names}
    for shape in function.shapes:
        row = blank_row(shape, function.offers)
        document[shape.word] = row if shape.single else [row]
    return document


def blank_row(shape: Shape, offers: Offers) -> dict[str, Any]:
    row = {name: placeholder(field, offers) for name, field in shape.columns.items()}
    row = {name: [text] if isinstance(shape.columns[name], Items) else text for name, text in row.items()}
    return row | {detail.word: [blank_row(detail, offers)] for detail in shape.details}


def example(function: Form) -> dict[str, Any]:
    """A persona of the function's first template, with the sections that matter, each key in its place."""
    found = parse(next(iter(variants.generate(function.templates[0], 1))))
    document: dict[str, Any] = {"slug": found.persona["slug"]}
    for group, names in GROUPS.items():
        document[group] = {name: found.persona[name] for name in names if found.persona.get(name) is not None}
    for shape in function.shapes:
        rows = [in_order(shape, row) for row in found.rows.get(shape.word) or []]
        if rows:
            document[shape.word] = rows[0] if shape.single else rows
    return document


def in_order(shape: Shape, row: dict[str, Any]) -> dict[str, Any]:
    """A row with its keys in the order of the table, without those that say nothing."""
    told = {name: row[name] for name in shape.columns if row.get(name) is not None}
    inner = {one.word: [in_order(one, detail) for detail in row.get(one.word) or []] for one in shape.details}
    return told | {word: rows for word, rows in inner.items() if rows}


def with_ids(document: dict[str, Any]) -> dict[str, Any]:
    """A document for tables: rows have no ids yet; those that have details, a word by which the details name them."""
    made = document | {"id": ""}
    for word, content in document.items():
        if shape := SHAPES.get(word):
            rows = [content] if shape.single else content
            made[word] = [named(shape, row, f"{word} {number}") for number, row in enumerate(rows, 1)]
    return made


def named(shape: Shape, row: dict[str, Any], name: str) -> dict[str, Any]:
    details = {one.word: [{"id": ""} | inner for inner in row.get(one.word, ())] for one in shape.details}
    return {"id": name if shape.details else ""} | row | details
