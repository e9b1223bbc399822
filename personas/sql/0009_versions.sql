-- The version of each persona: raised once per statement that changes any of its rows, by whatever route.

-- migrate:up

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

CREATE FUNCTION recompute_editorial_state(tenant uuid) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO editorial_state (tenant_id, persona_id, changed_by, changed_by_login)
    SELECT tenant, id, acting_user(), CASE WHEN acting_user() IS NULL THEN session_user END
    FROM personas WHERE tenant_id = tenant
    ON CONFLICT (tenant_id, persona_id) DO NOTHING
$$;
COMMENT ON FUNCTION recompute_editorial_state(uuid) IS 'Gives a state to personas that came past the triggers.';

-- TG_ARGV names the column that leads to the persona and, for a detail, the section that it leads over. The personas
-- are gathered first: a distributed engine joins no transition table with a table.
CREATE FUNCTION raise_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
COMMENT ON FUNCTION raise_version() IS 'Raises the version of the personas whose rows a statement changed.';

CREATE FUNCTION watch_version(target regclass, leads_to_persona text, through_section text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    call text := format(
        'FOR EACH STATEMENT %s EXECUTE FUNCTION raise_version(%L%s)',
        -- The evidence triggers write the summary. The statement that set them off has raised the version already.
        CASE WHEN target = 'persona_evidence_summary'::regclass THEN 'WHEN (pg_trigger_depth() = 0)' END,
        leads_to_persona, ', ' || quote_literal(through_section)
    );
BEGIN
    EXECUTE format(
        'CREATE TRIGGER version_inserted AFTER INSERT ON %s REFERENCING NEW TABLE AS changed_rows ', target
    ) || call;
    EXECUTE format(
        'CREATE TRIGGER version_updated AFTER UPDATE ON %s REFERENCING OLD TABLE AS before_rows '
        'NEW TABLE AS after_rows ', target
    ) || call;
    -- A persona that is purged takes its state along.
    IF target <> 'personas'::regclass THEN
        EXECUTE format(
            'CREATE TRIGGER version_deleted AFTER DELETE ON %s REFERENCING OLD TABLE AS changed_rows ', target
        ) || call;
    END IF;
END $$;
COMMENT ON FUNCTION watch_version(regclass, text, text) IS
    'Gives a table the triggers that raise the version: the column that leads to the persona, and over which section.';

CREATE FUNCTION unwatch_version(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('DROP TRIGGER version_inserted ON %s', target);
    EXECUTE format('DROP TRIGGER version_updated ON %s', target);
    EXECUTE format('DROP TRIGGER IF EXISTS version_deleted ON %s', target);
END $$;
COMMENT ON FUNCTION unwatch_version(regclass) IS 'Undoes watch_version().';

SELECT watch_version('personas', 'id');

SELECT watch_version('persona_tools_used', 'persona_id');
SELECT watch_version('persona_education', 'persona_id');
SELECT watch_version('persona_certifications', 'persona_id');
SELECT watch_version('persona_aspirations', 'persona_id');
SELECT watch_version('persona_publications', 'persona_id');
SELECT watch_version('persona_personality_traits', 'persona_id');
SELECT watch_version('persona_values', 'persona_id');
SELECT watch_version('persona_quotes', 'persona_id');
SELECT watch_version('persona_fears', 'persona_id');
SELECT watch_version('persona_organization_types', 'persona_id');
SELECT watch_version('persona_typical_locations', 'persona_id');
SELECT watch_version('persona_tags', 'persona_id');
SELECT watch_version('persona_metadata', 'persona_id');
SELECT watch_version('persona_pain_points', 'persona_id');
SELECT watch_version('persona_goals', 'persona_id');
SELECT watch_version('persona_motivations', 'persona_id');
SELECT watch_version('persona_challenges', 'persona_id');
SELECT watch_version('persona_vpanes_scoring', 'persona_id');
SELECT watch_version('persona_success_metrics', 'persona_id');
SELECT watch_version('persona_jtbd', 'persona_id');
SELECT watch_version('persona_social_media', 'persona_id');
SELECT watch_version('persona_information_sources', 'persona_id');
SELECT watch_version('persona_communication_preferences', 'persona_id');
SELECT watch_version('persona_content_preferences', 'persona_id');
SELECT watch_version('persona_communication_style', 'persona_id');
SELECT watch_version('persona_groups_memberships', 'persona_id');
SELECT watch_version('persona_influencers_followed', 'persona_id');
SELECT watch_version('persona_touchpoints', 'persona_id');
SELECT watch_version('persona_buying_process', 'persona_id');
SELECT watch_version('persona_buying_triggers', 'persona_id');
SELECT watch_version('persona_objections', 'persona_id');
SELECT watch_version('persona_adoption_barriers', 'persona_id');
SELECT watch_version('persona_decision_authority', 'persona_id');
SELECT watch_version('persona_purchase_influencers', 'persona_id');
SELECT watch_version('persona_evaluation_criteria', 'persona_id');
SELECT watch_version('persona_typical_day', 'persona_id');
SELECT watch_version('persona_annual_conferences', 'persona_id');
SELECT watch_version('persona_week_in_life', 'persona_id');
SELECT watch_version('persona_weekly_milestones', 'persona_id');
SELECT watch_version('persona_weekly_meetings', 'persona_id');
SELECT watch_version('persona_month_in_life', 'persona_id');
SELECT watch_version('persona_monthly_objectives', 'persona_id');
SELECT watch_version('persona_monthly_stakeholders', 'persona_id');
SELECT watch_version('persona_year_in_life', 'persona_id');
SELECT watch_version('persona_career_trajectory', 'persona_id');
SELECT watch_version('persona_stakeholders', 'persona_id');
SELECT watch_version('persona_internal_stakeholders', 'persona_id');
SELECT watch_version('persona_internal_networks', 'persona_id');
SELECT watch_version('persona_external_stakeholders', 'persona_id');
SELECT watch_version('persona_vendor_relationships', 'persona_id');
SELECT watch_version('persona_customer_relationships', 'persona_id');
SELECT watch_version('persona_regulatory_stakeholders', 'persona_id');
SELECT watch_version('persona_industry_relationships', 'persona_id');
SELECT watch_version('persona_stakeholder_influence_map', 'persona_id');
SELECT watch_version('persona_stakeholder_journey', 'persona_id');
SELECT watch_version('persona_stakeholder_value_exchange', 'persona_id');
SELECT watch_version('persona_evidence_sources', 'persona_id');
SELECT watch_version('persona_public_research', 'persona_id');
SELECT watch_version('persona_industry_reports', 'persona_id');
SELECT watch_version('persona_expert_opinions', 'persona_id');
SELECT watch_version('persona_case_studies', 'persona_id');
SELECT watch_version('persona_supporting_statistics', 'persona_id');
SELECT watch_version('persona_evidence_summary', 'persona_id');

SELECT watch_version('research_quantitative_results', 'research_id', 'persona_public_research');
SELECT watch_version('case_study_investments', 'case_study_id', 'persona_case_studies');
SELECT watch_version('case_study_results', 'case_study_id', 'persona_case_studies');
SELECT watch_version('case_study_metrics', 'case_study_id', 'persona_case_studies');
SELECT watch_version('statistic_history', 'statistic_id', 'persona_supporting_statistics');

-- migrate:down

DROP FUNCTION unwatch_version(regclass);
DROP FUNCTION watch_version(regclass, text, text);
DROP FUNCTION raise_version() CASCADE; -- and with it the triggers
DROP FUNCTION recompute_editorial_state(uuid);
DROP FUNCTION raise_versions(uuid, uuid[]);
