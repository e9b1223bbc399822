"""Two saves at the same moment: one waits for the other, and looks again at what there is."""

import threading
from contextlib import contextmanager

import pytest
from django.db import connection

from personas.models import Goal
from tests.factories import FACTORIES, PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant, User

from .browser import Opened

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def persona(committed):
    with tenant_context(Tenant.objects.get(slug="pharma")):
        made = PersonaFactory(slug="held")
        FACTORIES["goals"](persona=made, goal_text="Sleep")
        return made


@pytest.fixture
def work(persona, client):
    user = User.objects.create_superuser("root@example.com", "x" * 20, tenant_id=persona.tenant_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@contextmanager
def somebody_saves(persona, seconds: float, **goal):
    """Somebody else changes a goal, and takes this long until it is done."""
    begun, over = threading.Event(), threading.Event()

    def save():
        with tenant_context(persona.tenant_id):
            Goal.objects.filter(persona=persona).update(**goal)
            begun.set()
            over.wait(seconds)
        connection.close()

    other = threading.Thread(target=save)
    other.start()
    begun.wait(10)
    yield
    over.set()
    other.join()


def test_who_comes_second_is_shown_what_the_first_did(work, persona):
    page = Opened(work, persona, "goals")
    with somebody_saves(persona, 0.5, goal_text="Theirs"):
        answer = page.send(changed={page.keys[0]: {"priority": "low"}})
    assert answer.status_code == 409
    with tenant_context(persona.tenant_id):
        assert Goal.objects.get().goal_text == "Theirs"


def test_whoever_waits_too_long_for_another_is_told_so(work, persona):
    page = Opened(work, persona, "goals")
    with somebody_saves(persona, 20, goal_text="Sleep"):
        answer = page.send(added={"new-1": {"goal_text": "Eat"}})
    assert answer.status_code == 503
    assert "wait a few seconds" in answer.json()["message"]
    assert page.send(added={"new-1": {"goal_text": "Eat"}}).status_code == 200
