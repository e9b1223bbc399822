import csv
from io import StringIO

import marko
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from personas.documents.shape import PERSONA
from personas.library import comparing, copies, likeness
from personas.library.comparing import Comparison
from personas.models import Persona
from tests.factories import FACTORIES, PersonaFactory, stand
from vital.tenancy.context import tenant_context

PAGE = "/library/compare/"


@pytest.fixture
def made(pharma):
    """Make published personas with some tools: made("anna", ["Excel"]); what else they say is the same."""

    def make(slug: str, tools=(), **columns) -> Persona:
        said = {"name": slug.title(), "title": "Liaison", "archetype": "AUTOMATOR"} | columns
        with tenant_context(pharma):
            persona = PersonaFactory(slug=slug, **said)
            for tool in tools:
                FACTORIES["tools_used"](
                    persona=persona, tool_name=tool, proficiency_level="expert", satisfaction_score=4
                )
            return stand(persona, "published")

    return make


@pytest.fixture
def compared(pharma):
    """What stands of published personas beside each other."""

    def compare(*slugs: str) -> Comparison:
        with tenant_context(pharma):
            return Comparison(copies.published(*slugs))

    return compare


def text_of(answer) -> str:
    return answer.content.decode()


def test_rows_are_the_same_by_their_identity_without_regard_to_case_and_punctuation(made, compared):
    made("anna", ["Power BI", "Excel", "C++"])
    made("ben", ["power-bi", "EXCEL", "C"])
    made("cleo", ["Power  BI!", "Word"])
    tools = compared("anna", "ben", "cleo").places["tools_used"]
    assert [match.title for match in tools.by_all] == ["Power BI"]
    assert [(match.title, match.who) for match in tools.by_some] == [("Excel", [1, 2])]
    assert [[match.title for match in matches] for _, _, matches in tools.only] == [["C++"], ["C"], ["Word"]]


def test_rows_of_one_persona_that_are_called_the_same_are_all_shown(made, compared):
    made("anna", ["Excel", "excel"])
    made("ben", ["Excel"])
    tools = compared("anna", "ben").places["tools_used"]
    assert [match.who for match in tools.matches] == [[1, 2], [1]]


def test_a_cell_says_whether_others_agree(made, compared):
    for slug, title in {"anna": "Liaison", "ben": "liaison.", "cleo": "Director", "dan": None}.items():
        made(slug, title=title)
    lines = {line.label: line for line in compared("anna", "ben", "cleo", "dan").places["core_profile"].lines}
    assert [(cell.mark, cell.apart) for cell in lines["Title"].cells] == [
        ("=", False), ("=", False), ("≠", True), ("", True),
    ]  # fmt: skip


def test_two_camps_are_told_apart():
    assert comparing.marks(["a", "b", "a", "b", "c", None]) == ["=1", "=2", "=1", "=2", "≠", "≠"]


def test_likeness_is_one_for_twins_and_grows_with_what_is_shared(made, compared, pharma):
    anna = made("anna", ["Excel", "Word"])
    with tenant_context(pharma):
        columns = {
            name: name if name in PERSONA.references else column.attname for name, column in PERSONA.columns.items()
        }
        said = {key: getattr(anna, key) for name, key in columns.items() if name not in likeness.NAMES}
    made("twin", ["Excel", "Word"], **said | {"name": "Twin"})
    made("ben", ["Excel", "Visio"], **said | {"name": "Ben"})
    alike = compared("anna", "twin", "ben").likeness
    assert alike.pairs[0, 1] == 1
    own, tools = likeness.WEIGHTS["personas"], likeness.WEIGHTS["tools_used"]
    assert alike.pairs[0, 2] == pytest.approx((own + tools / 3) / (own + tools))
    assert alike.says == "Anna and Twin are most alike, by 100%."
    assert [share for _, share in alike.matrix[2][1]] == ["87%", "87%", "–"]


def test_how_likeness_is_worked_out_names_every_weight():
    assert "goals, pain points, challenges, jobs to be done, tools used and VPANES scoring 3 times" in (
        likeness.explained()
    )


def test_only_differences_hides_what_is_the_same_for_all_and_says_how_much(made, analyst):
    made("anna", ["Excel"], title="Liaison", tagline="First")
    made("ben", ["Excel"], title="Liaison", tagline="Second")
    hidden = text_of(analyst.get(PAGE, {"p": ["anna", "ben"], "section": "core_profile"}))
    shown = text_of(analyst.get(PAGE, {"p": ["anna", "ben"], "section": "core_profile", "show": "all"}))
    assert '<th scope="row">Tagline</th>' in hidden
    assert '<th scope="row">Title</th>' not in hidden
    assert "1 column hidden, the same for all." in " ".join(hidden.split())
    assert '<th scope="row">Title</th>' in shown


def test_a_section_stands_side_by_side(made, analyst):
    made("anna", ["Excel", "Word"])
    made("ben", ["Excel", "Visio"])
    page = text_of(analyst.get(PAGE, {"p": ["anna", "ben"], "section": "tools_used", "show": "all"}))
    assert "Proficiency level" in page
    assert "Only Anna" in page
    assert analyst.get(PAGE, {"p": ["anna", "ben"], "section": "wishes"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "Choose 2 to 6 personas"),
        (["anna"], "Choose at least one more persona to compare Anna with"),
        (["anna", "nobody"], "There is no persona «nobody» published here"),
        (list("abcdefgh"), "You chose 8 personas; at most 6 fit beside each other. Take 2 out."),
    ],
)
def test_too_few_too_many_and_unknown_personas_are_asked_for_again(made, analyst, asked, said):
    made("anna")
    answer = analyst.get(PAGE, {"p": asked})
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert analyst.get(PAGE, {"p": asked, "as": "csv"}).status_code == 404


def test_a_persona_is_found_and_added_and_taken_out(made, analyst):
    made("anna")
    made("ben")
    made("cleo", ["Quixotic Planner"])
    page = text_of(analyst.get(PAGE, {"p": ["anna", "ben"], "q": "quixotic"}))
    assert 'href="?p=anna&amp;p=ben&amp;p=cleo"' in page
    assert 'href="?p=ben" title="Take Anna out"' in page
    assert "has all these words" in text_of(analyst.get(PAGE, {"p": ["anna", "ben"], "q": "unheard-of"}))


def test_what_is_published_is_compared_until_the_working_copy_is_asked_for(made, analyst, pharma):
    anna = made("anna", title="As published")
    made("ben")
    with tenant_context(pharma):
        Persona.objects.filter(pk=anna.pk).update(title="As drafted")
    live = text_of(analyst.get(PAGE, {"p": ["anna", "ben"]}))
    draft = text_of(analyst.get(PAGE, {"p": ["anna", "ben"], "copy": "working"}))
    assert "As published" in live
    assert "As drafted" not in live
    assert "As drafted" in draft
    assert "Working copy, draft" in draft


def test_a_persona_of_another_tenant_is_unknown(made, analyst, digital):
    made("anna")
    made("ben")
    with tenant_context(digital):
        PersonaFactory(slug="theirs", name="Theirs", validation_status="published")
    page = text_of(analyst.get(PAGE, {"p": ["anna", "ben", "theirs"]}))
    assert "There is no persona «theirs» published here, so it is left out." in page


def test_the_csv_holds_no_formula_and_is_named_by_its_personas(made, analyst):
    made("anna", ["=HYPERLINK(1)"], title="@sum")
    made("ben", ["Excel"])
    answer = analyst.get(PAGE, {"p": ["anna", "ben"], "as": "csv"})
    assert "compare-anna-vs-ben.csv" in answer["Content-Disposition"]
    rows = list(csv.reader(StringIO(text_of(answer))))
    assert rows[0] == ["Place", "Row", "Column", "anna", "ben", "Same for all"]
    assert ["Core profile", "", "Title", "'@sum", "Liaison", "no"] in rows
    assert ["Tools used", "'=HYPERLINK(1)", "Has it", "yes", "no", "no"] in rows
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_markdown_keeps_what_people_wrote_from_becoming_markup(made, analyst):
    made("anna", ["<b>Bold</b> | *tool*"], title="First\nSecond")
    made("ben", ["Excel"])
    answer = analyst.get(PAGE, {"p": ["anna", "ben"], "as": "md"})
    assert "compare-anna-vs-ben.md" in answer["Content-Disposition"]
    text = text_of(answer)
    assert text.startswith("# Anna and Ben compared\n")
    assert "| Title | First<br>Second | Liaison |" in text
    assert r"- \<b\>Bold\</b\> \| \*tool\* (" in text
    assert "&lt;b&gt;Bold&lt;/b&gt; | *tool* (" in marko.convert(text)


def test_comparing_six_full_personas_takes_at_most_ten_queries_of_its_own(pharma, analyst):
    with tenant_context(pharma):
        slugs = [PersonaFactory(complete="most", validation_status="published").slug for _ in range(6)]
    with CaptureQueriesContext(
        connection,
    ) as empty:
        analyst.get(PAGE, {"p": list("abcdefgh")})
    with CaptureQueriesContext(connection) as six:
        assert analyst.get(PAGE, {"p": slugs}).status_code == 200
    of_six = [one["sql"] for one in six if "editorial_" in one["sql"] or "published." in one["sql"]]
    assert 0 < len(of_six) <= 10
    assert len(six) <= len(empty) + 10


def test_who_is_not_logged_in_is_sent_to_log_in(made, client):
    made("anna")
    made("ben")
    assert client.get(PAGE, {"p": ["anna", "ben"]}).status_code == 302
