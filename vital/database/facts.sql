-- What a database is made of, a fact a row: the object, and what is to be known about it. The same on every version of
-- PostgreSQL that we support, whoever asks.
WITH relation AS (
    SELECT pg_class.*, CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND relname NOT LIKE 'procrastinate%'
), routine AS (
    SELECT pg_proc.*, proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')' AS signature
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname NOT LIKE 'procrastinate%'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
), granted AS (
    SELECT kind || ' ' || relname AS object, relowner AS owner, acl.*
    FROM relation, aclexplode(relacl) AS acl
    UNION ALL
    SELECT 'column ' || relname || '.' || attname, relowner, acl.*
    FROM relation JOIN pg_attribute ON attrelid = relation.oid, aclexplode(attacl) AS acl
    UNION ALL
    SELECT 'function ' || signature, proowner, acl.*
    FROM routine, aclexplode(coalesce(proacl, acldefault('f', proowner))) AS acl
    UNION ALL
    SELECT 'schema ' || nspname, nspowner, acl.* FROM pg_namespace, aclexplode(nspacl) AS acl WHERE nspname = 'public'
)
SELECT kind || ' ' || relname AS object, concat_ws(
    ', ', 'owner ' || relowner::regrole,
    CASE relpersistence WHEN 'u' THEN 'unlogged' END,
    CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
    array_to_string(reloptions, ', ')
) AS fact
FROM relation
UNION ALL
SELECT 'column ' || relname || '.' || attname, concat_ws(
    ' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
    CASE attgenerated WHEN 's' THEN 'generated' WHEN 'v' THEN 'virtual' END,
    CASE attidentity WHEN 'd' THEN 'identity' WHEN 'a' THEN 'identity always' END,
    'default ' || pg_get_expr(adbin, adrelid)
)
FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL
SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN relation ON relation.oid = conrelid WHERE contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index ' || relname || '.' || indexrelid::regclass, pg_get_indexdef(indexrelid)
    || CASE WHEN indisvalid THEN '' ELSE ', invalid' END
FROM pg_index JOIN relation ON relation.oid = indrelid
UNION ALL
SELECT 'trigger ' || relname || '.' || tgname, pg_get_triggerdef(pg_trigger.oid)
    || CASE tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ', disabled' ELSE ', fires otherwise' END
FROM pg_trigger JOIN relation ON relation.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'rule ' || relname || '.' || rulename, pg_get_ruledef(pg_rewrite.oid)
FROM pg_rewrite JOIN relation ON relation.oid = ev_class WHERE rulename <> '_RETURN'
UNION ALL
-- PostgreSQL 16 stopped qualifying the columns of a view over one table. So the text counts without qualifiers, and what
-- it reads counts besides.
SELECT 'query ' || relname, md5(
    regexp_replace(regexp_replace(pg_get_viewdef(relation.oid), '\m\w+\.', '', 'g'), '\s+', ' ', 'g') || (
        SELECT string_agg(refobjid::regclass || '.' || refobjsubid, ' ' ORDER BY refobjid::regclass::text, refobjsubid)
        FROM pg_rewrite JOIN pg_depend ON objid = pg_rewrite.oid AND deptype = 'n'
        WHERE ev_class = relation.oid AND refclassid = 'pg_class'::regclass AND refobjid <> relation.oid
    )
)
FROM relation WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'policy ' || relname || '.' || polname, concat_ws(
    ' ', CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
    CASE polcmd WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' ELSE 'delete' END,
    'to', (
        SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END, ', ' ORDER BY role::regrole::text)
        FROM unnest(polroles) AS role
    ),
    'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid)
)
FROM pg_policy JOIN relation ON relation.oid = polrelid
UNION ALL
SELECT 'function ' || signature, concat_ws(
    ', ', 'returns ' || pg_get_function_result(routine.oid), 'owner ' || proowner::regrole, lanname,
    CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    CASE WHEN prosecdef THEN 'security definer' END, CASE WHEN proleakproof THEN 'leakproof' END,
    array_to_string(proconfig, '; '),
    'body ' || md5(regexp_replace(coalesce(pg_get_function_sqlbody(routine.oid), prosrc), '\s+', ' ', 'g'))
)
FROM routine JOIN pg_language ON pg_language.oid = prolang
UNION ALL
SELECT 'type ' || typname, string_agg(enumlabel, ', ' ORDER BY enumsortorder)
FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE 'procrastinate%' GROUP BY typname
UNION ALL
SELECT 'grant on ' || object || ' to ' || CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END,
    string_agg(privilege_type, ', ' ORDER BY privilege_type)
FROM granted WHERE grantee <> owner
GROUP BY object, grantee
ORDER BY object
