"""What a shared link opens: the sheet of a published persona, for somebody who has no account, and nothing else."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from vital.security import client_address
from vital.tenancy.context import tenant_context

from . import sharing, sheet
from .copies import published

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")  # what browsers send that load a page before it is asked for


def quiet(view: Callable) -> Callable:
    """Whatever is answered names no referrer and is in no index."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return answered


@csrf_exempt  # a form that is sent here is refused in any case, and not with a page that leads into the house
@quiet
@require_safe
def page(request, key: str):
    """The sheet, read from within the link's own tenant; TenantMiddleware has opened none: see StrangersMiddleware."""
    if any(request.headers.get(name) for name in AHEAD):
        return HttpResponse(status=204)  # not even the content: else it could be read and not be counted
    tenant = sharing.tenant_of(key)
    if tenant is None:
        return gone(request)
    counts = request.method == "GET"
    with tenant_context(tenant, read_only=not counts):
        share = sharing.find(key)
        copies = published(share.slug) if share else []
        if not copies:
            return gone(request)
        if counts:
            agent = request.headers.get("User-Agent", "")
            sharing.enter(share, copies[0].number, client_address(request), agent)
        return render(request, "library/shared.html", sheet.context(copies[0]) | around(share))


def around(share) -> dict:
    """What stands around the sheet: whose it is, and a watermark as wide as its letters."""
    mark = f"{share.reader} · {localdate():%-d %b %Y}"
    return {
        "title": share.called, "share": share, "tenant": share.tenant, "shared": True, "paper": True, "mark": mark,
        "wide": 80 + 9 * len(mark),
    }  # fmt: skip


def gone(request) -> HttpResponse:
    """The same for every link that does not work, whatever the reason."""
    return render(request, "library/shared_gone.html", {"title": "This link does not work"}, status=404)
