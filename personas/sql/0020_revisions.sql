-- Revisions: what a persona was after each piece of work. What did not change is kept once.

-- migrate:up

-- A UUID of version 7, so that what is written later sorts after what was written before.
CREATE FUNCTION time_ordered_id() RETURNS uuid LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now_in_microseconds bigint := extract(epoch FROM clock_timestamp()) * 1000000;
BEGIN
    RETURN (
        lpad(to_hex(now_in_microseconds / 1000), 12, '0')
        || '7' || lpad(to_hex(now_in_microseconds % 1000 * 4096 / 1000), 3, '0')
        || '8' || substr(replace(gen_random_uuid()::text, '-', ''), 18)
    )::uuid;
END $$;
COMMENT ON FUNCTION time_ordered_id() IS 'A UUID that sorts after those made before.';

-- As watch_version() was told: the persona's own table, then those of its sections, then those of details.
CREATE FUNCTION persona_tables() RETURNS TABLE (name text, leads text, through text) LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT relname::text, args[1], nullif(args[2], '')
    FROM pg_trigger
    JOIN pg_class ON pg_class.oid = tgrelid AND relnamespace = 'public'::regnamespace
    CROSS JOIN LATERAL string_to_array(encode(tgargs, 'escape'), '\000') AS args
    WHERE tgname = 'version_inserted'
    AND (args[2] = '' OR to_regclass(format('public.%I', args[2])) IS NOT NULL) -- the client's rollback drops sections
    ORDER BY relname <> 'personas', args[2] <> '', relname
$$;
COMMENT ON FUNCTION persona_tables() IS
    'The tables that a persona is made of: the column that leads to it and, for a detail, the section between them.';

-- The columns that are no content: stamps, what follows from the organisation, and where the persona stands in review.
CREATE FUNCTION no_content(table_name text) RETURNS text[] LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT '{created_at,updated_at,created_by,updated_by}'::text[] || CASE table_name
        WHEN 'personas' THEN '{role_name,role_slug,function_name,function_slug,department_name,department_slug,
            validation_status,validated_by,validated_at}'::text[]
        WHEN 'persona_evidence_summary' THEN '{total_sources,research_studies_count,industry_reports_count,
            expert_opinions_count,case_studies_count,statistics_count,peer_reviewed_count,verified_sources_count,
            most_recent_evidence_date,oldest_evidence_date,evidence_quality_score}'::text[]
        ELSE '{}'::text[]
    END
$$;
COMMENT ON FUNCTION no_content(text) IS 'Columns of a table that count as no content of a persona.';

-- A query for the rows of some tables as JSON, by persona: with the tenant as $1 and the personas as $2.
CREATE FUNCTION contents_query(tables text[], from_schema text DEFAULT 'public') RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(
        CASE WHEN through IS NULL THEN format(
            'SELECT %1$I AS persona, %2$L AS section, jsonb_agg(jsonb_strip_nulls(to_jsonb(r)) ORDER BY id) AS rows '
            'FROM %3$I.%2$I AS r WHERE tenant_id = $1 AND %1$I = ANY ($2) GROUP BY 1', leads, name, from_schema
        ) ELSE format(
            'SELECT s.persona_id, %2$L, jsonb_agg(jsonb_strip_nulls(to_jsonb(r)) ORDER BY r.id) '
            'FROM %3$I.%4$I AS s JOIN %3$I.%2$I AS r ON r.tenant_id = s.tenant_id AND r.%1$I = s.id '
            'WHERE s.tenant_id = $1 AND s.persona_id = ANY ($2) GROUP BY 1', leads, name, from_schema, through
        ) END, ' UNION ALL ')
    FROM persona_tables() WHERE name = ANY (tables)
$$;
COMMENT ON FUNCTION contents_query(text[], text) IS
    'The query that reads the rows of some tables ($1 is the tenant, $2 the personas) as revisions keep them.';

CREATE FUNCTION fingerprint(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(convert_to(content::text, 'UTF8')), 'hex');
COMMENT ON FUNCTION fingerprint(jsonb) IS 'The same for the same content.';

CREATE FUNCTION contents_of(tenant uuid, personas uuid[], tables text[], from_schema text DEFAULT 'public')
RETURNS TABLE (persona uuid, section text, rows jsonb) LANGUAGE plpgsql STABLE
SET timezone = 'UTC' SET search_path = pg_catalog, public, pg_temp AS $$ -- a stamp is written in one way only
BEGIN
    RETURN QUERY EXECUTE contents_query(tables, from_schema) USING tenant, personas;
END $$;
COMMENT ON FUNCTION contents_of(uuid, uuid[], text[], text) IS 'The rows of some personas, as revisions keep them.';

-- Keeps what stands in some tables now, and gives the fingerprints: {persona: {table: fingerprint}}.
CREATE FUNCTION keep_contents(tenant uuid, personas uuid[], tables text[]) RETURNS jsonb LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH found AS MATERIALIZED (
        SELECT persona, section, rows, fingerprint(rows) AS hash FROM contents_of(tenant, personas, tables)
    ), kept AS (
        INSERT INTO editorial_contents (id, tenant_id, persona_id, section, hash, rows)
        SELECT gen_random_uuid(), tenant, persona, section, hash, rows FROM found
        ON CONFLICT (tenant_id, persona_id, section, hash) DO NOTHING
    )
    SELECT coalesce(jsonb_object_agg(persona, hashes), '{}')
    FROM (SELECT persona, jsonb_object_agg(section, hash) AS hashes FROM found GROUP BY persona) AS by_persona
$$;
COMMENT ON FUNCTION keep_contents(uuid, uuid[], text[]) IS 'Keeps the rows of some personas for their revisions.';

-- Who tells why, tells it in two settings of the transaction: app.kind and app.why.
CREATE FUNCTION kind_of_work() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(
        nullif(current_setting('app.kind', true), ''), CASE WHEN acting_user() IS NULL THEN 'outside' ELSE 'save' END
    )
$$;
COMMENT ON FUNCTION kind_of_work() IS 'What sort of work this transaction does, as a revision tells it.';

CREATE FUNCTION capture_revisions(tenant uuid, captured uuid[], changed_tables text[] DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    every_table text[] := ARRAY(SELECT name FROM persona_tables());
    -- The persona's row has stamps; triggers write the summary of evidence; details go with their section.
    touched text[] := ARRAY(
        SELECT name FROM persona_tables()
        WHERE name = ANY (changed_tables || '{personas,persona_evidence_summary}'::text[])
        OR through = ANY (changed_tables)
    );
    in_part uuid[];
    in_full uuid[];
    found jsonb;
    done integer;
BEGIN
    -- In order, so that two who change the same personas wait for each other, not both.
    PERFORM FROM editorial_state WHERE tenant_id = tenant AND persona_id = ANY (captured)
    ORDER BY persona_id FOR UPDATE;
    -- Where the latest revision shows what was there before this piece of work, only what it changed is read.
    SELECT array_agg(persona_id) FILTER (WHERE changed_tables IS NOT NULL AND revised_version = version - 1),
        array_agg(persona_id) FILTER (WHERE changed_tables IS NULL OR revised_version < version - 1)
    INTO in_part, in_full
    FROM editorial_state WHERE tenant_id = tenant AND persona_id = ANY (captured) AND revised_version < version;
    found := CASE WHEN in_part IS NULL THEN '{}' ELSE keep_contents(tenant, in_part, touched) END
        || CASE WHEN in_full IS NULL THEN '{}' ELSE keep_contents(tenant, in_full, every_table) END;

    WITH due AS (
        SELECT state.persona_id, state.version, coalesce(previous.number, 0) + 1 AS number, p.name, p.validation_status,
            CASE WHEN state.persona_id = ANY (in_part) THEN coalesce(previous.sections, '{}') - touched ELSE '{}' END
            || coalesce(found -> state.persona_id::text, '{}') AS sections
        FROM editorial_state AS state
        JOIN personas AS p ON p.tenant_id = tenant AND p.id = state.persona_id
        LEFT JOIN LATERAL (
            SELECT r.number, r.sections FROM editorial_revisions AS r
            WHERE r.tenant_id = tenant AND r.persona_id = state.persona_id ORDER BY r.number DESC LIMIT 1
        ) AS previous ON true
        WHERE state.tenant_id = tenant AND state.persona_id = ANY (in_part || in_full)
    ), made AS (
        INSERT INTO editorial_revisions (
            id, tenant_id, persona_id, number, version, kind, status, reason, sections, hash, made_by, made_by_login
        )
        SELECT time_ordered_id(), tenant, persona_id, number, version, kind_of_work(), validation_status::text,
            nullif(current_setting('app.why', true), ''), sections, fingerprint(sections),
            acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END
        FROM due
    ), told AS (
        INSERT INTO editorial_events (
            id, tenant_id, persona, about, name, before, after, why, revision, made_by, made_by_login
        )
        SELECT time_ordered_id(), tenant, persona_id, name, kind_of_work(), validation_status, validation_status,
            nullif(current_setting('app.why', true), ''), number,
            acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END
        FROM due WHERE kind_of_work() <> 'transition' -- which is told with where it led from and to
    )
    UPDATE editorial_state SET revision = due.number, revised_version = due.version
    FROM due WHERE editorial_state.tenant_id = tenant AND editorial_state.persona_id = due.persona_id;
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END $$;
COMMENT ON FUNCTION capture_revisions(uuid, uuid[], text[]) IS
    'Makes a revision of each of these personas whose latest one is behind; the tables are those that changed.';

-- Whatever nobody has captured at the end of a transaction: most of all, what came past the application.
CREATE FUNCTION capture_what_is_due() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    due uuid[];
BEGIN
    IF NOT EXISTS (
        SELECT FROM editorial_state
        WHERE tenant_id = NEW.tenant_id AND persona_id = NEW.persona_id AND revised_version < version
    ) THEN
        RETURN NULL;
    END IF;
    -- All at once: the first of many that changed together does it for the others.
    due := ARRAY(
        SELECT persona_id FROM editorial_state WHERE tenant_id = NEW.tenant_id AND revised_version < version
        ORDER BY persona_id LIMIT 500
    );
    PERFORM capture_revisions(NEW.tenant_id, due || NEW.persona_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION capture_what_is_due() IS 'Makes the revisions that are missing when a transaction ends.';

CREATE CONSTRAINT TRIGGER revision_due AFTER INSERT OR UPDATE OF version ON editorial_state
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.revised_version < NEW.version)
EXECUTE FUNCTION capture_what_is_due();

-- Of plain saves before a day, the last of each day is kept, and what was published, decided or is the latest.
CREATE FUNCTION thin_revisions(tenant uuid, made_before timestamptz) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    thinned uuid[];
    number_of_them integer;
BEGIN
    WITH gone AS (
        DELETE FROM editorial_revisions AS r USING editorial_state AS state
        WHERE r.tenant_id = tenant AND r.made_at < made_before AND r.kind IN ('save', 'command', 'outside')
        AND r.published_at IS NULL
        AND state.tenant_id = tenant AND state.persona_id = r.persona_id AND r.number <> state.revision
        AND EXISTS (
            SELECT FROM editorial_revisions AS later
            WHERE later.tenant_id = tenant AND later.persona_id = r.persona_id AND later.number > r.number
            AND (later.made_at AT TIME ZONE 'UTC')::date = (r.made_at AT TIME ZONE 'UTC')::date
        )
        RETURNING r.persona_id
    )
    SELECT array_agg(DISTINCT persona_id), count(*) INTO thinned, number_of_them FROM gone;
    -- Whoever captures one of them at this moment may take up a content again that nothing showed.
    PERFORM FROM editorial_state WHERE tenant_id = tenant AND persona_id = ANY (thinned) ORDER BY persona_id FOR UPDATE;
    DELETE FROM editorial_contents AS c WHERE c.tenant_id = tenant AND c.persona_id = ANY (thinned)
    AND NOT EXISTS (
        SELECT FROM editorial_revisions AS r WHERE r.tenant_id = tenant AND r.persona_id = c.persona_id
        AND r.sections ->> c.section = c.hash
    );
    RETURN number_of_them;
END $$;
COMMENT ON FUNCTION thin_revisions(uuid, timestamptz) IS
    'Forgets plain saves before a time, but for the last of each day, and contents that nothing shows any more.';

-- History is written by these functions, and by nobody else: not even the application can make up what was approved.
REVOKE ALL ON FUNCTION capture_revisions(uuid, uuid[], text[]), thin_revisions(uuid, timestamptz) FROM PUBLIC;
REVOKE ALL ON FUNCTION keep_contents(uuid, uuid[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION capture_revisions(uuid, uuid[], text[]), thin_revisions(uuid, timestamptz) TO vital_app;
REVOKE INSERT, UPDATE, DELETE ON editorial_revisions, editorial_contents FROM vital_app;

-- History begins with what is there.
DO $$
DECLARE
    tenant uuid;
    personas_of_it uuid[];
BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        EXECUTE format('SET LOCAL request.jwt.claim.tenant_id = %L', tenant);
        personas_of_it := ARRAY(SELECT persona_id FROM editorial_state WHERE tenant_id = tenant);
        FOR start IN 1 .. coalesce(cardinality(personas_of_it), 0) BY 200 LOOP
            PERFORM capture_revisions(tenant, personas_of_it[start : start + 199]);
        END LOOP;
    END LOOP;
    SET LOCAL request.jwt.claim.tenant_id = '';
END $$;

-- migrate:down

GRANT INSERT, UPDATE, DELETE ON editorial_revisions, editorial_contents TO vital_app;
DROP FUNCTION thin_revisions(uuid, timestamptz);
DROP TRIGGER revision_due ON editorial_state;
DROP FUNCTION capture_what_is_due();
DROP FUNCTION capture_revisions(uuid, uuid[], text[]);
DROP FUNCTION kind_of_work();
DROP FUNCTION keep_contents(uuid, uuid[], text[]);
DROP FUNCTION contents_of(uuid, uuid[], text[], text);
DROP FUNCTION fingerprint(jsonb);
DROP FUNCTION contents_query(text[], text);
DROP FUNCTION no_content(text);
DROP FUNCTION persona_tables();
DROP FUNCTION time_ordered_id();
