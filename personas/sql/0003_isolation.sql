-- The persona and everything around it belong to its tenant, refer to each other with it, and keep their stamps.

-- migrate:up

-- Where an INSERT leaves tenant_id out, a child takes its parent's: TG_ARGV names the parent and the reference to it.
CREATE FUNCTION set_tenant_from_parent() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format('SELECT tenant_id FROM %I WHERE id = ($1).%I', TG_ARGV[0], TG_ARGV[1]) INTO NEW.tenant_id USING NEW;
    NEW.tenant_id := coalesce(NEW.tenant_id, current_tenant_id());
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_tenant_from_parent() IS 'Fills tenant_id from the parent row where an INSERT leaves it out.';

CREATE FUNCTION acting_user() RETURNS uuid LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT id FROM users WHERE id = current_user_id());
END $$;
COMMENT ON FUNCTION acting_user() IS 'The person who acts in this transaction, if we know them, or NULL.';

-- Whoever acts in this transaction; what an import says about earlier authors is kept.
CREATE FUNCTION sign_row() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_by := coalesce(NEW.created_by, acting_user());
    END IF;
    NEW.updated_by := coalesce(acting_user(), NEW.updated_by);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION sign_row() IS 'Keeps created_by and updated_by.';

CREATE FUNCTION isolate_child(target regclass, referencing text, parent regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent_name text := (SELECT relname FROM pg_class WHERE oid = parent);
BEGIN
    PERFORM isolate_tenant(target);
    PERFORM reference_tenant(target, referencing, parent, 'CASCADE');
    EXECUTE format('DROP TRIGGER set_tenant ON %s', target);
    EXECUTE format(
        'CREATE TRIGGER set_tenant BEFORE INSERT ON %s FOR EACH ROW WHEN (NEW.tenant_id IS NULL) '
        'EXECUTE FUNCTION set_tenant_from_parent(%L, %L)', target, parent_name, referencing
    );
END $$;
COMMENT ON FUNCTION isolate_child(regclass, text, regclass) IS
    'Puts a table under its tenant and its parent: isolate_tenant(), a composite key that cascades, the trigger.';

CREATE FUNCTION release_child(target regclass, referencing text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM release_reference(target, referencing);
    PERFORM release_tenant(target);
END $$;
COMMENT ON FUNCTION release_child(regclass, text) IS 'Undoes isolate_child().';

CREATE FUNCTION isolate_section(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM isolate_child(target, 'persona_id', 'personas');
    PERFORM touch_updated_at(target);
END $$;
COMMENT ON FUNCTION isolate_section(regclass) IS
    'isolate_child() under personas, and the trigger that keeps updated_at.';

CREATE FUNCTION release_section(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'DROP TRIGGER %I ON %s', 'update_' || (SELECT relname FROM pg_class WHERE oid = target) || '_updated_at', target
    );
    PERFORM release_child(target, 'persona_id');
END $$;
COMMENT ON FUNCTION release_section(regclass) IS 'Undoes isolate_section().';

CREATE FUNCTION sign_rows(target regclass) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER sign_row BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION sign_row()', target
    );
END $$;
COMMENT ON FUNCTION sign_rows(regclass) IS 'Gives a table the trigger that keeps created_by and updated_by.';

SELECT isolate_tenant('personas');
SELECT reference_tenant('personas', 'role_id', 'org_roles', 'SET NULL');
SELECT reference_tenant('personas', 'function_id', 'org_functions', 'SET NULL');
SELECT reference_tenant('personas', 'department_id', 'org_departments', 'SET NULL');
SELECT touch_updated_at('personas');

SELECT isolate_child('editorial_state', 'persona_id', 'personas');

SELECT isolate_section('persona_tools_used');
SELECT isolate_section('persona_education');
SELECT isolate_section('persona_certifications');
SELECT isolate_section('persona_aspirations');
SELECT isolate_section('persona_publications');
SELECT isolate_section('persona_personality_traits');
SELECT isolate_section('persona_values');
SELECT isolate_section('persona_quotes');
SELECT isolate_section('persona_fears');
SELECT isolate_section('persona_organization_types');
SELECT isolate_section('persona_typical_locations');
SELECT isolate_section('persona_tags');
SELECT isolate_section('persona_metadata');
SELECT isolate_section('persona_pain_points');
SELECT isolate_section('persona_goals');
SELECT isolate_section('persona_motivations');
SELECT isolate_section('persona_challenges');
SELECT isolate_section('persona_vpanes_scoring');
SELECT isolate_section('persona_success_metrics');
SELECT isolate_section('persona_jtbd');
SELECT isolate_section('persona_social_media');
SELECT isolate_section('persona_information_sources');
SELECT isolate_section('persona_communication_preferences');
SELECT isolate_section('persona_content_preferences');
SELECT isolate_section('persona_communication_style');
SELECT isolate_section('persona_groups_memberships');
SELECT isolate_section('persona_influencers_followed');
SELECT isolate_section('persona_touchpoints');
SELECT isolate_section('persona_buying_process');
SELECT isolate_section('persona_buying_triggers');
SELECT isolate_section('persona_objections');
SELECT isolate_section('persona_adoption_barriers');
SELECT isolate_section('persona_decision_authority');
SELECT isolate_section('persona_purchase_influencers');
SELECT isolate_section('persona_evaluation_criteria');
SELECT isolate_section('persona_typical_day');
SELECT isolate_section('persona_annual_conferences');
SELECT isolate_section('persona_week_in_life');
SELECT isolate_section('persona_weekly_milestones');
SELECT isolate_section('persona_weekly_meetings');
SELECT isolate_section('persona_month_in_life');
SELECT isolate_section('persona_monthly_objectives');
SELECT isolate_section('persona_monthly_stakeholders');
SELECT isolate_section('persona_year_in_life');
SELECT isolate_section('persona_career_trajectory');
SELECT isolate_section('persona_stakeholders');
SELECT isolate_section('persona_internal_stakeholders');
SELECT isolate_section('persona_internal_networks');
SELECT isolate_section('persona_external_stakeholders');
SELECT isolate_section('persona_vendor_relationships');
SELECT isolate_section('persona_customer_relationships');
SELECT isolate_section('persona_regulatory_stakeholders');
SELECT isolate_section('persona_industry_relationships');
SELECT isolate_section('persona_stakeholder_influence_map');
SELECT isolate_section('persona_stakeholder_journey');
SELECT isolate_section('persona_stakeholder_value_exchange');
SELECT isolate_section('persona_evidence_sources');
SELECT isolate_section('persona_public_research');
SELECT isolate_section('persona_industry_reports');
SELECT isolate_section('persona_expert_opinions');
SELECT isolate_section('persona_case_studies');
SELECT isolate_section('persona_supporting_statistics');
SELECT isolate_section('persona_evidence_summary');

SELECT isolate_child('research_quantitative_results', 'research_id', 'persona_public_research');
SELECT isolate_child('case_study_investments', 'case_study_id', 'persona_case_studies');
SELECT isolate_child('case_study_results', 'case_study_id', 'persona_case_studies');
SELECT isolate_child('case_study_metrics', 'case_study_id', 'persona_case_studies');
SELECT isolate_child('statistic_history', 'statistic_id', 'persona_supporting_statistics');

SELECT reference_tenant('persona_jtbd', 'jtbd_id', 'jobs_to_be_done', 'SET NULL');

SELECT sign_rows('persona_week_in_life');
SELECT sign_rows('persona_month_in_life');
SELECT sign_rows('persona_year_in_life');
SELECT sign_rows('persona_internal_stakeholders');
SELECT sign_rows('persona_external_stakeholders');
SELECT sign_rows('persona_vendor_relationships');
SELECT sign_rows('persona_customer_relationships');
SELECT sign_rows('persona_regulatory_stakeholders');
SELECT sign_rows('persona_industry_relationships');
SELECT sign_rows('persona_public_research');
SELECT sign_rows('persona_industry_reports');
SELECT sign_rows('persona_expert_opinions');
SELECT sign_rows('persona_case_studies');
SELECT sign_rows('persona_supporting_statistics');
SELECT sign_rows('persona_evidence_summary');

-- migrate:down

DROP TRIGGER sign_row ON persona_evidence_summary;
DROP TRIGGER sign_row ON persona_supporting_statistics;
DROP TRIGGER sign_row ON persona_case_studies;
DROP TRIGGER sign_row ON persona_expert_opinions;
DROP TRIGGER sign_row ON persona_industry_reports;
DROP TRIGGER sign_row ON persona_public_research;
DROP TRIGGER sign_row ON persona_industry_relationships;
DROP TRIGGER sign_row ON persona_regulatory_stakeholders;
DROP TRIGGER sign_row ON persona_customer_relationships;
DROP TRIGGER sign_row ON persona_vendor_relationships;
DROP TRIGGER sign_row ON persona_external_stakeholders;
DROP TRIGGER sign_row ON persona_internal_stakeholders;
DROP TRIGGER sign_row ON persona_year_in_life;
DROP TRIGGER sign_row ON persona_month_in_life;
DROP TRIGGER sign_row ON persona_week_in_life;

SELECT release_reference('persona_jtbd', 'jtbd_id');

SELECT release_child('statistic_history', 'statistic_id');
SELECT release_child('case_study_metrics', 'case_study_id');
SELECT release_child('case_study_results', 'case_study_id');
SELECT release_child('case_study_investments', 'case_study_id');
SELECT release_child('research_quantitative_results', 'research_id');

SELECT release_section('persona_evidence_summary');
SELECT release_section('persona_supporting_statistics');
SELECT release_section('persona_case_studies');
SELECT release_section('persona_expert_opinions');
SELECT release_section('persona_industry_reports');
SELECT release_section('persona_public_research');
SELECT release_section('persona_evidence_sources');
SELECT release_section('persona_stakeholder_value_exchange');
SELECT release_section('persona_stakeholder_journey');
SELECT release_section('persona_stakeholder_influence_map');
SELECT release_section('persona_industry_relationships');
SELECT release_section('persona_regulatory_stakeholders');
SELECT release_section('persona_customer_relationships');
SELECT release_section('persona_vendor_relationships');
SELECT release_section('persona_external_stakeholders');
SELECT release_section('persona_internal_networks');
SELECT release_section('persona_internal_stakeholders');
SELECT release_section('persona_stakeholders');
SELECT release_section('persona_career_trajectory');
SELECT release_section('persona_year_in_life');
SELECT release_section('persona_monthly_stakeholders');
SELECT release_section('persona_monthly_objectives');
SELECT release_section('persona_month_in_life');
SELECT release_section('persona_weekly_meetings');
SELECT release_section('persona_weekly_milestones');
SELECT release_section('persona_week_in_life');
SELECT release_section('persona_annual_conferences');
SELECT release_section('persona_typical_day');
SELECT release_section('persona_evaluation_criteria');
SELECT release_section('persona_purchase_influencers');
SELECT release_section('persona_decision_authority');
SELECT release_section('persona_adoption_barriers');
SELECT release_section('persona_objections');
SELECT release_section('persona_buying_triggers');
SELECT release_section('persona_buying_process');
SELECT release_section('persona_touchpoints');
SELECT release_section('persona_influencers_followed');
SELECT release_section('persona_groups_memberships');
SELECT release_section('persona_communication_style');
SELECT release_section('persona_content_preferences');
SELECT release_section('persona_communication_preferences');
SELECT release_section('persona_information_sources');
SELECT release_section('persona_social_media');
SELECT release_section('persona_jtbd');
SELECT release_section('persona_success_metrics');
SELECT release_section('persona_vpanes_scoring');
SELECT release_section('persona_challenges');
SELECT release_section('persona_motivations');
SELECT release_section('persona_goals');
SELECT release_section('persona_pain_points');
SELECT release_section('persona_metadata');
SELECT release_section('persona_tags');
SELECT release_section('persona_typical_locations');
SELECT release_section('persona_organization_types');
SELECT release_section('persona_fears');
SELECT release_section('persona_quotes');
SELECT release_section('persona_values');
SELECT release_section('persona_personality_traits');
SELECT release_section('persona_publications');
SELECT release_section('persona_aspirations');
SELECT release_section('persona_certifications');
SELECT release_section('persona_education');
SELECT release_section('persona_tools_used');

SELECT release_child('editorial_state', 'persona_id');

DROP TRIGGER update_personas_updated_at ON personas;
SELECT release_reference('personas', 'department_id');
SELECT release_reference('personas', 'function_id');
SELECT release_reference('personas', 'role_id');
SELECT release_tenant('personas');

DROP FUNCTION sign_rows(regclass);
DROP FUNCTION release_section(regclass);
DROP FUNCTION isolate_section(regclass);
DROP FUNCTION release_child(regclass, text);
DROP FUNCTION isolate_child(regclass, text, regclass);
DROP FUNCTION sign_row();
DROP FUNCTION acting_user();
DROP FUNCTION set_tenant_from_parent();
