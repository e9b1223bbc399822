"""The organisation as a tree: functions in functions, their departments, and the roles in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Self
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from .models import Department, Function, Role

COLUMNS = {
    # Where a row stands: the first of these that says something.
    Function: ("parent_id",),
    Department: ("function_id",),
    Role: ("department_id", "function_id"),
}


@dataclass
class Node:
    """A row of the organisation, with what stands under it."""

    row: Function | Department | Role
    personas: int = 0
    roles: int = 0
    level: int = 1
    over: Self | None = None
    under: list[Self] = field(default_factory=list)
    ends: range = range(0)  # the lists that end with this node

    @property
    def kind(self) -> str:
        return self.row._meta.verbose_name

    @property
    def link(self) -> str:
        return reverse(f"admin:organisation_{self.row._meta.model_name}_change", args=[self.row.pk])

    def is_in(self, other: Self) -> bool:
        node = self
        while node and node is not other:
            node = node.over
        return node is not None


def tree() -> list[Node]:
    """Every row of the organisation, each behind the one it stands under; in one query for each kind, and one more."""
    nodes = {row.pk: Node(row) for model in COLUMNS for row in model.objects.only("name", "is_active", *COLUMNS[model])}
    roots = []
    for node in nodes.values():
        above = next(
            (nodes[key] for name in COLUMNS[type(node.row)] if (key := getattr(node.row, name)) in nodes), None
        )
        # The database lets functions be parts of each other in a circle: there the last one stands by itself.
        if above and not above.is_in(node):
            node.over = above
        (node.over.under if node.over else roots).append(node)
    count(nodes)
    return list(in_order(roots))


def count(nodes: dict[UUID, Node]) -> None:
    """Put personas where they belong most closely; one that has a role stands under that alone."""
    personas = Role._meta.get_field("personas").related_model.objects.filter(deleted_at=None).order_by()
    for *places, number in personas.values_list("role", "department", "function").annotate(Count("pk")):
        if node := next((nodes[key] for key in places if key in nodes), None):
            node.personas += number
    for node in nodes.values():
        node.roles = int(isinstance(node.row, Role))


def in_order(roots: list[Node]) -> Iterator[Node]:
    """As they are read from top to bottom, counted through; without recursion, for nobody says how deep it may be."""
    order, rest = [], roots[::-1]
    while rest:
        node = rest.pop()
        order.append(node)
        for one in reversed(node.under):
            one.level = node.level + 1
            rest.append(one)
    for node, following in zip_longest(order, order[1:]):
        node.ends = range(node.level - (following.level if following else 1))
    for node in reversed(order):
        if node.over:
            node.over.personas += node.personas
            node.over.roles += node.roles
    yield from order
