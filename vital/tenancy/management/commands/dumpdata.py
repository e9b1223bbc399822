from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.management import CommandError
from django.core.management.commands import dumpdata

from vital.tenancy.context import current_tenant, tenant_context
from vital.tenancy.management.base import find_tenant
from vital.tenancy.models import Tenant, TenantModel, User
from vital.tenancy.natural import NaturalModel, remembering


class Command(dumpdata.Command):
    """Django's dumpdata, of one tenant's content: rows that loaddata gives to any tenant."""

    help = (
        f"{dumpdata.Command.help} The content of a tenant needs --tenant; "
        "then it is written without ids, accounts and what the database works out."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--tenant", metavar="SLUG", help="Tenant whose content it is, by slug or id.")

    def handle(self, *labels, tenant=None, **options):
        content = [model for model in apps.get_models() if issubclass(model, NaturalModel)]
        if tenant is None:
            names = {name.lower() for name in labels}
            named = [one for one in content if not names or names & {one._meta.label_lower, one._meta.app_label}]
            if named and current_tenant() is None:
                raise CommandError(
                    f"{str(named[0]._meta.verbose_name_plural).capitalize()} belong to a tenant. Say which: "
                    f"manage.py dumpdata {' '.join(labels)} --tenant pharma".replace("  ", " ")
                )
            return super().handle(*labels, **options)
        labels = labels or [model._meta.label for model in content]
        options |= {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
        options["exclude"] = [*options["exclude"], *(model._meta.label for model in beside(content))]
        with (
            tenant_context(find_tenant(tenant), using=options["database"], read_only=True),
            remembering(),
            without_tenants_and_people(content),
        ):
            return super().handle(*labels, **options)


def beside(content: list) -> list:
    """Accounts, and what belongs to a tenant but has no name of its own: views, and tables that triggers keep."""
    rest = [model for model in apps.get_models() if model not in content]
    return [one for one in rest if issubclass(one, TenantModel) or not one._meta.managed or one is User]


@contextmanager
def without_tenants_and_people(models: list) -> Iterator[None]:
    """Leave out whose a row is and who wrote it: the tenant and the people that it is loaded for say that."""
    fields = [
        field for model in models for field in model._meta.concrete_fields if field.related_model in (Tenant, User)
    ]
    for field in fields:
        field.serialize = False
    try:
        yield
    finally:
        for field in fields:
            field.serialize = True
