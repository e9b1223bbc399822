"""Files between their preview and their confirmation: seen by who sent them alone, in the tenant they were sent in."""

import re
import time
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from django.conf import settings

KEPT = 24 * 60 * 60  # seconds
TOKEN = re.compile("[0-9a-f]{32}")


def folder() -> Path:
    return settings.DATA_DIR / "uploads"


def path_of(request, token: str) -> Path | None:
    """Where a file is kept; None for what was never such a name. The owner is the session's, never the form's."""
    return folder() / f"{request.tenant.pk}-{request.user.pk}-{token}" if TOKEN.fullmatch(token) else None


def keep(request, content: bytes) -> str:
    """Keep a file for its owner; gives the name by which they find it again."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder().iterdir():
        with suppress(FileNotFoundError):  # another process tidies up too
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink()
    token = token_hex(16)
    path = path_of(request, token)
    path.touch(mode=0o600)
    path.write_bytes(content)
    return token


def read(request, token: str) -> bytes | None:
    path = path_of(request, token)
    return path.read_bytes() if path and path.is_file() else None


def remove(request, token: str) -> None:
    if path := path_of(request, token):
        path.unlink(missing_ok=True)
