"""Numbers and times as others measure them, as we do. A function gives None where it has nothing to say."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?\s*([ap])?\.?\s*(?:m\.?)?", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DIGITS = 20  # of a number; what has more is none that people measure with
THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?")


def number(value: Any) -> Decimal | None:
    """A number, with or without commas and the sign of percent."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    text = str(value).strip().removesuffix("%").strip()
    text = text.replace(",", "") if THOUSANDS.fullmatch(text) else text
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found.adjusted()) < DIGITS else None


def times(factor: str, *, above: int | None = None, up_to: int | None = None) -> Callable[[Any], Decimal | None]:
    """Multiplies a number, where it lies within what the other measure would be."""

    def convert(value: Any) -> Decimal | None:
        found = number(value)
        if found is None or (above is not None and found <= above) or (up_to is not None and found > up_to):
            return None
        return shortest(found * Decimal(factor))

    return convert


def shortest(value: Decimal) -> Decimal:
    return value.normalize() if value % 1 else value.quantize(Decimal(1))


def clock(value: Any) -> str | None:
    """A time of day as 07:00."""
    found = CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or not (found[2] or found[3]):
        return None
    hour, half = int(found[1]), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "p")
    return f"{hour:02}:{found[2] or '00'}" if hour < 24 and int(found[2] or 0) < 60 else None


def hours(value: Any) -> list[str] | None:
    """The beginning and the end of «8am-6pm»."""
    parts = re.split(r"\s*(?:-|–|—|\bto\b)\s*", value.strip()) if isinstance(value, str) else []
    found = [clock(part) for part in parts]
    return found if len(found) == 2 and all(found) else None


def quarter(value: Any) -> str | None:
    """The quarter of a month."""
    text = str(value).strip().lower()
    names = [month for month in MONTHS if re.fullmatch(rf"{month}[a-z]*\.?", text)]
    return f"Q{MONTHS.index(names[0]) // 3 + 1}" if names else None


# In a profile: by the measure of theirs, and ours.
UNITS: dict[str, Callable[[Any], Any]] = {
    "percent to fraction": times("0.01", above=1),
    "fraction to percent": times("100", up_to=1),
    "0-100 to 0-10": times("0.1"),
    "0-100 to 0-5": times("0.05"),
    "0-10 to 0-5": times("0.5"),
    "hours to minutes": times("60"),
    "minutes to hours": lambda value: (found := number(value)) and round(found / 60, 2),
    "from and to": hours,
    "month to quarter": quarter,
}
