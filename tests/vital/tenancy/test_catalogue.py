"""Laws that the database's catalogue is held to, on every table, function and view there is or will be."""

import pytest

from tests import database

from .catalogue import EXEMPT, names

pytestmark = pytest.mark.database

# Each query lists what breaks the law in its name.
LAWS = {
    "a tenant table has row-level security, enabled and forced": """
        SELECT relname FROM tenant_table WHERE NOT (relrowsecurity AND relforcerowsecurity)""",
    "tenant_id is a uuid, never null, never generated": """
        SELECT relname FROM tenant_table JOIN pg_attribute ON attrelid = oid AND attname = 'tenant_id'
        WHERE NOT attnotnull OR atttypid <> 'uuid'::regtype OR attgenerated <> ''""",
    "a tenant table has the policy of its tenant, for all commands": """
        SELECT relname FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_policy WHERE polrelid = tenant_table.oid AND polname = 'tenant_isolation' AND polcmd = '*'
            AND polpermissive AND polwithcheck IS NOT NULL)""",
    "no second policy widens what a tenant may do, but that people see their own memberships": """
        SELECT relname, polname FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid
        WHERE polpermissive AND polname <> 'tenant_isolation'
        AND (relname, polname) <> ('memberships', 'own_memberships')""",
    "no policy is always true": """
        SELECT tablename, policyname FROM pg_policies WHERE qual = 'true' OR with_check = 'true'""",
    "tenant_id can be left out of an INSERT": """
        SELECT relname FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = tenant_table.oid AND tgtype & 7 = 7 AND NOT tgisinternal)""",
    "unique keys name the tenant, but for the primary key": """
        SELECT indexrelid::regclass::text FROM tenant_table JOIN pg_index ON indrelid = oid
        JOIN pg_attribute ON attrelid = oid AND attname = 'tenant_id'
        WHERE indisunique AND NOT indisprimary AND NOT attnum = ANY (indkey)""",
    "a tenant table can be referred to with its tenant": """
        SELECT relname FROM tenant_table WHERE NOT EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = tenant_table.oid AND contype = 'u'
            AND pg_get_constraintdef(pg_constraint.oid) = 'UNIQUE (tenant_id, id)')""",
    "a reference between tenant tables names the tenant": """
        SELECT conname FROM pg_constraint WHERE contype = 'f'
        AND conrelid IN (SELECT oid FROM tenant_table) AND confrelid IN (SELECT oid FROM tenant_table)
        AND pg_get_constraintdef(oid) NOT LIKE 'FOREIGN KEY (tenant_id, %) REFERENCES %(tenant_id, id)%'""",
    "deleting a row never changes another's tenant": """
        SELECT conname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attname = 'tenant_id'
        WHERE contype = 'f' AND attnum = ANY (conkey) AND conrelid IN (SELECT oid FROM tenant_table)
        AND (confupdtype IN ('n', 'd', 'c') OR confdeltype IN ('n', 'd') AND
             (confdelsetcols IS NULL OR attnum = ANY (confdelsetcols)))""",
    "a shared table does not refer to a tenant's": """
        SELECT conname FROM pg_constraint WHERE contype = 'f'
        AND confrelid IN (SELECT oid FROM tenant_table) AND conrelid NOT IN (SELECT oid FROM tenant_table)""",
    "a tenant table's numbers come from no sequence, but the admin log's": """
        SELECT relname FROM tenant_table JOIN pg_attribute ON attrelid = oid
        WHERE attidentity <> '' AND relname <> 'django_admin_log'""",
    "a reference between tenant tables has an index that leads with the tenant": """
        SELECT conname FROM pg_constraint WHERE contype = 'f' AND cardinality(conkey) = 2
        AND conrelid IN (SELECT oid FROM tenant_table) AND NOT EXISTS (
            SELECT FROM pg_index WHERE indrelid = conrelid AND (indkey::int2[])[0:1] = conkey)""",
    "the application has rows, and no more": """
        SELECT table_name, privilege_type FROM information_schema.role_table_grants
        WHERE grantee IN ('vital_app', 'PUBLIC') AND table_schema = 'public'
        AND privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')""",
    "every table is the owner's": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
        AND relowner <> 'vital_owner'::regrole""",
    "a view asks for its reader's rights": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'
        AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=true', 'security_invoker=on']""",
    "no materialized view can be read by the application": """
        SELECT relname FROM pg_class WHERE relkind = 'm' AND has_table_privilege('vital_app', oid, 'SELECT')""",
    "no partition or child table can be read around its parent": """
        SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON oid = inhrelid
        WHERE relkind = 'r' AND has_table_privilege('vital_app', inhrelid, 'SELECT') AND NOT relrowsecurity""",
    "our functions pin their search_path, or were bound when created": """
        SELECT proname FROM our_function WHERE prosqlbody IS NULL
        AND NOT coalesce(array_to_string(proconfig, ' '), '') LIKE '%search_path=pg_catalog%pg_temp'""",
    "our functions run with their caller's rights": """
        SELECT proname FROM our_function WHERE prosecdef AND proowner <> 'vital_search'::regrole""",
    "our functions are explained": """
        SELECT proname FROM our_function WHERE obj_description(oid, 'pg_proc') IS NULL
        AND prorettype <> 'trigger'::regtype""",
}
WITH = """
    WITH tenant_table AS (
        SELECT pg_class.* FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant_id'
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL (%s)
    ), our_function AS (
        SELECT pg_proc.* FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%%'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    )
"""


@pytest.fixture(scope="module")
def catalogue():
    with database.connect("postgres", database.TEMPLATE) as connection:
        yield connection


@pytest.mark.parametrize("query", LAWS.values(), ids=LAWS)
def test_law(catalogue, query):
    assert catalogue.execute(WITH + query.replace("%", "%%"), [list(EXEMPT)]).fetchall() == []


def test_the_exempt_tables_still_exist(catalogue):
    """A stale exemption is a hole waiting for a table."""
    found = catalogue.execute("SELECT relname FROM pg_class WHERE relname = ANY (%s)", [list(EXEMPT)]).fetchall()
    assert {name for (name,) in found} == set(EXEMPT)
    assert not EXEMPT.keys() & set(names())


def test_every_model_of_a_tenant_is_a_table_that_the_suite_attacks():
    from django.apps import apps

    from vital.tenancy.models import TenantModel

    models = {m._meta.db_table for m in apps.get_models() if issubclass(m, TenantModel)}
    assert models <= set(names())


def test_columns_and_tables_of_ours_are_explained_in_the_database(catalogue):
    from django.apps import apps

    for app in ("tenancy", "organisation", "lookups"):
        for model in apps.get_app_config(app).get_models():
            silent = catalogue.execute(
                """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
                AND col_description(attrelid, attnum) IS NULL AND attname NOT IN ('id', 'password', 'last_login')""",
                [model._meta.db_table],
            ).fetchall()
            assert silent == [], model
            (comment,) = catalogue.execute("SELECT obj_description(%s::regclass)", [model._meta.db_table]).fetchone()
            assert comment == model.__doc__.split("\n")[0]
