from django.core.management import BaseCommand, CommandError

from personas import reference
from personas.reference.words import COMMAND


class Command(BaseCommand):
    """Writes docs/reference."""

    help = "Write docs/reference from the models: all tables (schema.md), all keys (document.md, document.schema.json)."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if a file is not current.")

    def handle(self, check, **options):
        for name, made in reference.FILES.items():
            text, file = made(), reference.FOLDER / name
            current = file.exists() and file.read_text(encoding="utf-8") == text
            if check and not current:
                raise CommandError(f"{file} is not current. Run: {COMMAND}")
            if not current:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            self.stdout.write(f"{file} is current.")
