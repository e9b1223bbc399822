-- The organisation belongs to its tenant.

-- migrate:up

SELECT isolate_tenant('org_functions');
SELECT isolate_tenant('org_departments');
SELECT isolate_tenant('org_roles');
SELECT isolate_tenant('role_responsibilities');
SELECT isolate_tenant('role_skills');
SELECT isolate_tenant('role_kpis');
SELECT isolate_tenant('jobs_to_be_done');

SELECT reference_tenant('org_functions', 'parent_id', 'org_functions', 'SET NULL');
SELECT reference_tenant('org_departments', 'function_id', 'org_functions', 'CASCADE');
SELECT reference_tenant('org_roles', 'function_id', 'org_functions', 'SET NULL');
SELECT reference_tenant('org_roles', 'department_id', 'org_departments', 'SET NULL');
SELECT reference_tenant('org_roles', 'reports_to_role_id', 'org_roles', 'SET NULL');
SELECT reference_tenant('role_responsibilities', 'role_id', 'org_roles', 'CASCADE');
SELECT reference_tenant('role_skills', 'role_id', 'org_roles', 'CASCADE');
SELECT reference_tenant('role_kpis', 'role_id', 'org_roles', 'CASCADE');

SELECT touch_updated_at('org_functions');
SELECT touch_updated_at('org_departments');
SELECT touch_updated_at('org_roles');
SELECT touch_updated_at('role_responsibilities');
SELECT touch_updated_at('role_skills');
SELECT touch_updated_at('role_kpis');
SELECT touch_updated_at('jobs_to_be_done');

-- migrate:down

DROP TRIGGER update_jobs_to_be_done_updated_at ON jobs_to_be_done;
DROP TRIGGER update_role_kpis_updated_at ON role_kpis;
DROP TRIGGER update_role_skills_updated_at ON role_skills;
DROP TRIGGER update_role_responsibilities_updated_at ON role_responsibilities;
DROP TRIGGER update_org_roles_updated_at ON org_roles;
DROP TRIGGER update_org_departments_updated_at ON org_departments;
DROP TRIGGER update_org_functions_updated_at ON org_functions;

SELECT release_reference('role_kpis', 'role_id');
SELECT release_reference('role_skills', 'role_id');
SELECT release_reference('role_responsibilities', 'role_id');
SELECT release_reference('org_roles', 'reports_to_role_id');
SELECT release_reference('org_roles', 'department_id');
SELECT release_reference('org_roles', 'function_id');
SELECT release_reference('org_departments', 'function_id');
SELECT release_reference('org_functions', 'parent_id');

SELECT release_tenant('jobs_to_be_done');
SELECT release_tenant('role_kpis');
SELECT release_tenant('role_skills');
SELECT release_tenant('role_responsibilities');
SELECT release_tenant('org_roles');
SELECT release_tenant('org_departments');
SELECT release_tenant('org_functions');
