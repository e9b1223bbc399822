-- How far a persona is: the rows of each section, kept with the version, and what they say about completeness.

-- migrate:up

-- How many rows a section needs at least; those of which nothing is expected do not count.
CREATE FUNCTION completeness_of(counts jsonb) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT floor(avg(least(coalesce((counts ->> word)::integer, 0) / wanted::numeric, 1)) * 100)::smallint
    FROM (VALUES
        ('tools_used', 5), ('education', 1), ('aspirations', 2), ('personality_traits', 3), ('values', 3),
        ('pain_points', 5), ('goals', 3), ('motivations', 3), ('challenges', 3), ('vpanes_scoring', 1),
        ('success_metrics', 3), ('jtbd', 3),
        ('information_sources', 3), ('communication_preferences', 2), ('content_preferences', 3),
        ('buying_process', 1), ('buying_triggers', 3), ('objections', 3), ('adoption_barriers', 3),
        ('typical_day', 6), ('annual_conferences', 4), ('week_in_life', 7), ('weekly_milestones', 4),
        ('weekly_meetings', 8), ('month_in_life', 3), ('monthly_objectives', 6), ('monthly_stakeholders', 8),
        ('year_in_life', 4),
        ('internal_stakeholders', 8), ('internal_networks', 3), ('external_stakeholders', 10),
        ('vendor_relationships', 5), ('customer_relationships', 8), ('regulatory_stakeholders', 3),
        ('industry_relationships', 5), ('stakeholder_influence_map', 10), ('stakeholder_journey', 8),
        ('stakeholder_value_exchange', 10),
        ('evidence_sources', 5), ('public_research', 5), ('industry_reports', 4), ('expert_opinions', 5),
        ('case_studies', 3), ('supporting_statistics', 8), ('evidence_summary', 1)
    ) AS expected (word, wanted)
$$;
COMMENT ON FUNCTION completeness_of(jsonb) IS
    'How complete a persona is, from 0 to 100: of the rows that are expected, the share that is there.';

-- Tables that have rows of personas, as watch_version() was told.
CREATE FUNCTION section_tables() RETURNS text[] LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT array_agg(relname::text ORDER BY relname) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE tgname = 'version_inserted' AND tgargs = '\x706572736f6e615f696400' -- 'persona_id' alone
$$;
COMMENT ON FUNCTION section_tables() IS 'The tables of sections.';

-- What the rows of some sections are counted by: a query with the tenant as $1 and the personas as $2.
CREATE FUNCTION counting(tables text[]) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'SELECT persona, jsonb_object_agg(word, rows) AS counts FROM (' || string_agg(format(
        'SELECT persona, %L AS word, (SELECT count(*) FROM public.%I WHERE tenant_id = $1 AND persona_id = persona) '
        'AS rows FROM unnest($2) AS persona', substr(section, length('persona_') + 1), section
    ), ' UNION ALL ') || ') AS counted GROUP BY persona'
    FROM unnest(tables) AS section
$$;
COMMENT ON FUNCTION counting(text[]) IS 'The query that counts the rows of some personas ($2) of a tenant ($1).';

DROP FUNCTION raise_versions(uuid, uuid[]);
CREATE FUNCTION raise_versions(
    tenant uuid, changed_personas uuid[], changed_tables text[] DEFAULT '{}', raised_by integer DEFAULT 1
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sections text[] := ARRAY(
        SELECT section FROM unnest(changed_tables) AS section WHERE section LIKE 'persona\_%'
        -- The evidence triggers write the summary, and raise no version for that.
        UNION SELECT 'persona_evidence_summary' WHERE changed_tables && ARRAY[
            'persona_public_research', 'persona_industry_reports', 'persona_expert_opinions', 'persona_case_studies',
            'persona_supporting_statistics'
        ]
    );
    counted jsonb;
BEGIN
    -- In order, so that two who change the same personas wait for each other, not both.
    PERFORM FROM editorial_state WHERE tenant_id = tenant AND persona_id = ANY (changed_personas)
    ORDER BY persona_id FOR UPDATE;
    IF sections = '{}' THEN
        UPDATE editorial_state SET
            version = version + raised_by,
            changed_by = acting_user(),
            changed_by_login = CASE WHEN acting_user() IS NULL THEN session_user END,
            changed_at = now()
        WHERE tenant_id = tenant AND persona_id = ANY (changed_personas);
        RETURN;
    END IF;
    EXECUTE 'SELECT jsonb_object_agg(persona, counts) FROM (' || counting(sections) || ') AS counted'
    INTO counted USING tenant, changed_personas;
    UPDATE editorial_state SET
        version = version + raised_by,
        changed_by = acting_user(),
        changed_by_login = CASE WHEN acting_user() IS NULL THEN session_user END,
        changed_at = now(),
        counts = counts || (counted -> persona_id::text),
        completeness = completeness_of(counts || (counted -> persona_id::text))
    WHERE tenant_id = tenant AND persona_id = ANY (changed_personas);
END $$;
COMMENT ON FUNCTION raise_versions(uuid, uuid[], text[], integer) IS
    'Raises the version of some personas, in the name of who acts, and counts the rows of the sections that changed.';

CREATE OR REPLACE FUNCTION recompute_editorial_state(tenant uuid) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO editorial_state (tenant_id, persona_id, changed_by, changed_by_login, owner_id)
    SELECT tenant, id, acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END, acting_user()
    FROM personas WHERE tenant_id = tenant
    ON CONFLICT (tenant_id, persona_id) DO NOTHING;
    EXECUTE
        'UPDATE editorial_state SET counts = counted.counts, completeness = completeness_of(counted.counts) '
        'FROM (' || counting(section_tables()) || ') AS counted WHERE tenant_id = $1 AND persona_id = persona '
        'AND (editorial_state.counts, completeness) IS DISTINCT FROM (counted.counts, completeness_of(counted.counts))'
    USING tenant, ARRAY(SELECT id FROM personas WHERE tenant_id = tenant);
END $$;
COMMENT ON FUNCTION recompute_editorial_state(uuid) IS
    'Gives a state to personas that came past the triggers, and counts the rows of all anew.';

CREATE OR REPLACE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed record;
BEGIN
    IF TG_TABLE_NAME = 'personas' AND TG_OP = 'INSERT' THEN
        INSERT INTO editorial_state (tenant_id, persona_id, changed_by, changed_by_login, owner_id)
        SELECT tenant_id, id, acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END, acting_user()
        FROM changed_rows;
        RETURN NULL;
    END IF;
    -- Whoever changes a persona in many statements of one piece of work holds its version, and raises it at the end.
    IF current_setting('app.versions', true) = 'held' THEN
        RETURN NULL;
    END IF;
    FOR changed IN EXECUTE format(
        CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT tenant_id, array_agg(DISTINCT id) AS ids FROM (SELECT tenant_id, %1$I AS id FROM before_rows '
                'UNION SELECT tenant_id, %1$I FROM after_rows) AS both_rows GROUP BY tenant_id'
            ELSE 'SELECT tenant_id, array_agg(DISTINCT %I) AS ids FROM changed_rows GROUP BY tenant_id'
        END, TG_ARGV[0]
    ) LOOP
        IF TG_NARGS = 2 THEN
            EXECUTE format(
                'SELECT array_agg(DISTINCT persona_id) FROM %I WHERE tenant_id = $1 AND id = ANY ($2)', TG_ARGV[1]
            ) INTO changed.ids USING changed.tenant_id, changed.ids;
        END IF;
        PERFORM raise_versions(
            changed.tenant_id, changed.ids,
            CASE WHEN TG_ARGV[0] = 'persona_id' THEN ARRAY[TG_TABLE_NAME::text] ELSE '{}' END
        );
    END LOOP;
    RETURN NULL;
END $$;

DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        EXECUTE format('SET LOCAL request.jwt.claim.tenant_id = %L', tenant);
        PERFORM recompute_editorial_state(tenant);
    END LOOP;
    SET LOCAL request.jwt.claim.tenant_id = '';
END $$;

-- migrate:down

DROP FUNCTION raise_versions(uuid, uuid[], text[], integer);
CREATE FUNCTION raise_versions(tenant uuid, changed_personas uuid[]) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    -- In order, so that two who change the same personas wait for each other, not both.
    SELECT FROM editorial_state WHERE tenant_id = tenant AND persona_id = ANY (changed_personas)
    ORDER BY persona_id FOR UPDATE;
    UPDATE editorial_state SET
        version = version + 1,
        changed_by = acting_user(),
        changed_by_login = CASE WHEN acting_user() IS NULL THEN session_user END,
        changed_at = now()
    WHERE tenant_id = tenant AND persona_id = ANY (changed_personas)
$$;
COMMENT ON FUNCTION raise_versions(uuid, uuid[]) IS 'Raises the version of some personas, in the name of who acts.';

CREATE OR REPLACE FUNCTION recompute_editorial_state(tenant uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO editorial_state (tenant_id, persona_id, changed_by, changed_by_login)
    SELECT tenant, id, acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END
    FROM personas WHERE tenant_id = tenant
    ON CONFLICT (tenant_id, persona_id) DO NOTHING
$$;

CREATE OR REPLACE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed record;
BEGIN
    IF TG_TABLE_NAME = 'personas' AND TG_OP = 'INSERT' THEN
        INSERT INTO editorial_state (tenant_id, persona_id, changed_by, changed_by_login)
        SELECT tenant_id, id, acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END FROM changed_rows;
        RETURN NULL;
    END IF;
    -- Whoever changes a persona in many statements of one piece of work holds its version, and raises it at the end.
    IF current_setting('app.versions', true) = 'held' THEN
        RETURN NULL;
    END IF;
    FOR changed IN EXECUTE format(
        CASE TG_OP
            WHEN 'UPDATE' THEN
                'SELECT tenant_id, array_agg(DISTINCT id) AS ids FROM (SELECT tenant_id, %1$I AS id FROM before_rows '
                'UNION SELECT tenant_id, %1$I FROM after_rows) AS both_rows GROUP BY tenant_id'
            ELSE 'SELECT tenant_id, array_agg(DISTINCT %I) AS ids FROM changed_rows GROUP BY tenant_id'
        END, TG_ARGV[0]
    ) LOOP
        IF TG_NARGS = 2 THEN
            EXECUTE format(
                'SELECT array_agg(DISTINCT persona_id) FROM %I WHERE tenant_id = $1 AND id = ANY ($2)', TG_ARGV[1]
            ) INTO changed.ids USING changed.tenant_id, changed.ids;
        END IF;
        PERFORM raise_versions(changed.tenant_id, changed.ids);
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION recompute_editorial_state(uuid) IS 'Gives a state to personas that came past the triggers.';

DROP FUNCTION counting(text[]);
DROP FUNCTION section_tables();
DROP FUNCTION completeness_of(jsonb);
