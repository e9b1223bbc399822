"""How a database differs from what the migrations made: the facts of its catalogue against those on file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

HERE = Path(__file__).parent
QUERY = HERE / "facts.sql"
EXPECTED = HERE / "facts.txt"  # written by `make schema` from a fresh install; a test keeps it current
SEPARATOR = " | "

# Both styles of tenant policy are the same fact; which one is in use is the operator's choice.
INITPLAN = "(tenant_id = ( SELECT current_tenant_id() AS current_tenant_id))"
INLINE = (
    "(tenant_id = (COALESCE(NULLIF(current_setting('request.jwt.claim.tenant_id'::text, true), ''::text), "
    "NULLIF(((NULLIF(current_setting('request.jwt.claims'::text, true), ''::text))::jsonb ->> 'tenant_id'::text), "
    "''::text), NULLIF(current_setting('app.current_tenant_id'::text, true), ''::text)))::uuid)"
)

# What to do about an object that is missing or changed, by its kind. {name} is its name; what is in a table is {table}
# and {part}. Whatever has no line here is made by a statement of its own, in a file that is named.
FIXES = {
    "table": "ALTER TABLE {name} …, until it is: {expected}",
    "column": "ALTER TABLE {table} ADD COLUMN {part} {expected};",
    "changed column": "ALTER TABLE {table} ALTER COLUMN {part} …, until it is: {expected}",
    "constraint": "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {part}, ADD CONSTRAINT {part} {expected};",
    "index": "DROP INDEX IF EXISTS {part}; {expected};",
    "trigger": "DROP TRIGGER IF EXISTS {part} ON {table}; {expected};",
    "policy": "DROP POLICY IF EXISTS {part} ON {table}; CREATE POLICY {part} ON {table} "
    "USING (tenant_id = (SELECT current_tenant_id())) WITH CHECK (tenant_id = (SELECT current_tenant_id()));",
    "grant": "REVOKE ALL ON {what} FROM {who}; GRANT {expected} ON {what} TO {who};",
}
UNEXPECTED = "Remove it; or make it by a migration, and renew the expected facts: make schema"
RELATIONS = ("table", "view", "materialized view")


@dataclass(frozen=True)
class Difference:
    object: str
    expected: str | None
    found: str | None

    @property
    def kind(self) -> str:
        return self.object.partition(" ")[0]

    @property
    def relation(self) -> str | None:
        """The table or view that the object is part of."""
        found = re.match(r"(?:grant on )?(?:column|constraint|index|trigger|rule|policy|query) (\w+)", self.object)
        return (found and found[1]) or self.grant.get("what")

    @property
    def grant(self) -> dict[str, str]:
        found = re.fullmatch(r"grant on (?:table |view |materialized view )?(?P<what>.+) to (?P<who>\w+)", self.object)
        return found.groupdict() if found else {}

    @property
    def fix(self) -> str:
        if self.expected is None:
            return UNEXPECTED
        name = self.object.removeprefix(f"{self.kind} ")
        table, _, part = name.partition(".")
        changed = f"changed {self.kind}" if self.found else self.kind
        template = (
            FIXES.get(changed) or FIXES.get(self.kind) or f"Run its statement in {made_in(name)} again, as vital_owner."
        )
        return template.format(
            name=name, table=table, part=part.removeprefix("public."), expected=self.expected, **self.grant
        )


def made_in(name: str) -> str:
    """The SQL file that makes a function, view or type."""
    bare = re.match(r"(?:view )?(\w+)", name)[1]
    files = sorted(path for app in ("vital", "personas") for path in (settings.BASE_DIR / app).rglob("sql/*.sql"))
    makes = re.compile(rf"CREATE (?:FUNCTION|VIEW|MATERIALIZED VIEW|TYPE) {bare}\b")
    made = (path for path in files if makes.search(path.read_text(encoding="utf-8")))
    return str(next(made, files[0]).relative_to(settings.BASE_DIR))


def read_facts(cursor) -> dict[str, str]:
    """The facts of the database that the cursor is in."""
    cursor.execute(QUERY.read_text(encoding="utf-8"))
    return {name: normal(fact) for name, fact in cursor.fetchall()}


def normal(fact: str) -> str:
    """The fact on one line, whichever of the two styles its tenant policy is in."""
    return " ".join((fact or "").split()).replace(INITPLAN, "the tenant's").replace(INLINE, "the tenant's")


def write_expected(facts: dict[str, str]) -> None:
    lines = (f"{name}{SEPARATOR}{fact}\n" for name, fact in sorted(facts.items()))
    EXPECTED.write_text("".join(lines), encoding="utf-8")


def read_expected() -> dict[str, str]:
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split(SEPARATOR, 1) for line in lines)


def differences(expected: dict[str, str], found: dict[str, str]) -> Iterator[Difference]:
    """What differs; of a table or view that is missing, only that it is."""
    gone = {name.rpartition(" ")[2] for name in expected.keys() - found.keys() if name.startswith(RELATIONS)}
    for name in sorted(expected.keys() | found.keys()):
        difference = Difference(name, expected.get(name), found.get(name))
        if difference.expected != difference.found and difference.relation not in gone:
            yield difference
