"""The values of documents as JSON has them."""

import datetime
import json
from decimal import Decimal
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """A value as JSON has it, of numbers not a digit lost."""
    kind = type(value)
    if kind in AS_IT_IS:
        return value
    if kind is dict or isinstance(value, dict):
        return {key: inner if type(inner) in AS_IT_IS else plain(inner) for key, inner in value.items()}
    if kind in (list, tuple):
        return [inner if type(inner) in AS_IT_IS else plain(inner) for inner in value]
    return PLAIN[kind](value) if kind in PLAIN else value


def dumps(value: Any) -> str:
    """The same as text. Only what JSON does not know is looked at."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=plain)


def number(value: Decimal) -> int | float | str:
    """As text where readers of JSON would round it."""
    if value == value.to_integral_value():
        return int(value)
    short = float(value)
    return short if Decimal(repr(short)) == value else f"{value:f}"


def clock(value: datetime.time) -> str:
    return value.isoformat("auto" if value.microsecond else "seconds" if value.second else "minutes")


AS_IT_IS = frozenset((str, int, bool, float, type(None)))
PLAIN = {Decimal: number, datetime.time: clock, datetime.date: str, UUID: str}
