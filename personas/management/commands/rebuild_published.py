"""`manage.py rebuild_published --tenant pharma`: what consumers read, filled anew from the live revisions."""

from personas.editorial.publishing import rebuild
from vital.tenancy.context import unhurried
from vital.tenancy.management.base import TenantCommand


class Command(TenantCommand):
    help = "Fill schema published anew, for one tenant, from the revisions that are live; consumers notice nothing."

    def handle(self, **options):
        unhurried()
        number = rebuild()
        self.stdout.write(f"{number} persona{'s' * (number != 1)} of {self.tenant} can be read.")
