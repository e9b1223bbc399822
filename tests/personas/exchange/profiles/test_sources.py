"""Where in a file the personas are, and what stands beside them."""

import pytest

from personas.exchange.places import Place, Placed
from personas.exchange.profiles import around, built_in, documents, load
from personas.exchange.text import UnreadableError

MINE = load({"name": "mine", "title": "Mine", "base": "common", "wrapper": ["roles[].people{}"]})
ANA = {"name": "Ana"}


@pytest.mark.parametrize(
    ("found", "places"),
    [
        (ANA, [""]),
        ([ANA, ANA], ["[1]", "[2]"]),
        ({"personas": [ANA, ANA]}, ["personas[1]", "personas[2]"]),
        (
            {"roles": [{"people": {"a b": ANA}}, {"people": {"_note": 1, "c": ANA}}]},
            ["roles[1].people.a b", "roles[2].people.c"],
        ),
    ],
)
def test_personas_are_found_in_every_wrapper_with_their_place(found, places):
    assert [str(document.place) for document in documents(found, MINE)] == places


def test_a_row_of_a_sheet_keeps_its_place_and_a_line_of_a_file_its_number():
    rows = [Placed(ANA, Place("people.csv", 2)), Placed(ANA, Place(row=14))]
    first, second = documents(rows, MINE)
    assert (first.place, second.place) == (Place("people.csv", 2), Place(row=14, path="[2]"))


@pytest.mark.parametrize(
    "found", [{"personas": []}, {"personas": None}, [], ["a"], 3, None, {"roles": [{"people": {}}]}]
)
def test_a_file_without_personas_is_refused(found):
    with pytest.raises(UnreadableError) as refused:
        list(documents(found, MINE))
    assert str(refused.value).startswith(
        "There is no persona in this file. «Mine» looks for them under «roles[].people{}» or"
    )


def test_what_stands_around_a_persona_is_known_to_it_the_nearest_first():
    found = {"function": {"slug": "medical-affairs"}, "department": "x",
             "roles": [{"role": {"slug": "msl"}, "department": "y", "people": {"Medical Writer": ANA}}]}  # fmt: skip
    (document,) = documents(found, MINE)
    assert document["$around"] == {
        "function": {"slug": "medical-affairs"}, "role": {"slug": "msl"}, "department": "y", "key": "Medical Writer",
    }  # fmt: skip


def test_what_is_no_document_is_skipped_and_told_of():
    said = [(one.kind, str(one.place)) for one in around({"personas": [ANA, "x", 3]}, built_in("extended"))]
    assert said == [("skipped", "personas[2]"), ("skipped", "personas[3]")]
