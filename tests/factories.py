"""Believable rows for every table of a persona, derived from the table of sections.

What they say comes from the demo personas, so that a test reads like the work it is about:

    PersonaFactory(complete=True)        a persona with every section filled within its expected range
    PersonaFactory(complete="most")      each section as full as is expected at most
    PersonaFactory(validation_status="published")   walked there, step by step
    FACTORIES["goals"](persona=persona)  one row of a section, or of a detail table: FACTORIES["case_studies.results"]
"""

import json
from collections import defaultdict
from itertools import islice
from pathlib import Path

import factory
from factory.django import DjangoModelFactory

from personas.enums import Status
from personas.models import Persona
from personas.sections import SECTIONS, Section, Table
from vital.organisation.models import Department, Function, Role

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures" / "demo_personas.json"
WELCOME = (1, 3)  # rows of a section of which no number is expected


def _bank() -> dict[str, list[dict]]:
    """The rows of the demo personas, by model; what refers to a parent stays a natural key."""
    rows = defaultdict(list)
    for row in json.loads(FIXTURE.read_text(encoding="utf-8")):
        rows[row["model"]].append(row["fields"])
    return rows


BANK = _bank()


def columns(model) -> list:
    """The columns that a person fills in, but for references to other tenant tables."""
    return [
        field
        for field in model._meta.local_concrete_fields
        if field.editable and (not field.is_relation or field.related_model._meta.app_label == "lookups")
    ]


def values(model, row: dict) -> dict:
    """A row of the bank, as a model takes it."""
    return {field.attname: field.to_python(row[field.name]) for field in columns(model) if field.name in row}


def from_bank(model) -> dict:
    """Declarations by which the rows of a factory go through the bank, one after the other."""
    rows = BANK[model._meta.label_lower]
    return {
        field.attname: factory.Sequence(
            lambda n, field=field: (
                field.to_python(rows[n % len(rows)].get(field.name))
                if field.name in rows[n % len(rows)]
                else field.get_default()
            )
        )
        for field in columns(model)
    }


STEPS = {
    Status.DRAFT: (),
    Status.PENDING_REVIEW: (Status.PENDING_REVIEW,),
    Status.VALIDATED: (Status.PENDING_REVIEW, Status.VALIDATED),
    Status.PUBLISHED: (Status.PENDING_REVIEW, Status.VALIDATED, Status.PUBLISHED),
    Status.ARCHIVED: (Status.ARCHIVED,),
}


def stand(persona: Persona, status: str) -> Persona:
    """Bring a draft to a status, the way that the database allows; past the gates that hold people."""
    for step in STEPS[status]:
        Persona.objects.filter(pk=persona.pk).update(validation_status=step)
    persona.refresh_from_db()
    return persona


class PersonaFactory(DjangoModelFactory):
    class Meta:
        model = Persona
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class, *args, **columns):
        status = columns.pop("validation_status", Status.DRAFT)
        made = super()._create(model_class, *args, **columns)
        made.to_stand_as = status
        return made

    @classmethod
    def _after_postgeneration(cls, instance, create, results=None):
        super()._after_postgeneration(instance, create, results)
        stand(instance, getattr(instance, "to_stand_as", Status.DRAFT))

    locals().update(from_bank(Persona))
    slug = factory.Sequence(lambda n: f"{BANK['personas.persona'][n % 4]['slug']}-{n}")
    role = factory.Sequence(lambda n: Role.objects.filter(slug=BANK["personas.persona"][n % 4]["role"][0]).first())
    function = factory.LazyAttribute(lambda made: made.role and Function.objects.get(pk=made.role.function_id))
    department = factory.LazyAttribute(lambda made: made.role and Department.objects.get(pk=made.role.department_id))

    @factory.post_generation
    def complete(self, create, extracted, **kwargs):
        if create and extracted:
            for section in SECTIONS:
                fill(self, section, section.rows or WELCOME, most=extracted == "most")


def fill(persona: Persona, section: Section, expected: tuple[int, int], *, most: bool) -> None:
    """Give a persona the rows of a section: the demo persona's it is modelled on first, then those of others."""
    fewest, at_most = expected
    demo = persona.slug.rpartition("-")[0]
    bank = sorted(BANK[section.model._meta.label_lower], key=lambda row: row["persona"] != [demo])
    distinct = {tuple(row.get(name) for name in section.identity): row for row in reversed(bank)}
    chosen = list(islice(reversed(distinct.values()), at_most if most else max(fewest, 1)))
    # The database may have made a single row already, as it does with the summary of the evidence.
    take_over = {
        "update_conflicts": True,
        "unique_fields": ["tenant", "persona"],
        "update_fields": [field.name for field in columns(section.model)],
    }
    made = section.model.objects.bulk_create(
        (section.model(persona=persona, tenant_id=persona.tenant_id, **values(section.model, row)) for row in chosen),
        **(take_over if section.single else {}),
    )
    for detail in section.details:
        model = detail.model
        parents = {
            (*row["persona"], *(row.get(name) for name in section.identity)): parent
            for row, parent in zip(chosen, made, strict=True)
        }
        model.objects.bulk_create(
            model(tenant_id=persona.tenant_id, **{model.parent: parents[key]}, **values(model, row))
            for row in BANK[model._meta.label_lower]
            if (key := tuple(row[model.parent])) in parents
        )


def _factory(table: Table, **parent) -> type[DjangoModelFactory]:
    return factory.make_factory(table.model, FACTORY_CLASS=DjangoModelFactory, **from_bank(table.model), **parent)


FACTORIES: dict[str, type[DjangoModelFactory]] = {}
for _section in SECTIONS:
    FACTORIES[_section.word] = _factory(_section, persona=factory.SubFactory(PersonaFactory))
    for _detail in _section.details:
        FACTORIES[f"{_section.word}.{_detail.word}"] = _factory(
            _detail, **{_detail.model.parent: factory.SubFactory(FACTORIES[_section.word])}
        )
