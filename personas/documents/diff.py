"""What one persona is, against what one document wants: row by row, the changes between them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from vital.fields import time_ordered_uuid

from .changes import Mode, Op, PersonaPlan, RowChange
from .schema import Parsed, Problem
from .shape import PERSONA, SHAPES, Shape, natural
from .types import meant, nearest, none_of

FOLLOWED, FOLLOWING = {"ai_maturity_score", "archetype"}, ("gen_ai_readiness_level", "preferred_service_layer")


class Known:
    """The codes and names that documents refer to: each table is read once, when it is asked for."""

    def __init__(self):
        self.tables: dict[tuple, dict[str, Any]] = {}

    def values(self, shape: Shape, name: str) -> dict[str, Any]:
        column = shape.columns[name]
        key = natural(column) or column.target_field.name
        model = column.related_model
        if (model, key) not in self.tables:
            self.tables[model, key] = dict(model.objects.values_list(key, column.target_field.name))
        return self.tables[model, key]

    def check(self, shape: Shape, name: str, value, path: tuple) -> Problem | None:
        """What is wrong with a reference; None when nothing is."""
        if value is None or value in (values := self.values(shape, name)):
            return None
        near = nearest(value, values)
        said = f"there is no «{value}» here" if name in shape.references else none_of([value])
        listed = () if name in shape.references else tuple(values)
        return Problem((*path, name), "reference", said, value, meant(near, listed), near)


class Planner:
    """Plans one persona: compares what is there with what one document wants."""

    def __init__(
        self, one: PersonaPlan, content: dict | None, mode: Mode, known: Known | None, *, keep_ids: bool = False
    ):
        self.one, self.mode, self.known = one, mode, known
        self.keep_ids = keep_ids  # a row that was there before comes back as the one that it was
        self.content = content or {"columns": None, "rows": {word: [] for word in SHAPES}}

    def run(self, document: Parsed) -> None:
        columns = {key: value for key, value in document.persona.items() if key != "id"}
        if not (self.mode == Mode.APPEND and self.content["columns"]):
            if columns.get("ai_maturity_score", (self.content["columns"] or {}).get("ai_maturity_score")) is not None:
                columns.pop("gen_ai_readiness_level", None)  # then it follows from that, whatever a document says
            archetype = columns.get("archetype", (self.content["columns"] or {}).get("archetype"))
            if archetype is not None and columns.get("preferred_service_layer", "") is None:
                del columns["preferred_service_layer"]  # the database suggests one
            self.row(PERSONA, self.content["columns"], columns, None, (), None, self.one.id)
            self.remember_what_follows()
        for word, rows in document.rows.items():
            self.table(SHAPES[word], self.content["rows"][word], rows, self.one.id, (word,))

    def remember_what_follows(self) -> None:
        """What the database will work out anew, as it was: for the way back."""
        for change in self.one.changes:
            if change.op == Op.CHANGE and change.word == PERSONA.word and not FOLLOWED.isdisjoint(change.after):
                change.before |= {key: self.content["columns"][key] for key in FOLLOWING if key not in change.after}

    def table(self, shape: Shape, current: list[dict], wanted: list[dict] | None, parent: UUID, path: tuple) -> None:
        if shape.single and wanted and len(wanted) > 1:
            self.problem((*path, 1), "rows", "a persona has one row here, not several")
            wanted = wanted[:1]
        pairs = list(match(shape, current, wanted or []))
        matched = {id(there) for there, _ in pairs if there is not None}
        left = [row for row in current if id(row) not in matched]
        if self.mode == Mode.REPLACE or (wanted is None and self.mode == Mode.MERGE):
            for row in left:
                self.delete(shape, row, parent, path)
            left = []
        places = number(shape, current, pairs, left, append=self.mode == Mode.APPEND)
        taken = Counter(shape.key(row) for row in left)
        for position, (there, row) in enumerate(pairs):
            where = path if shape.single else (*path, position)
            self.distinct(
                shape, there if there and self.mode == Mode.APPEND else {**(there or {}), **row}, where, taken
            )
            if there is not None and self.mode == Mode.APPEND:
                continue
            self.row(shape, there, row, parent, where, places[position])
        for row, place in zip(left, places[len(pairs) :], strict=True):
            if place != row.get("place"):
                self.one.changes.append(
                    RowChange(
                        Op.CHANGE,
                        shape.word,
                        row["id"],
                        parent,
                        path,
                        place=place,
                        place_before=row.get("place"),
                        title=shape.title(row),
                    )
                )

    def row(self, shape: Shape, there: dict | None, wanted: dict, parent, path: tuple, place, id_=None) -> None:
        wanted_columns = {key: value for key, value in wanted.items() if key in shape.columns}
        for key in shape.codes if self.known else ():
            if problem := self.known.check(shape, key, wanted_columns.get(key), path):
                self.one.problems.append(problem)
        if there is None:
            id_ = id_ or (wanted.get("id") if self.keep_ids else None) or time_ordered_uuid()
            after = shape.blank | wanted_columns
            for key in shape.needed:
                if after[key] is None and not any(p.path == (*path, key) for p in self.one.problems):
                    self.problem((*path, key), "required", f"«{shape.columns[key].verbose_name}» is needed")
            title = shape.title(after)
            self.one.changes.append(
                RowChange(Op.CREATE, shape.word, id_, parent, path, after, place=place, title=title)
            )
        else:
            id_ = there["id"]
            after = {key: value for key, value in wanted_columns.items() if value != there[key]}
            for key in after:
                if after[key] is None and not shape.columns[key].null:
                    self.problem((*path, key), "required", f"«{shape.columns[key].verbose_name}» cannot be cleared")
            moved = place if shape.order and place != there["place"] else None
            if after or moved is not None:
                before = {key: there[key] for key in after}
                was = there["place"] if moved is not None else None
                title = shape.title(there)
                self.one.changes.append(
                    RowChange(Op.CHANGE, shape.word, id_, parent, path, after, before, moved, was, title)
                )
        for detail in shape.details:
            if detail.word in wanted:
                current = there[detail.word] if there else []
                self.table(detail, current, wanted[detail.word], id_, (*path, detail.word))

    def delete(self, shape: Shape, row: dict, parent: UUID, path: tuple) -> None:
        before = {key: row[key] for key in shape.columns}
        was = row.get("place")
        self.one.changes.append(
            RowChange(
                Op.DELETE, shape.word, row["id"], parent, path, before=before, place_before=was, title=shape.title(row)
            )
        )
        for detail in shape.details:
            for inner in row[detail.word]:
                self.delete(detail, inner, row["id"], path)

    def distinct(self, shape: Shape, row: dict, path: tuple, taken: Counter) -> None:
        """Where the database takes a value once, two rows must not have it afterwards."""
        key = shape.key(row)
        if shape.unique and None not in key:
            taken[key] += 1
            if taken[key] == 2:
                what = ", ".join(map(str, key))
                self.problem(path, "unique", f"«{what}» is there already; a persona has it once")

    def problem(self, path: tuple, rule: str, message: str, value=None) -> None:
        self.one.problems.append(Problem(path, rule, message, value))


def match(shape: Shape, current: list[dict], wanted: list[dict]) -> Iterable[tuple[dict | None, dict]]:
    """Each wanted row with the one that is there: by id, else by identity (a single one by being it), else none."""
    by_id = {row["id"]: row for row in current}
    named = {row.get("id") for row in wanted}
    by_key = defaultdict(list)
    for row in current:
        if row["id"] not in named:
            by_key[shape.key(row)].append(row)
    for row in wanted:
        if there := by_id.pop(row.get("id"), None):
            yield there, row
        else:
            same = by_key[shape.key(row)]
            yield (same.pop(0) if same else None), row


def number(shape: Shape, current: list[dict], pairs: list, left: list[dict], *, append: bool) -> list[int | None]:
    """The place of each row: as it is, while the order stays or rows are only added; else all are numbered anew."""
    if not shape.order:
        return [None] * (len(pairs) + len(left))
    stands_at = {row["id"]: position for position, row in enumerate(current)}
    kept = [stands_at[there["id"]] for there, _ in pairs if there is not None]
    news = [there is None for there, _ in pairs]
    if not append and (kept != sorted(kept) or news != sorted(news)):
        return list(range(1, len(pairs) + len(left) + 1))
    stay = sorted([*left, *(there for there, _ in pairs if there)], key=lambda row: stands_at[row["id"]])
    places = {row["id"]: row["place"] for row in stay}
    if any(news) and not append and None in places.values():  # what has no place would come after the new rows
        places = {row["id"]: place for place, row in enumerate(stay, 1)}
    highest = max((place or 0 for place in places.values()), default=0)
    added = iter(range(highest + 1, highest + 1 + sum(news)))
    return [next(added) if there is None else places[there["id"]] for there, _ in pairs] + [
        places[row["id"]] for row in left
    ]
