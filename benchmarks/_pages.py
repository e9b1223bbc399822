"""Pages of a persona with every section at its upper count, in a process of its own: prints the seconds of each.

Beside ours, in the same process and on the same rows, the page that Django gives without us: a stock ModelAdmin with
all sections as inlines.
"""

import json
from pathlib import Path
from statistics import median
from time import perf_counter

import django
from django.conf import settings

# Django's own templates, in an engine of their own: ours overrides them.
settings.TEMPLATES.append(
    {
        "NAME": "stock",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(django.__file__).parent / "contrib" / "admin" / "templates"],
        "OPTIONS": settings.TEMPLATES[0]["OPTIONS"],
    }
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.test import Client, RequestFactory  # noqa: E402
from django.urls import reverse  # noqa: E402

from personas.admin.editor.places import PLACES  # noqa: E402
from personas.models import Persona  # noqa: E402
from personas.sections import CARDS, SECTIONS  # noqa: E402
from tests.factories import PersonaFactory  # noqa: E402
from vital.tenancy.context import tenant_context  # noqa: E402
from vital.tenancy.models import Tenant, User  # noqa: E402

TURNS = 9
LOGGED_IN = "django.contrib.auth.backends.ModelBackend"


def seconds(get, turns: int = TURNS) -> float:
    """The median of several turns, after one that warms up."""
    times = []
    for _ in range(turns + 1):
        start = perf_counter()
        get()
        times.append(perf_counter() - start)
    return median(times[1:])


def ours(persona, user) -> dict[str, float]:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=LOGGED_IN)

    def page(address: str, **asked) -> float:
        assert client.get(address, asked).status_code == 200
        return seconds(lambda: client.get(address, asked))

    measured = {"overview": page(reverse("admin:personas_persona_change", args=[persona.pk]))}
    for word, place in PLACES.items():
        address = reverse("admin:personas_persona_section", args=[persona.pk, word])
        measured[word] = page(address)
        if place.layout == CARDS:
            with tenant_context(persona.tenant_id):
                row = place.section.model.objects.filter(persona=persona).first()
            measured[f"{word}, one open"] = page(address, row=str(row.pk))
    return measured


def stock(persona, user) -> tuple[float, int, int]:
    """Seconds, bytes and fields of the page with everything on it."""
    site = admin.AdminSite(name="admin")
    inlines = [
        type(f"{section.model.__name__}Inline", (admin.StackedInline,), {"model": section.model, "extra": 0})
        for section in SECTIONS
    ]
    page = type("StockAdmin", (admin.ModelAdmin,), {"inlines": inlines})(Persona, site)

    def get():
        request = RequestFactory().get("/")
        request.user, request.tenant, request.tenants = user, persona.tenant, []
        with tenant_context(persona.tenant_id, user):
            response = page.changeform_view(request, str(persona.pk))
            response.using = "stock"
            return response.render().content

    html = get().decode()
    return seconds(get, 3), len(html), html.count(' name="')


if __name__ == "__main__":
    with tenant_context(Tenant.objects.get(slug="pharma")):
        persona = PersonaFactory(complete="most", slug="full")
    user = User.objects.create_superuser("bench@example.com", "x" * 20, tenant_id=persona.tenant_id)
    taken, size, fields = stock(persona, user)
    print(json.dumps({"ours": ours(persona, user), "stock": taken, "bytes": size, "fields": fields}))
