import json
from pathlib import Path
from tempfile import TemporaryFile

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from personas.documents.changes import Mode
from personas.documents.values import plain
from personas.exchange.profiles import BUILT_IN
from personas.exchange.report import Finding, Kind
from personas.seeding import organisation, variants
from personas.seeding.organisation import ALL
from personas.seeding.pipeline import STAGES, BusyError, DriftError, Outcome, Seeding
from personas.seeding.rules import RulesError
from personas.seeding.sources import Choice, filled_in
from vital.tenancy.management.base import find_tenant

from .import_personas import line

DATA, USAGE, DRIFT = 1, 2, 3  # exit codes
FIXED = "medical-affairs"
SHOWN = 30  # findings of a function


class Command(BaseCommand):
    """Brings whole business functions into a tenant: introspect, capture, transform, validate, deploy, verify."""

    help = (
        "Seed the personas of business functions. Without --auto-deploy nothing is written to the database: what would "
        "happen is told, and an SQL script is written for each function. Ends with 0; 1: something is wrong with the "
        "data; 2: with the command; 3: the database has drifted from its migrations. Run it again whenever it was "
        "interrupted: what is there already is not written twice."
    )

    def add_arguments(self, parser):
        parser.add_argument("--tenant", "--tenant-id", required=True, metavar="SLUG", help="Tenant, by slug or id.")
        parser.add_argument(
            "--business-function", nargs="+", default=[], metavar="FUNCTION",
            help=f"One, several, or all: {', '.join(organisation.functions())}.",
        )  # fmt: skip
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="Tell what would happen, and write no script either.")
        how.add_argument("--auto-deploy", action="store_true", help="Write to the database, and verify it.")
        parser.add_argument(
            "--fix-medical-affairs", action="store_true",
            help=f"Complete the sections that existing personas lack, of {FIXED} or of the functions that are named; "
            "nothing else is touched. Validated and published personas are left alone.",
        )  # fmt: skip
        parser.add_argument(
            "--approved-too", action="store_true",
            help="Change validated and published personas, too; they are drafts again.",
        )  # fmt: skip
        parser.add_argument(
            "--overwrite", action="store_true",
            help="Bring shipped or generated personas that are there back to what they were. Without it they "
            "are left as they are.",
        )  # fmt: skip
        parser.add_argument(
            "--from", dest="folder", type=Path, metavar="FOLDER",
            help="Folder of files that people have filled in, such as sales-team.xlsx. Without it: the personas that "
            "are shipped for the function, else personas from its templates.",
        )  # fmt: skip
        parser.add_argument(
            "--count",
            type=int,
            default=50,
            help="Personas to make of each function that has none shipped.",
        )
        parser.add_argument(
            "--variation", choices=variants.VARIATIONS, default="medium", help="How different they are."
        )
        parser.add_argument("--seed", type=int, default=1, help="The same seed makes the same personas.")
        parser.add_argument(
            "--mode", choices=[mode.value for mode in Mode], default=Mode.MERGE.value,
            help="What happens to rows that are there already; as in import_personas.",
        )  # fmt: skip
        parser.add_argument("--profile", default="", choices=["", *BUILT_IN], metavar="NAME",
                            help="Whose names and values the files have; without it, it is recognised.")  # fmt: skip
        parser.add_argument("--out", type=Path, default=Path("seeding_reports"), help="Folder of reports and scripts.")
        parser.add_argument("--json", action="store_true", help="Print the report as JSON, for machines.")

    def handle(self, **options):
        try:
            report, refused = self.seeded(options)
        except CommandError as error:
            if options["json"]:
                told = {"error": str(error), "exit": error.returncode}
                self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))
            raise
        if options["json"]:
            self.stdout.write(report)
        if refused:
            raise SystemExit(DATA)

    def seeded(self, options: dict) -> tuple[str, bool]:
        """Do it: the report, and whether a function was refused."""
        functions = self.functions(options)
        if not 1 <= options["count"] <= 1000:
            raise CommandError("--count takes 1 to 1000 personas.", returncode=USAGE)
        folder, out = options["folder"], options["out"]
        if folder and not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=USAGE)
        if folder and ALL in options["business_function"]:
            functions = [one for one in functions if filled_in(folder, one)]
        try:
            tenant = find_tenant(options["tenant"])
            out.mkdir(parents=True, exist_ok=True)
            TemporaryFile(dir=out).close()
        except CommandError as error:
            raise CommandError(str(error), returncode=USAGE) from error
        except OSError as error:
            raise CommandError(f"Nothing can be written to {out}: {error.strerror}.", returncode=USAGE) from error
        with Bars(functions, options["json"] or not options["verbosity"]) as bars:
            seeding = Seeding(
                tenant, Choice(folder, options["count"], options["variation"], options["seed"]),
                mode=options["mode"], profile=options["profile"], deploy=options["auto_deploy"],
                scripts=None if options["dry_run"] else out, fix=options["fix_medical_affairs"],
                approved_too=options["approved_too"], overwrite=options["overwrite"], tell=bars.tell,
            )  # fmt: skip
            try:
                outcomes = list(seeding.run(functions))
            except DriftError as error:
                said = f"The database has drifted, and nothing was written:\n{error}"
                raise CommandError(said, returncode=DRIFT) from error
            except RulesError as error:
                raise CommandError(str(error), returncode=USAGE) from error
            except BusyError as error:
                raise CommandError(str(error), returncode=DATA) from error
        report = self.report(tenant, options, outcomes)
        if not options["json"]:
            self.print(outcomes, options)
        return report, any(outcome.state == "refused" for outcome in outcomes)

    def functions(self, options: dict) -> list[str]:
        try:
            found = organisation.named(options["business_function"] or [FIXED] * options["fix_medical_affairs"])
        except organisation.UnknownError as error:
            raise CommandError(str(error), returncode=USAGE) from error
        if not found:
            known = ", ".join(organisation.functions())
            raise CommandError(f"Name a --business-function: {known}, or all.", returncode=USAGE)
        return found

    def report(self, tenant, options: dict, outcomes: list[Outcome]) -> str:
        moment = timezone.now()
        told = {
            "tenant": tenant.slug,
            "at": moment.isoformat(timespec="seconds"),
            "deployed": options["auto_deploy"],
            "functions": [outcome.as_data() for outcome in outcomes],
        }
        text = json.dumps(plain(told), indent=2, ensure_ascii=False)
        self.file = options["out"] / f"seeding_report_{moment:%Y%m%d_%H%M%S_%f}.json"
        self.file.write_text(text + "\n", encoding="utf-8")
        return text

    def print(self, outcomes: list[Outcome], options: dict) -> None:
        for outcome in outcomes:
            found = [Finding.from_data(one) for one in outcome.findings if one["kind"] in (Kind.ERROR, Kind.NOTE)]
            for one in found[:SHOWN]:
                style = self.style.ERROR if one.kind == Kind.ERROR else str
                self.stdout.write(style(f"{outcome.function}: {line(one)}"))
            if len(found) > SHOWN:
                self.stdout.write(f"{outcome.function}: and {len(found) - SHOWN} more; all are in the report")
            if left := sum(one["kind"] == Kind.SKIPPED for one in outcome.findings):
                self.stdout.write(
                    f"{outcome.function}: {left} places were left out, most as not filled in; see the report"
                )
            if outcome.said:
                self.stdout.write(f"{outcome.function}: {outcome.said}")
        console = Console(file=self.stdout._out, width=None if self.stdout.isatty() else 110)
        console.print(summary(outcomes))
        for outcome in outcomes:
            if outcome.script:
                self.stdout.write(f'Run it: psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f {outcome.script}')
        self.stdout.write(f"The whole report: {self.file}")
        if not options["auto_deploy"] and any(outcome.state == "planned" for outcome in outcomes):
            self.stdout.write("Nothing was written to the database. Add --auto-deploy to do so.")


def summary(outcomes: list[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("function", "state", "personas", "rows", "errors", "verified", "organisation", "seconds"):
        table.add_column(name, justify="right" if name in ("personas", "rows", "errors", "seconds") else "left")
    for one in outcomes:
        rows = sum(number for key, number in one.counts.items() if key.endswith((".create", ".change", ".delete")))
        verified = "" if one.verification is None else "yes" if one.verification["passed"] else "no"
        table.add_row(
            one.function, one.state, str(one.personas), f"{rows:,}", str(one.errors), verified,
            one.organisation and f"+ {one.organisation}", f"{sum(one.seconds.values()):.1f}",
        )  # fmt: skip
    return table


class Bars:
    """A bar for each stage; on a terminal only."""

    def __init__(self, functions: list[str], quiet: bool):
        console = Console(stderr=True)
        told = TextColumn("{task.completed}/{task.total} {task.fields[now]}")
        columns = (TextColumn("{task.description:<11}"), BarColumn(), told, TimeElapsedColumn())
        silent = quiet or not console.is_terminal
        self.progress = Progress(*columns, console=console, disable=silent, transient=True)
        self.functions = functions
        self.tasks = {stage: self.progress.add_task(stage, total=len(functions), now="") for stage in STAGES}

    def __enter__(self) -> "Bars":
        self.progress.start()
        return self

    def __exit__(self, *error) -> None:
        self.progress.stop()

    def tell(self, function: str, stage: str, done: int) -> None:
        place = self.functions.index(function)
        for one, task in self.tasks.items():
            here = one == stage
            before = STAGES.index(one) < STAGES.index(stage)
            now = f"{function}{f', {done} personas' * bool(done)}" if here else ""
            self.progress.update(task, completed=place + before, now=now)
