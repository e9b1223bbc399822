"""What a machine without settings uses: a secret and a database of its own, both under .data."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from vital.postgres import DATABASE, Cluster


def cluster(data_dir: Path) -> Cluster:
    return Cluster(data_dir / "postgres")


def database(data_dir: Path, login: str) -> dict:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": login,
        "HOST": str(cluster(data_dir).socket),
    }


def secret_key(data_dir: Path) -> str:
    """The key kept in .data/secret_key, made on first use and readable by its owner only."""
    file = data_dir / "secret_key"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
                opened.write(secrets.token_urlsafe(64))
        return file.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{file} cannot be used ({error.strerror}). Name a folder that is yours: DATA_DIR=/path/to/data"
        ) from error
