"""The sidebar, by task; and what stands around every page."""

from django.templatetags.static import static
from django.urls import reverse

# title -> its entries: title, icon, admin page, permission that shows it
SIDEBAR = {
    "Organisation": (
        ("Functions", "account_tree", "organisation_function_changelist", "organisation.view_function"),
        ("Departments", "apartment", "organisation_department_changelist", "organisation.view_department"),
        ("Roles", "badge", "organisation_role_changelist", "organisation.view_role"),
        ("Jobs to be done", "task_alt", "organisation_jobtobedone_changelist", "organisation.view_jobtobedone"),
    ),
    "Vocabularies": (("All vocabularies", "dictionary", "app_list:lookups", "lookups.view_severitylevel"),),
    "People and access": (
        ("People", "group", "tenancy_membership_changelist", "tenancy.view_membership"),
        ("Accounts", "manage_accounts", "tenancy_user_changelist", "tenancy.view_user"),
        ("Tenants", "domain", "tenancy_tenant_changelist", "tenancy.view_tenant"),
    ),
}


def sidebar(request) -> list[dict]:
    if request.tenant is None:
        return []
    groups = [
        {
            "title": title,
            "separator": True,
            "items": [
                {"title": label, "icon": icon, "link": _address(page)}
                for label, icon, page, permission in entries
                if request.user.has_perm(permission)
            ],
        }
        for title, entries in SIDEBAR.items()
    ]
    return [group for group in groups if group["items"]]


def _address(page: str) -> str:
    name, _, app = page.partition(":")
    return reverse(f"admin:{name}", kwargs={"app_label": app} if app else None)


def tenant_name(request) -> str:
    return getattr(request, "tenant", None) and request.tenant.name


def stylesheet(request) -> str:
    return static("vital/vital.css")


def favicon(request) -> str:
    return static("vital/icon.svg")
