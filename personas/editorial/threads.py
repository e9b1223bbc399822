"""What people have remarked on a persona, as threads: what each is about, and who may do what with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from django.db.models import F

from personas.documents.shape import GROUPS, SHAPES, Shape
from personas.models import Comment, EditorialState, Persona
from vital.tenancy.models import User

PLACES = ("", *GROUPS, *SHAPES)


@dataclass(frozen=True)
class About:
    """What a comment is about: all of a persona, or a section, a row or a field of it."""

    section: str = ""
    row: UUID | None = None
    column: str = ""

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The tables of the section that have rows."""
        shape = SHAPES.get(self.section)
        return (shape, *shape.details) if shape else ()

    def stands(self) -> dict:
        """The comments about it and about what is in it, as a filter."""
        return {name: value for name, value in vars(self).items() if value}


ALL = About()


class May:
    """What somebody may do about the comments of a persona."""

    def __init__(self, user: User, persona: Persona, state: EditorialState | None = None):
        self.user, self.persona, self.state = user, persona, state
        self.comment = user.has_perms(("personas.view_persona", "personas.add_comment"))
        self.decides = self.comment and user.has_perm("personas.validate_persona")

    @cached_property
    def owns(self) -> bool:
        if self.state:
            return self.state.owner_id == self.user.pk
        return EditorialState.objects.filter(persona=self.persona, owner=self.user).exists()

    def block(self, first: Comment) -> bool:
        return self.comment and (self.decides or first.made_by_id == self.user.pk)

    def settle(self, first: Comment) -> bool:
        return self.block(first) or (self.comment and self.owns)


@dataclass
class Thread:
    """A comment with its replies."""

    first: Comment
    may: May
    replies: list[Comment] = field(default_factory=list)
    card: UUID | None = None  # the row of the section in which its row is; None: it is about no row, or that is gone

    @property
    def about(self) -> About:
        return About(self.first.section, self.first.row, self.first.column)

    @property
    def section(self) -> str:
        return self.first.section

    @property
    def resolved(self) -> bool:
        return self.first.resolved_at is not None

    @property
    def gone(self) -> bool:
        return self.first.row is not None and self.card is None

    @property
    def comments(self) -> list[Comment]:
        return [self.first, *self.replies]

    @property
    def may_settle(self) -> bool:
        return self.may.settle(self.first)

    @property
    def may_block(self) -> bool:
        return self.may.block(self.first) and not self.resolved

    @property
    def open_to_edits(self) -> set[UUID]:
        """The comments that who looks at them may still put in other words: theirs, which nobody has answered."""
        if self.resolved or not self.may.comment:
            return set()
        others = [place for place, one in enumerate(self.comments) if one.made_by_id != self.may.user.pk]
        return {one.pk for one in self.comments[others[-1] + 1 if others else 0 :]}


def threads(persona: Persona, user: User, about: About = ALL, state: EditorialState | None = None) -> list[Thread]:
    """Those about a persona, or about a part of it: open ones first, in the order of its sections."""
    may, found = May(user, persona, state), {}
    remarks = Comment.objects.filter(persona=persona, **about.stands()).select_related("made_by", "resolved_by")
    for comment in remarks.order_by("id"):
        if comment.parent_id is None:
            found[comment.pk] = Thread(comment, may)
        elif comment.parent_id in found:
            found[comment.parent_id].replies.append(comment)
    cards = still_there([thread.about for thread in found.values() if thread.first.row])
    for thread in found.values():
        thread.card = cards.get(thread.first.row)
    return sorted(found.values(), key=lambda thread: (thread.resolved, PLACES.index(thread.section)))


def still_there(places: Iterable[About]) -> dict[UUID, UUID]:
    """Of rows, those that are there, each with the row of the section that it is, or is a detail of."""
    rows = defaultdict(list)
    for place in places:
        for shape in place.shapes:
            rows[shape].append(place.row)
    queries = [
        shape.model.objects.filter(pk__in=ids).order_by()
        .annotate(card=F("pk" if shape.parent == "persona" else f"{shape.parent}_id")).values_list("pk", "card")
        for shape, ids in rows.items()
    ]  # fmt: skip
    return dict(queries[0].union(*queries[1:], all=True)) if queries else {}


def unresolved(persona: Persona) -> Counter[About]:
    """How many threads are open about each part of a persona."""
    found = Comment.objects.filter(persona=persona, parent=None, resolved_at=None).order_by()
    return Counter(About(*where) for where in found.values_list("section", "row", "column"))
