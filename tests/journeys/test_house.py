"""A first day: start, log in, look round, switch tenant, edit a vocabulary, add a colleague, log out."""

import re
from itertools import product

from playwright.sync_api import Page, expect

from tests.journeys.house import log_in


def switch_to(page: Page, tenant: str) -> None:
    page.get_by_role("button", name="Switch tenant").click()
    page.get_by_role("button", name=tenant).click()
    expect(page.locator("#nav-sidebar-inner")).to_contain_text(tenant)


def test_a_first_day(page, house, look):
    page.goto(house.address)
    look("log-in")
    log_in(page, house)
    expect(page.locator("#nav-sidebar-inner")).to_contain_text("VITAL Pharma")
    look("home")

    page.get_by_role("link", name="Roles").first.click()
    expect(page.get_by_text("Medical Science Liaison").first).to_be_visible()
    look("roles")
    page.get_by_role("link", name="Chief Medical Officer").first.click()
    expect(page.get_by_label("Name*")).to_have_value("Chief Medical Officer")
    look("role")

    switch_to(page, "VITAL Digital Health")
    look("switched")

    page.get_by_role("link", name="All vocabularies").first.click()
    look("vocabularies")
    page.get_by_role("link", name=re.compile("Seniority levels")).click()
    page.get_by_role("link", name="Junior", exact=True).click()
    page.get_by_label("Description").fill("Second job, first responsibilities.")
    page.get_by_label("Active").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("«Junior» is no longer offered")).to_be_visible()
    look("deactivated")

    page.get_by_role("link", name="People").first.click()
    page.get_by_role("link", name="Add person").first.click()
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Name").fill("Ana Silva")
    page.get_by_label("Role").select_option("analyst")
    page.get_by_role("button", name="Save", exact=True).click()
    look("person-added")
    link = page.locator("code").inner_text()

    page.locator("text=First Administrator").click()
    page.get_by_role("button", name="Log out").click()
    look("logged-out")

    page.goto(link)
    look("choose-password")
    page.get_by_label("New password", exact=False).first.fill("correct horse battery")
    page.get_by_label("confirmation").fill("correct horse battery")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("E-mail").fill("ana@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#nav-sidebar-inner")).to_contain_text("VITAL Digital Health")
    expect(page.locator("#nav-sidebar-inner").get_by_text("People", exact=True)).to_have_count(0)
    look("analyst")


PAGES = {
    "home": "/admin/",
    "list": "/admin/organisation/role/",
    "vocabularies": "/admin/lookups/",
    "form": "/admin/organisation/function/add/",
    "people": "/admin/tenancy/membership/",
}


def test_pages_look_right_light_and_dark_wide_and_narrow(page, house, look):
    log_in(page, house)
    for scheme, width in product(("light", "dark"), (1360, 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 860})
        for name, path in PAGES.items():
            page.goto(house.address + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
            look(f"{name}-{scheme}-{width}")


def test_pages_shut_nobody_out(page, house, accessible):
    page.goto(house.address)
    accessible()
    log_in(page, house)
    for path in PAGES.values():
        page.goto(house.address + path, wait_until="networkidle")
        accessible()


def test_the_palette_finds_by_keyboard(page, house, look):
    log_in(page, house)
    page.wait_for_load_state("load")
    page.keyboard.press("Control+k")
    expect(page.locator("#search-input-command, input[name=s]").last).to_be_focused()
    page.keyboard.type("liaison")
    expect(page.get_by_text("Senior Medical Science Liaison").first).to_be_visible()
    look("palette")
