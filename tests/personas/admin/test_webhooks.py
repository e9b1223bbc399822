"""The page of the webhook: for tenant admins, its secret seen once, what was sent and what came of it."""

import json
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.urls import reverse

from personas.models import Delivery, Event, Webhook
from personas.tasks import deliver
from tests.factories import PersonaFactory
from tests.personas.editorial.receiver import Receiver
from vital.tenancy.context import tenant_context
from vital.tenancy.roles import Role

PAGE = reverse("admin:personas_webhook_changelist")
SET, SECRET, TEST = (reverse(f"admin:personas_webhook_{name}") for name in ("set", "secret", "test"))


@pytest.fixture
def boss(pharma, join, enter):
    return enter(join(pharma, Role.TENANT_ADMIN, full_name="Tom Roth"))


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_PRIVATE_ADDRESSES = True
    with Receiver() as server:
        yield server


@pytest.fixture
def hook(boss, receiver, pharma) -> Webhook:
    boss.post(SET, {"url": f"http://127.0.0.1:{receiver.port}/vital", "active": "on"})
    with tenant_context(pharma):
        return Webhook.objects.get()


@pytest.fixture
def delivery(pharma) -> Delivery:
    with tenant_context(pharma):
        return Delivery.objects.create(event="published", persona=uuid4(), payload={"name": "Dr Chen"}, next_at=None)


def work() -> None:
    """Do what was handed to the worker."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s", [deliver.name])
        ((args,),) = cursor.fetchall()
    deliver.func(**json.loads(args))


def again(delivery) -> str:
    return reverse("admin:personas_webhook_again", args=[delivery.pk])


class TestSetting:
    def test_begins_in_plain_words(self, boss):
        text = boss.get(PAGE).content.decode()
        assert "Address that is called, such as «https://example.com/vital»" in text
        assert "Nothing yet. When a persona is published" in text
        assert "Send a test" not in text

    def test_shows_the_secret_once_and_writes_it_nowhere(self, boss, receiver, pharma):
        url = f"http://127.0.0.1:{receiver.port}/vital"
        page = boss.post(SET, {"url": url, "active": "on"})
        with tenant_context(pharma):
            secret = Webhook.objects.get().secret
            (event,) = Event.objects.filter(name="set_webhook")
            noted = json.dumps(event.detail) + str(list(LogEntry.objects.values()))
        assert secret in page.content.decode()
        assert "not shown again" in page.content.decode()
        assert event.made_by.full_name == "Tom Roth"
        assert secret not in noted
        for address in (PAGE, reverse("admin:personas_webhook_change", args=[uuid4()])):
            page = boss.get(address, follow=True)
            assert page.status_code == 200
            assert url in page.content.decode()
            assert secret not in page.content.decode()
        assert secret not in str(boss.cookies)
        assert secret not in boss.post(SET, {"url": url}, follow=True).content.decode()

    def test_a_new_secret_takes_the_place_of_the_old_one(self, boss, hook, pharma):
        page = boss.post(SECRET)
        with tenant_context(pharma):
            secret = Webhook.objects.get().secret
        assert secret != hook.secret
        assert secret in page.content.decode()
        assert hook.secret not in page.content.decode()

    def test_can_be_switched_off(self, boss, hook, pharma):
        page = boss.post(SET, {"url": hook.url}, follow=True)
        with tenant_context(pharma):
            assert not Webhook.objects.get().is_active
        assert "The webhook is kept." in page.content.decode()
        assert "Send a test" not in boss.get(PAGE).content.decode()

    def test_says_what_is_wrong_and_keeps_what_was_typed(self, boss, settings, pharma):
        settings.WEBHOOK_PRIVATE_ADDRESSES = False
        page = boss.post(SET, {"url": "https://127.0.0.1/admin", "active": "on"})
        assert page.status_code == 400
        assert "leads into a private network" in page.content.decode()
        assert 'value="https://127.0.0.1/admin"' in page.content.decode()
        with tenant_context(pharma):
            assert not Webhook.objects.exists()


class TestSending:
    def test_a_test_shows_what_came_of_it(self, boss, hook, receiver, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            assert "A test is on its way" in boss.post(TEST, follow=True).content.decode()
        work()
        assert receiver.calls[0].headers["X-Vital-Event"] == "test"
        assert "Delivered" in boss.get(PAGE).content.decode()

    def test_again_sends_it_again(self, boss, hook, receiver, pharma, delivery):
        with tenant_context(pharma):
            Delivery.objects.update(tries=7, error="Answered 500.")
        assert "Given up. Answered 500." in boss.get(PAGE).content.decode()
        assert "It is sent again." in boss.post(again(delivery), follow=True).content.decode()
        deliver.func(str(pharma.pk))
        assert receiver.calls[0].headers["X-Vital-Delivery"] == str(delivery.pk)

    def test_a_test_of_no_webhook_is_not_there(self, boss):
        assert boss.post(TEST).status_code == 404
        assert boss.post(SECRET).status_code == 404

    def test_the_list_names_personas_and_takes_few_queries(self, boss, hook, pharma, django_assert_max_num_queries):
        with tenant_context(pharma):
            persona = PersonaFactory(name="Dr <Sarah> Chen")
            for n in range(60):
                Delivery.objects.create(event="published", persona=persona.pk if n % 2 else uuid4(), error="<b>no</b>")
        with django_assert_max_num_queries(25):
            text = boss.get(PAGE).content.decode()
        assert "Dr &lt;Sarah&gt; Chen" in text
        assert "&lt;b&gt;no&lt;/b&gt;" in text
        assert "These are the latest 50." in text


class TestRights:
    @pytest.mark.parametrize("role", [Role.ANALYST, Role.REVIEWER, Role.PUBLISHER])
    def test_are_tenant_admins_alone(self, pharma, join, enter, hook, delivery, role):
        client = enter(join(pharma, role))
        assert client.get(PAGE).status_code == 403
        for address in (SET, SECRET, TEST, again(delivery)):
            assert client.post(address, {"url": "https://example.com/"}).status_code == 403
        with tenant_context(pharma):
            assert Webhook.objects.get().secret == hook.secret
            assert Delivery.objects.get().next_at is None

    def test_end_at_the_tenant(self, digital, join, enter, hook, delivery, receiver):
        client = enter(join(digital, Role.TENANT_ADMIN))
        text = client.get(PAGE).content.decode()
        assert hook.url not in text
        assert "Dr Chen" not in text
        assert client.post(again(delivery)).status_code == 404
        assert client.post(SECRET).status_code == 404

    def test_looking_changes_nothing(self, boss, hook, delivery):
        for address in (SET, SECRET, TEST, again(delivery)):
            assert boss.get(address).status_code == 405
