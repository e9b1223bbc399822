import json
from collections import Counter
from pathlib import Path

from django.core.management import CommandError

from personas.documents.apply import RefusedError, apply
from personas.documents.changes import Mode, Op, Plan
from personas.documents.plan import plan
from personas.exchange.files import read
from personas.exchange.text import UnreadableError, plain
from vital.tenancy.management.base import TenantCommand

SHOWN = 50  # problems


class Command(TenantCommand):
    """Brings the tenant's personas to what the documents of a file say, or tells what that would change."""

    help = (
        "Import personas into a tenant from JSON, JSON Lines, YAML or CSV: all of the file, or nothing. "
        "Ends with 1 if there is a problem."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="The file, as export_personas writes it.")
        parser.add_argument(
            "--mode", choices=[mode.value for mode in Mode], default=Mode.MERGE,
            help="merge: what the file does not mention stays (the default). replace: sections that it mentions have "
            "its rows and no others. append: only rows that are not there yet are added.",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="Tell what would change, and change nothing.")
        parser.add_argument("--json", action="store_true", help="Print the plan as JSON, for machines.")

    def handle(self, file, mode, dry_run, **options):
        try:
            planned = plan(read(file.read_bytes(), file.name), Mode(mode))
            if not dry_run and not planned.problems:
                apply(planned)
        except (OSError, UnreadableError, RefusedError) as error:
            raise CommandError(f"{file}: {error}") from error
        done = not dry_run and not planned.problems
        if options["json"]:
            self.stdout.write(json.dumps(as_data(planned, done), indent=2, ensure_ascii=False))
        else:
            self.print(planned, done)
        if planned.problems:
            raise SystemExit(1)

    def print(self, planned: Plan, done: bool) -> None:
        for slug, problem in planned.problems[:SHOWN]:
            value = (
                "" if problem.value is None or "«" in problem.message else f" {json.dumps(plain(problem.value))[:60]}"
            )
            self.stdout.write(self.style.ERROR(f"{slug}  {place(problem.path)}{value}: {problem}"))
        if len(planned.problems) > SHOWN:
            self.stdout.write(f"and {len(planned.problems) - SHOWN} more (--json lists all)")
        for persona in planned.personas:
            for path in persona.unused:
                self.stdout.write(self.style.WARNING(f"{persona.slug}  {place(path)}: not used"))
        for persona in planned.personas:
            self.stdout.write(f"{persona.slug}: {told(persona)}")
        if planned.problems:
            number = len(planned.problems)
            self.stdout.write(f"Nothing was written: {number} problem{'s' * (number > 1)}.")
        elif not done:
            self.stdout.write("Nothing was written: this was a dry run.")


def place(path: tuple) -> str:
    """Where in a document, as people count: `fears[3].likelihood`."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".") or "document"


def told(persona) -> str:
    """What happens to a persona, in a line."""
    if not persona.changes:
        return "unchanged"
    rows = Counter(change.op for change in persona.changes if change.word != "personas")
    parts = ["new"] if persona.new else []
    parts += [
        f"{rows[op]} rows {verb}" for op, verb in zip(Op, ("added", "changed", "deleted"), strict=True) if rows[op]
    ]
    return ", ".join(parts) or "changed"


def as_data(planned: Plan, done: bool) -> dict:
    return {
        "applied": done,
        "personas": [
            {
                "slug": persona.slug,
                "new": persona.new,
                "counts": {f"{word}.{op}": number for (word, op), number in sorted(persona.counts.items())},
                "problems": [plain(problem._asdict() | {"path": list(problem.path)}) for problem in persona.problems],
                "unused": [list(path) for path in persona.unused],
            }
            for persona in planned.personas
        ],
    }
