"""The inbox of review among 100,000 personas of 20 tenants, as the application's role; the plans are kept."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests import database

from .lists import BUDGET, PEOPLE, PLANS, ROWS, TRIES, WORDS

NAME = "vital_bench_inbox"
PAGES = {
    "mine to review": "review/?list=mine",
    "a deep page of mine": "review/?list=mine&page=9",
    "waiting for others": "review/?list=others",
    "sent back to me": "review/?list=back",
}
REVIEW = """
SET session_replication_role = replica;
UPDATE memberships SET role = 'reviewer';
INSERT INTO editorial_reviewers (tenant_id, function_id, user_id)
SELECT f.tenant_id, f.id, u.id FROM org_functions f JOIN users u ON u.email = CASE WHEN right(f.slug, 1) < '5'
THEN 'ana@example.com' ELSE 'u3@example.com' END WHERE f.slug ~ '^function-[0-9]$';
UPDATE editorial_state AS s SET submitted_at = s.changed_at, submitted_by_id = s.owner_id,
    due_at = CASE WHEN hashtext(p.slug) % 3 = 0 THEN s.changed_at + interval '60 days' END
FROM personas p WHERE p.id = s.persona_id AND p.validation_status = 'pending_review';
UPDATE editorial_state AS s SET sent_back_at = s.changed_at,
    sent_back_to_id = (SELECT id FROM users WHERE email = 'ana@example.com')
FROM personas p WHERE p.id = s.persona_id AND p.validation_status = 'draft' AND hashtext(p.slug) % 4 = 0;
INSERT INTO editorial_events (id, tenant_id, persona, about, name, why)
SELECT gen_random_uuid(), p.tenant_id, p.id, p.name, 'submit', 'New evidence.' FROM personas p
WHERE validation_status IN ('pending_review', 'draft');
RESET session_replication_role;
VACUUM ANALYZE
"""


def measure() -> Iterator[tuple[str, float, float, str]]:
    PLANS.mkdir(parents=True, exist_ok=True)
    database.create(NAME)
    with database.connect("postgres", NAME, autocommit=True) as superuser:
        for statement in filter(str.strip, f"{PEOPLE}{ROWS}{REVIEW}".split(";\n")):
            superuser.execute(statement.replace("$1::text[]", f"ARRAY{WORDS!r}"))
    work = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks._lists", "t-7", PLANS, str(TRIES), json.dumps(PAGES)],
        cwd=database.ROOT, env=database.environment(NAME), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in work.stdout:
        name, page, queries = json.loads(line)
        yield f"inbox: {name}, its queries, 95th of 100", queries, BUDGET, "ms"
        yield f"inbox: {name}, the whole page, at its median", page, 250, "ms"
    if work.wait():
        raise SystemExit("The inbox could not be measured.")
    print(f"The plans are in {os.path.relpath(PLANS)}/lists-*.txt")
    database.drop(NAME)
