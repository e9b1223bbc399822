import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.conftest import PASSWORD
from vital.security import client_address

LOGIN = "/admin/login/"


def try_to_log_in(client, email, password="wrong", **extra):
    return client.post(LOGIN, {"username": email, "password": password}, **extra)


@pytest.fixture
def person(pharma, join):
    return join(pharma)


def test_people_log_in_with_their_e_mail_however_they_type_it(client, person):
    response = try_to_log_in(client, f"  {person.email.upper()} ", PASSWORD)
    assert response.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_logging_in_and_out_changes_the_session(client, person):
    client.get(LOGIN)
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    try_to_log_in(client, person.email, PASSWORD)
    assert client.session.session_key != before
    inside = client.session.session_key
    client.post(reverse("admin:logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = inside
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_new_password_ends_other_sessions(client, person, enter):
    enter(person)
    person.set_password("another horse battery")
    person.save()
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.parametrize(
    "attempts",
    [
        [("ana@example.com", f"10.0.0.{n}") for n in range(5)],
        [(f"{n}@example.com", "10.0.0.1") for n in range(5)],
        [("ANA@example.com ", "10.0.0.1"), *[("ana@example.com", "10.0.0.2")] * 4],
    ],
    ids=["one account", "one address", "spellings of one account"],
)
def test_guessing_locks(client, pharma, join, attempts):
    ana = join(pharma, email="ana@example.com")
    for email, address in attempts[:4]:
        assert try_to_log_in(client, email, REMOTE_ADDR=address).status_code == 200
    email, address = attempts[4]
    assert try_to_log_in(client, email, REMOTE_ADDR=address).status_code == 429
    locked = try_to_log_in(client, ana.email, PASSWORD, REMOTE_ADDR=address)
    assert locked.status_code == 429
    assert "Too many failed attempts" in locked.content.decode()


def test_a_made_up_address_does_not_escape_the_lock(client, db):
    for n in range(5):
        response = try_to_log_in(client, f"{n}@example.com", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"9.9.9.{n}")
    assert response.status_code == 429


def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(client, person):
    answers = [try_to_log_in(client, email) for email in (person.email, "nobody@pharma.example")]
    pages = [a.content.decode().replace(person.email, "x").replace("nobody@pharma.example", "x") for a in answers]
    without_tokens = [page.split('name="csrfmiddlewaretoken"')[0] for page in pages]
    assert without_tokens[0] == without_tokens[1]
    assert "correct" in pages[0]


def test_logging_in_forgets_ones_own_failures_and_no_others(client, person, pharma, join):
    """Somebody with an account could otherwise guess at others without end."""
    victim = join(pharma, email="victim@example.com")
    try_to_log_in(client, person.email)
    for _ in range(2):
        try_to_log_in(client, victim.email)
        try_to_log_in(client, person.email, PASSWORD)
        try_to_log_in(client, victim.email)
    assert not AccessAttempt.objects.filter(username=person.email).exists()
    assert try_to_log_in(client, victim.email).status_code == 429
    assert try_to_log_in(client, victim.email, PASSWORD).status_code == 429


def test_somebody_who_is_logged_in_may_log_in_as_another(client, person, digital, join):
    other = join(digital)
    try_to_log_in(client, person.email, PASSWORD)
    assert client.get(reverse("admin:index")).wsgi_request.user == person
    assert try_to_log_in(client, other.email, PASSWORD).status_code == 302
    request = client.get(reverse("admin:index")).wsgi_request
    assert (request.user, request.tenant) == (other, digital)


def test_an_endless_name_is_a_form_error(client, db):
    assert try_to_log_in(client, "x" * 300).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "9.9.9.9", "10.0.0.1"),
        (1, "9.9.9.9, 8.8.8.8", "8.8.8.8"),
        (2, "9.9.9.9, 8.8.8.8", "9.9.9.9"),
        (2, "8.8.8.8", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_the_visitors_address_is_what_our_own_proxies_saw(rf, settings, proxies, forwarded, address):
    settings.PROXIES = proxies
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="10.0.0.1", **extra)) == address


@pytest.mark.parametrize("password", ["short", "123456789012", "password1234", "ana@example.com"])
def test_weak_passwords_are_refused(password, django_user_model):
    with pytest.raises(ValidationError):
        validate_password(password, django_user_model(email="ana@example.com"))


@pytest.mark.parametrize("page", ["/admin/", LOGIN, "/healthz", "/nothing/here"])
def test_every_page_says_what_the_browser_may_do(client, person, enter, page):
    headers = enter(person).get(page).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_the_session_cookie_is_out_of_scripts_reach(client, person):
    response = try_to_log_in(client, person.email, PASSWORD)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]  # gone with the browser


@pytest.mark.parametrize("evil", ['"><svg onload=alert(1)>', "<script>alert(1)</script>", "{{ 7|add:7 }}"])
def test_what_people_write_is_shown_never_run(pharma, join, enter, evil):
    client = enter(join(pharma, "tenant_admin"))
    client.post(reverse("admin:organisation_function_add"), {"name": evil, "slug": "evil"})
    for page in ("organisation_function_changelist", "index"):
        text = client.get(reverse(f"admin:{page}")).content.decode()
        assert "<svg onload" not in text
        assert "<script>alert" not in text
    assert "evil" in client.get(reverse("admin:organisation_function_changelist")).content.decode()


def test_an_unknown_page_is_answered_kindly(client, person, enter):
    response = enter(person).get("/nothing/here")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
