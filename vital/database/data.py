"""What the rows of a tenant are held to, where no constraint can: references, and what triggers keep."""

from dataclasses import dataclass

from django.db import connection, transaction

# For every reference of a tenant table: how to find a row whose target is missing.
REFERENCES = """
    SELECT format(
        'SELECT %L, source.id::text FROM %s AS source WHERE %s AND NOT EXISTS (SELECT FROM %s AS target WHERE %s)',
        conrelid::regclass::text || '.' || (array_agg(own.attname ORDER BY place))[cardinality(conkey)],
        conrelid::regclass,
        string_agg(format('source.%I IS NOT NULL', own.attname), ' AND '),
        confrelid::regclass,
        string_agg(format('target.%I = source.%I', other.attname, own.attname), ' AND ')
    )
    FROM pg_constraint
    CROSS JOIN LATERAL unnest(conkey, confkey) WITH ORDINALITY AS keys (own_number, other_number, place)
    JOIN pg_attribute AS own ON own.attrelid = conrelid AND own.attnum = own_number
    JOIN pg_attribute AS other ON other.attrelid = confrelid AND other.attnum = other_number
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    AND EXISTS (SELECT FROM pg_policy WHERE polrelid = conrelid AND polname = 'tenant_isolation')
    GROUP BY pg_constraint.oid, conrelid, confrelid, conkey
"""
VOCABULARIES = """
    SELECT format('SELECT %L WHERE NOT EXISTS (SELECT FROM %I)', relname, relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'lookup%'
"""
EVIDENCE = """
    SELECT persona_id::text, (to_jsonb(summary) - 'updated_at' - 'updated_by')::text
    FROM persona_evidence_summary AS summary
"""


RECOMPUTE = "BEGIN; SET LOCAL request.jwt.claim.tenant_id = '{{tenant}}'; SELECT {}('{{tenant}}'); COMMIT;"


@dataclass(frozen=True)
class DataLaw:
    id: str
    title: str
    query: str  # lists what breaks the law; or, with `each`, makes the queries that do
    fix: str
    each: bool = False

    def broken_by(self, cursor) -> list[str]:
        cursor.execute(self.query)
        if self.each and (queries := [query for (query,) in cursor.fetchall()]):
            cursor.execute(" UNION ALL ".join(queries))
        return [" ".join(map(str, row)) for row in cursor.fetchall()]


class EvidenceLaw(DataLaw):
    def broken_by(self, cursor) -> list[str]:
        """The personas whose summary a recount would change; nothing is changed."""
        with transaction.atomic():
            cursor.execute(EVIDENCE)
            before = set(cursor.fetchall())
            cursor.execute("SELECT recompute_evidence_summary(current_tenant_id())")
            cursor.execute(EVIDENCE)
            changed = set(cursor.fetchall()) - before
            transaction.set_rollback(True)
        return sorted(persona for persona, _ in changed)


DATA_LAWS = (
    DataLaw(
        "database.D01",
        "every reference leads to a row of the tenant",
        REFERENCES,
        "Restore the row that is missing from a backup, or clear the reference; then VALIDATE the constraint.",
        each=True,
    ),
    DataLaw("database.D02", "every vocabulary has values", VOCABULARIES, "manage.py loaddata lookups", each=True),
    EvidenceLaw(
        "database.D03",
        "the evidence summaries say what is there",
        EVIDENCE,
        RECOMPUTE.format("recompute_evidence_summary"),
    ),
    DataLaw(
        "database.D04",
        "every persona has its editorial state",
        """
        SELECT personas.slug FROM personas LEFT JOIN editorial_state ON persona_id = personas.id
        WHERE persona_id IS NULL
        """,
        RECOMPUTE.format("recompute_editorial_state"),
    ),
    DataLaw(
        "database.D05",
        "personas name their role, function and department as the organisation does",
        """
        SELECT p.slug FROM personas AS p
        LEFT JOIN org_roles AS r ON r.id = p.role_id
        LEFT JOIN org_functions AS f ON f.id = p.function_id
        LEFT JOIN org_departments AS d ON d.id = p.department_id
        WHERE r.id IS NOT NULL AND (p.role_name, p.role_slug) IS DISTINCT FROM (r.name, r.slug)
        OR f.id IS NOT NULL AND (p.function_name, p.function_slug) IS DISTINCT FROM (f.name, f.slug)
        OR d.id IS NOT NULL AND (p.department_name, p.department_slug) IS DISTINCT FROM (d.name, d.slug)
        """,
        RECOMPUTE.format("recompute_personas"),
    ),
    DataLaw(
        "database.D06",
        "readiness for AI is what follows from AI maturity",
        """
        SELECT slug FROM personas WHERE ai_maturity_score IS NOT NULL
        AND gen_ai_readiness_level::text IS DISTINCT FROM calculate_gen_ai_readiness_level(
            ai_maturity_score, technology_adoption, risk_tolerance, change_readiness)
        """,
        RECOMPUTE.format("recompute_personas"),
    ),
    DataLaw(
        "database.D07",
        "the editorial state counts the rows of each section",
        """
        SELECT format(
            'SELECT slug, %1$L FROM personas JOIN editorial_state ON persona_id = personas.id WHERE '
            '(SELECT count(*) FROM %2$I AS section WHERE section.persona_id = personas.id) '
            'IS DISTINCT FROM coalesce((counts ->> %1$L)::integer, 0) '
            'OR completeness IS DISTINCT FROM completeness_of(counts)',
            substr(section, length('persona_') + 1), section
        )
        FROM unnest(section_tables()) AS section
        """,
        RECOMPUTE.format("recompute_editorial_state"),
        each=True,
    ),
    DataLaw(
        "database.D08",
        "the search knows the words of every persona",
        """
        SELECT slug FROM personas JOIN editorial_state ON persona_id = personas.id
        WHERE words_version <> version AND changed_at < now() - interval '1 hour'
        OR words_version = version AND NOT EXISTS (
            SELECT FROM editorial_words AS w WHERE w.persona_id = personas.id AND section = '*')
        """,
        RECOMPUTE.format("recompute_editorial_words"),
    ),
    DataLaw(
        "database.D09",
        "what consumers read is what the live revisions show",
        """
        WITH live AS (
            SELECT state.persona_id, sections FROM editorial_state AS state
            JOIN editorial_revisions AS r ON r.tenant_id = state.tenant_id AND r.id = live_id
        ), found AS (
            SELECT persona, jsonb_object_agg(section, fingerprint(rows)) AS sections FROM contents_of(
                current_tenant_id(), ARRAY(SELECT persona_id FROM live UNION SELECT id FROM published.personas),
                ARRAY(SELECT name FROM persona_tables()), 'published'
            ) GROUP BY persona
        )
        SELECT coalesce(slug, coalesce(persona, persona_id)::text)
        FROM live FULL JOIN found ON persona = persona_id LEFT JOIN personas ON id = persona_id
        WHERE live.sections IS DISTINCT FROM found.sections
        """,
        "manage.py rebuild_published --tenant {tenant}",
    ),
    DataLaw(
        "database.D10",
        "the latest revision of every persona shows it as it is",
        """
        WITH latest AS (
            SELECT DISTINCT ON (persona_id) persona_id, sections FROM editorial_revisions
            ORDER BY persona_id, number DESC
        ), found AS (
            SELECT persona, jsonb_object_agg(section, fingerprint(rows)) AS sections FROM contents_of(
                current_tenant_id(), ARRAY(SELECT id FROM personas), ARRAY(SELECT name FROM persona_tables())
            ) GROUP BY persona
        )
        SELECT slug FROM personas JOIN found ON persona = personas.id LEFT JOIN latest ON persona_id = personas.id
        WHERE latest.sections IS DISTINCT FROM found.sections
        """,
        "BEGIN; SET LOCAL request.jwt.claim.tenant_id = '{tenant}'; UPDATE editorial_state SET version = version + 1; "
        "COMMIT;",
    ),
    DataLaw(
        "database.D11",
        "the library's search knows the words of what is live, and of nothing else",
        """
        SELECT slug FROM personas JOIN editorial_state AS state ON state.persona_id = personas.id
        WHERE (live_id IS NOT NULL) <> EXISTS (
            SELECT FROM editorial_live_words AS w WHERE w.persona_id = personas.id AND section = '*')
        """,
        RECOMPUTE.format("recompute_live_words"),
    ),
)


def unlimited() -> None:
    """Let the queries of this transaction take their time: they read whole tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
