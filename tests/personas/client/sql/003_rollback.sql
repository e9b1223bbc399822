-- The client's document 003, word for word: the way back from v5.

-- Rollback evidence architecture (reverse order)
DROP TABLE IF EXISTS persona_evidence_summary CASCADE;
DROP TABLE IF EXISTS persona_supporting_statistics CASCADE;
DROP TABLE IF EXISTS persona_case_studies CASCADE;
DROP TABLE IF EXISTS persona_expert_opinions CASCADE;
DROP TABLE IF EXISTS persona_industry_reports CASCADE;
DROP TABLE IF EXISTS persona_public_research CASCADE;
DROP FUNCTION IF EXISTS get_persona_evidence_portfolio(UUID);
DROP FUNCTION IF EXISTS calculate_evidence_quality_score(INTEGER, INTEGER, INTEGER, INTEGER);
DROP FUNCTION IF EXISTS update_evidence_summary();

-- Rollback stakeholder ecosystem
DROP TABLE IF EXISTS persona_stakeholder_value_exchange CASCADE;
DROP TABLE IF EXISTS persona_stakeholder_journey CASCADE;
DROP TABLE IF EXISTS persona_stakeholder_influence_map CASCADE;
DROP TABLE IF EXISTS persona_industry_relationships CASCADE;
DROP TABLE IF EXISTS persona_regulatory_stakeholders CASCADE;
DROP TABLE IF EXISTS persona_customer_relationships CASCADE;
DROP TABLE IF EXISTS persona_vendor_relationships CASCADE;
DROP TABLE IF EXISTS persona_external_stakeholders CASCADE;
DROP TABLE IF EXISTS persona_internal_networks CASCADE;
DROP TABLE IF EXISTS persona_internal_stakeholders CASCADE;
DROP FUNCTION IF EXISTS get_persona_stakeholder_ecosystem(UUID);
DROP FUNCTION IF EXISTS calculate_stakeholder_influence_score(TEXT, TEXT, TEXT, TEXT, TEXT);

-- Rollback time perspectives
DROP TABLE IF EXISTS persona_career_trajectory CASCADE;
DROP TABLE IF EXISTS persona_annual_conferences CASCADE;
DROP TABLE IF EXISTS persona_year_in_life CASCADE;
DROP TABLE IF EXISTS persona_monthly_stakeholders CASCADE;
DROP TABLE IF EXISTS persona_monthly_objectives CASCADE;
DROP TABLE IF EXISTS persona_month_in_life CASCADE;
DROP TABLE IF EXISTS persona_weekly_meetings CASCADE;
DROP TABLE IF EXISTS persona_weekly_milestones CASCADE;
DROP TABLE IF EXISTS persona_week_in_life CASCADE;
DROP FUNCTION IF EXISTS get_persona_time_perspective(UUID);
