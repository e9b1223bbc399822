"""The columns that every file of the pack tells of: of the published tables and views, and of documents."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models.fields import NOT_PROVIDED

from lookups.models import Lookup
from personas import models as m
from personas.documents.shape import ALL, PERSONA, Shape, natural
from personas.enums import PG_TYPES
from personas.exchange.text import plain
from personas.models.columns import Code, Items, Key
from personas.reference.documents import need, needed
from personas.reference.tables import pg_type
from personas.reference.words import codes as shipped_codes
from vital.sql import PgEnumField
from vital.tenancy.models import Tenant, TenantField

from .exact import TIME

ENUMS = {type_name: enum for enum, type_name in PG_TYPES.items()}
VIEWS = (m.CompletePersona, m.ListedPersona, m.ScoredPersona, m.ArchetypeShare)  # of them, those in `published`
COUNTED = "persona_count"  # the one column of a view that is never null although no persona has it
TENANT = ("id", "tenant_key", "slug", "name")  # what the view published.tenants shows
JSON = {  # of the types that are not text there, what they are in JSON
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "time without time zone": TIME,
    "timestamp with time zone": {"type": "string", "format": "date-time"},
    "integer": {"type": "integer"},
    "numeric": {"type": "number"},
    "boolean": {"type": "boolean"},
    "text[]": {"type": "array", "items": {"type": "string"}},
}


class Column(NamedTuple):
    """A column, as a reader and a writer need to know it."""

    name: str
    type: str  # as PostgreSQL writes it
    null: bool
    default: bool  # whether who writes a row may leave it out
    about: str
    codes: tuple[str, ...] = ()
    closed: bool = False  # whether it takes no other codes
    named: str = ""  # the enum or vocabulary that has the codes
    refers: str = ""  # the published table of whose rows it has the id
    low: float | None = None
    high: float | None = None  # of a text, how many characters it may have

    @property
    def base(self) -> str:
        return self.type.partition("(")[0]

    @property
    def json(self) -> dict[str, Any]:
        """The type in JSON."""
        return JSON.get(self.base, {"type": "string"})


class Table(NamedTuple):
    """A published table or view."""

    name: str
    about: str
    columns: tuple[Column, ...]
    is_view: bool = False


def column(field: models.Field, **differently: Any) -> Column:
    codes, closed, named = codes_of(field)
    refers = field.related_model._meta.db_table if field.is_relation else ""
    told = {
        "name": field.column,
        "type": pg_type(field),
        "null": bool(field.null or field.generated),
        "default": bool(
            field.null or field.generated or field.db_default is not NOT_PROVIDED or isinstance(field, TenantField)
        ),
        "about": "Id of the row; it stays the same." if field.primary_key else str(field.help_text),
        "codes": codes,
        "closed": closed,
        "named": named,
        "refers": refers if refers in mirrored() else "",
        "low": plain(getattr(field, "low", None)),
        "high": plain(getattr(field, "high", field.max_length if isinstance(field, Key) else None)),
    }
    return Column(**told | differently)


def codes_of(field: models.Field) -> tuple[tuple[str, ...], bool, str]:
    """The codes of a column, whether it takes no others, and what has them."""
    if isinstance(field, PgEnumField):
        return tuple(value for value, _ in field.choices), True, ENUMS[field.type_name].__name__
    if field.is_relation and issubclass(field.related_model, Lookup):
        return tuple(shipped_codes(field.related_model)), False, field.related_model.__name__
    if isinstance(field, Code | Items):
        return tuple(field.codes), bool(field.codes) and (isinstance(field, Items) or field.closed), ""
    return (), False, ""


@cache
def mirrored() -> dict[str, Shape]:
    """The tables that are published, by name."""
    return {shape.model._meta.db_table: shape for shape in ALL}


@cache
def published() -> tuple[Table, ...]:
    """All that stands in the schema `published`, tables first."""
    tables = [
        Table(name, shape.model._meta.db_table_comment, tuple(map(column, shape.model._meta.concrete_fields)))
        for name, shape in mirrored().items()
    ]
    tenant = [Tenant._meta.get_field(name) for name in TENANT]
    views = [(view._meta.db_table, view.__doc__, view._meta.concrete_fields, nullable(view)) for view in VIEWS]
    views.append((Tenant._meta.db_table, "The tenant that asks.", tenant, ()))
    for name, about, fields, null in views:
        shown = (
            column(one, null=one.column in null, default=True, type=pg_type(one).partition("(")[0]) for one in fields
        )
        tables.append(Table(name, about, tuple(shown), is_view=True))
    return tuple(tables)


def nullable(view: type[models.Model]) -> set[str]:
    """What may be null in a view over personas: what may be in the table, and whatever is joined to it."""
    never = {COUNTED, *(field.column for field in PERSONA.model._meta.concrete_fields if not field.null)}
    return {field.column for field in view._meta.concrete_fields} - never


def in_document(shape: Shape, names: Iterable[str] | None = None) -> list[Column]:
    """The keys of a row of a document; what refers to the tenant's organisation says its natural key."""
    found = []
    for name in names or shape.columns:
        field = shape.columns[name]
        about = f"{field.help_text} Needed in a new row." if needed(field) else str(field.help_text)
        about += f" In a new row, {need(field)}." if field.has_default() else ""
        told = {"name": name, "null": True, "default": True, "about": about}
        if natural(field):
            told |= {
                "type": "text",
                "about": f"{about} The {natural(field)} of a {field.related_model._meta.verbose_name}.",
            }
        found.append(column(field, **told))
    return found
