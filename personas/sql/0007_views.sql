-- What lists, reports and services read: four views with their reader's rights, and a summary that is counted at night.

-- migrate:up

CREATE VIEW v_personas_complete WITH (security_invoker = true) AS
SELECT
    p.id, p.tenant_id, p.name, p.slug, p.title, p.tagline, p.one_liner,
    p.role_id, coalesce(r.name, p.role_name) AS role_name, coalesce(r.slug, p.role_slug) AS role_slug,
    p.function_id, coalesce(f.name, p.function_name) AS function_name,
    coalesce(f.slug, p.function_slug) AS function_slug,
    p.department_id, coalesce(d.name, p.department_name) AS department_name,
    coalesce(d.slug, p.department_slug) AS department_slug,
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
FROM personas AS p
LEFT JOIN org_roles AS r ON r.tenant_id = p.tenant_id AND r.id = p.role_id
LEFT JOIN org_functions AS f ON f.tenant_id = p.tenant_id AND f.id = p.function_id
LEFT JOIN org_departments AS d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
LEFT JOIN tenants AS t ON t.id = p.tenant_id
WHERE p.is_active AND p.deleted_at IS NULL;
COMMENT ON VIEW v_personas_complete IS 'Active personas in full, with the names of their organisation and tenant.';

CREATE VIEW v_personas_summary WITH (security_invoker = true) AS
SELECT
    p.id, p.tenant_id, p.name, p.slug, p.title, p.tagline, p.archetype, p.work_pattern, p.seniority_level,
    p.function_name, p.department_name, p.role_name, p.validation_status, p.is_active, p.created_at, p.updated_at
FROM personas AS p
WHERE p.deleted_at IS NULL;
COMMENT ON VIEW v_personas_summary IS 'Personas as a list shows them.';

CREATE VIEW v_personas_with_vpanes WITH (security_invoker = true) AS
SELECT
    p.id, p.tenant_id, p.name, p.slug, p.archetype, p.work_pattern, p.function_name,
    v.visibility, v.pain, v.actions, v.needs, v.emotions, v.scenarios, v.total_score, v.priority_tier
FROM personas AS p
LEFT JOIN persona_vpanes_scoring AS v ON v.tenant_id = p.tenant_id AND v.persona_id = p.id
WHERE p.deleted_at IS NULL;
COMMENT ON VIEW v_personas_with_vpanes IS 'Personas with their six scores, the total and the priority tier.';

CREATE VIEW v_archetype_distribution WITH (security_invoker = true) AS
SELECT
    t.tenant_key AS tenant, p.archetype, p.function_name,
    count(*) AS persona_count,
    avg(p.ai_maturity_score) AS avg_ai_maturity,
    avg(p.work_complexity_score) AS avg_work_complexity,
    avg(v.total_score) AS avg_vpanes_score
FROM personas AS p
LEFT JOIN tenants AS t ON t.id = p.tenant_id
LEFT JOIN persona_vpanes_scoring AS v ON v.tenant_id = p.tenant_id AND v.persona_id = p.id
WHERE p.deleted_at IS NULL
GROUP BY t.tenant_key, p.archetype, p.function_name;
COMMENT ON VIEW v_archetype_distribution IS 'How many personas of each archetype a function has, and their averages.';

-- A materialized view knows no row-level security, and its owner must see all rows to fill it. So it belongs to a role
-- of its own, the application cannot read it, and a view that names the tenant stands in front.
CREATE MATERIALIZED VIEW persona_summary AS
SELECT
    p.id, p.tenant_id, p.name, p.title, goals.number AS goals_count, pain_points.number AS pain_points_count,
    research.number AS research_count,
    jsonb_build_object('wilo', week.days, 'stakeholders', stakeholders.number) AS insights
FROM personas AS p
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM persona_goals AS r WHERE r.tenant_id = p.tenant_id AND r.persona_id = p.id
) AS goals
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM persona_pain_points AS r WHERE r.tenant_id = p.tenant_id AND r.persona_id = p.id
) AS pain_points
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM persona_public_research AS r WHERE r.tenant_id = p.tenant_id AND r.persona_id = p.id
) AS research
CROSS JOIN LATERAL (
    SELECT count(*) AS number FROM persona_internal_stakeholders AS r
    WHERE r.tenant_id = p.tenant_id AND r.persona_id = p.id
) AS stakeholders
CROSS JOIN LATERAL (
    -- A monstrous row of one tenant must not stop the count of all: JSON has its limits.
    SELECT coalesce(jsonb_agg(r ORDER BY r.id) FILTER (WHERE pg_column_size(r) < 100000), '[]') AS days
    FROM persona_week_in_life AS r WHERE r.tenant_id = p.tenant_id AND r.persona_id = p.id
) AS week
WHERE p.deleted_at IS NULL;
COMMENT ON MATERIALIZED VIEW persona_summary IS 'Figures of every persona, as of the last refresh_persona_summary().';

CREATE UNIQUE INDEX idx_persona_summary_id ON persona_summary (id);
CREATE INDEX idx_persona_summary_tenant_id ON persona_summary (tenant_id);

REVOKE ALL ON persona_summary FROM vital_app;
GRANT SELECT ON personas, persona_goals, persona_pain_points, persona_public_research, persona_week_in_life,
    persona_internal_stakeholders TO vital_summary;
ALTER MATERIALIZED VIEW persona_summary OWNER TO vital_summary;

CREATE VIEW v_persona_summary WITH (security_barrier = true) AS
SELECT s.id, s.tenant_id, s.name, s.title, s.goals_count, s.pain_points_count, s.research_count, s.insights
FROM persona_summary AS s
JOIN personas AS p ON p.tenant_id = s.tenant_id AND p.id = s.id AND p.deleted_at IS NULL -- gone since the last count
WHERE s.tenant_id = (SELECT current_tenant_id());
COMMENT ON VIEW v_persona_summary IS 'Figures of every persona, as counted last night.';

CREATE FUNCTION refresh_persona_summary() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY persona_summary;
END $$;
COMMENT ON FUNCTION refresh_persona_summary() IS 'Counts persona_summary anew, while others go on reading it.';
REVOKE ALL ON FUNCTION refresh_persona_summary() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_persona_summary() TO vital_app;
ALTER FUNCTION refresh_persona_summary() OWNER TO vital_summary;

REVOKE INSERT, UPDATE, DELETE ON v_personas_complete, v_personas_summary, v_personas_with_vpanes,
    v_archetype_distribution, v_persona_summary FROM vital_app;

-- migrate:down

DROP FUNCTION IF EXISTS refresh_persona_summary();
DROP VIEW IF EXISTS v_persona_summary;
DROP MATERIALIZED VIEW IF EXISTS persona_summary;
REVOKE SELECT ON personas, persona_goals, persona_pain_points, persona_public_research, persona_week_in_life,
    persona_internal_stakeholders FROM vital_summary;
DROP VIEW IF EXISTS v_archetype_distribution; -- the client's own rollback drops three of these
DROP VIEW IF EXISTS v_personas_with_vpanes;
DROP VIEW IF EXISTS v_personas_summary;
DROP VIEW IF EXISTS v_personas_complete;
