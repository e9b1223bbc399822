"""Commands that work in one tenant: `manage.py <command> --tenant pharma`."""

from uuid import UUID

from django.core.management import BaseCommand, CommandError

from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant


def find_tenant(name: str) -> Tenant:
    """The tenant with this slug or id, or an error that lists the slugs."""
    try:
        by = {"pk": UUID(name)}
    except ValueError:
        by = {"slug": name}
    tenant = Tenant.objects.filter(deleted_at=None, **by).first()
    if tenant is None:
        slugs = ", ".join(Tenant.objects.filter(deleted_at=None).values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no tenant «{name}». Tenants: {slugs}.")
    return tenant


class TenantCommand(BaseCommand):
    """A command whose whole work happens in one tenant, in one transaction; it refuses to start without."""

    def add_arguments(self, parser):
        parser.add_argument("--tenant", required=True, metavar="SLUG", help="Tenant to work in, by slug or id.")

    def execute(self, *args, **options):
        self.tenant = find_tenant(options["tenant"])
        with tenant_context(self.tenant):
            return super().execute(*args, **options)
