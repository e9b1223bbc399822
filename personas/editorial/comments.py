"""What people remark on a persona, a section, a row or a field; it outlives what it is about."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from personas.documents.shape import GROUPS, PERSONA, Shape
from personas.models import Comment, Event, Persona
from vital.tenancy.models import User

from . import notices
from .mentions import mentioned
from .threads import ALL, PLACES, About, May, Thread

LONGEST = 10_000  # characters of a comment
TITLE = 200  # characters that are kept of a row's title


class RefusedError(Exception):
    """Why something is not done, in a sentence."""


class NotThereError(RefusedError):
    """What is spoken of is not part of this persona."""


class NotAllowedError(RefusedError):
    """Somebody lacks the right."""


class TooLateError(RefusedError):
    """Somebody else was faster."""


def blocking(ids: Iterable[UUID]) -> dict[UUID, list[Comment]]:
    """Of some personas, the open comments that keep each from being published."""
    found = defaultdict(list)
    remarks = Comment.objects.filter(persona__in=list(ids), parent=None, resolved_at=None, blocks=True)
    for comment in remarks.select_related("made_by").order_by("id"):
        found[comment.persona_id].append(comment)
    return dict(found)


def row_title(persona: Persona, about: About) -> str:
    """By what people know the row that a comment would be about; refuses what the persona does not have."""
    if about.section not in PLACES:
        raise NotThereError(f"A persona has no section «{about.section}». Reload the page.")
    shape, title = (about.shapes[0] if about.shapes else None), ""
    columns = {*GROUPS[about.section], *PERSONA.identity} if about.section in GROUPS else set()
    if about.row:
        shape, title = _row(persona, about)
    if about.row or (shape and shape.single):
        columns = shape.columns
    if about.column and about.column not in columns:
        raise NotThereError(f"There is no field «{about.column}» here. Reload the page, and comment on another.")
    return title


def _row(persona: Persona, about: About) -> tuple[Shape, str]:
    for shape in about.shapes:
        whose = "persona" if shape.parent == "persona" else f"{shape.parent}__persona"
        paths = ["pk", *(shape.path(name) for name in shape.identity)]
        if found := shape.model.objects.filter(pk=about.row, **{whose: persona}).values_list(*paths).first():
            return shape, shape.title(dict(zip(shape.identity, found[1:], strict=True)))[:TITLE]
    raise NotThereError("This row is not part of the persona; somebody may have deleted it. Reload the page.")


@transaction.atomic
def write(persona: Persona, by: User, text: str, about: About = ALL, *, blocks: bool = False) -> Comment:
    """Begin a thread."""
    _needs_right(May(by, persona).comment, "You may not comment here. Ask a tenant admin for the right.")
    title, text = row_title(persona, about), _checked(text)
    comment = Comment.objects.create(
        persona=persona, section=about.section, row=about.row, row_title=title, column=about.column, text=text,
        blocks=blocks, mentions=mentioned(text), made_by=by,
    )  # fmt: skip
    _note("comment", persona, comment, by, text, blocks=blocks)
    notices.told_of_mentions(comment)
    return comment


@transaction.atomic
def reply(persona: Persona, id_: UUID, by: User, text: str) -> Comment:
    _needs_right(May(by, persona).comment, "You may not comment here. Ask a tenant admin for the right.")
    first, text = _thread(persona, id_), _checked(text)
    comment = Comment.objects.create(
        persona=persona, parent=first, section=first.section, row=first.row, row_title=first.row_title,
        column=first.column, text=text, mentions=mentioned(text), made_by=by,
    )  # fmt: skip
    _note("comment", persona, comment, by, text, answers=str(first.pk))
    notices.told_of_mentions(comment)
    notices.told_of_reply(comment)
    return comment


@transaction.atomic
def edit(persona: Persona, id_: UUID, by: User, text: str) -> Comment:
    """Put one's own comment in other words, while nobody has answered."""
    comment = _there(Comment.objects.filter(persona=persona, pk=id_))
    first = _thread(persona, comment.parent_id or comment.pk)  # nobody answers until this is done
    _needs_right(comment.made_by_id == by.pk, "Only who wrote a comment may change it. Reply to it instead.")
    replies = list(Comment.objects.filter(parent=first).order_by("id"))
    if comment.pk not in Thread(first, May(by, persona), replies).open_to_edits:
        raise TooLateError("Somebody has answered meanwhile, so this comment stays as it is. Reply instead.")
    told, comment.text = comment.mentions, _checked(text)
    comment.mentions, comment.edited_at = mentioned(comment.text), Now()
    comment.save(update_fields=["text", "mentions", "edited_at"])
    _note("comment", persona, comment, by, comment.text, edited=True)
    anew = copy(comment)
    anew.mentions = [one for one in comment.mentions if one not in told]
    notices.told_of_mentions(anew)
    return comment


@transaction.atomic
def resolve(persona: Persona, id_: UUID, by: User, text: str = "") -> Comment:
    """Settle a thread; what is said with it becomes the last reply."""
    first = _settled(persona, id_, by, text)
    if first.resolved_at:
        raise TooLateError(f"{first.resolved_by} has resolved this already.")
    return _set(first, "resolve", persona, by, text, resolved_by=by, resolved_at=Now())


@transaction.atomic
def reopen(persona: Persona, id_: UUID, by: User, text: str = "") -> Comment:
    first = _settled(persona, id_, by, text)
    if not first.resolved_at:
        raise TooLateError("Somebody has reopened this already.")
    return _set(first, "reopen", persona, by, text, resolved_by=None, resolved_at=None)


@transaction.atomic
def block(persona: Persona, id_: UUID, by: User, blocks: bool) -> Comment:
    """Set or lift the mark by which nothing is published before the thread is resolved."""
    first = _thread(persona, id_)
    said = "Only who wrote this, or a reviewer, may say whether it blocks publishing."
    _needs_right(May(by, persona).block(first), said)
    if first.blocks == blocks:
        raise TooLateError(f"Somebody has done this already: the comment blocks {'' if blocks else 'no '}publishing.")
    return _set(first, "block" if blocks else "unblock", persona, by, "", blocks=blocks)


def _settled(persona: Persona, id_: UUID, by: User, text: str) -> Comment:
    first = _thread(persona, id_)
    said = "Only who wrote this, the persona's owner or a reviewer may resolve it or reopen it. Reply instead."
    _needs_right(May(by, persona).settle(first), said)
    if text.strip():
        _checked(text)
    return first


def _set(first: Comment, name: str, persona: Persona, by: User, text: str, **columns) -> Comment:
    if text.strip():
        reply(persona, first.pk, by, text)
    for column, value in columns.items():
        setattr(first, column, value)
    first.save(update_fields=list(columns))
    _note(name, persona, first, by, text.strip() or None)
    return first


def _needs_right(has: bool, said: str) -> None:
    if not has:
        raise NotAllowedError(said)


def _there(found) -> Comment:
    if comment := found.first():
        return comment
    raise NotThereError("This comment is not part of the persona. Reload the page.")


def _thread(persona: Persona, id_: UUID) -> Comment:
    """The comment that began a thread; nobody else answers or settles it until this is done."""
    found = Comment.objects.filter(persona=persona, parent=None, pk=id_)
    return _there(found.select_for_update())


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        raise RefusedError("Write something first.")
    if len(text) > LONGEST:
        said = f"A comment has at most {LONGEST:,} characters, and this one has {len(text):,}."
        raise RefusedError(f"{said} Shorten it, or make two of it.")
    return text


def _note(name: str, persona: Persona, comment: Comment, by: User, why: str | None, **detail) -> None:
    where = {"section": comment.section, "row": comment.row and str(comment.row), "column": comment.column}
    detail = where | {"row_title": comment.row_title, "comment": str(comment.pk)} | detail
    Event.objects.create(persona=persona.pk, about=persona.name, name=name, why=why, detail=detail, made_by=by)
