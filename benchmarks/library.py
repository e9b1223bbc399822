"""The library over 100,000 published personas, in 20 tenants and in one; a sheet; a comparison of six."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests import database

from .lists import PEOPLE, WORDS

NAME = "vital_bench"
SHAPES = {"20 tenants": (20, 5_000), "one tenant": (1, 100_000)}
TRIES = 20
TENANT = "t-1"
PAGE, COMPARISON, HUGE = 100, 200, 1_500  # milliseconds; of a tenant with all of it, it is told and not promised
PLANS = database.ROOT / "build" / "plans"

# What publishing leaves behind: the tables that consumers read, the live revision, and its words.
ROWS = """
SET session_replication_role = replica;  -- what triggers keep is given here
CREATE TEMP TABLE roles AS SELECT r.*, f.name AS function_name, d.name AS department_name,
    row_number() OVER (PARTITION BY r.tenant_id ORDER BY r.slug) - 1 AS number
FROM org_roles r JOIN org_functions f ON f.id = r.function_id JOIN org_departments d ON d.id = r.department_id
WHERE r.slug LIKE 'role-%';
CREATE TEMP TABLE seniorities AS
SELECT code, row_number() OVER (ORDER BY sort_order, code) - 1 AS number FROM lookup_seniority_levels;
INSERT INTO published.personas (id, tenant_id, name, slug, title, one_liner, background_story, archetype,
    validation_status, gen_ai_readiness_level, preferred_service_layer, seniority_level, work_complexity_score,
    ai_maturity_score, role_id, function_id, department_id, role_name, function_name, department_name)
SELECT gen_random_uuid(), t.id,
    (ARRAY['Ana', 'Ben', 'Cleo', 'Dan', 'Eve'])[1 + n % 5] || ' ' || md5(t.slug || n), t.slug || '-p-' || n,
    (ARRAY['Oncology liaison', 'Cardiology director', 'Information specialist'])[1 + n % 3] || ' ' || n,
    'Holds the evidence budget of four areas and ends one in five studies at the first review, number ' || n,
    repeat('Trained as a pharmacist, then moved to the field. ', 10),
    (enum_range(NULL::archetype_enum))[1 + n % 4], 'published', (enum_range(NULL::gen_ai_readiness_level))[1 + n % 5],
    (enum_range(NULL::service_layer_preference))[1 + n % 5], s.code, (hashtext(n || 'work') & 127) % 101,
    (hashtext(n || 'ai') & 127) % 101, r.id, r.function_id, r.department_id, r.name, r.function_name, r.department_name
FROM tenants t JOIN generate_series(1, {personas}) n ON true
JOIN roles r ON r.tenant_id = t.id AND r.number = n % 120
JOIN seniorities s ON s.number = n % (SELECT count(*) FROM seniorities) WHERE t.slug LIKE 't-%';
INSERT INTO published.persona_vpanes_scoring (id, tenant_id, persona_id, visibility, pain, actions, needs, emotions,
    scenarios)
SELECT gen_random_uuid(), tenant_id, id, n, n, 10 - n, n, n, n FROM (
    SELECT *, hashtext(slug) & 7 AS n FROM published.personas) AS p;
INSERT INTO published.persona_tags (id, tenant_id, persona_id, tag_name, tag_category)
SELECT gen_random_uuid(), tenant_id, id, tag, category FROM published.personas AS p CROSS JOIN LATERAL (VALUES
    ('Area ' || (hashtext(slug || 1) & 15), 'therapy area'), ('Disease ' || (hashtext(slug || 2) & 63), 'disease'),
    ('Market ' || (hashtext(slug || 3) & 7), 'market'), ('Topic ' || (hashtext(slug || 4) & 31), 'topic')
) AS tags (tag, category);
CREATE TEMP TABLE said AS SELECT p.tenant_id, p.id, told.* FROM published.personas AS p
CROSS JOIN LATERAL (SELECT string_agg('Prepare the ' || ({words})[1 + (hashtext(slug || n) & 1023) % {many}] || ' with '
    || ({words})[1 + (hashtext(n || slug) & 1023) % {many}] || ' data for the advisory board of the region', '. ')
    FROM generate_series(1, 7) AS n) AS goals (goal)
CROSS JOIN LATERAL (VALUES
    ('personas', jsonb_build_array(jsonb_strip_nulls(to_jsonb(p))),
        concat_ws(' ', name, title, one_liner, background_story)),
    ('goals', jsonb_build_array(jsonb_build_object('goal_text', goal)), goal),
    ('pain_points', '[{{"pain_point": "Finding the latest safety data takes a whole morning, in many systems"}}]',
        'Finding the latest safety data takes a whole morning in systems that do not talk'
            || CASE WHEN slug LIKE '%-p-4242' THEN ' about zebrafish' ELSE '' END)
) AS told (section, rows, texts);
INSERT INTO editorial_contents (id, tenant_id, persona_id, section, hash, rows)
SELECT gen_random_uuid(), tenant_id, id, CASE section WHEN 'personas' THEN section ELSE 'persona_' || section END, 'x',
    rows FROM said;
INSERT INTO editorial_revisions (id, tenant_id, persona_id, number, version, kind, status, sections, hash, published_at)
SELECT gen_random_uuid(), tenant_id, id, 1, 1, 'save', 'published',
    '{{"personas": "x", "persona_goals": "x", "persona_pain_points": "x"}}', 'x', now() FROM published.personas;
INSERT INTO editorial_state (id, tenant_id, persona_id, live_id, live_at, revision, revised_version)
SELECT gen_random_uuid(), tenant_id, persona_id, id, now() - (hashtext(id::text) & 8191) * interval '1 hour', 1, 1
FROM editorial_revisions;
INSERT INTO editorial_live_words (id, tenant_id, persona_id, section, words)
SELECT gen_random_uuid(), tenant_id, id, section, to_tsvector('english', texts) FROM said;
INSERT INTO editorial_live_words (id, tenant_id, persona_id, section, words)
SELECT gen_random_uuid(), tenant_id, id, '*', array_to_tsvector(ARRAY['t' || translate(tenant_id::text, '-', '')])
    || to_tsvector('english', string_agg(texts, ' ')) FROM said GROUP BY tenant_id, id;
RESET session_replication_role;
"""


def addresses(one: dict[str, str]) -> dict[str, str]:
    """What the library is asked for, by name."""
    return {
        "first page": "",
        "a deep page": "page=180",
        "fifty in a table": "view=table&size=50",
        "the newest first": "order=newest",
        "by VPANES": "order=vpanes",
        "of a function": f"function={one['function']}",
        "of a role": f"role={one['role']}",
        "of two archetypes": "archetype=LEARNER&archetype=SKEPTIC",
        "of a therapeutic word": "therapy=disease+7",
        "many filters": "archetype=LEARNER&readiness=beginner&tier=tier_2_high&therapy=area+3",
        "a rare word": "q=zebrafish",
        "a common word": "q=safety",
        "common words of a function": f"q=safety+congress&function={one['function']}",
    }


def measure() -> Iterator[tuple[str, float, float, str]]:
    PLANS.mkdir(parents=True, exist_ok=True)
    for shape, (tenants, personas) in SHAPES.items():
        database.create(NAME)
        with database.connect("postgres", NAME, autocommit=True) as superuser:
            asked = addresses(fill(superuser, tenants, personas))
        page = PAGE if tenants > 1 else HUGE
        for name, number, queries, middle, most in run("shelf", shape, json.dumps(asked)):
            yield f"library, {shape}: {name}, queries", number, 14, ""
            yield f"library, {shape}: {name}, all it reads, 95th of 100", queries, page, "ms"
            yield f"library, {shape}: {name}, the whole page, median", middle, page, "ms"
            yield f"library, {shape}: {name}, the whole page, 95th of 100", most, 2 * page, "ms"
        if tenants > 1:
            for name, number, queries, middle, most in run("people", shape, "{}"):
                budget, fewest = (PAGE, 8) if name == "sheet" else (COMPARISON, 10)
                yield f"library: {name}, queries", number, fewest, ""
                yield f"library: {name}, all it reads, 95th of 100", queries, budget, "ms"
                yield f"library: {name}, the whole page, median", middle, budget, "ms"
                yield f"library: {name}, the whole page, 95th of 100", most, 2 * budget, "ms"
    print(f"The plans are in {os.path.relpath(PLANS)}/library-*.txt")
    database.drop(NAME)


def run(what: str, shape: str, asked: str) -> Iterator[list]:
    work = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks._library", what, TENANT, PLANS, shape, str(TRIES), asked],
        cwd=database.ROOT, env=database.environment(NAME), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in work.stdout:
        yield json.loads(line)
    if work.wait():
        raise SystemExit(f"The library could not be measured: {what}, {shape}.")


def fill(connection, tenants: int, personas: int) -> dict[str, str]:
    people = PEOPLE.replace("generate_series(1, 20)", f"generate_series(1, {tenants})").replace("'t-7'", f"'{TENANT}'")
    connection.execute(people)
    for statement in filter(
        str.strip, ROWS.format(personas=personas, words=f"ARRAY{WORDS!r}", many=len(WORDS)).split(";\n")
    ):
        connection.execute(statement)
    connection.execute("VACUUM ANALYZE")
    row = connection.execute(
        """SELECT function_id::text, role_id::text FROM published.personas AS p JOIN tenants AS t ON t.id = p.tenant_id
        WHERE t.slug = %s ORDER BY p.name OFFSET 21 LIMIT 1""",
        [TENANT],
    ).fetchone()
    return dict(zip(("function", "role"), row, strict=True))
