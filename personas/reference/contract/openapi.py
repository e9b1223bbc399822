"""OpenAPI of what consumers read: each published table and view as a collection, in PostgREST's manner."""

from .columns import Column, Table, published

ABOUT = """\
The schema `published` through PostgREST or Supabase, to be read only. The token's claim `tenant_id` says whose personas
are shown; without it, every collection is empty.

A column's own parameter filters by it: an operator, a point, a value, such as `archetype=eq.SKEPTIC`,
`updated_at=gte.2026-01-01`, `tagline=is.null`, `name=ilike.*chen*`, `slug=in.(one,two)`; `not.` before it turns
it round.
"""
OPERATORS = "eq neq gt gte lt lte like ilike match imatch is isdistinct in cs cd ov fts plfts phfts wfts"
FILTER = rf"^(not\.)?({OPERATORS.replace(' ', '|')})(\(\w+\))?\."
QUERY = {  # parameters that every collection takes
    "select": ("Columns that are wanted, such as `id,name`; without it, all.", {"type": "string"}),
    "order": ("Columns to sort by, such as `name.asc,created_at.desc.nullslast`.", {"type": "string"}),
    "limit": ("How many rows at most.", {"type": "integer", "minimum": 0}),
    "offset": ("How many rows to pass over.", {"type": "integer", "minimum": 0}),
}
HEADERS = {
    "Accept-Profile": ("The schema to read, where several are exposed.", {"type": "string", "enum": ["published"]}),
    "Range": ("The rows that are wanted, from 0, such as `0-24`.", {"type": "string", "pattern": "^[0-9]+-[0-9]*$"}),
    "Range-Unit": ("What a range counts.", {"type": "string", "enum": ["items"]}),
    "Prefer": ("`count=exact` has the rows counted.", {"type": "string", "examples": ["count=exact"]}),
}
PROBLEMS = {
    "400": "A filter or a column that does not exist.",
    "401": "No token, or one that does not hold.",
    "403": "The role of the token may not read this.",
    "406": "No such schema is exposed.",
    "416": "The range begins after the last row.",
}


def description(version: str) -> dict:
    """The whole document."""
    shared = {
        name: {"name": name, "in": place, "description": about, "schema": schema}
        for place, of in (("query", QUERY), ("header", HEADERS))
        for name, (about, schema) in of.items()
    }
    problem = {
        "type": "object",
        "properties": {key: nullable("string") for key in ("code", "message", "details", "hint")},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Published personas", "version": version, "description": ABOUT},
        "servers": [{"url": "/", "description": "Wherever your PostgREST is."}],
        "security": [{"tenant": []}],
        "tags": [{"name": "tables"}, {"name": "views"}],
        "paths": {f"/{table.name}": {"get": reading(table)} for table in published()},
        "components": {
            "parameters": shared,
            "responses": {
                f"E{code}": {"description": about, "content": content(ref("schemas", "problem"))}
                for code, about in PROBLEMS.items()
            },
            "schemas": {table.name: row(table) for table in published()}
            | {"filter": {"type": "string", "pattern": FILTER}, "problem": problem},
            "securitySchemes": {
                "tenant": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Its claims: `role`, a member of vital_reader, and the `tenant_id`.",
                }
            },
        },
    }


def reading(table: Table) -> dict:
    filters = [
        {
            "name": column.name,
            "in": "query",
            "schema": ref("schemas", "filter"),
            "description": f"Filter by {column.name}.",
        }
        for column in table.columns
    ]
    rows = content({"type": "array", "items": ref("schemas", table.name)})
    counted = {
        "Content-Range": {"description": "Such as `0-24/573`; `*` if not counted.", "schema": {"type": "string"}}
    }
    return {
        "operationId": f"read_{table.name}",
        "summary": table.about,
        "tags": ["views" if table.is_view else "tables"],
        "parameters": [*(ref("parameters", name) for name in (*QUERY, *HEADERS)), *filters],
        "responses": {
            "200": {"description": "All rows that fit.", "headers": counted, "content": rows},
            "206": {"description": "Some of the rows.", "headers": counted, "content": rows},
        }
        | {code: ref("responses", f"E{code}") for code in PROBLEMS},
    }


def row(table: Table) -> dict:
    return {
        "type": "object",
        "description": f"{table.about} With `select`, a row has the columns that were asked for.",
        "properties": {column.name: value(column) for column in table.columns},
        "required": [column.name for column in table.columns],
    }


def value(column: Column) -> dict:
    """What a column is in JSON, with null where there may be none."""
    made = column.json | {"description": column.about}
    if column.closed and made["type"] == "array":
        made["items"] = {"type": "string", "enum": list(column.codes)}
    elif column.closed:
        made["enum"] = [*column.codes, *([None] if column.null else [])]
    elif column.codes:
        made["examples"] = list(column.codes)
    longest = "maxLength" if made["type"] == "string" else "maximum"
    made |= {name: bound for name, bound in (("minimum", column.low), (longest, column.high)) if bound is not None}
    if column.refers:
        made["x-refers-to"] = f"{column.refers}.id"
    return made | nullable(made["type"]) if column.null else made


def nullable(kind: str) -> dict:
    return {"type": [kind, "null"]}


def content(schema: dict) -> dict:
    return {"application/json": {"schema": schema}}


def ref(kind: str, name: str) -> dict:
    return {"$ref": f"#/components/{kind}/{name}"}
