from pathlib import Path

from django.core.management import BaseCommand, CommandError

from personas.seeding import capture, organisation
from personas.seeding.organisation import ALL
from personas.seeding.variants import TemplateError


class Command(BaseCommand):
    """Writes the templates in which people write down personas; the database is not touched."""

    help = (
        "Write, for each business function, a blank template and a filled example in every format, the schema by which "
        "editors check them, and a README. People copy a template, fill it in, and seed_personas --from brings it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--business-function", nargs="+", default=[ALL], metavar="FUNCTION",
            help=f"One, several, or all (the default): {', '.join(organisation.functions())}.",
        )  # fmt: skip
        parser.add_argument("--format", nargs="+", choices=list(capture.FORMATS), default=list(capture.FORMATS),
                            help="Formats to write; without it, all.")  # fmt: skip
        parser.add_argument("--out", type=Path, default=Path("data_capture_templates"), metavar="FOLDER",
                            help="Folder to write to.")  # fmt: skip
        parser.add_argument("--force", action="store_true", help="Write over files that somebody has changed.")

    def handle(self, business_function, out, force, **options):
        try:
            named = organisation.named(business_function)
        except organisation.UnknownError as error:
            raise CommandError(str(error), returncode=2) from error
        try:
            made = {function: dict(capture.files(function, options["format"])) for function in named}
            changed = [] if force else [path for files in made.values() for path in differing(out, files)]
            if changed:
                more = f" and {len(changed) - 3} more" * (len(changed) > 3)
                raise CommandError(
                    f"{', '.join(map(str, changed[:3]))}{more} would be written over, and nothing was written. What "
                    "was filled in belongs under another name; with --force they are written anew."
                )
            out.mkdir(parents=True, exist_ok=True)
            for function, files in made.items():
                for name, content in files.items():
                    (out / name).write_bytes(content)
                self.stdout.write(f"{function}: {', '.join(files)}")
        except (TemplateError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"They are in {out}. Begin with a README.")


def differing(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """The files that are there, and say something else."""
    paths = {folder / name: content for name, content in files.items()}
    return [path for path, content in paths.items() if path.exists() and path.read_bytes() != content]
