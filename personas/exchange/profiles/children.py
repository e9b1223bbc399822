"""Rows that stand beside those they belong to, put into them."""

from typing import Any

from personas.exchange.places import Placed
from personas.exchange.report import Kind
from personas.exchange.tables import TABLES

from .blanks import says_nothing
from .known import fold
from .rows import row_of, unwrapped
from .units import number
from .work import Work

LINK = "belongs_to"  # names a row by its number; its name may stand under its own column as well
HINT = f"Put them inside the row that they belong to, or give each a «{LINK}»: the number of that row, or its name."


def attach(work: Work, table: str, content: Any, path: tuple, document: dict) -> None:
    """Put each row into the one that it names; else all into the only one, or one into each."""
    word, _, detail = table.partition(".")
    parents = [row for row in document.get(word) or [] if isinstance(row, Placed)]
    content, path = unwrapped(work, content, path)
    spot, name = work.at(path[:-1]), path[-1]
    if says_nothing(content):
        return
    if not isinstance(content, list | dict):
        work.unused(path, name, spot, content, table)
        return
    children = content if isinstance(content, list) else [content]
    links = [linked(table, one) for one in children]
    named = [link and parent_of(parents, TABLES[word].identity[0], link[1]) for link in links]
    if not any(links) and len(parents) == 1:
        named, how = [0] * len(children), "all put into the only row"
    elif not any(links) and len(parents) == len(children):
        named, how = list(range(len(children))), "put one into each row"
    elif None in named:
        said = f"does not say to which of the {len(parents)} rows of {word} each of its {len(children)} belongs"
        work.say(Kind.ERROR, "parent", said, spot, name, word=table, key=name, hint=HINT,
                 value=content)  # fmt: skip
        return
    else:
        how = ""
    if how and children:
        work.say(Kind.GUESSED, "parent", f"{how} of {word}", spot, name, word=table, key=name)
    for place, (child, link, parent) in enumerate(zip(children, links, named, strict=True)):
        own = {key: value for key, value in child.items() if key != link[0]} if link else child
        row = row_of(work, table, own, (*path, place) if isinstance(content, list) else path)
        if row is not None:
            parents[parent].setdefault(detail, []).append(row)


def linked(table: str, row: Any) -> tuple[str, Any] | None:
    """The key under which a row says where it belongs, and what it says."""
    shape = TABLES[table.partition(".")[0]]
    keys = (LINK, *(key for key in shape.identity if key not in TABLES[table].columns))
    return next(((key, row[key]) for key in keys if key in row), None) if isinstance(row, dict) else None


def parent_of(parents: list[Placed], column: str, link: Any) -> int | None:
    """Which of the rows a link means: by its number, or by its name."""
    if (place := number(link)) in range(1, len(parents) + 1):
        return int(place) - 1
    named = [place for place, row in enumerate(parents) if fold(row.get(column)) == fold(link)]
    return named[0] if len(named) == 1 else None
