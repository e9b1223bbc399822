import hashlib
import json
from contextlib import ExitStack
from pathlib import Path

from django.core.management import CommandError
from rich.console import Console
from rich.progress import track

from personas.documents.apply import RefusedError
from personas.documents.changes import Mode, Op
from personas.documents.values import plain
from personas.exchange.direct import Direct
from personas.exchange.profiles import BUILT_IN
from personas.exchange.reading import SAVED
from personas.exchange.report import Finding, Kind
from personas.exchange.text import UnreadableError
from personas.models import ExchangeProfile
from vital.tenancy.management.base import TenantCommand

SHOWN = 50  # findings of a kind
VERBS = {Op.CREATE: "added", Op.CHANGE: "changed", Op.DELETE: "deleted"}


class Command(TenantCommand):
    """Brings the tenant's personas to what the documents of files say, or tells what that would change."""

    help = (
        "Import personas into a tenant from workbooks, CSV, JSON, JSON Lines or YAML: all of the files, or nothing. "
        "Ends with 1 if there is a problem. What was imported is listed under Imports, and can be undone there."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="Files, such as export_personas writes."
        )
        parser.add_argument(
            "--mode", choices=[mode.value for mode in Mode], default=Mode.MERGE,
            help="merge: what the file does not mention stays (the default). replace: sections that it mentions have "
            "its rows and no others. append: only rows that are not there yet are added.",
        )  # fmt: skip
        parser.add_argument(
            "--profile", default="", metavar="NAME",
            help=f"Whose names and values the files have: {', '.join(BUILT_IN)}, or the name of a saved profile. "
            "Without it, it is recognised.",
        )  # fmt: skip
        parser.add_argument("--mend", action="store_true", help="Mend letters that were garbled, as in «â€œ».")
        parser.add_argument("--dry-run", action="store_true", help="Tell what would change, and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print what happens as JSON, for machines.")

    def handle(self, files, mode, profile, mend, dry_run, **options):
        chosen = {"mode": mode, "profile": self.profile_named(profile), "mend": mend}
        told = []
        try:
            with ExitStack() as stack:
                opened = [(file.name, stack.enter_context(file.open("rb"))) for file in files]
                work = Direct(opened, chosen, dry_run=dry_run, sha256=fingerprint(opened))
                quiet = options["json"] or not options["verbosity"]
                told.extend(self.watched(work, quiet))
        except (OSError, UnreadableError, RefusedError) as error:
            raise CommandError(f"{', '.join(map(str, files))}: {error}") from error
        done = not dry_run and not work.errors
        if options["json"]:
            self.stdout.write(json.dumps(self.as_data(work, told, done), indent=2, ensure_ascii=False))
        else:
            self.print(work, told, done)
        if work.errors:
            raise SystemExit(1)

    def profile_named(self, name: str) -> str:
        if name in ("", *BUILT_IN):
            return name
        saved = ExchangeProfile.objects.filter(direction=ExchangeProfile.Direction.IMPORT, name=name).first()
        if saved is None:
            raise CommandError(f"There is no profile «{name}». There are {', '.join(BUILT_IN)}, and those you saved.")
        return f"{SAVED}{saved.pk}"

    def watched(self, work: Direct, quiet: bool):
        """What happens to each persona, as little of it as is printed in the end; a bar shows how far it is."""
        console = Console(stderr=True)
        bar = track(work.run(), "Personas", console=console, disable=quiet or not console.is_terminal, transient=True)
        for item, _ in bar:
            yield item.slug, item.said, item.counts, item.findings

    def print(self, work: Direct, told: list, done: bool) -> None:
        everything = [one.as_data() for one in work.about] + [one for *_, findings in told for one in findings]
        styles = {Kind.ERROR: self.style.ERROR, Kind.SKIPPED: self.style.WARNING, Kind.UNUSED: self.style.WARNING}
        for kind in Kind:
            of_kind = [Finding.from_data(one) for one in everything if one["kind"] == kind]
            for one in of_kind[:SHOWN]:
                self.stdout.write(styles.get(kind, str)(line(one)))
            if len(of_kind) > SHOWN:
                self.stdout.write(f"and {len(of_kind) - SHOWN} more {kind} (--json lists all)")
        for slug, said, counts, _ in told[: SHOWN if len(told) > 2 * SHOWN else len(told)]:
            self.stdout.write(f"{slug}: {in_words(said, counts)}")
        if len(told) > 2 * SHOWN:
            self.stdout.write(f"and {len(told) - SHOWN} more personas")
        if work.errors:
            self.stdout.write(f"Nothing was written: {work.errors} problem{'s' * (work.errors > 1)}.")
        elif not done:
            self.stdout.write("Nothing was written: this was a dry run.")

    def as_data(self, work: Direct, told: list, done: bool) -> dict:
        personas = [
            {"slug": slug, "state": said.lower(), "counts": counts, "findings": findings}
            for slug, said, counts, findings in told
        ]
        return plain(
            {
                "applied": done,
                "errors": work.errors,
                "about": [one.as_data() for one in work.about],
                "personas": personas,
            }
        )


def fingerprint(opened: list) -> str:
    digest = hashlib.sha256()
    for _, file in opened:
        while block := file.read(1024 * 1024):
            digest.update(block)
        file.seek(0)
    return digest.hexdigest()


def line(one: Finding) -> str:
    quoted = "«" in one.message and one.kind != Kind.UNUSED
    value = "" if one.value is None or quoted else f" {json.dumps(plain(one.value))[:60]}"
    said = f"{one.message}; {one.hint}" if one.hint else one.message
    place = f"{one.slug}  {one.where}{value}".strip()
    return f"{place}: {said}" if place else said


def in_words(said: str, counts: dict) -> str:
    """What happens to a persona, in a line."""
    rows = {op: sum(n for key, n in counts.items() if key.endswith(f".{op}") and key != f"personas.{op}") for op in Op}
    parts = ["new"] if said == "New" else []
    parts += [f"{number} rows {VERBS[op]}" for op, number in rows.items() if number]
    return ", ".join(parts) or said.lower()
