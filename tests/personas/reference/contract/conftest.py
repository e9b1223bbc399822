from copy import deepcopy

import pytest
from django.core.management import call_command

from personas.documents.dump import dump
from personas.exchange.text import plain
from personas.models import Persona
from personas.reference.contract import pack

_exported: list[dict] = []


@pytest.fixture
def exported(tenant) -> list[dict]:
    """The demo personas as the database gives them; loading takes seconds, so it is done once."""
    if not _exported:
        call_command("loaddata", "demo_personas", tenant=tenant.slug, verbosity=0)
        _exported.extend(plain(list(dump(Persona.objects.order_by("slug").values_list("pk", flat=True)))))
    return deepcopy(_exported)


@pytest.fixture(scope="session")
def made() -> list[pack.File]:
    return pack.files()


@pytest.fixture
def folder(tmp_path, made):
    """A folder with the pack."""
    pack.write(tmp_path / "pack", made)
    return tmp_path / "pack"
