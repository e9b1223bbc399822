-- What a persona works out for itself: readiness for AI, the kind of help that suits it, the names of its organisation.

-- migrate:up

CREATE FUNCTION calculate_gen_ai_readiness_level(
    p_ai_maturity_score numeric, p_technology_adoption text, p_risk_tolerance text, p_change_readiness text
) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    score numeric := coalesce(p_ai_maturity_score, 50) / 20.0;
BEGIN
    score := score + CASE p_technology_adoption
        WHEN 'innovator' THEN 2
        WHEN 'early_adopter' THEN 1
        WHEN 'late_majority' THEN -1
        WHEN 'laggard' THEN -2
        ELSE 0
    END;
    score := score + CASE
        WHEN p_risk_tolerance IN ('high', 'very_high') THEN 1
        WHEN p_risk_tolerance IN ('low', 'very_low') THEN -1
        ELSE 0
    END;
    score := score + CASE
        WHEN p_change_readiness IN ('high', 'very_high') THEN 1
        WHEN p_change_readiness IN ('low', 'resistant') THEN -1
        ELSE 0
    END;
    RETURN CASE
        WHEN score >= 7 THEN 'expert'
        WHEN score >= 5 THEN 'advanced'
        WHEN score >= 3 THEN 'proficient'
        WHEN score >= 1 THEN 'developing'
        ELSE 'beginner'
    END;
END $$;
COMMENT ON FUNCTION calculate_gen_ai_readiness_level(numeric, text, text, text) IS
    'Readiness for AI, from maturity (0 to 100), technology adoption, risk tolerance and change readiness.';

CREATE FUNCTION infer_preferred_service_layer(p_archetype text, p_work_pattern text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN CASE
        WHEN p_archetype = 'AUTOMATOR' THEN 'WORKFLOWS'
        WHEN p_archetype = 'ORCHESTRATOR' AND p_work_pattern = 'strategic' THEN 'SOLUTION_BUILDER'
        WHEN p_archetype IN ('ORCHESTRATOR', 'SKEPTIC') THEN 'ASK_PANEL'
        WHEN p_archetype = 'LEARNER' THEN 'ASK_EXPERT'
        ELSE 'MIXED'
    END;
END $$;
COMMENT ON FUNCTION infer_preferred_service_layer(text, text) IS
    'The kind of AI help that suits an archetype and a pattern of work.';

CREATE FUNCTION trigger_calculate_gen_ai_readiness() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.ai_maturity_score IS NOT NULL THEN
        NEW.gen_ai_readiness_level := calculate_gen_ai_readiness_level(
            NEW.ai_maturity_score, NEW.technology_adoption, NEW.risk_tolerance, NEW.change_readiness
        )::gen_ai_readiness_level;
    END IF;
    IF NEW.preferred_service_layer IS NULL AND NEW.archetype IS NOT NULL THEN
        NEW.preferred_service_layer := infer_preferred_service_layer(
            NEW.archetype::text, NEW.work_pattern::text
        )::service_layer_preference;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION trigger_calculate_gen_ai_readiness() IS
    'Keeps the readiness level where AI maturity is known; suggests a service layer where none is chosen.';

CREATE TRIGGER trigger_update_gen_ai_readiness
    BEFORE INSERT OR UPDATE OF ai_maturity_score, technology_adoption, risk_tolerance, change_readiness, archetype,
        work_pattern
    ON personas FOR EACH ROW EXECUTE FUNCTION trigger_calculate_gen_ai_readiness();

-- Names follow the references. A reference taken away takes its name along; a name given without one stays. The rows
-- are held, lest somebody rename them before this persona can be seen.
CREATE FUNCTION sync_persona_org_names() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.role_id IS NOT NULL THEN
        SELECT name, slug INTO NEW.role_name, NEW.role_slug FROM org_roles
        WHERE tenant_id = NEW.tenant_id AND id = NEW.role_id FOR SHARE;
    ELSIF TG_OP = 'UPDATE' AND OLD.role_id IS NOT NULL THEN
        NEW.role_name := NULL;
        NEW.role_slug := NULL;
    END IF;
    IF NEW.function_id IS NOT NULL THEN
        SELECT name, slug INTO NEW.function_name, NEW.function_slug FROM org_functions
        WHERE tenant_id = NEW.tenant_id AND id = NEW.function_id FOR SHARE;
    ELSIF TG_OP = 'UPDATE' AND OLD.function_id IS NOT NULL THEN
        NEW.function_name := NULL;
        NEW.function_slug := NULL;
    END IF;
    IF NEW.department_id IS NOT NULL THEN
        SELECT name, slug INTO NEW.department_name, NEW.department_slug FROM org_departments
        WHERE tenant_id = NEW.tenant_id AND id = NEW.department_id FOR SHARE;
    ELSIF TG_OP = 'UPDATE' AND OLD.department_id IS NOT NULL THEN
        NEW.department_name := NULL;
        NEW.department_slug := NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION sync_persona_org_names() IS 'Copies the names of role, function and department to the persona.';

CREATE TRIGGER trigger_sync_persona_org_names
    BEFORE INSERT OR UPDATE OF function_id, department_id, role_id
    ON personas FOR EACH ROW EXECUTE FUNCTION sync_persona_org_names();

-- The other direction: TG_ARGV names the part of the persona's columns, such as «role».
CREATE FUNCTION rename_in_personas() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    EXECUTE format(
        'UPDATE personas SET %1$I = $1, %2$I = $2 WHERE tenant_id = $3 AND %3$I = $4',
        TG_ARGV[0] || '_name', TG_ARGV[0] || '_slug', TG_ARGV[0] || '_id'
    ) USING NEW.name, NEW.slug, NEW.tenant_id, NEW.id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION rename_in_personas() IS 'Passes a new name of a role, function or department on to its personas.';

CREATE TRIGGER rename_in_personas AFTER UPDATE OF name, slug ON org_roles FOR EACH ROW
    WHEN ((OLD.name, OLD.slug) IS DISTINCT FROM (NEW.name, NEW.slug)) EXECUTE FUNCTION rename_in_personas('role');
CREATE TRIGGER rename_in_personas AFTER UPDATE OF name, slug ON org_functions FOR EACH ROW
    WHEN ((OLD.name, OLD.slug) IS DISTINCT FROM (NEW.name, NEW.slug)) EXECUTE FUNCTION rename_in_personas('function');
CREATE TRIGGER rename_in_personas AFTER UPDATE OF name, slug ON org_departments FOR EACH ROW
    WHEN ((OLD.name, OLD.slug) IS DISTINCT FROM (NEW.name, NEW.slug)) EXECUTE FUNCTION rename_in_personas('department');

CREATE FUNCTION recompute_personas(tenant uuid) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE personas SET role_id = role_id, archetype = archetype WHERE tenant_id = tenant; -- the triggers do the rest
END $$;
COMMENT ON FUNCTION recompute_personas(uuid) IS 'Does anew what the triggers of personas keep: readiness, names.';

-- migrate:down

DROP FUNCTION recompute_personas(uuid);
DROP TRIGGER rename_in_personas ON org_departments;
DROP TRIGGER rename_in_personas ON org_functions;
DROP TRIGGER rename_in_personas ON org_roles;
DROP FUNCTION rename_in_personas();
DROP TRIGGER IF EXISTS trigger_sync_persona_org_names ON personas; -- the client's own rollback drops these two
DROP FUNCTION sync_persona_org_names();
DROP TRIGGER IF EXISTS trigger_update_gen_ai_readiness ON personas;
DROP FUNCTION trigger_calculate_gen_ai_readiness();
DROP FUNCTION infer_preferred_service_layer(text, text);
DROP FUNCTION calculate_gen_ai_readiness_level(numeric, text, text, text);
