"""How a tenant reviews: its switches, and who reviews which business function; each change is on record."""

import pytest
from django.urls import reverse

from personas.models import EditorialSettings, Event, Reviewer
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership
from vital.tenancy.roles import Role

SETTINGS = reverse("admin:personas_editorialsettings_changelist")
REVIEWERS = reverse("admin:personas_reviewer_changelist")
QUERIES = 25


@pytest.fixture
def tom(pharma, join):
    return join(pharma, Role.TENANT_ADMIN, full_name="Tom")


@pytest.fixture
def ben(pharma, join):
    return join(pharma, Role.REVIEWER, full_name="Ben")


@pytest.fixture
def medical(pharma) -> Function:
    with tenant_context(pharma):
        return Function.objects.get(name="Medical Affairs")


def said(page) -> str:
    return page.content.decode()


def events(tenant) -> list[tuple]:
    with tenant_context(tenant):
        return list(Event.objects.order_by("id").values_list("name", "why", "detail", "made_by__full_name"))


def saved(tenant) -> tuple[bool, int] | None:
    with tenant_context(tenant):
        return EditorialSettings.objects.values_list("four_eyes", "kept_days").first()


def reviewers(tenant) -> list[str]:
    with tenant_context(tenant):
        return list(Reviewer.objects.values_list("user__full_name", flat=True))


class TestSettings:
    def test_are_as_they_are_by_default_until_somebody_saves(self, pharma, tom, enter):
        page = enter(tom).get(SETTINGS)
        settings = page.context["settings"]
        assert (settings.four_eyes, settings.kept_days) == (True, 90)
        assert saved(pharma) is None
        enter(tom).post(SETTINGS, {"four_eyes": "on", "kept_days": "90"})
        assert saved(pharma) is None, "what is as it was makes no row"
        assert events(pharma) == []

    def test_are_one_row_with_an_event_for_each_change(self, pharma, tom, enter):
        for days in ("30", "60"):
            enter(tom).post(SETTINGS, {"four_eyes": "on", "kept_days": days})
        assert saved(pharma) == (True, 60)
        assert events(pharma) == [
            ("set_settings", None, {"column": "kept_days", "before": 90, "after": 30}, "Tom"),
            ("set_settings", None, {"column": "kept_days", "before": 30, "after": 60}, "Tom"),
        ]

    @pytest.mark.parametrize("days", ["", "0", "-3", "many", "99999", "1.5"])
    def test_refuse_a_number_of_days_that_is_none(self, pharma, tom, enter, days):
        page = enter(tom).post(SETTINGS, {"four_eyes": "on", "kept_days": days})
        assert "Give a number of days from 1 to 3,650" in said(page)
        assert saved(pharma) is None

    def test_turn_four_eyes_off_only_after_a_question_and_with_a_reason(self, pharma, tom, enter):
        client = enter(tom)
        page = client.post(SETTINGS, {"kept_days": "30"})
        assert "what they submitted, or edited last, themselves" in said(page)
        assert 'value="30"' in said(page), "what else was changed is not lost"
        page = client.post(SETTINGS, {"kept_days": "30", "why": "  "})
        assert "Say why" in said(page)
        assert saved(pharma) is None
        client.post(SETTINGS, {"kept_days": "30", "why": "Only one of us reviews until May."})
        assert saved(pharma) == (False, 30)
        assert events(pharma)[0] == (
            "set_four_eyes",
            "Only one of us reviews until May.",
            {"column": "four_eyes", "before": True, "after": False},
            "Tom",
        )
        client.post(SETTINGS, {"kept_days": "30", "four_eyes": "on"})
        assert saved(pharma) == (True, 30), "turning it on asks for nothing"
        assert events(pharma)[-1][:2] == ("set_four_eyes", None)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.TENANT_ADMIN])
    def test_are_read_and_not_changed_by_others(self, pharma, join, enter, role):
        client = enter(join(pharma, role, email="other@pharma.example"))
        for address, sent in ((SETTINGS, {"kept_days": "5", "four_eyes": "on"}), (REVIEWERS, {"do": "add"})):
            assert "Only tenant admins change this." in said(client.get(address))
            assert client.post(address, sent).status_code == 403
        assert saved(pharma) is None

    def test_hold_for_one_tenant(self, pharma, digital, join, tom, enter):
        enter(tom).post(SETTINGS, {"four_eyes": "on", "kept_days": "5"})
        with tenant_context(digital):
            assert EditorialSettings.of_tenant().kept_days == 90


class TestReviewers:
    def test_are_added_and_removed_on_record(self, pharma, medical, tom, ben, enter):
        client = enter(tom)
        page = client.post(REVIEWERS, {"do": "add", "function": medical.pk, "user": ben.pk}, follow=True)
        assert "Ben reviews Medical Affairs." in said(page)
        assert reviewers(pharma) == ["Ben"]
        client.post(REVIEWERS, {"do": "add", "function": medical.pk, "user": ben.pk})
        assert reviewers(pharma) == ["Ben"]
        page = client.post(REVIEWERS, {"do": "remove", "function": medical.pk, "user": ben.pk}, follow=True)
        assert "Ben does not review Medical Affairs any more." in said(page)
        assert reviewers(pharma) == []
        told = {"function": "Medical Affairs", "user": str(ben.pk), "name": "Ben"}
        assert events(pharma) == [("add_reviewer", None, told, "Tom"), ("remove_reviewer", None, told, "Tom")]

    def test_are_members_who_may_validate(self, pharma, digital, medical, join, tom, ben, enter):
        analyst, other = join(pharma, Role.ANALYST, full_name="Ana"), join(digital, Role.REVIEWER, full_name="Zoe")
        page = enter(tom).get(REVIEWERS)
        offered = {name for _, _, people in page.context["functions"] for name in people.values()}
        assert offered == {"Ben", "Tom"}
        for user in (analyst.pk, other.pk, "nonsense", ""):
            sent = {"do": "add", "function": medical.pk, "user": user}
            assert "may validate: a reviewer, for instance" in said(enter(tom).post(REVIEWERS, sent, follow=True))
        assert reviewers(pharma) == []

    def test_who_may_validate_no_longer_are_marked(self, pharma, medical, tom, ben, enter):
        with tenant_context(pharma):
            Reviewer.objects.create(function=medical, user=ben)
            Membership.objects.filter(user=ben).update(role=Role.ANALYST)
        assert "(may validate no longer)" in said(enter(tom).get(REVIEWERS))

    @pytest.mark.parametrize("sent", [{}, {"do": "add"}, {"do": "destroy", "function": "x"}])
    def test_nonsense_changes_nothing(self, pharma, medical, tom, ben, enter, sent):
        assert "is there no longer" in said(enter(tom).post(REVIEWERS, sent, follow=True))
        assert reviewers(pharma) == []

    def test_of_another_tenant_are_out_of_reach(self, pharma, medical, digital, join, ben, enter):
        with tenant_context(pharma):
            Reviewer.objects.create(function=medical, user=ben)
        zoe = enter(join(digital, Role.TENANT_ADMIN))
        zoe.post(REVIEWERS, {"do": "remove", "function": medical.pk, "user": ben.pk})
        assert reviewers(pharma) == ["Ben"]

    def test_take_few_queries(self, pharma, medical, tom, ben, enter, django_assert_max_num_queries):
        with tenant_context(pharma):
            for function in Function.objects.all():
                Reviewer.objects.create(function=function, user=ben)
        client = enter(tom)
        for page in (SETTINGS, REVIEWERS):
            client.get(page)
            with django_assert_max_num_queries(QUERIES):
                client.get(page)


def test_the_pages_have_no_forms_behind_them(pharma, medical, tom, ben, enter):
    with tenant_context(pharma):
        one = Reviewer.objects.create(function=medical, user=ben)
    client = enter(tom)
    assert client.get(reverse("admin:personas_reviewer_change", args=[one.pk])).url == REVIEWERS
    assert client.get(reverse("admin:personas_reviewer_add")).status_code == 403
    assert client.post(reverse("admin:personas_reviewer_delete", args=[one.pk])).status_code == 403
