"""Comments on the pages: as the panel asks for them, and as forms without a script send them."""

import json
from html import unescape

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personas.editorial import comments
from personas.editorial.threads import About
from personas.models import Comment, EditorialState, Goal, Persona
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership
from vital.tenancy.roles import Role

EVIL = '<img src=x onerror="alert(1)"></textarea><script>alert(2)</script>'


@pytest.fixture
def ana(pharma, join):
    return join(pharma, full_name="Ana Silva")


@pytest.fixture
def work(ana, enter):
    return enter(ana)


@pytest.fixture
def rita(pharma, join) -> Client:
    """The browser of a reviewer."""
    client = Client()
    user = join(pharma, Role.REVIEWER, full_name="Rita Rossi")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def ann(pharma) -> Persona:
    with tenant_context(pharma):
        made = PersonaFactory(slug="ann", name="Ann", complete=True)
        FACTORIES["goals"](persona=made, goal_text="Sleep better")
        return made


@pytest.fixture
def goal(ann, pharma) -> Goal:
    with tenant_context(pharma):
        return ann.goals.get(goal_text="Sleep better")


@pytest.fixture
def first(pharma, ana, ann, goal) -> Comment:
    """What Ana has remarked on the goal."""
    with tenant_context(pharma):
        ana.membership = Membership.objects.get(user=ana)
        return comments.write(ann, ana, "Measurable?", About("goals", goal.pk, "goal_text"))


def page(persona, name: str = "comments", *args) -> str:
    return reverse(f"admin:personas_persona_{name}", args=[persona.pk, *args])


def send(client, persona, do: str, **said):
    """What the panel sends."""
    return client.post(page(persona), {"do": do} | said, content_type="application/json")


def post(client, persona, do: str, **said):
    """What a form sends."""
    return client.post(page(persona), {"do": do, "next": page(persona, "change")} | said)


def told(response) -> list[str]:
    return [str(one) for one in response.wsgi_request._messages]


class TestThePanel:
    def test_it_shows_what_is_said_about_a_field_and_takes_a_new_comment(self, work, ann, goal):
        where = {"section": "goals", "row": str(goal.pk), "column": "goal_text"}
        opened = work.get(page(ann), where).json()
        assert opened["title"] == "Comments: Goals, «Sleep better», goal text"
        assert "Nobody has said anything here yet" in opened["html"]
        answer = send(work, ann, "write", text="Measurable?", blocks="true", **where)
        assert answer.status_code == 200
        assert "Measurable?" in answer.json()["html"]
        assert "Blocks publishing</span>" in answer.json()["html"]
        assert answer.json()["open_comments"] == {"goals": 1}
        assert answer.json()["marks"] == {"": 1, f"{goal.pk}/": 1, f"{goal.pk}/goal_text": 1}

    def test_a_thread_is_answered_resolved_and_opened_again(self, work, rita, ann, first):
        id_ = str(first.pk)
        for client, do, said in (
            (rita, "reply", "Your reply is there."),
            (work, "resolve", "Resolved."),
            (rita, "reopen", "Open again."),
            (rita, "block", "Nothing is published before this is resolved."),
            (work, "unblock", "This no longer blocks publishing."),
        ):
            answer = send(client, ann, do, comment=id_, text="Because." if do == "reply" else "", section="goals")
            assert (answer.status_code, answer.json()["said"], answer.json()["comment"]) == (200, said, id_), do

    def test_ones_own_is_changed_until_it_is_answered(self, work, rita, ann, first):
        assert 'value="edit"' in work.get(page(ann)).json()["html"]
        assert 'value="edit"' not in rita.get(page(ann)).json()["html"]
        answer = send(work, ann, "edit", comment=str(first.pk), text="How is it measured?")
        assert "How is it measured?" in answer.json()["html"]
        send(rita, ann, "reply", comment=str(first.pk), text="In hours.")
        late = send(work, ann, "edit", comment=str(first.pk), text="Never mind")
        assert (late.status_code, "answered meanwhile" in late.json()["message"]) == (409, True)

    def test_only_what_somebody_may_do_is_offered_and_done(self, pharma, join, ann, first):
        other = Client()
        user = join(pharma, email="ben@pharma.example")
        other.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        html = other.get(page(ann)).json()["html"]
        assert 'value="reply"' in html
        assert 'value="resolve"' not in html
        assert 'value="block"' not in html
        refused = send(other, ann, "resolve", comment=str(first.pk))
        assert (refused.status_code, refused.json()["message"].endswith("Reply instead.")) == (403, True)
        with tenant_context(pharma):
            EditorialState.objects.filter(persona=ann).update(owner=user)
        assert 'value="resolve"' in other.get(page(ann)).json()["html"]
        assert send(other, ann, "resolve", comment=str(first.pk)).status_code == 200

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (422, {"do": "write", "text": "  "}),
            (422, {"do": "write", "text": "x" * 10_001}),
            (404, {"do": "write", "text": "?", "section": "feelings"}),
            (404, {"do": "write", "text": "?", "section": "tags", "row": "{goal}"}),
            (404, {"do": "reply", "text": "?", "comment": "{goal}"}),
            (404, {"do": "reply", "text": "?"}),
            (400, {"do": "dance", "text": "?"}),
            (400, {"do": "write", "text": "?", "row": "x"}),
            (400, {"do": "write", "text": ["?"]}),
        ],
    )
    def test_whatever_is_wrong_is_said_in_a_sentence(self, work, ann, goal, status, said):
        said = {name: goal.pk if value == "{goal}" else value for name, value in said.items()}
        answer = work.post(page(ann), said, content_type="application/json")
        assert answer.status_code == status
        assert answer.json()["message"].endswith(".")

    def test_what_was_written_is_shown_and_not_carried_out(self, work, pharma, ann, goal):
        with tenant_context(pharma):
            Goal.objects.filter(pk=goal.pk).update(goal_text=EVIL)
        answer = send(work, ann, "write", text=EVIL, section="goals", row=str(goal.pk))
        pages = [answer.json()["html"], work.get(page(ann, "change")).content.decode(), answer.json()["html"]]
        for html in pages:
            assert "<img src=x" not in html
            assert "</textarea><script>" not in html
            assert EVIL in unescape(html)

    def test_people_are_offered_behind_an_at(self, work, rita, ann):
        found = work.get(page(ann, "people"), {"typed": "ross"}).json()["people"]
        assert found == [{"name": "Rita Rossi", "email": "reviewer@pharma.example"}]

    def test_what_is_in_the_trash_is_not_talked_about(self, work, ann, pharma):
        work.post(page(ann, "delete"), {"post": "yes"})
        answer = send(work, ann, "write", text="Why?")
        assert (answer.status_code, "in the trash" in answer.json()["message"]) == (422, True)


class TestForms:
    """The same without a script."""

    def test_they_lead_back_to_where_they_came_from(self, work, ann, goal, pharma):
        where = {"section": "goals", "row": goal.pk, "column": "goal_text"}
        answer = post(work, ann, "write", text="Why?", blocks="on", **where)
        assert (answer.url, told(answer)) == (page(ann, "change"), ["Your comment is there."])
        with tenant_context(pharma):
            made = Comment.objects.get()
        assert (made.row, made.column, made.blocks) == (goal.pk, "goal_text", True)
        assert told(post(work, ann, "resolve", comment=made.pk, text=""))[-1] == "Resolved."

    @pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    def test_they_never_lead_out_of_the_house(self, work, ann, next_):
        assert post(work, ann, "write", text="Why?", next=next_).url == page(ann, "change")

    def test_what_is_wrong_is_said_on_the_page(self, work, ann):
        assert told(post(work, ann, "write", text="")) == ["Write something first."]

    def test_they_stand_on_the_overview(self, work, rita, ann, first):
        html = rita.get(page(ann, "change")).content.decode()
        link = f"{page(ann, 'section', 'goals')}?row={first.row}&thread={first.pk}#row-{first.row}"
        assert f'href="{link}"' in unescape(html)
        assert html.count(f'name="next" value="{page(ann, "change")}"') == 2


class TestPages:
    def test_the_navigator_counts_what_is_open(self, work, rita, ann, first):
        def counted() -> list[str]:
            html = work.get(page(ann, "section", "tags")).content.decode()
            link = html.split('data-place="goals"')[1].split("</a>")[0]
            return [link.split("<b>")[1].split("</b>")[0], "hidden" if "hidden>" in link else "shown"]

        assert counted() == ["1", "shown"]
        send(rita, ann, "resolve", comment=str(first.pk))
        assert counted() == ["0", "hidden"]

    def test_a_section_knows_its_marks_and_offers_the_panel(self, work, ann, goal, first):
        html = unescape(work.get(page(ann, "section", "goals")).content.decode())
        marks = html.split('data-marks="')[1].split('}"')[0] + "}"
        assert json.loads(marks) == {"": 1, f"{goal.pk}/": 1, f"{goal.pk}/goal_text": 1}
        assert 'id="comments"' in html

    def test_a_row_that_is_gone_is_said_to_be(self, work, ann, goal, first, pharma):
        with tenant_context(pharma):
            goal.delete()
        html = work.get(page(ann, "change")).content.decode()
        assert "The row «Sleep better» is gone." in html
        assert f"?thread={first.pk}" in html

    def test_whoever_only_reads_a_persona_may_talk_about_it(self, work, rita, ann, monkeypatch):
        monkeypatch.setattr("personas.admin.personas.PersonaAdmin.has_change_permission", lambda *_: False)
        html = work.get(page(ann, "section", "goals")).content.decode()
        assert 'data-do="comment"' in html
        assert 'data-do="delete"' not in html
        assert send(work, ann, "write", text="Why?", section="goals").status_code == 200

    def test_the_overview_shows_fifty_threads_and_says_where_the_others_are(self, work, pharma, ana, ann, first):
        with tenant_context(pharma):
            for _ in range(51):
                comments.write(ann, ana, "Why?", About("goals"))
            comments.resolve(ann, comments.write(ann, ana, "Who is it?").pk, ana)
        html = work.get(page(ann, "change")).content.decode()
        assert html.count("<article") == 51
        assert "Who is it?" in html
        assert "2 more comments stand at the sections." in html
        assert work.get(page(ann), {"section": "goals"}).json()["html"].count("<article") == 52

    def test_queries_do_not_grow_with_threads(self, work, pharma, ana, ann, goal, first):
        def asked() -> list[int]:
            numbers = []
            for address in (page(ann, "change"), page(ann, "section", "goals"), page(ann)):
                with CaptureQueriesContext(connection) as queries:
                    assert work.get(address).status_code == 200
                numbers.append(len(queries))
            return numbers

        ContentType.objects.clear_cache()
        work.get(page(ann, "change"))
        few = asked()
        with tenant_context(pharma):
            for about in [About("goals", goal.pk), About("tags", ann.tags.first().pk), About("narrative")] * 10:
                comments.reply(ann, comments.write(ann, ana, "Why?", about).pk, ana, "Because.")
        assert asked() == few
        assert max(few) <= 25


class TestOthers:
    def test_another_tenant_finds_nothing(self, digital, join, ann, goal, first):
        client = Client()
        client.force_login(join(digital, Role.TENANT_ADMIN), backend="django.contrib.auth.backends.ModelBackend")
        assert client.get(page(ann)).status_code == 404
        assert client.get(page(ann, "people")).status_code == 404
        assert send(client, ann, "reply", comment=str(first.pk), text="?").status_code == 404
        with tenant_context(digital):
            mine = PersonaFactory(slug="mine")
        for said in ({"comment": str(first.pk), "do": "reply"}, {"comment": str(first.pk), "do": "resolve"},
                     {"do": "write", "section": "goals", "row": str(goal.pk)}):  # fmt: skip
            assert send(client, mine, text="?", **said).status_code == 404
            assert client.post(page(mine), said | {"text": "?"}).status_code == 404

    def test_whoever_works_nowhere_comments_nowhere(self, client, django_user_model, ann):
        client.force_login(django_user_model.objects.create_user("x@x.example"))
        assert send(client, ann, "write", text="?").status_code in (403, 404)
