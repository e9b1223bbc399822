"""The page of notices shows one's own, newest first, and lets one choose the e-mails."""

from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import reverse

from personas.editorial import mail
from personas.models import Notice, NoticeChoice
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_notice_changelist")
READ = reverse("admin:personas_notice_read")
CHOOSE = reverse("admin:personas_notice_choose")


@pytest.fixture
def ana(pharma, join):
    return join(pharma, Role.ANALYST, full_name="Ana Silva")


@pytest.fixture
def note(pharma, ana):
    def make(text="Ben sent «Dr Chen» back.", user=ana, tenant=pharma, **fields) -> Notice:
        with tenant_context(tenant):
            return Notice.objects.create(user=user, text=text, reason="you submitted it", **fields)

    return make


def opened(notice) -> str:
    return reverse("admin:personas_notice_open", args=[notice.pk])


def unread(tenant) -> set[str]:
    with tenant_context(tenant):
        return set(Notice.objects.filter(read_at=None).values_list("text", flat=True))


def shown(page) -> list[str]:
    return [notice.text for notice in page.context["page"]]


class TestList:
    def test_is_empty_in_plain_words(self, ana, enter):
        assert "You are told here when a persona that you own" in enter(ana).get(LIST).content.decode()

    def test_shows_the_newest_first_with_the_reason_and_marks_the_unread(self, ana, enter, note):
        note("First.", read_at="2026-01-01T00:00Z")
        note("Second.")
        page = enter(ana).get(LIST)
        assert shown(page) == ["Second.", "First."]
        text = page.content.decode()
        assert text.count("You are told because you submitted it.") == 2
        assert text.count('class="vital-unread"') == 1

    def test_leaves_out_those_that_are_read(self, ana, enter, note):
        note("First.", read_at="2026-01-01T00:00Z")
        note("Second.")
        client = enter(ana)
        assert shown(client.get(LIST, {"only": "unread"})) == ["Second."]
        client.post(READ)
        assert "You have read everything" in client.get(LIST, {"only": "unread"}).content.decode()

    def test_shows_nothing_of_others_or_of_another_tenant(self, pharma, digital, ana, join, enter, note):
        note("For Ben.", user=join(pharma, Role.REVIEWER))
        note("Elsewhere.", tenant=digital)
        assert shown(enter(ana).get(LIST)) == []

    def test_shows_what_was_written_as_text(self, ana, enter, note):
        note("<script>alert(1)</script>")
        assert "<script>alert" not in enter(ana).get(LIST).content.decode()

    def test_has_pages_and_few_queries(self, ana, enter, note, django_assert_max_num_queries):
        for n in range(51):
            note(f"Number {n}.")
        client = enter(ana)
        with django_assert_max_num_queries(25):
            page = client.get(LIST, {"only": "unread"})
        assert len(shown(page)) == 50
        assert "?only=unread&amp;page=2" in page.content.decode()
        assert shown(client.get(LIST, {"only": "unread", "page": 2})) == ["Number 0."]

    @pytest.mark.parametrize("role", Role)
    def test_is_for_everybody(self, pharma, join, enter, role):
        assert enter(join(pharma, role, email="x@example.com")).get(LIST).status_code == 200

    def test_counts_the_unread_for_the_sidebar(self, rf, pharma, ana, join, note):
        request = rf.get("/")
        request.user = ana
        note("One.")
        note("Two.", read_at="2026-01-01T00:00Z")
        note("For Ben.", user=join(pharma, Role.REVIEWER))
        with tenant_context(pharma):
            [unread] = admin.site.get_model_admin(Notice).badge(request)
            assert [notice.text for notice in unread] == ["One."]

    def test_has_no_form_of_its_own(self, ana, enter, note):
        page = enter(ana).get(reverse("admin:personas_notice_change", args=[note().pk]))
        assert (page.status_code, page["Location"]) == (302, LIST)


class TestReading:
    def test_opening_marks_it_and_goes_there(self, pharma, ana, enter, note):
        client = enter(ana)
        note("Other.")
        page = client.post(opened(note(link="/admin/personas/persona/")))
        assert (page.status_code, page["Location"]) == (302, "/admin/personas/persona/")
        assert unread(pharma) == {"Other."}

    def test_one_without_an_address_leads_to_its_persona_or_back(self, pharma, ana, enter, note):
        with tenant_context(pharma):
            persona = PersonaFactory()
        client = enter(ana)
        assert client.post(opened(note(persona=persona)))["Location"] == f"/admin/personas/persona/{persona.pk}/change/"
        assert client.post(opened(note()))["Location"] == LIST

    @pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
    def test_leads_nowhere_else(self, ana, enter, note, link):
        assert enter(ana).post(opened(note(link=link)))["Location"] == LIST

    def test_looking_changes_nothing(self, pharma, ana, enter, note):
        client, notice = enter(ana), note()
        client.get(LIST)
        for address in (opened(notice), READ, CHOOSE):
            assert client.get(address).status_code == 405
        assert unread(pharma) == {notice.text}

    def test_all_at_once_are_ones_own(self, pharma, digital, ana, join, enter, note):
        note("One.")
        note("Two.")
        note("For Ben.", user=join(pharma, Role.REVIEWER))
        note("Elsewhere.", tenant=digital)
        page = enter(ana).post(READ, follow=True)
        assert "All notices are marked as read." in page.content.decode()
        assert (unread(pharma), unread(digital)) == ({"For Ben."}, {"Elsewhere."})

    def test_those_of_others_cannot_be_opened(self, pharma, digital, ana, join, enter, note):
        client = enter(ana)
        theirs = [note("For Ben.", user=join(pharma, Role.REVIEWER)), note("Elsewhere.", tenant=digital)]
        assert [client.post(opened(one)).status_code for one in theirs] == [404, 404]
        assert client.post(reverse("admin:personas_notice_open", args=[uuid4()])).status_code == 404
        assert (unread(pharma), unread(digital)) == ({"For Ben."}, {"Elsewhere."})


class TestChoice:
    def chosen(self, tenant) -> list[str]:
        with tenant_context(tenant):
            return list(NoticeChoice.objects.values_list("how", flat=True))

    def test_is_once_a_day_until_another_is_made(self, pharma, ana, enter):
        client = enter(ana)
        assert client.get(LIST).context["chosen"] == "daily"
        for how in ("at_once", "never"):
            page = client.post(CHOOSE, {"how": how}, follow=True)
            assert page.context["chosen"] == how
            assert f"From now on: {NoticeChoice.How(how).label}." in page.content.decode()
        assert self.chosen(pharma) == ["never"]

    def test_is_one_of_three(self, pharma, ana, enter):
        page = enter(ana).post(CHOOSE, {"how": "hourly"}, follow=True)
        assert "Choose one of the three" in page.content.decode()
        assert self.chosen(pharma) == []

    def test_is_ones_own(self, pharma, ana, join, enter):
        enter(ana).post(CHOOSE, {"how": "at_once"})
        assert enter(join(pharma, Role.REVIEWER)).get(LIST).context["chosen"] == "daily"

    def test_says_where_e_mail_is_not_set_up(self, ana, enter, settings):
        client, said = enter(ana), "E-mail is not set up here"
        assert said not in client.get(LIST).content.decode()
        settings.EMAIL_BACKEND = mail.NOWHERE
        assert said in client.get(LIST).content.decode()
