import shutil

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from vital import local


class Command(BaseCommand):
    """Deletes the local database, after asking."""

    help = "Delete the local database and everything in it. Servers that DATABASE_URL names are never touched."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, yes, **options):
        if not settings.LOCAL:
            raise CommandError("DATABASE_URL names a server elsewhere; reset deletes local databases only.")
        cluster = local.cluster(settings.DATA_DIR)
        if cluster.is_new:
            self.stdout.write("There is no local database. make up creates one.")
            return
        if cluster.answers():
            raise CommandError("The database is running. Stop `make up` first (Ctrl-C in its terminal).")
        if not yes and input(f"Delete {cluster.data} and everything in it? Type yes: ").strip().lower() != "yes":
            raise CommandError("Nothing was deleted.")
        shutil.rmtree(cluster.data)
        self.stdout.write("Deleted. make up starts afresh.")
