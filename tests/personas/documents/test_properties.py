"""Whatever a document says, it is there when it has been applied, and planning it again finds nothing to do."""

import json
from decimal import Decimal
from functools import cache

import pytest
from django.core.validators import URLValidator
from django.db import models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from personas.documents.apply import apply
from personas.documents.dump import dump
from personas.documents.plan import Mode, plan
from personas.documents.shape import GROUPS, PERSONA, SHAPES, Shape
from personas.models import Persona
from personas.models.columns import Code, Items
from vital.sql import PgEnumField

SLUG = "ann-lee"
KEPT_BY_TRIGGERS = ("gen_ai_readiness_level", "preferred_service_layer")
ODD = ("🦑👩‍⚕️", "שלום (א)", '«it\'s», "so"', "a,b;c\tд", "two\r\nlines\n", "\\N", "{a,NULL}", " $1 %s {} ", "null", "0")
URLS = ("https://example.com", "http://example.com/a%20b?c=d&e=ü#f")
INTEGER = 2**31 - 1

text = st.sampled_from(ODD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12
).filter(str.strip)


@cache
def codes(model: type[models.Model], key: str) -> list:
    return list(model.objects.order_by(key).values_list(key, flat=True))


def referring(field, shape: Shape):
    key = shape.path(field.name).partition("__")[2] or field.target_field.name
    return st.deferred(
        lambda: st.sampled_from(codes(field.related_model, key)) if codes(field.related_model, key) else st.nothing()
    )


def value_of(field, shape: Shape):
    """What a column may hold."""
    if field.is_relation:
        return referring(field, shape)
    if isinstance(field, Items):
        return st.lists(st.sampled_from(field.codes) if field.codes else text, max_size=2)
    if isinstance(field, PgEnumField | Code):
        listed = st.sampled_from([code for code, _ in field.choices])
        return listed | text if isinstance(field, Code) and not field.closed else listed
    if isinstance(field, models.BooleanField):
        return st.booleans()
    if isinstance(field, models.IntegerField):
        low = -INTEGER if field.low is None else field.low
        return st.integers(low, INTEGER if field.high is None else field.high)
    if isinstance(field, models.DecimalField):
        most = Decimal(10) ** (field.max_digits - field.decimal_places) - Decimal(10) ** -field.decimal_places
        low = -most if field.low is None else Decimal(str(field.low))
        high = most if field.high is None else min(most, Decimal(str(field.high)))
        return st.decimals(low, high, places=field.decimal_places)
    if isinstance(field, models.DateField):
        return st.dates()
    if isinstance(field, models.TimeField):
        return st.times()
    if any(isinstance(check, URLValidator) for check in field._validators):
        return st.sampled_from(URLS)
    return text


@cache
def row(shape: Shape, complete: bool):
    """A row; one that is complete names all its columns, be it to clear them."""
    needed, free = {}, {}
    for name, field in shape.columns.items():
        values = value_of(field, shape) | st.none() if field.null else value_of(field, shape)
        (needed if complete or (not field.null and not field.has_default()) else free)[name] = values
    for detail in shape.details:
        (needed if complete else free)[detail.word] = rows(detail, complete)
    return st.fixed_dictionaries(needed, optional=free)


@cache
def rows(shape: Shape, complete: bool):
    if shape.single:
        return st.none() | row(shape, complete)
    once = shape.key if shape.unique else None
    return st.lists(row(shape, complete), max_size=2, unique_by=once)


def document(words: tuple[str, ...], complete: bool):
    """A document that mentions some sections, or groups of columns."""
    told = {}
    for word in words:
        if word in SHAPES:
            told[word] = rows(SHAPES[word], complete)
            continue
        columns = {name: PERSONA.columns[name] for name in GROUPS[word] if name not in KEPT_BY_TRIGGERS}
        told[word] = st.fixed_dictionaries(
            {
                name: value_of(field, PERSONA) | st.none() if field.null else value_of(field, PERSONA)
                for name, field in columns.items()
            }
        )
    top = {"slug": st.just(SLUG)} | ({} if "core_profile" in words else {"name": text})
    return st.fixed_dictionaries(top | told)


def plain(value):
    if isinstance(value, Decimal):
        return f"{value + 0:f}".rstrip("0").rstrip(".") if value else "0"
    return value


def same(shape: Shape, row: dict, *, new: bool) -> dict:
    """A row with all its columns: what a document does not name has its default, or is not known."""
    full = {
        name: plain(row[name] if name in row else field.get_default() if new and field.has_default() else None)
        for name, field in shape.columns.items()
    }
    return full | {detail.word: listed(detail, row.get(detail.word), new=new) for detail in shape.details}


def listed(shape: Shape, content, *, new: bool) -> list[dict]:
    content = [content] if isinstance(content, dict) else content or []
    full = [same(shape, row, new=new) for row in content]
    return full if shape.order else sorted(full, key=repr)  # nobody puts the others in order


def told(document: dict, words: tuple[str, ...], *, new: bool) -> dict:
    """What a document says of some sections and groups."""
    said = {word: listed(SHAPES[word], document.get(word), new=new) for word in words if word in SHAPES}
    for word in words:
        if word in GROUPS:
            names = [name for name in GROUPS[word] if name not in KEPT_BY_TRIGGERS]
            said[word] = {name: plain(document.get(word, {}).get(name)) for name in names}
    return said


def sent(document: dict) -> dict:
    """As it arrives in a file."""
    return json.loads(json.dumps(document, default=str))


def carry_out(document: dict, mode: Mode) -> dict:
    made = plan([sent(document)], mode)
    assert made.problems == []
    apply(made)
    [found] = dump([Persona.objects.get(slug=SLUG).pk])
    assert plan([sent(document)], mode).changes == []
    assert plan([sent(found)], Mode.REPLACE).changes == []
    return found


def parts() -> list[tuple[str, ...]]:
    """All groups and sections, in parts of which a few examples say much. The summary counts the others, so it is last
    and alone."""
    shared, part, size = [], (), 0
    for word, columns in [*((group, len(names)) for group, names in GROUPS.items()),
                          *((word, len(shape.columns)) for word, shape in SHAPES.items())]:  # fmt: skip
        if part and (size + columns > 60 or word == "evidence_summary"):
            shared, part, size = [*shared, part], (), 0
        part, size = (*part, word), size + columns
    return [*shared, part]


@pytest.mark.parametrize("words", parts(), ids=lambda words: words[0])
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(data=st.data())
def test_what_a_document_says_is_there_and_another_one_replaces_it(tenant, words, data):
    first = data.draw(document(words, complete=False), "first")
    second = data.draw(document(words, complete=True), "second")
    with transaction.atomic():
        assert told(carry_out(first, Mode.MERGE), words, new=False) == told(first, words, new=True)
        assert told(carry_out(second, Mode.REPLACE), words, new=False) == told(second, words, new=False)
        transaction.set_rollback(True)
