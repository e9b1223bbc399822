"""Documents as JSON and JSON Lines: exact, canonical when written, distrustful when read."""

import datetime
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

LARGEST = 64 * 1024 * 1024  # bytes of a file
DEEPEST = 20  # levels; a document has five
WRAPPER = "personas"


class UnreadableError(ValueError):
    """A file that cannot be read, with the sentence that says why."""


def write_json(documents: Iterable[dict]) -> Iterator[str]:
    """One JSON file, piece by piece: `{"personas": [ … ]}`."""
    yield f'{{"{WRAPPER}": ['
    for number, document in enumerate(documents):
        yield ",\n" if number else "\n"
        yield json.dumps(plain(document), ensure_ascii=False, indent=2)
    yield "\n]}\n"


def write_lines(documents: Iterable[dict]) -> Iterator[str]:
    """JSON Lines: a document a line."""
    for document in documents:
        yield json.dumps(plain(document), ensure_ascii=False, separators=(",", ":")) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON has it. Of numbers not a digit is lost: what JSON readers would round is written as text."""
    match value:
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
        case Decimal() if value == value.to_integral_value():
            return int(value)
        case Decimal():
            short = float(value)
            return short if Decimal(repr(short)) == value else f"{value:f}"
        case datetime.time():
            return value.isoformat("seconds" if value.second else "minutes")
        case datetime.date() | UUID():
            return str(value)
    return value


def read(content: bytes) -> list[dict]:
    """The documents of a JSON or JSON Lines file, whichever it is."""
    text = decode(content)
    try:
        found = load(text)
    except json.JSONDecodeError as error:
        if not looks_like_lines(text):
            raise UnreadableError(
                f"This is no JSON: {error.msg.lower()}, line {error.lineno}, column {error.colno}."
            ) from None
        found = list(read_lines(text))
    return documents_in(found)


def documents_in(found: Any) -> list[dict]:
    """The documents of what a file holds: one, a list, or a list under `personas`."""
    documents = found.get(WRAPPER, [found]) if isinstance(found, dict) else found
    if not isinstance(documents, list) or not all(isinstance(document, dict) for document in documents):
        raise UnreadableError(f'A file holds one persona, a list of them, or {{"{WRAPPER}": [ … ]}}.')
    if not documents:
        raise UnreadableError("There is no persona in this file.")
    return documents


def decode(content: bytes) -> str:
    if len(content) > LARGEST:
        raise UnreadableError(
            f"The file has more than {LARGEST // 1024**2} MB. Split it: JSON Lines can be cut anywhere."
        )
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"The text is not {encoding.upper().removesuffix('-SIG')}: byte {error.start}. Save it as UTF-8."
        ) from None


def looks_like_lines(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip()][:2]
    return len(lines) == 2 and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines)


def read_lines(text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield load(line)
            except json.JSONDecodeError as error:
                raise UnreadableError(f"Line {number} is no JSON: {error.msg.lower()}, column {error.colno}.") from None


def load(text: str) -> Any:
    try:
        found = json.loads(text, object_pairs_hook=once, parse_float=Decimal, parse_constant=refuse_constant)
    except RecursionError:
        raise UnreadableError(f"The file is nested more than {DEEPEST} levels deep.") from None
    except (json.JSONDecodeError, UnreadableError):
        raise
    except ValueError:  # Python's own limit
        raise UnreadableError("A number has thousands of digits.") from None
    if depth(found) > DEEPEST:
        raise UnreadableError(f"The file is nested more than {DEEPEST} levels deep.")
    return found


def once(pairs: list[tuple[str, Any]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise UnreadableError(f"«{twice}» occurs twice in one object. Which of the two is meant?")
    return found


def refuse_constant(name: str):
    raise UnreadableError(f"{name} is no number that can be kept. Write null where it is not known.")


def depth(value: Any) -> int:
    """How deep a value is nested, without recursion."""
    deepest, level = 0, [value]
    while level := [inner for inner in level if isinstance(inner, dict | list)]:
        deepest += 1
        level = [one for inner in level for one in (inner.values() if isinstance(inner, dict) else inner)]
    return deepest
