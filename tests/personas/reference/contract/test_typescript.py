"""The types compile, take what the database gives, and refuse what it never gives."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from personas.reference.contract.columns import published
from personas.reference.contract.typescript import comment, types
from tests.factories import PersonaFactory

TSC = settings.BASE_DIR / "node_modules" / ".bin" / "tsc"
READER = Path(__file__).with_name("reader.ts")


@pytest.fixture
def compiled(tmp_path):
    """Compile the types together with other files: compiled({"a.ts": text}) gives what the compiler says."""
    if not (TSC.exists() and shutil.which("node")):
        reason = "TypeScript is not installed here; npm ci installs it."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)

    def compile_(others: dict[str, str]) -> str:
        for name, text in {"personas.ts": types(), **others}.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        made = subprocess.run(
            [TSC, "--strict", "--noEmit", "--noUnusedLocals", *others],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (made.returncode == 0) == (not made.stdout)
        return made.stdout

    return compile_


@pytest.mark.django_db
def test_documents_and_rows_of_the_database_compile(compiled, exported, tenant):
    PersonaFactory(complete=True, validation_status="published")
    PersonaFactory(validation_status="published")
    lines = ['import type { PersonaDocument, Published } from "./personas";']
    lines += [
        f"export const document{number}: PersonaDocument = {json.dumps(one)};" for number, one in enumerate(exported)
    ]
    for table in published():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(json_agg(r), '[]')::text FROM published.{table.name} AS r")
            [(found,)] = cursor.fetchall()
        assert len(found) > 2, table.name
        lines.append(f'export const {table.name}: Published["{table.name}"][] = {found};')
    assert compiled({"given.ts": "\n".join(lines)}) == ""


def test_what_is_wrong_does_not_compile(compiled):
    text = READER.read_text(encoding="utf-8")
    assert compiled({"reader.ts": text}) == ""
    expected = text.count("// @ts-expect-error:")
    found = compiled({"reader.ts": text.replace("@ts-expect-error", "here")})
    assert found.count("error TS") == expected > 10


def test_null_stands_where_the_column_may_be_null_and_nowhere_else():
    text = types()
    for table in published():
        name = "".join(part.capitalize() for part in table.name.split("_"))
        inside = re.search(rf"^export interface {name}Row {{\n(.*?)\n}}", text, re.M | re.S)[1]
        told = dict(re.findall(r"^  (\w+): (.*);$", inside, re.M))
        assert {key: kind.endswith(" | null") for key, kind in told.items()} == {
            one.name: one.null for one in table.columns
        }


def test_no_two_types_have_one_name():
    names = re.findall(r"^export (?:type|interface) (\w+)", types(), re.M)
    assert len(names) == len(set(names))


def test_a_help_text_cannot_end_its_comment():
    assert comment("a */ b").count("*/") == 1
