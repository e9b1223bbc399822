"""A persona on a card of 1200 by 630 pixels: who, one line, a quote, what matters most."""

from django.template.loader import render_to_string

from vital.tenancy.models import Tenant

from . import chromium
from .copies import Copy
from .figures.radar import tier, total
from .pack import foremost
from .sheet import initials

WIDTH, HEIGHT = 1200, 630
ROWS = 3  # goals, and pains


def html(copy: Copy, tenant: Tenant) -> str:
    quote = next((row["quote_text"] for row in copy.rows("quotes")), "")
    return render_to_string(
        "library/card.html",
        {
            "copy": copy,
            "tenant": tenant,
            "title": copy.name,
            "initials": initials(copy.name),
            "job": copy.own["title"] or copy.says("personas", "role"),
            "one_liner": copy.own["one_liner"] or copy.own["tagline"],
            "quote": quote.strip('«»“”" '),
            "archetype": copy.says("personas", "archetype").partition(":")[0],
            "tier": tier(total(copy)),
            "columns": [
                ("Goals", [row["goal_text"] for row in foremost(copy.rows("goals"), "priority")[:ROWS]]),
                ("Pains", [row["pain_point"] for row in foremost(copy.rows("pain_points"), "severity")[:ROWS]]),
            ],
        },
    )


def png(copy: Copy, tenant: Tenant, *, wait: bool = True) -> bytes:
    return chromium.png(html(copy, tenant), WIDTH, HEIGHT, wait=wait)
