"""What the address of a page asks for: one of some values, ALL where it says nothing, None for those that have none."""

from collections.abc import Hashable
from urllib.parse import urlencode

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.text import capfirst

from personas.exchange.choosing import EMPTY

from .figures.heat import ALL


def picker(name: str, labels: dict, chosen: Hashable) -> dict:
    """What the select of a form needs."""
    options = [(said(value), label, value == chosen) for value, label in labels.items()]
    return {"name": name, "label": capfirst(name), "options": options}


def picked(request, name: str, offered: dict) -> Hashable:
    asked = request.GET.get(name)
    if not asked:
        return ALL
    for one in offered:
        if asked == said(one):
            return one
    raise Http404(f"There is no such {name} in this tenant. Open «Coverage» again and choose one there.")


def said(value: Hashable) -> str:
    return EMPTY if value is None else str(value)


def matching(**asked) -> Q:
    """The condition that columns have these values."""
    return Q(*((name, value) if value is not None else (f"{name}__isnull", True) for name, value in given(asked)))


def address(name: str, **asked) -> str:
    """The address of a page that asks for these."""
    return f"{reverse(name)}?{query(**asked)}".removesuffix("?")


def query(**asked) -> str:
    return urlencode({name: said(value) for name, value in given(asked)})


def given(asked: dict) -> list[tuple[str, Hashable]]:
    return [(name, value) for name, value in asked.items() if value != ALL]
