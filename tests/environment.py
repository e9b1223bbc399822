"""Loaded by pytest before anything reads the settings: every process of the run works in a database of its own."""

import os
import tempfile

from tests import database

if database.FOLDER not in os.environ:
    os.environ[database.FOLDER] = tempfile.mkdtemp(prefix="vital-tests-")
DATABASE = f"vital_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
os.environ.update(database.environment(DATABASE))
