"""Take one protection away, and the isolation suite must go red: a suite that cannot fail proves nothing.

Everything happens in one transaction that is rolled back; the log-in is put on by SET SESSION AUTHORIZATION.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import errors

from tests import database

from .attacks import ATTACKS, Attacker, take_a_stronger_role
from .conftest import A, B

pytestmark = pytest.mark.database

# What is taken away, and an attack that must then succeed.
WITHOUT = {
    "row-level security": ("ALTER TABLE org_roles DISABLE ROW LEVEL SECURITY", "read_anothers_row"),
    "force": ("ALTER TABLE org_roles NO FORCE ROW LEVEL SECURITY", "own_without_context"),
    "a single policy": ("CREATE POLICY open ON org_roles USING (true)", "read_anothers_row"),
    "with check": (
        "ALTER POLICY tenant_isolation ON org_roles WITH CHECK (true)",
        "insert_for_another",
    ),
    "the tenant in a reference": (
        """ALTER TABLE org_roles DROP CONSTRAINT org_roles_department_id_fkey,
        ADD CONSTRAINT org_roles_department_id_fkey FOREIGN KEY (department_id) REFERENCES org_departments (id)""",
        "point_at_anothers_row",
    ),
    "the weak role": ("ALTER ROLE vital_app BYPASSRLS", "read_anothers_row"),
    "the grant of rows only": ("GRANT TRUNCATE ON org_roles TO vital_app", "change_the_rules"),
    "the policy's cast-free condition": (
        "ALTER POLICY tenant_isolation ON org_roles USING (tenant_id IS NOT NULL OR current_tenant_id() IS NULL)",
        "no_context",
    ),
}


@pytest.fixture
def disguised(battlefield) -> Iterator[Attacker]:
    """The attacker on a superuser's connection, so that the schema may be changed and the change rolled back."""
    name, tables, names = battlefield
    with database.connect("postgres", name) as connection:

        @contextmanager
        def as_owner():
            connection.execute("SET LOCAL SESSION AUTHORIZATION vital_migrator; SET LOCAL ROLE vital_owner")
            before = connection.execute("SELECT current_setting('request.jwt.claim.tenant_id', true)").fetchone()[0]
            connection.execute("SET LOCAL request.jwt.claim.tenant_id = ''")
            yield connection
            connection.execute("SELECT set_config('request.jwt.claim.tenant_id', %s, true)", [before])
            connection.execute("RESET ROLE; SET LOCAL SESSION AUTHORIZATION vital_app")

        yield Attacker(connection, as_owner, A, B, tables, names)
        connection.rollback()


def successful(attacker: Attacker) -> set[str]:
    """The names of the attacks on org_roles that succeed."""
    attacker.run("SET LOCAL SESSION AUTHORIZATION vital_app")
    attacker.enter(A)
    found = set()
    for attack in ATTACKS:
        try:
            with attacker.connection.transaction():
                attack(attacker, attacker.tables["org_roles"])
                raise psycopg.Rollback
        except (AssertionError, pytest.fail.Exception, psycopg.Error):
            found.add(attack.__name__)
    return found


# A superuser's connection may put on any role, whatever role it has put on.
UNDISGUISED = {take_a_stronger_role.__name__}


def test_with_every_protection_no_attack_succeeds(disguised):
    assert successful(disguised) == UNDISGUISED


@pytest.mark.parametrize(("statement", "attack"), WITHOUT.values(), ids=WITHOUT)
def test_without_one_protection_an_attack_succeeds(disguised, statement, attack):
    disguised.run(statement)
    assert attack in successful(disguised)


def test_a_simple_reference_lets_another_tenant_delete_our_rows(disguised):
    """What the composite keys are for: the naive key accepts the child, and its parent's owner deletes it."""
    disguised.run(WITHOUT["the tenant in a reference"][0].replace("(id)", "(id) ON DELETE CASCADE"))
    ours = disguised.tables["org_roles"].rows[A]
    theirs = disguised.tables["org_departments"].rows[B]
    disguised.run("SET LOCAL SESSION AUTHORIZATION vital_app")
    disguised.enter(A)
    disguised.run("UPDATE org_roles SET department_id = %s WHERE id = %s", [theirs, ours])
    disguised.enter(B)
    disguised.run("DELETE FROM org_departments WHERE id = %s", [theirs])
    disguised.enter(A)
    assert disguised.run("SELECT FROM org_roles WHERE id = %s", [ours]).fetchone() is None


def test_with_composite_references_the_same_is_refused(disguised):
    disguised.run("SET LOCAL SESSION AUTHORIZATION vital_app")
    disguised.enter(A)
    with disguised.refused(errors.ForeignKeyViolation):
        disguised.run(
            "UPDATE org_roles SET department_id = %s WHERE id = %s",
            [disguised.tables["org_departments"].rows[B], disguised.tables["org_roles"].rows[A]],
        )
