-- Files that came in and went out belong to their tenant.

-- migrate:up

SELECT isolate_tenant('exchange_batches');
SELECT reference_tenant('exchange_batches', 'undoes_id', 'exchange_batches', 'CASCADE');
CREATE INDEX exchange_batches_undoes ON exchange_batches (tenant_id, undoes_id);
CREATE INDEX exchange_batches_sha256 ON exchange_batches (tenant_id, sha256);

SELECT isolate_child('exchange_files', 'batch_id', 'exchange_batches');
CREATE INDEX exchange_files_batch ON exchange_files (tenant_id, batch_id);

SELECT isolate_child('exchange_items', 'batch_id', 'exchange_batches');

SELECT isolate_tenant('exchange_profiles');
SELECT isolate_tenant('exchange_exports');

-- migrate:down

SELECT release_tenant('exchange_exports');
SELECT release_tenant('exchange_profiles');

SELECT release_child('exchange_items', 'batch_id');

DROP INDEX exchange_files_batch;
SELECT release_child('exchange_files', 'batch_id');

DROP INDEX exchange_batches_sha256;
DROP INDEX exchange_batches_undoes;
SELECT release_reference('exchange_batches', 'undoes_id');
SELECT release_tenant('exchange_batches');
