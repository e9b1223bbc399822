-- Tenant isolation: who is the tenant, and how a table is put under it.

-- migrate:up

-- The tenant of this transaction. Three spellings are read, because the platform's services use all three; '' is what
-- SET LOCAL leaves behind, and means "unset". No tenant: NULL, which equals nothing, so that every policy fails closed.
-- Not LANGUAGE sql: the planner would take such a body in anew for every statement, which costs twice what a call does.
CREATE FUNCTION current_tenant_id() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(
        nullif(current_setting('request.jwt.claim.tenant_id', true), ''),
        nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'tenant_id', ''),
        nullif(current_setting('app.current_tenant_id', true), '')
    )::uuid;
END $$;
COMMENT ON FUNCTION current_tenant_id() IS 'The tenant of this transaction, or NULL.';

CREATE FUNCTION current_user_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.user_id', true), '')::uuid;
COMMENT ON FUNCTION current_user_id() IS 'The person who acts in this transaction, or NULL.';

CREATE FUNCTION set_tenant() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.tenant_id := current_tenant_id();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_tenant() IS 'Fills tenant_id where an INSERT leaves it out.';

CREATE FUNCTION update_updated_at_column() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION update_updated_at_column() IS 'Keeps updated_at.';

CREATE FUNCTION touch_updated_at(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER %I BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION update_updated_at_column()',
        'update_' || (SELECT relname FROM pg_class WHERE oid = target) || '_updated_at', target
    );
END $$;
COMMENT ON FUNCTION touch_updated_at(regclass) IS 'Gives a table the trigger that keeps updated_at.';

-- The condition of every tenant policy, in the two styles. 'initplan' asks for the tenant once per statement. 'inline'
-- has no sub-select and calls nothing of ours: what a distributed engine accepts in a policy.
CREATE FUNCTION tenant_condition(style text) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE style
        WHEN 'initplan' THEN 'tenant_id = (SELECT current_tenant_id())'
        WHEN 'inline' THEN 'tenant_id = coalesce('
            || 'nullif(current_setting(''request.jwt.claim.tenant_id'', true), ''''), '
            || 'nullif(nullif(current_setting(''request.jwt.claims'', true), '''')::jsonb ->> ''tenant_id'', ''''), '
            || 'nullif(current_setting(''app.current_tenant_id'', true), ''''))::uuid'
    END;
END $$;
COMMENT ON FUNCTION tenant_condition(text) IS 'The condition of every tenant policy, in the style given.';

CREATE FUNCTION isolate_tenant(target regclass, style text DEFAULT 'initplan') RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = target);
BEGIN
    EXECUTE format('ALTER TABLE %s ALTER COLUMN tenant_id SET NOT NULL', target);
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (tenant_id, id)', target, name || '_tenant_id_id_key');
    EXECUTE format(
        'ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE',
        target, name || '_tenant_id_fkey'
    );
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%2$s)', target, tenant_condition(style)
    );
    EXECUTE format(
        'CREATE TRIGGER set_tenant BEFORE INSERT ON %s FOR EACH ROW WHEN (NEW.tenant_id IS NULL) '
        'EXECUTE FUNCTION set_tenant()', target
    );
END $$;
COMMENT ON FUNCTION isolate_tenant(regclass, text) IS
    'Puts a table under its tenant: key (tenant_id, id), row-level security enabled and forced, policy, trigger.';

CREATE FUNCTION release_tenant(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = target);
BEGIN
    EXECUTE format('DROP TRIGGER set_tenant ON %s', target);
    EXECUTE format('DROP POLICY tenant_isolation ON %s', target);
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', target, name || '_tenant_id_fkey');
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', target, name || '_tenant_id_id_key');
END $$;
COMMENT ON FUNCTION release_tenant(regclass) IS 'Undoes isolate_tenant().';

CREATE FUNCTION set_policy_style(style text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    policy record;
BEGIN
    FOR policy IN SELECT polrelid::regclass AS target FROM pg_policy WHERE polname = 'tenant_isolation' LOOP
        EXECUTE format(
            'ALTER POLICY tenant_isolation ON %s USING (%s) WITH CHECK (%2$s)', policy.target, tenant_condition(style)
        );
    END LOOP;
END $$;
COMMENT ON FUNCTION set_policy_style(text) IS 'Rewrites every tenant policy: initplan (PostgreSQL), inline (Citus).';

-- A reference between tenant tables carries the tenant: a plain one ignores row-level security.
CREATE FUNCTION reference_tenant(source regclass, referencing text, target regclass, on_delete text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = source) || '_' || referencing;
BEGIN
    EXECUTE format(
        'ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (tenant_id, %I) REFERENCES %s (tenant_id, id) ON DELETE %s',
        source, name || '_fkey', referencing, target,
        CASE on_delete WHEN 'CASCADE' THEN 'CASCADE' WHEN 'SET NULL' THEN format('SET NULL (%I)', referencing) END
    );
    EXECUTE format('CREATE INDEX %I ON %s (tenant_id, %I)', name || '_idx', source, referencing);
END $$;
COMMENT ON FUNCTION reference_tenant(regclass, text, regclass, text) IS
    'Makes the composite key (tenant_id, column) -> (tenant_id, id), and its index.';

CREATE FUNCTION release_reference(source regclass, referencing text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = source) || '_' || referencing;
BEGIN
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', source, name || '_fkey');
    EXECUTE format('DROP INDEX %I', name || '_idx');
END $$;
COMMENT ON FUNCTION release_reference(regclass, text) IS 'Undoes reference_tenant().';

SELECT touch_updated_at('tenants');
SELECT touch_updated_at('users');
SELECT touch_updated_at('memberships');

ALTER TABLE users ADD CONSTRAINT users_tenant_id_fkey
    FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON DELETE CASCADE;

SELECT isolate_tenant('memberships');
ALTER TABLE memberships ADD CONSTRAINT memberships_user_id_fkey
    FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
-- People see their own memberships before a tenant is chosen. Seeing is all: writing is for the tenant.
CREATE POLICY own_memberships ON memberships FOR SELECT USING (user_id = current_user_id());

-- The admin's log is the tenant's too: neither the history of a row nor "recent actions" may name another tenant's.
-- Django does not know this column; the trigger fills it.
ALTER TABLE django_admin_log ADD COLUMN tenant_id uuid;
SELECT isolate_tenant('django_admin_log');

-- migrate:down

SELECT release_tenant('django_admin_log');
ALTER TABLE django_admin_log DROP COLUMN tenant_id;

DROP POLICY own_memberships ON memberships;
ALTER TABLE memberships DROP CONSTRAINT memberships_user_id_fkey;
SELECT release_tenant('memberships');
ALTER TABLE users DROP CONSTRAINT users_tenant_id_fkey;

DROP TRIGGER update_memberships_updated_at ON memberships;
DROP TRIGGER update_users_updated_at ON users;
DROP TRIGGER update_tenants_updated_at ON tenants;

DROP FUNCTION release_reference(regclass, text);
DROP FUNCTION reference_tenant(regclass, text, regclass, text);
DROP FUNCTION set_policy_style(text);
DROP FUNCTION release_tenant(regclass);
DROP FUNCTION isolate_tenant(regclass, text);
DROP FUNCTION tenant_condition(text);
DROP FUNCTION touch_updated_at(regclass);
DROP FUNCTION update_updated_at_column();
DROP FUNCTION set_tenant();
DROP FUNCTION current_user_id();
DROP FUNCTION current_tenant_id();
