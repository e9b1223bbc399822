from functools import partial

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404
from django.middleware.csrf import rotate_token
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from .context import tenant_context
from .middleware import SESSION_KEY


@require_POST
@login_required
def switch_tenant(request):
    """Act in another tenant from the next request on; recorded in that tenant's log."""
    tenant = next((tenant for tenant in request.tenants if str(tenant.pk) == request.POST.get("tenant")), None)
    if tenant is None:
        raise Http404("No such tenant among yours.")
    request.session[SESSION_KEY] = str(tenant.pk)
    request.session.cycle_key()
    # Forms left open in other tabs belong to the tenant before: with the old token they can no longer be posted.
    rotate_token(request)
    transaction.on_commit(partial(record_entry, request.user, tenant))
    return redirect("admin:index")


def record_entry(user, tenant) -> None:
    """Write into the tenant's log that this person came to act in it."""
    with tenant_context(tenant, user):
        LogEntry.objects.log_actions(user.pk, [tenant], CHANGE, "Came to act in this tenant.", single_object=True)
