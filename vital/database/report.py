"""Everything that `check_database` looks at, as one list of findings."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import ProgrammingError, connection, transaction

from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant

from .data import DATA_LAWS, unlimited
from .drift import differences, read_expected, read_facts
from .laws import LAWS

DRIFT = "database.F01"


class Finding(NamedTuple):
    id: str
    title: str
    where: str
    fix: str
    expected: str | None = None
    found: str | None = None


def findings() -> Iterator[Finding]:
    with tenant_context(None):
        yield from broken_laws()
        yield from drift()
        tenants = list(Tenant.objects.all())
    for tenant in tenants:
        with tenant_context(tenant):
            unlimited()
            yield from broken_data(tenant)


def broken_laws() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        for law in LAWS:
            for where in law.broken_by(cursor):
                yield Finding(law.id, law.title, where, law.fix)


def drift() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        found = read_facts(cursor)
    for difference in differences(read_expected(), found):
        what = "missing" if difference.found is None else "unexpected" if difference.expected is None else "changed"
        yield Finding(
            DRIFT, f"{what}, against what the migrations make", difference.object, difference.fix,
            difference.expected, difference.found,
        )  # fmt: skip


def broken_data(tenant: Tenant) -> Iterator[Finding]:
    for law in DATA_LAWS:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                broken = law.broken_by(cursor)
        except ProgrammingError as error:  # what the law reads is not there; the drift above says so
            broken = [f"cannot be checked: {str(error).splitlines()[0]}"]
        for where in broken:
            yield Finding(law.id, law.title, f"{tenant.slug}: {where}", law.fix.format(tenant=tenant.pk))
