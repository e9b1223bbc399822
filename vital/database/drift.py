"""How a database differs from what the migrations made: the facts of its catalogue against those on file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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

# What to do about an object of a kind that is not as it should be. {object}: its name; {table} and {name}: the parts.
FIXES = {
    "column": "ALTER TABLE {table} ALTER COLUMN {name} …, until it is: {expected}",
    "constraint": "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, ADD CONSTRAINT {name} {expected};",
    "index": "DROP INDEX IF EXISTS {name}; {expected};",
    "trigger": "DROP TRIGGER IF EXISTS {name} ON {table}; {expected};",
    "grant": "REVOKE, then GRANT {expected} ON the object TO the role, as its name says",
    "policy": "DROP POLICY IF EXISTS {name} ON {table}; then as the migration that made it",
}
MIGRATE_ANEW = "Run the migration that makes it again: manage.py migrate personas 0004, then manage.py migrate"
UNEXPECTED = "Remove it, or make it by a migration and renew the expected facts: make schema"


@dataclass(frozen=True)
class Difference:
    object: str
    expected: str | None
    found: str | None

    @property
    def fix(self) -> str:
        if self.expected is None:
            return UNEXPECTED
        kind, _, name = self.object.partition(" ")
        table, _, part = name.partition(".")
        return FIXES.get(kind, MIGRATE_ANEW).format(
            object=name, table=table, name=part.removeprefix("public."), expected=self.expected
        )


def read_facts(cursor) -> dict[str, str]:
    """The facts of the database that the cursor is in."""
    cursor.execute(QUERY.read_text(encoding="utf-8"))
    return {name: normal(fact) for name, fact in cursor.fetchall()}


def normal(fact: str) -> str:
    """The fact on one line, whichever of the two styles its tenant policy is in."""
    return " ".join(fact.split()).replace(INITPLAN, "the tenant's").replace(INLINE, "the tenant's")


def write_expected(facts: dict[str, str]) -> None:
    lines = (f"{name}{SEPARATOR}{fact}\n" for name, fact in sorted(facts.items()))
    EXPECTED.write_text("".join(lines), encoding="utf-8")


def read_expected() -> dict[str, str]:
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    return dict(line.split(SEPARATOR, 1) for line in lines)


def differences(expected: dict[str, str], found: dict[str, str]) -> Iterator[Difference]:
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            yield Difference(name, expected.get(name), found.get(name))
