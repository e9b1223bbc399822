-- The schema `published`: what consumers read. It changes when something is published, withdrawn or rebuilt, and never
-- otherwise: its tables are those of `public`, filled from revisions.

-- migrate:up

CREATE SCHEMA published;
COMMENT ON SCHEMA published IS 'Personas as they were published last; for services to read.';
GRANT USAGE ON SCHEMA published TO vital_app, vital_reader;

-- References that lead out of the mirror and would change a row when something else is deleted are left out.
CREATE FUNCTION is_mirrored(kind "char", to_table oid, on_delete "char") RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT kind IN ('p', 'u') OR kind = 'f' AND (
        on_delete = 'a' OR to_table = 'tenants'::regclass
        OR EXISTS (SELECT FROM persona_tables() WHERE to_table = format('public.%I', name)::regclass)
    )
$$;
COMMENT ON FUNCTION is_mirrored("char", oid, "char") IS
    'Whether the mirror of a table has a constraint of this kind: keys, and references that change nothing.';

CREATE FUNCTION mirror_published(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$ -- so that every name of ours is told with its schema
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = target);
    mirror text := format('published.%I', name);
    one record;
BEGIN
    EXECUTE format(
        'CREATE TABLE %s (LIKE %s INCLUDING COMMENTS INCLUDING CONSTRAINTS INCLUDING DEFAULTS INCLUDING GENERATED '
        'INCLUDING STORAGE)', mirror, target
    );
    EXECUTE format('COMMENT ON TABLE %s IS %L', mirror, obj_description(target, 'pg_class'));
    FOR one IN
        SELECT conname, pg_get_constraintdef(oid) AS definition, contype, (
            SELECT relname FROM pg_class WHERE oid = confrelid AND to_regclass('published.' || quote_ident(relname))
            IS NOT NULL
        ) AS other
        FROM pg_constraint WHERE conrelid = target AND public.is_mirrored(contype, confrelid, confdeltype)
        ORDER BY contype = 'f', contype <> 'p', conname
    LOOP
        EXECUTE format(
            'ALTER TABLE %s ADD CONSTRAINT %I %s', mirror, one.conname,
            CASE WHEN one.other IS NULL THEN one.definition ELSE replace(
                one.definition,
                format('REFERENCES public.%I(', one.other), format('REFERENCES published.%I(', one.other)
            ) END
        );
    END LOOP;
    FOR one IN
        SELECT pg_get_indexdef(indexrelid) AS definition FROM pg_index
        WHERE indrelid = target
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = target)
    LOOP
        EXECUTE replace(one.definition, format(' ON public.%I ', name), format(' ON %s ', mirror));
    END LOOP;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', mirror);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', mirror);
    FOR one IN
        SELECT polname, pg_get_expr(polqual, polrelid) AS condition FROM pg_policy WHERE polrelid = target
    LOOP
        EXECUTE format('CREATE POLICY %I ON %s USING (%s) WITH CHECK (%3$s)', one.polname, mirror, one.condition);
    END LOOP;
    EXECUTE format('GRANT SELECT ON %s TO vital_app, vital_reader', mirror);
END $$;
COMMENT ON FUNCTION mirror_published(regclass) IS
    'Makes the table of the same shape in schema published: columns, keys, policy, indexes; for consumers to read.';

SELECT mirror_published(format('public.%I', name)::regclass) FROM persona_tables();

-- Where the two schemas differ in shape; empty when a migration of a table has changed its mirror, too.
-- A function, because what PostgreSQL keeps of a view is not the same in every version.
CREATE FUNCTION published_differences() RETURNS TABLE (name text, object text, in_public text, in_published text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
WITH pair AS (
    SELECT name, format('public.%I', name)::regclass AS origin, to_regclass(format('published.%I', name)) AS mirror
    FROM persona_tables()
), fact AS (
    SELECT name, side, format('column %s', attname) AS object, concat_ws(
        ' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END, attgenerated::text,
        attcollation, pg_get_expr(adbin, adrelid)
    ) AS said
    FROM pair CROSS JOIN LATERAL (VALUES ('public', origin), ('published', mirror)) AS both_sides (side, target)
    JOIN pg_attribute ON attrelid = target AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    UNION ALL
    SELECT name, side, format('constraint %s', conname), replace(replace(
        regexp_replace(pg_get_constraintdef(pg_constraint.oid), 'REFERENCES (public|published)\.', 'REFERENCES '),
        ' public.', ' '), ' published.', ' ')
    FROM pair CROSS JOIN LATERAL (VALUES ('public', origin), ('published', mirror)) AS both_sides (side, target)
    JOIN pg_constraint ON conrelid = target AND contype IN ('c', 'p', 'u', 'f')
    WHERE side = 'published' OR contype = 'c' OR is_mirrored(contype, confrelid, confdeltype)
    UNION ALL
    SELECT name, side, format('index %s', relname),
        regexp_replace(pg_get_indexdef(indexrelid), ' ON (public\.|published\.)?', ' ON ')
    FROM pair CROSS JOIN LATERAL (VALUES ('public', origin), ('published', mirror)) AS both_sides (side, target)
    JOIN pg_index ON indrelid = target JOIN pg_class ON pg_class.oid = indexrelid
    UNION ALL
    SELECT name, side, format('policy %s', polname),
        concat_ws(' ', polcmd, polpermissive, pg_get_expr(polqual, polrelid))
    FROM pair CROSS JOIN LATERAL (VALUES ('public', origin), ('published', mirror)) AS both_sides (side, target)
    JOIN pg_policy ON polrelid = target
    UNION ALL
    SELECT name, side, 'row-level security', concat_ws(' ', relrowsecurity, relforcerowsecurity)
    FROM pair CROSS JOIN LATERAL (VALUES ('public', origin), ('published', mirror)) AS both_sides (side, target)
    JOIN pg_class ON pg_class.oid = target
)
SELECT name, object, min(said) FILTER (WHERE side = 'public') AS in_public,
    min(said) FILTER (WHERE side = 'published') AS in_published
FROM fact GROUP BY name, object
HAVING min(said) FILTER (WHERE side = 'public') IS DISTINCT FROM min(said) FILTER (WHERE side = 'published')
$$;
COMMENT ON FUNCTION published_differences() IS 'Where a table and its mirror in schema published are not of one shape.';

-- Brings one persona in `published` from the content of one revision to that of another, table by table.
CREATE FUNCTION project_revision(tenant uuid, persona uuid, wanted jsonb, there jsonb) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one record;
    listed text;
    redone text[] := '{}';
BEGIN
    FOR one IN SELECT * FROM persona_tables() LOOP
        CONTINUE WHEN wanted ->> one.name IS NOT DISTINCT FROM there ->> one.name
            AND (one.through IS NULL OR one.through <> ALL (redone));
        redone := redone || one.name;
        IF one.through IS NOT NULL THEN
            EXECUTE format(
                'DELETE FROM published.%I WHERE tenant_id = $1 AND %I IN '
                '(SELECT id FROM published.%I WHERE tenant_id = $1 AND persona_id = $2)',
                one.name, one.leads, one.through
            ) USING tenant, persona;
        ELSIF one.name <> 'personas' THEN
            EXECUTE format('DELETE FROM published.%I WHERE tenant_id = $1 AND persona_id = $2', one.name)
            USING tenant, persona;
        END IF;
        CONTINUE WHEN NOT wanted ? one.name;
        listed := (
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = format('published.%I', one.name)::regclass AND attnum > 0 AND NOT attisdropped
            AND attgenerated = ''
        );
        EXECUTE format(
            'INSERT INTO published.%1$I (%2$s) SELECT %2$s FROM jsonb_populate_recordset(NULL::published.%1$I, ('
            'SELECT rows FROM editorial_contents '
            'WHERE tenant_id = $1 AND persona_id = $2 AND section = %1$L AND hash = $3)) AS kept %3$s',
            one.name, listed,
            CASE WHEN one.name = 'personas' THEN (
                SELECT 'ON CONFLICT (id) DO UPDATE SET ' || string_agg(format('%1$I = excluded.%1$I', attname), ', ')
                FROM pg_attribute WHERE attrelid = 'published.personas'::regclass AND attnum > 0 AND NOT attisdropped
                AND attgenerated = ''
            ) END
        ) USING tenant, persona, wanted ->> one.name;
    END LOOP;
END $$;
COMMENT ON FUNCTION project_revision(uuid, uuid, jsonb, jsonb) IS
    'Brings a persona in schema published from one content to another, given as fingerprints of tables.';
REVOKE ALL ON FUNCTION project_revision(uuid, uuid, jsonb, jsonb) FROM PUBLIC;

CREATE FUNCTION tell_consumers(tenant uuid, persona uuid, event text, revision integer) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO editorial_outbox (id, tenant_id, event, persona, payload)
    SELECT time_ordered_id(), tenant, event, p.id, jsonb_build_object(
        -- as consumers know it: a draft may have another name by now
        'event', event, 'tenant', tenant, 'persona', p.id, 'slug', p.slug, 'name', p.name, 'revision', revision,
        'at', to_jsonb(now() AT TIME ZONE 'UTC') #>> '{}' || 'Z'
    )
    FROM published.personas AS p
    WHERE p.tenant_id = tenant AND p.id = persona
    AND EXISTS (SELECT FROM editorial_webhooks WHERE tenant_id = tenant AND is_active)
$$;
COMMENT ON FUNCTION tell_consumers(uuid, uuid, text, integer) IS 'Puts a message for the webhook into the outbox.';

CREATE FUNCTION record_event(tenant uuid, persona uuid, name text, revision integer) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO editorial_events (id, tenant_id, persona, about, name, why, revision, made_by, made_by_login)
    SELECT time_ordered_id(), tenant, persona, p.name, record_event.name,
        nullif(current_setting('app.why', true), ''), revision,
        acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END
    FROM personas AS p WHERE p.tenant_id = tenant AND p.id = persona
$$;
COMMENT ON FUNCTION record_event(uuid, uuid, text, integer) IS 'Tells in the audit what was done to a persona.';

CREATE FUNCTION publish_persona(persona uuid, revision uuid DEFAULT NULL) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant_id();
    state editorial_state;
    there jsonb;
    wanted editorial_revisions;
BEGIN
    SELECT * INTO state FROM editorial_state WHERE tenant_id = tenant AND persona_id = persona FOR UPDATE;
    IF NOT FOUND THEN
        RAISE 'There is no persona % in this tenant.', persona USING ERRCODE = 'no_data_found';
    END IF;
    IF revision IS NULL THEN
        IF NOT EXISTS (
            SELECT FROM personas WHERE tenant_id = tenant AND id = persona AND validation_status = 'published'
        ) THEN
            RAISE 'Only what stands as published is made live.' USING ERRCODE = 'check_violation',
                HINT = 'UPDATE personas SET validation_status = ''published'' for a validated persona makes it live.';
        END IF;
        PERFORM capture_revisions(tenant, ARRAY[persona]);
        SELECT r.* INTO wanted FROM editorial_revisions AS r
        WHERE tenant_id = tenant AND persona_id = persona ORDER BY number DESC LIMIT 1;
    ELSE
        SELECT r.* INTO wanted FROM editorial_revisions AS r
        WHERE tenant_id = tenant AND persona_id = persona AND id = revision AND published_at IS NOT NULL;
        IF NOT FOUND THEN
            RAISE 'Only a revision that was published once is made live again.' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF wanted.id = state.live_id THEN
        RETURN;
    END IF;
    SELECT sections INTO there FROM editorial_revisions WHERE tenant_id = tenant AND id = state.live_id;
    PERFORM project_revision(tenant, persona, wanted.sections, coalesce(there, '{}'));
    UPDATE editorial_revisions SET published_at = coalesce(published_at, now())
    WHERE tenant_id = tenant AND id = wanted.id;
    UPDATE editorial_state SET live_id = wanted.id, live_at = now() WHERE tenant_id = tenant AND id = state.id;
    PERFORM tell_consumers(tenant, persona, 'published', wanted.number);
    PERFORM record_event(tenant, persona, 'make_live', wanted.number);
END $$;
COMMENT ON FUNCTION publish_persona(uuid, uuid) IS
    'Makes live what stands as published, or a revision that was live before; ids stay the same.';

CREATE FUNCTION withdraw_persona(persona uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant_id();
    number_of_it integer;
BEGIN
    IF EXISTS (
        SELECT FROM personas WHERE tenant_id = tenant AND id = persona AND validation_status = 'published'
    ) THEN
        RAISE 'What stands as published is not withdrawn.' USING ERRCODE = 'check_violation',
            HINT = 'UPDATE personas SET validation_status = ''archived'' withdraws it.';
    END IF;
    SELECT r.number INTO number_of_it FROM editorial_state AS state
    JOIN editorial_revisions AS r ON r.tenant_id = tenant AND r.id = state.live_id
    WHERE state.tenant_id = tenant AND state.persona_id = persona FOR UPDATE OF state;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM tell_consumers(tenant, persona, 'withdrawn', number_of_it);
    DELETE FROM published.personas WHERE tenant_id = tenant AND id = persona; -- and with it all that belongs to it
    UPDATE editorial_state SET live_id = NULL, live_at = NULL WHERE tenant_id = tenant AND persona_id = persona;
    PERFORM record_event(tenant, persona, 'withdraw', number_of_it);
END $$;
COMMENT ON FUNCTION withdraw_persona(uuid) IS 'Takes a persona away from consumers.';

CREATE FUNCTION rebuild_published() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant_id();
    live record;
    done integer := 0;
BEGIN
    DELETE FROM published.personas WHERE tenant_id = tenant;
    FOR live IN
        SELECT r.persona_id, r.sections FROM editorial_state AS state
        JOIN editorial_revisions AS r ON r.tenant_id = tenant AND r.id = state.live_id
        WHERE state.tenant_id = tenant ORDER BY r.persona_id FOR UPDATE OF state
    LOOP
        PERFORM project_revision(tenant, live.persona_id, live.sections, '{}');
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;
COMMENT ON FUNCTION rebuild_published() IS 'Fills schema published anew, for this tenant, from the live revisions.';

-- A persona that is deleted for good takes what is live along: nobody could withdraw it any more.
CREATE FUNCTION withdraw_deleted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM tell_consumers(tenant_id, id, 'withdrawn', NULL) FROM gone_rows
    WHERE EXISTS (SELECT FROM tenants WHERE tenants.id = gone_rows.tenant_id);
    DELETE FROM published.personas AS live USING gone_rows AS gone
    WHERE live.tenant_id = gone.tenant_id AND live.id = gone.id;
    INSERT INTO editorial_events (id, tenant_id, persona, about, name, before, made_by, made_by_login)
    SELECT time_ordered_id(), tenant_id, id, name, 'purge', validation_status, acting_user(),
        CASE WHEN acting_user() IS NULL THEN session_user END
    FROM gone_rows WHERE EXISTS (SELECT FROM tenants WHERE tenants.id = gone_rows.tenant_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION withdraw_deleted() IS 'Takes away from consumers, and tells of, what was deleted for good.';
CREATE TRIGGER withdraw_deleted AFTER DELETE ON personas REFERENCING OLD TABLE AS gone_rows
    FOR EACH STATEMENT EXECUTE FUNCTION withdraw_deleted();

-- The client's views over what is live. Names of the organisation are those of the day of publishing; of the tenant a
-- consumer sees its own.
CREATE VIEW published.tenants WITH (security_barrier = true) AS
SELECT id, tenant_key, slug, name FROM public.tenants WHERE id = (SELECT public.current_tenant_id());
COMMENT ON VIEW published.tenants IS 'The tenant that asks.';

CREATE VIEW published.v_personas_complete WITH (security_invoker = true) AS
SELECT
    p.id, p.tenant_id, p.name, p.slug, p.title, p.tagline, p.one_liner, p.role_id, p.role_name, p.role_slug,
    p.function_id, p.function_name, p.function_slug, p.department_id, p.department_name, p.department_slug,
    p.archetype, p.archetype_confidence, p.work_pattern, p.work_complexity_score, p.ai_maturity_score,
    p.seniority_level, p.years_of_experience, p.years_in_current_role, p.years_in_industry, p.years_in_function,
    p.education_level, p.typical_organization_size, p.organization_type, p.geographic_scope, p.reporting_to,
    p.team_size, p.team_size_typical, p.direct_reports, p.budget_authority, p.budget_authority_level,
    p.work_style, p.work_arrangement, p.decision_making_style, p.learning_style, p.technology_adoption,
    p.risk_tolerance, p.change_readiness,
    p.gen_ai_readiness_level, p.preferred_service_layer, p.gen_ai_adoption_score, p.gen_ai_trust_score,
    p.gen_ai_usage_frequency, p.gen_ai_primary_use_case,
    p.background_story, p.a_day_in_the_life,
    p.salary_min_usd, p.salary_max_usd, p.salary_median_usd, p.salary_currency, p.salary_year,
    p.is_active, p.validation_status, p.created_at, p.updated_at, p.deleted_at,
    t.name AS tenant_name, t.slug AS tenant_slug
FROM published.personas AS p
LEFT JOIN published.tenants AS t ON t.id = p.tenant_id
WHERE p.is_active AND p.deleted_at IS NULL;
COMMENT ON VIEW published.v_personas_complete IS 'Active personas in full, as published.';

CREATE VIEW published.v_personas_summary WITH (security_invoker = true) AS
SELECT
    p.id, p.tenant_id, p.name, p.slug, p.title, p.tagline, p.archetype, p.work_pattern, p.seniority_level,
    p.function_name, p.department_name, p.role_name, p.validation_status, p.is_active, p.created_at, p.updated_at
FROM published.personas AS p
WHERE p.deleted_at IS NULL;
COMMENT ON VIEW published.v_personas_summary IS 'Personas as a list shows them, as published.';

CREATE VIEW published.v_personas_with_vpanes WITH (security_invoker = true) AS
SELECT
    p.id, p.tenant_id, p.name, p.slug, p.archetype, p.work_pattern, p.function_name,
    v.visibility, v.pain, v.actions, v.needs, v.emotions, v.scenarios, v.total_score, v.priority_tier
FROM published.personas AS p
LEFT JOIN published.persona_vpanes_scoring AS v ON v.tenant_id = p.tenant_id AND v.persona_id = p.id
WHERE p.deleted_at IS NULL;
COMMENT ON VIEW published.v_personas_with_vpanes IS 'Personas with their six scores and the total, as published.';

CREATE VIEW published.v_archetype_distribution WITH (security_invoker = true) AS
SELECT
    t.tenant_key AS tenant, p.archetype, p.function_name,
    count(*) AS persona_count,
    avg(p.ai_maturity_score) AS avg_ai_maturity,
    avg(p.work_complexity_score) AS avg_work_complexity,
    avg(v.total_score) AS avg_vpanes_score
FROM published.personas AS p
LEFT JOIN published.tenants AS t ON t.id = p.tenant_id
LEFT JOIN published.persona_vpanes_scoring AS v ON v.tenant_id = p.tenant_id AND v.persona_id = p.id
WHERE p.deleted_at IS NULL
GROUP BY t.tenant_key, p.archetype, p.function_name;
COMMENT ON VIEW published.v_archetype_distribution IS 'How many personas of each archetype there are, as published.';

GRANT SELECT ON published.tenants, published.v_personas_complete, published.v_personas_summary,
    published.v_personas_with_vpanes, published.v_archetype_distribution TO vital_app, vital_reader;
REVOKE ALL ON FUNCTION publish_persona(uuid, uuid), withdraw_persona(uuid), rebuild_published() FROM PUBLIC;
REVOKE ALL ON FUNCTION withdraw_deleted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION publish_persona(uuid, uuid), withdraw_persona(uuid), rebuild_published() TO vital_app;

-- migrate:down

DROP TRIGGER IF EXISTS withdraw_deleted ON personas;
DROP FUNCTION withdraw_deleted();
DROP FUNCTION rebuild_published();
DROP FUNCTION withdraw_persona(uuid);
DROP FUNCTION publish_persona(uuid, uuid);
DROP FUNCTION record_event(uuid, uuid, text, integer);
DROP FUNCTION tell_consumers(uuid, uuid, text, integer);
DROP FUNCTION project_revision(uuid, uuid, jsonb, jsonb);
DROP FUNCTION published_differences();
DROP SCHEMA published CASCADE;
DROP FUNCTION mirror_published(regclass);
DROP FUNCTION is_mirrored("char", oid, "char");
