from django.core.management import BaseCommand, CommandError

from personas import reference


class Command(BaseCommand):
    """Writes docs/reference/schema.md."""

    help = "Write docs/reference/schema.md, the reference of all tables and columns, from the models."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the file is not current.")

    def handle(self, check, **options):
        text, file = reference.reference(), reference.FILE
        current = file.exists() and file.read_text(encoding="utf-8") == text
        if check and not current:
            raise CommandError(f"{file} is not current. Run: {reference.COMMAND}")
        if not current:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.stdout.write(f"{file} is current.")
