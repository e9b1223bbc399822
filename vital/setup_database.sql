-- Roles, grants and timeouts of VITAL Personas. Run by `manage.py setup_database` in the application's database, as a
-- role that may create roles. It can be run again, and then changes only what differs.

DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT * FROM (VALUES
            ('vital_owner', 'NOLOGIN'),               -- owns every table
            ('vital_migrator', 'LOGIN'),              -- migrations; acts as vital_owner
            ('vital_app', 'LOGIN'),                   -- web and worker; held back by row-level security
            ('vital_reader', 'NOLOGIN'),              -- services that read what is published
            ('vital_search', 'NOLOGIN BYPASSRLS'),    -- owns the search functions, which filter by tenant themselves
            ('vital_summary', 'NOLOGIN BYPASSRLS')    -- owns the materialized view
        ) AS roles (name, attributes)
    LOOP
        IF to_regrole(wanted.name) IS NULL THEN
            EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.attributes);
        END IF;
    END LOOP;
    -- Whoever sets up must have the owner's rights to grant them on; a superuser does already.
    IF NOT pg_has_role(current_user, 'vital_owner', 'USAGE') THEN
        EXECUTE format('GRANT vital_owner TO %I', current_user);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO vital_migrator, vital_reader', current_database());
    EXECUTE format('GRANT CREATE ON DATABASE %I TO vital_owner', current_database());
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO vital_app', current_database());
END $$;

GRANT vital_owner TO vital_migrator;
GRANT vital_search, vital_summary TO vital_owner;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO vital_app;
GRANT USAGE, CREATE ON SCHEMA public TO vital_owner, vital_search, vital_summary;

-- Rows, and no more: no TRUNCATE (row-level security does not hold it), no REFERENCES, no TRIGGER.
ALTER DEFAULT PRIVILEGES FOR ROLE vital_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO vital_app;
ALTER DEFAULT PRIVILEGES FOR ROLE vital_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO vital_app;

ALTER ROLE vital_app SET statement_timeout = '30s';
ALTER ROLE vital_app SET lock_timeout = '5s';
ALTER ROLE vital_app SET idle_in_transaction_session_timeout = '60s';
