-- The indexes that the client's documents name. Others come with keys and references.

-- migrate:up

CREATE INDEX idx_personas_tenant_id ON personas (tenant_id);
CREATE INDEX idx_personas_role_id ON personas (role_id);
CREATE INDEX idx_personas_function_id ON personas (function_id);
CREATE INDEX idx_personas_department_id ON personas (department_id);
CREATE INDEX idx_personas_archetype ON personas (archetype);
-- The reference to the function has such an index already.
ALTER INDEX personas_function_id_idx RENAME TO idx_personas_tenant_function;
CREATE INDEX idx_personas_tenant_archetype ON personas (tenant_id, archetype);
CREATE INDEX idx_personas_validation_status ON personas (validation_status) WHERE deleted_at IS NULL;
CREATE INDEX idx_personas_is_active ON personas (is_active) WHERE deleted_at IS NULL;
CREATE INDEX idx_personas_slug ON personas (slug);
CREATE INDEX idx_personas_seniority ON personas (seniority_level) WHERE deleted_at IS NULL;
CREATE INDEX idx_personas_ai_maturity ON personas (ai_maturity_score) WHERE deleted_at IS NULL;

CREATE INDEX idx_wilo_persona ON persona_week_in_life (persona_id);
CREATE INDEX idx_wilo_day ON persona_week_in_life (day_of_week);
CREATE INDEX idx_milo_persona ON persona_month_in_life (persona_id);
CREATE INDEX idx_yilo_persona_quarter ON persona_year_in_life (persona_id, quarter);

-- array_to_string() is only STABLE, because some types print as the session likes; text does not.
CREATE FUNCTION immutable_array_join(words text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_to_string(words, ' ');
COMMENT ON FUNCTION immutable_array_join(text[]) IS 'The texts of an array as one, for full-text indexes.';

CREATE INDEX idx_personas_search ON personas USING gin (
    to_tsvector('english', coalesce(name, '') || ' ' || coalesce(title, '') || ' ' || coalesce(tagline, ''))
);
CREATE INDEX idx_public_research_title_fts ON persona_public_research
    USING gin (to_tsvector('english', research_title));
CREATE INDEX idx_public_research_findings_fts ON persona_public_research
    USING gin (to_tsvector('english', immutable_array_join(key_findings)));
CREATE INDEX idx_industry_reports_title_fts ON persona_industry_reports
    USING gin (to_tsvector('english', report_title));
CREATE INDEX idx_expert_opinions_topic_fts ON persona_expert_opinions USING gin (to_tsvector('english', topic_area));
CREATE INDEX idx_case_studies_title_fts ON persona_case_studies USING gin (to_tsvector('english', case_study_title));
CREATE INDEX idx_supporting_statistics_name_fts ON persona_supporting_statistics
    USING gin (to_tsvector('english', statistic_name));

-- migrate:down

DROP INDEX idx_supporting_statistics_name_fts;
DROP INDEX idx_case_studies_title_fts;
DROP INDEX idx_expert_opinions_topic_fts;
DROP INDEX idx_industry_reports_title_fts;
DROP INDEX idx_public_research_findings_fts;
DROP INDEX idx_public_research_title_fts;
DROP INDEX idx_personas_search;
DROP FUNCTION immutable_array_join(text[]);
DROP INDEX idx_yilo_persona_quarter;
DROP INDEX idx_milo_persona;
DROP INDEX idx_wilo_day;
DROP INDEX idx_wilo_persona;
DROP INDEX idx_personas_ai_maturity;
DROP INDEX idx_personas_seniority;
DROP INDEX idx_personas_slug;
DROP INDEX idx_personas_is_active;
DROP INDEX idx_personas_validation_status;
DROP INDEX idx_personas_tenant_archetype;
ALTER INDEX idx_personas_tenant_function RENAME TO personas_function_id_idx;
DROP INDEX idx_personas_archetype;
DROP INDEX idx_personas_department_id;
DROP INDEX idx_personas_function_id;
DROP INDEX idx_personas_role_id;
DROP INDEX idx_personas_tenant_id;
