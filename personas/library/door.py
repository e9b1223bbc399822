"""Who may enter the library, and what stands around each of its pages."""

from collections.abc import Callable
from functools import partial, wraps
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from . import chromium, copies
from .copies import Copy

READ, EDIT = "personas.view_persona", "personas.change_persona"
PRINTED, FILES = ("pdf", "png"), ("md", "json")  # kinds of files: those that Chromium makes, and others
PAGES = ("sheet", "dossier", "time", "people", "share")
WORKING = "working"  # what `copy` in an address says for the working copy


def readers(view: Callable, methods: tuple[str, ...] = ("GET", "HEAD")) -> Callable:
    """A page for whoever may read personas in this tenant; others are asked to log in, or turned away."""

    @wraps(view)
    @require_http_methods(methods)
    def guarded(request, *args, **kwargs):
        if not request.tenant or not request.user.has_perm(READ):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(guarded)


writers = partial(readers, methods=("GET", "HEAD", "POST"))  # the same for a page with a form


def wants_working(request) -> bool:
    """Whether the address asks for working copies, which are for those who may edit."""
    asked = request.GET.get("copy") == WORKING
    if asked and not request.user.has_perm(EDIT):
        raise PermissionDenied
    return asked


def find(request, *slugs: str) -> list[Copy]:
    """What is published under these slugs or, where the address says `?copy=working`, the working copies."""
    return (copies.working if wants_working(request) else copies.published)(*slugs)


def find_one(request, slug: str) -> Copy:
    found = find(request, slug)
    if not found:
        raise Http404(f"There is no persona «{slug}» published in this tenant.")
    return found[0]


def links(copy: Copy) -> dict[str, str | None]:
    """Where the pages and files of a copy are, and its other copy, if there is one."""
    asked = {} if copy.live else {"copy": WORKING}
    to = {name: address(f"library:{name}", copy.slug, **asked) for name in PAGES}
    to |= {kind: address("library:file", copy.slug, kind, **asked) for kind in FILES}
    if chromium.present():
        to |= {kind: address("library:file", copy.slug, kind, **asked) for kind in PRINTED}
        to["pdf_everything"] = address("library:file", copy.slug, "pdf", what="everything", **asked)
    return to | {
        "compare": address("library:compare", p=copy.slug, **asked),
        "other": copy.other and address("library:sheet", copy.other, **({"copy": WORKING} if copy.live else {})),
        "edit": address("admin:personas_persona_change", copy.id),
    }


def address(name: str, *args, **asked: str) -> str:
    """Where a page is; the library's first, where SQL has written a slug that no address can hold, such as «a/b»."""
    try:
        return reverse(name, args=args) + (f"?{urlencode(asked)}" if asked else "")
    except NoReverseMatch:
        return reverse("library:index")


def show(request, template: str, title: str, **context) -> HttpResponse:
    """A page of the library inside the admin's frame."""
    request.current_app = admin.site.name
    around = admin.site.each_context(request) | {
        "title": title,
        "may_edit": request.user.has_perm(EDIT),
        "working": request.GET.get("copy") == WORKING,
    }
    return render(request, f"library/{template}.html", around | context)
