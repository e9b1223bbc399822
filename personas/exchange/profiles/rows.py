"""Rows of theirs as rows of ours, in whatever form they tell them."""

from functools import cache
from typing import Any

from personas.documents.schema import is_comment
from personas.documents.shape import Shape
from personas.exchange.places import Placed
from personas.exchange.report import Kind
from personas.exchange.tables import TABLES

from .blanks import is_placeholder, says_nothing
from .known import fold
from .reading import Reading
from .values import unfolded
from .work import Work

ORDER = ("sequence_order", "sort_order", "display_order")  # the place in the list says it


def rows_of(work: Work, table: str, content: Any, path: tuple) -> list[Placed]:
    """The rows of a table: from a list, an object, an object with the rows in it, texts, or JSON in a text."""
    profile = work.profile
    content, path = unwrapped(work, content, path)
    if says_nothing(content):
        return []
    if is_placeholder(content):
        work.unfilled("", work.at(path), content, word=table)
        return []
    if isinstance(content, dict) and table in profile.keys and (rows := keyed(work, table, content, path)) is not None:
        return rows
    if isinstance(content, str) and path in profile.splits:
        content = [part.strip() for part in content.split(",")]
    numbered = isinstance(content, list)
    content = content if numbered else [content]
    if table in profile.pivot and (pivoted := turned(work, table, content, path)) is not None:
        return [one] if (one := row_of(work, table, pivoted, path)) else []
    placed = [(one, (*path, place) if numbered else path) for place, one in enumerate(content)]
    orders = [next((one[key] for key in ORDER if isinstance(one, dict) and key in one), None) for one in content]
    if orders and all(isinstance(order, int) for order in orders):
        placed = [pair for _, pair in sorted(zip(orders, placed, strict=True), key=lambda both: both[0])]
    rows = [row for one, where in placed if (row := row_of(work, table, one, where)) is not None]
    return combined(work, table, rows) if table in profile.combine else rows


def unwrapped(work: Work, content: Any, path: tuple) -> tuple[Any, tuple]:
    """What is in a text of JSON, or in `{"table": …, "data": …}`."""
    if isinstance(content, str) and content.lstrip()[:1] in ("[", "{"):
        found = unfolded(content)
        content = content if found is None else found
    if isinstance(content, dict) and "data" in content and "table" in content:
        for key, value in content.items():
            if key not in ("table", "count", "data") and not is_comment(key):
                work.unused((*path, key), key, work.at(path), value)
        data, count = content["data"], content.get("count")
        if isinstance(data, list) and count is not None and count != len(data):
            work.say(
                Kind.GUESSED, "count", f"says {count}, but there are {len(data)}", work.at(path), "count", value=count
            )
        return content["data"], (*path, "data")
    return content, path


def keyed(work: Work, table: str, content: dict, path: tuple) -> list[Placed] | None:
    """Rows whose first column is their key: `{"Monday": {…}}`; None where no key is one of its codes."""
    key_column, under = work.profile.keys[table]
    column = work.columns.get(table, key_column)
    codes = {key: column.code(key, []).value for key in content if not is_comment(key)}
    if not any(column.resolves(code) for code in codes.values()):
        return None
    rows = []
    for key, code in codes.items():
        value = content[key]
        if not column.resolves(code):
            work.unused((*path, key), key, work.at(path), value, table)
            continue
        row = {key_column: key} | (value if isinstance(value, dict) else {under: value})
        rows.append(row_of(work, table, row, (*path, key)))
    return rows


def turned(work: Work, table: str, content: list, path: tuple) -> dict | None:
    """One row that was told as several: `[{"dimension": "pain", "score": 7}]`; None where it was not."""
    name, score, reason = work.profile.pivot[table]
    if not content or not all(isinstance(one, dict) and name in one for one in content):
        return None
    if len({fold(one[name]) for one in content}) < len(content):  # nobody knows which of two scores is meant
        return None
    notes = [f"{one[name]}: {one[reason]}" for one in content if one.get(reason)]
    for place, one in enumerate(content):
        for key, value in one.items():
            if key not in (name, score, reason, *ORDER) and not is_comment(key):
                work.unused((*path, key), key, work.at((*path, place)), value, table)
    row = {fold(one[name]): one.get(score) for one in content}
    return row | ({"scoring_notes": "\n".join(notes)} if notes else {})


def row_of(work: Work, table: str, content: Any, path: tuple) -> Placed | None:
    """A row: each key read as its column, or said to be unused; a text is what makes it that row."""
    identity, spot = TABLES[table].identity, work.at(path)
    if isinstance(content, Placed) and content.place.row and not spot[0].sheet:  # it knows its line
        spot = spot[0]._replace(row=content.place.row), ""
    if not isinstance(content, dict):
        if says_nothing(content) or isinstance(content, list | bool) or not identity:
            said = "is no row: that would be an object with a value for each key"
            work.say(Kind.SKIPPED, "type", said, spot, word=table, value=content)
            return None
        content = {identity[0]: content if isinstance(content, str) else str(content)}
    reading = Reading(work, table, spot)
    details = detail_words(TABLES[table])
    for key, value in content.items():
        if is_comment(key) or key in ORDER or reading.took(key, value):
            continue
        if key in details:
            inner = rows_of(work, f"{table}.{details[key]}", value, (*path, key))
            reading.row.setdefault(details[key], []).extend(inner)
        else:
            work.unused((*path, key), key, spot, value, table)
    return reading.finished()


@cache
def detail_words(shape: Shape) -> dict[str, str]:
    """The words of details, by these and by the names of their tables."""
    return {
        name: detail.word
        for detail in shape.details
        for name in (detail.word, detail.model._meta.db_table.removeprefix("persona_"))
    }


def combined(work: Work, table: str, rows: list[Placed]) -> list[Placed]:
    """Rows that are the same for us, as one: lists joined, and of numbers and codes the first."""
    shape, found = TABLES[table], {}
    for row in rows:
        key = shape.key(row)
        named = all(isinstance(one, str) for one in key)  # what does not say which one it is, stays alone
        first = found.setdefault(key if named else id(row), row)
        if first is row:
            continue
        same = ", ".join(map(str, key))
        work.say(Kind.GUESSED, "combined", f"read as one row with «{same}» above", (row.place, ""), word=table)
        for column, value in row.items():
            if isinstance(value, list) and isinstance(first.get(column), list):
                first[column] = [*first[column], *(one for one in value if one not in first[column])]
            elif first.setdefault(column, value) != value:
                work.say(Kind.UNUSED, "elsewhere", f"is not used: «{same}» above says otherwise", (row.place, ""),
                         row.names.get(column, column), value=value, word=table, key=column)  # fmt: skip
    return list(found.values())
