"""Documents as JSON and JSON Lines: exact, canonical when written, distrustful when read."""

import io
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, BinaryIO

from personas.documents.values import plain

from .places import Place, Placed

File = bytes | BinaryIO
LARGEST = 64 * 1024 * 1024  # bytes of a file
DEEPEST = 20  # levels; a document has five
WRAPPER = "personas"
DIGITS = 4300  # of a number; Python's own limit
STEP = 1024 * 1024  # letters that are looked at together
LINES = re.compile(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")  # JSON Lines begin so, and no JSON does
CUT = 16  # letters from the edge within which a fault may be the edge itself, as in «-Infin»
SPACE = re.compile(r"[ \t\n\r]*")
NO_PERSONAS = f'A file holds one persona, a list of them, or {{"{WRAPPER}": [ … ]}}.'
TWICE = "«{}» occurs twice in one object. Which of the two is meant?"
TOO_DEEP = f"The file is nested more than {DEEPEST} levels deep."


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


def read(file: File) -> Iterator[Placed]:
    """The documents of a JSON or JSON Lines file, whichever it is, one at a time, each with its place."""
    empty = True
    with opened(file) as source:
        found = line_by_line(source) if has_lines(source) else piece_by_piece(Window(limited(source)))
        for document, place in found:
            if not isinstance(document, dict):
                raise UnreadableError(NO_PERSONAS)
            empty = False
            yield Placed(document, place)
    if empty:
        raise UnreadableError("There is no persona in this file.")


def root(file: File) -> Any:
    """What a file of another shape than ours holds, as a whole; lines are a list."""
    with opened(file) as source:
        limited(source)
        return [value for value, _ in line_by_line(source)] if has_lines(source) else Window(source).last()


@contextmanager
def opened(file: File) -> Iterator[io.TextIOWrapper]:
    """The text of a file, to be read bit by bit."""
    file = io.BytesIO(file) if isinstance(file, bytes) else file
    encoding = "utf-16" if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    file.seek(0)
    source = io.TextIOWrapper(file, encoding, newline="\n")
    try:
        if source.read(1) != "\ufeff":  # a second mark
            source.seek(0)
        yield source
    except UnicodeDecodeError as error:
        name, byte = encoding.upper().removesuffix("-SIG"), file.tell() - len(error.object) + error.start
        raise UnreadableError(f"The text is not {name}: byte {byte}. Save it as UTF-8.") from None
    finally:
        source.detach()  # the file is its opener's to close


def limited(source: io.TextIOWrapper) -> io.TextIOWrapper:
    """Of a file that is one value, no more than there is room for."""
    at = source.tell()
    size = source.buffer.seek(0, io.SEEK_END)
    source.seek(at)
    if size > LARGEST:
        raise UnreadableError(
            f"The file has more than {LARGEST // 1024**2} MB. Split it, or make it JSON Lines: those may be longer."
        )
    return source


def decode(content: bytes) -> str:
    with opened(content) as source:
        return source.read()


def has_lines(source: io.TextIOWrapper) -> bool:
    at = source.tell()
    lines = bool(LINES.match(source.read(STEP)))
    source.seek(at)
    return lines


def line_by_line(source: io.TextIOBase) -> Iterator[tuple[Any, Place]]:
    for number, line in enumerate(source, 1):
        if line := line.rstrip():
            try:
                found, end = understood(line, SPACE.match(line).end())
                if end < len(line):
                    raise json.JSONDecodeError("Extra data", line, end)
            except json.JSONDecodeError as error:
                raise UnreadableError(f"Line {number} is no JSON: {error.msg.lower()}, column {error.colno}.") from None
            yield found, Place(row=number)


def piece_by_piece(window: "Window") -> Iterator[tuple[Any, Place]]:
    """The documents of one value: itself, those of a list, or those of a list under `personas`."""
    match window.peek():
        case "[":
            yield from elements(window)
        case "{":
            yield from members(window)
        case _:
            window.last()
            raise UnreadableError(NO_PERSONAS)
    window.end()


def elements(window: "Window") -> Iterator[tuple[Any, Place]]:
    for number in window.items("[", "]"):
        yield window.value(), Place(path=f"{WRAPPER}[{number}]")


def members(window: "Window") -> Iterator[tuple[Any, Place]]:
    """The documents under `personas`, besides which the rest is only checked; without that key, the object itself."""
    found: dict[str, Any] = {}
    for _ in window.items("{", "}"):
        key = window.key()
        if key in found:
            raise UnreadableError(TWICE.format(key))
        if key != WRAPPER:
            value = window.value()
            found[key] = None if WRAPPER in found else value
        elif window.peek() == "[":
            found = dict.fromkeys([*found, key])
            yield from elements(window)
        else:
            raise UnreadableError(NO_PERSONAS)
    if WRAPPER not in found:
        yield found, Place()


class Window:
    """A part of a long JSON text, which moves on as values are taken from it."""

    def __init__(self, source: io.TextIOBase):
        self.source, self.text, self.at = source, "", 0
        self.line = self.column = 0  # where its text begins

    def move(self) -> bool:
        """Leave behind what was understood, and look at as much again as was not; False at the end."""
        rest = self.text[self.at :]
        more = self.source.read(max(STEP, len(rest)))
        self.line, self.column = self.place(self.at)
        self.text, self.at = rest + more, 0
        return bool(more)

    def place(self, at: int) -> tuple[int, int]:
        lines = self.text.count("\n", 0, at)
        return self.line + lines, at - self.text.rfind("\n", 0, at) - 1 if lines else self.column + at

    def broken(self, said: str, at: int) -> UnreadableError:
        line, column = self.place(at)
        return UnreadableError(f"This is no JSON: {said.lower()}, line {line + 1}, column {column + 1}.")

    def peek(self) -> str:
        """The next sign that is no space; none at the end."""
        while True:
            self.at = SPACE.match(self.text, self.at).end()
            if self.at < len(self.text) or not self.move():
                return self.text[self.at : self.at + 1]

    def take(self, sign: str) -> None:
        if self.peek() != sign:
            raise self.broken(f"expecting '{sign}' delimiter", self.at)
        self.at += 1

    def items(self, first: str, last: str) -> Iterator[int]:
        """Count the items of a list or an object; each is taken from the window in between."""
        self.take(first)
        number = 0
        while self.peek() != last or number:
            yield (number := number + 1)
            if self.peek() == last:
                break
            self.take(",")
        self.take(last)

    def key(self) -> str:
        if self.peek() != '"':
            raise self.broken("expecting property name enclosed in double quotes", self.at)
        name = self.value()
        self.take(":")
        return name

    def value(self) -> Any:
        """The next value; where the window cuts it, it is read again in a larger one."""
        self.peek()
        while True:
            try:
                found, end = understood(self.text, self.at)
            except json.JSONDecodeError as error:
                wrong = self.broken(error.msg, error.pos)
                cut = error.pos > len(self.text) - CUT or error.msg.startswith("Unterminated")
                if not cut or not self.move():
                    raise wrong from None
                continue
            length = end - self.at
            if end < len(self.text) or not self.move():  # at the edge, a number may go on
                self.at += length
                return found

    def last(self) -> Any:
        """The only value that there is."""
        found = self.value()
        self.end()
        return found

    def end(self) -> None:
        if self.peek():
            raise self.broken("extra data", self.at)


def understood(text: str, at: int) -> tuple[Any, int]:
    """The value that stands at a place of a text, and where it ends; what cannot be kept is refused."""
    try:
        found, end = DECODER.raw_decode(text, at)
    except RecursionError:
        raise UnreadableError(TOO_DEEP) from None
    except (json.JSONDecodeError, UnreadableError):
        raise
    except (ValueError, ArithmeticError):  # limits of whole numbers, and of fractions
        raise UnreadableError("A number has thousands of digits.") from None
    if depth(found) > DEEPEST:
        raise UnreadableError(TOO_DEEP)
    return found, end


def once(pairs: list[tuple[str, Any]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen = set()
        raise UnreadableError(TWICE.format(next(key for key, _ in pairs if key in seen or seen.add(key))))
    return found


def refuse_constant(name: str):
    raise UnreadableError(f"{name} is no number that can be kept. Write null where it is not known.")


def fraction(text: str) -> Decimal:
    number = Decimal(text)
    if max(len(text), abs(number.adjusted())) > DIGITS:  # 1e999999 would be written out one day
        raise ValueError(text)
    return number


def depth(value: Any) -> int:
    """How deep a value is nested, without recursion."""
    deepest, level = 0, [value]
    while level := [inner for inner in level if isinstance(inner, dict | list)]:
        deepest += 1
        level = [one for inner in level for one in (inner.values() if isinstance(inner, dict) else inner)]
    return deepest


DECODER = json.JSONDecoder(object_pairs_hook=once, parse_float=fraction, parse_constant=refuse_constant)
