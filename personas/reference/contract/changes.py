"""What differs between two contracts, and for whom a difference breaks something."""

from typing import Any, NamedTuple

READERS, WRITERS = "readers", "writers"
UNDECLARED = (
    "{what} ({words}) breaks the contract for {whom}, and nobody has declared it. Undo the change; or, if it is meant, "
    "say so in personas/reference/contract/breaks.yaml:\n"
    "- what: {what}\n  why: what readers and writers gain, and what they do now\n  since: {since}"
)


class Change(NamedTuple):
    """Something that differs from the last release."""

    table: str
    what: str  # the name by which it is declared, such as «persona_goals.goal_text removed»
    words: str
    breaks: tuple[str, ...] = ()  # for whom
    note: str = ""


class VersionError(ValueError):
    """A version that is none, or too low."""


def changes(before: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """What differs between two contracts, table by table."""
    found = []
    for name in sorted(before["tables"].keys() | now["tables"].keys()):
        old, new = before["tables"].get(name), now["tables"].get(name)
        writers = () if name in (*before["views"], *now["views"]) else (WRITERS,)
        if old is None or new is None:
            how, whom = ("added", ()) if old is None else ("removed", (READERS, *writers))
            found.append(Change(name, f"{name} {how}", f"The table is {how}.", whom))
            continue
        for column in [*old, *(one for one in new if one not in old)]:
            found += column_changes(name, column, old.get(column), new.get(column), writers)
    for kind in ("vocabularies", "enums"):
        for name in sorted(before[kind].keys() | now[kind].keys()):
            found += code_changes(name, name, before[kind].get(name, []), now[kind].get(name, []), (WRITERS,))
    return found


def column_changes(table: str, column: str, old: list | None, new: list | None, writers: tuple) -> list[Change]:
    what = f"{table}.{column}"
    if new is None:
        return [Change(table, f"{what} removed", f"`{column}` is removed.", (READERS, *writers))]
    kind, null, default, listed, bounds = new
    if old is None:
        needed = not (null or default)
        words = f"`{column}` is added: {kind}, {'may be null' if null else 'never null'}"
        return [
            Change(table, f"{what} added", f"{words}{', needed in a new row' if needed else ''}.", writers * needed)
        ]
    found = []
    if old[0] != kind:
        words = f"`{column}` is {kind} instead of {old[0]}."
        found.append(Change(table, f"{what} retyped", words, (READERS, *writers)))
    if null and not old[1]:
        found.append(Change(table, f"{what} nullable", f"`{column}` may be null now.", (READERS,)))
    if old[1] and not null:
        found.append(Change(table, f"{what} not null", f"`{column}` is never null now.", writers))
    elif old[2] and not default:
        found.append(Change(table, f"{what} required", f"`{column}` has no default now.", writers))
    if bool(old[3]) != bool(listed):
        how, whom = ("takes only its codes", writers) if listed else ("takes any text", (READERS,))
        found.append(Change(table, f"{what} {'closed' if listed else 'opened'}", f"`{column}` {how} now.", whom))
    else:
        found += code_changes(table, what, old[3], listed, writers, f"`{column}`")
    if old[4] != bounds:
        how = "narrower" if narrower(old[4], bounds) else "wider"
        words = f"`{column}` is {in_words(bounds)} now, and was {in_words(old[4])}."
        found.append(Change(table, f"{what} {how}", words, writers if how == "narrower" else ()))
    return found


def narrower(old: list, new: list) -> bool:
    """Whether bounds refuse what they took before."""
    low = new[0] is not None and (old[0] is None or new[0] > old[0])
    return low or (new[1] is not None and (old[1] is None or new[1] < old[1]))


def in_words(bounds: list) -> str:
    """Bounds of a number, or of the length of a text."""
    low, high = bounds
    told = [f"{low} at least"] * (low is not None) + [f"{high} at most"] * (high is not None)
    return ", ".join(told) or "without bounds"


def code_changes(table: str, what: str, old: list, new: list, writers: tuple, whose: str = "The list") -> list[Change]:
    note = "; who handles each value has a new one to handle"
    gone = [
        Change(table, f"{what} without {code}", f"{whose} no longer takes «{code}».", writers)
        for code in old if code not in new
    ]  # fmt: skip
    return gone + [
        Change(table, f"{what} with {code}", f"{whose} takes «{code}» too.", note=note)
        for code in new if code not in old
    ]  # fmt: skip


def undeclared(found: list[Change], declarations: list[dict[str, str]], since: str) -> list[str]:
    """The sentences that refuse what breaks the contract and is not declared; what was declared before is over."""
    known = {one["what"] for one in declarations if number(one["since"]) > number(since)}
    next_one = least(since, found)
    return [
        UNDECLARED.format(what=one.what, words=one.words, whom=" and ".join(one.breaks), since=next_one)
        for one in found if one.breaks and one.what not in known
    ]  # fmt: skip


def least(version: str, found: list[Change]) -> str:
    """The lowest version that a release with these changes may have."""
    major, minor, patch = number(version)
    if any(change.breaks for change in found):
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if found else f"{major}.{minor}.{patch + 1}"


def number(version: str) -> tuple[int, int, int]:
    parts = str(version).split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise VersionError(f"«{version}» is no version. Write three numbers, such as 1.4.0.")
    return tuple(map(int, parts))


def lines(found: list[Change], declarations: list[dict[str, str]]) -> list[str]:
    """The changes as lines of Markdown, under the name of each table."""
    why = {one["what"]: f" {one['why']}" for one in declarations}
    told: list[str] = []
    for one in found:
        if (title := f"### {one.table}") not in told:
            told.append(title)
        effect = f"**Breaking for {' and '.join(one.breaks)}.**" if one.breaks else f"Compatible{one.note}."
        told.append(f"- {one.words} {effect}{why.get(one.what, '') if one.breaks else ''}")
    return told
