"""The request's tenant, its transaction, and its session's end."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.views.defaults import bad_request

from vital.security import stale_form

from .context import in_context, tenant_context
from .models import Membership, Tenant

SESSION_KEY = "tenant"
PROGRAM_LIMIT_EXCEEDED = "54000"  # a text too long for an index, or for a search
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class TenantMiddleware:
    """One transaction around the whole request, rendering included, in which only the person's tenant exists."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.tenant, request.tenants = None, []
        if not request.user.is_authenticated:
            return self.get_response(request)
        if choose_tenant(request, request.user) and request.method not in SAFE_METHODS:
            return stale_form(request)  # it was made for another tenant, which is closed to this person by now
        with tenant_context(request.tenant, request.user, read_only=request.method in SAFE_METHODS):
            response = self.get_response(request)
            # Django has turned exceptions into responses by now; without this their half-done work would be kept.
            if response.status_code >= 500 or getattr(request, "failed", False):
                transaction.set_rollback(True)
            return response

    def process_exception(self, request, exception):
        request.failed = True
        too_much = getattr(exception.__cause__, "sqlstate", None) == PROGRAM_LIMIT_EXCEEDED
        if too_much or isinstance(exception, DataError | ValidationError):
            return bad_request(request, exception)  # an address or a field that the database cannot make sense of
        return None


def choose_tenant(request, user) -> bool:
    """Set request.tenants (where this person may act), request.tenant and user.membership, from the database.

    True when the session's tenant is open to them no longer, and another was chosen in its place.
    """
    session = request.session
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
    before = session.get(SESSION_KEY)
    request.tenant = by_id.get(before) or by_id.get(str(user.tenant_id)) or next(iter(request.tenants), None)
    user.membership = request.tenant and memberships.get(request.tenant.pk)
    chosen = request.tenant and str(request.tenant.pk)
    if before is None and chosen:
        session[SESSION_KEY] = chosen  # kept, so that a tenant added later never takes its place
    if before in (None, chosen):
        return False
    enter(request, request.tenant)
    return True


def choose_on_log_in(sender, request, user, **kwargs) -> None:
    """From the first page on the session has its tenant; the next page chooses where another was open until now."""
    if not in_context():
        choose_tenant(request, user)


def enter(request, tenant) -> None:
    """Make it the session's tenant. Forms left open in other tabs can no longer be posted: they have the old token."""
    request.session[SESSION_KEY] = tenant and str(tenant.pk)
    request.session.cycle_key()
    rotate_token(request)


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
