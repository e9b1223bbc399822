from django.conf import settings
from django.core.management import BaseCommand, CommandError
from psycopg import Error, connect, sql

from vital import local
from vital.postgres import SETUP, SUPERUSER

# Which log-in takes its password from which setting.
LOGINS = {"default": "vital_app", "owner": "vital_migrator"}


class Command(BaseCommand):
    """Creates roles, grants and timeouts in the application's database; may be run again."""

    help = (
        "Create the roles, grants and timeouts that VITAL Personas needs, in the database that DATABASE_ADMIN_URL "
        "names. Can be run again."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--print", action="store_true", dest="show", help="Print the SQL and change nothing.")

    def handle(self, show, **options):
        if show:
            passwords = (f"{statement.as_string()};" for statement in self.passwords(shown="…"))
            self.stdout.write("\n".join((SETUP.read_text(), *passwords)))
            return
        url = settings.DATABASE_ADMIN_URL or (settings.LOCAL and local.cluster(settings.DATA_DIR).url(SUPERUSER))
        if not url:
            raise CommandError(
                "DATABASE_ADMIN_URL is not set. It names a log-in that may create roles, such as "
                "postgresql://postgres:password@host/vital, and is used by this command only."
            )
        try:
            with connect(url) as connection:
                connection.execute(SETUP.read_text())
                for statement in self.passwords():
                    connection.execute(statement)
        except Error as error:
            raise CommandError(f"Nothing was changed: {error}") from error
        self.stdout.write("Roles, grants and timeouts are in place. Next: manage.py migrate")

    @staticmethod
    def passwords(shown: str | None = None):
        """Statements that give each log-in the password of its setting, or the text to show in its place."""
        for alias, login in LOGINS.items():
            if password := settings.DATABASES.get(alias, {}).get("PASSWORD"):
                yield sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(shown or password))
