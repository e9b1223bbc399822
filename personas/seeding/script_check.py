"""What is wrong with a script, found before anybody runs it: nothing in here executes any of it."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db import Error, connection, transaction

from .introspection import models_of_house

# As PostgreSQL reads it: what stands in quotes is no SQL, whatever it says.
TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<quoted>\b[eE]'[^'\\]*(?:(?:\\.|'')[^'\\]*)*'|'[^']*(?:''[^']*)*')
    |(?P<name>"[^"]*(?:""[^"]*)*")
    |(?P<block>\$(?P<tag>(?:[A-Za-z_]\w*)?)\$.*?\$(?P=tag)\$)
    |(?P<open>['"]|\$\w*\$|/\*)
    |(?P<end>;)""",
    re.DOTALL | re.VERBOSE,
)
KEPT = re.compile(r"'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'")  # an id in quotes: by it the tenant is recognised
PSQL = re.compile(r"\\|(?<!:):[\w'\"{]")
SETTING = re.compile(
    r"SET LOCAL (client_encoding|standard_conforming_strings|statement_timeout|request\.jwt\.claim\.tenant_id|app\.\w+)"
    r" = '[^']*'"
)
TARGET = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+) ")
SOURCE = re.compile(r"\b(?:FROM|JOIN) (\w+)\b(?! ?\()")
ALIAS = re.compile(r"\bAS (\w+)")
CALL = re.compile(r"(?<!AS )(?<!INTO )\b(\w+) ?\(")
CHANGES = re.compile(
    r"\b(INSERT|DELETE|TRUNCATE|MERGE|COPY|EXECUTE|CALL|ALTER|CREATE|DROP|GRANT|REVOKE|SET|COMMIT|ROLLBACK)\b"
    r"|(?<!\bFOR )\bUPDATE\b"
)
NO_CALLS = {"ALL", "AND", "ANY", "CONFLICT", "EXISTS", "FROM", "IN", "NOT", "OR", "SELECT", "THEN", "VALUES", "WHERE"}
FUNCTIONS = {
    "return_to_draft", "raise_versions", "capture_revisions", "read_words",  # that go with a change of a persona
    "count", "format", "string_agg", "unnest", "current_tenant_id",
}  # fmt: skip
ENDS = ("BEGIN", "COMMIT")
AT_ONCE = 200  # statements that the server reads at once


@dataclass(frozen=True)
class Statement:
    """A statement of a script, with the line that it begins in."""

    text: str
    line: int

    @cached_property
    def bare(self) -> str:
        """Without what stands in quotes and comments, on one line."""
        return " ".join(TOKEN.sub(bared, self.text).split())

    @property
    def kind(self) -> str:
        return self.bare.partition(" ")[0].upper()

    @cached_property
    def body(self) -> "Statement":
        """What stands in the dollars of an anonymous block; elsewhere, the statement."""
        block = next((found for found in TOKEN.finditer(self.text) if found["block"]), None)
        if self.kind != "DO" or block is None:
            return self
        mark = len(block["tag"]) + 2
        start = block.start() + mark
        return Statement(self.text[start : block.end() - mark], self.line + self.text.count("\n", 0, start))


def bared(found: re.Match) -> str:
    match found.lastgroup:
        case "comment":
            return " "
        case "quoted":
            return found[0] if KEPT.fullmatch(found[0]) else "''"
        case "block":
            return "''"
    return found[0].strip('"')


def problems(text: str, tenant: UUID) -> list[str]:
    """Everything that is wrong with a script for a tenant, each with its line; empty where nothing is."""
    statements = list(split(text))
    told = [*for_psql(text), *one_transaction(statements)]
    known = models_of_house()
    tables = {model._meta.db_table for model in known} | {"editorial_state"}
    writable = {model._meta.db_table for model in known if hasattr(model, "tenant_id")}
    readable = []
    for one in statements:
        if one.bare not in ENDS:
            said = [(one.line, sentence) for sentence in not_allowed(one, tenant, tables, writable)]
            told += said
            if not said:  # what is not allowed is not shown to the server
                readable.append(one)
    blocks = [[one] for one in readable if one.kind == "DO"]
    plain = [one for one in readable if one.kind != "DO"]
    for several in (*blocks, *(plain[start : start + AT_ONCE] for start in range(0, len(plain), AT_ONCE))):
        told += unreadable(several)
    return [f"Line {line}: {sentence}" for line, sentence in sorted(told)]


def split(text: str) -> Iterator[Statement]:
    """The statements of a script, without the comments before them."""
    lines, start = [found.end() for found in re.finditer("\n", text)], 0
    for found in TOKEN.finditer(text):
        if found["comment"] and not text[start : found.start()].strip():
            start = found.end()
        elif found["end"]:
            begin = found.start() - len(text[start : found.start()].lstrip())
            yield Statement(text[begin : found.start()], bisect_right(lines, begin) + 1)
            start = found.end()
    if rest := text[start:].strip():
        yield Statement(rest, bisect_right(lines, start + len(text[start:]) - len(text[start:].lstrip())) + 1)


def for_psql(text: str) -> Iterator[tuple[int, str]]:
    """What psql would not send as it stands: its own commands and variables, and quotes that nothing closes."""

    def blank(found: re.Match) -> str:
        return found[0] if found["open"] or found["end"] else found[0][0] + "\n" * found[0].count("\n")

    for number, line in enumerate(TOKEN.sub(blank, text).split("\n"), 1):
        if found := PSQL.search(line):
            yield number, f"«{line[found.start() :][:20].strip()}» is a command or a variable of psql; take it out."
    for found in TOKEN.finditer(text):
        if found["open"]:
            yield text.count("\n", 0, found.start()) + 1, f"nothing closes what {found[0]} opens."


def one_transaction(statements: list[Statement]) -> Iterator[tuple[int, str]]:
    if not statements or statements[0].bare != "BEGIN":
        yield statements[0].line if statements else 1, "the first statement is not BEGIN."
    if not statements or statements[-1].bare != "COMMIT":
        yield statements[-1].line if statements else 1, "the last statement is not COMMIT."
    for one in statements[1:-1]:
        if one.bare in ENDS:
            yield one.line, f"{one.bare} stands in the middle; the script is one transaction."


def not_allowed(one: Statement, tenant: UUID, tables: set[str], writable: set[str]) -> Iterator[str]:
    """What a statement does that a script of personas has no business to do."""
    ours, bare = f"'{tenant}'", one.body.bare
    if one.kind == "SET":
        if not SETTING.fullmatch(bare):
            yield f"«{bare[:60]}» is no setting that a script may make."
        elif "tenant_id" in bare and not bare.endswith(ours):
            yield f"another tenant is set than {tenant}."
        return
    if one.kind not in ("DO", "SELECT", "INSERT", "UPDATE", "DELETE"):
        yield f"{one.kind} is no statement that a script may have."
        return
    named = set(SOURCE.findall(bare)) - FUNCTIONS - set(ALIAS.findall(bare))
    if ours not in bare and (one.kind != "DO" or named & writable):
        yield f"the statement does not name the tenant {tenant}."
    if one.kind in ("DO", "SELECT") and (found := CHANGES.search(bare)):
        yield f"{one.kind} may only read, and here is {found[0]}."
    for name in sorted(set(CALL.findall(bare)) - NO_CALLS - FUNCTIONS - tables - set(ALIAS.findall(bare))):
        yield f"{name}() is no function that a script may call."
    for name in sorted(named - tables):
        yield f"«{name}» is no table of personas, of the organisation or of a vocabulary."
    if one.kind in ("INSERT", "UPDATE", "DELETE"):
        yield from not_within(one, ours, writable)


def not_within(one: Statement, ours: str, writable: set[str]) -> Iterator[str]:
    """What a statement that writes may touch outside of its tenant."""
    target = TARGET.match(one.bare)
    if target is None or target[1] not in writable:
        yield f"«{one.bare[:60]}» writes to no table of personas or of the organisation."
    elif one.kind != "INSERT":
        if f" WHERE tenant_id = {ours}::uuid AND id " not in one.bare or re.search(r"\bOR\b", one.bare):
            yield f"{one.kind} must say WHERE tenant_id = {ours}::uuid AND id …, and nothing that widens it."
    elif not one.bare.startswith(f"INSERT INTO {target[1]} (tenant_id, "):
        yield "the first column of an INSERT must be tenant_id."
    elif " VALUES " in one.bare:
        others = [row for row in rows(one.bare.partition(" VALUES ")[2]) if not row.startswith(f"({ours}::uuid, ")]
        if others:
            yield f"{len(others)} of the rows do not begin with the tenant {ours}."
    elif f") SELECT {ours}::uuid, " not in one.bare:
        yield f"the row does not begin with the tenant {ours}."


def rows(values: str) -> Iterator[str]:
    """The rows of a list of values."""
    depth, start = 0, 0
    for found in re.finditer(r"[()]", values.partition(" ON CONFLICT ")[0]):
        if found[0] == "(":
            start, depth = (found.start() if depth == 0 else start), depth + 1
        else:
            depth -= 1
            if depth == 0:
                yield values[start : found.end()]


def unreadable(several: list[Statement]) -> Iterator[tuple[int, str]]:
    """What the server's own parser says; it reads the body of a block as a whole before a first RETURN ends it."""
    if several and (found := parsing_error(several)):
        if len(several) > 1:
            yield from unreadable(several[: len(several) // 2])
            yield from unreadable(several[len(several) // 2 :])
        else:
            place, said = found
            yield several[0].body.line + several[0].body.text.count("\n", 0, max(place, 0)), said


def parsing_error(several: list[Statement]) -> tuple[int, str] | None:
    """What the parser says of statements, and how far into the first it came, if there is but one."""
    text, mark = ";\n".join(one.body.text for one in several), "check"
    while f"${mark}$" in text:
        mark += "_"
    before, inside = f"DO ${mark}$", " BEGIN RETURN; "
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{before}{inside}{text}; END ${mark}$")
    except Error as error:
        said = error.__cause__.diag
        place = int(said.internal_position or 0) or int(said.statement_position or 0) - len(before)
        return place - len(inside) - 1, f"{said.message_primary}."
    return None
