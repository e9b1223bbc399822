"""Two revisions of a full persona compared; and the audit among 1,000,000 events, as the application's role."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests import database

NAME = "vital_bench"
EVENTS = 1_000_000
# An event each half minute of the last year, of 2,000 personas and 10 people; rare ones are one in 100,000.
AUDIT = f"""
SET session_replication_role = replica;
INSERT INTO users (email, full_name, is_active, is_superuser, password)
SELECT 'u' || n || '@example.com', 'User ' || n, true, false, '!' FROM generate_series(0, 9) n;
INSERT INTO memberships (tenant_id, user_id, role) SELECT t.id, u.id, 'analyst' FROM tenants t, users u
WHERE t.slug = 'pharma' AND u.password = '!';
INSERT INTO personas (id, tenant_id, name, slug)
SELECT md5('p' || n)::uuid, t.id, 'Persona ' || n, 'p-' || n FROM tenants t, generate_series(0, 1999) n
WHERE t.slug = 'pharma';
INSERT INTO editorial_events (id, tenant_id, persona, about, name, before, after, why, made_by, made_at)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8'
    || substr(md5(n::text), 4, 15))::uuid, t.id, md5('p' || n * 7 % 2000)::uuid, 'Persona ' || n * 7 % 2000,
    CASE WHEN n % 100000 = 0 THEN 'purge' WHEN n % 20 = 0 THEN 'publish' WHEN n % 5 = 0 THEN 'comment' ELSE 'save' END,
    'draft', 'draft', CASE WHEN n % 5 = 0 THEN 'Because of ' || CASE WHEN n % 50000 = 0 THEN 'zebrafish'
    ELSE md5(n::text) END END, (SELECT id FROM users WHERE email = 'u' || n % 10 || '@example.com'), at
FROM tenants t, generate_series(1, {EVENTS}) n,
    LATERAL (SELECT now() - ({EVENTS} - n) * interval '30 seconds') AS a (at)
WHERE t.slug = 'pharma';
RESET session_replication_role;
"""


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create(NAME)
    with database.connect("postgres", NAME, autocommit=True) as superuser:
        superuser.execute(AUDIT)
        superuser.execute("VACUUM ANALYZE")
    work = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks._revisions"],
        cwd=database.ROOT, env=database.environment(NAME), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in work.stdout:
        name, milliseconds, budget = json.loads(line)
        yield f"revisions: {name}", milliseconds, budget, "ms"
    if work.wait():
        raise SystemExit("Revisions could not be measured.")
    database.drop(NAME)
