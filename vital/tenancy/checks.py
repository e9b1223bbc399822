"""System checks on isolation. One of them also refuses, at the first connection, a role that could step around it."""

from django.apps import apps
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from .models import TenantModel

# A superuser, BYPASSRLS, or a member of a role that is either or that owns a table (it could then change the policies).
STRONGER = """
    SELECT CASE
        WHEN strong.rolsuper THEN 'is a superuser'
        WHEN strong.rolbypassrls THEN 'has BYPASSRLS'
        ELSE 'owns tables'
    END, strong.rolname
    FROM pg_roles AS strong
    WHERE pg_has_role(session_user, strong.oid, 'MEMBER')
      AND (
          strong.rolsuper OR strong.rolbypassrls
          OR EXISTS (
              SELECT FROM pg_class WHERE relowner = strong.oid AND relkind IN ('r', 'p')
              AND relnamespace = to_regnamespace('public')
          )
      )
    ORDER BY strong.rolsuper DESC, strong.rolbypassrls DESC, strong.rolname = session_user DESC
    LIMIT 1
"""


def stronger_role(connection) -> str | None:
    """Why this connection's log-in could bypass the policies; None when it cannot."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user")
        (login,) = cursor.fetchone()
        cursor.execute(STRONGER)
        found = cursor.fetchone()
    if found is None:
        return None
    why, role = found
    through = "" if role == login else f", through its membership in «{role}»"
    return f"The application's database log-in «{login}» {why}{through}: row-level security would not hold it back."


HINT = "Let DATABASE_URL name the log-in vital_app. `manage.py setup_database` creates it."


def refuse_stronger_role(sender, connection, **kwargs) -> None:
    """Close a connection of the application that could bypass the policies, before it is used."""
    if connection.alias == "default" and (problem := stronger_role(connection)):
        connection.close()
        raise ImproperlyConfigured(f"{problem} {HINT}")


@register(Tags.database)
def role_is_weak(app_configs, databases, **kwargs):
    """The application's log-in cannot bypass row-level security."""
    if "default" not in (databases or ()):
        return []
    try:
        problem = stronger_role(connections["default"])
    except ImproperlyConfigured as error:
        problem = str(error).removesuffix(HINT).strip()
    return [Error(problem, hint=HINT, id="tenancy.E001")] if problem else []


@register(Tags.models)
def tenant_models_keep_their_base(app_configs, **kwargs):
    """Every tenant model inherits TenantModel.Meta, and so the manager that filters by tenant."""
    return [
        Error(
            f"{model._meta.label} has lost the manager that filters by tenant.",
            hint="Write: class Meta(TenantModel.Meta):",
            obj=model,
            id="tenancy.E002",
        )
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.base_manager_name != "objects"
    ]
