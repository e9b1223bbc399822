-- The library reads what is published. Its search has words of its own: those of the live revision and never of a draft;
-- they change when consumers come to read something else. A shared link leads to its tenant by its fingerprint alone.

-- migrate:up

SELECT isolate_child('editorial_live_words', 'persona_id', 'personas');
SELECT isolate_child('editorial_shares', 'persona_id', 'personas');
SELECT isolate_child('editorial_visits', 'share_id', 'editorial_shares');

REVOKE INSERT, UPDATE, DELETE ON editorial_live_words FROM vital_app;
REVOKE UPDATE, DELETE ON editorial_shares FROM vital_app;
GRANT UPDATE (revoked_at, revoked_by_id) ON editorial_shares TO vital_app; -- all that may happen to a link
REVOKE UPDATE, DELETE ON editorial_visits FROM vital_app;

-- Each row under «*» has its tenant as a word, too: so the index alone leaves out those of others.
CREATE INDEX editorial_live_words_found ON editorial_live_words USING gin (words) WHERE section = '*';
CREATE INDEX editorial_shares_opened ON editorial_shares (key_hash);

CREATE FUNCTION live_texts(tenant uuid, some_personas uuid[], sections text[] DEFAULT NULL)
RETURNS TABLE (persona_id uuid, section text, said text)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH wanted AS MATERIALIZED (
        SELECT w.name, w.section, wordless_columns(w.name) AS wordless FROM worded_tables() AS w
        WHERE sections IS NULL OR w.section = ANY (sections)
    )
    SELECT state.persona_id, wanted.section, words_in(one - wanted.wordless)
    FROM editorial_state AS state
    JOIN editorial_revisions AS r ON r.tenant_id = tenant AND r.id = state.live_id
    CROSS JOIN jsonb_each_text(r.sections) AS shown (name, hash)
    JOIN wanted ON wanted.name = shown.name
    JOIN editorial_contents AS c ON c.tenant_id = tenant AND c.persona_id = state.persona_id
        AND c.section = shown.name AND c.hash = shown.hash
    CROSS JOIN jsonb_array_elements(c.rows) AS one
    WHERE state.tenant_id = tenant AND state.persona_id = ANY (some_personas)
$$;
COMMENT ON FUNCTION live_texts(uuid, uuid[], text[]) IS
    'All texts of some personas as consumers read them, in some sections or in all.';

-- The words of all sections, or of those in which some tables stand.
CREATE FUNCTION read_live_words(tenant uuid, read_personas uuid[], tables text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sections_read text[] := ARRAY(
        SELECT DISTINCT w.section FROM worded_tables() AS w WHERE tables IS NULL OR w.name = ANY (tables)
    );
    persona uuid;
    one tsvector;
    whole tsvector;
BEGIN
    DELETE FROM editorial_live_words
    WHERE tenant_id = tenant AND persona_id = ANY (read_personas) AND section = ANY (sections_read || '*'::text);
    -- What follows a great many letters is not read: a tsvector holds a megabyte.
    INSERT INTO editorial_live_words (id, tenant_id, persona_id, section, words)
    SELECT md5(persona_id || section)::uuid, tenant, persona_id, section,
        to_tsvector('english', left(string_agg(said, E'\n'), 200000))
    FROM live_texts(tenant, read_personas, sections_read) GROUP BY persona_id, section;
    FOR persona IN
        SELECT DISTINCT persona_id FROM editorial_live_words
        WHERE tenant_id = tenant AND persona_id = ANY (read_personas)
    LOOP
        whole := array_to_tsvector(ARRAY['t' || translate(tenant::text, '-', '')]);
        FOR one IN
            SELECT words || ''::tsvector FROM editorial_live_words -- uncompressed, so that its size is known
            WHERE tenant_id = tenant AND persona_id = persona ORDER BY section
        LOOP
            IF pg_column_size(whole) + pg_column_size(one) < 1000000 THEN
                whole := whole || one;
            END IF;
        END LOOP;
        INSERT INTO editorial_live_words (id, tenant_id, persona_id, section, words)
        VALUES (md5(persona || '*')::uuid, tenant, persona, '*', whole);
    END LOOP;
END $$;
COMMENT ON FUNCTION read_live_words(uuid, uuid[], text[]) IS
    'Reads for the search what consumers read of some personas: all of it, or the sections of the tables that changed.';
REVOKE ALL ON FUNCTION read_live_words(uuid, uuid[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION read_live_words(uuid, uuid[], text[]) TO vital_app;

CREATE FUNCTION follow_live() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before jsonb := coalesce((
        SELECT sections FROM editorial_revisions WHERE tenant_id = NEW.tenant_id AND id = OLD.live_id
    ), '{}');
    after jsonb := coalesce((
        SELECT sections FROM editorial_revisions WHERE tenant_id = NEW.tenant_id AND id = NEW.live_id
    ), '{}');
BEGIN
    PERFORM read_live_words(NEW.tenant_id, ARRAY[NEW.persona_id], ARRAY(
        SELECT name FROM jsonb_object_keys(before || after) AS name
        WHERE before ->> name IS DISTINCT FROM after ->> name
    ));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION follow_live() IS 'Reads a persona for the search when consumers come to read another revision of it.';
CREATE TRIGGER follow_live AFTER UPDATE OF live_id ON editorial_state FOR EACH ROW
    WHEN (OLD.live_id IS DISTINCT FROM NEW.live_id) EXECUTE FUNCTION follow_live();

CREATE FUNCTION recompute_live_words(tenant uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT read_live_words(tenant, ARRAY[persona_id]) FROM editorial_state WHERE tenant_id = tenant
$$;
COMMENT ON FUNCTION recompute_live_words(uuid) IS 'Reads all published personas of a tenant anew for the search.';

CREATE FUNCTION find_published(query text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant_id();
    wanted tsquery := searched(query);
BEGIN
    IF numnode(wanted) > 0 THEN
        RETURN QUERY SELECT persona_id FROM editorial_live_words
        WHERE tenant_id = tenant AND section = '*'
        AND words @@ (('t' || translate(tenant::text, '-', ''))::tsquery && wanted);
    END IF;
END $$;
COMMENT ON FUNCTION find_published(text) IS
    'The published personas of the tenant that hold all of the words: find_published(''oncology -sales'').';
GRANT SELECT ON editorial_live_words TO vital_search;
REVOKE ALL ON FUNCTION find_published(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_published(text) TO vital_app;
ALTER FUNCTION find_published(text) OWNER TO vital_search;

-- For the few personas that a page shows.
CREATE FUNCTION find_published_places(tenant uuid, some_personas uuid[], query text)
RETURNS TABLE (persona_id uuid, section text, found text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted tsquery := searched(query);
    any_word tsquery := array_to_string(ARRAY(
        SELECT stem[1] FROM regexp_matches(
            regexp_replace(wanted::text, '!\( [^)]* \)|!''(''''|[^''])+''(:\*)?', '', 'g'), -- what is excluded
            '(''(?:''''|[^''])+''(?::\*)?)', 'g'
        ) AS stem
    ), ' | ')::tsquery;
    best record;
BEGIN
    FOR best IN
        WITH ranked AS (
            SELECT DISTINCT ON (w.persona_id) w.persona_id AS persona, w.section AS place
            FROM editorial_live_words AS w
            WHERE w.tenant_id = tenant AND w.persona_id = ANY (some_personas) AND w.section <> '*'
            AND w.words @@ any_word
            ORDER BY w.persona_id, w.words @@ wanted DESC, w.section = 'personas' DESC,
                ts_rank(w.words, any_word) DESC, w.section
        )
        SELECT place, array_agg(persona) AS personas FROM ranked GROUP BY place
    LOOP
        RETURN QUERY SELECT DISTINCT ON (t.persona_id) t.persona_id, best.place, ts_headline(
            'english', left(t.said, 20000), any_word, 'StartSel=⟦, StopSel=⟧, MinWords=8, MaxWords=18'
        )
        FROM live_texts(tenant, best.personas, ARRAY[best.place]) AS t
        WHERE to_tsvector('english', left(t.said, 20000)) @@ any_word
        ORDER BY t.persona_id, to_tsvector('english', left(t.said, 20000)) @@ wanted DESC, length(t.said) DESC;
    END LOOP;
END $$;
COMMENT ON FUNCTION find_published_places(uuid, uuid[], text) IS
    'Where some published personas hold the words: the best section, and what it says there, marked.';

CREATE FUNCTION tenant_of_share(fingerprint text) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT tenants.id FROM editorial_shares AS share
    JOIN tenants ON tenants.id = share.tenant_id
    JOIN editorial_state AS state ON state.tenant_id = share.tenant_id AND state.persona_id = share.persona_id
    WHERE share.key_hash = fingerprint AND share.revoked_at IS NULL AND share.expires_at > now()
    AND state.live_id IS NOT NULL AND tenants.is_active AND tenants.deleted_at IS NULL
$$;
COMMENT ON FUNCTION tenant_of_share(text) IS 'The tenant of a shared link that still works, by its fingerprint.';
GRANT SELECT ON editorial_shares, editorial_state, tenants TO vital_search;
REVOKE ALL ON FUNCTION tenant_of_share(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenant_of_share(text) TO vital_app;
ALTER FUNCTION tenant_of_share(text) OWNER TO vital_search;

-- What was published before there was a library.
DO $$
DECLARE
    tenant uuid;
BEGIN
    FOR tenant IN SELECT id FROM tenants LOOP
        EXECUTE format('SET LOCAL request.jwt.claim.tenant_id = %L', tenant);
        PERFORM recompute_live_words(tenant);
    END LOOP;
    SET LOCAL request.jwt.claim.tenant_id = '';
END $$;

-- migrate:down

REVOKE SELECT ON editorial_shares, editorial_state, tenants FROM vital_search;
DROP FUNCTION tenant_of_share(text);
DROP FUNCTION find_published_places(uuid, uuid[], text);
REVOKE SELECT ON editorial_live_words FROM vital_search;
DROP FUNCTION find_published(text);
DROP FUNCTION recompute_live_words(uuid);
DROP TRIGGER follow_live ON editorial_state;
DROP FUNCTION follow_live();
DROP FUNCTION read_live_words(uuid, uuid[], text[]);
DROP FUNCTION live_texts(uuid, uuid[], text[]);
DROP INDEX editorial_shares_opened;
DROP INDEX editorial_live_words_found;
GRANT UPDATE, DELETE ON editorial_visits TO vital_app;
REVOKE UPDATE (revoked_at, revoked_by_id) ON editorial_shares FROM vital_app;
GRANT UPDATE, DELETE ON editorial_shares TO vital_app;
GRANT INSERT, UPDATE, DELETE ON editorial_live_words TO vital_app;
SELECT release_child('editorial_visits', 'share_id');
SELECT release_child('editorial_shares', 'persona_id');
SELECT release_child('editorial_live_words', 'persona_id');
