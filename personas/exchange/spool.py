"""The rows of a file, kept on disk until those of each persona are put together."""

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

BATCH = 1_000


class Sheet(NamedTuple):
    """Where rows come from: the table, and what its owner calls the sheet and the columns."""

    table: str
    title: str
    names: dict[str, str]


class Spool:
    """Rows as they are read, given back by persona: in the order in which the file first names them."""

    def __init__(self, tables: list[str]):
        self.ranks = {name: rank for rank, name in enumerate(tables)}
        self.sheets: list[Sheet] = []
        self.waiting: list[tuple] = []
        # A database without a name is a file that nobody else sees and that goes with its connection.
        self.rows = sqlite3.connect("", isolation_level=None)
        self.rows.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;"
            "CREATE TABLE rows (id INTEGER PRIMARY KEY, persona, rank, sheet, number, cells);"
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.rows.close()

    def sheet(self, table: str, title: str, names: dict[str, str]) -> int:
        self.sheets.append(Sheet(table, title, names))
        return len(self.sheets) - 1

    def add(self, persona: str, sheet: int, number: int, cells: dict[str, str]) -> None:
        rank = self.ranks[self.sheets[sheet].table]
        self.waiting.append((persona, rank, sheet, number, json.dumps(cells)))
        if len(self.waiting) == BATCH:
            self.flush()

    def flush(self) -> None:
        self.rows.execute("BEGIN")
        self.rows.executemany(
            "INSERT INTO rows (persona, rank, sheet, number, cells) VALUES (?, ?, ?, ?, ?)", self.waiting
        )
        self.rows.execute("COMMIT")
        self.waiting.clear()

    def personas(self) -> Iterator[tuple[str, Iterator[tuple[Sheet, int, dict[str, str]]]]]:
        """Each persona with its rows: its own first, then table by table, those of details after their parents'."""
        self.flush()
        self.rows.executescript(
            "CREATE INDEX places ON rows (persona, rank, id);"
            "CREATE TABLE firsts AS SELECT persona, min(id) AS first FROM rows GROUP BY persona ORDER BY first;"
        )
        found = self.rows.execute(
            "SELECT firsts.persona, sheet, number, cells FROM firsts CROSS JOIN rows ON rows.persona = firsts.persona "
            "ORDER BY firsts.rowid, rank, rows.id"
        )
        for persona, rows in groupby(found, itemgetter(0)):
            yield persona, ((self.sheets[sheet], number, json.loads(cells)) for _, sheet, number, cells in rows)
