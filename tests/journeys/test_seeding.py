"""A business function is seeded without a terminal: a plan from a template, applied, verified, and taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.house import log_in

PATIENCE = 60_000  # milliseconds for the worker


@pytest.fixture
def inside(page, house):
    log_in(page, house)
    return page


def settled(page: Page) -> None:
    """Wait until the worker has done its part."""
    expect(page.locator("[data-at-work=no]")).to_be_visible(timeout=PATIENCE)


def figure(page: Page, named: str) -> str:
    return page.locator(".vital-figures div", has_text=named).locator("dd").inner_text()


def test_an_admin_makes_personas_from_a_template_sees_them_verified_and_takes_them_back(
    inside, house, look, accessible
):
    page = inside
    page.get_by_role("link", name="Seeding").first.click()
    expect(page.get_by_role("row", name="Sales")).to_be_visible()
    look("seeding-functions")
    accessible()
    page.get_by_role("link", name="Medical Affairs", exact=True).click()
    address, before = page.url, int(figure(page, "personas"))
    look("seeding-function")
    accessible()

    page.get_by_label("Template", exact=True).select_option(label="Director of Medical Affairs")
    page.get_by_label("How many").fill("3")
    page.get_by_label("Seed", exact=True).fill("5")
    page.get_by_role("button", name="Make the plan").click()
    settled(page)
    assert figure(page, "new personas") == "3"
    expect(page.get_by_text("nothing is written yet")).to_be_visible()
    look("seeding-plan")
    accessible()

    page.get_by_role("button", name="Apply everything").click()
    expect(page.get_by_text("rows written")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".vital-checks li", has_text="Counts against the plan")).to_contain_text("passed")
    look("seeding-applied")
    accessible()

    page.get_by_role("link", name="medical-affairs", exact=True).click()
    assert int(figure(page, "personas")) == before + 3
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("status")).to_contain_text("what was written is what was planned")
    page.locator("summary", has_text="roles covered").click()
    expect(page.get_by_role("row", name="Medical Science Liaison").first).to_be_visible()
    page.get_by_role("link", name="All functions").click()
    row = page.get_by_role("row", name="Medical Affairs")
    expect(row).to_contain_text("verified")
    expect(row).to_contain_text("First Administrator")
    look("seeding-functions-seeded")

    page.goto(address)
    page.get_by_role("link", name="medical_affairs_director-3-medium-seed-5.jsonl").click()
    page.get_by_role("button", name="Undo …").click()
    settled(page)
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("rows written")).to_be_visible(timeout=PATIENCE)
    page.goto(address)
    assert int(figure(page, "personas")) == before
    expect(page.get_by_role("row", name="seed-5.jsonl")).to_contain_text("Taken back")


def test_the_pages_are_readable_in_the_dark_and_on_a_small_telephone(inside, house, look, accessible):
    page = inside
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 320, "height": 860})
    for name, path in {"functions": "", "function": "medical-affairs/", "empty": "legal/"}.items():
        page.goto(f"{house.address}/admin/personas/batch/seeding/{path}")
        look(f"seeding-{name}-dark-narrow")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        accessible()


def test_everything_is_done_from_the_keyboard(inside, house):
    page = inside
    page.goto(f"{house.address}/admin/personas/batch/seeding/medical-affairs/")
    many = page.get_by_label("How many")
    many.focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    settled(page)
    assert figure(page, "new persona") == "1"
    page.get_by_role("button", name="Put it away").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It was stopped. Nothing was written.")).to_be_visible()
