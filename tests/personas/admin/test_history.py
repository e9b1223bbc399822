"""The history of a persona: who changed what, what differs between any two revisions, and the way back."""

import re
from html import unescape

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from personas.admin.differences import differences
from personas.documents.apply import apply
from personas.documents.because import because
from personas.documents.changes import Mode
from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.editorial import comments
from personas.models import CaseStudy, EditorialState, Goal, Persona, Revision
from tests.factories import FACTORIES, PersonaFactory
from tests.personas.editorial.capturing import capture
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, User
from vital.tenancy.roles import Role

QUERIES = 25


def change(user, persona, why: str = "", mode: Mode = Mode.MERGE, **document) -> None:
    with tenant_context(persona.tenant_id, user), because("", why):
        apply(plan([{"id": str(persona.pk)} | document], mode))


def address(persona, page: str) -> str:
    return reverse(f"admin:personas_persona_{page}", args=[persona.pk])


def words(page) -> str:
    """What people read on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def said(page) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def latest(persona) -> int:
    with tenant_context(persona.tenant_id):
        return EditorialState.objects.get(persona=persona).revision


@pytest.fixture
def ana(pharma, join) -> User:
    return join(pharma, Role.ANALYST, full_name="Ana Silva")


@pytest.fixture
def work(ana, enter):
    ContentType.objects.clear_cache()
    return enter(ana)


@pytest.fixture
def ada(pharma, ana) -> Persona:
    with tenant_context(pharma, ana):
        made = PersonaFactory(slug="ada", name="Ada", tagline="First", background_story="She writes code for engines.")
        for place, text in enumerate("ABCD", 1):
            FACTORIES["goals"](persona=made, goal_text=text, sequence_order=place)
        capture()
    return made


@pytest.fixture
def edited(ana, ada) -> Persona:
    """One with two revisions more."""
    change(ana, ada, "As she said", tagline="Second", background_story="She writes music for engines.")
    change(ana, ada, "", Mode.REPLACE, goals=[{"goal_text": "D"}, {"goal_text": "A"}, {"goal_text": "E"}])
    return ada


@pytest.fixture
def live(pharma, edited) -> Persona:
    """Published at its fourth step, then changed."""
    with tenant_context(pharma):
        for status in ("pending_review", "validated", "published"):
            Persona.objects.filter(pk=edited.pk).update(validation_status=status)
    return edited


class TestHistory:
    def test_tells_who_did_what_when_and_why_newest_first(self, work, edited):
        text = words(work.get(address(edited, "history")))
        assert text.index("Revision 3") < text.index("Revision 2") < text.index("Revision 1")
        assert "Saved" in text
        assert "Ana Silva" in text
        assert "As she said" in text
        assert "Ana Silva · Goals" in text

    def test_marks_what_is_live_and_what_was(self, work, pharma, ana, live):
        change(ana, live, tagline="Third")
        with tenant_context(pharma):
            for status in ("pending_review", "validated", "published"):
                Persona.objects.filter(pk=live.pk).update(validation_status=status)
        html = work.get(address(live, "history")).content.decode()
        assert html.count(">live now<") == 1
        assert html.count(">was published<") == 1

    def test_what_else_was_done_stands_in_between(self, work, ana, pharma, edited):
        with tenant_context(pharma, ana):
            ana.membership = Membership.objects.get(user=ana)
            comments.write(edited, ana, "Is this so?")
        change(ana, edited, tagline="Third")
        text = words(work.get(address(edited, "history")))
        assert text.index("Revision 4") < text.index("Commented") < text.index("Revision 3")
        assert text.count("Saved") == 4

    def test_has_pages_of_few_queries(self, work, pharma, ana, ada, django_assert_max_num_queries):
        with tenant_context(pharma, ana):
            for number in range(200):
                Persona.objects.filter(pk=ada.pk).update(tagline=f"Number {number}")
                capture()
        work.get(address(ada, "history"))
        shown, page = [], "?"
        while page:
            with django_assert_max_num_queries(QUERIES):
                got = work.get(address(ada, "history") + page)
            shown += [entry.revision.number for entry in got.context["entries"] if hasattr(entry, "revision")]
            page = got.context["older"] and f"?before={got.context['older']}"
        assert shown == list(range(201, 0, -1))

    def test_of_one_revision_offers_nothing_to_compare(self, work, ada):
        page = work.get(address(ada, "history"))
        assert "Compare</button>" not in page.content.decode()
        assert latest(ada) == 1

    def test_beyond_the_end_says_so(self, work, ada):
        assert "No history here" in words(work.get(address(ada, "history"), {"before": 1}))

    def test_nonsense_shows_the_newest(self, work, ada):
        assert "Revision 1" in words(work.get(address(ada, "history"), {"before": "x" * 50}))

    def test_leads_to_the_audit(self, work, ada):
        assert (
            f"{reverse('admin:personas_event_changelist')}?persona={ada.pk}"
            in work.get(address(ada, "history")).content.decode()
        )


class TestComparing:
    def test_marks_words_that_are_gone_and_new(self, work, edited):
        html = work.get(address(edited, "compare"), {"from": 1, "to": 2}).content.decode()
        assert "She writes <del>code</del> for engines." in html
        assert "She writes <ins>music</ins> for engines." in html
        assert "Narrative" in words(work.get(address(edited, "compare"), {"from": 1, "to": 2}))

    def test_says_what_became_of_each_row(self, work, edited):
        page = work.get(address(edited, "compare"), {"from": 2, "to": 3})
        (goals,) = page.context["differences"].places
        assert {(row.done, row.change.title) for row in goals.rows} == {
            ("moved", "D"), ("removed", "B"), ("removed", "C"), ("added", "E"),
        }  # fmt: skip
        assert "from place 4 to 1" in words(page)

    def test_turned_round_says_the_opposite(self, work, edited):
        page = work.get(address(edited, "compare"), {"from": 3, "to": 2})
        (goals,) = page.context["differences"].places
        assert {row.change.title for row in goals.rows if row.done == "added"} == {"B", "C"}

    def test_by_default_is_with_what_is_live(self, work, ana, live):
        change(ana, live, tagline="Third")
        shown = work.get(address(live, "compare")).context["differences"]
        assert (shown.before.published_at is not None, shown.after.number) == (True, latest(live))
        assert [changed.place.word for changed in shown.places] == ["core_profile"]

    def test_by_default_is_with_the_one_before_where_nothing_is_live(self, work, edited):
        shown = work.get(address(edited, "compare")).context["differences"]
        assert (shown.before.number, shown.after.number) == (2, 3)

    def test_of_the_first_revision_says_what_it_has(self, work, ada):
        text = words(work.get(address(ada, "compare"), {"to": 1}))
        assert "Not published yet: everything is new." in text
        assert "Goals 4 rows" in text

    def test_of_the_same_says_so(self, work, edited):
        assert "These two show the same." in words(work.get(address(edited, "compare"), {"from": 2, "to": 2}))

    @pytest.mark.parametrize("asked", [{"from": 77, "to": 1}, {"to": 99}, {"from": "x", "to": "y"}, {"to": "9" * 40}])
    def test_what_is_not_there_leads_to_the_history(self, work, edited, asked):
        page = work.get(address(edited, "compare"), asked, follow=True)
        assert "There is no such revision" in said(page)[0]

    def test_values_stand_as_the_editor_shows_them(self, work, pharma, ana, ada):
        with tenant_context(pharma, ana):
            Persona.objects.filter(pk=ada.pk).update(seniority_level=None, is_active=True)
            capture()
            Persona.objects.filter(pk=ada.pk).update(seniority_level="senior", is_active=False)
            capture()
            label = Persona.objects.get(pk=ada.pk).seniority_level.display_name
        html = work.get(address(ada, "compare")).content.decode()
        assert f"<ins>{label}</ins>" in html
        assert "<del>Yes</del>" in html
        assert "<em>empty</em>" in html

    def test_what_people_wrote_stays_text(self, work, ana, ada):
        change(ana, ada, tagline="<script>alert(1)</script>")
        assert "<script>alert" not in work.get(address(ada, "compare")).content.decode()

    def test_everything_that_changed_takes_few_queries(self, work, pharma, ana, django_assert_max_num_queries):
        with tenant_context(pharma, ana):
            full = PersonaFactory(slug="full", complete="most")
            capture()
            other = PersonaFactory(slug="other", complete=True)
            document = next(dump([other.pk])) | {"id": str(full.pk), "slug": "full"}
            apply(plan([document], Mode.REPLACE))
        with django_assert_max_num_queries(QUERIES):
            page = work.get(address(full, "compare"))
        assert len(page.context["differences"].places) > 40
        with django_assert_max_num_queries(QUERIES):
            page = work.get(address(full, "restore"), {"revision": 1})
        assert len(page.context["differences"].places) > 40

    def test_is_made_for_other_pages_too(self, pharma, edited):
        with tenant_context(pharma):
            third, second, _ = Revision.objects.filter(persona=edited)
            assert [one.place.word for one in differences(second, third).places] == ["goals"]
            assert differences(third, third).nothing
            assert [(place.word, rows) for place, rows in differences(None, third).new] == [("goals", 3)]


def ask(client, persona, **asked):
    return client.get(address(persona, "restore"), asked, follow=True)


def do(client, page, persona, **more):
    """Press the button of the page that shows the plan."""
    form = page.content.decode().split('<form method="post" class="vital-restore"')[1].split("</form>")[0]
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return client.post(address(persona, "restore"), sent | more, follow=True)


def goals(persona) -> dict[str, str]:
    with tenant_context(persona.tenant_id):
        return {goal.goal_text: str(goal.pk) for goal in Goal.objects.filter(persona=persona)}


class TestRestoring:
    def test_shows_what_would_happen_and_does_nothing(self, work, edited):
        text = words(ask(work, edited, revision=1))
        assert "Nothing has happened yet" in text
        assert "The persona is a draft and stays one." in text
        assert list(goals(edited)) == ["D", "A", "E"]

    def test_all_of_it_and_the_way_back_from_there(self, work, ana, pharma, edited):
        with tenant_context(pharma):
            before = next(dump([edited.pk], with_ids=True))
        page = do(work, ask(work, edited, revision=1), edited, why="Spring was right")
        assert list(goals(edited)) == list("ABCD")
        with tenant_context(pharma):
            edited.refresh_from_db()
            revision = Revision.objects.filter(persona=edited).first()
        assert edited.tagline == "First"
        assert (revision.kind, revision.reason, revision.made_by_id) == ("restore", "Spring was right", ana.pk)
        undo = re.search(r'href="([^"]+)">Undo', said(page)[0])[1].replace("&amp;", "&")
        do(work, work.get(undo), edited)
        with tenant_context(pharma):
            assert next(dump([edited.pk], with_ids=True)) == before

    def test_a_section_leads_back_to_it(self, work, edited):
        page = do(work, ask(work, edited, revision=1, place="goals"), edited)
        assert page.redirect_chain[-1][0] == reverse("admin:personas_persona_section", args=[edited.pk, "goals"])
        assert list(goals(edited)) == list("ABCD")
        assert "Restored from revision 1" in said(page)[0]

    def test_a_row_comes_back_as_the_one_it_was(self, work, pharma, ana, edited):
        change(ana, edited, "", Mode.REPLACE, goals=[{"goal_text": "D"}])
        page = work.get(address(edited, "compare"), {"from": 1, "to": latest(edited)})
        links = re.findall(
            r'href="([^"]+row=[^"]+)">Bring it back<span class="vital-unseen">: B<', page.content.decode()
        )
        assert len(links) == 1
        do(work, work.get(links[0].replace("&amp;", "&")), edited)
        assert list(goals(edited)) == ["B", "D"]
        with tenant_context(pharma):
            assert goals(edited)["B"] in links[0]

    def test_says_what_it_means_for_what_was_reviewed(self, work, pharma, live):
        text = words(ask(work, live, revision=1))
        assert "The persona is published; it becomes a draft, to be reviewed again." in text
        assert "Consumers read on what is live, revision 6." in text
        do(work, ask(work, live, revision=1), live)
        with tenant_context(pharma):
            live.refresh_from_db()
            assert live.validation_status == "draft"
            assert EditorialState.objects.get(persona=live).live.number == 6

    def test_is_shown_again_where_somebody_was_faster(self, work, ana, edited):
        page = ask(work, edited, revision=1)
        change(ana, edited, tagline="Meanwhile")
        again = do(work, page, edited, why="Spring was right")
        text = words(again)
        assert "The persona was changed since you looked at this." in text
        assert "Spring was right" in text
        assert list(goals(edited)) == ["D", "A", "E"]
        do(work, again, edited)
        assert list(goals(edited)) == list("ABCD")

    def test_says_what_stands_against_it(self, work, pharma, ana, edited):
        change(ana, edited, slug="ada-l")
        with tenant_context(pharma):
            PersonaFactory(slug="ada")
        page = ask(work, edited, revision=1)
        assert "«ada» is another persona's slug by now" in words(page)
        assert "vital-restore" not in page.content.decode()

    def test_the_same_has_nothing_to_restore(self, work, edited):
        assert "There is nothing to restore" in words(ask(work, edited, revision=latest(edited)))

    @pytest.mark.parametrize(
        "asked",
        [{}, {"revision": 99}, {"revision": 1, "place": "x"}, {"revision": 1, "place": "goals", "row": "x"},
         {"revision": 1, "row": "0" * 32}, {"revision": 1, "place": "goals", "row": "0" * 32}],
    )  # fmt: skip
    def test_what_makes_no_sense_leads_to_the_history(self, work, edited, asked):
        assert "There is nothing like that to restore." in said(ask(work, edited, **asked))[0]

    def test_a_detail_comes_back_with_its_row(self, work, pharma, ana):
        with tenant_context(pharma, ana):
            full = PersonaFactory(slug="full", complete="most")
            capture()
            case = CaseStudy.objects.filter(persona=full, results__isnull=False).first()
            gone = case.results.first().pk
            case.results.filter(pk=gone).delete()
            capture()
        page = work.get(address(full, "compare"))
        link = re.search(rf'href="([^"]+row={case.pk})">', page.content.decode())[1].replace("&amp;", "&")
        do(work, work.get(link), full)
        with tenant_context(pharma):
            assert case.results.filter(pk=gone).exists()

    def test_in_the_trash_is_refused(self, work, pharma, edited):
        with tenant_context(pharma):
            Persona.objects.filter(pk=edited.pk).update(deleted_at="2026-01-01T00:00Z")
        assert "is in the trash" in said(ask(work, edited, revision=1))[0]


PAGES = ("history", "compare", "restore")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", Role.values)
def test_every_role_may_look_and_go_back(pharma, join, enter, edited, role, page):
    client = enter(join(pharma, role, "somebody@pharma.example"))
    assert client.get(address(edited, page), {"revision": 1, "from": 1, "to": 2}).status_code == 200


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("how", ["get", "post"])
def test_another_tenant_finds_nothing(digital, join, enter, edited, page, how):
    client = enter(join(digital, Role.TENANT_ADMIN))
    assert getattr(client, how)(address(edited, page), {"revision": 1, "version": 3}).status_code == 404
    assert list(goals(edited)) == ["D", "A", "E"]


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_logged_in_is_asked_to(client, edited, page):
    assert "/login/" in client.get(address(edited, page)).url


def test_who_may_not_delete_rows_does_not_by_restoring(work, monkeypatch, edited):
    page = ask(work, edited, revision=1)
    has_perm = User.has_perm
    monkeypatch.setattr(
        User, "has_perm", lambda user, name, obj=None: name != "personas.delete_goal" and has_perm(user, name, obj)
    )
    assert "You may not delete goals." in words(do(work, page, edited))
    assert list(goals(edited)) == ["D", "A", "E"]


def test_who_may_only_read_is_offered_nothing(work, monkeypatch, edited):
    has_perm = User.has_perm
    monkeypatch.setattr(
        User, "has_perm", lambda user, name, obj=None: name != "personas.change_persona" and has_perm(user, name, obj)
    )
    assert "/restore/" not in work.get(address(edited, "history")).content.decode()
    assert "/restore/" not in work.get(address(edited, "compare")).content.decode()
    assert work.get(address(edited, "restore"), {"revision": 1}).status_code == 403
