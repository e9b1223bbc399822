import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from personas.library import sharing
from personas.models import EditorialState, Event, Persona, Share, Visit
from tests.factories import PersonaFactory, stand
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant
from vital.tenancy.roles import Role

READER = "Maria Keller, Haldrin"


@pytest.fixture
def published(pharma, request):
    """A persona without sections, unless a test asks for them: most are about its link."""
    with tenant_context(pharma):
        return PersonaFactory(complete=getattr(request, "param", False), validation_status="published")


in_full = pytest.mark.parametrize("published", [True], indirect=True)


@pytest.fixture
def publisher(pharma, join):
    return join(pharma, Role.PUBLISHER)


@pytest.fixture
def key(published, publisher, pharma) -> str:
    with tenant_context(pharma, publisher):
        return sharing.make(published, READER, 7, publisher)


@pytest.fixture
def address(key) -> str:
    return f"/shared/{key}/"


@pytest.fixture
def kept(pharma):
    """What the database says of the only link and its openings."""

    def ask() -> tuple[Share, list[Visit]]:
        with tenant_context(pharma):
            share = Share.objects.get()
            return share, list(share.visits.all())

    return ask


class Addresses(HTMLParser):
    """All that a page leads to or loads."""

    def __init__(self, text: str):
        super().__init__()
        self.found, self.tags = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.found += [
            value
            for name, value in attrs
            if name in ("href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href", "ping")
        ]


def test_a_publisher_makes_a_link_that_a_stranger_opens(published, publisher, pharma, enter, client, kept):
    page = f"/library/personas/{published.slug}/share/"
    made = enter(publisher).post(page, {"reader": f"  {READER}\n", "days": "30"})
    link = re.search(r"http://testserver(/shared/[\w-]{43}/)<", made.content.decode())[1]
    client.logout()
    shown = client.get(link)
    assert shown.status_code == 200
    assert published.name in (text := shown.content.decode())
    assert READER in text
    assert "testserver/shared" not in enter(publisher).get(page).content.decode(), "the link is shown once"
    share, _ = kept()
    assert share.key_hash == sharing.fingerprint(link.split("/")[2])
    assert share.key_hash not in link
    assert timedelta(days=29) < share.expires_at - now() < timedelta(days=31)
    assert share.made_by_id == publisher.pk


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"reader": " ", "days": "7"}, "Say whom the link is for"),
        ({"reader": "x" * 201, "days": "7"}, "200"),
        ({"reader": READER, "days": "365"}, "365"),
    ],
)
def test_a_link_is_for_somebody_and_for_a_while(published, publisher, pharma, enter, posted, said):
    answer = enter(publisher).post(f"/library/personas/{published.slug}/share/", posted)
    assert said in answer.content.decode()
    with tenant_context(pharma):
        assert not Share.objects.exists()


def test_each_opening_is_noted_and_a_look_ahead_is_none(address, client, kept):
    client.get(address, headers={"user-agent": "Browser " * 100})
    assert client.head(address).status_code == 200
    ahead = client.get(address, headers={"sec-purpose": "prefetch"})
    assert (ahead.status_code, ahead.content) == (204, b"")
    share, (visit,) = kept()
    with tenant_context(share.tenant_id):
        live = EditorialState.objects.get(persona=share.persona_id).live
    assert (visit.address, visit.revision) == ("127.0.0.1", live.number)
    assert visit.agent == ("Browser " * 100)[:300]


def test_whoever_is_logged_in_elsewhere_sees_the_same_and_keeps_the_session(
    address, client, kept, digital, join, enter
):
    as_stranger = client.get(address)
    enter(join(digital, Role.TENANT_ADMIN)).get("/admin/")
    session = client.session.session_key
    as_member = client.get(address)
    assert as_member.status_code == 200
    assert as_member.content == as_stranger.content
    assert not as_member.cookies
    assert not as_stranger.cookies
    assert client.session.session_key == session
    assert len(kept()[1]) == 2


def test_a_link_shows_what_is_published_and_never_a_draft(address, client, published, pharma):
    with tenant_context(pharma):
        Persona.objects.filter(pk=published.pk).update(name="Dr Draft", slug="dr-draft")
    text = client.get(address).content.decode()
    assert published.name in text
    assert "Dr Draft" not in text


@in_full
def test_no_way_leads_from_a_shared_sheet_to_anything_else(address, client):
    for answer in (client.get(address), client.get("/shared/unknown/")):
        page = Addresses(answer.content.decode())
        assert page.found
        assert [one for one in page.found if not one.startswith(("#", "/static/"))] == []
        assert not page.tags & {"form", "button", "script", "iframe", "object", "embed", "base"}
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_nothing_can_be_sent_to_a_shared_link(address, client, kept):
    client.handler.enforce_csrf_checks = True
    for method in ("post", "put", "patch", "delete", "options"):
        answer = getattr(client, method)(address)
        assert (answer.status_code, answer.content) == (405, b"")
    assert kept()[1] == []


def test_every_link_that_does_not_work_gets_the_same_answer(key, client, published, publisher, pharma):
    unknown = client.get("/shared/unknown/")
    assert unknown.status_code == 404
    assert "does not work (any longer)" in unknown.content.decode()

    def fails(key: str = key) -> bool:
        answer = client.get(f"/shared/{key}/")
        headers = {name: value for name, value in answer.items() if name != "Expires"}
        assert headers == {name: value for name, value in unknown.items() if name != "Expires"}
        return (answer.status_code, answer.content) == (404, unknown.content)

    with tenant_context(pharma):
        ended = now() - timedelta(seconds=1)
        Share.objects.create(persona=published, key_hash=sharing.fingerprint("old"), reader=READER, expires_at=ended)
        revoked = sharing.make(published, READER, 7, publisher)
        assert sharing.revoke(sharing.links().get(key_hash=sharing.fingerprint(revoked)), publisher)
    assert fails("old"), "expired"
    assert fails(revoked), "revoked"
    Tenant.objects.filter(pk=pharma.pk).update(is_active=False)
    assert fails(), "the tenant is closed"
    Tenant.objects.filter(pk=pharma.pk).update(is_active=True)
    assert client.get(f"/shared/{key}/").status_code == 200
    with tenant_context(pharma):
        stand(published, "archived")
    assert fails(), "withdrawn"
    with tenant_context(pharma):
        [visit] = Visit.objects.all()  # what showed nothing is no opening
        assert sharing.links().get(pk=visit.share_id).state == sharing.WITHDRAWN


def test_of_a_link_nothing_can_be_changed_but_that_it_is_revoked(key, pharma):
    for column in ("key_hash", "expires_at", "reader"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), tenant_context(pharma):
            Share.objects.update(**{column: F(column)})


def test_a_key_leads_to_its_tenant_and_nothing_else_does(key, published, pharma):
    assert sharing.tenant_of(key) == pharma.pk
    for other in ("", "x", key[:-1], key.swapcase(), sharing.fingerprint(key), "\0"):
        assert sharing.tenant_of(other) is None
    with tenant_context(None):
        assert not Share.objects.exists()
        assert not Visit.objects.exists()


def test_another_tenant_knows_nothing_of_a_link(key, published, pharma, digital, join, enter, kept):
    share, _ = kept()
    other = enter(join(digital, Role.TENANT_ADMIN))
    for page in (f"personas/{published.slug}/share/", f"shares/{share.pk}/revoke/"):
        assert other.get(f"/library/{page}").status_code == 404
        assert other.post(f"/library/{page}", {"reader": "x", "days": "7"}).status_code == 404
    assert READER not in other.get("/library/shares/").content.decode()
    assert kept()[0].revoked_at is None
    with tenant_context(digital):
        assert sharing.find(key) is None


@pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER])
def test_who_does_not_publish_sees_links_and_neither_makes_nor_revokes_them(
    role, published, address, pharma, join, enter, kept
):
    share, _ = kept()
    person = enter(join(pharma, role))
    for page in ("shares/", f"personas/{published.slug}/share/"):
        text = person.get(f"/library/{page}").content.decode()
        assert READER in text
        assert "/revoke/" not in text
        assert 'name="reader"' not in text
    made = person.post(f"/library/personas/{published.slug}/share/", {"reader": "x", "days": "7"})
    revoke = f"/library/shares/{share.pk}/revoke/"
    assert [made.status_code, person.get(revoke).status_code, person.post(revoke).status_code] == [403, 403, 403]
    assert kept()[0].revoked_at is None


def test_revoking_asks_first_and_both_are_told_in_the_audit(key, client, published, publisher, pharma, enter, kept):
    share, _ = kept()
    revoke = f"/library/shares/{share.pk}/revoke/"
    asked = enter(publisher).get(revoke).content.decode()
    assert READER in asked
    assert kept()[0].revoked_at is None
    assert "does not work any longer" in client.post(revoke, follow=True).content.decode()
    assert "was revoked before" in client.post(revoke, follow=True).content.decode()
    assert kept()[0].revoked_by_id == publisher.pk
    assert client.get(f"/shared/{key}/").status_code == 404
    with tenant_context(pharma):
        told = Event.objects.filter(name__in=("share", "revoke_share")).order_by("pk")
        assert [(one.name, one.about, one.detail["reader"], one.made_by_id) for one in told] == [
            (name, published.name, READER, publisher.pk) for name in ("share", "revoke_share")
        ]
        assert not any(key in str(one.detail) for one in told)
    audit = client.get("/admin/personas/event/").content.decode()
    assert "Shared it by a link" in audit
    assert "Revoked a shared link" in audit


def test_links_that_work_stand_first_each_with_its_openings(key, client, published, publisher, pharma, enter):
    with tenant_context(pharma, publisher):
        later = sharing.make(published, "Later but revoked", 1, publisher)
        sharing.revoke(sharing.links().get(reader="Later but revoked"), publisher)
    client.get(f"/shared/{key}/", headers={"user-agent": "Firefox/999"})
    text = enter(publisher).get("/library/shares/").content.decode()
    assert text.index(READER) < text.index("Later but revoked")
    assert "Opened once" in text
    assert "Firefox/999" in text
    assert key not in text
    assert later not in text


def test_what_is_not_published_is_not_shared_and_the_page_says_what_to_do(pharma, publisher, enter):
    with tenant_context(pharma):
        draft = PersonaFactory()
    page = f"/library/personas/{draft.slug}/share/"
    text = enter(publisher).get(page).content.decode()
    assert f"{draft.name} is not published" in text
    assert f"/admin/personas/persona/{draft.pk}/change/" in text
    enter(publisher).post(page, {"reader": READER, "days": "7"})
    with tenant_context(pharma):
        assert not Share.objects.exists()


@in_full
def test_a_shared_sheet_takes_few_queries(address, client):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    # A test's own transaction makes savepoints, and reads and restores settings, that a request has no need of.
    own = [
        one["sql"] for one in queries if not re.match(r"SAVEPOINT|RELEASE|SELECT coalesce\(current_setting", one["sql"])
    ]
    assert len(own) <= 10, "\n".join(own)


@pytest.mark.parametrize(
    ("table", "right"), [("editorial_shares", "DELETE"), ("editorial_visits", "DELETE"), ("editorial_visits", "UPDATE")]
)
def test_the_application_cannot_take_back_what_was_shared_and_opened(db, table, right):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [table, right])
        assert cursor.fetchone() == (False,)
