import sys
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from personas.exchange.files import PIECES
from personas.sections import DOMAINS
from personas.seeding import variants
from personas.seeding.variants import PARTS, TemplateError

FEWEST, MOST = 1, 1000


class Command(BaseCommand):
    """Makes personas from a template, into a file; the database is not touched."""

    help = (
        "Make believable personas from a template and write them as a file that import_personas reads. The same "
        "template, count, variation and seed make the same personas. They are marked as generated."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("template", nargs="?", help=f"One of {', '.join(variants.names())}.")
        parser.add_argument("--count", type=int, default=20, help="How many personas, such as 20 to 100.")
        parser.add_argument("--variation", choices=variants.VARIATIONS, default="medium",
                            help="How far they are from the middle of the template.")  # fmt: skip
        parser.add_argument("--seed", type=int, default=1, help="The same seed makes the same personas.")
        parser.add_argument("--without", nargs="+", choices=sorted(PARTS), default=[],
                            help="Parts to leave out: time, stakeholders, evidence.")  # fmt: skip
        parser.add_argument("--format", choices=sorted(PIECES), default="jsonl", help="Format of the file.")
        parser.add_argument("--out", default="-", metavar="FILE", help="File to write; - is standard output.")
        parser.add_argument("--list", action="store_true", help="List the templates and what they are for.")

    def handle(self, template, count, variation, seed, without, **options):
        if options["list"] or not template:
            for name in variants.names():
                made = variants.kind(name)
                self.stdout.write(f"{name}: {made.title} ({made.function}, {len(made.roles)} roles)")
            return
        if not FEWEST <= count <= MOST:
            raise CommandError(f"--count takes {FEWEST} to {MOST} personas.", returncode=2)
        left_out = [section.word for domain in DOMAINS for section in domain.sections
                    if domain.name in {PARTS[part] for part in without}]  # fmt: skip
        try:
            documents = variants.generate(template, count, variation=variation, seed=seed, without=left_out)
            pieces = PIECES[options["format"]](documents)
            if options["out"] == "-":
                sys.stdout.writelines(pieces)
                return
            with Path(options["out"]).open("w", encoding="utf-8") as file:
                file.writelines(pieces)
        except TemplateError as error:
            raise CommandError(str(error), returncode=1) from error
        except OSError as error:
            raise CommandError(
                f"Nothing can be written to {options['out']}: {error.strerror}.", returncode=2
            ) from error
        self.stderr.write(
            f"{count} personas are in {options['out']}. Import them: manage.py import_personas --tenant …"
        )
