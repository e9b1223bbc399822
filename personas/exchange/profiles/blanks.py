"""What a template left for somebody to fill in: single places, and whole forms."""

import re
from collections.abc import Iterator
from typing import Any

from personas.documents.schema import is_comment
from personas.exchange.places import in_words

# The whole value, so that «[draft] note» in prose is none: <<OPTIONS>>, [Full Name], {{ROLE_UUID}}, ${NAME}, {% if %}.
PLACEHOLDER = re.compile(
    r"<<[^<>]*>>|\[[A-Z][A-Za-z0-9_ ,/'&-]{1,60}\]|\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{%.*%\}|<%.*%>", re.DOTALL
)
OURS = "<<"  # in a document of ours only this is one: all else may be somebody's words
OPENS = ("", " ", "\t", "\r", "\n", "<", "[", "{", "$")  # a placeholder may, and what says nothing
LEAF = {"type", "required", "values", "maps_to", "default", "range", "example", "description", "format"}
FEWEST, SHARE = 3, 0.25  # of a form that is still blank


def is_placeholder(value: Any) -> bool:
    """Whether a value is only the place where one would be."""
    match value:
        case str():
            text = value.strip()
            return text[:1] in OPENS and len(text) < 300 and PLACEHOLDER.fullmatch(text) is not None
        case dict():
            return "type" in value and len(value) > 1 and value.keys() <= LEAF and "required" in value
    return False


def says_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any]]:
    """The values of a document, with their paths; a placeholder is one, however it is built."""
    if is_placeholder(value) or not isinstance(value, dict | list):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not is_comment(key):
                yield from leaves(inner, (*path, key))
    else:
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))


def is_ours(value: Any) -> bool:
    """Whether a value is a placeholder of a template of ours."""
    return type(value) is str and value.lstrip().startswith(OURS) and is_placeholder(value)


def has_ours(value: Any) -> bool:
    """Whether one is anywhere in a document; most have none, so this is quick."""
    for inner in value.values() if isinstance(value, dict) else value:
        if type(inner) is str:
            if OURS in inner and is_ours(inner):
                return True
        elif isinstance(inner, (dict, list)) and has_ours(inner):  # twice as quick as with `dict | list`
            return True
    return False


def is_blank_form(source: dict, *, ours: bool = False) -> str | None:
    """The sentence that refuses a form that nobody has filled in; None of a document.

    Of a template of ours, what is filled in is taken, however little it is.
    """
    found = [(path, value, is_placeholder(value)) for path, value in leaves(source)]
    blank = [in_words(path) for path, _, is_blank in found if is_blank]
    if len(blank) < FEWEST or len(blank) < SHARE * len(found):
        return None
    begun = any(not (is_blank or says_nothing(value)) for _, value, is_blank in found)
    if ours and begun and all(is_ours(value) for _, value, is_blank in found if is_blank):
        return None
    first = "», «".join(blank[:3])
    return (
        f"This is a form that nobody has filled in: {len(blank)} of its {len(found)} values are placeholders, first "
        f"«{first}». Fill it in and import it again."
    )
