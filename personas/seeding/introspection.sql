-- What the catalogue says of some tables, a row each: the name, and everything else as JSON. What PostgreSQL writes
-- differently from version to version is left out.
SELECT relname, json_build_object(
    'comment', obj_description(pg_class.oid, 'pg_class'),
    'columns', (
        SELECT json_agg(json_build_object(
            'name', attname,
            'type', format_type(atttypid, atttypmod),
            'nullable', NOT attnotnull,
            'default', CASE WHEN attgenerated = '' THEN pg_get_expr(adbin, adrelid) END,
            'generated', CASE WHEN attgenerated <> '' THEN pg_get_expr(adbin, adrelid) END,
            'enum', CASE WHEN typtype = 'e' THEN typname END,
            'comment', col_description(attrelid, attnum)
        ) ORDER BY attnum)
        FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    ),
    'constraints', (
        SELECT json_agg(json_build_object(
            'name', conname,
            'kind', CASE contype
                WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign_keys' WHEN 'c' THEN 'checks'
            END,
            'columns', (
                SELECT json_agg(attname ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (attnum, place)
                JOIN pg_attribute USING (attnum) WHERE attrelid = conrelid
            ),
            'table', (SELECT relname FROM pg_class WHERE oid = confrelid),
            'references', (
                SELECT json_agg(attname ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS key (attnum, place)
                JOIN pg_attribute USING (attnum) WHERE attrelid = confrelid
            ),
            'on_delete', CASE confdeltype
                WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'r' THEN 'restrict' WHEN 'd' THEN 'set default'
                WHEN 'a' THEN 'no action'
            END,
            'definition', CASE contype WHEN 'c' THEN pg_get_constraintdef(pg_constraint.oid) END
        ) ORDER BY conname COLLATE "C")
        FROM pg_constraint WHERE conrelid = pg_class.oid AND contype IN ('p', 'u', 'f', 'c')
    ),
    'indexes', (
        SELECT json_agg(index.relname ORDER BY index.relname COLLATE "C")
        FROM pg_index JOIN pg_class AS index ON index.oid = indexrelid WHERE indrelid = pg_class.oid
    ),
    'row_security', CASE WHEN relforcerowsecurity THEN 'forced' WHEN relrowsecurity THEN 'enabled' ELSE 'off' END,
    'policies', (
        SELECT json_agg(json_build_object(
            'name', polname,
            'command', CASE polcmd
                WHEN '*' THEN 'all' WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' ELSE 'delete'
            END,
            'shows', pg_get_expr(polqual, polrelid),
            'accepts', pg_get_expr(polwithcheck, polrelid)
        ) ORDER BY polname COLLATE "C")
        FROM pg_policy WHERE polrelid = pg_class.oid
    )
)::text
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname = ANY (%s)
