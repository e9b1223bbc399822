"""What must hold before anything is deployed."""

import subprocess
import sys

from tests.database import ROOT, TEMPLATE, environment

SERVER = {
    "HTTPS": "true",
    "PROXIES": "1",
    "ALLOWED_HOSTS": "personas.example.com",
    "SECRET_KEY": "k9#2mVq8!zR5w@L1x7Yt4Bn6Dg3Hs0Jf+Kp-Uc=Ea_Oi*Mv^Wr%Tb&Xd",
}


def manage(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(TEMPLATE) | SERVER,
        capture_output=True,
        text=True,
    )


def test_the_deployment_check_has_nothing_to_say():
    result = manage("check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_no_migration_is_missing():
    result = manage("makemigrations", "--check", "--dry-run")
    assert result.returncode == 0, result.stdout


def test_templates_carry_no_inline_script_or_handler():
    """The content policy would refuse them, and their author would wonder."""
    import re

    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", text), path
