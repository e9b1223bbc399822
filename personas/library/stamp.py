"""What every printed page and every file says about itself: status, revision, date, tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from personas.enums import Status

if TYPE_CHECKING:  # template tags import this while the admin is still being put together
    from vital.tenancy.models import Tenant

    from .copies import Copy

DRAFT = "DRAFT"


def facts(copy: Copy, tenant: Tenant) -> dict[str, Any]:
    """The stamp of a file that programs read."""
    return {
        "persona": copy.name,
        "status": copy.status_label,
        "copy": "published" if copy.live else "working copy, not published",
        "revision": copy.number,
        "date": localdate(copy.as_of).isoformat(),
        "tenant": tenant.name,
    }


def line(copy: Copy, tenant: Tenant) -> str:
    """The stamp that people read: `Published · revision 4 · 22 November 2026 · Acme Pharma`."""
    waits = "" if copy.status == Status.DRAFT else f", {copy.status_label.lower()}"
    status = "Published" if copy.live else f"{DRAFT} · working copy{waits}"
    date = localdate(copy.as_of)
    return f"{status} · revision {copy.number} · {date.day} {date:%B %Y} · {tenant.name}"
