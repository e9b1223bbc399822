"""Findings: each one says where its owner finds it, in their own words."""

import pytest

from personas.documents.schema import Problem
from personas.exchange.places import Place, Placed
from personas.exchange.report import finding

ROW = {"pain_point": "Slow answers"}
DOCUMENTS = [
    # a document that says nothing of its place; one of a list, one of a line, and rows with places of their own
    ({"goals": [ROW, ROW]}, "goals[2].priority"),
    (Placed({"goals": [ROW, ROW]}, Place(path="personas[3]")), "personas[3].goals[2].priority"),
    (Placed({"goals": [ROW, ROW]}, Place(row=5)), "line 5, goals[2].priority"),
    (Placed({"goals": [ROW, Placed(ROW, Place(row=9))]}, Place(row=5)), "line 9, priority"),
    (Placed({"goals": [ROW, Placed(ROW, Place("Goals", 7))]}), "Goals, row 7, priority"),
    (Placed({"goals": [ROW, Placed(ROW, Place("Ziele", 7), {"priority": "Wichtig"})]}), "Ziele, row 7, Wichtig"),
    (Placed({"goals": [ROW, Placed(ROW, Place(path="ziele[2]"), {"priority": "rang"})]}), "ziele[2], rang"),
]


@pytest.mark.parametrize(("document", "where"), DOCUMENTS)
def test_a_finding_is_told_with_the_place_that_its_owner_knows(document, where):
    found = finding(document, "ana", Problem(("goals", 1, "priority"), "choice", "«hgih» is no value here", "hgih"))
    assert found.where == where
    assert (found.word, found.key) == ("goals", "priority")


@pytest.mark.parametrize(
    ("place", "where"), [(Place(path="personas[3]"), "personas[3]"), (Place(row=5), "line 5"), (Place(), "")]
)
def test_what_is_wrong_with_a_document_as_a_whole_has_its_place(place, where):
    assert finding(Placed({}, place), "ana", Problem((), "deleted", "it was deleted")).where == where
