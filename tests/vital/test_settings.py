import re
import subprocess
import sys

import pytest

from tests.database import ROOT, TEMPLATE, environment

LISTED = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))


def answer(expression: str, **variables: str) -> subprocess.CompletedProcess:
    """What an expression over the settings gives in a fresh process with these variables."""
    script = f"from vital import settings; print({expression})"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=environment(TEMPLATE) | variables,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("DATABASE_URL", "mysql://somewhere/vital"),
        ("DATABASE_URL", "postgresql://vital_app@host"),
        ("DATABASE_OWNER_URL", "nonsense"),
        ("DEBUG", "perhaps"),
        ("HTTPS", "maybe"),
        ("PROXIES", "one"),
        ("IDLE_MINUTES", "an hour"),
    ],
)
def test_a_missing_or_malformed_setting_is_named(name, value):
    result = answer("settings", **{name: value})
    assert result.returncode
    last = result.stderr.strip().splitlines()[-1]
    assert f"ImproperlyConfigured: {name} is m" in last


def test_commands_say_it_in_one_line():
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment(TEMPLATE) | {"PROXIES": "one"},
        capture_output=True,
        text=True,
    )
    assert result.returncode
    assert result.stderr.startswith("Settings: PROXIES is malformed")
    assert len(result.stderr.splitlines()) == 1


def test_a_data_folder_that_cannot_be_used_is_one_line(tmp_path):
    (tmp_path / "file").write_text("no folder")
    result = answer("settings", DATABASE_URL="", DATA_DIR=str(tmp_path / "file" / "data"))
    assert "Name a folder that is yours: DATA_DIR=" in result.stderr.strip().splitlines()[-1]


def test_the_local_secret_is_made_once_and_is_the_owners_only(tmp_path):
    first, again = (answer("settings.SECRET_KEY", DATABASE_URL="", DATA_DIR=str(tmp_path)).stdout for _ in range(2))
    assert first == again
    assert len(first) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_defaults_are_safe_on_a_server():
    result = answer(
        "settings.DEBUG, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_SSL_REDIRECT, "
        "settings.SECURE_HSTS_SECONDS > 0, settings.TENANT_GUARD_RAISES",
        HTTPS="",
    )
    assert result.stdout.strip() == "False True True True True False"


def test_every_setting_that_is_read_is_listed_and_every_listed_one_is_read():
    sources = [*(ROOT / "vital").rglob("*.py"), ROOT / "Makefile"]
    text = "\n".join(path.read_text() for path in sources)
    read = set(re.findall(r"(?:setting\(\"\w+\", |required\(|database\(|env\.str\(|environ\.get\()\"([A-Z_]+)\"", text))
    read -= {"DJANGO_SETTINGS_MODULE", "VITAL_PATIENCE"}  # ours to set, in manage.py and in tests
    assert read == LISTED
