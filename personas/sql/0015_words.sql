-- The search in all words of a persona, its sections included. Rows of one section are read when they change; the words
-- of all sections together, in a row under «*», are what an index finds. Under row-level security it would find nothing
-- in time (see 0008), so the function that asks it names the tenant and is owned by a role that the policies do not hold.

-- migrate:up

SELECT isolate_child('editorial_words', 'persona_id', 'personas');
SELECT isolate_tenant('editorial_lists');
SELECT touch_updated_at('editorial_lists');

-- Each row under «*» has its tenant as a word, too: so the index alone leaves out those of others.
CREATE INDEX editorial_words_found ON editorial_words USING gin (words) WHERE section = '*';
CREATE INDEX editorial_state_unread ON editorial_state (tenant_id) WHERE words_version <> version;

-- What lists of personas are sorted by, and whose they are.
CREATE INDEX idx_personas_listed ON personas (tenant_id, name, id) WHERE deleted_at IS NULL;
CREATE INDEX idx_personas_trash ON personas (tenant_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX editorial_state_changed ON editorial_state (tenant_id, changed_at, persona_id);
CREATE INDEX editorial_state_owner ON editorial_state (tenant_id, owner_id);

-- How a table leads to the persona is what watch_version() was told: over its own column, or over that of a section.
CREATE FUNCTION worded_tables() RETURNS TABLE (name text, section text, leads text, through text) LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT relname::text, regexp_replace(coalesce(args[3], relname), '^persona_', ''), args[1], args[3]
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    CROSS JOIN LATERAL regexp_match(encode(tgargs, 'escape'), '^([a-z_]+)\\000(([a-z_]+)\\000)?$') AS args
    WHERE tgname = 'version_inserted'
$$;
COMMENT ON FUNCTION worded_tables() IS
    'The tables that say something about a persona: the section that they count to, and how they lead to the persona.';

CREATE FUNCTION wordless_columns(target text) RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT array_agg(attname::text) FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
    WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped
    AND typcategory NOT IN ('A', 'E', 'S') AND typname <> 'jsonb'
$$;
COMMENT ON FUNCTION wordless_columns(text) IS 'The columns of a table in which no words stand: ids, numbers, dates.';

CREATE FUNCTION words_in(content jsonb) RETURNS SETOF text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT value #>> '{}' FROM jsonb_path_query(content, 'strict $.** ? (@.type() == "string")') AS value
$$;
COMMENT ON FUNCTION words_in(jsonb) IS 'The texts in a row, one by one.';

-- With the tenant as $1 and, unless it is said otherwise, the personas as $2.
CREATE FUNCTION reading(sections text[], whose text DEFAULT 'ANY ($2)') RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT string_agg(format(
        'SELECT %s AS persona, %L AS section, %s AS found_row, words_in(to_jsonb(own) - %L::text[]) AS said '
        'FROM public.%I AS own %s WHERE own.tenant_id = $1 AND %1$s = %7$s',
        CASE WHEN through IS NULL THEN format('own.%I', leads) ELSE 'parent.persona_id' END,
        section,
        CASE WHEN through IS NULL THEN 'own.id' ELSE 'parent.id' END,
        wordless_columns(name),
        name,
        CASE WHEN through IS NOT NULL THEN format(
            'JOIN public.%I AS parent ON parent.tenant_id = $1 AND parent.id = own.%I', through, leads
        ) END,
        whose
    ), ' UNION ALL ')
    FROM worded_tables() WHERE section = ANY (sections)
$$;
COMMENT ON FUNCTION reading(text[], text) IS
    'The query for all texts of some personas ($2) of a tenant ($1), in some sections.';

CREATE FUNCTION read_words(tenant uuid, read_personas uuid[], tables text[] DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sections text[] := ARRAY(
        SELECT DISTINCT section FROM worded_tables() WHERE tables IS NULL OR name = ANY (tables)
    );
    persona uuid;
    said tsvector;
    whole tsvector;
BEGIN
    DELETE FROM editorial_words
    WHERE tenant_id = tenant AND persona_id = ANY (read_personas) AND section = ANY (sections || '*'::text);
    -- What follows a great many letters is not read: a tsvector holds a megabyte.
    EXECUTE 'INSERT INTO editorial_words (id, tenant_id, persona_id, section, words) '
        'SELECT md5(persona || section)::uuid, $1, persona, section, '
        'to_tsvector(''english'', left(string_agg(said, E''\n''), 200000)) '
        'FROM (' || reading(sections) || ') AS texts GROUP BY persona, section'
    USING tenant, read_personas;
    FOREACH persona IN ARRAY read_personas LOOP
        whole := array_to_tsvector(ARRAY['t' || translate(tenant::text, '-', '')]);
        FOR said IN
            SELECT words || ''::tsvector FROM editorial_words -- uncompressed, so that its size is known
            WHERE tenant_id = tenant AND persona_id = persona ORDER BY section
        LOOP
            IF pg_column_size(whole) + pg_column_size(said) < 1000000 THEN
                whole := whole || said;
            END IF;
        END LOOP;
        INSERT INTO editorial_words (id, tenant_id, persona_id, section, words)
        VALUES (md5(persona || '*')::uuid, tenant, persona, '*', whole);
    END LOOP;
    -- Where some tables were read, the rest must have been.
    UPDATE editorial_state SET words_version = version
    WHERE tenant_id = tenant AND persona_id = ANY (read_personas) AND (tables IS NULL OR words_version = version - 1);
END $$;
COMMENT ON FUNCTION read_words(uuid, uuid[], text[]) IS
    'Reads some personas for the search: all of them, or what stands in the tables that were changed.';

CREATE FUNCTION read_unread_words(tenant uuid, at_most integer) RETURNS integer LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    unread uuid[] := ARRAY(
        SELECT persona_id FROM editorial_state WHERE tenant_id = tenant AND words_version <> version
        LIMIT at_most FOR UPDATE SKIP LOCKED
    );
BEGIN
    IF unread <> '{}' THEN
        PERFORM read_words(tenant, unread);
    END IF;
    RETURN cardinality(unread);
END $$;
COMMENT ON FUNCTION read_unread_words(uuid, integer) IS
    'Reads personas that were changed and not read since, so many at most; tells how many it read.';

CREATE FUNCTION recompute_editorial_words(tenant uuid) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE editorial_state SET words_version = 0 WHERE tenant_id = tenant;
    WHILE read_unread_words(tenant, 50) > 0 LOOP
    END LOOP;
END $$;
COMMENT ON FUNCTION recompute_editorial_words(uuid) IS 'Reads all personas of a tenant anew for the search.';

-- The last word may be the beginning of one, since people look while they type.
CREATE FUNCTION searched(query text) RETURNS tsquery LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    words tsquery := websearch_to_tsquery('english', left(query, 1000)); -- a longer one exceeds the server's stack
BEGIN
    IF query ~ '[[:alnum:]]{3}$' AND words::text ~ '(^|[^!])''[^'']+''$' THEN
        words := (words::text || ':*')::tsquery;
    END IF;
    RETURN words;
END $$;
COMMENT ON FUNCTION searched(text) IS 'What somebody looks for: words, "a phrase", or, -not; the last may be half a word.';

CREATE FUNCTION find_personas(query text) RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant_id();
    wanted tsquery := searched(query);
BEGIN
    IF numnode(wanted) > 0 THEN
        RETURN QUERY SELECT persona_id FROM editorial_words
        WHERE tenant_id = tenant AND section = '*'
        AND words @@ (('t' || translate(tenant::text, '-', ''))::tsquery && wanted);
    END IF;
END $$;
COMMENT ON FUNCTION find_personas(text) IS
    'The personas of the tenant that hold all of the words, wherever: find_personas(''oncology -sales'').';
GRANT SELECT ON editorial_words TO vital_search;
REVOKE ALL ON FUNCTION find_personas(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION find_personas(text) TO vital_app;
ALTER FUNCTION find_personas(text) OWNER TO vital_search;

-- For the few personas that a page shows. What the query excludes is nowhere, so it is not looked for.
CREATE FUNCTION find_places(tenant uuid, some_personas uuid[], query text)
RETURNS TABLE (persona_id uuid, sections text[], row_id uuid, found text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted tsquery := searched(query);
    stems text[] := ARRAY(
        SELECT stem[1] FROM regexp_matches(
            regexp_replace(wanted::text, '!\( [^)]* \)|!''(''''|[^''])+''(:\*)?', '', 'g'),
            '(''(?:''''|[^''])+''(?::\*)?)', 'g'
        ) AS stem
    );
    any_word tsquery := array_to_string(stems, ' | ')::tsquery;
    -- A stem differs from its word in the last letters only. Comparing letters first spares taking all texts apart.
    heads text[] := ARRAY(
        SELECT left(stem, greatest(length(stem) - 1, 3))
        FROM unnest(stems) AS quoted, replace(btrim(quoted, ''':*'), '''''', '''') AS stem
    );
    best record;
BEGIN
    FOR best IN
        WITH ranked AS (
            SELECT w.persona_id AS persona, array_agg(
                section ORDER BY words @@ wanted DESC, section = 'personas' DESC, ts_rank(words, any_word) DESC, section
            ) AS places
            FROM editorial_words AS w
            WHERE tenant_id = tenant AND w.persona_id = ANY (some_personas) AND section <> '*' AND words @@ any_word
            GROUP BY w.persona_id
        )
        SELECT places[1] AS section, array_agg(persona) AS personas, jsonb_object_agg(persona, places) AS all_places
        FROM ranked GROUP BY places[1]
    LOOP
        RETURN QUERY EXECUTE
            'SELECT one.id, ARRAY(SELECT jsonb_array_elements_text($5 -> one.id::text)), place.found_row, '
            'ts_headline(''english'', place.said, $4, ''StartSel=⟦, StopSel=⟧, MinWords=8, MaxWords=18'') '
            'FROM unnest($2) AS one (id) LEFT JOIN LATERAL ('
            '    SELECT likely.* FROM ('
            '        SELECT found_row, left(said, 20000) AS said, hits FROM ('
            || reading(ARRAY[best.section], 'one.id') ||
            '        ) AS texts CROSS JOIN LATERAL ('
            '            SELECT count(*) AS hits FROM unnest($3) AS head WHERE position(head IN lower(said)) > 0'
            '        ) AS compared WHERE hits > 0 ORDER BY hits DESC LIMIT 5'
            '    ) AS likely WHERE to_tsvector(''english'', said) @@ $4 ORDER BY hits DESC LIMIT 1'
            ') AS place ON true'
        USING tenant, best.personas, heads, any_word, best.all_places;
    END LOOP;
END $$;
COMMENT ON FUNCTION find_places(uuid, uuid[], text) IS
    'Where some personas hold the words: their sections, best first, and of the best the row and what it says, marked.';

-- migrate:down

DROP FUNCTION find_places(uuid, uuid[], text);
DROP FUNCTION find_personas(text);
REVOKE SELECT ON editorial_words FROM vital_search;
DROP FUNCTION searched(text);
DROP FUNCTION recompute_editorial_words(uuid);
DROP FUNCTION read_unread_words(uuid, integer);
DROP FUNCTION read_words(uuid, uuid[], text[]);
DROP FUNCTION reading(text[], text);
DROP FUNCTION words_in(jsonb);
DROP FUNCTION wordless_columns(text);
DROP FUNCTION worded_tables();
DROP INDEX editorial_state_owner;
DROP INDEX editorial_state_changed;
DROP INDEX idx_personas_trash;
DROP INDEX idx_personas_listed;
DROP INDEX editorial_state_unread;
DROP INDEX editorial_words_found;
DROP TRIGGER update_editorial_lists_updated_at ON editorial_lists;
SELECT release_tenant('editorial_lists');
SELECT release_child('editorial_words', 'persona_id');
