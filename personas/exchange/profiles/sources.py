"""The documents of somebody's file, wherever it has them, and what stands around them."""

import re
from collections.abc import Iterator
from typing import Any

from personas.documents.schema import is_comment
from personas.exchange.places import Place, Placed
from personas.exchange.report import Finding, Kind
from personas.exchange.text import UnreadableError

from .profile import UNUSED, Profile

AROUND = "$around"  # under it a document finds what stands beside it: a comment to everybody else
STEP = re.compile(r"([^\[\]{}.]*)(\[\]|\{\})?")

Found = tuple[str, Any, dict]  # a document: its path, itself, what stands around it


def documents(found: Any, profile: Profile) -> Iterator[Placed]:
    """The documents of what a file holds, each with its place."""
    reached = _reached(found, profile)
    if not reached:
        looked = " or ".join(f"«{wrapper}»" if wrapper else "as a single one" for wrapper in profile.wrapper)
        raise UnreadableError(f"There is no persona in this file. «{profile.title}» looks for them under {looked}.")
    for path, document, around in reached:
        place = document.place if isinstance(document, Placed) else Place()
        place = place if place.sheet else place._replace(path=path)
        yield Placed(document | ({AROUND: around} if around else {}), place)


def around(found: Any, profile: Profile) -> list[Finding]:
    """What a file holds beside its documents, and nobody reads."""
    wrapper = next((one for one in profile.wrapper if any(_walk(found, steps(one), "", {}))), "")
    used = {path[1:] for path in profile.columns if path[0] == AROUND}
    findings: list[Finding] = []

    def look(node: Any, left: list, here: str) -> None:
        """What stands beside the way to the documents, at each of its levels."""
        if not left:
            if not isinstance(node, dict):
                said = "is no document: that would be an object with a value for each key"
                findings.append(Finding(Kind.SKIPPED, "type", said, place=Place(path=here), value=node))
            return
        name, kind = left[0]
        if name:
            if not isinstance(node, dict) or name not in node:
                return
            for key, value in node.items():
                if key != name and not is_comment(key):
                    report(value, (key,), here)
            node, here = node[name], f"{here}.{name}".removeprefix(".")
        for step, inner in _inner(node, kind):
            look(inner, left[1:], f"{here}{step}")

    def report(value: Any, path: tuple, where: str) -> None:
        if path in used and not isinstance(value, dict):
            return
        if isinstance(value, dict) and any(one[: len(path)] == path for one in used):
            for key, inner in value.items():
                if not is_comment(key):
                    report(inner, (*path, key), where)
            return
        said, column = profile.reason((AROUND, *path)) or UNUSED, ".".join(path)
        place = Place(path=where)
        findings.append(Finding(Kind.UNUSED, "around", said, key=column, place=place, column=column, value=value))

    look(found, steps(wrapper), "")
    return findings


def steps(wrapper: str) -> list[tuple[str, str]]:
    """`roles[].personas[]` as its steps."""
    return [(name, kind or "") for name, kind in STEP.findall(wrapper) if name or kind]


def _reached(found: Any, profile: Profile) -> list[Found]:
    """The documents under the first way that leads to any; under a way that is there and empty, none."""
    for wrapper in profile.wrapper:
        way = steps(wrapper)
        if (reached := list(_walk(found, way, "", {}))) or (way and isinstance(found, dict) and way[0][0] in found):
            return reached
    return []


def _walk(node: Any, left: list, here: str, beside: dict) -> Iterator[Found]:
    if not left:
        if isinstance(node, dict):
            yield here, node, beside
        return
    name, kind = left[0]
    if name:
        if not isinstance(node, dict) or name not in node:
            return
        beside = beside | {key: value for key, value in node.items() if key != name}
        node, here = node[name], f"{here}.{name}".removeprefix(".")
    for step, inner in _inner(node, kind):
        named = {"key": step[1:]} if kind == "{}" else {}
        yield from _walk(inner, left[1:], f"{here}{step}", beside | named)


def _inner(node: Any, kind: str) -> Iterator[tuple[str, Any]]:
    """What a step leads to: each of a list, each of the values of an object, or the one that is there."""
    if kind == "[]":
        if isinstance(node, list):
            yield from ((f"[{number}]", inner) for number, inner in enumerate(node, 1))
    elif kind == "{}":
        if isinstance(node, dict):
            yield from ((f".{key}", inner) for key, inner in node.items() if not is_comment(key))
    else:
        yield "", node
