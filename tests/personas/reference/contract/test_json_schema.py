"""Both drafts of the document's schema are valid, and take and refuse the same."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema_specifications import REGISTRY

from personas.documents.schema import parse
from personas.reference.contract.json_schema import document, draft_07

DRAFTS = [(Draft202012Validator, cache(document)), (Draft7Validator, cache(lambda: draft_07(document())))]
BROKEN = {
    "an enum's value that is none": {"archetype_assignment": {"archetype": "WIZARD"}},
    "a closed code that is none": {"motivations": [{"motivation_text": "x", "importance": "very"}]},
    "a list of codes with one that is none": {"stakeholder_influence_map": [{"power_base": ["magic"]}]},
    "a number beyond its bounds": {"vpanes_scoring": {"visibility": 99}},
    "a whole number below its bounds": {"case_studies": [{"timeline_months": -1}]},
    "a text for a number": {"vpanes_scoring": {"pain": "very much"}},
    "a fraction for a whole number": {"professional_context": {"years_of_experience": 3.5}},
    "a time that is none": {"week_in_life": [{"day_of_week": "Monday", "typical_start_time": "25:00"}]},
    "an object for a list": {"goals": {"goal_text": "x"}},
    "a text for a row": {"goals": ["Save time"]},
    "a list for a text": {"core_profile": {"name": ["A", "B"]}},
    "a slug that is too long": {"slug": "x" * 101},
    "a text for yes or no": {"goals": [{"is_measurable": "perhaps"}]},
    "a wrong value in a detail": {"case_studies": [{"metrics": [{"before_value": "much"}]}]},
}


def schemas(part: Any) -> Iterator[dict]:
    """Every schema inside a schema."""
    yield part
    for key in ("properties", "$defs", "definitions"):
        for inner in part.get(key, {}).values():
            yield from schemas(inner)
    for inner in (*part.get("anyOf", ()), *filter(None, [part.get("items")])):
        yield from schemas(inner)


@pytest.mark.parametrize(("draft", "schema"), DRAFTS)
def test_it_is_a_schema_and_takes_what_the_database_exports(draft, schema, exported):
    made = schema()
    draft.check_schema(made)
    strict = draft(made, format_checker=draft.FORMAT_CHECKER)
    assert len(exported) == 4
    for one in exported:
        assert not list(strict.iter_errors(one)), one["slug"]


@pytest.mark.parametrize(("draft", "schema"), DRAFTS)
def test_it_has_no_word_that_its_draft_does_not_know(draft, schema):
    known = set(draft.META_SCHEMA.get("properties", ()))
    if draft is Draft202012Validator:
        known |= {word for name in draft.META_SCHEMA["allOf"] for word in vocabulary(name["$ref"])}
    used = {word for part in schemas(schema()) for word in part if not word.startswith("x-")}
    assert {"anyOf", "minimum", "enum"} <= used <= known


def vocabulary(name: str) -> set[str]:
    """The words of one of the vocabularies that draft 2020-12 is made of."""
    return set(REGISTRY.contents(f"https://json-schema.org/draft/2020-12/{name}")["properties"])


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_both_refuse_what_an_import_refuses(broken):
    assert parse(broken).problems
    for draft, schema in DRAFTS:
        assert list(draft(schema()).iter_errors(broken)), draft.__name__


def test_a_number_may_be_text():
    for draft, schema in DRAFTS:
        for number in ("12345678.25", "-1.5", "3"):
            assert draft(schema()).is_valid({"vpanes_scoring": {"pain": number}})
