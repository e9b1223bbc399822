"""The CSV files of an export as a Data Package: a Table Schema for each table, and the demo personas as its data."""

import io
import zipfile
from typing import Any

from django.db import models

from personas.documents.shape import PERSONA
from personas.exchange.csv_files import write_zip
from personas.exchange.tables import CLEAR, ID_COLUMN, PARENT_COLUMN, PERSONA_COLUMN, TABLES, header
from personas.models.columns import Items, Key
from personas.reference.documents import needed

from .columns import Column, in_document
from .example import documents

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FOLDER = "csv"
TYPES = {  # what a column is in a cell
    "integer": {"type": "integer"},
    "numeric": {"type": "number"},
    "date": {"type": "date"},
    "time without time zone": {"type": "time", "format": "any"},  # with seconds only where there are some
    "boolean": {"type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
}
ID = {"type": "string", "format": "uuid"}


def package(version: str) -> dict:
    """The description of the files."""
    return {
        "$schema": PROFILE,
        "name": "vital-personas",
        "title": "Personas, a CSV file for each table",
        "description": "As an export in the format zip writes them. Blank: nothing is said; "
        f"{CLEAR}: null. A text that a spreadsheet would take for a formula has an apostrophe before it.",
        "version": version,
        "resources": [resource(name) for name in TABLES],
    }


def files() -> dict[str, bytes]:
    """The demo personas as an export has them, by path."""
    buffer = io.BytesIO()
    write_zip(documents(), buffer)
    with zipfile.ZipFile(buffer) as archive:
        return {f"{FOLDER}/{name}": archive.read(name) for name in archive.namelist()}


def resource(name: str) -> dict:
    shape = TABLES[name]
    schema: dict[str, Any] = {
        "fields": [field(name, column) for column in header(name)],
        "missingValues": ["", CLEAR],
        "primaryKey": [ID_COLUMN],
    }
    if keys := [
        {"fields": [column], "reference": {"resource": resource, "fields": [key]}}
        for column, resource, key in (
            (PERSONA_COLUMN, PERSONA.word, "slug"),
            (PARENT_COLUMN, name.partition(".")[0], ID_COLUMN),
        )
        if column in header(name)
    ]:
        schema["foreignKeys"] = keys
    return {
        "name": name,
        "type": "table",
        "title": str(shape.model._meta.verbose_name_plural),
        "description": shape.model.__doc__,
        "path": f"{FOLDER}/{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def field(table: str, name: str) -> dict:
    """A column of a file, as Table Schema says it."""
    if name == ID_COLUMN:
        return {"name": name, **ID, "description": "Id of the row.", "constraints": {"required": True}}
    if name == PARENT_COLUMN:
        about = f"Id of the row of {table.partition('.')[0]} that this one belongs to."
        return {"name": name, **ID, "description": about, "constraints": {"required": True}}
    if name == PERSONA_COLUMN:
        about = "Slug of the persona that the row is about."
        return {"name": name, "type": "string", "description": about, "constraints": {"required": True}}
    [told] = in_document(TABLES[table], [name])
    own = TABLES[table].columns[name]
    made = {"name": name, "title": str(own.verbose_name), **TYPES.get(told.base, {"type": "string"})}
    made["description"] = f"{told.about} One item a line." if isinstance(own, Items) else told.about
    return made | ({"constraints": limits} if (limits := constraints(own, told)) else {})


def constraints(own: models.Field, told: Column) -> dict:
    """What Table Schema can hold a column to."""
    limits: dict[str, Any] = {"required": True} if needed(own) else {}
    if own.model is PERSONA.model and own.name == "slug":
        limits["unique"] = True
    if isinstance(own, Items) and told.codes:
        one = f"({'|'.join(told.codes)})"
        limits["pattern"] = rf"^(\[\]|{one}(\n{one})*)$"
    elif told.closed:
        limits["enum"] = list(told.codes)
    longest = "maxLength" if isinstance(own, Key) else "maximum"
    return limits | {name: one for name, one in (("minimum", told.low), (longest, told.high)) if one is not None}
