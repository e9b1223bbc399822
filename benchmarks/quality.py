"""The rules of quality: a thousand full personas at once, one of them, and the share that has enough sources."""

import json
import subprocess
import sys
from collections.abc import Iterator

from tests import database

NAME = "vital_bench"
FULL, COPIES = 4, 249  # personas that are made, and how often each is copied
# What the rules read; the copies have no other rows.
TABLES = (
    "editorial_state persona_evidence_summary persona_evidence_sources persona_public_research "
    "persona_industry_reports persona_expert_opinions persona_case_studies persona_supporting_statistics "
    "persona_vpanes_scoring persona_goals persona_pain_points"
)
PREPARE = f"""
from tests.factories import PersonaFactory
from vital.tenancy.context import tenant_context
from vital.tenancy.models import Tenant
with tenant_context(Tenant.objects.get(slug="pharma")):
    PersonaFactory.create_batch({FULL}, complete="most")
"""
CLONE = f"""
SET session_replication_role = replica;  -- what triggers keep is copied, too
CREATE TEMP TABLE copies AS
SELECT id AS old, n, gen_random_uuid() AS new FROM personas, generate_series(1, {COPIES}) AS n;
DO $$
DECLARE
    named text;
    columns text;
BEGIN
    FOREACH named IN ARRAY string_to_array('personas {TABLES}', ' ') LOOP
        SELECT string_agg(column_name, ', ') INTO columns FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = named AND is_generated = 'NEVER'
        AND column_name NOT IN ('id', 'persona_id', 'slug');
        IF named = 'personas' THEN
            EXECUTE format('INSERT INTO personas (id, slug, %1$s) SELECT new, slug || ''-'' || n, %1$s FROM personas '
                'JOIN copies ON old = id', columns);
        ELSE
            EXECUTE format('INSERT INTO %2$I (persona_id, %1$s) SELECT new, %1$s FROM %2$I JOIN copies '
                'ON old = persona_id', columns, named);
        END IF;
    END LOOP;
END $$;
RESET session_replication_role;
"""


def run(*work: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *work],
        cwd=database.ROOT, env=database.environment(NAME), check=True, text=True, stdout=subprocess.PIPE,
    ).stdout  # fmt: skip


def measure() -> Iterator[tuple[str, float, float, str]]:
    database.create(NAME)
    run("manage.py", "shell", "-c", PREPARE)
    with database.connect("postgres", NAME, autocommit=True) as superuser:
        superuser.execute(CLONE)
        superuser.execute("VACUUM ANALYZE")
    told = json.loads(run("-m", "benchmarks._quality").splitlines()[-1])
    what = f"quality: {told['personas']:,} full personas, {told['findings']:,} findings"
    yield f"{what}, at the median", told["many"], 2, "s "
    yield "quality: one full persona, at the median", 1000 * told["one"], 50, "ms"
    yield "quality: queries for all of them", told["queries"], 20, "  "
    yield "quality: the share with enough sources", 1000 * told["share"], 100, "ms"
    database.drop(NAME)
