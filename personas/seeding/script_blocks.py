"""The blocks of a script that write nothing: what must hold before, and what must hold afterwards, or all is undone."""

# ruff: noqa: S608 - a script is text: its names come from Scribe.name(), its values from Scribe.value()

from collections import defaultdict
from collections.abc import Iterable

from personas.documents.changes import Op, PersonaPlan
from personas.documents.shape import ALL, BY_WORD, PERSONA, Shape, natural
from vital.organisation.models import Function

UNSEEN = "Nothing was written: there is no tenant {tenant} here, or it is not visible to this log-in."
TAKEN = "Nothing was written: somebody has made % since this was planned, or this script has run before. Plan again."
STALE = "Nothing was written: % was changed since this was planned, or is gone. Plan again."
MISSING = "Nothing was written: there is no %. Add what is missing, or plan again."
DIFFERS = "Nothing was written: %. Plan again, and run the script as it was made."
ORPHANS = "Nothing was written: there are rows in % without the row that they belong to."
FOREIGN = "Nothing was written: there are rows of these personas in % that belong to another tenant."
PARENT = "persona"


def block(name: str, body: str) -> str:
    """An anonymous block, in quotes that nothing in it can close."""
    while f"${name}$" in body:
        name += "_"
    return f"\nDO ${name}$\nDECLARE\n    said text;\nBEGIN\n{body}END ${name}$;\n"


def refusal(query: str, message: str) -> str:
    """Raise the message with what the query finds, if it finds anything."""
    return f"    {query}\n    IF said IS NOT NULL THEN\n        RAISE EXCEPTION '{message}', said;\n    END IF;\n"


def guard(scribe, plans: list[PersonaPlan]) -> str:
    """The tenant is there; slugs of new personas are free; personas that are to be changed are as they were."""
    tenant = scribe.tenant_literal
    body = (
        f"    IF current_tenant_id() IS DISTINCT FROM {tenant}\n"
        f"    OR NOT EXISTS (SELECT FROM tenants WHERE id = {tenant} AND deleted_at IS NULL) THEN\n"
        f"        RAISE EXCEPTION '{UNSEEN.format(tenant=scribe.tenant)}';\n    END IF;\n"
    )
    if new := [one.slug for one in plans if one.new]:
        body += refusal(
            "SELECT string_agg(format('«%s»', slug), ', ' ORDER BY slug) INTO said FROM personas\n"
            f"    WHERE tenant_id = {tenant} AND slug IN ({scribe.values(new)});",
            TAKEN,
        )
    if known := [one for one in plans if not one.new]:
        ids = scribe.values(sorted(one.id for one in known))
        planned = ",\n        ".join(f"({scribe.values([one.id, one.slug, one.version])})" for one in known)
        # In order, so that two who change the same personas wait for each other, not both.
        body += (
            f"    PERFORM FROM editorial_state WHERE tenant_id = {tenant} AND persona_id IN ({ids})\n"
            "    ORDER BY persona_id FOR UPDATE;\n"
        ) + refusal(
            "SELECT string_agg(format('«%s»', planned.slug), ', ' ORDER BY planned.slug) INTO said FROM (VALUES\n"
            f"        {planned}\n    ) AS planned (id, slug, version)\n"
            f"    LEFT JOIN editorial_state AS state ON state.tenant_id = {tenant} AND state.persona_id = planned.id\n"
            "    WHERE state.version IS DISTINCT FROM planned.version;",
            STALE,
        )
    return block("guard", body)


def references(scribe, plans: list[PersonaPlan]) -> str:
    """Everything that rows refer to by a slug or a code is there."""
    wanted = defaultdict(set)
    for change in (change for one in plans for change in one.changes):
        shape = BY_WORD[change.word]
        for name in shape.codes:
            if (value := change.after.get(name)) is not None:
                field = shape.columns[name]
                wanted[field.related_model, natural(field) or field.target_field.name].add(value)
    if not wanted:
        return ""
    parts = []
    for (model, key), values in sorted(wanted.items(), key=lambda one: one[0][0]._meta.db_table):
        table, column = scribe.name(model._meta.db_table), scribe.name(model._meta.get_field(key).column)
        within = f" WHERE tenant_id = {scribe.tenant_literal}" if natural_in_tenant(model) else ""
        parts.append(
            f"SELECT '{model._meta.db_table}' AS source, value FROM unnest({scribe.value(sorted(values))}::text[]) "
            f"AS value\n        WHERE value NOT IN (SELECT {column} FROM {table}{within})"
        )
    query = (
        "SELECT string_agg(format('«%s» in %s', value, source), ', ' ORDER BY source, value) INTO said FROM (\n"
        f"        {union(parts)}\n    ) AS missing;"
    )
    return block("references", refusal(query, MISSING))


def natural_in_tenant(model) -> bool:
    return any(field.name == "tenant" for field in model._meta.local_concrete_fields)


def union(parts: Iterable[str]) -> str:
    return "\n        UNION ALL ".join(parts)


def validation(scribe, plans: list[PersonaPlan]) -> str:
    """As many rows as the plan has, none without its parent, none of another tenant; and a count for whoever reads."""
    ids = defaultdict(list)
    for change in (change for one in plans for change in one.changes):
        ids[change.word, change.op].append(change.id)
    counts, orphans, foreign = [], [], []
    for shape in ALL:
        made, gone = ids[shape.word, Op.CREATE], ids[shape.word, Op.DELETE]
        counts += [counted(scribe, shape, some, planned) for some, planned in ((made, len(made)), (gone, 0)) if some]
        if made and shape is not PERSONA:
            orphans.append(orphaned(scribe, shape))
        if made and shape.parent == PARENT:
            foreign.append(of_others(scribe, shape, [one.id for one in plans]))
    body = ""
    if counts:
        body += refusal(
            "SELECT string_agg(format('%s has %s of %s rows', what, arrived, planned), '; ') INTO said FROM (\n"
            f"        {union(counts)}\n    ) AS counted WHERE arrived <> planned;",
            DIFFERS,
        )
    for parts, message in ((orphans, ORPHANS), (foreign, FOREIGN)):
        if parts:
            query = f"SELECT string_agg(DISTINCT what, ', ') INTO said FROM (\n        {union(parts)}\n    ) AS seen;"
            body += refusal(query, message)
    return (block("validation", body) if body else "") + counted_by_function(scribe)


def counted(scribe, shape: Shape, ids: list, planned: int) -> str:
    table = scribe.name(shape.model._meta.db_table)
    return (
        f"SELECT '{shape.model._meta.db_table}' AS what, {planned} AS planned, (SELECT count(*) FROM {table}\n"
        f"        WHERE tenant_id = {scribe.tenant_literal} AND id IN ({scribe.values(ids)})) AS arrived"
    )


def orphaned(scribe, shape: Shape) -> str:
    table, parent = scribe.name(shape.model._meta.db_table), shape.model._meta.get_field(shape.parent)
    above = scribe.name(parent.related_model._meta.db_table)
    return (
        f"SELECT '{shape.model._meta.db_table}' AS what FROM {table} AS inside\n"
        f"        WHERE tenant_id = {scribe.tenant_literal} AND NOT EXISTS (SELECT FROM {above} AS above\n"
        f"        WHERE above.tenant_id = inside.tenant_id AND above.id = inside.{scribe.name(parent.column)})"
    )


def of_others(scribe, shape: Shape, personas: list) -> str:
    return (
        f"SELECT '{shape.model._meta.db_table}' AS what FROM {scribe.name(shape.model._meta.db_table)}\n"
        f"        WHERE tenant_id <> {scribe.tenant_literal} AND persona_id IN ({scribe.values(personas)})"
    )


def counted_by_function(scribe) -> str:
    tenant, functions = scribe.tenant_literal, scribe.name(Function._meta.db_table)
    return (
        "\nSELECT f.name AS function, count(*) AS personas FROM personas AS p\n"
        f"LEFT JOIN {functions} AS f ON f.tenant_id = {tenant} AND f.id = p.function_id\n"
        f"WHERE p.tenant_id = {tenant} AND p.deleted_at IS NULL GROUP BY f.name ORDER BY f.name;\n"
    )
