"""The list of personas: search, filters, order, pages, columns."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from personas.admin import columns
from personas.admin.listing import SORTED
from personas.documents.apply import apply
from personas.documents.plan import plan
from personas.exchange.choosing import PersonaFilters
from personas.models import EditorialState, Goal, Persona
from tests.factories import FACTORIES, PersonaFactory, stand
from tests.vital.flat.files import Pages, rows
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_persona_changelist")


@pytest.fixture
def work(pharma, join, enter):
    """The browser of a tenant admin."""
    return enter(join(pharma, Role.TENANT_ADMIN, full_name="Ana Silva"))


@pytest.fixture
def ana(pharma):
    with tenant_context(pharma):
        return PersonaFactory(slug="ana", name="Ana Alvares", title="Liaison", archetype="LEARNER")


@pytest.fixture
def ben(pharma):
    with tenant_context(pharma):
        return PersonaFactory(slug="ben", name="Ben Bauer", title="Statistician", archetype="SKEPTIC")


def listed(client, **query) -> list[str]:
    return [row.state.persona.slug for row in client.get(LIST, query).context["listing"].rows]


def read(client, query: str = "") -> str:
    return client.get(f"{LIST}?{query}").content.decode()


def state(persona) -> EditorialState:
    with tenant_context(persona.tenant_id):
        return EditorialState.objects.get(persona=persona)


def change(persona, **fields) -> None:
    """Change the state of a persona."""
    with tenant_context(persona.tenant_id):
        EditorialState.objects.filter(persona=persona).update(**fields)


class TestTheList:
    def test_says_who_they_are_and_who_changed_them_last(self, pharma, join, enter):
        ana = join(pharma, full_name="Ana Silva")
        with tenant_context(pharma, ana):
            PersonaFactory(name="Zoe Zimmer", title="Liaison", archetype="LEARNER")
        text = read(enter(ana))
        for said in ("Zoe Zimmer", "Liaison", "Learner", "Ana Silva", "1 persona"):
            assert said in text

    def test_leads_to_adding_and_importing_where_there_is_none(self, work):
        text = read(work)
        assert "There is no persona yet" in text
        assert reverse("admin:personas_persona_add") in text
        assert reverse("admin:personas_batch_add") in text

    def test_leads_to_clearing_the_filters_where_they_leave_none(self, work, ana):
        text = read(work, "archetype=SKEPTIC")
        assert "No persona is found" in text
        assert f'<a class="vital-link" href="{LIST}">Clear all filters</a>' in text

    def test_shows_nothing_of_another_tenant(self, work, ana, digital):
        with tenant_context(digital):
            zoe = PersonaFactory(name="Zebulon", slug="zoe")
            apply(plan([{"slug": "zoe", "tagline": "Sleep"}]))
        assert listed(work) == ["ana"]
        assert listed(work, q="sleep") == []
        assert listed(work, function=str(zoe.function_id)) == []
        assert "Zebulon" not in read(work, f"after=A~{zoe.pk}")

    def test_is_not_for_those_who_work_elsewhere(self, digital, join, enter, ana):
        assert listed(enter(join(digital))) == []

    @pytest.mark.parametrize(
        ("query", "shown"), [("", 100), ("q=liaison", 50), ("q=liaison&order=-evidence&archetype=LEARNER", 50)]
    )
    def test_takes_no_more_queries_than_its_budget(self, work, pharma, django_assert_max_num_queries, query, shown):
        with tenant_context(pharma):
            for _ in range(120):
                PersonaFactory(title="Liaison", archetype="LEARNER")
            with connection.cursor() as cursor:
                cursor.execute("SELECT read_unread_words(%s, 120)", [pharma.pk])
        ContentType.objects.clear_cache()
        with django_assert_max_num_queries(25):
            assert len(work.get(f"{LIST}?{query}").context["listing"].rows) == shown

    def test_has_the_columns_that_one_chooses(self, work, ana):
        for query in ("columns=department,version", "columns=version&columns=department&columns=nonsense"):
            headings = work.get(f"{LIST}?{query}").context["listing"].headings
            assert [one.title for one in headings] == ["Name", "Department", "Version"]
        assert "Department" not in [one.title for one in work.get(LIST).context["listing"].headings]

    @pytest.mark.parametrize("name", columns.COLUMNS)
    def test_shows_every_column(self, work, ana, name):
        listing = work.get(LIST, {"columns": name}).context["listing"]
        assert [heading.name for heading in listing.headings] == ["name", name]

    def test_tells_how_many_there_are_without_counting_all(self, work, ana, ben, monkeypatch):
        assert "2 personas" in read(work)
        monkeypatch.setattr("personas.admin.listing.COUNTED", 1)
        assert "More than 1 personas" in read(work)

    def test_sends_what_it_shows_as_the_file_of_its_table(self, work, ana, ben):
        assert {row["slug"] for row in rows(Pages(work, Persona).export(query="?archetype=SKEPTIC"))} == {"ben"}


class TestSearching:
    @pytest.fixture(autouse=True)
    def known(self, pharma):
        with tenant_context(pharma):
            goals = [{"goal_text": "Find the safety data of < 3 days"}]
            apply(plan([{"slug": "ana", "name": "Ana Alvares", "title": "Liaison", "goals": goals}]))
            apply(plan([{"slug": "ben", "name": "Ben Bauer", "title": "Statistician"}]))

    @pytest.mark.parametrize("typed", ["ana", "Alvares", "alv", "liaison", "safety data", "liaison safe"])
    def test_finds_by_any_words_of_a_persona(self, work, typed):
        assert listed(work, q=typed) == ["ana"]

    def test_says_where_it_matched_and_leads_there(self, work, pharma):
        with tenant_context(pharma):
            goal = Goal.objects.get()
        text = read(work, "q=safety")
        there = reverse("admin:personas_persona_section", args=[goal.persona_id, "goals"])
        assert f'href="{there}#row-{goal.pk}"><b>Goals:</b>' in text
        assert "Find the <mark>safety</mark> data of &lt; 3 days" in text

    def test_leads_to_the_persona_for_its_own_words(self, work, pharma):
        with tenant_context(pharma):
            address = reverse("admin:personas_persona_change", args=[Persona.objects.get(slug="ben").pk])
        assert f'href="{address}"><b>About the persona:</b> …<mark>Statistician</mark>…' in read(work, "q=statistician")

    def test_says_what_is_not_read_yet(self, work, pharma):
        with tenant_context(pharma):
            PersonaFactory()
        assert "1 persona is still being read; search again in a minute." in read(work, "q=nothing")
        assert "still being read" not in read(work)

    @pytest.mark.parametrize("typed", ["the", "'", "\\", "a & | b", "-", '"', "x" * 3000, "\0", "⟦"])
    def test_takes_whatever_is_typed(self, work, typed):
        assert work.get(LIST, {"q": typed}).status_code == 200


class TestFilters:
    def values(self, persona) -> dict[str, str]:
        """What each filter has to say to find this one."""
        return {
            "function": persona.function_id, "department": persona.department_id, "role": persona.role_id,
            "archetype": persona.archetype, "seniority": persona.seniority_level_id,
            "readiness": persona.gen_ai_readiness_level, "status": "validated", "completeness_min": 41,
            "completeness_max": 59, "evidence_min": 3, "updated_since": "2026-11-01", "active": "no",
            "owner": "me",
        }  # fmt: skip

    @pytest.fixture
    def cleo(self, pharma, ana, ben):
        """A persona that differs from the other two in everything there is a filter for."""
        with tenant_context(pharma):
            cleo = PersonaFactory(slug="cleo")
            for other in (ana, ben):
                Persona.objects.filter(pk=other.pk).update(
                    function=None, department=None, role=None, seniority_level=None, ai_maturity_score=None,
                    gen_ai_readiness_level=None,
                )  # fmt: skip
            Persona.objects.filter(pk=cleo.pk).update(archetype="ORCHESTRATOR", is_active=False)
            for _ in range(3):
                FACTORIES["public_research"](persona=cleo)
            stand(cleo, "validated")
        for persona, complete, year in ((ana, 40, 2025), (ben, 60, 2024), (cleo, 50, 2026)):
            change(persona, completeness=complete, changed_at=datetime(year, 11, 1, 12, tzinfo=UTC))
        return cleo

    @pytest.mark.parametrize("name", sorted(PersonaFilters.base_filters.keys() - {"q"}))
    def test_leaves_what_it_names(self, pharma, join, enter, cleo, ben, name):
        work = enter(join(pharma))
        change(cleo, owner=join(pharma, Role.REVIEWER))
        if name == "owner":
            assert listed(work, owner="me") == []
            assert listed(work, owner="nobody") == ["ana", "ben"]
            assert listed(work, owner="others") == ["ana", "ben", "cleo"]
            assert listed(work, owner=str(state(cleo).owner_id)) == ["cleo"]
        elif name == "evidence_max":
            assert listed(work, evidence_max="2") == ["ana", "ben"]
            assert listed(work, evidence_max="3") == ["ana", "ben", "cleo"]
        elif name == "completeness_max":
            assert set(listed(work, completeness_max="59")) == {"ana", "cleo"}
        elif name == "completeness_min":
            assert set(listed(work, completeness_min="41")) == {"ben", "cleo"}
        else:
            assert listed(work, **{name: self.values(cleo)[name]}) == ["cleo"]
            if name in ("function", "department", "role", "seniority", "readiness"):
                assert listed(work, **{name: "null"}) == ["ana", "ben"]

    def test_work_together(self, work, cleo):
        assert listed(work, **{name: value for name, value in self.values(cleo).items() if name != "owner"}) == ["cleo"]
        assert listed(work, archetype="ORCHESTRATOR", status="draft") == []

    NONSENSE = ("nonsense", "-1", "1e9", "9" * 40, "'", "\0", "2026-13-45", str(UUID(int=7)))

    def test_know_what_makes_no_sense(self, tenant, ana):
        for name in PersonaFilters.base_filters.keys() - {"q"}:
            for value in self.NONSENSE:
                filters = PersonaFilters({name: value})
                assert not filters.found.exists(), (name, value)
                assert list(filters.form.errors) == [name], (name, value)

    @pytest.mark.parametrize("value", NONSENSE)
    def test_say_what_makes_no_sense_and_show_nothing(self, work, ana, value):
        response = work.get(LIST, {"role": value, "evidence_min": value})
        assert response.status_code == 200
        assert "A filter makes no sense" in response.content.decode()
        assert response.context["listing"].rows == []

    def test_are_named_each_with_the_way_to_go_on_without(self, work, ana):
        listing = work.get(LIST, {"archetype": "LEARNER", "status": "draft", "order": "-changed"}).context["listing"]
        assert listing.chips == [
            ("Archetype", "Learner", "?status=draft&order=-changed"),
            ("Status", "Draft", "?archetype=LEARNER&order=-changed"),
        ]

    def test_go_along_to_the_export(self, pharma, join, enter, ana, ben):
        user = join(pharma)
        change(ana, owner=user)
        page = enter(user).get(LIST, {"owner": "me", "archetype": "LEARNER"}).context["export"]
        export = enter(user).get(page)
        assert export.context["number"] == 1
        assert "1 persona, as your list showed it." in export.content.decode()
        sent = export.context["choice"] | {"format": "json"}
        document = json.loads(b"".join(enter(user).post(reverse("admin:personas_export_add"), sent)))
        assert [one["slug"] for one in document["personas"]] == ["ana"]


class TestPaging:
    @pytest.fixture
    def seven(self, pharma):
        """Seven personas, some alike in what lists are sorted by."""
        with tenant_context(pharma):
            made = [PersonaFactory(slug=f"p{n}", name=f"Same {n // 3}") for n in range(7)]
            for _ in range(2):
                FACTORIES["public_research"](persona=made[4])
            for n, persona in enumerate(made):
                persona.role_name = None
                change(persona, completeness=n // 2, changed_at=datetime(2026, 1, 1 + n // 4, tzinfo=UTC))
        return made

    @pytest.mark.parametrize("order", [f"{sign}{name}" for name in SORTED for sign in ("", "-")])
    def test_goes_through_all_of_them_and_back(self, work, seven, monkeypatch, order):
        whole = listed(work, order=order)
        monkeypatch.setattr("personas.admin.listing.SIZE", 2)
        seen, address = [], f"?order={order}"
        steps = []
        while address:
            listing = work.get(LIST + address).context["listing"]
            steps.append([row.state.persona.slug for row in listing.rows])
            seen, last, address = seen + steps[-1], listing, listing.next
        assert (seen, len(seen), [len(step) for step in steps]) == (whole, 7, [2, 2, 2, 1])
        assert steps[0] == [row.state.persona.slug for row in work.get(f"{LIST}?order={order}").context["listing"].rows]
        back = [steps[-1]]
        while last.previous:
            last = work.get(LIST + last.previous).context["listing"]
            back.insert(0, [row.state.persona.slug for row in last.rows])
        assert back == steps
        assert (last.previous, bool(last.next)) == (None, True)

    @pytest.mark.parametrize("step", ["nonsense", "~", "a~b", "\0~\0", f"x~{UUID(int=7)}", f"NaN~{UUID(int=7)}"])
    @pytest.mark.parametrize("order", ["name", "-changed", "completeness", "job"])
    def test_takes_whatever_the_address_says(self, work, ana, order, step):
        for name in ("after", "before"):
            assert work.get(LIST, {name: step, "order": order}).status_code == 200

    def test_headings_sort_and_turn_around(self, work, ana):
        headings = {one.name: one for one in work.get(LIST, {"order": "-changed"}).context["listing"].headings}
        assert (headings["changed"].sorted, headings["changed"].address) == ("descending", "?order=changed")
        assert (headings["name"].sorted, headings["name"].address) == (None, "?")
        assert headings["archetype"].address is None
