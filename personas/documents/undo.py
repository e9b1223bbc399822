"""The way back: a plan that takes back what another did, and leaves what people have changed since."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from personas.models import EditorialState, Persona

from .changes import Op, PersonaPlan, RowChange
from .dump import load
from .shape import ALL, PERSONA, SHAPES
from .values import plain


class Kept(NamedTuple):
    """Something that stays as it is, and why."""

    change: RowChange
    reason: str


EDITED = "edited since"
GONE = "deleted since"
THERE = "made again since"
FILLED = "a persona that has rows of others by now"


def undo(plans: list[PersonaPlan]) -> list[tuple[PersonaPlan, list[Kept]]]:
    """Plan the way back from plans that were applied, field by field, against what is there today. Writes nothing."""
    ids = [one.id for one in plans]
    contents = load(ids)
    versions = dict(EditorialState.objects.filter(persona_id__in=ids).values_list("persona_id", "version"))
    deleted = set(Persona.objects.filter(pk__in=ids).exclude(deleted_at=None).values_list("pk", flat=True))
    back = []
    for one in plans:
        content = contents.get(one.id)
        made_again = any(change.word == PERSONA.word and change.op == Op.DELETE for change in one.changes)
        reverse = PersonaPlan(one.slug, one.id, new=made_again, version=versions.get(one.id))
        if one.id in deleted or (content is None and not made_again):
            back.append((reverse, [Kept(change, GONE) for change in one.changes[:1]]))
            continue
        way = _Way(rows_by_id(content) if content else {})
        for change in reversed([change for change in one.changes if change.op != Op.DELETE]):
            way.back(change)
        for change in one.changes:  # what was deleted comes back after what it belongs to
            if change.op == Op.DELETE:
                way.put_back(change)
        reverse.changes = way.ordered()
        back.append((reverse, way.kept))
    return back


def rows_by_id(content: dict) -> dict[UUID, dict[str, Any]]:
    """What is there of a persona, each row by its id, with the word of its table and the ids of its details."""
    found = {content["columns"]["id"]: content["columns"] | {"word": PERSONA.word, "inner": []}}
    for word, rows in content["rows"].items():
        for row in rows:
            if SHAPES[word].single and {key: row[key] for key in SHAPES[word].blank} == SHAPES[word].blank:
                continue  # the database made it, as it does with the summary of evidence
            found[row["id"]] = row | {"word": word, "inner": []}
            found[content["columns"]["id"]]["inner"].append(row["id"])
            for detail in SHAPES[word].details:
                for inner in row[detail.word]:
                    found[inner["id"]] = inner | {"word": detail.word, "inner": []}
                    found[row["id"]]["inner"].append(inner["id"])
    return found


class _Way:
    """The way back for one persona."""

    def __init__(self, today: dict[UUID, dict]):
        self.today, self.changes, self.kept = today, [], []
        self.going: set[UUID] = set()

    def back(self, change: RowChange) -> None:
        self.take_away(change) if change.op == Op.CREATE else self.change_back(change)

    def take_away(self, change: RowChange) -> None:
        row = self.today.get(change.id)
        if row is None:
            return  # somebody has done it already
        if any(plain(row[key]) != value for key, value in plain(change.after).items() if not suggested(key, value)):
            self.kept.append(Kept(change, EDITED))
        elif set(row["inner"]) - self.going:
            self.kept.append(Kept(change, FILLED if change.word == PERSONA.word else EDITED))
        else:
            before = {key: row[key] for key in change.after}
            self.going.add(change.id)
            self.changes.append(
                RowChange(Op.DELETE, change.word, change.id, change.parent, change.path, before=before,
                          place_before=row.get("place"), title=change.title)
            )  # fmt: skip

    def change_back(self, change: RowChange) -> None:
        row = self.today.get(change.id)
        if row is None:
            self.kept.append(Kept(change, GONE))
            return
        same = [key for key, value in plain(change.after).items() if plain(row[key]) == value]
        if len(same) < len(change.after):
            edited = replace(change, after={key: change.after[key] for key in change.after if key not in same})
            self.kept.append(Kept(edited, EDITED))
        moved = change.place is not None and change.place_before is not None and row.get("place") == change.place
        if same or moved:
            self.changes.append(
                RowChange(
                    Op.CHANGE, change.word, change.id, change.parent, change.path,
                    {key: change.before[key] for key in same}, {key: row[key] for key in same},
                    change.place_before if moved else None, row.get("place") if moved else None, change.title,
                )
            )  # fmt: skip

    def put_back(self, change: RowChange) -> None:
        there = {None, *self.today, *(made.id for made in self.changes)}
        if change.id in self.today or self.taken(change):
            self.kept.append(Kept(change, THERE))
        elif change.parent not in there:
            self.kept.append(Kept(change, GONE))
        else:
            self.changes.append(
                RowChange(Op.CREATE, change.word, change.id, change.parent, change.path, dict(change.before),
                          place=change.place_before, title=change.title)
            )  # fmt: skip

    def taken(self, change: RowChange) -> bool:
        """Whether a row that stays has what only one row may have."""
        shape = BY_WORD[change.word]
        if not (shape.unique or shape.single):
            return False
        key = plain(list(shape.key(change.before)))
        return any(
            row["word"] == change.word and id_ not in self.going and plain(list(shape.key(row))) == key
            for id_, row in self.today.items()
        )

    def ordered(self) -> list[RowChange]:
        """By table, as other plans have them: what belongs to a row comes after it."""
        by_word = defaultdict(list)
        for change in self.changes:
            by_word[change.word].append(change)
        return [change for shape in ALL for change in by_word[shape.word]]


def suggested(key: str, value: Any) -> bool:
    """Whether the database fills in a column of the persona where nothing is said."""
    return value is None and key in ("gen_ai_readiness_level", "preferred_service_layer")


BY_WORD = {shape.word: shape for shape in ALL}
