from django.core.management import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializationError
from django.db import ProgrammingError

from vital.tenancy.context import current_tenant, tenant_context
from vital.tenancy.management.base import find_tenant
from vital.tenancy.models import TenantModel
from vital.tenancy.natural import remembering


class Command(loaddata.Command):
    """Django's loaddata, in one tenant: rows that name none become that tenant's."""

    help = f"{loaddata.Command.help} Rows of a tenant need --tenant."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--tenant", metavar="SLUG", help="Tenant whose rows these are, by slug or id.")

    def handle(self, *labels, tenant=None, **options):
        self.labels = labels
        with tenant_context(tenant and find_tenant(tenant), using=options["database"]), remembering():
            try:
                return super().handle(*labels, **options)
            except DeserializationError as error:
                raise CommandError(
                    f"A row refers to one that is not there: {error}. Load that first, for example: "
                    f"manage.py loaddata organisation --tenant {tenant or 'pharma'}"
                ) from error

    def save_obj(self, obj):
        if isinstance(obj.object, TenantModel) and current_tenant() is None:
            raise CommandError(
                f"{str(obj.object._meta.verbose_name_plural).capitalize()} belong to a tenant. Say which: "
                f"manage.py loaddata {' '.join(self.labels)} --tenant pharma"
            )
        try:
            return super().save_obj(obj)
        except ProgrammingError as error:  # a row that names another tenant is refused by its table's policy
            raise CommandError(str(error)) from error
