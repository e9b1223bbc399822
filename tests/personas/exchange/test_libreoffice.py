"""A workbook opens in another office, and comes back from it as it was."""

import os
import shutil
import subprocess

import pytest

from personas.documents.dump import dump
from personas.documents.plan import plan
from personas.exchange.files import read, write
from personas.models import Persona
from tests.factories import PersonaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def office() -> str:
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None and os.environ.get("CI"):
        pytest.fail("LibreOffice is missing.")
    return path or pytest.skip("LibreOffice is not installed here; .ci/run installs it.")


def test_a_workbook_saved_by_libreoffice_plans_nothing(tenant, office, tmp_path):
    PersonaFactory(slug="ana", complete=True)
    ids = list(Persona.objects.values_list("pk", flat=True))
    ours, theirs = tmp_path / "personas.xlsx", tmp_path / "saved"
    with ours.open("wb") as file:
        write(dump(ids, with_ids=True), "xlsx", file)
    subprocess.run(
        [office, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
         "--outdir", theirs, ours],
        check=True, capture_output=True, timeout=150,
    )  # fmt: skip
    with (theirs / "personas.xlsx").open("rb") as file:
        made = plan(read(file, "personas.xlsx"))
    assert made.problems == []
    assert made.changes == []
