-- Full-text search. Under row-level security no full-text index is used for the application's role (the operator is not
-- leakproof), and a search takes a hundred times as long. So it is a function that names the tenant itself, owned by a
-- role that the policies do not hold.

-- migrate:up

CREATE FUNCTION search_personas(query text, at_most integer DEFAULT 100)
RETURNS TABLE (persona_id uuid, section text, row_id uuid, found text, rank real)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    tenant uuid := current_tenant_id();
    words tsquery := websearch_to_tsquery('english', left(query, 1000)); -- a longer one exceeds the server's stack
BEGIN
    RETURN QUERY
    WITH hits AS (
        SELECT p.id AS persona, 'personas' AS word, p.id AS hit, concat_ws(', ', p.name, p.title, p.tagline) AS text
        FROM personas AS p
        WHERE p.tenant_id = tenant AND to_tsvector(
            'english', coalesce(name, '') || ' ' || coalesce(title, '') || ' ' || coalesce(tagline, '')
        ) @@ words
        UNION ALL
        SELECT r.persona_id, 'public_research', r.id, r.research_title FROM persona_public_research AS r
        WHERE r.tenant_id = tenant AND to_tsvector('english', research_title) @@ words
        UNION ALL
        SELECT r.persona_id, 'public_research', r.id, immutable_array_join(r.key_findings)
        FROM persona_public_research AS r
        WHERE r.tenant_id = tenant AND to_tsvector('english', immutable_array_join(key_findings)) @@ words
        UNION ALL
        SELECT r.persona_id, 'industry_reports', r.id, r.report_title FROM persona_industry_reports AS r
        WHERE r.tenant_id = tenant AND to_tsvector('english', report_title) @@ words
        UNION ALL
        SELECT r.persona_id, 'expert_opinions', r.id, r.topic_area FROM persona_expert_opinions AS r
        WHERE r.tenant_id = tenant AND to_tsvector('english', topic_area) @@ words
        UNION ALL
        SELECT r.persona_id, 'case_studies', r.id, r.case_study_title FROM persona_case_studies AS r
        WHERE r.tenant_id = tenant AND to_tsvector('english', case_study_title) @@ words
        UNION ALL
        SELECT r.persona_id, 'supporting_statistics', r.id, r.statistic_name FROM persona_supporting_statistics AS r
        WHERE r.tenant_id = tenant AND to_tsvector('english', statistic_name) @@ words
    )
    SELECT persona, word, hit, text, ts_rank(to_tsvector('english', text), words)
    FROM hits JOIN personas AS p ON p.tenant_id = tenant AND p.id = persona AND p.deleted_at IS NULL
    ORDER BY 5 DESC, p.name, word
    LIMIT least(greatest(at_most, 0), 1000);
END $$;
COMMENT ON FUNCTION search_personas(text, integer) IS
    'Full-text search in the tenant''s personas and their evidence, best first: search_personas(''oncology -sales'').';

GRANT SELECT ON personas, persona_public_research, persona_industry_reports, persona_expert_opinions,
    persona_case_studies, persona_supporting_statistics TO vital_search;
REVOKE ALL ON FUNCTION search_personas(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_personas(text, integer) TO vital_app;
ALTER FUNCTION search_personas(text, integer) OWNER TO vital_search;

-- migrate:down

DROP FUNCTION search_personas(text, integer);
REVOKE SELECT ON personas, persona_public_research, persona_industry_reports, persona_expert_opinions,
    persona_case_studies, persona_supporting_statistics FROM vital_search;
