-- What a database is made of, a fact a row: the object, and what is to be known about it. The same on every version of
-- PostgreSQL that we support, whoever asks.
WITH foreign_to_us AS ( -- what extensions brought along
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relation AS (
    SELECT pg_class.*, CASE relkind
        WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table'
        ELSE 'table' END AS kind
    FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND ('pg_class'::regclass, oid) NOT IN (TABLE foreign_to_us)
), routine AS (
    SELECT pg_proc.*, proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')' AS signature
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND ('pg_proc'::regclass, oid) NOT IN (TABLE foreign_to_us)
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
    UNION ALL
    SELECT format(
            'what %s will make in schema %s (%s)', defaclrole::regrole, defaclnamespace::regnamespace, defaclobjtype
        ), defaclrole, acl.*
    FROM pg_default_acl, aclexplode(defaclacl) AS acl
    WHERE defaclnamespace = 'public'::regnamespace OR defaclrole::regrole::text LIKE 'vital%'
)
SELECT kind || ' ' || relname AS object, concat_ws(
    ', ', 'owner ' || relowner::regrole,
    CASE relpersistence WHEN 'u' THEN 'unlogged' END,
    CASE WHEN relreplident <> 'd' AND relkind IN ('r', 'p') THEN 'replica identity ' || relreplident::text END,
    CASE WHEN relrowsecurity THEN 'row security' END, CASE WHEN relforcerowsecurity THEN 'forced' END,
    array_to_string(reloptions, ', ')
) AS fact
FROM relation
UNION ALL
SELECT 'column ' || relname || '.' || attname, concat_ws(
    ' ', format_type(atttypid, atttypmod),
    (SELECT 'collate ' || collname FROM pg_collation JOIN pg_type ON pg_type.oid = atttypid
     WHERE pg_collation.oid = attcollation AND attcollation <> typcollation),
    CASE WHEN attnotnull THEN 'not null' END,
    CASE attgenerated WHEN 's' THEN 'generated' WHEN 'v' THEN 'virtual' END,
    CASE attidentity WHEN 'd' THEN 'identity' WHEN 'a' THEN 'identity always' END,
    'default ' || pg_get_expr(adbin, adrelid)
)
FROM relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relkind <> 'S'
UNION ALL
SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN relation ON relation.oid = conrelid WHERE contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index ' || relname || '.' || indexrelid::regclass, pg_get_indexdef(indexrelid)
    || CASE WHEN indisvalid AND indisready THEN '' ELSE ', invalid' END
FROM pg_index JOIN relation ON relation.oid = indrelid
UNION ALL
SELECT 'trigger ' || relname || '.' || tgname, pg_get_triggerdef(pg_trigger.oid)
    || CASE tgenabled WHEN 'O' THEN '' WHEN 'D' THEN ', disabled' ELSE ', fires otherwise' END
FROM pg_trigger JOIN relation ON relation.oid = tgrelid WHERE NOT tgisinternal
UNION ALL
SELECT 'rule ' || relname || '.' || rulename, pg_get_ruledef(pg_rewrite.oid)
FROM pg_rewrite JOIN relation ON relation.oid = ev_class WHERE rulename <> '_RETURN'
UNION ALL
-- PostgreSQL 16 stopped qualifying the columns of a view over one table. There, and only there, the text counts
-- without qualifiers.
SELECT 'query ' || relname, md5(regexp_replace(
    CASE WHEN text ~ 'JOIN|FROM.*FROM' THEN text ELSE regexp_replace(text, '\m\w+\.', '', 'g') END, '\s+', ' ', 'g'
))
FROM relation CROSS JOIN LATERAL pg_get_viewdef(relation.oid) AS text WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'policy ' || relname || '.' || polname, concat_ws(
    ' ', CASE WHEN polpermissive THEN 'permissive' ELSE 'restrictive' END,
    CASE polcmd
        WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' ELSE 'delete' END,
    'to', (
        SELECT string_agg(CASE role WHEN 0 THEN 'public' ELSE role::regrole::text END, ', ' ORDER BY role)
        FROM unnest(polroles) AS role
    ),
    'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid)
)
FROM pg_policy JOIN relation ON relation.oid = polrelid
UNION ALL
SELECT 'function ' || signature, concat_ws(
    ', ', 'takes (' || pg_get_function_arguments(routine.oid) || ')', 'returns ' || pg_get_function_result(routine.oid),
    'owner ' || proowner::regrole, lanname,
    CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    CASE WHEN prosecdef THEN 'security definer' END, CASE WHEN proleakproof THEN 'leakproof' END,
    CASE WHEN proisstrict THEN 'strict' END, 'parallel ' || proparallel::text,
    array_to_string(proconfig, '; '),
    'body ' || md5(coalesce(regexp_replace(pg_get_function_sqlbody(routine.oid), '\s+', ' ', 'g'), prosrc))
)
FROM routine JOIN pg_language ON pg_language.oid = prolang
UNION ALL
SELECT 'type ' || typname, coalesce(
    (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid),
    typtype::text
)
FROM pg_type
WHERE typnamespace = 'public'::regnamespace AND ('pg_type'::regclass, oid) NOT IN (TABLE foreign_to_us)
AND typelem = 0 AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE pg_class.oid = typrelid) = 'c')
UNION ALL
SELECT 'operator ' || oid::regoperator, oprcode::text FROM pg_operator
WHERE oprnamespace = 'public'::regnamespace AND ('pg_operator'::regclass, oid) NOT IN (TABLE foreign_to_us)
UNION ALL
SELECT 'text search configuration ' || cfgname, cfgparser::text FROM pg_ts_config
WHERE cfgnamespace = 'public'::regnamespace AND ('pg_ts_config'::regclass, oid) NOT IN (TABLE foreign_to_us)
UNION ALL
SELECT 'publication ' || pubname, CASE WHEN puballtables THEN 'all tables' ELSE (
    SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY prrelid::regclass::text)
    FROM pg_publication_rel WHERE prpubid = pg_publication.oid
) END
FROM pg_publication
UNION ALL
SELECT 'grant on ' || object || ' to ' || CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END,
    string_agg(
        privilege_type || CASE WHEN is_grantable THEN ' with grant option' ELSE '' END, ', ' ORDER BY privilege_type
    )
FROM granted WHERE grantee <> owner
GROUP BY object, grantee
ORDER BY object
