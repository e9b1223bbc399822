-- The steps of review, held by the database: whichever way a status changes, it follows the steps, is stamped and told,
-- and brings to consumers what they are to read. What was approved is approved no longer once it changes.

-- migrate:up

CREATE FUNCTION step_between(before text, after text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT name FROM (VALUES
        ('draft', 'pending_review', 'submit'),
        ('pending_review', 'draft', 'request_changes'),
        ('pending_review', 'validated', 'validate'),
        ('validated', 'draft', 'request_changes'),
        ('validated', 'published', 'publish'),
        ('published', 'draft', 'revise'),
        ('draft', 'archived', 'archive'),
        ('validated', 'archived', 'archive'),
        ('published', 'archived', 'archive'),
        ('archived', 'draft', 'restore')
    ) AS step (leads_from, leads_to, name)
    WHERE leads_from = before AND leads_to = after
$$;
COMMENT ON FUNCTION step_between(text, text) IS 'The step of review that leads from one status to another, or NULL.';

CREATE FUNCTION hold_status() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN -- nobody has reviewed what is new, whatever it says of itself
        NEW.validation_status := 'draft';
    ELSIF step_between(OLD.validation_status::text, NEW.validation_status::text) IS NULL THEN
        RAISE 'No step of review leads from % to %.',
            OLD.validation_status, coalesce(NEW.validation_status::text, 'nothing') USING
            ERRCODE = 'check_violation', CONSTRAINT = 'personas_validation_status_steps',
            HINT = 'The steps are in docs/editorial.md.';
    END IF;
    IF NEW.validation_status = 'validated' THEN
        NEW.validated_by := acting_user();
        NEW.validated_at := now();
    ELSIF NEW.validation_status = 'draft' THEN
        NEW.validated_by := NULL;
        NEW.validated_at := NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION hold_status() IS 'Keeps a status to the steps of review, and stamps who validated the persona.';

CREATE TRIGGER status_begins BEFORE INSERT ON personas FOR EACH ROW
    WHEN (NEW.validation_status IS DISTINCT FROM 'draft' OR num_nonnulls(NEW.validated_by, NEW.validated_at) > 0)
    EXECUTE FUNCTION hold_status();
CREATE TRIGGER status_moves BEFORE UPDATE OF validation_status ON personas FOR EACH ROW
    WHEN (OLD.validation_status IS DISTINCT FROM NEW.validation_status) EXECUTE FUNCTION hold_status();

-- What follows from a step. It comes after the version was raised (triggers fire in the order of their names).
CREATE FUNCTION follow_steps() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moved record;
    returned boolean := coalesce(current_setting('app.returned', true), '') = 'yes';
BEGIN
    FOR moved IN
        SELECT a.tenant_id, a.id, a.name, b.validation_status::text AS before, a.validation_status::text AS after,
            b.validated_by,
            NOT returned AND step_between(b.validation_status::text, a.validation_status::text) = 'request_changes'
            AS sent_back
        FROM before_rows AS b JOIN after_rows AS a ON a.tenant_id = b.tenant_id AND a.id = b.id
        WHERE a.validation_status IS DISTINCT FROM b.validation_status ORDER BY a.id
    LOOP
        UPDATE editorial_state SET
            submitted_by_id = CASE WHEN moved.after = 'pending_review' THEN acting_user() ELSE submitted_by_id END,
            submitted_at = CASE WHEN moved.after = 'pending_review' THEN now() END,
            claimed_by_id = NULL,
            due_at = CASE WHEN moved.after = 'pending_review' THEN due_at END,
            sent_back_to_id = CASE WHEN moved.sent_back THEN coalesce(submitted_by_id, owner_id) END,
            sent_back_at = CASE WHEN moved.sent_back THEN now() END
        WHERE tenant_id = moved.tenant_id AND persona_id = moved.id;
        IF returned THEN
            INSERT INTO editorial_notices (id, tenant_id, user_id, persona_id, text, reason)
            SELECT time_ordered_id(), moved.tenant_id, user_id, moved.id, format(
                '«%s» was %s and is a draft again: %s changed its content.', moved.name, moved.before, coalesce((SELECT coalesce(full_name, email) FROM users
                WHERE id = acting_user()), 'somebody outside of VITAL Personas')
            ), min(reason)
            FROM (
                SELECT moved.validated_by, 'you validated it' UNION ALL
                SELECT owner_id, 'you own it' FROM editorial_state
                WHERE tenant_id = moved.tenant_id AND persona_id = moved.id
            ) AS told (user_id, reason)
            WHERE user_id IS DISTINCT FROM acting_user()
            AND user_id IN (SELECT m.user_id FROM memberships AS m WHERE m.tenant_id = moved.tenant_id)
            GROUP BY user_id;
        ELSE
            PERFORM capture_step(moved.tenant_id, moved.id);
        END IF;
        INSERT INTO editorial_events (
            id, tenant_id, persona, about, name, before, after, why, revision, made_by, made_by_login
        )
        SELECT time_ordered_id(), moved.tenant_id, moved.id, moved.name,
            CASE WHEN returned THEN 'return' ELSE step_between(moved.before, moved.after) END,
            moved.before, moved.after, nullif(current_setting('app.why', true), ''),
            CASE WHEN NOT returned THEN revision END,
            acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END
        FROM editorial_state WHERE tenant_id = moved.tenant_id AND persona_id = moved.id;
        IF moved.after = 'published' THEN
            PERFORM publish_persona(moved.id);
        ELSIF moved.after = 'archived' THEN
            PERFORM withdraw_persona(moved.id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION follow_steps() IS
    'Does what follows from a step of review: a revision, an event, what waits for whom, what consumers read.';
CREATE TRIGGER workflow_updated AFTER UPDATE ON personas REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT EXECUTE FUNCTION follow_steps();

CREATE FUNCTION capture_step(tenant uuid, persona uuid) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kind_before text := coalesce(current_setting('app.kind', true), '');
BEGIN
    SET LOCAL app.kind = 'transition';
    PERFORM capture_revisions(tenant, ARRAY[persona], '{}');
    EXECUTE format('SET LOCAL app.kind = %L', kind_before);
END $$;
COMMENT ON FUNCTION capture_step(uuid, uuid) IS 'Makes the revision of a step of review.';

CREATE FUNCTION return_to_draft(tenant uuid, changed uuid[]) RETURNS uuid[] LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    versions_before text := coalesce(current_setting('app.versions', true), '');
    returned uuid[] := ARRAY(
        SELECT id FROM personas WHERE tenant_id = tenant AND id = ANY (changed)
        AND validation_status IN ('validated', 'published') ORDER BY id
    );
BEGIN
    IF returned <> '{}' THEN
        SET LOCAL app.versions = 'held'; -- the change itself raises it
        SET LOCAL app.returned = 'yes';
        UPDATE personas SET validation_status = 'draft' WHERE tenant_id = tenant AND id = ANY (returned);
        SET LOCAL app.returned = '';
        EXECUTE format('SET LOCAL app.versions = %L', versions_before);
    END IF;
    RETURN returned;
END $$;
COMMENT ON FUNCTION return_to_draft(uuid, uuid[]) IS
    'Returns to draft those of some personas that were approved, since their content has changed; gives which.';

CREATE OR REPLACE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed record;
    edited uuid[];
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
        edited := changed.ids;
        IF TG_OP = 'UPDATE' THEN
            EXECUTE format(
                'SELECT array_agg(DISTINCT id) FROM (('
                'SELECT %1$I AS id, to_jsonb(b) - $2 FROM before_rows AS b WHERE tenant_id = $1 '
                'EXCEPT ALL SELECT %1$I, to_jsonb(a) - $2 FROM after_rows AS a) UNION ALL ('
                'SELECT %1$I, to_jsonb(a) - $2 FROM after_rows AS a WHERE tenant_id = $1 '
                'EXCEPT ALL SELECT %1$I, to_jsonb(b) - $2 FROM before_rows AS b)) AS differs', TG_ARGV[0]
            ) INTO edited USING changed.tenant_id, no_content(TG_TABLE_NAME);
            IF TG_NARGS = 2 THEN
                EXECUTE format(
                    'SELECT array_agg(DISTINCT persona_id) FROM %I WHERE tenant_id = $1 AND id = ANY ($2)', TG_ARGV[1]
                ) INTO edited USING changed.tenant_id, edited;
            END IF;
        END IF;
        -- Whoever takes a step of review, or writes what is there, has not changed it, and is not its last editor.
        UPDATE editorial_state SET version = version + 1 WHERE tenant_id = changed.tenant_id
        AND persona_id = ANY (changed.ids) AND persona_id <> ALL (coalesce(edited, '{}'));
        PERFORM raise_versions(
            changed.tenant_id, edited,
            CASE WHEN TG_ARGV[0] = 'persona_id' THEN ARRAY[TG_TABLE_NAME::text] ELSE '{}' END
        );
        -- What was approved is approved no longer: who approved it has not seen this.
        IF edited <> '{}' THEN
            PERFORM return_to_draft(changed.tenant_id, edited);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- What stood as published before there was a live version becomes live as it stands.
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        EXECUTE format('SET LOCAL request.jwt.claim.tenant_id = %L', tenant);
        PERFORM publish_persona(id) FROM personas WHERE tenant_id = tenant AND validation_status = 'published';
    END LOOP;
    SET LOCAL request.jwt.claim.tenant_id = '';
END $$;

-- migrate:down

DROP TRIGGER IF EXISTS workflow_updated ON personas;
DROP TRIGGER IF EXISTS status_moves ON personas;
DROP TRIGGER IF EXISTS status_begins ON personas;

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

DROP FUNCTION follow_steps();
DROP FUNCTION return_to_draft(uuid, uuid[]);
DROP FUNCTION capture_step(uuid, uuid);
DROP FUNCTION hold_status();
DROP FUNCTION step_between(text, text);
