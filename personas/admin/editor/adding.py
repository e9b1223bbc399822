"""A new persona: who it is in a few fields; all else is written in the editor."""

from dataclasses import replace

from django.utils.text import slugify

from personas.documents.apply import RefusedError, apply
from personas.documents.changes import Plan
from personas.documents.edit import Edit
from personas.documents.plan import Planning
from personas.documents.shape import PERSONA
from personas.models import Persona
from vital.organisation.models import Role

from .fields import Choices, cells, fields_of
from .rows import NEW, Row, Table
from .saving import SAVED, Answer

SHAPE = replace(PERSONA, only=("name", "slug", "title", "one_liner", "archetype", "role", "function", "department"))
LONGEST = SHAPE.columns["slug"].max_length


def form(role: str) -> Table:
    """The fields, with the organisation of a role where the page was opened from one."""
    fields = tuple(replace(field, required=field.name == "name") for field in fields_of(SHAPE))
    values = SHAPE.blank | organisation(Role.objects.filter(pk=role).first() if role else None)
    told = cells(SHAPE, fields, NEW, values, Choices(), explained=True)
    row = Row(NEW, "", told, groups=[("", list(told.values()))], is_new=True)
    return Table(SHAPE, PERSONA.word, "New persona", "form", fields, [row])


def organisation(role: Role | None) -> dict[str, str]:
    if role is None:
        return {}
    named = {"role": role.slug, "function": role.function, "department": role.department}
    return {name: getattr(one, "slug", one) for name, one in named.items() if one}


def add(edit: Edit) -> Answer:
    """Write a new persona; what is not said of its organisation follows from its role."""
    told = {name: value for name, value in edit.added.get(NEW, {}).items() if name in SHAPE.columns and value}
    told = organisation(Role.objects.filter(slug=told.get("role", "")).first()) | told
    if not told.get("slug") and isinstance(told.get("name"), str):
        told["slug"] = free(slugify(told["name"])[: LONGEST - 4] or "persona")
    [one] = Planning().chunk([told])
    problems = [{"row": NEW, "column": problem.path[-1], "message": str(problem)} for problem in one.problems]
    if not one.new and not problems:
        said = f"«{one.slug}» is another persona's slug. Choose another, or open that persona."
        problems = [{"row": NEW, "column": "slug", "message": said}]
    if not told.get("slug"):
        problems = [{"row": NEW, "column": "name", "message": "Say who it is: «Dr Sarah Chen», for instance."}]
    if problems:
        return Answer(422, {"problems": problems})
    try:
        apply(Plan([one]))
    except RefusedError as error:
        return Answer(422, {"problems": [{"message": str(problem)} for _, problem in error.problems]})
    return Answer(SAVED, {"said": "added", "persona": one.id})


def free(slug: str) -> str:
    """The slug, or, where another persona has it, the first with a number that nobody has."""
    taken = set(Persona.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(one for one in numbered if one not in taken)
