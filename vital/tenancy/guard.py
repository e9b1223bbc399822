"""A statement that touches a tenant's table outside a tenant context is a mistake; the guard says so at once.

Row-level security answers such a statement with no rows, which is safe but silent. Tests raise, production logs.
"""

import logging
import re
from functools import cache

from django.apps import apps
from django.conf import settings

from .context import in_context
from .models import TenantManager

logger = logging.getLogger(__name__)


class NoTenantContext(RuntimeError):  # noqa: N818 - a state, not an error of its own
    """A tenant's table was touched, and no tenant_context() is open."""


@cache
def _tenant_table() -> re.Pattern:
    of_tenants = (model for model in apps.get_models() if isinstance(model._default_manager, TenantManager))
    tables = sorted(model._meta.db_table for model in of_tenants)
    return re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN|TABLE|COPY)\s+(?:ONLY\s+)?\"?(" + "|".join(tables) + r")\b", re.I)


def install(sender, connection, **kwargs) -> None:
    """Watch a new connection of the application."""
    if connection.alias == "default" and _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def _watch(execute, sql, params, many, context):
    if not in_context() and (found := _tenant_table().search(str(sql))):
        message = f"«{found[1]}» was touched outside a tenant context. Wrap it: with tenant_context(tenant): …"
        if settings.TENANT_GUARD_RAISES:
            raise NoTenantContext(message)
        logger.error(message, stack_info=True)
    return execute(sql, params, many, context)
