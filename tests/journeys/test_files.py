"""A workbook with thirty mistakes is mended by its marks, imported and undone; a stranger's file is settled once."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys.house import log_in
from tests.personas.exchange.profiles.answers import ANSWERS

SAMPLES = Path(__file__).parent.parent / "personas" / "exchange" / "profiles" / "samples"
PATIENCE = 60_000  # milliseconds for the worker

# Ten kinds of mistake: the sheet, the column, and what somebody wrote there. Three rows have each.
MISTAKES = [
    ("personas", "archetype", "ROBOT"),
    ("personas", "role", "no-such-role"),
    ("personas", "years_of_experience", "many"),
    ("pain_points", "severity", "Very High"),
    ("goals", "is_measurable", "maybe"),
    ("goals", "goal_text", "(clear)"),
    ("week_in_life", "typical_start_time", "25:00"),
    ("public_research", "publication_date", "31.02.2026"),
    ("supporting_statistics", "relevance_score", 99),
    ("evidence_sources", "url", "javascript:alert(1)"),
]


def columns(sheet) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


def spoil(path: Path) -> dict[tuple, object]:
    """Make the mistakes, and one wanted change; gives what stood in the cells before."""
    book, before = load_workbook(path), {}
    for sheet, column, wrong in MISTAKES:
        place = columns(book[sheet])[column]
        for row in (2, 3, 4):
            cell = book[sheet].cell(row, place)
            before[sheet, row, column] = cell.value
            cell.value = wrong
    book["personas"].cell(5, columns(book["personas"])["tagline"]).value = "Written in a workbook"
    book.save(path)
    return before


def mend(path: Path, before: dict[tuple, object]) -> int:
    """Put right what the marked workbook lists, and nothing else; gives how many cells that were."""
    book = load_workbook(path)
    head, *listed = book["Errors"].iter_rows(values_only=True)
    marked = [dict(zip(head, row, strict=True)) for row in listed if row[0] == "error"]
    for one in marked:
        sheet = book[one["sheet"]]
        cell = sheet.cell(one["row"], columns(sheet)[one["column"]])
        assert cell.fill.fill_type == "solid"
        cell.value = before[one["sheet"], one["row"], one["column"]]
    book.save(path)
    return len(marked)


def bring(page: Page, house, *files: Path) -> None:
    page.goto(f"{house.address}/admin/personas/batch/add/")
    page.locator("#files").set_input_files(files)
    page.get_by_role("button", name="Check", exact=True).click()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the worker has done its part."""
    expect(page.locator("[data-at-work=no]")).to_be_visible(timeout=PATIENCE)


def figure(page: Page, name: str) -> str:
    return page.locator(f".vital-figure-{name} dd").inner_text()


@pytest.fixture
def inside(page, house):
    log_in(page, house)
    return page


def test_a_workbook_with_thirty_mistakes_is_mended_by_its_marks_imported_and_undone(
    inside, house, look, accessible, tmp_path
):
    page = inside
    page.get_by_role("link", name="Exports").first.click()
    look("exports")
    page.goto(f"{house.address}/admin/personas/export/add/")
    look("export")
    accessible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export", exact=True).click()
    workbook = tmp_path / "personas.xlsx"
    download.value.save_as(workbook)
    before = spoil(workbook)

    page.goto(f"{house.address}/admin/personas/batch/add/")
    look("import")
    accessible()
    bring(page, house, workbook)
    assert figure(page, "in_error") == "3"
    expect(page.get_by_role("button", name="Apply everything")).to_have_count(0)
    look("import-errors")
    accessible()
    with page.expect_download() as download:
        page.get_by_role("link", name="with its cells marked").click()
    download.value.save_as(workbook)
    assert mend(workbook, before) == 30

    bring(page, house, workbook)
    assert figure(page, "in_error") == "0"
    assert figure(page, "changed") == "1"
    page.get_by_role("link", name="priya-raman-msl").click()
    expect(page.get_by_text("Written in a workbook")).to_be_visible()
    look("import-persona")
    accessible()
    page.go_back()
    page.get_by_role("button", name="Apply everything").click()
    expect(page.get_by_text("1 row written")).to_be_visible(timeout=PATIENCE)
    look("import-applied")

    page.get_by_role("button", name="Undo …").click()
    settled(page)
    look("import-undo")
    accessible()
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("1 row written")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Imports").first.click()
    expect(page.get_by_text("Undo personas.xlsx")).to_be_visible()
    look("imports")
    accessible()


def test_a_strangers_file_is_recognised_and_its_values_are_settled_once(inside, house, look):
    page = inside
    bring(page, house, SAMPLES / "phase_one.json")
    expect(page.get_by_text("was read as").first).to_be_attached()
    answers = {(one["table"], one["column"], str(one["from"])): one["to"] for one in ANSWERS["phase_one.json"]}
    look("import-questions")
    for row in page.locator("tr:has(input[name=question])").all():
        asked = json.loads(row.locator("input[name=question]").get_attribute("value"))
        meant = answers.pop((asked["table"], asked["column"], str(asked["from"])))
        row.locator("select").select_option("(leave out)" if meant is None else str(meant))
    assert answers == {}
    page.get_by_label("Keep the answers as a profile").fill("Phase 1 of the agency")
    page.get_by_role("button", name="Settle and check again").click()
    settled(page)
    assert figure(page, "in_error") == "0"
    page.get_by_role("button", name="Apply everything").click()
    expect(page.get_by_text("rows written")).to_be_visible(timeout=PATIENCE)

    bring(page, house, SAMPLES / "phase_one.json")
    expect(page.get_by_text("The same file was")).to_be_visible()
    page.goto(f"{house.address}/admin/personas/batch/add/")
    page.get_by_label("Whose file it is").select_option(label="Phase 1 of the agency")
    page.locator("#files").set_input_files(SAMPLES / "phase_one.json")
    page.get_by_role("button", name="Check", exact=True).click()
    settled(page)
    expect(page.get_by_text("Nothing would change")).to_be_visible()


def test_the_pages_of_files_are_readable_in_the_dark_and_on_a_telephone(inside, house, look, accessible):
    page = inside
    bring(page, house, SAMPLES / "extended.json")
    address = page.url
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 860})
    pages = {"batch": address, "import": f"{house.address}/admin/personas/batch/add/",
             "export": f"{house.address}/admin/personas/export/add/"}  # fmt: skip
    for name, path in pages.items():
        page.goto(path)
        look(f"files-{name}-dark-narrow")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        accessible()
