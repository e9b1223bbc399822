"""A comparison to take along: as a table that programs read, and as Markdown."""

from collections.abc import Iterable, Iterator

from personas.admin.audit import lines as as_csv

from .comparing import Compared, Comparison, Line, Match
from .likeness import explained, listing
from .markdown import inline
from .stamp import line as stamp

ROOM = 180  # letters of a file's name that slugs may take


def name_of(comparison: Comparison, suffix: str) -> str:
    """`compare-mei-huang-vs-yun-zhang.csv`; of long slugs their beginnings, since systems cut long names."""
    most = ROOM // len(comparison.copies)
    return f"compare-{'-vs-'.join(copy.slug[:most].rstrip('-') for copy in comparison.copies)}.{suffix}"


def csv_file(comparison: Comparison, places: Iterable[Compared], tenant, *, everything: bool) -> str:
    copies = comparison.copies
    head = ("Place", "Row", "Column", *(copy.slug for copy in copies), "Same for all")
    rows = [
        head,
        ("About", "", "Copy", *(stamp(copy, tenant) for copy in copies), ""),
        *(("How alike", copy.name, "", *(share for _, share in shares), "")
          for copy, shares in comparison.likeness.matrix),
    ]  # fmt: skip
    for place in places:
        rows += [(place.title, "", *cells) for cells in columns(place.lines, everything)]
        for match in shown(place, everything):
            has = ["yes" if row else "no" for row in match.rows]
            rows.append((place.title, match.title, "Has it", *has, "yes" if match.everywhere else "no"))
            rows += [(place.title, match.title, *cells) for cells in columns(match.lines, everything)]
    return as_csv(rows)


def shown(place: Compared, everything: bool) -> list[Match]:
    return [match for match in place.matches if everything or not match.same]


def columns(lines: Iterable[Line], everything: bool) -> Iterator[tuple]:
    for one in lines:
        missing = any(cell.missing for cell in one.cells)
        if everything or missing or not one.same:
            yield one.label, *(cell.text for cell in one.cells), "yes" if one.same and not missing else "no"


def markdown_file(comparison: Comparison, places: Iterable[Compared], tenant, *, everything: bool) -> str:
    return "\n".join(markdown(comparison, places, tenant, everything)) + "\n"


def markdown(comparison: Comparison, places: Iterable[Compared], tenant, everything: bool) -> Iterator[str]:
    copies = comparison.copies
    names = [copy.name for copy in copies]
    yield f"# {listing([inline(name) for name in names])} compared"
    yield ""
    yield "All that they say." if everything else "What is the same for all is left out."
    yield ""
    yield from (f"- {inline(copy.name)}: {inline(stamp(copy, tenant))}" for copy in copies)
    yield from ("", "## How alike", "", inline(comparison.likeness.says), "")
    shares = ((copy.name, *(share for _, share in several)) for copy, several in comparison.likeness.matrix)
    yield from table(("", *names), shares)
    yield from ("", explained())
    for place in places:
        if told := [*of_place(place, names, everything)]:
            yield from ("", f"## {place.title}", *told)


def of_place(place: Compared, names: list[str], everything: bool) -> Iterator[str]:
    own = [one for one in place.lines if everything or not one.same]
    if own:
        yield from ("", *table(("", *names), ((one.label, *(cell.text for cell in one.cells)) for one in own)))
    for match in shown(place, everything):
        if len(match.who) > 1:
            who = listing([inline(names[number - 1]) for number in match.who])
            yield from ("", f"### {inline(match.title)}", "", f"Shared by {'all' if match.everywhere else who}.")
            told = match.lines if everything else match.differing
            if told:
                rows = ((one.label, *(cell.text for cell in one.cells)) for one in told)
                yield from ("", *table(("", *names), rows))
    for _, copy, matches in place.only:
        if matches:
            yield from ("", f"### Only {inline(copy.name)}", "")
            for match in matches:
                facts = "; ".join(f"{label}: {text}" for label, text in match.facts)
                yield f"- {inline(match.title)}" + (f" ({inline(facts)})" if facts else "")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = [inline(one) for one in head]
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(inline, row))} |"
