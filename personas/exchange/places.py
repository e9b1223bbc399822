"""Where in somebody's file a thing stands, carried along with the rows that were read from it."""

from typing import NamedTuple


class Place(NamedTuple):
    """A row as its owner finds it: in a sheet by its number, in a document by its path."""

    sheet: str = ""  # a sheet of a workbook, or a CSV file
    row: int | None = None  # its number there, the header being 1; or the line of a file
    path: str = ""  # in JSON and YAML, such as `personas[3].goals[2]`

    def __str__(self):
        return self.path or ", ".join(filter(None, (self.sheet, self.row and f"row {self.row}")))


class Placed(dict):
    """A row or a document that knows where it was read, and how its columns are called there."""

    __slots__ = ("names", "place")

    def __init__(self, content=(), place: Place | None = None, names: dict[str, str] | None = None):
        super().__init__(content)
        self.place = place or Place()
        self.names = names or {}  # by our name for it, where theirs is another


class Spot(NamedTuple):
    """A cell: its row's place, and its column as its owner calls it."""

    place: Place
    column: str = ""


def locate(document: dict, path: tuple) -> Spot:
    """Where in the file stands what a document has under a path."""
    place, names, node, rest = Place(), {}, document, path
    for depth in range(len(path) + 1):
        if isinstance(node, Placed):
            place, names, rest = node.place, node.names, path[depth:]
        if depth == len(path):
            break
        try:
            node = node[path[depth]]
        except (KeyError, IndexError, TypeError):  # what is missing, such as a value that is needed
            break
    column = ".".join(str(part) for part in rest if isinstance(part, str))
    if place.sheet:
        return Spot(place, names.get(column, column))
    if column in names:
        return Spot(place, names[column])
    line, inside = f"line {place.row}" if place.row else "", in_words((place.path, *rest) if place.path else rest)
    return Spot(place._replace(path=", ".join(filter(None, (line, inside)))))


def in_words(path: tuple) -> str:
    """A path as people count: `fears[3].likelihood`."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
