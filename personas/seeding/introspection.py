"""What the database is, as its catalogue says; where each key of a document lands in it; and what is not as it was."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.db import connection, models

from personas.documents.shape import ALL, GROUPS, PERSONA, Shape, natural
from personas.documents.values import plain
from personas.exchange.profiles import BUILT_IN, built_in
from personas.exchange.tables import TABLES
from vital.database.drift import Difference, differences, normal, read_expected, read_facts
from vital.tenancy.models import Tenant

HERE = Path(__file__).parent
QUERY = HERE / "introspection.sql"
MAPPINGS, CONFIG = "persona_schema_mappings.json", "transformation_config.json"
LISTED = re.compile(r"CHECK \(\(\w+ (?:= ANY \(|<@ )\(?ARRAY\[(.+?)\]")
TEXT = re.compile(r"'((?:[^']|'')*)'")
KINDS = ("primary_key", "unique", "foreign_keys", "checks")
ENUMS = """
    SELECT typname, array_agg(enumlabel ORDER BY enumsortorder)::text[]
    FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid
    WHERE typnamespace = 'public'::regnamespace AND typname = ANY (%s) GROUP BY typname ORDER BY typname
"""
LOOK_AT = ("column", "constraint", "index", "trigger", "rule", "policy")  # parts of a table that a deployment meets


def models_of_house() -> list[type[models.Model]]:
    """The tables that a deployment writes, and those that it refers to."""
    around = (apps.get_app_config(app).get_models() for app in ("organisation", "lookups"))
    return [*(shape.model for shape in ALL), *(model for of in around for model in of), Tenant]


def files() -> dict[str, str]:
    """What introspect_schema writes: the text of each file, by its name."""
    made = mappings()
    return {MAPPINGS: as_text(made), CONFIG: as_text(transformation(made))}


def as_text(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def mappings() -> dict:
    """Every table of the house as the live catalogue has it, with a fingerprint of all that."""
    names = [model._meta.db_table for model in models_of_house()]
    with connection.cursor() as cursor:
        cursor.execute(QUERY.read_text(encoding="utf-8"), [names])
        tables = {name: table(json.loads(told)) for name, told in sorted(cursor.fetchall())}
        used = {column["enum"] for one in tables.values() for column in one["columns"] if "enum" in column}
        cursor.execute(ENUMS, [sorted(used)])
        content = {"enums": dict(cursor.fetchall()), "tables": tables}
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"fingerprint": hashlib.sha256(canonical.encode()).hexdigest()} | content


def table(told: dict) -> dict:
    """A table, its constraints by kind, its policies in one style, and the values that a CHECK lists as a list."""
    constraints = told.pop("constraints") or []
    told["columns"] = [{key: value for key, value in column.items() if value is not None} for column in told["columns"]]
    for kind in KINDS:
        told[kind] = [without(one, "kind") for one in constraints if one["kind"] == kind]
    told["primary_key"] = told["primary_key"][0]["columns"] if told["primary_key"] else []
    for check in told["checks"]:
        if listed := LISTED.match(check["definition"]):
            check["values"] = [value.replace("''", "'") for value in TEXT.findall(listed[1])]
    told["policies"] = [
        {key: value and normal(value) for key, value in policy.items()} for policy in told["policies"] or []
    ]
    return told | {"indexes": told["indexes"] or []}


def without(one: dict, *names: str) -> dict:
    return {key: value for key, value in one.items() if key not in names and value is not None}


def transformation(made: dict) -> dict:
    """For each key of a document: where it lands, what it takes there, and what imports read as it."""
    types = {
        name: {column["name"]: column["type"] for column in told["columns"]} for name, told in made["tables"].items()
    }
    names, values = aliases()
    groups = {name: group for group, inner in GROUPS.items() for name in inner}
    keys = {}
    for word, shape in TABLES.items():
        table_name = shape.model._meta.db_table
        keys[word] = {
            "table": table_name,
            "aliases": sorted(names.get((word, ""), ())),
            "identity": list(shape.identity),
            "rows": "one" if shape.single or shape is PERSONA else "many",
            "keys": {
                name: landing(shape, name, types.get(table_name, {}))
                | ({"group": groups[name]} if shape is PERSONA and name in groups else {})
                | {"aliases": sorted(names.get((word, name), ())), "values": values.get((word, name), [])}
                for name in shape.columns
            },
        }
    return {"fingerprint": made["fingerprint"], "documents": keys}


def landing(shape: Shape, name: str, types: dict[str, str]) -> dict:
    """The column under a key: its type in the database, whether a new row needs it, and the codes that it takes."""
    field = shape.columns[name]
    told = {
        "column": field.column,
        "type": types.get(field.column),
        "needed": not field.null and not field.has_default(),
    }
    if field.has_default():
        told["default"] = plain(field.get_default())
    if field.is_relation:
        target = field.related_model._meta.db_table
        told |= {"names": f"{target}.{natural(field)}"} if natural(field) else {"vocabulary": target}
    elif codes := [code for code, _ in field.flatchoices] or getattr(field, "codes", []):
        told["codes" if getattr(field, "closed", True) else "usual"] = codes
    return told


def aliases() -> tuple[dict[tuple, set[str]], dict[tuple, list[dict]]]:
    """What the built-in profiles call our tables and columns, and how they spell values, by table and column."""
    names: dict[tuple, set[str]] = {}
    values: dict[tuple, dict[tuple, dict]] = {}
    for profile in map(built_in, BUILT_IN):
        called = [((PERSONA.word, column), theirs) for column, theirs in profile.paths.items()]
        called += [((word, ""), theirs) for word, theirs in profile.sections.items()]
        called += [
            ((word, ours.strip("+?")), [theirs])
            for word, keys in profile.fields.items() for theirs, columns in keys.items() for ours in columns
        ]  # fmt: skip
        for (word, column), theirs in called:
            word, column = (word, column) if "." not in column else column.split(".")
            names.setdefault((word or PERSONA.word, column), set()).update(one.rstrip("?") for one in theirs)
        for alias in profile.values:
            place = values.setdefault((alias.table or PERSONA.word, alias.column), {})
            same = (repr(alias.said), repr(alias.to))
            told = place.setdefault(same, {"from": alias.said, "to": alias.to, "in": []})
            told["in"].append(profile.name)
    for (word, column), called in names.items():
        called -= {column or word}
    return names, {place: list(told.values()) for place, told in values.items()}


def drift() -> list[str]:
    """How the live database differs from what migrations made and models know, in sentences; empty if it does not."""
    with connection.cursor() as cursor:
        found = read_facts(cursor)
    of_house = models_of_house()
    tables = {model._meta.db_table for model in of_house}
    told = [one for one in differences(read_expected(), found) if matters(one, tables)]
    named = {one.object for one in told}
    return [*in_words(told), *unknown_to_database(of_house, found, named)]


def matters(one: Difference, tables: set[str]) -> bool:
    """Whether a deployment could meet it; grants, and what others have put beside our tables, it does not meet."""
    if one.kind in LOOK_AT:
        return one.relation in tables
    if one.kind == "table":
        return one.object.removeprefix("table ") in tables
    return one.kind in ("type", "function") and one.expected is not None


def in_words(told: list[Difference]) -> Iterator[str]:
    renamed = dict(renames(told))
    said_already = {new for new, _ in renamed.values()}
    for one in told:
        if one in renamed:
            yield renamed[one][1]
        elif one in said_already:
            continue
        elif one.found is None:
            yield f"{one.object} is missing from the database; the migrations make it «{one.expected}». Fix: {one.fix}"
        elif one.expected is None:
            yield f"{one.object} is in the database, and nothing here knows it: «{one.found}». Fix: {one.fix}."
        else:
            yield f"{one.object} is «{one.found}» in the database, and should be «{one.expected}». Fix: {one.fix}"


def renames(told: list[Difference]) -> Iterator[tuple[Difference, tuple[Difference, str]]]:
    """Columns that have gone where, in the same table, one that is just like them has come: each with its new name."""
    columns = [one for one in told if one.kind == "column"]
    for gone in (one for one in columns if one.found is None):
        like = [one for one in columns if one.relation == gone.relation and one.found == gone.expected]
        if len(like) == 1 and like[0].expected is None:
            before, after = (one.object.rpartition(".")[2] for one in (gone, like[0]))
            said = (
                f"{gone.object} is missing from the database, and {like[0].object}, which nothing here knows, is just "
                f"like it: it was renamed. Fix: ALTER TABLE {gone.relation} RENAME COLUMN {after} TO {before};"
            )
            yield gone, (like[0], said)


def unknown_to_database(of_house: Iterable[type[models.Model]], found: dict, named: set[str]) -> Iterator[str]:
    """Columns that the models know, and neither the database nor the facts on file: somebody forgot to migrate."""
    for model in of_house:
        for field in model._meta.local_concrete_fields:
            column = f"column {model._meta.db_table}.{field.column}"
            if not {column, f"table {model._meta.db_table}"} & named and column not in found:
                yield f"{column} is known to the models, and the database has none. Fix: manage.py migrate"
