"""Notices by e-mail, against a server that speaks SMTP: to whom, when, and what becomes of failures."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from personas.editorial import mail
from personas.models import Notice, NoticeChoice
from personas.tasks import send_mail
from tests.factories import PersonaFactory
from tests.personas.editorial.mailbox import Mailbox
from tests.vital.test_settings import answer
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Membership
from vital.tenancy.roles import Role

How = NoticeChoice.How
LONG_AGO = timedelta(days=1, hours=1)  # before the last morning, whenever this runs


@pytest.fixture
def mailbox(settings):
    with Mailbox() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.PUBLIC_URL = "https://personas.example.com"
        settings.DEFAULT_FROM_EMAIL = "VITAL <no-reply@personas.example.com>"
        yield server


@pytest.fixture
def note(pharma, join):
    """Tell somebody something: note("ana", How.AT_ONCE) makes the person, the choice and a notice."""
    made = {}

    def make(name: str, how: str | None = None, *, ago=timedelta(), **fields) -> Notice:
        user = made.get(name) or join(pharma, Role.ANALYST, email=f"{name}@example.com", full_name=name.title())
        made[name] = user
        with tenant_context(pharma):
            if how:
                NoticeChoice.objects.update_or_create(user=user, defaults={"how": how})
            given = {"text": "Ben sent «Dr Sarah Chen» back: no evidence.", "reason": "you submitted it"} | fields
            return Notice.objects.create(user=user, made_at=timezone.now() - ago, **given)

    return make


def unsent(tenant) -> int:
    with tenant_context(tenant):
        return Notice.objects.filter(mailed_at=None).count()


class TestWho:
    def test_those_who_chose_so_get_it_at_once_and_once(self, pharma, mailbox, note):
        note("ana", How.AT_ONCE)
        for _ in range(2):
            mail.send_due(pharma)
        assert mailbox.to() == ["ana@example.com"]
        assert unsent(pharma) == 0

    @pytest.mark.parametrize("how", [How.DAILY, None])
    def test_the_others_get_what_was_before_this_morning_in_one(self, pharma, mailbox, note, how):
        for n in range(3):
            note("ana", how, ago=LONG_AGO, text=f"Number {n} happened.")
        note("ana", text="This is from now.", ago=timezone.now() - mail.this_morning() - timedelta(seconds=1))
        mail.send_due(pharma)
        (letter,) = mailbox.letters
        text = letter.get_body("plain").get_content()
        assert [f"Number {n} happened." in text for n in range(3)] == [True] * 3
        assert "from now" not in text
        assert letter["Subject"] == f"{pharma}: 3 notices"
        assert unsent(pharma) == 1

    def test_who_wants_none_gets_none_later_either(self, pharma, mailbox, note):
        note("ana", How.NEVER, ago=LONG_AGO)
        mail.send_due(pharma)
        with tenant_context(pharma):
            NoticeChoice.objects.update(how=How.AT_ONCE)
        mail.send_due(pharma)
        assert mailbox.letters == []

    def test_what_was_read_is_not_sent(self, pharma, mailbox, note):
        note("ana", How.AT_ONCE, read_at=timezone.now())
        mail.send_due(pharma)
        assert (mailbox.letters, unsent(pharma)) == ([], 0)

    @pytest.mark.parametrize("gone", ["membership", "account"])
    def test_who_is_gone_gets_none(self, pharma, mailbox, note, gone):
        user = note("ana", How.AT_ONCE).user
        if gone == "account":
            user.is_active = False
            user.save()
        else:
            with tenant_context(pharma):
                Membership.objects.filter(user=user).delete()
        mail.send_due(pharma)
        assert (mailbox.letters, unsent(pharma)) == ([], 0)

    def test_a_choice_holds_in_its_tenant_alone(self, pharma, digital, mailbox, note):
        user = note("ana", How.NEVER).user
        with tenant_context(digital):
            Membership.objects.create(user=user, role=Role.ANALYST)
            NoticeChoice.objects.create(user=user, how=How.AT_ONCE)
            Notice.objects.create(user=user, text="Something happened.", reason="you own it")
        send_mail(0)
        assert [letter["Subject"] for letter in mailbox.letters] == [f"{digital}: Something happened."]

    def test_a_tenant_that_is_closed_sends_nothing(self, pharma, mailbox, note):
        note("ana", How.AT_ONCE)
        pharma.is_active = False
        pharma.save()
        send_mail(0)
        assert (mailbox.letters, unsent(pharma)) == ([], 1)

    def test_old_news_is_not_sent(self, pharma, mailbox, note):
        note("ana", How.AT_ONCE, ago=timedelta(days=4))
        mail.send_due(pharma)
        assert (mailbox.letters, unsent(pharma)) == ([], 0)


def test_the_morning_is_the_last_one(monkeypatch):
    for hour, day in ((6, 8), (7, 9), (23, 9)):
        here = datetime(2026, 3, 9, hour, 30, tzinfo=UTC)
        monkeypatch.setattr(mail, "localtime", lambda here=here: here)
        assert mail.this_morning() == datetime(2026, 3, day, 7, tzinfo=UTC)


class TestLetter:
    def test_says_what_why_and_how_to_have_it_otherwise_with_whole_addresses(self, pharma, mailbox, note):
        with tenant_context(pharma):
            persona = PersonaFactory()
        at = f"/admin/personas/persona/{persona.pk}/change/"
        note("ana", How.AT_ONCE, text="Ben sent «Dr <b>Chen»\r\nback: no\nevidence.", link=at)
        mail.send_due(pharma)
        (letter,) = mailbox.letters
        assert letter["Subject"].strip() == f"{pharma}: Ben sent «Dr <b>Chen» back: no evidence."
        assert letter["From"] == "VITAL <no-reply@personas.example.com>"
        assert letter["Auto-Submitted"] == "auto-generated"
        text, html = (letter.get_body(kind).get_content() for kind in ("plain", "html"))
        for body in (text, html):
            assert f"https://personas.example.com{at}" in body
            assert "https://personas.example.com/admin/personas/notice/" in body
            assert "You are told because you submitted it." in body
            assert f"because you work in {pharma}" in body
        assert "Dr <b>Chen" in text
        assert "Dr &lt;b&gt;Chen" in html

    def test_leads_to_the_persona_where_the_database_wrote_the_notice(self, pharma, mailbox, note):
        with tenant_context(pharma):
            persona = PersonaFactory()
        note("ana", How.AT_ONCE, persona=persona)
        mail.send_due(pharma)
        assert f"/persona/{persona.pk}/change/" in mailbox.letters[0].get_body("plain").get_content()

    def test_is_not_endless(self, pharma, mailbox, note):
        for n in range(mail.SHOWN + 2):
            note("ana", How.AT_ONCE, text=f"Number {n}.")
        mail.send_due(pharma)
        (letter,) = mailbox.letters
        assert "And 2 more: https://" in letter.get_body("plain").get_content()
        assert unsent(pharma) == 0


class TestFailures:
    def test_one_bad_address_does_not_stop_the_others_and_is_not_tried_for_ever(self, pharma, mailbox, note, caplog):
        for name in ("ana", "ben", "eva"):
            note(name, How.AT_ONCE)
        mailbox.refuses["ben@example.com"] = "550 no such user"
        mail.send_due(pharma)
        assert sorted(mailbox.to()) == ["ana@example.com", "eva@example.com"]
        assert unsent(pharma) == 0
        assert "takes no e-mail" in caplog.text
        assert "ben@example.com" not in caplog.text

    def test_an_address_that_is_none_does_not_stop_the_others(self, pharma, mailbox, note):
        note("ana", How.AT_ONCE)
        broken = note("ben", How.AT_ONCE).user
        broken.email = "not an address\n"
        broken.save()
        mail.send_due(pharma)
        assert mailbox.to() == ["ana@example.com"]

    @pytest.mark.parametrize("where", ["refuses", "answer"])
    def test_a_mailbox_that_is_full_is_tried_again(self, pharma, mailbox, note, where):
        note("ana", How.AT_ONCE)
        mailbox.refuses["ana@example.com"], mailbox.answer = ("452 full", None) if where == "refuses" else (
            "250 ok", "452 full"
        )  # fmt: skip
        mail.send_due(pharma)
        assert (mailbox.letters, unsent(pharma)) == ([], 1)
        mailbox.refuses, mailbox.answer = {}, None
        mail.send_due(pharma)
        assert mailbox.to() == ["ana@example.com"]

    def test_a_server_that_is_away_is_tried_again(self, pharma, mailbox, note, settings, caplog):
        note("ana", How.AT_ONCE)
        note("ben", ago=LONG_AGO)
        settings.EMAIL_PORT = 1
        mail.send_due(pharma)
        assert unsent(pharma) == 2
        assert "The mail server does not work" in caplog.text
        settings.EMAIL_PORT = mailbox.port
        mail.send_due(pharma)
        assert sorted(mailbox.to()) == ["ana@example.com", "ben@example.com"]

    def test_a_server_that_is_away_is_asked_once_for_all(self, pharma, digital, mailbox, note, settings, caplog):
        user = note("ana", How.AT_ONCE).user
        with tenant_context(digital):
            Membership.objects.create(user=user, role=Role.ANALYST)
            NoticeChoice.objects.create(user=user, how=How.AT_ONCE)
            Notice.objects.create(user=user, text="Something happened.", reason="you own it")
        settings.EMAIL_PORT = 1
        send_mail(0)
        assert caplog.text.count("The mail server does not work") == 1
        settings.EMAIL_PORT = mailbox.port
        send_mail(0)
        assert len(mailbox.letters) == 2

    def test_who_dies_between_sending_and_marking_loses_nothing(self, pharma, mailbox, note, monkeypatch):
        note("ana", How.AT_ONCE)

        def send_and_die(self, messages, send=EmailBackend.send_messages):
            send(self, messages)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(EmailBackend, "send_messages", send_and_die)
            with pytest.raises(KeyboardInterrupt):
                mail.send_due(pharma)
        mail.send_due(pharma)
        first, again = mailbox.letters
        assert first["Message-ID"] == again["Message-ID"]
        assert unsent(pharma) == 0

    def test_one_connection_serves_all(self, pharma, mailbox, note):
        for name in ("ana", "ben", "eva"):
            note(name, How.AT_ONCE)
        mail.send_due(pharma)
        assert (len(mailbox.letters), mailbox.connections) == (3, 1)


class TestSettings:
    def test_where_no_server_is_named_nothing_is_sent_then_or_later(self, pharma, mailbox, note, settings):
        note("ana", How.AT_ONCE)
        smtp, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, mail.NOWHERE
        mail.send_due(pharma)
        settings.EMAIL_BACKEND = smtp
        mail.send_due(pharma)
        assert mailbox.letters == []

    @pytest.mark.parametrize(
        ("given", "backend"),
        [({}, "dummy"), ({"DEBUG": "true"}, "console"), ({"EMAIL_URL": "smtp+tls://u:p@mail.example.com:587"}, "smtp")],
    )
    def test_one_address_says_where_e_mail_goes(self, given, backend):
        said = answer("settings.EMAIL_BACKEND", **({"EMAIL_URL": "", "DEBUG": ""} | given)).stdout.strip()
        assert said == f"django.core.mail.backends.{backend}.EmailBackend"

    @pytest.mark.parametrize("given", ["pigeon://mail.example.com", "smtp://mail.example.com:port"])
    def test_a_malformed_address_is_named(self, given):
        assert "EMAIL_URL is malformed" in answer("settings", EMAIL_URL=given).stderr

    @pytest.mark.parametrize(
        ("given", "public"),
        [
            ({"ALLOWED_HOSTS": "personas.example.com", "HTTPS": "true"}, "https://personas.example.com"),
            ({"PUBLIC_URL": "https://other.example/"}, "https://other.example"),
        ],
    )
    def test_links_begin_with_the_public_address(self, given, public):
        host = public.removeprefix("https://")
        given = {"PUBLIC_URL": "", "EMAIL_FROM": ""} | given
        said = answer("settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL", **given)
        assert said.stdout.strip() == f"{public} VITAL Personas <no-reply@{host}>"
