"""Published personas are found, read, compared, printed and passed on; a phone, the dark and a keyboard do as well."""

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.journeys.conftest import Watched, enrolled, working
from tests.journeys.house import House, database

PEOPLE = {"ana": ("Ana Silva", "analyst"), "paul": ("Paul Mensah", "publisher")}
SLUG, NAME, READER = "priya-raman-msl", "Priya Raman", "Maria Keller, Haldrin"
PAGES = {
    "library": "",
    "table": "?view=table",
    "sheet": f"personas/{SLUG}/",
    "dossier": f"personas/{SLUG}/everything/",
    "time": f"personas/{SLUG}/time/",
    "stakeholders": f"personas/{SLUG}/stakeholders/",
    "coverage": "coverage/",
    "pains": "coverage/pains/",
    "share": f"personas/{SLUG}/share/",
    "shares": "shares/",
}


@pytest.fixture(scope="module")
def accounts(browser, house) -> dict[str, dict]:
    """Who comes to read; what there is to read was published before, by whoever may."""
    for status in ("pending_review", "validated", "published"):
        with database(house, "vital_app") as connection:
            connection.execute("UPDATE personas SET validation_status = %s", [status])
    return enrolled(browser, house, PEOPLE)


@pytest.fixture
def at_work(browser, accounts):
    return lambda who, *expects, **context: working(browser, accounts[who], *expects, **context)


def number(page: Page) -> int:
    return int(page.locator(".lib-number").inner_text().split()[0])


def open_sheet(page: Page, house: House) -> None:
    page.goto(f"{house.address}/library/personas/{SLUG}/")
    expect(page.locator(".lib-name")).to_have_text(NAME)


def test_a_persona_is_found_by_facets_and_words_and_its_sheet_is_read(at_work, house, look):
    with at_work("ana") as page:
        page.goto(house.address)
        page.locator("#nav-sidebar-inner").get_by_role("link", name="Library").click()
        everybody = number(page)
        assert everybody == 4
        facets = page.get_by_role("region", name="Filters")
        chosen = facets.get_by_role("region", name="Archetype").get_by_role("link").first
        promised = int(chosen.locator(".lib-count").inner_text())
        chosen.click()
        expect(page.get_by_role("list", name="Filters that are set").get_by_role("link")).not_to_have_count(0)
        assert number(page) == promised < everybody
        page.get_by_role("link", name="Clear all").click()
        assert number(page) == everybody

        page.get_by_label("Words to look for").fill("congress")
        page.keyboard.press("Enter")
        expect(page.locator("mark").first).to_contain_text(re.compile("congress", re.IGNORECASE))
        look("library-found", page)
        page.goto(f"{house.address}/library/?q=zymosterol")
        expect(page.get_by_role("heading", name="No persona is like that")).to_be_visible()

        page.goto(f"{house.address}/library/")
        page.get_by_role("link", name=NAME, exact=True).first.click()
        expect(page.locator(".lib-name")).to_have_text(NAME)
        pains = page.get_by_role("figure", name="Pain points by severity")
        pains.locator("summary").focus()
        page.keyboard.press("Enter")
        expect(pains.get_by_role("table")).to_be_visible()
        pains.get_by_role("link", name="All that is known").click()
        expect(page).to_have_url(re.compile("/everything/#pain_points$"))
        expect(page.locator("#pain_points")).to_be_in_viewport()


def test_three_are_compared(at_work, house, look, accessible):
    with at_work("ana") as page:
        page.goto(f"{house.address}/library/")
        for box in page.get_by_role("checkbox").all()[:3]:
            box.check()
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.locator(".lib-compared > li")).to_have_count(3)
        look("library-compare", page)
        accessible(page)
        page.get_by_role("link", name="All", exact=True).click()
        with page.expect_download() as file:
            page.get_by_role("link", name="CSV").first.click()
        names = page.locator(".lib-compared-name a.lib-link").all_inner_texts()
        assert all(name in file.value.path().read_text() for name in names)
        page.locator(".lib-take-out").first.click()
        expect(page.locator(".lib-compared > li")).to_have_count(2)


def test_it_is_printed_and_taken_along(at_work, house):
    with at_work("ana") as page:
        open_sheet(page, house)
        on_paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        for sheet, one in enumerate(on_paper.pages, 1):
            assert f"page {sheet} of {len(on_paper.pages)}" in one.extract_text()
        assert "Take it along" not in on_paper.pages[0].extract_text()

        page.get_by_text("Take it along").click()
        for name, begins in (
            ("PDF of the sheet", b"%PDF"),
            ("Card, as a picture", b"\x89PNG"),
            ("Markdown", b"---"),
            ("Agent pack, for language models", b"{"),
        ):
            with page.expect_download() as file:
                page.get_by_role("link", name=name).click()
            assert file.value.path().read_bytes().startswith(begins), name


def test_a_sheet_is_shared_read_by_a_stranger_and_the_link_revoked(at_work, browser, house, look, accessible):
    with at_work("paul") as page:
        open_sheet(page, house)
        page.get_by_role("link", name="Share", exact=True).click()
        page.get_by_label("For whom").fill(READER)
        page.get_by_role("button", name="Make the link").click()
        link = page.locator("#link").inner_text()
        look("library-share", page)

        stranger = Watched(browser)
        stranger.page.goto(link)
        expect(stranger.page.get_by_role("heading", level=1, name=NAME)).to_be_visible()
        expect(stranger.page.get_by_text(READER)).not_to_have_count(0)
        assert stranger.context.cookies() == []
        assert stranger.page.locator("a[href^='/'], a[href^='http'], form").count() == 0
        accessible(stranger.page)
        look("library-shared", stranger.page)
        stranger.close()

        page.goto(f"{house.address}/library/shares/")
        expect(page.get_by_text("Opened once")).to_be_visible()
        page.get_by_role("link", name="Revoke").click()
        page.get_by_role("button", name=re.compile("Revoke|Yes")).click()
        expect(page.get_by_text("Revoked", exact=True)).to_be_visible()

        stranger = Watched(browser)
        stranger.page.goto(link)
        expect(stranger.page.get_by_role("heading", name="This link does not work")).to_be_visible()
        stranger.close(frozenset({"404"}))


def test_marks_of_pictures_tell_their_facts_by_keyboard_and_go_with_their_kind(at_work, house):
    with at_work("ana") as page:
        page.goto(f"{house.address}/library/personas/{SLUG}/stakeholders/")
        everybody = page.locator(".lib-mark-it:visible").count()
        page.get_by_role("checkbox").first.focus()
        page.keyboard.press("Space")
        assert 0 < page.locator(".lib-mark-it:visible").count() < everybody
        page.locator('.lib-mark-it[tabindex="0"]:visible').first.focus()
        facts = page.locator("[data-facts-line]").first
        first = facts.inner_text()
        page.keyboard.press("ArrowRight")
        expect(facts).not_to_have_text(first)
        assert facts.inner_text()


def test_pages_shut_nobody_out_wide_and_narrow_light_and_dark(at_work, house, look, accessible):
    with at_work("paul") as page:
        for scheme, width in (("light", 1360), ("dark", 390)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 860})
            for name, path in PAGES.items():
                page.goto(f"{house.address}/library/{path}")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
                look(f"library-{name}-{scheme}", page)
                accessible(page)
