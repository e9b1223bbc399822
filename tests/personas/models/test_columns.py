"""Each kind of column states its rule once; the form, the database and the migrations follow from it."""

import time
import uuid
from decimal import Decimal

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.migrations.serializer import serializer_factory
from django.test.utils import isolate_apps
from django.utils.module_loading import import_string

from lookups.models import SeverityLevel
from personas import models as m
from personas.enums import Archetype
from personas.models import columns as c
from personas.models.columns import Code, check_name
from personas.models.scales import LABELS, label
from personas.sections import TABLES
from vital import fields
from vital.fields import time_ordered_uuid

MODELS = [m.Persona, *(table.model for table in TABLES)]
FIELDS = [field for model in MODELS for field in model._meta.local_concrete_fields]
CODES = {code for field in FIELDS for code in getattr(field, "codes", ())}

# One column of each kind, and the field by which it stands in migrations.
KINDS = {
    "line": (c.line(""), "django.db.models.TextField"),
    "prose": (c.prose(""), "django.db.models.TextField"),
    "link": (c.link(""), "django.db.models.TextField"),
    "choice": (c.choice("", "low high"), "django.db.models.TextField"),
    "offer": (c.offer("", "low high"), "django.db.models.TextField"),
    "enum": (c.enum("", Archetype), "vital.sql.PgEnumField"),
    "lookup": (c.lookup("", SeverityLevel), "django.db.models.ForeignKey"),
    "reference": (c.reference("", m.Goal), "django.db.models.ForeignKey"),
    "whole": (c.whole("", 1, 10), "django.db.models.IntegerField"),
    "exact": (c.exact("", 3, 1, 0, 10), "django.db.models.DecimalField"),
    "items": (c.items(""), "django.contrib.postgres.fields.ArrayField"),
    "items of a list": (c.items("", "low high"), "django.contrib.postgres.fields.ArrayField"),
    "yes or no": (c.yes_no(""), "django.db.models.BooleanField"),
    "day": (c.day(""), "django.db.models.DateField"),
    "moment": (c.moment(""), "django.db.models.DateTimeField"),
    "time": (c.time(""), "django.db.models.TimeField"),
}
EVERY_KIND = pytest.mark.parametrize("field", [field for field, _ in KINDS.values()], ids=KINDS)


@pytest.mark.parametrize(("field", "path"), KINDS.values(), ids=KINDS)
def test_in_migrations_a_column_stands_as_the_field_it_is_made_of(field, path):
    _, written, arguments, options = field.deconstruct()
    assert written == path
    plain = import_string(written)(*arguments, **options)
    assert serializer_factory(plain).serialize() == serializer_factory(field).serialize()
    if isinstance(field, c.Ruled):
        assert not options.keys() & {"choices", "codes", "high", "low", "validators"}


def test_migrations_import_nothing_of_ours_but_the_frozen_module():
    imported = {line for field in FIELDS for line in serializer_factory(field).serialize()[1]}
    assert {line for line in imported if not line.startswith(("import django", "from django"))} <= {
        "import vital.sql",
        "import re",
        "import uuid",
        "from decimal import Decimal",
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_the_rule_of_a_column_is_a_check_of_its_table_named_after_both(model):
    ruled = [f for f in model._meta.local_concrete_fields if isinstance(f, c.Ruled) and f.rule() is not None]
    checks = {k.name: k.condition for k in model._meta.constraints if isinstance(k, models.CheckConstraint)}
    assert checks == {f"{model._meta.db_table}_{field.column}_check": field.rule() for field in ruled}
    assert all(len(name) <= 63 for name in checks)


def test_the_name_of_a_check_is_cut_to_what_postgresql_keeps_and_still_names_the_column():
    assert check_name("persona_goals", "priority") == "persona_goals_priority_check"
    assert check_name("t" * 50, "priority") == "t" * 48 + "_priority_check"
    assert len(check_name("t" * 48, "priority")) == len(check_name("t" * 63, "priority")) == 63


@EVERY_KIND
def test_an_empty_field_means_not_known(field):
    """Null is stored, never '' and never an empty list."""
    assert field.formfield().clean("") is None


@pytest.mark.parametrize("field", [c.line(""), c.prose(""), c.link("")])
def test_a_field_of_blanks_is_empty(field):
    assert field.formfield().clean("  \t ") is None


@pytest.mark.parametrize("make", [c.line, c.prose, c.items, c.whole, c.day])
def test_what_is_required_cannot_be_left_empty(make):
    with pytest.raises(ValidationError, match="required"):
        make("", required=True).formfield().clean("")


@pytest.mark.parametrize("make", [c.line, c.prose, c.items])
def test_blanks_are_not_enough_for_what_is_required(make):
    with pytest.raises(ValidationError, match="required"):
        make("", required=True).formfield().clean(" \n ")


def test_a_text_of_one_line_has_one_line_and_prose_has_several():
    assert type(c.line("").formfield().widget) is forms.TextInput
    assert type(c.prose("").formfield().widget) is forms.Textarea


@pytest.mark.parametrize("make", [c.choice, c.offer])
def test_codes_are_chosen_from_a_list_that_reads_well(make):
    field = make("", "very_high bi_weekly").formfield()
    assert type(field.widget) is forms.Select
    assert list(field.choices)[1:] == [("very_high", "Very high"), ("bi_weekly", "Every two weeks")]


def test_a_closed_list_refuses_what_is_not_on_it():
    column = c.choice("", "low high")
    assert column.formfield().clean("low") == column.clean("low", None) == "low"
    for refuse in (column.formfield().clean, lambda value: column.clean(value, None)):
        with pytest.raises(ValidationError, match="carrier_pigeon"):
            refuse("carrier_pigeon")


def test_an_open_list_takes_the_value_that_is_there():
    column = c.offer("", "email phone")
    assert column.rule() is None
    assert column.formfield().clean("carrier pigeon") == column.clean("carrier pigeon", None) == "carrier pigeon"


@isolate_apps("personas")
def form_of(**options):
    """A form for a throw-away model with these columns."""
    attributes = {"__module__": __name__, "Meta": type("Meta", (), {"app_label": "personas"}), **options}
    return forms.modelform_factory(type("Thing", (models.Model,), attributes), fields=list(options))


def test_a_form_shows_the_value_of_an_open_list_that_is_not_offered():
    """A browser sends what is selected; a value that is not shown would be lost with the next save."""
    form = form_of(channel=c.offer("", "email phone"))
    row = form._meta.model(channel="carrier pigeon")
    assert '<option value="carrier pigeon" selected>' in str(form(instance=row)["channel"])


def test_items_are_written_one_per_line():
    field = c.items("").formfield()
    assert type(field.widget) is forms.Textarea
    assert field.prepare_value(["first", "second one"]) == "first\nsecond one"
    assert field.clean(" first \r\n\r\nsecond one\n") == ["first", "second one"]


@pytest.mark.parametrize("texts", [["one"], ["a, b", "c; d"], ["«quoted»", 'with "both"', "% and \\"]])
def test_items_come_back_from_the_form_as_they_went_in(texts):
    field = c.items("").formfield()
    assert field.clean(field.prepare_value(texts)) == texts


def test_items_of_a_list_are_boxes_to_tick():
    field = c.items("", "formal_authority expertise").formfield()
    assert type(field.widget) is forms.CheckboxSelectMultiple
    assert list(field.choices) == [("formal_authority", "Formal authority"), ("expertise", "Expertise")]
    assert field.clean(["expertise"]) == ["expertise"]
    assert field.clean([]) is None
    with pytest.raises(ValidationError, match="charm"):
        field.clean(["expertise", "charm"])


@pytest.mark.parametrize(
    ("field", "value", "sent"),
    [
        (c.line(""), "as it was", "as it was"),
        (c.offer("", "a b"), None, ""),
        (c.items(""), None, ""),
        (c.items(""), ["first", "second"], "first\r\nsecond"),
        (c.items("", "a b"), ["a", "b"], ["a", "b"]),
        (c.items("", "a b"), None, []),
        (c.exact("", 3, 1), Decimal("2.0"), "2.0"),
        (c.yes_no(""), None, "unknown"),
        (c.yes_no("", default=False), False, ""),
    ],
)
def test_a_form_that_comes_back_untouched_has_not_changed(field, value, sent):
    assert not field.formfield().has_changed(value, sent)


@pytest.mark.parametrize(
    ("field", "attributes"),
    [
        (c.whole("", 1, 10), {"min": 1, "max": 10}),
        (c.whole("", 0), {"min": 0}),
        (c.whole("", high=5), {"max": 5}),
        (c.whole(""), {}),
        (c.exact("", 3, 1, 0, 10), {"min": 0, "max": 10, "step": "0.1"}),
        (c.exact("", 4, 2, Decimal("0.01"), 24), {"min": Decimal("0.01"), "max": 24, "step": "0.01"}),
        (c.exact("", 6, 4), {"step": "0.0001"}),
    ],
)
def test_a_number_tells_the_browser_its_bounds(field, attributes):
    assert type(field.formfield().widget) is forms.NumberInput
    assert field.formfield().widget.attrs == attributes


@pytest.mark.parametrize("field", [c.whole("", 1, 10), c.exact("", 3, 1, 1, 10)])
@pytest.mark.parametrize(("value", "fits"), [(0, False), (1, True), (10, True), (11, False)])
def test_a_number_outside_its_bounds_is_refused_by_form_and_model(field, value, fits):
    for check in (field.formfield().clean, lambda value: field.clean(value, None)):
        if fits:
            assert check(value) == value
        else:
            with pytest.raises(ValidationError, match=r"greater|less"):
                check(value)


def test_yes_or_no_is_a_box_where_there_is_a_default():
    field = c.yes_no("", default=True).formfield()
    assert type(field.widget) is forms.CheckboxInput
    assert field.clean(True) is True
    assert field.clean(False) is False


def test_yes_or_no_can_be_not_known_where_there_is_no_default():
    field = c.yes_no("").formfield()
    assert type(field.widget) is forms.NullBooleanSelect
    assert [field.clean(value) for value in ("true", "false", "unknown")] == [True, False, None]


@pytest.mark.parametrize("address", ["https://example.org/a?b=c", "http://example.org"])
def test_a_link_leads_to_a_page(address):
    assert c.link("").clean(address, None) == address


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JavaScript://example.org/%0aalert(1)", "data:text/html,x", "ftp://example.org", "/here"],
)
def test_a_link_that_could_run_a_script_is_refused(address):
    form = form_of(url=c.link(""))(data={"url": address})
    assert form.errors["url"] == ["Enter a valid URL."]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("very_high", "Very high"),
        ("bi_weekly", "Every two weeks"),
        ("10_plus_years", "10 years or more"),
        ("smb", "Small and medium business"),
        ("Q1", "Q1"),
        ("Monday", "Monday"),
    ],
)
def test_people_read_words_for_a_code(code, words):
    assert label(code) == words


def test_every_code_reads_well():
    assert len(CODES) > 300
    assert [code for code in CODES if "_" in label(code) or label(code)[0].islower()] == []
    assert LABELS.keys() <= CODES


def test_no_list_offers_two_codes_that_read_alike():
    for field in FIELDS:
        if isinstance(field, Code):
            assert len({words for _, words in field.choices}) == len(field.codes), field


def test_a_default_is_one_of_the_codes():
    for field in FIELDS:
        if isinstance(field, Code) and field.has_default():
            assert field.default in field.codes, field


def test_keys_rise_with_every_row_and_are_of_version_7():
    keys = [time_ordered_uuid() for _ in range(10_000)]
    assert keys == sorted(set(keys))
    assert {(key.version, key.variant) for key in keys} == {(7, uuid.RFC_4122)}
    assert abs((keys[0].int >> 80) / 1000 - time.time()) < 60


def test_keys_rise_even_when_the_clock_is_set_back(monkeypatch):
    before = time_ordered_uuid()
    monkeypatch.setattr(fields.time, "time_ns", lambda: 0)
    keys = [before, *(time_ordered_uuid() for _ in range(5_000))]
    assert keys == sorted(set(keys))


def test_every_table_of_the_app_has_such_keys():
    for model in apps.get_app_config("personas").get_models():
        if issubclass(model, m.Persona | m.RowModel):
            assert model._meta.pk.get_default().version == 7
