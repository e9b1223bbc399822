"""The list of personas: 100 rows among 100,000 personas of 20 tenants, as the application's role; and the trash."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests import database

NAME = "vital_bench"
TENANTS, PERSONAS = 20, 5_000
TRIES = 40
BUDGET = 100  # milliseconds, 95 of 100 times
PLANS = database.ROOT / "build" / "plans"
WORDS = ["launch", "congress", "payer", "label", "dose", "registry", "digital", "trial", "site", "visit", "budget"]

PEOPLE = f"""
SET session_replication_role = replica;  -- what triggers keep is given here
INSERT INTO tenants (tenant_key, slug, name) SELECT 't' || n, 't-' || n, 'T ' || n FROM generate_series(1, {TENANTS}) n;
INSERT INTO users (email, full_name, is_active, is_superuser, password)
SELECT CASE n WHEN 0 THEN 'ana@example.com' ELSE 'u' || n || '@example.com' END, 'User ' || n, true, false, '!'
FROM generate_series(0, 9) n;
INSERT INTO memberships (tenant_id, user_id, role) SELECT t.id, u.id, 'analyst' FROM tenants t, users u
WHERE t.slug = 't-7' AND u.password = '!';
INSERT INTO org_functions (tenant_id, name, slug)
SELECT id, 'Function ' || n, 'function-' || n FROM tenants, generate_series(1, 12) n WHERE slug LIKE 't-%';
INSERT INTO org_departments (tenant_id, function_id, name, slug)
SELECT tenant_id, id, 'Department of ' || name, 'of-' || slug FROM org_functions WHERE slug ~ '^function-';
INSERT INTO org_roles (tenant_id, function_id, department_id, name, slug)
SELECT d.tenant_id, d.function_id, d.id, 'Role ' || n || ' of ' || d.name, 'role-' || n || '-' || d.slug
FROM org_departments d, generate_series(1, 10) n WHERE d.slug LIKE 'of-function-%';
"""
ROWS = f"""
CREATE TEMP TABLE roles AS SELECT r.*, f.name AS function_name, f.slug AS function_slug, d.name AS department_name,
    d.slug AS department_slug, row_number() OVER (PARTITION BY r.tenant_id ORDER BY r.slug) - 1 AS number
FROM org_roles r JOIN org_functions f ON f.id = r.function_id JOIN org_departments d ON d.id = r.department_id
WHERE r.slug LIKE 'role-%';
INSERT INTO personas (tenant_id, name, slug, title, tagline, background_story, archetype, validation_status,
    gen_ai_readiness_level, seniority_level, role_id, function_id, department_id, role_name, function_name,
    department_name, is_active, deleted_at)
SELECT t.id, (ARRAY['Ana', 'Ben', 'Cleo', 'Dan', 'Eve'])[1 + n % 5] || ' ' || md5(t.slug || n), t.slug || '-p-' || n,
    (ARRAY['Oncology liaison', 'Cardiology director', 'Information specialist'])[1 + n % 3] || ' ' || n,
    'Number ' || n, repeat('Trained as a pharmacist, then moved to the field. ', 10),
    (enum_range(NULL::archetype_enum))[1 + n % 4], (enum_range(NULL::validation_status))[1 + n % 5],
    (enum_range(NULL::gen_ai_readiness_level))[1 + n % 5],
    (SELECT code FROM lookup_seniority_levels ORDER BY sort_order, code LIMIT 1 OFFSET n % 3),
    r.id, r.function_id, r.department_id, r.name, r.function_name, r.department_name, n % 9 > 0,
    CASE WHEN n % 50 = 0 THEN now() END
FROM tenants t JOIN generate_series(1, {PERSONAS}) n ON true
JOIN roles r ON r.tenant_id = t.id AND r.number = n % 120 WHERE t.slug LIKE 't-%';
INSERT INTO persona_goals (tenant_id, persona_id, goal_text)
SELECT p.tenant_id, p.id, 'Prepare the ' || ($1::text[])[1 + (hashtext(p.slug || n) & 1023) % {len(WORDS)}]
    || ' with ' || ($1::text[])[1 + (hashtext(n || p.slug) & 1023) % {len(WORDS)}]
    || ' data for the advisory board of the region, before the quarter ends'
FROM personas p, generate_series(1, 7) n;
INSERT INTO persona_pain_points (tenant_id, persona_id, pain_point)
SELECT tenant_id, id, 'Finding the latest safety data takes a whole morning, in ' || n || ' systems that do not talk'
    || CASE WHEN slug LIKE '%-p-4242' THEN ' about zebrafish' ELSE '' END
FROM personas, generate_series(1, 8) n;
INSERT INTO persona_evidence_summary (tenant_id, persona_id, total_sources)
SELECT tenant_id, id, hashtext(slug) & 31 FROM personas;
INSERT INTO editorial_state (tenant_id, persona_id, version, changed_at, completeness, owner_id, changed_by)
SELECT p.tenant_id, p.id, 3, now() - (hashtext(p.slug) & 8191) * interval '1 hour', (hashtext(p.slug) & 127) % 101,
    u.id, u.id
FROM personas p JOIN users u ON u.email = 'u' || 1 + (hashtext(p.slug) & 7) || '@example.com';
RESET session_replication_role;
"""
# Of all tenants but one the words are there as an index knows them; of that one they are read, to be shown.
OTHERS = """
INSERT INTO editorial_words (tenant_id, persona_id, section, words)
SELECT p.tenant_id, p.id, '*', array_to_tsvector(ARRAY['t' || translate(p.tenant_id::text, '-', '')])
    || to_tsvector('english', concat_ws(' ', p.name, p.title, p.tagline, p.background_story, g.goals,
       'Finding the latest safety data takes a whole morning in systems that do not talk'))
FROM personas p JOIN (SELECT persona_id, string_agg(goal_text, ' ') AS goals FROM persona_goals GROUP BY 1) AS g
ON g.persona_id = p.id JOIN tenants t ON t.id = p.tenant_id WHERE t.slug <> 't-7';
UPDATE editorial_state SET words_version = version;
"""


def pages(one: dict[str, str]) -> dict[str, str]:
    """What is asked for, by name."""
    return {
        "first page": "",
        "a deep page": f"?after={one['deep']}",
        "a page back": f"?before={one['deep']}",
        "every column": f"?columns={one['columns']}",
        **{f"sorted by {name}": f"?order=-{name}" for name in ("name", "job", "completeness", "evidence", "changed")},
        "deep in the changed": f"?order=-changed&after={one['changed']}",
        "of a function": f"?function={one['function']}",
        "of a department": f"?department={one['department']}",
        "of a role": f"?role={one['role']}",
        "of an archetype": "?archetype=LEARNER",
        "of a seniority": f"?seniority={one['seniority']}",
        "of a readiness": "?readiness=advanced",
        "of a status": "?status=validated",
        "of an owner": f"?owner={one['owner']}",
        "of nobody": "?owner=me",
        "complete from to": "?completeness_min=40&completeness_max=45",
        "with sources": "?evidence_min=31",
        "changed since": f"?updated_since={one['since']}",
        "not active": "?active=no",
        "many filters": f"?archetype=LEARNER&status=draft&active=yes&function={one['function']}&evidence_min=3",
        "a rare word": "?q=zebrafish",
        "a common word": "?q=safety",
        "common words": "?q=safety+congress+liaison",
        "a common word of a function": f"?q=safety&function={one['function']}",
        "no such word": "?q=nosuchword",
        "the trash": "trash/",
    }


def measure() -> Iterator[tuple[str, float, float, str]]:
    PLANS.mkdir(parents=True, exist_ok=True)
    database.create(NAME)
    with database.connect("postgres", NAME, autocommit=True) as superuser:
        one = fill(superuser)
    work = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks._lists", "t-7", PLANS, str(TRIES), json.dumps(pages(one))],
        cwd=database.ROOT, env=database.environment(NAME), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in work.stdout:
        name, page, queries = json.loads(line)
        yield f"lists: {name}, its queries, 95th of 100", queries, BUDGET, "ms"
        yield f"lists: {name}, the whole page, at its median", page, 250, "ms"
    if work.wait():
        raise SystemExit("The pages of lists could not be measured.")
    print(f"The plans are in {os.path.relpath(PLANS)}/lists-*.txt")
    database.drop(NAME)


def fill(connection) -> dict[str, str]:
    connection.execute(PEOPLE)
    for statement in filter(str.strip, ROWS.split(";\n")):
        connection.execute(statement.replace("$1::text[]", f"ARRAY{WORDS!r}"))
    tenant = connection.execute("SELECT id FROM tenants WHERE slug = 't-7'").fetchone()[0]
    connection.execute("SELECT recompute_editorial_words(%s)", [tenant])
    for statement in OTHERS.split(";\n"):
        connection.execute(statement)
    connection.execute("VACUUM ANALYZE")
    (row,) = connection.execute(
        """SELECT function_id::text AS function, department_id::text AS department, role_id::text AS role,
            seniority_level AS seniority, owner_id::text AS owner, (now() - interval '3 days')::date::text AS since,
            name || '~' || p.id AS deep,
            to_char(changed_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"%%2B00:00"') || '~' || p.id AS changed
        FROM personas AS p JOIN editorial_state AS s ON s.persona_id = p.id
        WHERE p.tenant_id = %s AND p.deleted_at IS NULL ORDER BY name OFFSET 4321 LIMIT 1""",
        [tenant],
    )
    names = ["function", "department", "role", "seniority", "owner", "since", "deep", "changed"]
    columns = "archetype,job,department,seniority,readiness,status,completeness,evidence,owner,version,changed"
    return dict(zip(names, row, strict=True)) | {"columns": columns}
