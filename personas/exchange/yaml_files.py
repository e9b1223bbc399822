"""Documents as YAML: for people who edit by hand. Read as text alone: what a value means is for the document to say."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import yaml

from .places import Place, Placed
from .text import DEEPEST, NO_PERSONAS, TOO_DEEP, WRAPPER, File, UnreadableError, decode, plain

LOADER = yaml.CLoader if hasattr(yaml, "CLoader") else yaml.SafeLoader
LARGEST = 5 * 1024 * 1024  # bytes of a file, for people write it; machines write JSON, which is read faster
# Of what YAML guesses, only null, true and false, and numbers; «no», «on» and 2026-03-14 stay as they are written.
GUESSES = (
    (re.compile(r"~|null|Null|NULL|"), lambda text: None),
    (re.compile(r"true|True|TRUE"), lambda text: True),
    (re.compile(r"false|False|FALSE"), lambda text: False),
    (re.compile(r"[-+]?(?:0|[1-9][0-9]{0,40})"), int),
    (re.compile(r"[-+]?(?:0|[1-9][0-9]{0,40})\.[0-9]{1,40}"), Decimal),
)
FIRST = frozenset("~nNtTfF-+0123456789")  # letters with which a guess begins
TAGS = {None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"}  # say nothing of a value


class Writer(yaml.CSafeDumper if hasattr(yaml, "CSafeDumper") else yaml.SafeDumper):
    """Long texts in blocks, nothing abbreviated."""

    def ignore_aliases(self, data):
        return True


def _text(writer: Writer, text: str):
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Writer.add_representer(str, _text)


def write(documents: Iterable[dict]) -> Iterator[str]:
    """One YAML file: a list of documents under `personas`."""
    yield "personas:\n"
    for document in documents:
        yield yaml.dump([plain(document)], Dumper=Writer, allow_unicode=True, sort_keys=False, width=110)


def read(file: File) -> Iterator[Placed]:
    """The documents of a file, one after the other; every object in them knows its line."""
    empty = True
    for value in values(file):
        documents = value.get(WRAPPER, [value]) if isinstance(value, dict) else value
        if not isinstance(documents, list) or not all(isinstance(document, dict) for document in documents):
            raise UnreadableError(NO_PERSONAS)
        empty = empty and not documents
        yield from documents
    if empty:
        raise UnreadableError("There is no persona in this file.")


def root(file: File) -> Any:
    """What a file of another shape than ours holds, as a whole; several documents are a list."""
    found = list(values(file))
    return found[0] if len(found) == 1 else found


def values(file: File) -> Iterator[Any]:
    """What stands between the lines `---`; nothing, where nothing stands there."""
    content = file if isinstance(file, bytes) else file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UnreadableError(
            f"A YAML file may have {LARGEST // 1024**2} MB; this one has more. Save it as JSON, or split it."
        )
    try:
        events = yaml.parse(decode(content), Loader=LOADER)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and (value := build(next(events), events, 1)) is not None:
                yield value
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(f"Line {mark.line + 1}, column {mark.column + 1}: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise UnreadableError(f"This is no YAML: {str(error).splitlines()[0]}.") from None


def build(event: yaml.Event, events: Iterator[yaml.Event], level: int) -> Any:
    """The value that begins with an event."""
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent):
        raise UnreadableError(f"Line {line}: aliases (*{event.anchor}) are not taken. Repeat it.")
    if event.tag not in TAGS:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        raise UnreadableError(f"Line {line}: tags ({tag}) are not taken. Leave it out.")
    if isinstance(event, yaml.ScalarEvent):
        return guess(event.value) if event.tag is None and event.implicit[0] else event.value
    if level > DEEPEST:
        raise UnreadableError(TOO_DEEP)
    if isinstance(event, yaml.SequenceStartEvent):
        return [build(inner, events, level + 1) for inner in until(yaml.SequenceEndEvent, events)]
    found = Placed(place=Place(row=line))
    for key in until(yaml.MappingEndEvent, events):
        at = f"Line {key.start_mark.line + 1}"
        if not isinstance(key, yaml.ScalarEvent):
            raise UnreadableError(f"{at}: a key is one word, not a list, an object or an alias.")
        if key.value in found:
            raise UnreadableError(f"{at}: «{key.value}» occurs twice in one object.")
        found[key.value] = build(next(events), events, level + 1)
    return found


def until(end: type[yaml.Event], events: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in events:
        if isinstance(event, end):
            return
        yield event


def guess(text: str) -> Any:
    """What a word without quotes means."""
    if not text or text[0] in FIRST:
        for pattern, meaning in GUESSES:
            if pattern.fullmatch(text):
                return meaning(text)
    return text
