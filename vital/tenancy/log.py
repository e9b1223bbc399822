"""The admin's log, which is the tenant's."""

from django.contrib.admin.models import LogEntry

from .context import tenant_context


def record(user, tenant, action: int, message) -> None:
    """Write about the tenant itself into the tenant's log; outside of any other tenant's transaction."""
    with tenant_context(tenant, user):
        LogEntry.objects.log_actions(user.pk, [tenant], action, message, single_object=True)
