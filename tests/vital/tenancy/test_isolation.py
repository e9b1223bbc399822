"""Every attack, on every tenant table that the catalogue knows, under both styles of policy."""

import pytest

from .attacks import ATTACKS
from .catalogue import names

pytestmark = pytest.mark.database


@pytest.mark.parametrize("table", names())
def test_a_tenant_sees_and_writes_its_own_rows(attacker, table):
    """Without this, every attack below would fail for want of anything to attack."""
    table = attacker.tables[table]
    assert attacker.on(table, "SELECT FROM {table} WHERE id = %s", [table.rows[attacker.a]]).fetchone() is not None
    assert attacker.on(table, "UPDATE {table} SET tenant_id = tenant_id").rowcount > 0


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
@pytest.mark.parametrize("table", names())
def test_attack_fails(attacker, table, attack):
    attack(attacker, attacker.tables[table])
