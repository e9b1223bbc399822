"""Review in the admin: every step through its page, for every role and status; the inbox; the page to decide on."""

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from personas.admin.review import KEYS, Offered
from personas.editorial.quality import look
from personas.editorial.workflow import BY_NAME, TRANSITIONS, hindrances
from personas.enums import Status
from personas.models import Comment, EditorialSettings, EditorialState, Event, Persona, Reviewer
from tests.factories import PersonaFactory, stand
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import as_member
from vital.tenancy.roles import Role, allows

INBOX = reverse("admin:personas_persona_inbox")
QUERIES = 25


def at(page: str, persona, *more) -> str:
    return reverse(f"admin:personas_persona_{page}", args=[persona.pk, *more])


@pytest.fixture
def people(pharma, join) -> dict:
    """One of each role, and Ana, who writes."""
    made = {role: join(pharma, role, email=f"{role}@pharma.example", full_name=role.label) for role in Role}
    return made | {"ana": join(pharma, Role.ANALYST, email="ana@pharma.example", full_name="Ana Silva")}


@pytest.fixture
def persona(pharma, people) -> Persona:
    """Complete, and written by Ana."""
    return written(pharma, people["ana"])


def written(tenant, by, status=Status.DRAFT, **columns) -> Persona:
    """Complete enough for every step, and brought there by somebody."""
    with tenant_context(tenant, by):
        return PersonaFactory(complete=True, validation_status=status, **{"name": "Dr Chen"} | columns)


def state_of(tenant, persona) -> EditorialState:
    with tenant_context(tenant):
        return EditorialState.objects.select_related("persona", "live", "claimed_by").get(persona=persona)


def status_of(tenant, persona) -> str:
    return state_of(tenant, persona).persona.validation_status


def take(client, tenant, persona, name: str, *, seen=None, **sent):
    seen = state_of(tenant, persona).version if seen is None else seen
    return client.post(at("step", persona, name), {"seen": seen, "comment": "Because.", **sent})


def said(page) -> str:
    return page.content.decode()


@pytest.mark.parametrize(("step", "status"), [*product(TRANSITIONS, Status)], ids=lambda one: getattr(one, "name", one))
def test_every_step_from_every_status_for_every_role(pharma, people, enter, step, status):
    persona = written(pharma, people["ana"], status)
    before = state_of(pharma, persona).revision
    for role in Role:
        client = enter(people[role])
        with transaction.atomic():  # each role finds it as it was
            page = take(client, pharma, persona, step.name)
            with tenant_context(pharma):
                steps = Event.objects.filter(persona=persona.pk, name=step.name, why="Because.", made_by=people[role])
                taken = steps.count()
            after, revision = status_of(pharma, persona), state_of(pharma, persona).revision
            transaction.set_rollback(True)
        if not allows(role, step.permission):
            assert "Your role does not let you do this" in said(page)
        elif status not in step.before:
            assert f"«{step.title}» does not lead on from there" in said(page)
        else:
            assert page.status_code == 302, page.context["refusal"]
            assert (after, taken) == (step.after, 1)
            assert revision > before
            continue
        assert page.status_code == 409
        assert (after, taken, revision) == (status, 0, before)


class TestFourEyes:
    """Whoever wrote it and asks for the review does not decide on it, whatever the browser sends."""

    @pytest.mark.parametrize("role", [role for role in Role if allows(role, "personas.validate_persona")])
    def test_the_author_is_refused_by_the_server(self, pharma, people, enter, role):
        persona = written(pharma, people[role])
        client = enter(people[role])
        take(client, pharma, persona, "submit")
        page = take(client, pharma, persona, "validate")
        assert page.status_code == 409
        assert "You submitted it, so somebody else has to validate it." in said(page)
        assert status_of(pharma, persona) == "pending_review"
        with tenant_context(pharma):
            EditorialSettings.objects.create(four_eyes=False)
        assert take(client, pharma, persona, "validate").status_code == 302

    def test_who_edited_it_meanwhile_is_refused(self, pharma, people, enter):
        persona = written(pharma, people["ana"], Status.PENDING_REVIEW)
        with tenant_context(pharma, people[Role.REVIEWER]):
            Persona.objects.filter(pk=persona.pk).update(tagline="Mended by the reviewer.")
        page = take(enter(people[Role.REVIEWER]), pharma, persona, "validate")
        assert "You edited it last, so somebody else has to validate it." in said(page)
        assert status_of(pharma, persona) == "pending_review"

    def test_who_edited_before_another_submitted_it_is_refused(self, pharma, people, enter):
        persona = written(pharma, people[Role.REVIEWER])
        take(enter(people["ana"]), pharma, persona, "submit")
        page = take(enter(people[Role.REVIEWER]), pharma, persona, "validate")
        assert "You edited it last, so somebody else has to validate it." in said(page)
        assert status_of(pharma, persona) == "pending_review"


class TestAStep:
    def test_says_first_what_will_happen(self, people, enter, persona):
        page = said(enter(people["ana"]).get(at("step", persona, "submit")))
        assert BY_NAME["submit"].help in page
        assert 'name="comment"' in page

    def test_that_is_hindered_says_by_what_with_the_way_there(self, pharma, people, enter):
        with tenant_context(pharma, people["ana"]):
            persona = PersonaFactory()
        client = enter(people["ana"])
        for page in (said(client.get(at("step", persona, "submit"))), said(client.get(at("change", persona)))):
            assert "needs" in page
            assert at("section", persona, "goals") in page
        assert 'name="comment"' not in said(client.get(at("step", persona, "submit")))

    @pytest.mark.parametrize("step", TRANSITIONS, ids=lambda step: step.name)
    def test_shows_all_that_stands_against_it(self, pharma, people, step):
        """The page asks the rules once and the gates by themselves; together they say what the door says."""
        with tenant_context(pharma):
            by = as_member(people[Role.REVIEWER])
        with tenant_context(pharma, by):
            persona = stand(PersonaFactory(), step.before[0])
            Comment.objects.create(persona=persona, text="Not yet.", blocks=True)
            state = EditorialState.objects.select_related("persona").get(persona=persona)
            one = Offered(step, state, look([persona.pk])[persona.pk], by)
            shown = [*one.reasons, *(line.said for line in one.lines)]
            assert sorted(shown) == sorted(hindrances([state], step, by)[persona.pk])

    def test_that_needs_a_reason_is_refused_without_one(self, pharma, people, enter):
        persona = written(pharma, people["ana"], Status.PENDING_REVIEW)
        page = take(enter(people[Role.REVIEWER]), pharma, persona, "request_changes", comment="  ")
        assert page.status_code == 409
        assert "Say why" in said(page)
        assert status_of(pharma, persona) == "pending_review"

    @pytest.mark.parametrize("seen", ["1", "", "nonsense", "99999999"])
    def test_on_another_version_is_refused_and_nothing_typed_is_lost(self, pharma, people, enter, seen):
        persona = written(pharma, people["ana"], Status.PENDING_REVIEW)
        page = take(enter(people[Role.REVIEWER]), pharma, persona, "validate", seen=seen, comment="Fine <by> me.")
        assert page.status_code == 409
        assert "It was changed since you opened this page." in said(page)
        assert "Fine &lt;by&gt; me." in said(page)
        now = state_of(pharma, persona).version
        assert page.context["seen"] == now, "the page is the new one, from which one can decide"
        assert take(enter(people[Role.REVIEWER]), pharma, persona, "validate", seen=now).status_code == 302

    def test_says_that_the_persona_was_changed_since_the_page_before(self, people, enter, persona):
        page = enter(people["ana"]).get(at("step", persona, "submit"), {"seen": 1})
        assert "It was changed since you opened the page that you come from" in said(page)
        assert page.context["seen"] == 1

    def test_of_another_tenant_is_not_found(self, digital, join, enter, people, persona):
        client = enter(join(digital, Role.TENANT_ADMIN))
        for page in (at("step", persona, "submit"), at("review", persona), at("claim", persona)):
            assert client.get(page).status_code == client.post(page).status_code == 404

    def test_takes_few_queries(self, pharma, people, enter, django_assert_max_num_queries):
        persona = written(pharma, people["ana"], Status.PENDING_REVIEW)
        ContentType.objects.clear_cache()
        client = enter(people[Role.PUBLISHER])
        client.get(at("section", persona, "goals"))
        pages = (at("step", persona, "validate"), at("change", persona), at("review", persona))
        for address in (*pages, at("section", persona, "goals")):
            with django_assert_max_num_queries(QUERIES, info=address):
                client.get(address)


class TestThePersona:
    def test_offers_the_steps_that_lead_on_from_where_it_stands(self, pharma, people, enter):
        for status, role in product(Status, Role):
            persona = written(pharma, people["ana"], status, slug=f"{status}-{role}")
            page = said(enter(people[role]).get(at("section", persona, "goals")))
            expected = {step.name for step in TRANSITIONS if status in step.before and allows(role, step.permission)}
            assert {step.name for step in TRANSITIONS if f"{at('step', persona, step.name)}?seen=" in page} == expected

    def test_says_which_version_is_live_and_whether_it_differs(self, pharma, people, enter):
        client = enter(people[Role.PUBLISHER])
        persona = written(pharma, people["ana"], Status.VALIDATED)
        assert client.get(at("change", persona)).context["live"].read is None
        take(client, pharma, persona, "publish")
        page = client.get(at("change", persona))
        assert page.context["live"].read.number == state_of(pharma, persona).live.number
        assert "differs from what stands here" not in said(page)
        take(client, pharma, persona, "revise")
        assert "differs from what stands here" not in said(client.get(at("change", persona)))
        with tenant_context(pharma, people["ana"]):
            Persona.objects.filter(pk=persona.pk).update(tagline="The next version.")
        assert "differs from what stands here" in said(client.get(at("change", persona)))
        take(client, pharma, persona, "archive")
        assert client.get(at("change", persona)).context["live"].read is None

    def test_says_what_its_status_means(self, pharma, people, enter):
        for status in Status:
            persona = written(pharma, people["ana"], status, slug=status)
            page = enter(people["ana"]).get(at("change", persona))
            assert page.context["means"] in said(page)


class TestInbox:
    @pytest.fixture
    def waiting(self, pharma, people):
        """Nine for all who may validate, and one of Sales, which the tenant admin reviews."""
        with tenant_context(pharma, people["ana"]):
            sales = Function.objects.get(name="Sales")
            Reviewer.objects.create(function=sales, user=people[Role.TENANT_ADMIN])
            for number in range(9):
                PersonaFactory(name=f"Number {number}", validation_status="pending_review", function=None, role=None)
            PersonaFactory(name="Of Sales", validation_status="pending_review", function=sales, role=None)

    def test_has_a_list_for_each_question(self, people, enter, waiting):
        page = enter(people[Role.REVIEWER]).get(INBOX)
        assert page.context["tabs"] == [
            ("mine", "Mine to review", 9),
            ("others", "Waiting for others", 1),
            ("back", "Sent back to me", 0),
        ]
        others = said(enter(people[Role.REVIEWER]).get(INBOX, {"list": "others"}))
        assert "Of Sales" in others
        assert "Tenant admin decides: they review Sales." in others
        assert "Nothing was sent back to you." in said(enter(people[Role.REVIEWER]).get(INBOX, {"list": "back"}))

    def test_of_an_analyst_begins_with_what_waits_for_others(self, people, enter, waiting):
        page = enter(people["ana"]).get(INBOX, {"list": "mine"})
        assert [key for key, *_ in page.context["tabs"]] == ["others", "back"]
        assert page.context["name"] == "others"
        assert "Nobody has taken it on yet." in said(page)

    def test_says_why_something_came_back(self, pharma, people, enter):
        persona = written(pharma, people["ana"])
        take(enter(people["ana"]), pharma, persona, "submit")
        take(enter(people[Role.REVIEWER]), pharma, persona, "request_changes", comment="The goals lack evidence.")
        page = said(enter(people["ana"]).get(INBOX, {"list": "back"}))
        assert "Dr Chen" in page
        assert "The goals lack evidence." in page

    def test_marks_what_waits_long_and_what_is_overdue_in_words(self, pharma, people, enter, waiting):
        with tenant_context(pharma):
            ago = timezone.now() - timedelta(days=20)
            EditorialState.objects.filter(persona__name="Number 3").update(submitted_at=ago, due_at=ago)
        page = said(enter(people[Role.REVIEWER]).get(INBOX))
        assert "20 days, more than 5 working days" in page
        assert "Overdue by 20 days" in page
        assert page.index("Number 3") < page.index("Number 0"), "what is due comes first"

    def test_is_paged_and_takes_as_many_queries_for_fifty_as_for_one(
        self, pharma, people, enter, waiting, django_assert_max_num_queries, django_assert_num_queries
    ):
        client = enter(people[Role.REVIEWER])
        client.get(INBOX)
        with django_assert_max_num_queries(QUERIES) as few:
            client.get(INBOX)
        with tenant_context(pharma, people["ana"]):
            for number in range(50):
                PersonaFactory(name=f"More {number}", validation_status="pending_review", function=None, role=None)
        with django_assert_num_queries(len(few)):
            page = client.get(INBOX)
        assert len(page.context["lines"]) == 50
        assert len(client.get(INBOX, {"page": 2}).context["lines"]) == 9

    def test_a_review_is_taken_on_and_given_back(self, pharma, people, enter, waiting):
        with tenant_context(pharma):
            persona = Persona.objects.get(name="Number 0")
        client = enter(people[Role.REVIEWER])
        page = client.post(at("claim", persona), {"do": "claim", "next": INBOX}, follow=True)
        assert "You have taken it on." in said(page)
        assert state_of(pharma, persona).claimed_by == people[Role.REVIEWER]
        client.post(at("claim", persona), {"do": "give_back"})
        assert state_of(pharma, persona).claimed_by is None

    def test_a_review_is_taken_over_after_a_question(self, pharma, people, enter, waiting):
        with tenant_context(pharma):
            persona = Persona.objects.get(name="Number 0")
        enter(people[Role.REVIEWER]).post(at("claim", persona), {"do": "claim"})
        client = enter(people[Role.PUBLISHER])
        page = client.post(at("claim", persona), {"do": "claim"}, follow=True)
        assert "Reviewer has taken it on." in said(page)
        assert state_of(pharma, persona).claimed_by == people[Role.REVIEWER]
        over = f"{at('claim', persona)}?instead_of={people[Role.REVIEWER].pk}"
        assert over in said(client.get(INBOX))
        assert "Take it over from them?" in said(client.get(over))
        client.post(over)
        assert state_of(pharma, persona).claimed_by == people[Role.PUBLISHER]

    @pytest.mark.parametrize(
        ("day", "told"),
        [
            ("2099-01-01", "is due in"),
            ("2001-01-01", "1 Jan 2001 is over"),
            ("soon", "«soon» is no day"),
            ("", "no due date"),
        ],
    )
    def test_a_due_date_is_set(self, pharma, people, enter, waiting, day, told):
        with tenant_context(pharma):
            persona = Persona.objects.get(name="Number 0")
        page = enter(people[Role.REVIEWER]).post(at("claim", persona), {"do": "due", "day": day}, follow=True)
        assert told in said(page)
        assert (state_of(pharma, persona).due_at is not None) == (day == "2099-01-01")

    def test_leads_nowhere_else_than_back(self, people, enter, persona):
        page = enter(people[Role.REVIEWER]).post(at("claim", persona), {"next": "https://evil.example/"})
        assert page.url == INBOX


class TestThePageToDecideOn:
    @pytest.fixture
    def submitted(self, pharma, people, enter):
        persona = written(pharma, people["ana"])
        take(enter(people["ana"]), pharma, persona, "submit", comment="New evidence on launches.")
        return persona

    def test_says_who_asks_and_why(self, people, enter, submitted):
        page = said(enter(people[Role.REVIEWER]).get(at("review", submitted)))
        assert "Ana Silva submitted it" in page
        assert "New evidence on launches." in page

    def test_offers_the_decision_with_its_keys(self, people, enter, submitted):
        page = said(enter(people[Role.REVIEWER]).get(at("review", submitted)))
        assert {name for name, key in KEYS.items() if f'data-key="{key}"' in page} == {"validate", "request_changes"}
        assert 'data-key="c"' in page
        assert 'data-key="n"' in page

    def test_is_to_be_read_by_those_who_may_not_decide(self, people, enter, submitted):
        page = said(enter(people["ana"]).get(at("review", submitted)))
        assert "There is nothing for you to decide here" in page
        assert '<dialog id="ask-' not in page

    def test_says_why_one_may_not_decide(self, pharma, people, enter):
        persona = written(pharma, people[Role.REVIEWER])
        client = enter(people[Role.REVIEWER])
        take(client, pharma, persona, "submit")
        page = said(client.get(at("review", persona)))
        assert "You submitted it, so somebody else has to validate it." in page
        assert "ask-validate" not in page

    def test_leads_to_the_next_after_a_decision(self, pharma, people, enter, submitted):
        later = written(pharma, people["ana"], Status.PENDING_REVIEW, name="Later")
        page = enter(people[Role.REVIEWER])
        answer = take(page, pharma, submitted, "validate", **{"from": "review"})
        assert answer.url == at("review", submitted)
        after = page.get(answer.url)
        assert "Validated: «Dr Chen»." in said(after)
        following = f"{reverse('admin:personas_persona_next_review')}?but={submitted.pk}"
        assert following in said(after)
        assert page.get(following).url == at("review", later)
        assert page.get(following.replace(str(submitted.pk), str(later.pk))).url == INBOX, "there is no other"

    def test_that_is_out_of_date_refuses_and_shows_the_new_state(self, pharma, people, enter, submitted):
        seen = state_of(pharma, submitted).version
        with tenant_context(pharma, people["ana"]):
            Persona.objects.filter(pk=submitted.pk).update(tagline="Changed under the reviewer's eyes.")
        client = enter(people[Role.REVIEWER])
        page = take(client, pharma, submitted, "validate", seen=seen, comment="Well done.", **{"from": "review"})
        assert page.status_code == 409
        assert "It was changed since you opened this page." in said(page)
        assert "Who asks" in said(page)
        assert "Well done." in said(page)
        assert page.context["seen"] == state_of(pharma, submitted).version
        assert status_of(pharma, submitted) == "pending_review"
