"""The spool: rows come back by persona, wherever in the file they stood, and nothing holds them all."""

from personas.exchange.spool import BATCH, Sheet, Spool


def test_personas_come_in_the_order_of_first_mention_and_their_rows_table_by_table():
    with Spool(["personas", "goals", "fears"]) as spool:
        fears, goals = spool.sheet("fears", "Fears", {}), spool.sheet("goals", "goals.csv", {"goal_text": "Goal"})
        spool.add("ben", fears, 2, {"a": "1"})
        spool.add("ana", fears, 3, {"a": "2"})
        spool.add("ben", goals, 2, {"b": "3"})
        spool.add("ben", goals, 3, {"b": "4"})
        told = [(persona, list(rows)) for persona, rows in spool.personas()]
    first, second = Sheet("goals", "goals.csv", {"goal_text": "Goal"}), Sheet("fears", "Fears", {})
    assert told == [
        ("ben", [(first, 2, {"b": "3"}), (first, 3, {"b": "4"}), (second, 2, {"a": "1"})]),
        ("ana", [(second, 3, {"a": "2"})]),
    ]


def test_more_rows_than_are_written_at_once_all_come_back():
    with Spool(["personas"]) as spool:
        sheet = spool.sheet("personas", "personas", {})
        for number in range(2 * BATCH + 1):
            spool.add(f"persona {number}", sheet, number, {"name": "Müller \0 🎯"})
        told = [list(rows) for _, rows in spool.personas()]
    assert [rows[0][1] for rows in told] == list(range(2 * BATCH + 1))
    assert told[0][0][2] == {"name": "Müller \0 🎯"}
