"""Hostile workbooks, read by the process that may die of them: a sentence each, soon, and in little memory."""

import io
import subprocess
import sys
import time
from tempfile import TemporaryFile

import pytest
from django.conf import settings as django_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from personas.exchange import sandbox
from personas.exchange.files import read
from personas.exchange.text import UnreadableError
from tests.personas.exchange.hostile import BILLION_LAUGHS, OUTSIDE, row, with_lying_size, workbook

MEGABYTE = 1024**2
MEASURED = """
import sys
from personas.exchange.workbook_reader import main
try:
    main()
finally:
    with open("/proc/self/status") as status:
        print("peak", *(line.split()[1] for line in status if line.startswith("VmHWM")), file=sys.__stderr__)
"""


def child(content: bytes) -> tuple[bytes, str, float, int]:
    """What the reading process writes, what it says, its seconds and its megabytes."""
    began = time.monotonic()
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        done = subprocess.run(
            [sys.executable, "-c", MEASURED], stdin=file, capture_output=True, cwd=django_settings.BASE_DIR
        )
    said, _, peak = done.stderr.decode().rpartition("peak")
    return done.stdout, said, time.monotonic() - began, int(peak) // 1024


def test_the_reading_process_knows_nothing_of_django_nor_of_secrets(monkeypatch):
    program = "import sys, personas.exchange.{0}; print(*(name for name in sys.modules if name.startswith('django')))"
    for name in ("workbook_reader", "workbook_marker"):
        run = [sys.executable, "-c", program.format(name)]
        assert subprocess.run(run, capture_output=True, cwd=django_settings.BASE_DIR, check=True).stdout == b"\n"
    monkeypatch.setenv("DATABASE_URL", "secret")
    given = {}
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: given.update(options) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        list(sandbox.run("workbook_reader"))
    assert "secret" not in given["env"].values()


BOMBS = {
    "billion laughs": (workbook(sheet=BILLION_LAUGHS), "declares XML entities"),
    "a file from outside": (workbook(sheet=OUTSIDE), "declares XML entities"),
    "a cell of 400 MB": (
        workbook(row(2, f'<c r="B2" t="str"><v>{"a" * 400 * MEGABYTE}</v></c>')), "unfolds to more than 200 times"
    ),
    "a lying size": (with_lying_size(workbook(row(2) * 500)), "is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_within_two_seconds_and_in_little_memory(what):
    content, sentence = BOMBS[what]
    written, said, seconds, megabytes = child(content)
    assert written == b""
    assert sentence in said
    assert seconds < 2
    assert megabytes < 100


def test_a_cell_at_the_end_of_the_sheet_is_read_like_any_other():
    far = '<row r="1048576"><c r="A1048576" t="str"><v>ana</v></c><c r="XFD1048576" t="str"><v>far</v></c></row>'
    content = workbook(row(2, '<c r="B2" t="str"><v>Publish</v></c>') + far)
    _, said, seconds, megabytes = child(content)
    assert said == ""
    assert seconds < 5
    assert megabytes < 300
    findings = []
    [document] = read(content, "x.xlsx", findings)
    assert document == {"slug": "ana", "goals": [{"goal_text": "Publish"}, {}]}
    assert [(finding.rule, finding.place.row) for finding in findings] == [("ragged", 1048576)]


def test_a_million_rows_are_read_in_little_memory():
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="str"><v>ana</v></c></row>' for n in range(2, 1_000_001))
    written, said, _, megabytes = child(workbook(rows))
    assert (said, written.count(b'"ana"')) == ("", 999_999)
    assert megabytes < 300


def test_what_dies_of_a_file_leaves_a_sentence(monkeypatch):
    content = workbook("".join(f'<row r="{n}"><c r="A{n}" t="str"><v>ana</v></c></row>' for n in range(2, 300_000)))
    monkeypatch.setattr(sandbox, "PATIENCE", 0.01)  # a hundredth of what it takes, however busy the machine is
    with pytest.raises(UnreadableError, match=r"took more than 0\.01 seconds and was stopped"):
        list(read(content, "x.xlsx"))
    assert "more memory" in sandbox.sentence(-6, "memory allocation of 9 bytes failed")
    assert "is damaged" in sandbox.sentence(-11, "")


def test_who_stops_listening_stops_the_process():
    lines = sandbox.run("workbook_reader", io.BytesIO(workbook("".join(map(row, range(2, 20_000))))))
    assert b'"rows"' in next(lines)
    began = time.monotonic()
    lines.close()
    assert time.monotonic() - began < 1


DISGUISED = {
    ("x.xlsx", b"persona,goal_text\nana,a\n"): "is called a workbook, but is none: it begins with «persona,goal_text».",
    ("x.xls", b"<html><table><tr><td>persona"): "is a web page, whatever it is called.",
    ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600): "is locked with a password, or an old .xls.",
    ("x.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600): "is locked with a password, or an old .xls.",
    ("x.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"): "is called a workbook, but is none",
    ("x.xlsx", b""): "is called a workbook, but is none",
    ("x.xlsm", workbook(**{"xl/vbaProject.bin": b"x"})): "This workbook has macros in it. Save it as .xlsx",
    ("x.docx", workbook(**{"xl/workbook.xml": ""})): "is damaged",
    ("x.xlsx", workbook(**{"xl/workbook.xml": "<workbook/>"})): "No sheet is named after a table",
    ("x.xlsx", workbook(row(2))[:600]): "This is no ZIP archive, or a damaged one.",
    ("x.xlsx", workbook(sheet="<worksheet/>")): "No sheet is named after a table",
}  # fmt: skip


@pytest.mark.parametrize(("file", "said"), DISGUISED.items(), ids=range(len(DISGUISED)))
def test_what_is_something_other_than_its_name_says_is_refused_with_a_sentence(file, said):
    name, content = file
    with pytest.raises(UnreadableError) as refused:
        list(read(content, name))
    assert said in str(refused.value)


def test_a_workbook_is_read_by_what_it_is_whatever_it_is_called():
    [document] = read(workbook(row(2, '<c r="B2" t="str"><v>Publish</v></c>')), "goals.csv")
    assert document == {"slug": "ana", "goals": [{"goal_text": "Publish"}]}


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(
        st.sampled_from(["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml", "_rels/.rels"]),
        st.text('<>/="ar:1 &;', max_size=60) | st.just("<worksheet><row><c t='s'><v>9</v></c></row></worksheet>"),
    )
)
def test_whatever_stands_in_a_workbook_gives_documents_or_a_sentence(part):
    try:
        documents = list(read(workbook(row(2), **dict([part])), "x.xlsx", []))
    except UnreadableError as refused:
        documents = [{"refused": str(refused)}]
    assert all(isinstance(document, dict) for document in documents)
