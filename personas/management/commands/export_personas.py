from pathlib import Path

from django.core.management import CommandError

from personas.documents.dump import dump
from personas.exchange.files import FORMATS, PIECES, write
from personas.models import Persona
from vital.tenancy.management.base import TenantCommand


class Command(TenantCommand):
    """Writes personas to a file, as documents that import_personas reads."""

    help = "Export personas of a tenant as documents: all of them, or those named."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="Personas to export; none means all.")
        parser.add_argument(
            "--format",
            choices=FORMATS,
            default="json",
            help="json (the default); jsonl, a persona a line; yaml; zip, a CSV file for each table.",
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="File to write; without it, standard output.")
        parser.add_argument(
            "--with-ids", action="store_true", help="Write ids, by which an import finds rows whose text has changed."
        )

    def handle(self, slugs, output, with_ids, **options):
        format_ = options["format"]
        if output is None and format_ not in PIECES:
            raise CommandError(f"A {format_} wants a file: --output personas.{format_}")
        wanted = Persona.objects.filter(deleted_at=None).order_by("slug")
        if slugs:
            wanted = wanted.filter(slug__in=slugs)
            if missing := set(slugs) - set(wanted.values_list("slug", flat=True)):
                raise CommandError(f"There is no persona «{'», «'.join(sorted(missing))}» in this tenant.")
        ids = list(wanted.values_list("pk", flat=True))
        documents = dump(ids, with_ids=with_ids or format_ == "zip")
        if output is None:
            self.stdout.ending = ""
            for piece in PIECES[format_](documents):
                self.stdout.write(piece)
            return
        with output.open("wb") as file:
            write(documents, format_, file)
        self.stderr.write(f"{len(ids)} personas in {output}")
