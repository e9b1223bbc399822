-- What the database works out about evidence and stakeholders, and the three objects that services ask for.

-- migrate:up

CREATE FUNCTION calculate_stakeholder_influence_score(
    p_decision text, p_budget text, p_resource text, p_strategic text, p_political text
) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    points constant jsonb := '{"very_high": 10, "high": 8, "medium": 6, "low": 4, "minimal": 2}';
    score numeric;
BEGIN
    score := 0.30 * coalesce((points ->> p_decision)::numeric, 0)
        + 0.20 * coalesce((points ->> p_budget)::numeric, 0)
        + 0.15 * coalesce((points ->> p_resource)::numeric, 0)
        + 0.25 * coalesce((points ->> p_strategic)::numeric, 0)
        + 0.10 * coalesce((points ->> p_political)::numeric, 0);
    RETURN greatest(1, least(10, round(score)));
END $$;
COMMENT ON FUNCTION calculate_stakeholder_influence_score(text, text, text, text, text) IS
    'Influence from 1 to 10: decision 30 %, budget 20 %, resource 15 %, strategic 25 %, political 10 %.';

CREATE FUNCTION calculate_evidence_quality_score(
    total_sources integer, peer_reviewed_count integer, verified_sources_count integer, primary_sources_count integer
) RETURNS integer LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    total numeric := coalesce(total_sources, 0);
BEGIN
    IF total <= 0 THEN
        RETURN 1;
    END IF;
    RETURN greatest(1, least(10, round(
        1 + 3 * least(total, 10) / 10
        + 3 * least(coalesce(peer_reviewed_count, 0) / total, 1)
        + 2 * least(coalesce(verified_sources_count, 0) / total, 1)
        + 1 * least(coalesce(primary_sources_count, 0) / total, 1)
    )));
END $$;
COMMENT ON FUNCTION calculate_evidence_quality_score(integer, integer, integer, integer) IS
    'Quality from 1 to 10: number of sources, and the shares that are peer-reviewed, verified and primary.';

CREATE FUNCTION first_day(year integer, month integer DEFAULT 1) RETURNS date LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE WHEN year BETWEEN 1 AND 9999 THEN make_date(year, coalesce(month, 1), 1) END;
END $$;
COMMENT ON FUNCTION first_day(integer, integer) IS 'The day that stands for a year, or for a month of it.';

-- The summary counts what is there. What people judge in it (confidence, gaps, reviews, other sources) stays theirs.
-- Whoever counts first holds the summary until its transaction ends. The count is a statement of its own after that, so
-- that it sees what others have committed meanwhile.
-- One plan for one persona and for fifty thousand, since planning takes ten times as long as counting one. So without
-- nested loops, which only the one would bear.
CREATE FUNCTION recount_evidence(tenant uuid, counted_personas uuid[]) RETURNS void LANGUAGE plpgsql
SET enable_nestloop = off SET plan_cache_mode = force_generic_plan SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO persona_evidence_summary (tenant_id, persona_id)
    SELECT tenant_id, id FROM personas WHERE tenant_id = tenant AND id = ANY (counted_personas) ORDER BY id
    ON CONFLICT (tenant_id, persona_id) DO NOTHING;

    PERFORM FROM persona_evidence_summary
    WHERE tenant_id = tenant AND persona_id = ANY (counted_personas) ORDER BY persona_id FOR UPDATE;

    WITH evidence AS (
        SELECT persona_id, 'study' AS kind, coalesce(peer_reviewed, false) AS reviewed, false AS verified,
            coalesce(publication_date, first_day(publication_year)) AS dated
        FROM persona_public_research WHERE tenant_id = tenant AND persona_id = ANY (counted_personas)
        UNION ALL
        SELECT persona_id, 'report', false, false, first_day(publication_year, publication_month)
        FROM persona_industry_reports WHERE tenant_id = tenant AND persona_id = ANY (counted_personas)
        UNION ALL
        SELECT persona_id, 'opinion', false, coalesce(peer_validated, false), opinion_date
        FROM persona_expert_opinions WHERE tenant_id = tenant AND persona_id = ANY (counted_personas)
        UNION ALL
        SELECT persona_id, 'case', false, coalesce(verified, false), published_date
        FROM persona_case_studies WHERE tenant_id = tenant AND persona_id = ANY (counted_personas)
        UNION ALL
        SELECT persona_id, 'statistic', false, coalesce(verified, false),
            coalesce(collection_date, first_day(collection_year))
        FROM persona_supporting_statistics WHERE tenant_id = tenant AND persona_id = ANY (counted_personas)
    ), counted AS MATERIALIZED (
        SELECT persona_id,
            count(*) FILTER (WHERE kind = 'study')::integer AS studies,
            count(*) FILTER (WHERE kind = 'report')::integer AS reports,
            count(*) FILTER (WHERE kind = 'opinion')::integer AS opinions,
            count(*) FILTER (WHERE kind = 'case')::integer AS cases,
            count(*) FILTER (WHERE kind = 'statistic')::integer AS statistics,
            count(*) FILTER (WHERE reviewed)::integer AS reviewed,
            count(*) FILTER (WHERE verified)::integer AS verified,
            count(*) AS pieces, max(dated) AS newest, min(dated) AS oldest
        FROM evidence GROUP BY persona_id
    ), summed AS (
        SELECT id, coalesce(primary_sources_count, 0) AS primary_sources, newest, oldest,
            coalesce(studies, 0) AS studies, coalesce(reports, 0) AS reports, coalesce(opinions, 0) AS opinions,
            coalesce(cases, 0) AS cases, coalesce(statistics, 0) AS statistics,
            coalesce(reviewed, 0) AS reviewed, coalesce(verified, 0) AS verified,
            least(coalesce(pieces, 0) + coalesce(other_sources_count, 0), 2147483647)::integer AS total
        FROM persona_evidence_summary LEFT JOIN counted USING (persona_id)
        WHERE tenant_id = tenant AND persona_id = ANY (counted_personas)
    ), wanted AS MATERIALIZED (
        SELECT *, calculate_evidence_quality_score(total, reviewed, verified, primary_sources) AS quality FROM summed
    )
    UPDATE persona_evidence_summary AS summary SET
        total_sources = total,
        research_studies_count = studies,
        industry_reports_count = reports,
        expert_opinions_count = opinions,
        case_studies_count = cases,
        statistics_count = statistics,
        peer_reviewed_count = reviewed,
        verified_sources_count = verified,
        most_recent_evidence_date = newest,
        oldest_evidence_date = oldest,
        evidence_quality_score = quality
    FROM wanted
    WHERE summary.tenant_id = tenant AND summary.persona_id = ANY (counted_personas) AND summary.id = wanted.id AND (
        total_sources, research_studies_count, industry_reports_count, expert_opinions_count, case_studies_count,
        statistics_count, peer_reviewed_count, verified_sources_count, most_recent_evidence_date, oldest_evidence_date,
        evidence_quality_score
    ) IS DISTINCT FROM (
        total, studies, reports, opinions, cases, statistics, reviewed, verified, newest, oldest, quality
    );
END $$;
COMMENT ON FUNCTION recount_evidence(uuid, uuid[]) IS 'Counts the evidence of some personas anew into their summaries.';

CREATE FUNCTION recompute_evidence_summary(tenant uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT recount_evidence(tenant, array_agg(persona_id)) FROM (
        SELECT persona_id FROM persona_public_research WHERE tenant_id = tenant
        UNION SELECT persona_id FROM persona_industry_reports WHERE tenant_id = tenant
        UNION SELECT persona_id FROM persona_expert_opinions WHERE tenant_id = tenant
        UNION SELECT persona_id FROM persona_case_studies WHERE tenant_id = tenant
        UNION SELECT persona_id FROM persona_supporting_statistics WHERE tenant_id = tenant
        UNION SELECT persona_id FROM persona_evidence_summary WHERE tenant_id = tenant
    ) AS with_evidence
$$;
COMMENT ON FUNCTION recompute_evidence_summary(uuid) IS 'Does anew, for a tenant, what the evidence triggers keep.';

-- Once per statement. It first gathers the personas: a distributed engine joins no transition table with a table.
CREATE FUNCTION update_evidence_summary() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOR changed IN
            SELECT tenant_id, array_agg(DISTINCT persona_id) AS personas FROM (
                SELECT tenant_id, persona_id FROM before_rows UNION SELECT tenant_id, persona_id FROM after_rows
            ) AS both_rows GROUP BY tenant_id
        LOOP
            PERFORM recount_evidence(changed.tenant_id, changed.personas);
        END LOOP;
    ELSE
        FOR changed IN
            SELECT tenant_id, array_agg(DISTINCT persona_id) AS personas FROM changed_rows GROUP BY tenant_id
        LOOP
            PERFORM recount_evidence(changed.tenant_id, changed.personas);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION update_evidence_summary() IS 'Keeps the evidence summary, once per statement.';

CREATE FUNCTION count_as_evidence(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER evidence_inserted AFTER INSERT ON %s REFERENCING NEW TABLE AS changed_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION update_evidence_summary()', target
    );
    EXECUTE format(
        'CREATE TRIGGER evidence_updated AFTER UPDATE ON %s REFERENCING OLD TABLE AS before_rows '
        'NEW TABLE AS after_rows FOR EACH STATEMENT EXECUTE FUNCTION update_evidence_summary()', target
    );
    EXECUTE format(
        'CREATE TRIGGER evidence_deleted AFTER DELETE ON %s REFERENCING OLD TABLE AS changed_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION update_evidence_summary()', target
    );
END $$;
COMMENT ON FUNCTION count_as_evidence(regclass) IS 'Gives a table the three triggers that keep the evidence summary.';

SELECT count_as_evidence('persona_public_research');
SELECT count_as_evidence('persona_industry_reports');
SELECT count_as_evidence('persona_expert_opinions');
SELECT count_as_evidence('persona_case_studies');
SELECT count_as_evidence('persona_supporting_statistics');

-- A summary that is written by hand gets its figures right at once. Not when the recount itself writes it.
CREATE TRIGGER summary_inserted AFTER INSERT ON persona_evidence_summary REFERENCING NEW TABLE AS changed_rows
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION update_evidence_summary();
CREATE TRIGGER summary_updated AFTER UPDATE ON persona_evidence_summary
    REFERENCING OLD TABLE AS before_rows NEW TABLE AS after_rows
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION update_evidence_summary();

CREATE FUNCTION get_persona_time_perspective(p_persona_id uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_build_object(
        'week', (
            SELECT coalesce(jsonb_agg(r ORDER BY strpos(
                'Monday Tuesday Wednesday Thursday Friday Saturday Sunday', r.day_of_week)), '[]')
            FROM persona_week_in_life AS r WHERE persona_id = p_persona_id),
        'weekly_milestones', (
            SELECT coalesce(jsonb_agg(r ORDER BY strpos('early mid late', r.week_phase), r.id), '[]')
            FROM persona_weekly_milestones AS r WHERE persona_id = p_persona_id),
        'weekly_meetings', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_weekly_meetings AS r WHERE persona_id = p_persona_id),
        'month', (
            SELECT coalesce(jsonb_agg(r ORDER BY strpos('beginning mid end', r.month_phase)), '[]')
            FROM persona_month_in_life AS r WHERE persona_id = p_persona_id),
        'monthly_objectives', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_monthly_objectives AS r WHERE persona_id = p_persona_id),
        'monthly_stakeholders', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_monthly_stakeholders AS r WHERE persona_id = p_persona_id),
        'year', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.quarter), '[]')
            FROM persona_year_in_life AS r WHERE persona_id = p_persona_id),
        'annual_conferences', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.sequence_order, r.id), '[]')
            FROM persona_annual_conferences AS r WHERE persona_id = p_persona_id),
        'career_trajectory', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.year_in_role, r.id), '[]')
            FROM persona_career_trajectory AS r WHERE persona_id = p_persona_id)
    )
$$;
COMMENT ON FUNCTION get_persona_time_perspective(uuid) IS
    'The week, month, year and career of a persona: one array for each table, empty where there are no rows.';

-- The arrays of an object, each with its length beside it.
CREATE FUNCTION with_counts(arrays jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT arrays || jsonb_build_object('counts', (
        SELECT jsonb_object_agg(key, jsonb_array_length(value)) FROM jsonb_each(arrays)
    ))
$$;
COMMENT ON FUNCTION with_counts(jsonb) IS 'An object of arrays, with an object of their lengths under «counts».';

CREATE FUNCTION get_persona_stakeholder_ecosystem(p_persona_id uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT with_counts(jsonb_build_object(
        'internal_stakeholders', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_internal_stakeholders AS r WHERE persona_id = p_persona_id),
        'internal_networks', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_internal_networks AS r WHERE persona_id = p_persona_id),
        'external_stakeholders', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_external_stakeholders AS r WHERE persona_id = p_persona_id),
        'vendor_relationships', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_vendor_relationships AS r WHERE persona_id = p_persona_id),
        'customer_relationships', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_customer_relationships AS r WHERE persona_id = p_persona_id),
        'regulatory_stakeholders', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_regulatory_stakeholders AS r WHERE persona_id = p_persona_id),
        'industry_relationships', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_industry_relationships AS r WHERE persona_id = p_persona_id),
        'influence_map', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.overall_influence_score DESC NULLS LAST, r.id), '[]')
            FROM persona_stakeholder_influence_map AS r WHERE persona_id = p_persona_id),
        'stakeholder_journey', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.stage_entry_date, r.id), '[]')
            FROM persona_stakeholder_journey AS r WHERE persona_id = p_persona_id),
        'value_exchange', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.id), '[]')
            FROM persona_stakeholder_value_exchange AS r WHERE persona_id = p_persona_id)
    ))
$$;
COMMENT ON FUNCTION get_persona_stakeholder_ecosystem(uuid) IS
    'Everybody around a persona: one array for each of ten tables, the most influential first, and «counts».';

CREATE FUNCTION get_persona_evidence_portfolio(p_persona_id uuid) RETURNS jsonb LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT with_counts(jsonb_build_object(
        'public_research', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.relevance_score DESC, r.id), '[]')
            FROM persona_public_research AS r WHERE persona_id = p_persona_id),
        'industry_reports', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.relevance_score DESC, r.id), '[]')
            FROM persona_industry_reports AS r WHERE persona_id = p_persona_id),
        'expert_opinions', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.relevance_score DESC, r.id), '[]')
            FROM persona_expert_opinions AS r WHERE persona_id = p_persona_id),
        'case_studies', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.relevance_score DESC, r.id), '[]')
            FROM persona_case_studies AS r WHERE persona_id = p_persona_id),
        'supporting_statistics', (
            SELECT coalesce(jsonb_agg(r ORDER BY r.relevance_score DESC, r.id), '[]')
            FROM persona_supporting_statistics AS r WHERE persona_id = p_persona_id)
    )) || jsonb_build_object('summary', (
        SELECT to_jsonb(r) FROM persona_evidence_summary AS r WHERE persona_id = p_persona_id
    ))
$$;
COMMENT ON FUNCTION get_persona_evidence_portfolio(uuid) IS
    'The evidence of a persona: five arrays, the most relevant first, «counts», and «summary» or null.';

-- migrate:down

DROP FUNCTION IF EXISTS get_persona_evidence_portfolio(uuid);
DROP FUNCTION IF EXISTS get_persona_stakeholder_ecosystem(uuid);
DROP FUNCTION with_counts(jsonb);
DROP FUNCTION IF EXISTS get_persona_time_perspective(uuid);
DROP TRIGGER summary_updated ON persona_evidence_summary;
DROP TRIGGER summary_inserted ON persona_evidence_summary;
DROP FUNCTION count_as_evidence(regclass);
DROP FUNCTION update_evidence_summary() CASCADE;
DROP FUNCTION recompute_evidence_summary(uuid);
DROP FUNCTION recount_evidence(uuid, uuid[]);
DROP FUNCTION first_day(integer, integer);
DROP FUNCTION calculate_evidence_quality_score(integer, integer, integer, integer);
DROP FUNCTION calculate_stakeholder_influence_score(text, text, text, text, text);
