from pathlib import Path

from django.core.management import BaseCommand, CommandError

from personas.seeding import introspection

DRIFT = 3  # the exit code


class Command(BaseCommand):
    """Writes what the database is, and where each key of a document lands in it."""

    help = (
        "Read the live database's catalogue into two files: persona_schema_mappings.json (tables, columns, allowed "
        "values, keys, policies) and transformation_config.json (where each key of a document lands). Ends with 3 if "
        "the database is not what the migrations made, with 1 if --check finds a file that is not current."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--out", type=Path, default=Path("schema_mappings"), metavar="DIR",
            help="Folder to write to; it is made. Without it: schema_mappings, where you are.",
        )  # fmt: skip
        where.add_argument("--json", action="store_true", help="Print both to standard output instead, as one object.")
        where.add_argument("--check", type=Path, metavar="DIR", help="Write nothing; compare with the files there.")

    def handle(self, out, check, **options):
        made, told = introspection.files(), introspection.drift()
        behind = []
        if options["json"]:
            parts = (f'"{name.removesuffix(".json")}": {text.strip()}' for name, text in made.items())
            self.stdout.write("{" + ",\n".join(parts) + "}")
        elif check:
            behind = [name for name, text in made.items() if read(check / name) != text]
            for name in behind:
                self.stderr.write(f"{check / name} is not what the database is now. Run: manage.py introspect_schema")
        else:
            try:
                out.mkdir(parents=True, exist_ok=True)
                for name, text in made.items():
                    (out / name).write_text(text, encoding="utf-8")
                    self.stdout.write(f"{out / name} is current.")
            except OSError as error:
                raise CommandError(f"Nothing can be written to {out}: {error.strerror}.", returncode=2) from error
        for sentence in told:
            self.stderr.write(self.style.ERROR(sentence))
        if told:
            raise SystemExit(DRIFT)
        if behind:
            raise SystemExit(1)


def read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
