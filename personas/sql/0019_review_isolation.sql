-- What people say, plan and set about the review belongs to their tenant; the record of it can only be added to.

-- migrate:up

SELECT isolate_child('editorial_revisions', 'persona_id', 'personas');
SELECT isolate_child('editorial_contents', 'persona_id', 'personas');
SELECT isolate_tenant('editorial_events');
SELECT isolate_child('editorial_comments', 'persona_id', 'personas');
SELECT isolate_child('editorial_reviewers', 'function_id', 'org_functions');
SELECT isolate_tenant('editorial_releases');
SELECT isolate_child('editorial_release_items', 'release_id', 'editorial_releases');
SELECT isolate_tenant('editorial_schedule');
SELECT isolate_tenant('editorial_settings');
SELECT isolate_tenant('editorial_rules');
SELECT isolate_tenant('editorial_notices');
SELECT isolate_tenant('editorial_notice_choices');
SELECT isolate_tenant('editorial_webhooks');
SELECT isolate_tenant('editorial_outbox');

SELECT reference_tenant('editorial_state', 'live_id', 'editorial_revisions', 'SET NULL');
SELECT reference_tenant('editorial_comments', 'parent_id', 'editorial_comments', 'CASCADE');
SELECT reference_tenant('editorial_release_items', 'persona_id', 'personas', 'CASCADE');
SELECT reference_tenant('editorial_schedule', 'persona_id', 'personas', 'CASCADE');
SELECT reference_tenant('editorial_schedule', 'release_id', 'editorial_releases', 'CASCADE');
SELECT reference_tenant('editorial_notices', 'persona_id', 'personas', 'CASCADE');

SELECT touch_updated_at('editorial_releases');
SELECT touch_updated_at('editorial_settings');
SELECT touch_updated_at('editorial_rules');
SELECT touch_updated_at('editorial_notice_choices');
SELECT touch_updated_at('editorial_webhooks');

-- Their unique keys begin with the same columns, and history grows with every save.
DROP INDEX editorial_revisions_persona_id_idx;
DROP INDEX editorial_contents_persona_id_idx;

REVOKE UPDATE, DELETE ON editorial_events FROM vital_app;

-- migrate:down

GRANT UPDATE, DELETE ON editorial_events TO vital_app;

CREATE INDEX editorial_contents_persona_id_idx ON editorial_contents (tenant_id, persona_id);
CREATE INDEX editorial_revisions_persona_id_idx ON editorial_revisions (tenant_id, persona_id);

DROP TRIGGER update_editorial_webhooks_updated_at ON editorial_webhooks;
DROP TRIGGER update_editorial_notice_choices_updated_at ON editorial_notice_choices;
DROP TRIGGER update_editorial_rules_updated_at ON editorial_rules;
DROP TRIGGER update_editorial_settings_updated_at ON editorial_settings;
DROP TRIGGER update_editorial_releases_updated_at ON editorial_releases;

SELECT release_reference('editorial_notices', 'persona_id');
SELECT release_reference('editorial_schedule', 'release_id');
SELECT release_reference('editorial_schedule', 'persona_id');
SELECT release_reference('editorial_release_items', 'persona_id');
SELECT release_reference('editorial_comments', 'parent_id');
SELECT release_reference('editorial_state', 'live_id');

SELECT release_tenant('editorial_outbox');
SELECT release_tenant('editorial_webhooks');
SELECT release_tenant('editorial_notice_choices');
SELECT release_tenant('editorial_notices');
SELECT release_tenant('editorial_rules');
SELECT release_tenant('editorial_settings');
SELECT release_tenant('editorial_schedule');
SELECT release_child('editorial_release_items', 'release_id');
SELECT release_tenant('editorial_releases');
SELECT release_child('editorial_reviewers', 'function_id');
SELECT release_child('editorial_comments', 'persona_id');
SELECT release_tenant('editorial_events');
SELECT release_child('editorial_contents', 'persona_id');
SELECT release_child('editorial_revisions', 'persona_id');
