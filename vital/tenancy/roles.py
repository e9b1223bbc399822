"""What each role may do: one table, read by User.has_perm() and shown in docs/operators.md."""

from django.db import models


class Role(models.TextChoices):
    ANALYST = "analyst", "Analyst"
    REVIEWER = "reviewer", "Reviewer"
    PUBLISHER = "publisher", "Publisher"
    TENANT_ADMIN = "tenant_admin", "Tenant admin"


# What an app's models (or one model, by its label) allow. The longest matching name holds; what is not listed is
# forbidden. Platform administrators may do everything in the tenant that they act in.
#    model                     analyst            reviewer           publisher          tenant admin
GRANTS = {
    "lookups":                 ("view",            "view",            "view",            "view"),
    "organisation":            ("view add change", "view add change", "view add change", "view add change delete"),
    "tenancy.membership":      ("",                "",                "",                "view add change delete"),
}  # fmt: skip


def allows(role: str, permission: str) -> bool:
    """Whether the role has a Django permission, such as `organisation.change_role`."""
    app_label, codename = permission.split(".")
    action, _, model = codename.partition("_")
    granted = GRANTS.get(f"{app_label}.{model}") or GRANTS.get(app_label)
    return bool(granted) and action in granted[list(Role).index(role)].split()
