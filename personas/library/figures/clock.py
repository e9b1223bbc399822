"""Times of the day as people write them, in minutes after midnight; what cannot be read stays unread."""

import re

DAY = 24 * 60
TIME = re.compile(r"(\d{1,2})(?:(?:[:.]|\s?h\s?)(\d{2})|(\s?h))?\s*(?:([ap])\.?m\.?)?")
BETWEEN = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*")


def clock(text: str) -> int | None:
    """`08:30`, `8.30`, `8h30`, `8 am`; a bare number is no time."""
    found = TIME.fullmatch(text.strip())
    if not found:
        return None
    hour, minute, whole, half = found.groups()
    hour, minute = int(hour), int(minute or 0)
    if not (found[2] or whole or half) or minute > 59 or hour * 60 + minute > DAY or (half and not 1 <= hour <= 12):
        return None
    if half:
        hour = hour % 12 + 12 * (half == "p")
    return (hour * 60 + minute) % DAY


def read(slot: str) -> tuple[int, int | None] | None:
    """When a slot begins and, where it says so, when it ends: `07:30-08:30`, `1:30 to 3 pm`."""
    match BETWEEN.split(slot.strip().lower()):
        case [only]:
            begins = clock(only)
            return None if begins is None else (begins, None)
        case [first, last]:
            ends = clock(last)
            half = last[-2:] if last.endswith(("am", "pm")) and not first.endswith("m") else ""
            begins = clock(first + half)
            if half and begins is not None and ends is not None and begins >= ends:
                begins = clock(first)  # `11:30 to 1 pm` begins in the morning
            if begins is None or ends is None:
                return None
            return begins, ends if ends > begins else ends + DAY
    return None


def at(minutes: int) -> str:
    """`08:30`."""
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def lasts(minutes: int) -> str:
    """`45 min`, `2 h`, `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" * bool(hours), f"{rest} min" * bool(rest)) if part) or "0 min"
