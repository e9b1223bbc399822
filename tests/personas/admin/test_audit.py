"""The audit: who did what, when and why; found, taken along, and changed by nobody."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, transaction
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from personas.admin.audit import lowest_id
from personas.admin.events import DONE
from personas.editorial.workflow import TRANSITIONS
from personas.enums import Status
from personas.models import Event, Persona, Revision
from tests.factories import PersonaFactory
from vital.fields import time_ordered_uuid
from vital.organisation.models import Function
from vital.tenancy.context import tenant_context
from vital.tenancy.models import User
from vital.tenancy.roles import Role

LIST = reverse("admin:personas_event_changelist")
FILE = reverse("admin:personas_event_export")


@pytest.fixture
def ana(pharma, join) -> User:
    return join(pharma, Role.ANALYST, full_name="Ana Silva")


@pytest.fixture
def work(ana, enter):
    ContentType.objects.clear_cache()
    return enter(ana)


@pytest.fixture
def ada(pharma) -> Persona:
    with tenant_context(pharma):
        return PersonaFactory(slug="ada", name="Ada")


@pytest.fixture
def told(pharma, ana, ada):
    """Write events: told("publish", why="…")."""

    def write(name: str = "comment", **more) -> Event:
        with tenant_context(pharma):
            return Event.objects.create(**{"name": name, "persona": ada.pk, "about": "Ada", "made_by": ana} | more)

    return write


def found(client, **asked) -> list[Event]:
    return [one.event for one in client.get(LIST, asked).context["audit"].rows]


def rows(client, **asked) -> list[list[str]]:
    text = b"".join(client.get(FILE, asked).streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_says_in_words_who_did_what_to_what_and_why(work, told):
    told("request_changes", before="pending_review", after="draft", why="Sources are missing", revision=7)
    text = work.get(LIST).content.decode()
    for said in (
        "Ana Silva",
        "Sent back",
        f"{Status.PENDING_REVIEW.label} → Draft",
        "Sources are missing",
        "Ada",
        "?to=7",
    ):
        assert said.casefold() in text.casefold()


def test_every_step_and_kind_of_work_has_words():
    assert {step.name for step in TRANSITIONS} <= DONE.keys()
    assert {kind for kind in Revision.Kind.values if kind != "transition"} <= DONE.keys()


def test_restoring_a_revision_is_told_from_leaving_the_archive(work, told):
    told("restore", before="draft", after="draft")
    told("restore", before="archived", after="draft")
    first, second = work.get(LIST).context["audit"].rows
    assert (first.done, second.done) == ("Taken out of the archive", "Restored from a revision")


def test_of_a_comment_the_place_is_told(work, told):
    told(detail={"section": "goals", "row_title": "Sleep better", "comment": "x", "blocks": True})
    (one,) = work.get(LIST).context["audit"].rows
    assert (one.on, one.more) == ("Goals, «Sleep better»", [("Blocks", "yes")])


def test_a_persona_that_is_gone_is_told_without_a_link(work, told):
    told("purge", persona=time_ordered_uuid(), about="Old one")
    text = work.get(LIST).content.decode()
    assert "Old one" in text
    assert ">Old one</a>" not in text


class TestFinding:
    def test_by_person(self, work, pharma, join, told):
        ben = join(pharma, Role.REVIEWER)
        mine, other, program = told(), told(made_by=ben), told(made_by=None, made_by_login="vital_app")
        assert found(work, who=mine.made_by_id) == [mine]
        assert found(work, who=ben.pk) == [other]
        assert program in found(work, who="programs")

    def test_by_what_was_done(self, work, told):
        told("claim")
        due, set_due = told("due"), told("set_due")
        names = next(
            names for names, said in work.get(LIST).context["form"].fields["what"].choices if "due" in names.split(",")
        )
        assert found(work, what=names) == [set_due, due]

    def test_by_persona(self, work, pharma, told):
        with tenant_context(pharma):
            PersonaFactory(slug="ben", name="Ben")
        one, gone = told(), told("purge", persona=time_ordered_uuid(), about="Cleo")
        for said in ("ada", "AD", str(one.persona)):
            assert found(work, persona=said) == [one], said
        assert found(work, persona="cleo") == [gone]

    def test_by_function(self, work, pharma, told, ada):
        told("claim", persona=None, about="Rule")
        one = told()
        with tenant_context(pharma):
            other = Function.objects.exclude(pk=ada.function_id).first()
        assert found(work, function=ada.function_id) == [one]
        assert found(work, function=other.pk) == []

    def test_by_day(self, work, told):
        one = told()
        today, yesterday = localdate(), localdate() - timedelta(days=1)
        assert found(work, start=today, end=today) == [one]
        assert found(work, start=yesterday, end=yesterday) == []
        assert (
            lowest_id(datetime.now(UTC) - timedelta(seconds=60)) < one.pk < lowest_id(datetime.now(UTC) + timedelta(1))
        )

    def test_by_words_of_the_reason(self, work, told):
        one = told(why="Sources are missing")
        told(why="Well done")
        assert found(work, why="SOURCES") == [one]

    def test_what_makes_no_sense_finds_nothing_and_says_why(self, work, told):
        told()
        page = work.get(LIST, {"start": "yesterday"})
        assert page.context["audit"].rows == []
        assert "Enter a valid date" in page.content.decode()

    def test_nothing_found_says_so(self, work, told):
        told()
        assert "Nothing was found" in work.get(LIST, {"why": "zebra"}).content.decode()


def test_pages_lead_there_and_back(work, pharma, ada, django_assert_max_num_queries):
    with tenant_context(pharma):
        Event.objects.bulk_create(Event(name="claim", persona=ada.pk, why=str(n)) for n in range(120))
    seen, page = [], work.get(LIST, {"what": "claim"})
    while page:
        audit = page.context["audit"]
        seen.append([int(one.event.why) for one in audit.rows])
        with django_assert_max_num_queries(25):
            page = audit.next and work.get(LIST + audit.next)
    assert [number for shown in seen for number in shown] == list(range(119, -1, -1))
    back = work.get(LIST + audit.previous).context["audit"]
    assert [int(one.event.why) for one in back.rows] == seen[1]
    first = work.get(LIST + back.previous).context["audit"]
    assert ([int(one.event.why) for one in first.rows], first.previous) == (seen[0], "")


def test_what_was_found_is_taken_along(work, told):
    told("claim")
    one = told("request_changes", before="pending_review", after="draft", why='=HYPERLINK("x")\nsecond line')
    heading, row = rows(work, what="request_changes")
    told_of = dict(zip(heading, row, strict=True))
    assert (told_of["Who"], told_of["What"], told_of["Stands as"]) == ("Ana Silva", "Sent back", "Draft")
    assert told_of["Why"] == '\'=HYPERLINK("x")\nsecond line'
    assert told_of["Id of the persona"] == str(one.persona)


def test_a_large_file_is_sent_in_pieces(work, pharma, ada):
    with tenant_context(pharma):
        Event.objects.bulk_create(Event(name="claim", persona=ada.pk) for _ in range(4500))
    pieces = list(work.get(FILE, {"what": "claim"}).streaming_content)
    assert len(pieces) >= 4
    assert b"".join(pieces).count(b"\n") == 4501


@pytest.mark.parametrize("role", Role.values)
def test_every_role_may_read_and_nobody_may_write(pharma, join, enter, told, role):
    event = told()
    client = enter(join(pharma, role, "somebody@pharma.example"))
    assert client.get(LIST).status_code == 200
    assert client.get(FILE).status_code == 200
    for page in ("add", "delete"):
        args = [event.pk] if page == "delete" else []
        for how in (client.get, client.post):
            assert how(reverse(f"admin:personas_event_{page}", args=args)).status_code == 403
    for page in ("change", "history"):
        assert client.get(reverse(f"admin:personas_event_{page}", args=[event.pk])).url == LIST
    with pytest.raises(NoReverseMatch):
        reverse("admin:personas_event_import")


def test_whoever_may_not_view_events_is_refused(work, monkeypatch):
    monkeypatch.setattr(User, "has_perm", lambda user, name, obj=None: not name.endswith("_event"))
    assert work.get(LIST).status_code == 403
    assert work.get(FILE).status_code == 403


def test_another_tenant_sees_nothing_of_it(digital, join, enter, told):
    told(why="Ours alone")
    client = enter(join(digital, Role.TENANT_ADMIN))
    assert "Ours alone" not in client.get(LIST).content.decode()
    assert all("Ours alone" not in row for row in rows(client))


@pytest.mark.parametrize("statement", ["UPDATE editorial_events SET why = 'Never'", "DELETE FROM editorial_events"])
def test_not_even_raw_sql_changes_what_was_done(tenant, statement):
    Event.objects.create(name="claim")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Event.objects.filter(name="claim", why=None).exists()
