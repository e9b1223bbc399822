"""Markdown says all that the persona says, and nothing that somebody wrote turns into markup."""

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from marko.ext.gfm import gfm

from personas.documents.shape import SHAPES
from personas.library import copies, markdown
from personas.library.copies import FIELDS
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context

SIGNS = st.text(st.sampled_from(list("ab1 .)-+*_#=`~<>|[](){}!&;$\\/:\n\"'")), min_size=1, max_size=24)


@pytest.fixture
def copy(published, pharma):
    with tenant_context(pharma):
        yield copies.published(published.slug)[0]


def rows(copy):
    """Each row of a persona with its table, details included."""
    yield "personas", copy.own
    for word, several in copy.sections.items():
        for row in several:
            yield word, row
            yield from ((one.word, inner) for one in SHAPES[word].details for inner in row[one.word])


def test_every_value_of_the_fullest_persona_is_there(copy, pharma):
    said = markdown.markdown(copy, pharma)
    told = [
        (word, name, line)
        for word, row in rows(copy)
        for name in FIELDS[word]
        if (word, name) != ("personas", "slug")
        for line in copy.says(word, name, row).splitlines()
    ]
    assert len(told) > 2000
    assert [one for one in told if markdown.escaped(one[2].strip()) not in said and f"<{one[2]}>" not in said] == []


def test_the_stamp_stands_in_front_for_programs_and_for_people(copy, pharma):
    said = markdown.markdown(copy, pharma)
    _, front, rest = said.split("---\n", 2)
    assert yaml.safe_load(front) == {
        "persona": copy.name, "status": "Published", "copy": "published", "revision": copy.number,
        "date": copy.as_of.date().isoformat(), "tenant": pharma.name,
    }  # fmt: skip
    assert f"Published · revision {copy.number} · " in rest


def test_a_draft_says_so_first(pharma):
    with tenant_context(pharma):
        made = PersonaFactory()
        said = markdown.markdown(copies.working(made.slug)[0], pharma)
    assert "status: Draft\ncopy: working copy, not published\n" in said
    assert "\nDRAFT · working copy · revision " in said


def read(element) -> str:
    """What people read of parsed Markdown; an element that is no text gives itself away by its name."""
    match element.get_type():
        case "RawText" | "Literal":
            return element.children
        case "LineBreak" | "InlineHTML" if element.get_type() == "LineBreak" or element.children == "<br>":
            return "\n"
        case "Document" | "List" | "ListItem" | "Paragraph":
            return "".join(map(read, element.children))
        case "BlankLine":
            return ""
        case other:
            return f"[{other}]"


@given(SIGNS)
@example("# x\n## y")
@example("1) one\n- two")
@example('"; } <iframe src="file:///etc/passwd">')
def test_what_somebody_wrote_is_read_as_it_was_written(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert read(gfm.parse(f"- {markdown.inline(text)}\n")) == "\n".join(lines)
    [*_, cell] = gfm.parse(f"| A | B |\n|---|---|\n| b | {markdown.inline(text)} |\n").children[0].children[1].children
    assert "".join(map(read, cell.children)) == "\n".join(lines)
