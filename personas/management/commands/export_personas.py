import json
from pathlib import Path

from django.core.management import CommandError

from personas.documents.shape import SHAPES
from personas.exchange.exporting import Sending, manifest
from personas.exchange.files import FORMATS, PIECES
from personas.models import ExchangeProfile, Persona
from vital.tenancy.management.base import TenantCommand


class Command(TenantCommand):
    """Writes personas to a file, as documents that import_personas reads, with a manifest beside it."""

    help = "Export personas of a tenant: all of them, those named, or those of a saved choice."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="Personas to export; none means all.")
        parser.add_argument(
            "--format", choices=FORMATS,
            help="json (the default); jsonl, a persona a line; yaml; zip, a CSV file for each table; xlsx, a workbook.",
        )  # fmt: skip
        parser.add_argument(
            "--output", type=Path, metavar="FILE",
            help="File to write, with its manifest beside it; without it, standard output.",
        )  # fmt: skip
        parser.add_argument(
            "--with-ids", action="store_true", help="Write ids, by which an import finds rows whose text has changed."
        )
        parser.add_argument("--sections", nargs="+", choices=SHAPES, metavar="SECTION", help="Only these sections.")
        parser.add_argument("--profile", metavar="NAME", help="A choice that was saved on the export page.")

    def handle(self, slugs, output, with_ids, sections, profile, **options):
        saved = self.saved(profile)
        choice = saved.get("choice", {}) | {
            name: value for name, value in {"slugs": slugs, "with_ids": with_ids, "sections": sections}.items() if value
        }
        format_ = options["format"] or saved.get("format") or "json"
        if output is None and format_ not in PIECES:
            raise CommandError(f"A {format_} wants a file: --output personas.{format_}")
        if missing := set(slugs) - set(
            Persona.objects.filter(slug__in=slugs, deleted_at=None).values_list("slug", flat=True)
        ):
            raise CommandError(f"There is no persona «{'», «'.join(sorted(missing))}» in this tenant.")
        sending = Sending(self.tenant, None, choice, format_)
        if output is None:
            self.stdout.ending = ""
            for block in sending.blocks():
                self.stdout.write(block.decode())
            return
        sending.name = output.name
        with output.open("wb") as file:
            sending.write_to(file)
        beside = output.with_name(f"{output.name}.manifest.json")
        beside.write_text(json.dumps(manifest(sending.export), indent=2) + "\n")
        self.stderr.write(f"{sending.counts['personas']} personas in {output}; what is in it says {beside.name}")

    def saved(self, name: str | None) -> dict:
        if name is None:
            return {}
        found = ExchangeProfile.objects.filter(direction=ExchangeProfile.Direction.EXPORT, name=name).first()
        if found is None:
            raise CommandError(f"There is no saved choice «{name}». Save one on the export page.")
        return found.content
