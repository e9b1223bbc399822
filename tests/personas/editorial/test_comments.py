"""What people remark stays with what it is about, and each does about it what is theirs to do."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from personas.documents.apply import apply
from personas.documents.changes import Plan
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.undo import undo
from personas.editorial import comments
from personas.editorial.comments import (
    NotAllowedError,
    NotThereError,
    RefusedError,
    TooLateError,
    block,
    blocking,
    edit,
    reopen,
    reply,
    resolve,
    row_title,
    write,
)
from personas.editorial.mentions import mentioned, people
from personas.editorial.threads import About, May, threads, unresolved
from personas.models import Comment, EditorialState, Event, Goal, Notice, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership, Tenant, User
from vital.tenancy.roles import Role

PEOPLE = {
    "ana": (Role.ANALYST, "Ana Silva"),
    "ben": (Role.ANALYST, "Ben Bauer"),
    "rita": (Role.REVIEWER, "Rita Rossi"),
    "boss": (Role.TENANT_ADMIN, None),
}


@pytest.fixture
def team(pharma, join, request) -> dict[str, User]:
    """People of the tenant, each acting as a member."""
    made = {name: join(pharma, role, f"{name}@x.example", full_name=full) for name, (role, full) in PEOPLE.items()}
    with tenant_context(pharma):
        for user in made.values():
            user.membership = Membership.objects.get(user=user)
    return made


@pytest.fixture
def ann(team, tenant) -> Persona:
    """Ben's persona."""
    made = PersonaFactory(slug="ann", name="Ann")
    EditorialState.objects.filter(persona=made).update(owner=team["ben"])
    for place, text in enumerate("ABC", 1):
        FACTORIES["goals"](persona=made, goal_text=text, sequence_order=place)
    case = FACTORIES["case_studies"](persona=made, case_study_title="Case")
    FACTORIES["case_studies.results"](case_study=case, metric_name="Speed", numeric_value=5)
    return made


@pytest.fixture
def goal(ann) -> Goal:
    return ann.goals.get(goal_text="B")


def carry_out(persona: Persona, change, mode: Mode = Mode.REPLACE) -> Plan:
    """Change the document of a persona, and apply it."""
    [document] = dump([persona.pk], with_ids=True)
    change(document)
    made = plan([document], mode)
    apply(made)
    return made


class TestPlaces:
    def test_any_part_of_a_persona_can_be_remarked_on(self, team, ann, goal):
        result = ann.case_studies.get().results.get()
        places = {
            About(): "",
            About("goals"): "",
            About("goals", goal.pk): "B",
            About("goals", goal.pk, "goal_text"): "B",
            About("case_studies", result.pk, "metric_name"): "Speed",
            About("narrative"): "",
            About("narrative", None, "background_story"): "",
            About("core_profile", None, "slug"): "",
            About("evidence_summary", None, "overall_confidence_level"): "",
        }
        for about, title in places.items():
            written = write(ann, team["ana"], "Why?", about)
            assert written.row_title == title
            assert about in [one.about for one in threads(ann, team["ana"], about)]

    def test_what_the_persona_does_not_have_is_refused(self, team, ann, goal, digital):
        other = FACTORIES["goals"](persona=PersonaFactory(slug="other"))
        for about in (
            About("feelings"),
            About("goals", other.pk),
            About("tags", goal.pk),
            About("narrative", goal.pk),
            About("", goal.pk),
            About("goals", goal.pk, "tag_name"),
            About("goals", None, "goal_text"),
            About("narrative", None, "title"),
            About("", None, "name"),
        ):
            with pytest.raises(NotThereError, match=r"Reload the page"):
                write(ann, team["ana"], "Why?", about)
        assert not Comment.objects.exists()

    def test_threads_of_a_row_are_those_of_its_fields_too(self, team, ann, goal):
        for about in (About(), About("goals"), About("goals", goal.pk), About("goals", goal.pk, "goal_text")):
            write(ann, team["ana"], "Why?", about)
        found = [len(threads(ann, team["ana"], one)) for one in (About(), About("goals"), About("goals", goal.pk))]
        assert found == [4, 3, 2]
        assert unresolved(ann)[About("goals", goal.pk)] == 1


class TestWhatTheyOutlive:
    @pytest.fixture
    def thread(self, team, ann, goal):
        return write(ann, team["ana"], "Measurable?", About("goals", goal.pk, "goal_text"))

    def seen(self, ann, team):
        [thread] = threads(ann, team["ana"])
        return thread

    def test_an_edit_and_another_order(self, team, ann, goal, thread):
        def change(document):
            document["goals"].reverse()
            next(row for row in document["goals"] if row["id"] == goal.pk)["goal_text"] = "B, but better"

        carry_out(ann, change)
        assert [one.goal_text for one in ann.goals.all()] == ["C", "B, but better", "A"]
        seen = self.seen(ann, team)
        assert (seen.gone, seen.card, seen.first.row_title) == (False, goal.pk, "B")

    def test_deletion_of_the_row_and_its_coming_back(self, team, ann, goal, thread):
        done = carry_out(ann, lambda document: document["goals"].pop(1))
        assert not Goal.objects.filter(pk=goal.pk).exists()
        assert (self.seen(ann, team).gone, self.seen(ann, team).first.row_title) == (True, "B")
        assert reply(ann, thread.pk, team["ben"], "It is gone anyway.").row == goal.pk
        apply(Plan([back for back, _ in undo(done.personas)]))
        assert Goal.objects.get(goal_text="B").pk == goal.pk
        assert (self.seen(ann, team).gone, self.seen(ann, team).card) == (False, goal.pk)

    def test_a_detail_leads_to_the_card_it_is_in(self, team, ann):
        case = ann.case_studies.get()
        write(ann, team["ana"], "Source?", About("case_studies", case.results.get().pk))
        assert self.seen(ann, team).card == case.pk


class TestRights:
    """Who may do what about a thread that Ana wrote on Ben's persona."""

    ALLOWED = {
        "reply": {"ana", "ben", "rita", "boss"},
        "resolve": {"ana", "ben", "rita", "boss"},
        "block": {"ana", "rita", "boss"},
    }

    @pytest.mark.parametrize("what", ALLOWED)
    @pytest.mark.parametrize("name", [*PEOPLE, "carl", "nobody"])
    def test_each_does_what_is_theirs(self, pharma, join, team, ann, what, name):
        if name not in team:  # another analyst, and somebody without a membership
            team[name] = User.objects.create_user(f"{name}@x.example")
        if name == "carl":
            team[name].membership = Membership.objects.create(user=team[name], role=Role.ANALYST)
        first, by = write(ann, team["ana"], "Why?"), team[name]
        does = {
            "reply": lambda: reply(ann, first.pk, by, "Because."),
            "resolve": lambda: (resolve(ann, first.pk, by), reopen(ann, first.pk, by)),
            "block": lambda: (block(ann, first.pk, by, True), block(ann, first.pk, by, False)),
        }[what]
        allowed = self.ALLOWED[what] | ({"carl"} if what == "reply" else set())
        if name in allowed:
            does()
        else:
            with pytest.raises(NotAllowedError):
                does()
        [seen] = threads(ann, by)
        offered = {"reply": seen.may.comment, "resolve": seen.may_settle, "block": seen.may_block}
        assert offered[what] is (name in allowed)

    def test_nobody_writes_without_the_right(self, team, ann):
        team["ana"].membership = None
        with pytest.raises(NotAllowedError, match="Ask a tenant admin"):
            write(ann, team["ana"], "Why?")
        assert not May(team["ana"], ann).comment

    def test_ones_own_is_changed_while_nobody_has_answered(self, team, ann):
        first = write(ann, team["ana"], "Wy?")
        with pytest.raises(NotAllowedError, match="Only who wrote"):
            edit(ann, first.pk, team["rita"], "What?")
        edit(ann, first.pk, team["ana"], "Why?")
        more = reply(ann, first.pk, team["ana"], "And how?")
        edit(ann, first.pk, team["ana"], "Why so?")
        assert threads(ann, team["ana"])[0].open_to_edits == {first.pk, more.pk}
        assert threads(ann, team["ben"])[0].open_to_edits == set()
        answer = reply(ann, first.pk, team["ben"], "Because.")
        for one in (first, more):
            with pytest.raises(TooLateError, match="answered meanwhile"):
                edit(ann, one.pk, team["ana"], "Never mind")
        edit(ann, answer.pk, team["ben"], "Because it is.")
        [seen] = threads(ann, team["ben"])
        assert [one.text for one in seen.comments] == ["Why so?", "And how?", "Because it is."]
        assert [bool(one.edited_at) for one in seen.comments] == [True, False, True]

    def test_what_is_resolved_is_not_changed(self, team, ann):
        first = write(ann, team["ana"], "Why?")
        resolve(ann, first.pk, team["rita"])
        with pytest.raises(TooLateError):
            edit(ann, first.pk, team["ana"], "What?")

    def test_comments_of_another_persona_are_not_found(self, team, ann):
        other = write(PersonaFactory(slug="other"), team["ana"], "Why?")
        answer = reply(other.persona, other.pk, team["ben"], "Because.")
        for id_ in (other.pk, answer.pk):
            for does in (
                lambda: reply(ann, id_, team["ana"], "?"),  # noqa: B023
                lambda: edit(ann, id_, team["ana"], "?"),  # noqa: B023
                lambda: resolve(ann, id_, team["ana"]),  # noqa: B023
                lambda: block(ann, id_, team["ana"], True),  # noqa: B023
            ):
                with pytest.raises(NotThereError):
                    does()

    def test_a_reply_is_no_thread_of_its_own(self, team, ann):
        first = write(ann, team["ana"], "Why?")
        answer = reply(ann, first.pk, team["ben"], "Because.")
        with pytest.raises(NotThereError):
            resolve(ann, answer.pk, team["rita"])


class TestBlocking:
    def test_open_threads_that_block_are_told_by_persona(self, team, ann, django_assert_num_queries):
        other, third = PersonaFactory(slug="other"), PersonaFactory(slug="third")
        first = write(ann, team["ana"], "Wrong!", blocks=True)
        write(ann, team["ana"], "Nice.")
        second = write(other, team["ana"], "Wrong, too!", blocks=True)
        with django_assert_num_queries(1):
            assert blocking([ann.pk, other.pk, third.pk]) == {ann.pk: [first], other.pk: [second]}
        resolve(ann, first.pk, team["ben"])
        block(other, second.pk, team["rita"], False)
        assert blocking([ann.pk, other.pk]) == {}
        reopen(ann, first.pk, team["ana"])
        assert blocking([ann.pk]) == {ann.pk: [first]}

    def test_what_somebody_did_already_is_said(self, team, ann):
        first = write(ann, team["ana"], "Wrong!", blocks=True)
        with pytest.raises(TooLateError, match="the comment blocks publishing"):
            block(ann, first.pk, team["rita"], True)
        with pytest.raises(TooLateError, match="reopened this already"):
            reopen(ann, first.pk, team["rita"])


class TestTexts:
    @pytest.mark.parametrize("text", ["", " \n\t", "\0"])
    def test_nothing_is_not_a_comment(self, team, ann, text):
        with pytest.raises(RefusedError, match="Write something first"):
            write(ann, team["ana"], text)

    def test_ten_thousand_characters_are_fine_and_one_more_is_not(self, team, ann):
        first = write(ann, team["ana"], "x" * 10_000)
        with pytest.raises(RefusedError, match="at most 10,000 characters, and this one has 10,001"):
            reply(ann, first.pk, team["ana"], "x" * 10_001)
        with pytest.raises(RefusedError, match="at most 10,000"):
            resolve(ann, first.pk, team["ana"], "x" * 10_001)
        assert not Comment.objects.get().resolved_at

    def test_lines_stay_as_they_were_written(self, team, ann):
        assert write(ann, team["ana"], " One\r\ntwo\0\n\n🦑 ").text == "One\ntwo\n\n🦑"

    def test_a_long_title_of_a_row_is_cut(self, team, ann, goal):
        Goal.objects.filter(pk=goal.pk).update(goal_text="long " * 100)
        assert len(row_title(ann, About("goals", goal.pk))) == 200


class TestMentions:
    @pytest.fixture
    def ids(self, team, join, digital, platform_admin):
        join(digital, email="far@y.example", full_name="Far Away")
        User.objects.create_user("left@x.example", full_name="Left Long")
        return {name: str(user.pk) for name, user in team.items()}

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("@Ana Silva, what do you think?", ["ana"]),
            ("ask @ana silva and @BEN BAUER.", ["ana", "ben"]),
            ("(@boss@x.example)", ["boss"]),
            ("@Ana Silvana @Ana @Anab", []),
            ("ana@x.example and x@ana@x.example", []),
            ("@Far Away, @left@x.example, @root@example.com, @Left Long", []),
            ("@Ana Silva @ana@x.example", ["ana"]),
            ("@", []),
        ],
    )
    def test_only_members_are_meant(self, ids, tenant, text, names):
        assert mentioned(text) == [ids[name] for name in names]

    def test_the_longer_name_is_meant(self, ids, join, tenant):
        short = User.objects.create_user("a@x.example", full_name="Ana")
        Membership.objects.create(user=short, role=Role.ANALYST)
        assert mentioned("@Ana Silva and @Ana") == [ids["ana"], str(short.pk)]

    def test_the_inactive_are_neither_meant_nor_offered(self, ids, team, tenant):
        User.objects.filter(pk=team["ana"].pk).update(is_active=False)
        assert (mentioned("@Ana Silva"), people("ana")) == ([], [])

    def test_people_are_offered_by_any_part_of_their_name_or_address(self, ids, tenant):
        assert people("silva") == [{"name": "Ana Silva", "email": "ana@x.example"}]
        assert people("boss@") == [{"name": "boss@x.example", "email": "boss@x.example"}]
        assert people("far") == []

    def test_two_of_one_name_are_told_apart_by_their_address(self, ids, tenant):
        twin = User.objects.create_user("zoe@x.example", full_name="Ana Silva")
        Membership.objects.create(user=twin, role=Role.ANALYST)
        assert [one["name"] for one in people("ana s")] == ["ana@x.example", "zoe@x.example"]
        assert set(mentioned("@Ana Silva")) == {ids["ana"], str(twin.pk)}

    def test_whoever_is_meant_is_told_once(self, team, ann):
        first = write(ann, team["ana"], "@Ben Bauer?")
        assert list(Notice.objects.values_list("user", flat=True)) == [team["ben"].pk]
        edit(ann, first.pk, team["ana"], "@Ben Bauer, @Rita Rossi?")
        told = Notice.objects.order_by("id").values_list("user", flat=True)
        assert list(told) == [team["ben"].pk, team["rita"].pk]

    def test_whoever_is_answered_is_told(self, team, ann):
        first = write(ann, team["ana"], "Why?")
        reply(ann, first.pk, team["ben"], "Because.")
        assert list(Notice.objects.values_list("user", flat=True)) == [team["ana"].pk]


def test_all_that_is_done_is_on_record(team, ann, goal):
    first = write(ann, team["ana"], "Why?", About("goals", goal.pk, "goal_text"), blocks=True)
    reply(ann, first.pk, team["ben"], "Because.")
    resolve(ann, first.pk, team["rita"], "Said enough.")
    reopen(ann, first.pk, team["rita"])
    block(ann, first.pk, team["rita"], False)
    events = Event.objects.filter(persona=ann.pk, name__in=("comment", "resolve", "reopen", "block", "unblock"))
    assert [(one.name, one.why, one.made_by) for one in events.order_by("made_at", "id")] == [
        ("comment", "Why?", team["ana"]),
        ("comment", "Because.", team["ben"]),
        ("comment", "Said enough.", team["rita"]),
        ("resolve", "Said enough.", team["rita"]),
        ("reopen", None, team["rita"]),
        ("unblock", None, team["rita"]),
    ]
    where = {"section": "goals", "row": str(goal.pk), "row_title": "B", "column": "goal_text"}
    assert all(where.items() <= event.detail.items() for event in events)
    assert [one.text for one in threads(ann, team["ana"])[0].comments] == ["Why?", "Because.", "Said enough."]


def test_queries_do_not_grow_with_threads(team, ann, goal):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            for thread in threads(ann, team["ben"]):
                str((thread.first.made_by, thread.may_settle, thread.may_block, thread.open_to_edits, thread.gone))
        return len(queries)

    first = write(ann, team["ana"], "Why?", About("goals", goal.pk))
    few = asked()
    for about in (
        About("case_studies", ann.case_studies.get().pk),
        About("narrative"),
        *[About("goals", goal.pk)] * 20,
    ):
        reply(ann, write(ann, team["rita"], "Why?", about).pk, team["ben"], "Because.")
    resolve(ann, first.pk, team["rita"])
    assert asked() == few <= 4


def test_of_two_who_resolve_at_once_one_does_and_the_other_is_told(committed):
    pharma = Tenant.objects.get(slug="pharma")
    ben = User.objects.create_user("ben@x.example", full_name="Ben Bauer")
    with tenant_context(pharma):
        ben.membership = Membership.objects.create(user=ben, role=Role.REVIEWER)
        persona = PersonaFactory(slug="ann")
        first = write(persona, ben, "Why?")

    def once(_) -> str:
        try:
            with tenant_context(pharma, ben):
                comments.resolve(persona, first.pk, ben)
            return "resolved"
        except TooLateError as error:
            return str(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(once, range(4)))
    assert outcomes == ["Ben Bauer has resolved this already."] * 3 + ["resolved"]
    with tenant_context(pharma):
        assert Event.objects.filter(name="resolve").count() == 1
