"""What each role may do: one table, read by User.has_perm() and shown in docs/operators.md."""

from django.db import models


class Role(models.TextChoices):
    ANALYST = "analyst", "Analyst"
    REVIEWER = "reviewer", "Reviewer"
    PUBLISHER = "publisher", "Publisher"
    TENANT_ADMIN = "tenant_admin", "Tenant admin"


NONE, VIEW, WRITE, ALL = "", "view", "view add change", "view add change delete"
PURGE = f"{ALL} purge"  # for good, and what others made
# The steps of review: `submit` asks for one, `validate` decides, `publish` brings it to consumers and takes it back.
WRITES, REVIEWS, PUBLISHES = f"{ALL} submit", f"{ALL} submit validate", f"{ALL} submit validate publish"
# What an app's models (or some models, by their labels) allow. The longest matching name holds; what is not listed is
# forbidden. Platform administrators may do everything in the tenant that they act in.
#    model                             analyst  reviewer  publisher  tenant admin
GRANTS = {
    "lookups":                         (VIEW,   VIEW,     VIEW,      VIEW),
    "organisation":                    (WRITE,  WRITE,    WRITE,     ALL),
    "tenancy.membership":              (NONE,   NONE,     NONE,      ALL),
    "personas":                        (ALL,    ALL,      ALL,       ALL),
    "personas.persona":                (WRITES, REVIEWS,  PUBLISHES, f"{PUBLISHES} purge"),
    "personas.release personas.releaseitem personas.scheduled":
                                       (VIEW,   VIEW,     ALL,       ALL),
    "personas.editorialsettings personas.rulesetting personas.reviewer":
                                       (VIEW,   VIEW,     VIEW,      ALL),
    "personas.webhook personas.delivery":
                                       (NONE,   NONE,     NONE,      ALL),
    "personas.share":                  (VIEW,   VIEW,     WRITE,     WRITE),
    "personas.savedlist":              (ALL,    ALL,      ALL,       PURGE),
    "personas.batch personas.export":  (WRITE,  WRITE,    WRITE,     WRITE),
    "personas.exchangeprofile":        (ALL,    ALL,      ALL,       ALL),
    # What only the machine writes.
    "personas.batchfile personas.batchitem personas.editorialstate personas.archetypeshare personas.completepersona "
    "personas.countedpersona personas.listedpersona personas.scoredpersona personas.words "
    "personas.presence personas.revision personas.content personas.event personas.notice personas.noticechoice "
    "personas.livewords personas.visit":
                                       (VIEW,   VIEW,     VIEW,      VIEW),
}  # fmt: skip
BY_LABEL = {label: granted for labels, granted in GRANTS.items() for label in labels.split()}


def allows(role: str, permission: str) -> bool:
    """Whether the role has a Django permission, such as `organisation.change_role`."""
    app_label, codename = permission.split(".")
    action, _, model = codename.partition("_")
    granted = BY_LABEL.get(f"{app_label}.{model}") or BY_LABEL.get(app_label)
    return bool(granted) and action in granted[list(Role).index(role)].split()
