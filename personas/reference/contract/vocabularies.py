"""Every list of values, of enums, vocabularies and single columns: what people read, and what files may say."""

from collections import defaultdict
from typing import Any

from lookups.models import Lookup
from personas.enums import PG_TYPES
from personas.exchange.profiles import BUILT_IN, built_in
from personas.exchange.tables import TABLES
from personas.models.scales import label
from personas.reference.tables import models_of
from personas.reference.words import shipped

from .columns import codes_of

ABOUT = (
    "Files may write a code with other capitals, and with blanks, hyphens, points or slashes for _. What else they may "
    "write stands under «aliases»: in which column, and in files of which profiles. «open» lists may grow: those here "
    "are shipped, an installation may have others, and where a single column only offers codes, any text is taken."
)


def vocabularies() -> dict[str, Any]:
    """The whole file."""
    aliases, uses = said(), used()
    lists: dict[str, Any] = {}
    for enum, type_name in PG_TYPES.items():
        values = [{"code": value, "label": label_} for value, label_ in enum.choices]
        lists[enum.__name__] = {"kind": "enum", "type": type_name, "about": enum.__doc__ or "", "values": values}
    for model in models_of("lookups"):
        about = {"kind": "vocabulary", "open": True, "table": model._meta.db_table, "about": model.__doc__}
        lists[model.__name__] = about | {"values": values_of(model)}
    for table, shape in TABLES.items():
        for name, field in shape.columns.items():
            codes, closed, named = codes_of(field)
            if codes and not named:
                values = [{"code": code, "label": label(code)} for code in codes]
                about = {"kind": "codes", "open": not closed, "about": str(field.help_text)}
                lists[f"{table}.{name}"] = about | {"values": values}
    for name, one in lists.items():
        one["columns"] = uses[name]
        for value in one["values"]:
            if accepted := [told for column in uses[name] for told in aliases.pop((column, value["code"]), ())]:
                value["aliases"] = accepted
    rest = [told | {"means": means} for (_, means), listed in aliases.items() for told in listed]
    return {"about": ABOUT, "lists": lists, "other_aliases": rest}


def values_of(vocabulary: type[Lookup]) -> list[dict[str, Any]]:
    """The values of a vocabulary as they are shipped, in their order."""
    rows = [row["fields"] for row in shipped("lookups") if row["model"] == vocabulary._meta.label_lower]
    plain = ("code", "display_name", "description", "sort_order", "is_active")
    return [
        {"code": row["code"], "label": row["display_name"]}
        | {key: row[key] for key in row if key == "description" or key not in plain}
        for row in sorted(rows, key=lambda row: row.get("sort_order", 0))
    ]


def used() -> dict[str, list[str]]:
    """The columns of documents that take the codes of a list."""
    found = defaultdict(list)
    for table, shape in TABLES.items():
        for name, field in shape.columns.items():
            codes, _, named = codes_of(field)
            if codes:
                found[named or f"{table}.{name}"].append(f"{table}.{name}")
    return found


def said() -> dict[tuple[str, Any], list[dict]]:
    """What files may say for a value of a column, and in files of which profiles."""
    profiles, found = defaultdict(list), defaultdict(list)
    for name in BUILT_IN:
        for alias in built_in(name).values:
            profiles[alias].append(name)
    for alias, names in profiles.items():
        column = f"{alias.table}.{alias.column}"
        told = {"says": alias.said, "column": column, "profiles": names}
        found[column, alias.to].append(told | ({"loses": True} if alias.lossy else {}))
    return found
