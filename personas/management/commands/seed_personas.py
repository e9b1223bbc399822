import json
from pathlib import Path

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
from personas.seeding.pipeline import STAGES, BusyError, DriftError, Outcome, Seeding
from personas.seeding.sources import Choice
from vital.tenancy.management.base import find_tenant

from .import_personas import line

DATA, USAGE, DRIFT = 1, 2, 3  # exit codes
ALL = "all"
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
        parser.add_argument("--approved-too", action="store_true", help="With --fix-medical-affairs: those, too.")
        parser.add_argument(
            "--from", dest="folder", type=Path, metavar="FOLDER",
            help="Folder of files that people have filled in, such as sales-team.xlsx. Without it: the personas that "
            "are shipped for the function, else personas from its templates.",
        )  # fmt: skip
        parser.add_argument("--count", type=int, default=50, help="Personas to make from templates, of each function.")
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
        functions = self.functions(options)
        if not 1 <= options["count"] <= 1000:
            raise CommandError("--count takes 1 to 1000 personas.", returncode=USAGE)
        if options["folder"] and not options["folder"].is_dir():
            raise CommandError(f"There is no folder {options['folder']}.", returncode=USAGE)
        try:
            tenant = find_tenant(options["tenant"])
        except CommandError as error:
            raise CommandError(str(error), returncode=USAGE) from error
        quiet = options["json"] or not options["verbosity"]
        with Bars(functions, quiet) as bars:
            seeding = Seeding(
                tenant, Choice(options["folder"], options["count"], options["variation"], options["seed"]),
                mode=options["mode"], profile=options["profile"], deploy=options["auto_deploy"],
                scripts=None if options["dry_run"] else options["out"], fix=options["fix_medical_affairs"],
                approved_too=options["approved_too"], tell=bars.tell,
            )  # fmt: skip
            try:
                outcomes = list(seeding.run(functions))
            except DriftError as error:
                raise CommandError(
                    f"The database has drifted, and nothing was written:\n{error}", returncode=DRIFT
                ) from error
            except BusyError as error:
                raise CommandError(str(error), returncode=DATA) from error
        report = self.report(tenant, options, outcomes)
        if options["json"]:
            self.stdout.write(report)
        else:
            self.print(outcomes, options)
        if any(outcome.state == "refused" for outcome in outcomes):
            raise SystemExit(DATA)

    def functions(self, options: dict) -> list[str]:
        """The functions that are named, each once, in the order in which they are shipped."""
        known = list(organisation.functions())
        named = [one for given in options["business_function"] for one in given.split(",") if one]
        if not named and options["fix_medical_affairs"]:
            named = [FIXED]
        if not named:
            raise CommandError(f"Name a --business-function: {', '.join(known)}, or all.", returncode=USAGE)
        if unknown := [one for one in named if one not in (*known, ALL)]:
            raise CommandError(
                f"There is no business function «{unknown[0]}». There are {', '.join(known)}, and all.",
                returncode=USAGE,
            )
        return [one for one in known if ALL in named or one in named]

    def report(self, tenant, options: dict, outcomes: list[Outcome]) -> str:
        moment = timezone.now()
        told = {
            "tenant": tenant.slug,
            "at": moment.isoformat(timespec="seconds"),
            "deployed": options["auto_deploy"],
            "functions": [outcome.as_data() for outcome in outcomes],
        }
        text = json.dumps(plain(told), indent=2, ensure_ascii=False)
        options["out"].mkdir(parents=True, exist_ok=True)
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
