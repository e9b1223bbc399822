from django.core.management.commands import migrate
from django.db import connections


class Command(migrate.Command):
    """Django's migrate, as the owner of the tables: the application's own log-in may not change them."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args, **options):
        if "owner" not in connections:
            self.stderr.write("DATABASE_OWNER_URL is not set: only the owner of the tables may change them.")
            raise SystemExit(2)
        return super().handle(*args, **options)
