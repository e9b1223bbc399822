"""Documents as YAML: for people who edit by hand. Read as text alone: what a value means is for the document to say."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

import yaml
from yaml.constructor import ConstructorError

from .text import DEEPEST, UnreadableError, decode, depth, documents_in, plain


class Writer(yaml.CSafeDumper if hasattr(yaml, "CSafeDumper") else yaml.SafeDumper):
    """Long texts in blocks, nothing abbreviated."""

    def ignore_aliases(self, data):
        return True


def _text(writer: Writer, text: str):
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Writer.add_representer(str, _text)


class Reader(yaml.SafeLoader):
    """No aliases, no key twice, no fraction rounded, no date or word taken for something else."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise UnreadableError(
                f"Line {mark.line + 1}: aliases (*{self.peek_event().anchor}) are not taken. Repeat it."
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise UnreadableError(f"Line {key.start_mark.line + 1}: «{key.value}» occurs twice in one object.")
            seen.add(key.value)
        return {str(key.value): self.construct_object(value, deep=True) for key, value in node.value}


# Of what YAML guesses, only null, true and false, and numbers; «no», «on» and 2026-03-14 stay as they are written.
Reader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?(?:0|[1-9][0-9]{0,40})$", list("-+0123456789")),
    ("float", r"^[-+]?(?:0|[1-9][0-9]{0,40})\.[0-9]{1,40}$", list("-+0123456789")),
):
    Reader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
Reader.add_constructor("tag:yaml.org,2002:int", lambda reader, node: int(node.value))
Reader.add_constructor("tag:yaml.org,2002:float", lambda reader, node: Decimal(node.value))
Reader.add_constructor("tag:yaml.org,2002:map", Reader.construct_mapping)


def write(documents: Iterable[dict]) -> Iterator[str]:
    """One YAML file: a list of documents under `personas`."""
    yield "personas:\n"
    for document in documents:
        yield yaml.dump([plain(document)], Dumper=Writer, allow_unicode=True, sort_keys=False, width=110)


def read(content: bytes) -> list[dict]:
    try:
        found = yaml.load(decode(content), Loader=Reader)  # noqa: S506 - a safe loader that takes less
    except ConstructorError as error:
        raise UnreadableError(f"Line {error.problem_mark.line + 1}: {error.problem}.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise UnreadableError(f"Line {mark.line + 1}, column {mark.column + 1}: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise UnreadableError(f"This is no YAML: {str(error).splitlines()[0]}.") from None
    except RecursionError:
        raise UnreadableError(f"The file is nested more than {DEEPEST} levels deep.") from None
    if depth(found) > DEEPEST:
        raise UnreadableError(f"The file is nested more than {DEEPEST} levels deep.")
    return documents_in(found)
