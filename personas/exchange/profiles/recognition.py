"""Whose kind of document it is, by the keys that it has."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from personas.documents.schema import is_comment
from personas.documents.shape import GROUPS, PERSONA, SHAPES
from personas.exchange.text import UnreadableError

from .known import fold
from .profile import BUILT_IN, Profile, built_in
from .sources import documents

LOOKED_AT = 3  # documents of a file
CLOSE = 0.8  # what a document is worth that has our keys and others: it may be of a shape near to ours
OTHERS = 0.99  # of a document that is wholly ours, nobody else says that it is theirs


class Recognised(NamedTuple):
    """A profile that may fit, how well from 0 to 1, and why."""

    profile: Profile
    score: float
    reason: str


def recognise(found: Any, filename: str = "", own: list[Profile] | None = None) -> list[Recognised]:
    """The profiles that may fit what a file holds, the best first; of two as good, the one in the file's name."""
    judged = [judge(found, profile) for profile in [*(own or []), *map(built_in, BUILT_IN)]]
    named = fold(filename)
    return sorted((one for one in judged if one.score > 0), key=lambda one: (-one.score, one.profile.name not in named))


def judge(found: Any, profile: Profile) -> Recognised:
    try:
        first = [document for document, _ in zip(documents(found, profile), range(LOOKED_AT), strict=False)]
    except UnreadableError as nothing:
        return Recognised(profile, 0, str(nothing))
    if profile.ours:
        keys = [known for document in first for known in known_keys(document)]
        share = sum(keys) / len(keys) if keys else 0
        score = share if share == 1 else share * CLOSE
        return Recognised(profile, score, f"{sum(keys)} of the {len(keys)} keys looked at are ours")
    paths = {path for document in first for path in key_paths(document)}
    present = [sign for sign in profile.signs if tuple(sign.split(".")) in paths]
    score = len(present) / len(profile.signs) * OTHERS
    return Recognised(profile, score, f"it has {', '.join(f'«{sign}»' for sign in present)}" if present else "")


def key_paths(node: Any, start: tuple = ()) -> Iterator[tuple]:
    """Every path of keys, through lists as well."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*start, key)
            yield from key_paths(value, (*start, key))
    elif isinstance(node, list):
        for one in node[:LOOKED_AT]:
            yield from key_paths(one, start)


def known_keys(document: dict) -> Iterator[bool]:
    """Of each key of a document, of its groups, and of its rows: whether it is ours."""
    for key, value in document.items():
        if is_comment(key):
            continue
        if key in GROUPS and isinstance(value, dict):
            yield from (name in GROUPS[key] or name in PERSONA.columns for name in value if not is_comment(name))
        elif key in SHAPES:
            shape = SHAPES[key]
            words = {"id", *shape.columns, *(detail.word for detail in shape.details)}
            for row in value if isinstance(value, list) else [value]:
                yield from (name in words for name in row) if isinstance(row, dict) else [row is None]
        else:
            yield key == "id" or key in PERSONA.columns
