"""Where a thread of comments belongs, as pages say it and lead there."""

import json

from django.template import Library
from django.urls import reverse
from django.utils.text import capfirst

from personas.documents.shape import PERSONA
from personas.editorial.threads import About, Thread

register = Library()


def places() -> dict:
    from personas.admin.editor.places import PLACES  # the admin cannot be loaded before the template engine

    return PLACES


@register.filter
def of(counts: dict, key):
    """What is counted under a key."""
    return counts.get(key, 0) if counts else 0


@register.filter
def as_json(value) -> str:
    return json.dumps(value or {})


@register.filter
def section_title(section: str) -> str:
    if not section:
        return "The persona"
    return places()[section].title if section in places() else section


@register.filter
def row_and_field(thread: Thread) -> str:
    """Where in its section: `«Sleep better», goal text`."""
    return capfirst(within(thread.about, thread.first.row_title))


def within(about: About, title: str) -> str:
    shapes = about.shapes or (PERSONA,)
    field = next((shape.columns[about.column] for shape in shapes if about.column in shape.columns), None)
    name = str(field.verbose_name) if field else about.column
    return ", ".join(filter(None, (f"«{title}»" if title else "a row" if about.row else "", name)))


@register.filter
def address(thread: Thread) -> str:
    """The place of the thread, with the panel open at it."""
    first = thread.first
    if first.section not in places():
        return f"{reverse('admin:personas_persona_change', args=[first.persona_id])}#comment-{first.pk}"
    page = reverse("admin:personas_persona_section", args=[first.persona_id, first.section])
    row = f"row={thread.card}&" if thread.card else ""
    return f"{page}?{row}thread={first.pk}" + (f"#row-{first.row}" if thread.card else "")
