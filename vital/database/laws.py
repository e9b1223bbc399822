"""Laws that the database is held to: each is a query that lists what breaks it, with what to do about it.

`manage.py check_database` reads them out; the suite runs them on a fresh install, and on one that is broken on purpose.
"""

from dataclasses import dataclass

# Tables with a tenant_id that are no tenant's content, each with the reason.
EXEMPT = {"users": "people log in before a tenant is known; the column only says who manages the account"}

# Names that the queries below share.
WITH = """
    WITH tenant_table AS (
        SELECT pg_class.* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant_id'
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL (%(exempt)s)
    ), our_function AS (
        SELECT pg_proc.* FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%%'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    )
"""


@dataclass(frozen=True)
class Law:
    id: str
    title: str
    query: str  # lists what breaks the law
    fix: str

    def broken_by(self, cursor) -> list[str]:
        cursor.execute(WITH + self.query.replace("%", "%%"), {"exempt": list(EXEMPT)})
        return [".".join(map(str, row)) for row in cursor.fetchall()]


LAWS = (
    Law(
        "database.L01",
        "a tenant table has row-level security, enabled and forced",
        """
        SELECT relname FROM tenant_table WHERE NOT (relrowsecurity AND relforcerowsecurity)""",
        "ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY;",
    ),
    Law(
        "database.L02",
        "tenant_id is a uuid, never null, never generated",
        """
        SELECT relname FROM tenant_table JOIN pg_attribute ON attrelid = oid AND attname = 'tenant_id'
            WHERE NOT attnotnull OR atttypid <> 'uuid'::regtype OR attgenerated <> ''""",
        "ALTER TABLE … ALTER COLUMN tenant_id SET NOT NULL;",
    ),
    Law(
        "database.L03",
        "a tenant table has the policy of its tenant, for all commands",
        """
        SELECT relname FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_policy WHERE polrelid = tenant_table.oid AND polname = 'tenant_isolation' AND polcmd = '*'
            AND polpermissive AND polwithcheck IS NOT NULL)""",
        "SELECT isolate_tenant('…'), in a migration",
    ),
    Law(
        "database.L04",
        "no second policy widens what a tenant may do, but that people see their own memberships",
        """
        SELECT relname, polname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
            WHERE polpermissive AND polname <> 'tenant_isolation'
            AND (relname, polname) <> ('memberships', 'own_memberships')""",
        "DROP POLICY … ON …;",
    ),
    Law(
        "database.L05",
        "no policy is always true",
        """
        SELECT tablename, policyname FROM pg_policies WHERE qual = 'true' OR with_check = 'true'""",
        "DROP POLICY … ON …; then SELECT set_policy_style('initplan');",
    ),
    Law(
        "database.L06",
        "tenant_id can be left out of an INSERT",
        """
        SELECT relname FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = tenant_table.oid AND tgtype & 7 = 7 AND NOT tgisinternal)""",
        "SELECT isolate_tenant('…'), in a migration; a disabled trigger: ALTER TABLE … ENABLE TRIGGER …;",
    ),
    Law(
        "database.L07",
        "unique keys name the tenant, but for the primary key",
        """
        SELECT indexrelid::regclass::text FROM tenant_table JOIN pg_index ON indrelid = oid
            JOIN pg_attribute ON attrelid = oid AND attname = 'tenant_id'
            WHERE indisunique AND NOT indisprimary AND NOT attnum = ANY (indkey)""",
        "Make the key anew with tenant_id as its first column.",
    ),
    Law(
        "database.L08",
        "a tenant table can be referred to with its tenant",
        """
        SELECT relname FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = tenant_table.oid AND contype = 'u'
            AND pg_get_constraintdef(pg_constraint.oid) = 'UNIQUE (tenant_id, id)')""",
        "ALTER TABLE … ADD UNIQUE (tenant_id, id);",
    ),
    Law(
        "database.L09",
        "a reference between tenant tables names the tenant",
        """
        SELECT conname FROM pg_constraint WHERE contype = 'f'
            AND conrelid IN (SELECT oid FROM tenant_table) AND confrelid IN (SELECT oid FROM tenant_table)
            AND pg_get_constraintdef(oid) NOT LIKE 'FOREIGN KEY (tenant_id, %) REFERENCES %(tenant_id, id)%'""",
        "SELECT reference_tenant('table', 'column', 'target', 'CASCADE'), in place of the plain reference",
    ),
    Law(
        "database.L10",
        "deleting a row never changes another's tenant",
        """
        SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attname = 'tenant_id'
            WHERE contype = 'f' AND attnum = ANY (conkey) AND conrelid IN (SELECT oid FROM tenant_table)
            AND (confupdtype IN ('n', 'd', 'c') OR confdeltype IN ('n', 'd') AND
             (confdelsetcols IS NULL OR attnum = ANY (confdelsetcols)))""",
        "SELECT reference_tenant('table', 'column', 'target', 'SET NULL'), in place of the reference",
    ),
    Law(
        "database.L11",
        "a shared table does not refer to a tenant's",
        """
        SELECT conname FROM pg_constraint WHERE contype = 'f'
            AND confrelid IN (SELECT oid FROM tenant_table) AND conrelid NOT IN (SELECT oid FROM tenant_table)""",
        "Drop the reference, or put the table under its tenant: SELECT isolate_tenant('…');",
    ),
    Law(
        "database.L12",
        "a tenant table's numbers come from no sequence, but the admin log's",
        """
        SELECT relname FROM tenant_table JOIN pg_attribute ON attrelid = oid
            WHERE attidentity <> '' AND relname <> 'django_admin_log'""",
        "Use a uuid key.",
    ),
    Law(
        "database.L13",
        "a reference between tenant tables has an index that leads with the tenant",
        """
        SELECT conname FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 2
            AND conrelid IN (SELECT oid FROM tenant_table) AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND (indkey::int2[])[0:1] = conkey)""",
        "CREATE INDEX ON … (tenant_id, …);",
    ),
    Law(
        "database.L14",
        "the application has rows, and no more",
        """
        SELECT table_name, privilege_type FROM information_schema.role_table_grants
            WHERE grantee IN ('vital_app', 'PUBLIC') AND table_schema = 'public'
            AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')""",
        "REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA public FROM vital_app, PUBLIC;",
    ),
    Law(
        "database.L15",
        "every table is the owner's",
        """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
            AND relowner <> 'vital_owner'::regrole""",
        "ALTER TABLE … OWNER TO vital_owner;",
    ),
    Law(
        "database.L16",
        "a view asks for its reader's rights, but the one before the materialized view, which names the tenant",
        """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
            AND relkind = 'v' AND relname <> 'v_persona_summary'
            AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on']""",
        "ALTER VIEW … SET (security_invoker = true);",
    ),
    Law(
        "database.L17",
        "no materialized view can be read by the application",
        """
        SELECT relname FROM pg_class WHERE relkind = 'm' AND has_table_privilege('vital_app', oid, 'SELECT')""",
        "REVOKE ALL ON … FROM vital_app, PUBLIC;",
    ),
    Law(
        "database.L18",
        "no partition or child table can be read around its parent",
        """
        SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON oid = inhrelid
            WHERE relkind = 'r' AND has_table_privilege('vital_app', inhrelid, 'SELECT') AND NOT relrowsecurity""",
        "REVOKE ALL ON … FROM vital_app;",
    ),
    Law(
        "database.L19",
        "our functions pin their search_path, or were bound when created",
        """
        SELECT proname FROM our_function WHERE prosqlbody IS NULL
            AND NOT coalesce(array_to_string(proconfig, ' '), '') LIKE '%search_path=pg_catalog%pg_temp'""",
        "ALTER FUNCTION … SET search_path = pg_catalog, public, pg_temp;",
    ),
    Law(
        "database.L20",
        "functions run with their caller's rights, but the search, the nightly count, and what publishes",
        """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
            AND (proname, proowner::regrole::text) NOT IN
            (('search_personas', 'vital_search'), ('find_personas', 'vital_search'),
             ('refresh_persona_summary', 'vital_summary'), ('publish_persona', 'vital_owner'),
             ('withdraw_persona', 'vital_owner'), ('rebuild_published', 'vital_owner'),
             ('withdraw_deleted', 'vital_owner'), ('capture_revisions', 'vital_owner'),
             ('thin_revisions', 'vital_owner'),
             ('find_published', 'vital_search'), ('tenant_of_share', 'vital_search'),
             ('read_live_words', 'vital_owner'))""",
        "ALTER FUNCTION … SECURITY INVOKER;",
    ),
    Law(
        "database.L21",
        "our functions are explained",
        """
        SELECT proname FROM our_function WHERE obj_description(oid, 'pg_proc') IS NULL
            AND prorettype <> 'trigger'::regtype""",
        "COMMENT ON FUNCTION … IS '…';",
    ),
    Law(
        "database.L22",
        "64 tables begin with persona, as the client counts them",
        """
        SELECT 'there are ' || count(*) FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name LIKE 'persona%' HAVING count(*) <> 64""",
        "manage.py migrate; a table of ours takes another prefix",
    ),
    Law(
        "database.L23",
        "every table that begins with persona has row-level security",
        """
        SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename LIKE 'persona%' AND rowsecurity = false""",
        "ALTER TABLE … ENABLE ROW LEVEL SECURITY; ALTER TABLE … FORCE ROW LEVEL SECURITY;",
    ),
    Law(
        "database.L24",
        "the tables that begin with persona have at least 140 indexes",
        """
        SELECT 'there are ' || count(*) FROM pg_indexes
        WHERE schemaname = 'public' AND tablename LIKE 'persona%' HAVING count(*) < 140""",
        "manage.py check_database names the ones that are missing",
    ),
    Law(
        "database.L25",
        "the application's role is held by the policies",
        """
        SELECT rolname FROM pg_roles WHERE rolname IN ('vital_app', 'vital_reader')
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
             OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid))""",
        "ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION; REVOKE … FROM …;",
    ),
    Law(
        "database.L26",
        "the roles of the house are there",
        """
        SELECT wanted FROM unnest(ARRAY[
            'vital_owner', 'vital_migrator', 'vital_app', 'vital_reader', 'vital_search', 'vital_summary'
        ]) AS wanted WHERE to_regrole(wanted) IS NULL""",
        "manage.py setup_database",
    ),
    Law(
        "database.L27",
        "what looks past the policies cannot log in",
        """
        SELECT rolname FROM pg_roles
        WHERE rolname IN ('vital_owner', 'vital_search', 'vital_summary') AND (rolcanlogin OR rolsuper)""",
        "ALTER ROLE … NOLOGIN NOSUPERUSER;",
    ),
    Law(
        "database.L28",
        "all tenant policies say the same, in one style",
        """
        SELECT DISTINCT ON (said) relname FROM (
            SELECT relname, pg_get_expr(polqual, polrelid) AS said, count(*) OVER
                (PARTITION BY pg_get_expr(polqual, polrelid)) AS how_many, count(*) OVER () AS of_all
            FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid WHERE polname = 'tenant_isolation'
        ) AS policies WHERE how_many < of_all ORDER BY said""",
        "SELECT set_policy_style('initplan'), or 'inline' for a distributed engine",
    ),
    Law(
        "database.L29",
        "a policy guards what is written as it guards what is read",
        """
        SELECT relname, polname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
        WHERE polname = 'tenant_isolation'
        AND pg_get_expr(polqual, polrelid) IS DISTINCT FROM pg_get_expr(polwithcheck, polrelid)""",
        "SELECT set_policy_style('initplan');",
    ),
    Law(
        "database.L30",
        "no trigger and no constraint is switched off",
        """
        SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE relnamespace = 'public'::regnamespace AND tgenabled <> 'O'
        UNION ALL SELECT conrelid::regclass::text, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND NOT convalidated""",
        "ALTER TABLE … ENABLE TRIGGER …; or ALTER TABLE … VALIDATE CONSTRAINT …;",
    ),
    Law(
        "database.L31",
        "no rule rewrites what is asked of a table",
        """
        SELECT tablename, rulename FROM pg_rules WHERE schemaname = 'public'""",
        "DROP RULE … ON …;",
    ),
    Law(
        "database.L32",
        "every index can be used",
        """
        SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
        WHERE relnamespace = 'public'::regnamespace AND NOT indisvalid""",
        "REINDEX INDEX CONCURRENTLY …;",
    ),
    Law(
        "database.L33",
        "the application deletes no tenant, and writes no record itself: of migrations, of who did what, of history",
        """
        SELECT relname, privilege FROM (VALUES
            ('tenants', 'DELETE'), ('django_migrations', 'INSERT'), ('django_migrations', 'UPDATE'),
            ('django_migrations', 'DELETE'), ('editorial_events', 'UPDATE'), ('editorial_events', 'DELETE'),
            ('editorial_revisions', 'INSERT'), ('editorial_revisions', 'UPDATE'), ('editorial_revisions', 'DELETE'),
            ('editorial_contents', 'INSERT'), ('editorial_contents', 'UPDATE'), ('editorial_contents', 'DELETE')
        ) AS refused (relname, privilege) WHERE has_table_privilege('vital_app', relname, privilege)""",
        "REVOKE … ON … FROM vital_app;",
    ),
    Law(
        "database.L34",
        "the owner and the migrator are held by the policies",
        """
        SELECT rolname FROM pg_roles WHERE rolname IN ('vital_owner', 'vital_migrator')
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication)""",
        "ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;",
    ),
    Law(
        "database.L35",
        "the search and the nightly count see what they must",
        """
        SELECT rolname FROM pg_roles WHERE rolname IN ('vital_search', 'vital_summary') AND NOT rolbypassrls""",
        "ALTER ROLE … BYPASSRLS;",
    ),
    Law(
        "database.L36",
        "nobody but the migrator and administrators acts as the owner",
        """
        SELECT member::regrole::text FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
        WHERE roleid = to_regrole('vital_owner') AND rolname <> 'vital_migrator' AND NOT (rolsuper OR rolcreaterole)""",
        "REVOKE vital_owner FROM …;",
    ),
    Law(
        "database.L37",
        "no setting of a role or of the database changes who sees what",
        """
        SELECT coalesce(setrole::regrole::text, ''), setting FROM pg_db_role_setting, unnest(setconfig) AS setting
        WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        AND (setrole = 0 OR setrole::regrole::text LIKE 'vital%')
        AND setting ~ '^(search_path|row_security|session_replication_role|role|app[.]|request[.]|default_trans)'
        AND NOT (setrole = 0 AND setting ~ '^search_path=')  -- hosts set one; our functions pin theirs""",
        "ALTER ROLE … RESET …; or ALTER DATABASE … RESET …;",
    ),
    Law(
        "database.L38",
        "the application's time-outs are set",
        """
        SELECT wanted FROM unnest(ARRAY[
            'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'
        ]) AS wanted WHERE NOT EXISTS (
            SELECT FROM pg_db_role_setting, unnest(setconfig) AS setting WHERE setrole = to_regrole('vital_app')
            AND split_part(setting, '=', 1) = wanted AND split_part(setting, '=', 2) !~ '^0')""",
        "manage.py setup_database",
    ),
    Law(
        "database.L39",
        "the application makes no schemas and switches off no triggers",
        """
        SELECT 'CREATE on the database' WHERE has_database_privilege('vital_app', current_database(), 'CREATE')
        UNION ALL SELECT 'SET session_replication_role'
        WHERE has_parameter_privilege('vital_app', 'session_replication_role', 'SET')""",
        "REVOKE CREATE ON DATABASE …, or REVOKE SET ON PARAMETER session_replication_role, FROM vital_app;",
    ),
    Law(
        "database.L40",
        "no view in another schema reads a tenant's table",
        """
        SELECT DISTINCT reader.oid::regclass::text FROM pg_depend
        JOIN pg_rewrite ON pg_rewrite.oid = objid AND classid = 'pg_rewrite'::regclass
        JOIN pg_class AS reader ON reader.oid = ev_class AND reader.relnamespace <> 'public'::regnamespace
        JOIN tenant_table ON tenant_table.oid = refobjid AND refclassid = 'pg_class'::regclass""",
        "DROP VIEW …; or make it in schema public WITH (security_invoker = true), by a migration",
    ),
    Law(
        "database.L41",
        "what is published has the shape of what is written",
        """
        SELECT name, object FROM published_differences()""",
        "A migration that changes a table changes its mirror: DROP TABLE published.…; SELECT mirror_published('…'); "
        "then SELECT rebuild_published() for each tenant.",
    ),
    Law(
        "database.L42",
        "what is published is read, and written by its functions only",
        """
        SELECT grantee, table_schema, table_name, privilege_type FROM information_schema.role_table_grants
        WHERE table_schema = 'published' AND grantee <> 'vital_owner'
        AND (grantee NOT IN ('vital_app', 'vital_reader') OR privilege_type <> 'SELECT')
        OR table_schema = 'public' AND grantee = 'vital_reader'""",
        "REVOKE … ON … FROM …;",
    ),
)
