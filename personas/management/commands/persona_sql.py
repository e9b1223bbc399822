import json
from contextlib import ExitStack
from pathlib import Path

from django.core.management import CommandError
from django.utils import timezone

from personas.documents.changes import Plan
from personas.exchange.direct import Direct
from personas.exchange.text import UnreadableError
from personas.seeding.script import render
from personas.seeding.script_check import problems

from . import import_personas


class Command(import_personas.Command):
    """Writes what an import would do as an SQL script, and changes nothing."""

    help = (
        "Write one SQL script that brings the tenant's personas to what the documents of files say: to be read by "
        "people and run with psql. It runs once, on the database as it is now, in one transaction. Ends with 1, and "
        "writes no script, if there is a problem."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--out", default="", metavar="FILE",
            help="Script to write; - is standard output. Without it: personas_deployment_YYYYMMDD_HHMMSS.sql.",
        )  # fmt: skip

    def handle(self, files, mode, profile, mend, dry_run, out, **options):
        moment = timezone.now()
        piped, self.stdout = self.stdout, self.stderr if out == "-" else self.stdout
        chosen = {"mode": mode, "profile": self.profile_named(profile), "mend": mend}
        told, plans = [], []
        try:
            with ExitStack() as stack:
                opened = [(file.name, stack.enter_context(file.open("rb"))) for file in files]
                work = Direct(opened, chosen, dry_run=True)
                for item, plan in work.run():
                    told.append((item.slug, item.said, item.counts, item.findings))
                    plans.append(plan)
        except (OSError, UnreadableError) as error:
            raise CommandError(f"{', '.join(map(str, files))}: {error}") from error
        if options["json"]:
            self.stdout.write(json.dumps(self.as_data(work, told, False), indent=2, ensure_ascii=False))
        else:
            self.print(work, told, not dry_run)
        if work.errors:
            raise SystemExit(1)
        if dry_run:
            return
        if not any(plan.changes for plan in plans):
            self.stderr.write("Everything is as the files say: there is nothing to write a script for.")
            return
        text = self.checked("".join(render(Plan(plans), moment=moment)))
        if out == "-":
            piped.write(text)
            return
        file = Path(out or f"personas_deployment_{moment:%Y%m%d_%H%M%S}.sql")
        file.write_text(text, encoding="utf-8")
        self.stderr.write(f'The script is {file}. Run it: psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f {file}')

    def checked(self, text: str) -> str:
        if found := problems(text, self.tenant.pk):
            told = "\n".join(found)
            raise CommandError(f"No script was written, for it would be wrong. Please report this:\n{told}")
        return text
