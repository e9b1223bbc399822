"""What the models say of their columns, the database holds every statement to: derived from the models, per table.

A row that a factory made is changed in SQL, one wrong value at a time.
"""

from decimal import Decimal
from itertools import chain

import pytest
from django.db import DatabaseError, connection, models, transaction
from psycopg import errors

from lookups.fields import LookupField
from personas.models import Persona
from personas.models.columns import Code, Items, Key, Ruled, Within, check_name
from personas.sections import TABLES
from tests.factories import FACTORIES, PersonaFactory
from vital.sql import PgEnumField

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("tenant")]


def columns(model, kind=models.Field) -> list[models.Field]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, kind)]


MAKE = {Persona: PersonaFactory} | {factory._meta.model: factory for factory in FACTORIES.values()}
MODELS = (Persona, *(table.model for table in TABLES))
RULED = {model: [field for field in columns(model, Ruled) if field.rule() is not None] for model in MODELS}
IN_CLIENTS_SCHEMA = 260  # CHECK constraints of these tables; and 27 enums and vocabularies

per_table = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
per_table_of = {
    kind: pytest.mark.parametrize(
        "model",
        [model for model in MODELS if columns(model, kind)],
        ids=lambda model: model._meta.db_table,
    )
    for kind in (LookupField, PgEnumField)
}


@pytest.fixture
def row(model):
    return MAKE[model]()


def ask(statement: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def catalogue(model, kind: str) -> dict[str, tuple[str, ...]]:
    """The constraints of a kind that the table has, with their columns."""
    found = ask(
        """SELECT conname, array_agg(attname::text ORDER BY place)
        FROM pg_constraint CROSS JOIN unnest(conkey) WITH ORDINALITY AS keys (number, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = number
        WHERE conrelid = %s::regclass AND contype = %s GROUP BY conname""",
        model._meta.db_table,
        kind,
    )
    return {name: tuple(columns) for name, columns in found}


def refused(error: type[Exception], statement: str, *values) -> str:
    """The constraint (or, where there is none, the column) in whose name the database refuses a statement."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        ask(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE", *values)
    assert type(caught.value.__cause__) is error, caught.value
    return caught.value.__cause__.diag.constraint_name or caught.value.__cause__.diag.column_name


def update(row, *names: str) -> str:
    """The statement that gives columns of a row other values."""
    return f"UPDATE {row._meta.db_table} SET {', '.join(f'{name} = %s' for name in names)} WHERE id = '{row.pk}'"


def copy(row, **instead: str) -> str:
    """The statement that adds a row once more, with SQL in place of the values of some columns."""
    names = [field.column for field in columns(type(row)) if not field.generated]
    values = [instead.get(name, name) for name in names]
    table = row._meta.db_table
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE id = '{row.pk}'"


def right(field) -> list:
    """Values that the column takes: every code; both bounds."""
    if isinstance(field, Code):
        return field.codes
    if isinstance(field, Items):
        return [[], field.codes, *([code] for code in field.codes)]
    if isinstance(field, Key):
        return ["é" * field.max_length]
    return [bound for bound in (field.low, field.high) if bound is not None]


def wrong(field) -> list:
    """Values next to them that it does not take."""
    if isinstance(field, Code):
        return ["", field.codes[0].swapcase(), f"{field.codes[-1]}_"]
    if isinstance(field, Items):
        return [[""], [*field.codes, "something else"]]
    if isinstance(field, Key):
        return ["é" * (field.max_length + 1)]
    assert isinstance(field, Within)
    step = Decimal(1).scaleb(-getattr(field, "decimal_places", 0))
    below, above = ([] if bound is None else [bound] for bound in (field.low, field.high))
    return [*(bound - step for bound in below), *(bound + step for bound in above)]


@per_table
def test_every_check_refuses_the_values_next_to_those_it_accepts(model, row):
    tried = {}
    for field in RULED[model]:
        name = check_name(model._meta.db_table, field.column)
        for value in wrong(field):
            assert refused(errors.CheckViolation, update(row, field.column), value) == name
            tried[name] = (field.column,)
    assert tried == catalogue(model, "c")


@per_table
def test_every_check_accepts_each_code_and_both_bounds(model, row):
    values = {field.column: right(field) for field in RULED[model]}
    for nth in range(max(map(len, values.values()), default=0)):
        ask(update(row, *values), *(accepted[nth % len(accepted)] for accepted in values.values()))


def test_an_open_list_takes_what_is_not_on_it():
    open_lists = [(model, field) for model in MODELS for field in columns(model, Code) if not field.closed]
    assert open_lists
    for model, field in open_lists:
        assert ask(f"{update(MAKE[model](), field.column)} RETURNING {field.column}", "something else")


def test_no_list_and_no_bound_of_the_client_is_missing():
    assert sum(len(catalogue(model, "c")) for model in MODELS) >= IN_CLIENTS_SCHEMA
    held = [*chain(*RULED.values()), *(f for model in MODELS for f in columns(model, LookupField | PgEnumField))]
    assert len(held) >= 287


@per_table_of[PgEnumField]
def test_an_enum_has_the_labels_of_the_model_and_refuses_any_other(model, row):
    for field in columns(model, PgEnumField):
        labels = ask(f"SELECT unnest(enum_range(NULL::{field.type_name}))::text")
        assert [label for (label,) in labels] == [value for value, _ in field.choices]
        for value in ("", labels[0][0].swapcase()):
            refused(errors.InvalidTextRepresentation, update(row, field.column), value)
        for (label,) in labels:
            ask(update(row, field.column), label)


@per_table_of[LookupField]
def test_a_vocabulary_refuses_an_unknown_code_and_takes_each_of_its_own(model, row):
    tried = {}
    for field in columns(model, LookupField):
        tried[refused(errors.ForeignKeyViolation, update(row, field.column), "no_such_code")] = (field.column,)
        codes = field.related_model.objects.values_list("code", flat=True)
        assert codes
        for code in codes:
            ask(update(row, field.column), code)
    ask("SET CONSTRAINTS ALL IMMEDIATE")
    known = {field.column for field in columns(model, LookupField)}
    assert tried == {name: keys for name, keys in catalogue(model, "f").items() if set(keys) & known}


@per_table
def test_every_column_that_is_not_null_refuses_null(model, row):
    required = {f.column for f in columns(model) if not f.null and not f.generated}
    assert required == {
        name
        for (name,) in ask(
            """SELECT attname FROM pg_attribute
            WHERE attrelid = %s::regclass AND attnum > 0 AND attnotnull AND attgenerated = ''""",
            model._meta.db_table,
        )
    }
    for column in required - {"tenant_id"}:
        assert refused(errors.NotNullViolation, copy(row, **{column: "NULL"})) == column
    # An INSERT without a tenant gets one. It can only be taken away later, which the policy forbids first.
    refused(errors.InsufficientPrivilege, update(row, "tenant_id"), None)


@per_table
def test_every_unique_key_refuses_a_second_row(model, row):
    keys = {key.name: key for key in model._meta.constraints if isinstance(key, models.UniqueConstraint)}
    table = model._meta.db_table
    assert catalogue(model, "p") == {f"{table}_pkey": ("id",)}
    assert catalogue(model, "u") == {
        f"{table}_tenant_id_id_key": ("tenant_id", "id"),
        **{key.name: tuple(model._meta.get_field(name).column for name in key.fields) for key in keys.values()},
    }
    assert refused(errors.UniqueViolation, copy(row)) in {f"{table}_pkey", *keys}
    again = copy(row, id="gen_random_uuid()")
    if keys:
        assert {refused(errors.UniqueViolation, again)} == set(keys)
    else:
        ask(again)


@per_table
def test_a_row_that_leaves_everything_out_gets_the_models_defaults(model, row, tenant):
    def left_out(field) -> bool:
        return field.null or field.has_default() or field.has_db_default() or field.column == "tenant_id"

    given = [field for field in columns(model) if not field.generated and not left_out(field)]
    values = ask(f"SELECT {', '.join(f.column for f in given)} FROM {model._meta.db_table} WHERE id = '{row.pk}'")[0]
    ask(f"DELETE FROM {model._meta.db_table} WHERE id = '{row.pk}'")
    read = [field for field in columns(model) if not field.generated and left_out(field)]
    [found] = ask(
        f"INSERT INTO {model._meta.db_table} ({', '.join(f.column for f in given)}) "
        f"VALUES ({', '.join(['%s'] * len(given))}) RETURNING {', '.join(f.column for f in read)}",
        *values,
    )
    found = dict(zip((field.column for field in read), found, strict=True))
    [(now,)] = ask("SELECT transaction_timestamp()")
    stamps = {name: now for name in ("created_at", "updated_at") if name in found}
    assert found.pop("id") != row.pk
    assert found == {f.column: f.get_default() for f in read if f.column != "id"} | stamps


def test_a_second_row_of_another_persona_is_no_second_row():
    """The control: keys hold within a persona only."""
    for model in MODELS:
        for key in model._meta.constraints:
            if isinstance(key, models.UniqueConstraint) and model is not Persona:
                first = MAKE[model]()
                MAKE[model](**{name: getattr(first, name) for name in key.fields if name not in ("tenant", "persona")})
