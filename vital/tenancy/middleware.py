"""The request's tenant, its transaction, and its session's end."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from .context import tenant_context
from .models import Membership, Tenant

SESSION_KEY = "tenant"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class TenantMiddleware:
    """One transaction around the whole request, rendering included, in which only the person's tenant exists."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.tenant, request.tenants = None, []
        if not request.user.is_authenticated:
            return self.get_response(request)
        choose_tenant(request)
        with tenant_context(request.tenant, request.user, read_only=request.method in SAFE_METHODS):
            response = self.get_response(request)
            # Django has turned exceptions into responses by now; without this their half-done work would be kept.
            if response.status_code >= 500 or getattr(request, "failed", False):
                transaction.set_rollback(True)
            return response

    def process_exception(self, request, exception):
        request.failed = True


def choose_tenant(request) -> None:
    """Set request.tenants (where this person may act), request.tenant and user.membership, from the database."""
    user = request.user
    with tenant_context(None, user, read_only=True):
        memberships = {
            membership.tenant_id: membership
            for membership in Membership.objects.filter(user=user, tenant__is_active=True, tenant__deleted_at=None)
            .select_related("tenant")
            .order_by("tenant__name")
        }
        if user.is_superuser:
            request.tenants = list(Tenant.objects.filter(is_active=True, deleted_at=None))
        else:
            request.tenants = [membership.tenant for membership in memberships.values()]
    by_id = {str(tenant.pk): tenant for tenant in request.tenants}
    wanted = (request.session.get(SESSION_KEY), str(user.tenant_id))
    request.tenant = next((by_id[key] for key in wanted if key in by_id), next(iter(request.tenants), None))
    user.membership = request.tenant and memberships.get(request.tenant.pk)


class IdleSessionMiddleware:
    """Moves the session's end along while its owner works, at most once a minute, and touches nothing else in it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        session = request.session
        if session.session_key and not session.modified and request.user.is_authenticated:
            until = timezone.now() + timedelta(seconds=session.get_session_cookie_age())
            Session.objects.filter(pk=session.session_key, expire_date__lt=until - timedelta(minutes=1)).update(
                expire_date=until
            )
        return response
