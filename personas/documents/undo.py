"""The way back: a plan that takes back what another did, and leaves what people have changed since."""

from collections import defaultdict
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from personas.models import EditorialState, Persona

from .changes import Op, PersonaPlan, RowChange
from .diff import FOLLOWING
from .dump import load
from .plan import approval
from .shape import ALL, BY_WORD, PERSONA, SHAPES
from .values import plain


class Kept(NamedTuple):
    """Something that stays as it is, and why."""

    change: RowChange
    reason: str


EDITED = "edited since"
GONE = "deleted since"
THERE = "made again since"
TAKEN = "its name is another's by now"
FILLED = "a persona that has rows of others by now"
REVIEWED = "a persona that is in review, or published, by now"
# What the database keeps for a persona as long as there is one.
KEPT_BY_DATABASE = "evidence_summary"


def undo(plans: list[PersonaPlan]) -> list[tuple[PersonaPlan, list[Kept]]]:
    """Plan the way back from plans that were applied, field by field, against what is there today. Writes nothing."""
    ids = [one.id for one in plans]
    contents = load(ids)
    versions = dict(EditorialState.objects.filter(persona_id__in=ids).values_list("persona_id", "version"))
    personas = Persona.objects.only("deleted_at", "validation_status").in_bulk(ids)
    named = [change.before.get("slug") for one in plans for change in one.changes if change.word == PERSONA.word]
    made = {one.id for one in plans if one.new}  # which go
    others = Persona.objects.filter(slug__in=filter(None, named)).exclude(pk__in=made)
    slugs = set(others.values_list("slug", flat=True))
    back = []
    for one in plans:
        persona, content = personas.get(one.id), contents.get(one.id)
        made_again = next((c for c in one.changes if c.word == PERSONA.word and c.op == Op.DELETE), None)
        reverse = PersonaPlan(one.slug, one.id, new=made_again is not None, version=versions.get(one.id))
        if persona is None and made_again and made_again.before["slug"] in slugs:
            back.append((reverse, [Kept(made_again, TAKEN)]))
        elif (persona and persona.deleted_at) or (persona is None and not made_again):
            back.append((reverse, [Kept(change, GONE) for change in one.changes[:1]]))
        else:
            reviewed = bool(persona) and persona.validation_status != DRAFT
            way = _Way(rows_by_id(content) if content else {}, slugs, reviewed)
            reverse.changes, reverse.approved = way.of(one.changes), approval(persona)
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
    """The way back for one persona; `rows` are as they will be then."""

    def __init__(self, today: dict[UUID, dict], slugs: set[str], reviewed: bool):
        self.rows, self.slugs, self.reviewed = {id_: dict(row) for id_, row in today.items()}, slugs, reviewed
        self.changes, self.kept = [], []
        self.there = {None, *today}
        self.going: set[UUID] = set()
        self.named: dict[tuple, set[UUID]] = defaultdict(set)  # rows by the name that only one may have
        for id_, row in self.rows.items():
            self.named[self.name(row)].add(id_)

    def of(self, changes: list[RowChange]) -> list[RowChange]:
        for change in reversed([change for change in changes if change.op != Op.DELETE]):
            self.take_away(change) if change.op == Op.CREATE else self.change_back(change)
        for change in [change for change in self.changes if change.op == Op.CHANGE]:
            self.leave_taken_names(change)
        for change in changes:  # what was deleted comes back after what it belongs to
            if change.op == Op.DELETE:
                self.put_back(change)
        return self.ordered()

    @staticmethod
    def name(row: dict) -> tuple:
        shape = BY_WORD[row["word"]]
        if shape.single:
            return (row["word"],)
        key = plain(list(shape.key(row))) if shape.unique else [str(row["id"])]
        return (row["word"], *key)

    def take_away(self, change: RowChange) -> None:
        row = self.rows.get(change.id)
        if row is None:
            return  # somebody has done it already
        if any(plain(row[key]) != value for key, value in plain(change.after).items() if not suggested(key, value)):
            self.kept.append(Kept(change, EDITED))
        elif change.word == PERSONA.word and self.reviewed:
            self.kept.append(Kept(change, REVIEWED))
        elif set(row["inner"]) - self.going:
            self.kept.append(Kept(change, FILLED if change.word == PERSONA.word else EDITED))
        else:
            self.going.add(change.id)
            before = {key: row[key] for key in change.after}
            if change.word == KEPT_BY_DATABASE:  # it stays, and says nothing
                after = {key: value for key, value in BY_WORD[change.word].blank.items() if row[key] != value}
                before = {key: row[key] for key in after}
                self.changes.append(replace(change, op=Op.CHANGE, after=after, before=before))
                return
            self.named[self.name(row)].discard(change.id)
            del self.rows[change.id]
            self.there.discard(change.id)
            place = row.get("place")
            self.changes.append(replace(change, op=Op.DELETE, after={}, before=before, place=None, place_before=place))

    def change_back(self, change: RowChange) -> None:
        row = self.rows.get(change.id)
        if row is None:
            self.kept.append(Kept(change, GONE))
            return
        same = [key for key, value in plain(change.after).items() if plain(row[key]) == value]
        if len(same) < len(change.after):
            edited = replace(change, after={key: change.after[key] for key in change.after if key not in same})
            self.kept.append(Kept(edited, EDITED))
        # What the database worked out meanwhile goes back with what it followed from.
        same += [key for key in change.before if same and key not in change.after]
        moved = change.place is not None and change.place_before is not None and row.get("place") == change.place
        if same or moved:
            after = {key: change.before[key] for key in same}
            places = (change.place_before, row.get("place")) if moved else (None, None)
            self.changes.append(
                replace(change, after=after, before={key: row[key] for key in same}, place=places[0],
                        place_before=places[1])
            )  # fmt: skip
            self.rename(row, after)

    def rename(self, row: dict, values: dict) -> None:
        self.named[self.name(row)].discard(row["id"])
        row |= values
        self.named[self.name(row)].add(row["id"])

    def leave_taken_names(self, change: RowChange) -> None:
        """What goes back does not take a name that another row, or another persona, has by now."""
        shape, row = BY_WORD[change.word], self.rows[change.id]
        name = [key for key in shape.identity if key in change.after]
        taken = change.after.get("slug") in self.slugs if shape is PERSONA else len(self.named[self.name(row)]) > 1
        if name and taken:
            self.rename(row, {key: change.before[key] for key in name})
            self.kept.append(Kept(replace(change, after={key: change.before[key] for key in name}), TAKEN))
            for key in name:
                del change.after[key], change.before[key]

    def put_back(self, change: RowChange) -> None:
        row = change.before | {"word": change.word, "id": change.id, "inner": []}
        shape = BY_WORD[change.word]
        taken = (shape.unique or shape.single) and self.named[self.name(row)]
        if change.id in self.rows or taken:
            self.kept.append(Kept(change, THERE))
        elif change.parent not in self.there:
            self.kept.append(Kept(change, GONE))
        else:
            self.rows[change.id] = row
            self.named[self.name(row)].add(change.id)
            self.there.add(change.id)
            self.changes.append(
                replace(change, op=Op.CREATE, after=dict(change.before), before={}, place=change.place_before,
                        place_before=None)
            )  # fmt: skip

    def ordered(self) -> list[RowChange]:
        """By table, as other plans have them: what belongs to a row comes after it."""
        by_word = defaultdict(list)
        persona_goes = any(change.op == Op.DELETE and change.word == PERSONA.word for change in self.changes)
        for change in self.changes:
            empty = change.op == Op.CHANGE and not change.after and change.place is None
            if not (empty or (persona_goes and change.op == Op.CHANGE)):
                by_word[change.word].append(change)
        return [change for shape in ALL for change in by_word[shape.word]]


def suggested(key: str, value: Any) -> bool:
    """Whether the database fills in a column of the persona where nothing is said."""
    return value is None and key in FOLLOWING


DRAFT = Persona._meta.get_field("validation_status").get_default()
