"""The sidebar and the home page, by task; and what stands around every page."""

from collections import Counter

from django.apps import apps
from django.contrib import admin
from django.db.models import Count, QuerySet, Value
from django.templatetags.static import static
from django.urls import reverse

# A task, and the pages for it: title, icon, and the model (or the app, for a page that lists its models); behind a
# stroke, another page of the model than its list; with a colon, a page outside of the admin.
TASKS = {
    "Personas": (
        ("Personas", "diversity_3", "personas.persona"),
        ("All sections", "table_rows", "personas"),
        ("Trash", "delete", "personas.persona/trash"),
    ),
    "Library": (
        ("Library", "local_library", "library:index"),
        ("Compare", "compare", "library:compare"),
        ("Coverage", "grid_on", "library:coverage"),
        ("Shared links", "link", "library:shares"),
    ),
    "Review": (
        ("Review", "rate_review", "personas.persona/inbox"),
        ("Planned", "schedule", "personas.scheduled"),
        ("Releases", "package_2", "personas.release"),
        ("Notices", "notifications", "personas.notice"),
        ("Audit", "policy", "personas.event"),
    ),
    "Import and export": (
        ("Imports", "upload_file", "personas.batch"),
        ("Exports", "download", "personas.export"),
        ("Seeding", "psychiatry", "personas.batch/seeding"),
        ("Saved profiles", "bookmark", "personas.exchangeprofile"),
    ),
    "Reports": (
        ("Listed personas", "list_alt", "personas.listedpersona"),
        ("Complete personas", "article", "personas.completepersona"),
        ("Scored personas", "leaderboard", "personas.scoredpersona"),
        ("Archetype shares", "donut_small", "personas.archetypeshare"),
        ("Counted personas", "calculate", "personas.countedpersona"),
    ),
    "Organisation": (
        ("Organisation", "account_tree", "organisation"),
        ("Functions", "hub", "organisation.function"),
        ("Departments", "apartment", "organisation.department"),
        ("Roles", "badge", "organisation.role"),
        ("Jobs to be done", "task_alt", "organisation.jobtobedone"),
    ),
    "Vocabularies": (("All vocabularies", "dictionary", "lookups"),),
    "Editorial settings": (
        ("How we review", "tune", "personas.editorialsettings"),
        ("Reviewers", "supervisor_account", "personas.reviewer"),
        ("Rules of quality", "rule", "personas.rulesetting"),
        ("Webhook", "webhook", "personas.webhook"),
    ),
    "People and access": (
        ("People", "group", "tenancy.membership"),
        ("Accounts", "manage_accounts", "tenancy.user"),
        ("Tenants", "domain", "tenancy.tenant"),
    ),
}
# Pages outside of the admin, and what one must be allowed to open them.
READERS = dict.fromkeys(("library:index", "library:compare", "library:coverage"), "personas.view_persona") | {
    "library:shares": "personas.view_share"
}
INTROS = {
    "organisation": "Functions, departments, roles and their personas, as a tree.",
    "lookups": "The values that people choose from, everywhere.",
    "personas": "The rows of all personas, section by section.",
    "personas.persona/inbox": "What waits to be reviewed, by you and by others, and what was sent back to you.",
    "personas.batch/seeding": "How far each business function is; templates, made personas, and what was verified.",
    "library:index": "Published personas, to be found, read, printed and compared.",
    "library:compare": "Two to six personas side by side: what they share, and where they differ.",
    "library:coverage": "Which roles and archetypes have personas; what hurts most; how old the evidence is.",
    "library:shares": "Links with which people outside read a published persona, and who opened them.",
    "personas.persona/trash": "Personas that were put aside, to be restored or deleted for good.",
}


def sidebar(request) -> list[dict]:
    """The tasks of this person in this tenant."""
    if request.tenant is None:
        return []
    groups = (
        {
            "title": task,
            "items": [entry(request, title, icon, page) for title, icon, page in pages if may_open(request.user, page)],
        }
        for task, pages in TASKS.items()
    )
    groups = [group for group in groups if group["items"]]
    items = [item for group in groups for item in group["items"]]
    numbers = counted({item["link"]: item.pop("waiting") for item in items})
    for item in items:
        item["badge"] = numbers.get(item["link"])
    # The longest address that leads to the page: that of an app is the beginning of its models'.
    here = max((item["link"] for item in items if request.path.startswith(item["link"])), key=len, default=None)
    for item in items:
        item["active"] = item["link"] == here
    return groups


def may_open(user, page: str) -> bool:
    if page in READERS:
        return user.has_perm(READERS[page])
    app, _, model = page.partition("/")[0].partition(".")
    return user.has_perm(f"{app}.view_{model}") if model else user.has_module_perms(app)


def entry(request, title: str, icon: str, page: str) -> dict:
    waiting = []
    if page in READERS:
        link, intro = reverse(page), INTROS[page]
    elif "." not in page:
        link, intro = reverse("admin:app_list", args=[page]), INTROS[page]
    else:
        label, _, other = page.partition("/")
        link = reverse(f"admin:{label.replace('.', '_')}_{other or 'changelist'}")
        of_model = admin.site.get_model_admin(apps.get_model(label))
        intro = INTROS.get(page, of_model.intro)
        badge = getattr(of_model, f"badge_of_{other}" if other else "badge", None)
        waiting = badge(request) if badge else []
    return {"title": title, "icon": icon, "link": link, "intro": intro, "waiting": waiting}


def counted(waiting: dict[str, list[QuerySet]]) -> dict[str, int]:
    """How many rows wait behind each link that has any: one query for the whole sidebar."""
    numbers = [
        rows.order_by().values(leads_to=Value(link)).annotate(waiting=Count("pk")).values_list("leads_to", "waiting")
        for link, several in waiting.items()
        for rows in several
        if not rows.query.is_empty()
    ]
    found = Counter()
    for link, number in numbers[0].union(*numbers[1:], all=True) if numbers else ():
        found[link] += number
    return found


def tenant_name(request) -> str | None:
    tenant = getattr(request, "tenant", None)
    return tenant and tenant.name


def stylesheet(request) -> str:
    return static("vital/vital.css")


def script(request) -> str:
    return static("vital/vital.js")


def favicon(request) -> str:
    return static("vital/icon.svg")
