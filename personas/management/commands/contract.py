from datetime import date
from pathlib import Path

from django.core.management import BaseCommand, CommandError

from personas.reference.contract import pack, releases
from personas.reference.contract.changes import VersionError


class Command(BaseCommand):
    """Writes the contract pack."""

    help = (
        "Write what services may rely on as files for their programs: JSON Schema, TypeScript, OpenAPI, Data Package, "
        "vocabularies, changes. Worked out from the models and what is shipped: no tenant and no database is needed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, metavar="DIR", help="Folder to write: empty, or a pack already.")
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the folder is not current.")
        parser.add_argument("--force", action="store_true", help="Write beside other files, too.")
        parser.add_argument(
            "--release", metavar="VERSION",
            help="Make what there is now the release that later changes are compared with, such as 1.2.0.",
        )  # fmt: skip
        parser.add_argument(
            "--date", type=date.fromisoformat, metavar="DATE", help="Day of the release, such as 2026-11-22."
        )

    def handle(self, out, check, force, release, **options):
        if not (out or release) or bool(release) != bool(options["date"]) or (check and (release or not out)):
            raise CommandError(
                "Say what to do: --out DIR writes the pack, --out DIR --check compares, "
                "--release VERSION --date DATE makes a release.", returncode=2,
            )  # fmt: skip
        try:
            if release:
                self.stdout.write(releases.release(release, options["date"]))
            if out:
                self.write(out, check, force)
        except (VersionError, pack.FolderError) as error:
            raise CommandError(str(error)) from None

    def write(self, out: Path, check: bool, force: bool) -> None:
        made = pack.files()
        if check:
            if wrong := pack.differences(out, made):
                raise CommandError("\n".join((*wrong, f"Write it anew: manage.py contract --out {out}")))
            self.stdout.write(f"{out} is current.")
            return
        pack.write(out, made, force=force)
        for file in made:
            if file.about:
                self.stdout.write(f"{file.name:30} {len(file.content):>9,} bytes  {file.about}")
        tables = [file for file in made if not file.about]
        self.stdout.write(f"{'csv/':30} {sum(len(one.content) for one in tables):>9,} bytes  {len(tables)} tables")
        for sentence in pack.broken():
            self.stderr.write(sentence)
