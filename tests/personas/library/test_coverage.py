from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from personas.library.figures.heat import ALL, bars, heat
from personas.models import EvidenceSource, PainPoint, Persona
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role as Membership

PAGE, PAINS = "/library/coverage/", "/library/coverage/pains/"
QUERIES = 16 + 12  # the page's own, and those of the frame around it


@pytest.fixture
def published(published):
    """With its function and role read: outside its tenant they could not be."""
    with tenant_context(published.tenant):
        assert published.function.name
        assert published.role.name
    return published


class Cells(HTMLParser):
    """The links behind the numbers of a page, by what these say: «Sales, Learner: 1 of 34 personas»."""

    def __init__(self, answer):
        super().__init__()
        self.links = {}
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "a" and "aria-label" in given:
            self.links[given["aria-label"]] = given["href"]


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def numbers(figure) -> dict[str, list[str]]:
    return {name: said for name, *said in figure.rows}


def test_a_function_and_a_role_show_their_personas_by_archetype_and_lead_to_them(published, analyst):
    everything = analyst.get(PAGE)
    names = everything.context["matrix"].columns
    told = dict(zip(names[1:], numbers(everything.context["matrix"])[published.function.name], strict=True))
    kind = published.get_archetype_display().partition(":")[0]
    assert {name: number for name, number in told.items() if number != "0"} == {kind: "1", ALL: "1"}

    of_function = analyst.get(PAGE, {"function": published.function_id})
    asked = f"function={published.function_id}&role={published.role_id}&archetype={published.archetype}"
    said = f"{published.role.name}, {kind}: 1 of 1 personas"
    assert Cells(of_function).links[said] == f"/library/?{asked}"
    assert published.name in text(analyst.get(f"/library/?{asked}"))


def test_roles_and_archetypes_that_nobody_stands_for_are_named(published, analyst):
    answer = analyst.get(PAGE, {"function": published.function_id})
    ((function, lacking),) = answer.context["lacking"]
    assert function == published.function.name
    with tenant_context(published.tenant):
        others = published.function.roles.filter(is_active=True, deleted_at=None).exclude(pk=published.role_id)
        assert lacking == list(others.order_by("name").values_list("name", flat=True))
    assert f"1 of {len(lacking) + 1} roles" in text(answer)
    kind = published.get_archetype_display().partition(":")[0]
    assert kind not in answer.context["without"].split(", ")
    assert len(answer.context["without"].split(", ")) == 3


def test_what_is_changed_after_publishing_does_not_count(published, analyst):
    before = analyst.get(PAGE)
    with tenant_context(published.tenant):
        PersonaFactory(complete=True)
        Persona.objects.filter(pk=published.pk).update(ai_maturity_score=1, archetype="SKEPTIC", function=None)
        PainPoint.objects.filter(persona=published).delete()
        EvidenceSource.objects.filter(persona=published).update(publication_date="1999-01-01")
    after = analyst.get(PAGE)
    for figures in ("matrix", "pains", "evidence"):
        assert after.context[figures].rows == before.context[figures].rows
    assert [one.rows for one in after.context["spreads"]] == [one.rows for one in before.context["spreads"]]
    assert after.context["personas"] == 1


def test_what_another_tenant_published_does_not_count(published, digital, join, enter):
    stranger = enter(join(digital, Membership.ANALYST))
    assert stranger.get(PAGE).context["personas"] == 0
    assert "Publish one, and it counts." in text(stranger.get(PAGE))
    assert stranger.get(PAGE, {"function": published.function_id}).status_code == 404
    assert "Choose less above" in text(stranger.get(PAINS))


def test_a_number_of_pains_opens_as_many_pain_points_with_their_personas(published, analyst):
    cells = Cells(analyst.get(PAGE, {"function": published.function_id})).links
    pains = {said: link for said, link in cells.items() if said.endswith(" pain points")}
    assert pains
    for said, link in list(pains.items())[:3]:
        number = int(said.rpartition(": ")[2].split()[0])
        opened = analyst.get(link)
        assert opened.context["shown"].paginator.count == number, said
        assert text(opened).count(f'href="/library/personas/{published.slug}/"') == number
    with tenant_context(published.tenant):
        everything = PainPoint.objects.count()
    assert f"{everything} pain points of published personas" in text(analyst.get(PAINS))


def test_many_pain_points_are_paged_and_keep_what_was_asked_for(published, analyst, monkeypatch):
    monkeypatch.setattr("personas.library.coverage.AT_ONCE", 3)
    first = analyst.get(PAINS, {"function": published.function_id})
    following = f"?function={published.function_id}&amp;page=2"
    assert following in text(first)
    second = analyst.get(f"{PAINS}{following.replace('&amp;', '&')}")
    told = [{row["pain_point"] for row, _ in page.context["rows"]} for page in (first, second)]
    assert [len(one) for one in told] == [3, 3]
    assert not told[0] & told[1]


@pytest.mark.parametrize("asked", ["function=nonsense", "severity=unheard-of", "category=%00"])
def test_what_there_is_not_cannot_be_asked_for(analyst, asked):
    assert analyst.get(f"{PAINS}?{asked}").status_code == 404


def test_evidence_is_told_by_kind_and_year_as_the_rules_date_it(pharma, analyst):
    this_year = timezone.localdate().year
    with tenant_context(pharma):
        persona = PersonaFactory()
        days = [f"{this_year}-01-01", f"{this_year - 1}-12-31", "1999-05-05", None]
        EvidenceSource.objects.bulk_create(
            EvidenceSource(
                persona=persona, tenant=pharma, citation=f"Source {day}", key_finding="…", publication_date=day
            )
            for day in days
        )
        for status in ("pending_review", "validated", "published"):
            Persona.objects.filter(pk=persona.pk).update(validation_status=status)
    told = analyst.get(PAGE).context["evidence"]
    sources = dict(zip(told.columns[1:], numbers(told)["Evidence sources"], strict=True))
    assert {name: number for name, number in sources.items() if number != "0"} == {
        f"Before {this_year - 4}": "1", str(this_year - 1): "1", f"{this_year} on": "1", "No date": "1", ALL: "4",
    }  # fmt: skip


def test_who_was_not_scored_has_no_tier_and_archetypes_tell_their_averages(pharma, published, analyst):
    with tenant_context(pharma):
        PersonaFactory(
            validation_status="published", archetype=published.archetype, ai_maturity_score=published.ai_maturity_score,
            function=published.function, role=published.role,
        )  # fmt: skip
    archetypes, _, _, tiers = analyst.get(PAGE).context["spreads"]
    assert numbers(tiers)["Not given"] == ["1", "50%"]
    kind = published.get_archetype_display().partition(":")[0]
    number, share, maturity, *_ = numbers(archetypes)[kind]
    assert (number, share, float(maturity)) == ("2", "100%", pytest.approx(float(published.ai_maturity_score), abs=0.1))


def test_more_personas_do_not_need_more_queries(published, analyst):
    def asked(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert analyst.get(address).status_code == 200
        return len(queries)

    asked(PAGE)
    few = {address: asked(address) for address in (PAGE, PAINS)}
    with tenant_context(published.tenant):
        PersonaFactory.create_batch(3, complete=True, validation_status="published")
    assert {address: asked(address) for address in few} == few
    assert max(few.values()) <= QUERIES


def test_a_heat_map_sums_up_and_shades_by_the_quarter_of_the_largest():
    told = heat("T", "Row", {"a": "A", "b": "B"}, {"x": "X", "y": "Y"}, {("a", "x"): 8, ("a", "y"): 1}, of="things")
    assert told.rows == [("A", "8", "1", "9"), ("B", "0", "0", "0"), ("All", "8", "1", "9")]
    assert [cell["shade"] for cell in told.drawing["rows"][0]["cells"]] == ["lib-s4", "lib-s1", "lib-sum"]
    assert told.legend == [("lib-s0", "none"), ("lib-s1", "1 to 2"), ("lib-s2", "3 to 4"), ("lib-s3", "5 to 6"), ("lib-s4", "7 to 8")]  # fmt: skip  # noqa: E501
    assert told.says == "In all 9 things. Most, 8: A, X. None in 2 of 4 cells."


def test_pictures_of_nothing_say_so_instead():
    assert heat("T", "Row", {"a": "A"}, {"x": "X"}, {}, of="things", empty="None.").rows == []
    assert bars("T", "Kind", {"a": "A"}, {}, of="things", empty="None.").rows == []


def test_a_bar_that_is_hardly_there_is_not_told_as_nothing():
    assert bars("T", "Kind", {"a": "A", "b": "B"}, {"a": 1000, "b": 1}, of="things").rows == [
        ("A", "1,000", "100%"), ("B", "1", "<1%"),
    ]  # fmt: skip
