"""The seeding pipeline: introspect, capture, transform and validate, deploy, verify; one function at a time.

Each function is one transaction, with what it needs of the organisation, what it wrote and what was verified: after a
crash it is there as a whole or not at all, and the next run goes on with what is missing.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from personas.documents.apply import RefusedError
from personas.documents.changes import Mode, Plan
from personas.exchange.batches import NotNowError
from personas.exchange.direct import Direct
from personas.exchange.text import UnreadableError
from personas.models import Persona
from vital.tenancy.context import tenant_context, unhurried

from . import completing, introspection, organisation, rules, script, script_check
from .sources import Choice, Source, line
from .variants import TemplateError
from .verification import planned_of
from .work import SEEDS, verify

STAGES = ("introspect", "capture", "validate", "deploy", "verify")
REFUSALS = (RefusedError, UnreadableError, NotNowError, TemplateError, OSError)


class DriftError(Exception):
    """The database is not what the migrations made; nothing is written over it."""


class BusyError(Exception):
    """Somebody else is seeding this tenant."""


class _BackError(Exception):
    """Rolls a transaction back that was only to be looked at."""


@dataclass
class Outcome:
    """What came of one function."""

    function: str
    title: str = ""
    state: str = "refused"  # deployed, unchanged, planned, refused
    said: str = ""
    organisation: str = ""
    personas: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    errors: int = 0
    findings: list[dict] = field(default_factory=list)
    batch: str = ""
    script: str = ""
    verification: dict[str, Any] | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def refuse(self, said: str) -> None:
        """Nothing of it was written, nor of the organisation that it needs."""
        self.state, self.said, self.batch, self.organisation = "refused", said, "", ""
        self.errors = max(self.errors, 1)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Seeding:
    """What somebody wants to be seeded."""

    tenant: Any
    choice: Choice
    mode: str = Mode.MERGE.value
    profile: str = ""
    deploy: bool = False
    scripts: Path | None = None  # the folder that scripts are written to, of what is not deployed
    fix: bool = False  # complete what is there, in place of bringing more
    approved_too: bool = False
    overwrite: bool = False  # bring personas of ours that are there back to what we say
    tell: Callable[[str, str, int], None] = lambda function, stage, done: None

    def run(self, functions: list[str]) -> Iterator[Outcome]:
        """Seed the functions, one after the other."""
        if found := introspection.drift():
            raise DriftError("\n".join(found))
        rules.in_force()
        with alone(self.tenant):
            for function in functions:
                yield self.one(function)

    def one(self, function: str) -> Outcome:
        outcome = Outcome(function)
        try:
            with tenant_context(self.tenant):
                unhurried()
                self.seed(outcome)
                if outcome.state != "deployed":
                    raise _BackError
        except _BackError:
            pass
        except REFUSALS as error:
            outcome.refuse(str(error))
        except DatabaseError as error:
            outcome.refuse(f"The database refused it: {str(error).splitlines()[0]}. Nothing was written.")
        return outcome

    def seed(self, outcome: Outcome) -> None:
        lacking = organisation.missing([outcome.function])
        organisation.bring(lacking)
        outcome.organisation = organisation.in_words(lacking)
        with self.source(outcome) as source:
            outcome.title = source.title
            if not source.files and self.choice.folder and not self.fix:
                raise UnreadableError(self.nothing_of(outcome.function))
            plans = self.carried_out(outcome, source) if source.files else []
        if outcome.errors:
            outcome.refuse("Nothing was written. Mend what is listed, and run it again.")
        elif not (lacking or any(plan.changes for plan in plans)):
            outcome.state, outcome.said, outcome.batch = "unchanged", outcome.said or "Everything is there already.", ""
        elif not self.deploy:
            outcome.state = "planned"
            if self.scripts:
                outcome.script = self.written(outcome.function, Plan(plans), lacking)
        else:
            outcome.state = "deployed"

    @contextmanager
    def source(self, outcome: Outcome) -> Iterator[Source]:
        """The documents, be it to bring personas or to complete those there are."""
        with ExitStack() as stack:
            with timed(outcome, "capture"):
                self.tell(outcome.function, "capture", 0)
                opened = self.completion(outcome) if self.fix else self.choice.of(outcome.function)
                source = stack.enter_context(opened)
                if source.ours and not self.overwrite:
                    source = stack.enter_context(self.without_known(outcome, source))
            yield source

    @contextmanager
    def without_known(self, outcome: Outcome, source: Source) -> Iterator[Source]:
        """What is shipped or generated, but for personas that are there: people may have worked on them since."""
        known = set(Persona.objects.values_list("slug", flat=True))
        with TemporaryFile() as file:
            [(name, documents)] = source.files
            there = new = 0
            for document in documents:
                is_known = json.loads(document)["slug"] in known
                there, new = there + is_known, new + (not is_known)
                file.write(b"" if is_known else document)
            file.seek(0)
            outcome.personas = there
            if there and new:
                outcome.said = f"{there} of the personas are there already, and were left as they are."
            yield replace(source, files=[(name, file)] if new else [])

    @contextmanager
    def completion(self, outcome: Outcome) -> Iterator[Source]:
        personas, left = completing.lacking(outcome.function, approved_too=self.approved_too)
        if left:
            outcome.said = (
                f"Left alone, because they are validated or published: {', '.join(left)}. With --approved-too they are "
                "completed, and are drafts again."
            )
        with TemporaryFile() as file:
            file.writelines(map(line, completing.documents(outcome.function, personas, self.choice.seed)))
            file.seek(0)
            files = [(f"{outcome.function}.jsonl", file)] if personas else []
            yield Source(outcome.function, f"{outcome.function}: missing sections", files)

    def carried_out(self, outcome: Outcome, source: Source) -> list:
        """Read, check and, if wanted, write; all findings go to the outcome."""
        options = {
            "mode": Mode.APPEND.value if self.fix else self.mode,
            "profile": self.profile,
            SEEDS: outcome.function,
        }
        direct = Direct(
            source.files, options, dry_run=not self.deploy, sha256=source.sha256, title=f"Seeding {source.title}",
            look=partial(rules.look_for, outcome.function),
        )  # fmt: skip
        plans = []
        with timed(outcome, "deploy" if self.deploy else "validate"):
            for item, plan in direct.run():
                plans.append(plan)
                outcome.findings += item.findings
                self.tell(outcome.function, "deploy" if self.deploy else "validate", len(plans))
        outcome.findings = [one.as_data() for one in direct.about] + outcome.findings
        outcome.personas, outcome.errors, outcome.counts = len(plans), direct.errors, dict(direct.counts)
        if approved := [plan.slug for plan in plans if plan.returns_to_draft and not self.approved_too]:
            raise NotNowError(
                f"{', '.join(approved[:5])}: validated or published, and a draft again with these changes. Nothing was "
                "written. With --approved-too they are changed."
            )
        if self.deploy and not direct.errors:
            with timed(outcome, "verify"):
                self.tell(outcome.function, "verify", len(plans))
                outcome.verification = verify(direct.batch, *planned_of(plans))
                outcome.batch = str(direct.batch.pk)
        return plans

    def written(self, function: str, plan: Plan, lacking: list) -> str:
        """The script of a function, checked."""
        moment = timezone.now()
        text = "".join(script.render(plan, moment=moment, organisation=lacking))
        if found := script_check.problems(text, self.tenant.pk):
            raise UnreadableError(f"No script was written, for it would be wrong: {' '.join(found)}")
        self.scripts.mkdir(parents=True, exist_ok=True)
        file = self.scripts / f"personas_deployment_{function}_{moment:%Y%m%d_%H%M%S}.sql"
        file.write_text(text, encoding="utf-8")
        return str(file)

    def nothing_of(self, function: str) -> str:
        return (
            f"No file in {self.choice.folder} is for «{function}». Their names begin with it: {function}-team.xlsx. "
            f"A template to fill in: manage.py capture_templates --business-function {function}"
        )


@contextmanager
def timed(outcome: Outcome, stage: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    outcome.seconds[stage] = round(time.monotonic() - began, 3)


@contextmanager
def alone(tenant) -> Iterator[None]:
    """Nobody else seeds this tenant meanwhile; the lock goes with the connection, should this process end."""
    key = f"seeding {tenant.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        if not cursor.fetchone()[0]:
            raise BusyError(f"Somebody is seeding {tenant.name} at this moment. Try again when they are done.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
