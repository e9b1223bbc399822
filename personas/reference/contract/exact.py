"""What pydantic says of a document, in the words of JSON Schema, so that every validator holds to it."""

from typing import Any

RENAMED = {"ge": "minimum", "le": "maximum"}
NUMBER_IN_TEXT = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
# A time of day has no zone here, and may have no seconds; what JSON Schema calls a time has both.
CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?$"
TIME = {"type": "string", "pattern": CLOCK}


def exact(part: Any) -> Any:
    """A schema whose bounds hold, whose times are ours, and in which a number that is written as text is one."""
    if isinstance(part, list):
        numbers = any(isinstance(one, dict) and one.get("type") == "number" for one in part)
        return [exact(one | {"pattern": NUMBER_IN_TEXT} if numbers and is_text(one) else one) for one in part]
    if not isinstance(part, dict):
        return part
    if is_text(part) and part.get("format") == "time":
        return {key: value for key, value in part.items() if key != "format"} | TIME
    bound = part.get("type") in ("integer", "number")
    return {RENAMED.get(key, key) if bound else key: exact(value) for key, value in part.items()}


def is_text(part: Any) -> bool:
    return isinstance(part, dict) and part.get("type") == "string"
