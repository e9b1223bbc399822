import json
from itertools import groupby, zip_longest

from django.core.management import BaseCommand

from vital.database.data import DATA_LAWS
from vital.database.drift import read_expected
from vital.database.laws import LAWS
from vital.database.report import findings

SHOWN = 10  # of what breaks one law


class Command(BaseCommand):
    """Compares the database with what it should be, and says what to do about each difference."""

    help = (
        "Check the database: laws of isolation; every table, constraint, trigger, function, policy and grant against "
        "what the migrations make; the data of every tenant. Ends with 1 if there is a finding."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="Print the findings as JSON, for machines.")

    def handle(self, **options):
        found = list(findings())
        if options["json"]:
            self.stdout.write(json.dumps([finding._asdict() for finding in found], indent=2, ensure_ascii=False))
        else:
            self.print(found)
        if found:
            raise SystemExit(1)

    def print(self, found) -> None:
        for (id_, title), group in groupby(found, key=lambda finding: finding[:2]):
            breaking = list(group)
            self.stdout.write(self.style.ERROR(f"{id_}  {title}"))
            for finding, after in zip_longest(breaking[:SHOWN], breaking[1:SHOWN]):
                self.stdout.write(f"    {finding.where}")
                if finding.expected and finding.found:
                    self.stdout.write(f"        expected {finding.expected}\n        found    {finding.found}")
                if not after or after.fix != finding.fix:  # the same is said once
                    self.stdout.write(f"        fix      {finding.fix}")
            if len(breaking) > SHOWN:
                self.stdout.write(f"    and {len(breaking) - SHOWN} more (--json lists all)")
        looked_at = f"{len(LAWS)} laws, {len(read_expected()):,} facts and {len(DATA_LAWS)} laws of the data"
        self.stdout.write(
            f"{looked_at}: " + (f"{len(found)} finding{'s' * (len(found) > 1)}." if found else "nothing to report.")
        )
