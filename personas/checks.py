"""System checks over the table of sections: what is missing or contradicts itself, and what to do about it."""

from collections import Counter

from django.apps import apps
from django.core.checks import Error, register
from django.core.exceptions import FieldDoesNotExist

from . import models as m
from .sections import CARDS, DETAILS, DOMAINS, FORM, GRID, SECTIONS, TABLES

SEE = "See «Adding a section» in personas/README.md."
SINGULARS = {"criteria": "criterion", "vpanes": "vpanes"}  # words that the rule below would get wrong


@register("sections")
def check_sections(app_configs, domains=DOMAINS, **kwargs):
    return [*missing_models(), *words_that_differ(), *identities(), *layouts(), *empty_domains(domains), *repeated()]


def missing_models():
    known = Counter(table.model for table in TABLES)
    for model in apps.get_app_config("personas").get_models():
        if issubclass(model, m.RowModel) and known[model] != 1:
            yield Error(
                f"{model.__name__} stands {known[model]} times in the table of sections.",
                hint=f"Write one row for it under the domain «{domain_of(model)}» in personas/sections.py. {SEE}",
                obj=model,
                id="personas.E001",
            )


def words_that_differ():
    for table in TABLES:
        meta, word = table.model._meta, table.word
        prefix = meta.db_table.removesuffix(word or "")
        name = meta.db_table.removeprefix("persona_")
        if not word or name == meta.db_table.removesuffix(word) or not prefix.endswith("_"):
            problem = f"its word is «{word}», its table {meta.db_table}"
        elif table in SECTIONS and name != word:
            problem = f"its word is «{word}», its table {meta.db_table}, not persona_{word}"
        elif table.model.__name__ != singular(name):
            problem = f"its class is not {singular(name)}"
        else:
            continue
        yield Error(
            f"One word per table: of {table.model.__name__}, {problem}.",
            hint=f"Give it default_related_name, db_table and class name after the same word. {SEE}",
            obj=table.model,
            id="personas.E002",
        )


def identities():
    for table in TABLES:
        columns = {field.name for field in table.model._meta.local_concrete_fields}
        wrong = [name for name in table.identity if name not in columns]
        single = issubclass(table.model, m.SingleSectionModel)
        if wrong or single == bool(table.identity):
            yield Error(
                f"The identity of {table.model.__name__} is {table.identity or 'empty'}"
                + (f", and {', '.join(wrong)} is no column of it." if wrong else "."),
                hint="Name the columns by which two rows are the same; none for a section of one row. "
                f"It has: {', '.join(sorted(columns))}.",
                obj=table.model,
                id="personas.E003",
            )


def layouts():
    for section in SECTIONS:
        if section.layout not in (GRID, CARDS, FORM) or (section.layout == FORM) != section.single:
            yield Error(
                f"{section.model.__name__} has the layout «{section.layout}».",
                hint="FORM is for sections of one row; the others are GRID (narrow) or CARDS (wide).",
                obj=section.model,
                id="personas.E004",
            )
        if section.rows and not 0 <= section.rows[0] <= section.rows[1]:
            yield Error(
                f"{section.model.__name__} expects {section.rows} rows.",
                hint="Write the fewest and the most rows that a persona should have, such as (3, 7).",
                obj=section.model,
                id="personas.E005",
            )


def empty_domains(domains):
    for domain in domains:
        if not domain.sections:
            yield Error(
                f"The domain «{domain.name}» has no section.",
                hint="Remove it from DOMAINS in personas/sections.py, or give it a section.",
                id="personas.E006",
            )
        for section in domain.sections:
            if domain_of(section.model) != domain.name:
                yield Error(
                    f"{section.model.__name__} stands under «{domain.name}», "
                    f"its model under «{domain_of(section.model)}».",
                    hint=f"Move the row, or the model to personas/models/{domain.name}.py.",
                    obj=section.model,
                    id="personas.E007",
                )


def repeated():
    words = Counter(section.word for section in SECTIONS)
    for section in SECTIONS:
        if words[section.word] > 1 or has_field(m.Persona, section.word):
            yield Error(
                f"The word «{section.word}» is taken.",
                hint="Words of sections are document keys beside the persona's own columns: each occurs once.",
                obj=section.model,
                id="personas.E008",
            )
    for detail in DETAILS:
        parent = next(section for section in SECTIONS if detail in section.details)
        if detail.model._meta.get_field(detail.model.parent).related_model is not parent.model:
            yield Error(
                f"{detail.model.__name__} stands under {parent.model.__name__}, but refers to another table.",
                hint="Move it to the details of the section that it refers to.",
                obj=detail.model,
                id="personas.E009",
            )


def has_field(model, name: str) -> bool:
    try:
        return model._meta.get_field(name) is not None and not model._meta.get_field(name).auto_created
    except FieldDoesNotExist:
        return False


def domain_of(model) -> str:
    return model.__module__.rpartition(".")[2]


def singular(word: str) -> str:
    """The class for a table's word: `success_metrics` is SuccessMetric."""
    return "".join(_singular(part).capitalize() for part in word.split("_"))


def _singular(part: str) -> str:
    if part in SINGULARS:
        return SINGULARS[part]
    if part.endswith("ies"):
        return f"{part[:-3]}y"
    return part if part.endswith(("ss", "us")) else part.removesuffix("s")
