"""Every list of values is told, and what it says of files is what an import does."""

import json

import pytest

from personas.documents.shape import ALL
from personas.exchange.profiles import Known, built_in
from personas.exchange.profiles.values import Columns
from personas.reference.contract.vocabularies import vocabularies
from personas.reference.words import shipped


def test_every_shipped_value_has_its_code_and_its_label():
    lists = [one for one in vocabularies()["lists"].values() if one["kind"] == "vocabulary"]
    told = [(value["code"], value["label"]) for one in lists for value in one["values"]]
    assert len(lists) == 24
    assert sorted(told) == sorted((row["fields"]["code"], row["fields"]["display_name"]) for row in shipped("lookups"))


def test_every_column_that_takes_codes_belongs_to_one_list():
    told = [column for one in vocabularies()["lists"].values() for column in one["columns"]]
    assert len(told) == len(set(told))
    with_choices = [name for shape in ALL for name, field in shape.columns.items() if field.choices]
    assert len(told) > len(with_choices) > 100
    assert {"personas.archetype", "goals.priority", "motivations.importance"} <= set(told)


@pytest.mark.django_db
def test_an_import_reads_each_alias_as_the_code_under_which_it_stands(tenant):
    made, tried, known = vocabularies(), 0, Known.read()
    aliases = [(value["code"], alias) for one in made["lists"].values() for value in one["values"]
               for alias in value.get("aliases", ())]  # fmt: skip
    for code, alias in [*aliases, *((one["means"], one) for one in made["other_aliases"])]:
        table, _, column = alias["column"].rpartition(".")
        for profile in alias["profiles"]:
            read = Columns(built_in(profile), known).get(table, column).read(alias["says"])
            assert (read.value[0] if isinstance(read.value, list) else read.value) == code, alias
            tried += 1
    assert tried > 50


def test_it_is_json_and_has_no_alias_twice():
    made = json.loads(json.dumps(vocabularies()))
    told = [
        (alias["column"], str(alias["says"]), profile)
        for one in made["lists"].values() for value in one["values"] for alias in value.get("aliases", ())
        for profile in alias["profiles"]
    ]  # fmt: skip
    assert len(told) == len(set(told))
