from collections.abc import Iterator
from pathlib import Path

from django.core.management import CommandError

from personas.editorial.publishing import live
from personas.library import copies
from personas.library.chromium import Unable
from personas.library.copies import Copy
from personas.library.files import KINDS, PAGES, PAPERS, Asked, name
from personas.models import Persona
from vital.tenancy.management.base import TenantCommand

AT_ONCE = 20  # copies in memory


class Command(TenantCommand):
    """Writes personas as files for people and language models: PDF, card, Markdown, agent pack."""

    help = "Write published personas of a tenant, or their working copies, as PDF, PNG card, Markdown or agent pack."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--slug", action="append", dest="slugs", metavar="SLUG", help="A persona; several times for several."
        )
        which.add_argument("--all", action="store_true", help="Every persona that is published.")
        parser.add_argument(
            "--format", choices=KINDS, default="pdf",
            help="pdf (the default); png, a card of 1200 by 630 pixels; md, Markdown; json, for language models.",
        )  # fmt: skip
        parser.add_argument("--what", choices=PAGES, default="sheet", help="Of a PDF: one page, or all that is known.")
        parser.add_argument("--paper", choices=PAPERS, default="a4", help="Of a PDF.")
        parser.add_argument(
            "--copy", choices=["published", "working"], default="published", help="working: marked as draft."
        )
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FOLDER_OR_FILE",
            help="A folder, made if it is not there; of a single persona also a file, whose name ends in the format.",
        )  # fmt: skip

    def handle(self, slugs, out, format, what, paper, copy, **options):  # noqa: A002 — the option has this name
        wanted = slugs or self.every(copy)
        single = out.suffix == f".{format}"
        if single and len(wanted) != 1:
            raise CommandError(f"{len(wanted)} personas do not go into one file: name a folder after --out.")
        (out.parent if single else out).mkdir(parents=True, exist_ok=True)
        for one in self.read(copy, wanted):
            file = out if single else out / name(one, format, what)
            try:
                file.write_bytes(KINDS[format].make(one, self.tenant, Asked(what, paper)))
            except Unable as why:
                raise CommandError(str(why)) from None
            except ValueError as why:
                if "staticfiles manifest" not in str(why):
                    raise
                raise CommandError("The style sheets are not there yet: manage.py collectstatic --noinput") from None
        self.stderr.write(f"{len(wanted)} {'file' if len(wanted) == 1 else 'files'} in {out}")

    def read(self, copy: str, slugs: list[str]) -> Iterator[Copy]:
        """The copies, some at a time; one that is not there ends it."""
        for start in range(0, len(slugs), AT_ONCE):
            some = slugs[start : start + AT_ONCE]
            found = getattr(copies, copy)(*some)
            if missing := set(some) - {one.slug for one in found}:
                raise CommandError(f"There is no {copy} persona «{'», «'.join(sorted(missing))}» in this tenant.")
            yield from found

    def every(self, copy: str) -> list[str]:
        personas = Persona.objects.filter(tenant=self.tenant, deleted_at=None).order_by("slug")
        if copy == "working":
            return list(personas.values_list("slug", flat=True))
        with live():
            return list(personas.values_list("slug", flat=True))
