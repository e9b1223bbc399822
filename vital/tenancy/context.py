"""Who acts, and for which tenant. `tenant_context()` is the only code that tells the database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple
from uuid import UUID

from django.db import connections, transaction


class Acting(NamedTuple):
    tenant: UUID | None
    user: UUID | None


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)

# The names under which the platform's services set a tenant, so that policies and functions read ours like theirs.
SETTINGS = ("request.jwt.claim.tenant_id", "request.jwt.claims", "app.current_tenant_id", "app.user_id")


class TenantSwitchError(RuntimeError):
    """One transaction, one tenant: a context for another tenant was opened inside."""


def current_tenant() -> UUID | None:
    """The tenant of the innermost open context."""
    acting = _acting.get()
    return acting and acting.tenant


def in_context() -> bool:
    """Whether a context is open, be it one without a tenant."""
    return _acting.get() is not None


@contextmanager
def tenant_context(tenant, user=None, *, read_only: bool = False, using: str = "default") -> Iterator[None]:
    """A transaction in which the database shows and accepts the rows of this tenant only.

    `tenant` is a Tenant or its id; None shows no tenant's rows, and to a `user` the memberships of their own.
    """
    acting = Acting(_id_of(tenant), _id_of(user))
    connection = connections[using]
    outer, nested = current_tenant(), connection.in_atomic_block
    if nested and outer not in (None, acting.tenant):
        raise TenantSwitchError(f"Tenant {acting.tenant} was asked for inside a transaction of tenant {outer}.")
    # The token is reset before the commit: what on_commit() runs has no tenant, in Python as in the database.
    with transaction.atomic(using=using):
        with connection.cursor() as cursor:
            before = _read(cursor) if nested else None
            _write(cursor, _values(acting), read_only and not nested)
        token = _acting.set(acting)
        try:
            yield
        finally:
            _acting.reset(token)
            if nested and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    _write(cursor, before)


def unhurried() -> None:
    """Let the open transaction take its time: it moves whole files, and no page waits for it."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = '15min'")


def _id_of(value) -> UUID | None:
    return value if value is None or isinstance(value, UUID) else value.pk


def _values(acting: Acting) -> list[str]:
    claims = {"tenant_id": acting.tenant, "sub": acting.user}
    tenant = str(acting.tenant or "")
    return [
        tenant,
        json.dumps({name: str(value) for name, value in claims.items() if value}),
        tenant,
        str(acting.user or ""),
    ]


def _write(cursor, values: list[str], read_only: bool = False) -> None:
    # SET LOCAL as a statement, in one round trip: set_config() is not passed on by a distributed engine, and could
    # outlive the transaction.
    statements = [f"SET LOCAL {name} = %s" for name in SETTINGS]
    if read_only:
        statements.append("SET TRANSACTION READ ONLY")
    cursor.execute("; ".join(statements), values)


def _read(cursor) -> list[str]:
    cursor.execute("SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in SETTINGS))
    return list(cursor.fetchone())
