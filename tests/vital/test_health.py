from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone


def beat(age: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now() - age])


def test_the_process_answers_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_ready_with_database_migrations_and_worker(client, db):
    beat(timedelta(seconds=5))
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"ready": True, "problems": {}})


@pytest.mark.parametrize("silence", [None, timedelta(minutes=5)])
def test_not_ready_without_a_sign_of_the_worker(client, db, silence):
    if silence:
        beat(silence)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert "procrastinate worker" in response.json()["problems"]["worker"]


def test_not_ready_while_a_migration_is_missing(client, committed):
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'lookups'")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["problems"] == {"migrations": "1 not applied. Run: manage.py migrate"}


def test_not_ready_without_a_database(client, committed):
    connection.close()
    there, connection.settings_dict["HOST"] = connection.settings_dict["HOST"], "/nowhere"
    try:
        response = client.get("/readyz")
    finally:
        connection.settings_dict["HOST"] = there
    assert response.status_code == 503
    assert response.json()["problems"] == {"database": "The database does not answer."}
