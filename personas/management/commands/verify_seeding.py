import json

from django.core.management import CommandError

from personas.documents.values import plain
from personas.seeding import organisation
from personas.seeding.verification import verified_function
from vital.tenancy.management.base import TenantCommand


class Command(TenantCommand):
    """Verifies what stands in the database of business functions, and keeps it with their last seeding."""

    help = (
        "Count again what was seeded: rows against the plan, orphans, tenant, places in the organisation, rows per "
        "section, evidence. The result is kept and shown under Seeding. Ends with 1 if something binding is wrong."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--business-function", nargs="+", default=[], metavar="FUNCTION",
            help="Functions to verify. Without it: all that have personas.",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="Print what was found as JSON, for machines.")

    def execute(self, *args, **options):
        """What is found is kept, also if it is bad: the end comes after the transaction."""
        self.passed = True
        try:
            super().execute(*args, **options)
        except CommandError as error:
            raise CommandError(str(error), returncode=2) from error
        if not self.passed:
            raise SystemExit(1)

    def handle(self, business_function, **options):
        try:
            named = organisation.named(business_function)
        except organisation.UnknownError as error:
            raise CommandError(str(error)) from error
        found = {one: verified_function(one) for one in named or organisation.functions()}
        found = {one: told for one, told in found.items() if told["personas"] or one in named}
        if options["json"]:
            self.stdout.write(json.dumps(plain(found), indent=2, ensure_ascii=False))
        else:
            self.print(found)
        self.passed = all(told["passed"] for told in found.values())

    def print(self, found: dict) -> None:
        for function, told in found.items():
            self.stdout.write(f"{function}: {told['personas']} personas")
            for one in told["checks"]:
                mark = "ok" if one["passed"] else "WRONG" if one["binding"] else "look"
                style = self.style.ERROR if mark == "WRONG" else self.style.WARNING if mark == "look" else str
                self.stdout.write(style(f"  {mark:<6}{one['title']}: {one['said']}"))
        if not found:
            self.stdout.write("There are no personas to verify. Seed some: manage.py seed_personas --help")
