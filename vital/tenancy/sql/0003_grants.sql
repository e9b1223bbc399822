-- What the application has no business with. A tenant is closed by it, never deleted: that would cascade past every
-- policy into all that the tenant has. The owner deletes tenants.

-- migrate:up

REVOKE DELETE ON tenants FROM vital_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM vital_app;

-- migrate:down

GRANT INSERT, UPDATE, DELETE ON django_migrations TO vital_app;
GRANT DELETE ON tenants TO vital_app;
