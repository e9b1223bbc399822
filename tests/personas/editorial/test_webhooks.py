"""The webhook, against a service that answers as services do: signed, in order, at least once, never into the house."""

import hmac
import json
import shutil
import socket
import subprocess
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.utils.timezone import now

from personas.editorial import posting, webhooks
from personas.editorial.posting import UnreachableError, post
from personas.models import Delivery, Event, Notice, Persona, Webhook
from personas.tasks import deliver, find_due_deliveries
from tests import database
from tests.factories import PersonaFactory
from tests.personas.editorial.receiver import Receiver
from vital.tenancy.context import in_context, tenant_context
from vital.tenancy.models import Tenant
from vital.tenancy.roles import Role

SECRET = "known-to-both"


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with Receiver() as server:
        yield server


@pytest.fixture
def hook(pharma, receiver) -> Webhook:
    with tenant_context(pharma):
        return Webhook.objects.create(url=f"http://127.0.0.1:{receiver.port}/vital", secret=SECRET)


def happened(tenant, *events: str, persona=None, **fields) -> list[Delivery]:
    persona = persona or uuid4()
    with tenant_context(tenant):
        return [
            Delivery.objects.create(
                event=event, persona=persona, payload={"event": event, "name": "Dr Sarah Chen"}, **fields
            )
            for event in events
        ]


def rows(tenant) -> list[Delivery]:
    with tenant_context(tenant):
        return list(Delivery.objects.order_by("id"))


def make_due(tenant) -> None:
    with tenant_context(tenant):
        Delivery.objects.filter(next_at__isnull=False).update(next_at=now())


# As docs/consumers.md tells services to do it.
def is_from_vital(headers: dict, body: bytes, secret: str, tolerance: int = 300) -> bool:
    timestamp, signature = headers["X-Vital-Timestamp"], headers["X-Vital-Signature"]
    expected = hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
    fresh = abs(time.time() - int(timestamp)) <= tolerance
    return fresh and hmac.compare_digest(f"sha256={expected}", signature)


class TestDelivering:
    def test_posts_what_happened_signed_so_that_the_documented_recipe_accepts_it(self, pharma, hook, receiver):
        (row,) = happened(pharma, "published")
        webhooks.deliver(pharma)
        (call,) = receiver.calls
        assert (call.path, json.loads(call.body)) == ("/vital", row.payload)
        assert call.headers["X-Vital-Event"] == "published"
        assert call.headers["X-Vital-Delivery"] == str(row.pk)
        assert call.headers["Content-Type"] == "application/json"
        assert is_from_vital(call.headers, call.body, SECRET)
        assert not is_from_vital(call.headers, call.body + b" ", SECRET)
        assert not is_from_vital(call.headers, call.body, "another")
        assert not is_from_vital(call.headers | {"X-Vital-Timestamp": "1"}, call.body, SECRET)
        (row,) = rows(pharma)
        assert (row.tries, row.next_at, row.error, bool(row.delivered_at)) == (1, None, None, True)

    def test_sends_nothing_twice(self, pharma, hook, receiver):
        happened(pharma, "published")
        for _ in range(2):
            webhooks.deliver(pharma)
        assert len(receiver.calls) == 1

    def test_keeps_the_order_of_a_persona_even_while_the_first_one_fails(self, pharma, hook, receiver):
        receiver.answers = ["broken"]
        happened(pharma, "published", "withdrawn", "published")
        (other,) = happened(pharma, "published")
        webhooks.deliver(pharma)
        webhooks.deliver(pharma)
        assert [call.headers["X-Vital-Delivery"] for call in receiver.calls[1:]] == [str(other.pk)]
        make_due(pharma)
        webhooks.deliver(pharma)
        assert [call.headers["X-Vital-Event"] for call in receiver.calls[2:]] == ["published", "withdrawn", "published"]

    def test_ends_a_run_at_the_first_failure(self, pharma, hook, receiver):
        receiver.answers = ["broken"] * 9
        for _ in range(3):
            happened(pharma, "published")
        webhooks.deliver(pharma)
        assert len(receiver.calls) == 1

    def test_is_of_one_tenant_alone(self, pharma, digital, hook, receiver):
        happened(digital, "published")
        webhooks.deliver(pharma)
        assert receiver.calls == []
        webhooks.deliver(digital)  # which has none
        assert receiver.calls == []
        assert rows(digital)[0].error == "Not sent: there is no active webhook."

    def test_a_webhook_that_is_off_is_called_neither_now_nor_later(self, pharma, hook, receiver):
        with tenant_context(pharma):
            Webhook.objects.update(is_active=False)
        happened(pharma, "published")
        webhooks.deliver(pharma)
        with tenant_context(pharma):
            Webhook.objects.update(is_active=True)
        webhooks.deliver(pharma)
        assert receiver.calls == []

    def test_uses_the_address_and_the_secret_of_the_moment(self, pharma, hook, receiver):
        happened(pharma, "published")
        with tenant_context(pharma):
            Webhook.objects.update(secret="new", url=hook.url + "/new?a=1")
        webhooks.deliver(pharma)
        (call,) = receiver.calls
        assert call.path == "/vital/new?a=1"
        assert is_from_vital(call.headers, call.body, "new")


class TestFailing:
    def test_is_tried_again_after_growing_pauses_and_then_given_up_which_admins_are_told(
        self, pharma, hook, receiver, join
    ):
        boss, analyst = join(pharma, Role.TENANT_ADMIN), join(pharma, Role.ANALYST)
        receiver.answers = ["broken"] * 9
        happened(pharma, "withdrawn")
        for number, pause in enumerate((1, 5, 30, 120, 480, 1440), start=1):
            webhooks.deliver(pharma)
            (row,) = rows(pharma)
            assert row.tries == number
            assert abs(row.next_at - now() - timedelta(minutes=pause)) < timedelta(seconds=10)
            make_due(pharma)
        webhooks.deliver(pharma)
        (row,) = rows(pharma)
        assert (row.tries, row.next_at, row.delivered_at) == (7, None, None)
        make_due(pharma)
        webhooks.deliver(pharma)
        assert len(receiver.calls) == 7
        with tenant_context(pharma):
            (notice,) = Notice.objects.all()
        assert (notice.user_id, notice.reason) == (boss.pk, f"you administer {pharma}")
        assert notice.user_id != analyst.pk
        assert notice.text.startswith("The webhook could not be told that «Dr Sarah Chen» was withdrawn")
        assert "Answered 500" in notice.text

    def test_then_a_good_answer_ends_it(self, pharma, hook, receiver):
        receiver.answers = ["broken"]
        happened(pharma, "published")
        webhooks.deliver(pharma)
        assert rows(pharma)[0].error == "Answered 500 Internal Server Error. Sorry about <that>."
        make_due(pharma)
        webhooks.deliver(pharma)
        (row,) = rows(pharma)
        assert (row.tries, row.error, bool(row.delivered_at)) == (2, None, True)

    def test_after_giving_up_the_next_event_of_the_persona_is_sent(self, pharma, hook, receiver):
        persona = uuid4()
        happened(pharma, "published", persona=persona, next_at=None)
        happened(pharma, "withdrawn", persona=persona)
        webhooks.deliver(pharma)
        assert [call.headers["X-Vital-Event"] for call in receiver.calls] == ["withdrawn"]

    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ("moved", "Answered 302 Found. It leads on to «http://127.0.0.1:"),
            ("closing", "No answer: Remote end closed connection"),
            ("huge", "Answered 500 Internal Server Error. xxx"),
        ],
    )
    def test_says_why(self, pharma, hook, receiver, answer, said):
        receiver.answers = [answer]
        happened(pharma, "published")
        webhooks.deliver(pharma)
        (row,) = rows(pharma)
        assert row.error.startswith(said)
        assert len(row.error) < 500
        assert len(receiver.calls) == 1  # nowhere else either

    @pytest.mark.parametrize("answer", ["hanging", "dripping"])
    def test_a_slow_receiver_is_left_in_time(self, pharma, hook, receiver, monkeypatch, answer):
        monkeypatch.setattr(posting, "TIMEOUT", 0.4)
        receiver.answers = [answer]
        happened(pharma, "published")
        begun = time.monotonic()
        webhooks.deliver(pharma)
        assert time.monotonic() - begun < 3
        assert rows(pharma)[0].error == "No answer within 0.4 seconds."

    def test_nobody_there(self, pharma, hook):
        with tenant_context(pharma):
            Webhook.objects.update(url="http://127.0.0.1:1/")
        happened(pharma, "published")
        webhooks.deliver(pharma)
        assert "Connection refused" in rows(pharma)[0].error


class TestTransactions:
    @pytest.fixture
    def house(self, committed) -> Tenant:
        return Tenant.objects.get(slug="pharma")

    @pytest.fixture
    def hook(self, house, receiver) -> Webhook:
        with tenant_context(house):
            return Webhook.objects.create(url=f"http://127.0.0.1:{receiver.port}/", secret=SECRET)

    def test_a_publish_writes_it_with_the_change_or_not_at_all(self, house, hook, receiver):
        with tenant_context(house):
            persona = PersonaFactory(name="Dr Sarah Chen")
            for status in ("pending_review", "validated"):
                Persona.objects.filter(pk=persona.pk).update(validation_status=status)
        with tenant_context(house):
            Persona.objects.filter(pk=persona.pk).update(validation_status="published")
            transaction.set_rollback(True)
        assert rows(house) == []
        for status in ("published", "archived"):
            with tenant_context(house):
                Persona.objects.filter(pk=persona.pk).update(validation_status=status)
        webhooks.deliver(house)
        said = [json.loads(call.body) for call in receiver.calls]
        assert [(one["event"], one["persona"], one["name"]) for one in said] == [
            ("published", str(persona.pk), "Dr Sarah Chen"), ("withdrawn", str(persona.pk), "Dr Sarah Chen"),
        ]  # fmt: skip

    def test_none_is_open_while_a_receiver_thinks(self, house, hook, receiver, database_name):
        seen = []

        def meanwhile():
            with database.connect("postgres", database_name) as other:
                seen.append(
                    other.execute(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                        "AND state LIKE 'idle in transaction%'"
                    ).fetchone()[0]
                )

        receiver.meanwhile = meanwhile
        happened(house, "published")
        webhooks.deliver(house)
        assert (seen, in_context()) == ([0], False)

    def test_who_dies_between_sending_and_noting_it_sends_it_again(self, house, hook, receiver, monkeypatch):
        happened(house, "published", "withdrawn")

        def send_and_die(*args):
            post(*args)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(webhooks, "post", send_and_die)
            with pytest.raises(KeyboardInterrupt):
                webhooks.deliver(house)
        webhooks.deliver(house)
        assert len(receiver.calls) == 1  # it is under way, as far as anybody knows; and what is later waits for it
        make_due(house)
        webhooks.deliver(house)
        assert [call.headers["X-Vital-Event"] for call in receiver.calls] == ["published", "published", "withdrawn"]
        assert all(row.delivered_at for row in rows(house))

    def test_several_workers_send_each_once(self, house, hook, receiver):
        for _ in range(30):
            happened(house, "published", "withdrawn")

        def work():
            webhooks.deliver(house)
            connections.close_all()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        webhooks.deliver(house)  # what was under way with the others when each of them ended
        ids = [call.headers["X-Vital-Delivery"] for call in receiver.calls]
        assert (len(ids), len(set(ids))) == (60, 60)
        place = {row.pk: ids.index(str(row.pk)) for row in rows(house)}
        by_persona = {}
        for row in rows(house):
            by_persona.setdefault(row.persona, []).append(place[row.pk])
        assert all(first < second for first, second in by_persona.values())

    def jobs(self) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, args FROM procrastinate_jobs WHERE task_name LIKE '%deliver'")
            return cursor.fetchall()

    def test_the_worker_is_called_after_the_commit_and_once_for_many(self, house, hook, receiver):
        with tenant_context(house):
            webhooks.soon(house)
            webhooks.soon(house.pk)
            assert self.jobs() == []
        ((name, args),) = self.jobs()
        assert name == deliver.name
        happened(house, "published")
        deliver.func(**json.loads(args))
        assert len(receiver.calls) == 1

    def test_each_minute_looks_for_what_nobody_was_called_for(self, house, hook):
        find_due_deliveries.func(0)
        assert self.jobs() == []
        happened(house, "published")
        find_due_deliveries.func(0)
        assert len(self.jobs()) == 1


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "2002:7f00:1::", "64:ff9b::a00:1", "64:ff9b::7f00:1",
]  # fmt: skip


class TestHostileAddresses:
    @pytest.mark.parametrize("address", INSIDE)
    def test_inside_the_house(self, address):
        assert posting.is_inside(address)

    @pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
    def test_outside(self, address):
        assert not posting.is_inside(address)

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("", "Write a whole address"),
            ("example.com", "Write a whole address"),
            ("ftp://example.com/", "Write a whole address"),
            ("https:///path", "Write a whole address"),
            ("https://exa mple.com/", "Write a whole address"),
            ("https://example.com/a\r\nX-Evil: yes", "Write a whole address"),
            ("https://exämple.com/", "Write a whole address"),
            ("https://example.com/" + "x" * 2000, "Write a whole address"),
            ("https://example.com:port/", "is no address"),
            ("https://[::1/", "is no address"),
            ("http://example.com/", "begins with «https://»"),
            ("https://ana:secret@example.com/", "Leave name and password out"),
            ("https://127.0.0.1/", "private network"),
            ("https://127.1/", "private network"),
            ("https://2130706433/", "private network"),
            ("https://[::ffff:127.0.0.1]/", "private network"),
            ("https://localhost/", "private network"),
            ("https://nowhere.invalid/", "There is no «nowhere.invalid»"),
        ],
    )
    def test_are_refused_on_saving_and_nothing_is_kept(self, tenant, join, settings, url, said):
        settings.WEBHOOK_PRIVATE_ADDRESSES = False
        with pytest.raises(UnreachableError, match=said):
            webhooks.set_webhook(url, True, None)
        assert not Webhook.objects.exists()
        assert not Event.objects.exists()

    def test_are_refused_on_sending_too(self, pharma, hook, receiver, settings):
        settings.WEBHOOK_PRIVATE_ADDRESSES = False
        settings.DEBUG = True  # plain HTTP is not what stops it
        happened(pharma, "published")
        webhooks.deliver(pharma)
        assert receiver.calls == []
        assert "leads into a private network" in rows(pharma)[0].error

    def named(self, monkeypatch, *answers: str):
        """Let every name lead to these addresses, one after the other."""
        left = list(answers)

        def resolve(host, port, *args, **kwargs):
            if host in INSIDE:  # the socket's own look at an address
                return real(host, port, *args, **kwargs)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (left.pop(0), port))]

        real = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        return left

    def test_a_name_that_leads_inside_after_it_was_saved_is_refused(self, tenant, monkeypatch, settings):
        settings.WEBHOOK_PRIVATE_ADDRESSES = False
        self.named(monkeypatch, "93.184.216.34", "127.0.0.1")
        webhooks.set_webhook("https://rebinding.example/", True, None)
        with pytest.raises(UnreachableError, match="private network"):
            post("https://rebinding.example/", b"{}", {})

    def test_what_was_checked_is_what_is_connected_to(self, receiver, monkeypatch):
        left = self.named(monkeypatch, "127.0.0.1", "10.9.9.9")
        post(f"http://hook.example:{receiver.port}/a", b"{}", {})
        (call,) = receiver.calls
        assert call.headers["Host"] == f"hook.example:{receiver.port}"
        assert left == ["10.9.9.9"]  # nobody asked a second time

    def test_one_address_inside_is_enough(self, monkeypatch, settings):
        settings.WEBHOOK_PRIVATE_ADDRESSES = False
        both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
        with pytest.raises(UnreachableError, match="private network"):
            post("https://hook.example/", b"{}", {})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", f"{file}.crt"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_text(file.read_text() + file.with_suffix(".pem.crt").read_text())
    return str(file)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate.")
class TestTls:
    @pytest.fixture
    def secure(self, certificate, settings):
        settings.WEBHOOK_PRIVATE_ADDRESSES = True
        with Receiver(certificate) as server:
            yield server

    def test_a_service_with_a_certificate_for_its_name_is_called(self, secure, certificate, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        post(f"https://localhost:{secure.port}/a", b"{}", {})
        assert secure.calls[0].headers["Host"] == f"localhost:{secure.port}"

    def test_another_name_is_refused(self, secure, certificate, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", certificate)
        with pytest.raises(UnreachableError, match=r"The certificate of «127\.0\.0\.1» is not valid"):
            post(f"https://127.0.0.1:{secure.port}/a", b"{}", {})
        assert secure.calls == []

    def test_a_certificate_that_nobody_vouches_for_is_refused(self, secure):
        with pytest.raises(UnreachableError, match="is not valid"):
            post(f"https://localhost:{secure.port}/a", b"{}", {})

    def test_a_service_that_does_not_speak_tls_is_left_in_time(self, receiver, monkeypatch):
        monkeypatch.setattr(posting, "TIMEOUT", 0.4)
        with pytest.raises(UnreachableError, match="No answer"):
            post(f"https://localhost:{receiver.port}/a", b"{}", {})


class TestSetting:
    def test_makes_a_secret_once_and_notes_all_but_it(self, pharma, join, receiver):
        boss = join(pharma, Role.TENANT_ADMIN)
        url = f"http://127.0.0.1:{receiver.port}/"
        with tenant_context(pharma, boss):
            secret = webhooks.set_webhook(url, True, boss)
            assert webhooks.set_webhook(url, False, boss) is None
            webhook = Webhook.objects.get()
            assert (webhook.secret, webhook.is_active, len(secret) > 40) == (secret, False, True)
            renewed = webhooks.renew_secret(webhook, boss)
            assert Webhook.objects.get().secret == renewed != secret
            events = list(Event.objects.filter(name="set_webhook").order_by("id"))
        assert [event.detail for event in events] == [
            {"url": url, "active": True, "new_secret": True},
            {"url": url, "active": False},
            {"url": url, "active": False, "new_secret": True},
        ]
        assert {event.made_by_id for event in events} == {boss.pk}

    def test_a_test_is_tried_once_waits_for_nothing_and_alarms_nobody(self, pharma, hook, receiver, join):
        join(pharma, Role.TENANT_ADMIN)
        receiver.answers = ["broken"]
        with tenant_context(pharma):
            webhooks.send_test(pharma)
        webhooks.deliver(pharma)
        (row,) = rows(pharma)
        assert (row.event, row.tries, row.next_at) == ("test", 1, None)
        with tenant_context(pharma):
            assert not Notice.objects.exists()
            webhooks.send_test(pharma)
        webhooks.deliver(pharma)
        assert rows(pharma)[1].delivered_at

    def test_again_begins_the_tries_anew(self, pharma, hook, receiver):
        happened(pharma, "published", next_at=None, tries=7, error="Answered 500.")
        with tenant_context(pharma):
            webhooks.send_again(Delivery.objects.get())
        webhooks.deliver(pharma)
        (row,) = rows(pharma)
        assert (row.tries, row.error, bool(row.delivered_at)) == (1, None, True)


def test_the_secret_is_in_no_log(pharma, hook, receiver, caplog):
    caplog.set_level("DEBUG")
    receiver.answers = ["broken", "closing"]
    for _ in range(3):
        happened(pharma, "published")
        webhooks.deliver(pharma)
    assert SECRET not in caplog.text
    assert all(SECRET not in str(vars(row)) for row in rows(pharma))
