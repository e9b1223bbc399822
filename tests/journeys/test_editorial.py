"""Three people bring a persona from nothing to what services read, change it there, and take it away again."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import enrolled, working
from tests.journeys.house import House, database, manage, searched
from tests.personas.editorial.test_published import TABLES

PEOPLE = {
    "ana": ("Ana Silva", "analyst"),
    "rosa": ("Rosa Lind", "reviewer"),
    "paul": ("Paul Mensah", "publisher"),
}
NAME, SLUG = "Dr. Nadia Haddad", "dr-nadia-haddad"
ONE_LINER = "Field liaison who has automated her notes, so that her hours go to the conversation."
ASKED = "How is this measured?"
MENDED = "Keep documentation under 8 minutes per exchange, by the clock of the notes"
MOTIVE = "See that a question of a clinic is answered within a day"
PATIENCE = 60_000  # milliseconds for the worker


@pytest.fixture(scope="module")
def accounts(browser, house) -> dict[str, dict]:
    return enrolled(browser, house, PEOPLE)


@pytest.fixture
def at_work(browser, accounts):
    """A browser of one of them, with the kinds of complaints that have to come."""
    return lambda who, *expects: working(browser, accounts[who], *expects)


def read(house: House) -> dict[str, str]:
    """All that a service reads, as text, table by table."""
    with database(house, "postgres") as connection:
        connection.execute("SET LOCAL ROLE vital_reader")
        return {
            table: connection.execute(
                f"SELECT coalesce(json_agg(r ORDER BY id), '[]')::text FROM published.{table} AS r"
            ).fetchone()[0]
            for table in TABLES
        }


def names(house: House) -> set[str]:
    return {persona["name"] for persona in json.loads(read(house)["personas"])}


def goals(house: House) -> list[str]:
    return sorted(row["goal_text"] for row in json.loads(read(house)["persona_goals"]))


def brought(house: House, folder, **core) -> list[str]:
    """A file with the rows of a demo persona, as those of ours; gives its goals."""
    file = folder / "nadia.json"
    document = json.loads(manage(house, "export_personas", "--tenant", "pharma", "priya-raman-msl"))
    [persona] = document["personas"]
    persona |= {"slug": SLUG, "core_profile": persona["core_profile"] | core}
    file.write_text(json.dumps(document))
    return [goal["goal_text"] for goal in persona["goals"]]


def bring(page: Page, house: House, file) -> None:
    page.goto(f"{house.address}/admin/personas/batch/add/")
    page.locator("#files").set_input_files(file)
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_role("button", name="Apply everything").click(timeout=PATIENCE)
    expect(page.get_by_text("rows written")).to_be_visible(timeout=PATIENCE)


def save(page: Page, said: str) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("#told")).to_contain_text(said)


def status(page: Page):
    return page.locator("#persona .vital-status")


def take(page: Page, step: str, why: str, then: str) -> None:
    """A step by its page, as whoever has no keys: the overview, the reason, and what it has become."""
    page.locator(".vital-leads-on").get_by_role("link", name=step, exact=True).click()
    page.locator(".vital-ask textarea").fill(why)
    page.get_by_role("button", name=step, exact=True).click()
    expect(status(page)).to_have_text(then)


def decide(page: Page, key: str, why: str, then: str) -> None:
    """A step by keyboard alone, on the page of review."""
    page.keyboard.press(key)
    expect(page.get_by_role("dialog").locator("textarea")).to_be_focused()
    page.keyboard.type(why)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(status(page)).to_have_text(then)


def opens(page: Page, house: House) -> str:
    """From the sidebar to a persona that waits in the inbox; gives the address of its page of review."""
    page.goto(f"{house.address}/admin/")
    badge(page).click()
    page.locator(".vital-inbox").get_by_role("link", name=NAME, exact=True).click()
    expect(page.get_by_role("heading", name="Decision")).to_be_visible()
    page.wait_for_load_state("load")  # before, no key does anything
    return page.url


def badge(page: Page):
    return page.locator("#nav-sidebar-inner a[href$='/personas/persona/review/']")


def test_a_persona_is_reviewed_published_changed_and_taken_away(at_work, house, look, accessible, tmp_path):
    with at_work("ana") as ana, at_work("rosa") as rosa, at_work("paul") as paul:
        wanted = brought(house, tmp_path, name=NAME, one_liner="")
        address = begin(ana, house, tmp_path / "nadia.json", look)
        submit(ana, address, "Ready: all rows are there.")
        comment_and_send_back(rosa, house, look)
        mend_and_answer(ana, house, address, look)
        resolve_and_validate(rosa, house, look)
        assert names(house) == set()

        publish_at_a_time(paul, house, address, look)
        assert names(house) == {NAME}
        assert goals(house) == sorted([MENDED, *wanted[1:]])
        before = read(house)
        revise(ana, address, look)
        assert read(house) == before

        compare_and_restore(ana, address, look, accessible)
        assert read(house) == before
        everything_is_readable(paul, house, address, look, accessible)

        submit(ana, address, "One motive is new.")
        opens(rosa, house)
        decide(rosa, "v", "Well said.", "Validated")
        paul.goto(f"{address}review/")
        decide(paul, "p", "For the congress.", "Published")
        assert goals(house) == sorted([MENDED, *wanted[1:]])
        assert MOTIVE in read(house)["persona_motivations"]

        paul.goto(address)
        take(paul, "Archive", "The role is gone.", "Archived")
        assert set(read(house).values()) == {"[]"}
        take(paul, "Take out of the archive", "The role is back.", "Draft")
        assert set(read(house).values()) == {"[]"}


def begin(page: Page, house: House, file, look) -> str:
    """A new persona that may not be submitted yet, its rows from a file, and the last field by the list's link."""
    page.goto(f"{house.address}/admin/personas/persona/add/")
    page.get_by_label("Name").fill(NAME)
    role = searched(page, "Role")
    role.fill("senior liaison")
    role.press("Enter")
    page.get_by_role("button", name="Add the persona").click()
    expect(status(page)).to_have_text("Draft")
    address = page.url.removesuffix("change/")
    page.locator(".vital-leads-on").get_by_role("link", name="Submit for review", exact=True).click()
    against = page.locator(".vital-against li")
    expect(against.first).to_contain_text("is empty")
    expect(page.get_by_role("button", name="Submit for review")).to_have_count(0)
    look("editorial-blocked", page)

    bring(page, house, file)
    page.goto(address)
    page.locator(".vital-leads-on").get_by_role("link", name="Submit for review", exact=True).click()
    expect(against).to_have_count(1)
    against.get_by_role("link").click()
    expect(page.get_by_label("One-line description")).to_be_focused()
    page.keyboard.type(ONE_LINER)
    save(page, "1 changed")
    return address


def submit(page: Page, address: str, why: str) -> None:
    page.goto(address)
    take(page, "Submit for review", why, "In review")


def comment_and_send_back(page: Page, house: House, look) -> None:
    """The reviewer is told by a number, claims it, says what is wrong with a row, and sends it back by keyboard."""
    page.goto(f"{house.address}/admin/")
    expect(badge(page)).to_contain_text("1")
    badge(page).click()
    page.get_by_role("button", name="Take it on").click()
    expect(page.get_by_text("You have taken it on.")).to_be_visible()
    look("editorial-inbox", page)
    review = opens(page, house)
    page.goto(review.replace("review/", "goals/"))
    page.get_by_role("button", name="Comments on row 1").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("New comment").fill(ASKED)
    dialog.get_by_label("Blocks publishing").check()
    dialog.get_by_role("button", name="Comment", exact=True).click()
    expect(dialog.locator(".vital-thread")).to_contain_text(ASKED)
    look("editorial-comment", page)
    page.goto(review)
    decide(page, "b", "The first goal cannot be measured.", "Draft")


def mend_and_answer(page: Page, house: House, address: str, look) -> None:
    """What came back says why, in the inbox and in the notices; its thread leads to the row."""
    page.goto(f"{house.address}/admin/")
    expect(badge(page)).to_contain_text("1")
    badge(page).click()
    page.get_by_role("link", name="Sent back to me").click()
    expect(page.locator(".vital-inbox")).to_contain_text("The first goal cannot be measured.")
    look("editorial-sent-back", page)
    page.locator("#nav-sidebar-inner").get_by_role("link", name="Notices").click()
    expect(page.locator(".vital-notices")).to_contain_text(f"Rosa Lind sent «{NAME}» back")
    look("editorial-notices", page)
    page.goto(address)
    page.locator(".vital-thread-place a").click()
    page.locator("#comments .vital-thread summary").last.click()
    page.locator("#comments").get_by_label("Reply", exact=True).fill("By the clock of the notes.")
    page.locator("#comments").get_by_role("button", name="Reply", exact=True).click()
    expect(page.locator("#comments .vital-comments > li")).to_have_count(2)
    page.keyboard.press("Escape")
    page.locator(".vital-list [data-column=goal_text] textarea").first.fill(MENDED)
    save(page, "1 changed")
    submit(page, address, "The goal says now how it is measured.")


def resolve_and_validate(page: Page, house: House, look) -> None:
    opens(page, house)
    look("editorial-review", page)
    page.keyboard.press("c")
    expect(page.locator(".vital-say-new textarea")).to_be_focused()
    thread = page.locator(".vital-thread")
    expect(thread).to_contain_text("By the clock of the notes.")
    thread.get_by_text("Reply or resolve").click()
    thread.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("1 resolved")).to_be_visible()
    page.get_by_role("heading", name="Decision").click()  # out of the field, where letters write
    decide(page, "v", "Thorough.", "Validated")


def publish_at_a_time(page: Page, house: House, address: str, look) -> None:
    """Planned for tomorrow; then tomorrow is made today, and the worker comes."""
    page.goto(address)
    expect(status(page)).to_have_text("Validated")
    page.get_by_role("link", name="Schedule", exact=True).click()
    at = datetime.now(UTC) + timedelta(days=1)
    page.get_by_label("Day").fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Time").fill("09:30")
    page.get_by_label("Reason").fill("The congress begins.")
    page.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("region", name="Waits for its time")).to_contain_text("The congress begins.")
    look("editorial-planned", page)
    with database(house, "vital_app") as connection:
        connection.execute("UPDATE editorial_schedule SET at = at - interval '2 days'")
    manage(house, "shell", "-v", "0", "-c", "from personas.tasks import run_schedule; run_schedule.defer(timestamp=0)")
    for _ in range(PATIENCE // 500):
        page.reload()
        if status(page).inner_text() == "Published":
            break
        page.wait_for_timeout(500)
    expect(status(page)).to_have_text("Published")
    expect(page.get_by_role("region", name="Earlier plans")).to_contain_text("Late: planned for")
    look("editorial-late", page)


def revise(page: Page, address: str, look) -> None:
    """Whoever changes what is published is told what that means, before and after."""
    page.goto(address)
    expect(page.locator(".vital-leads-on")).to_contain_text("Whoever changes it begins the next version as a draft.")
    page.goto(f"{address}goals/")
    page.locator(".vital-list [data-column=goal_text] textarea").first.fill(f"{MENDED}, each quarter")
    save(page, "it is a draft again")
    expect(status(page)).to_have_text("Draft")
    expect(page.locator("#persona")).to_contain_text("differs from what stands here")
    page.goto(f"{address}motivations/")
    page.locator(".vital-list [data-column=motivation_text] textarea").first.fill(MOTIVE)
    save(page, "1 changed")


def compare_and_restore(page: Page, address: str, look, accessible) -> None:
    """The differences are told word by word, and one section goes back to what is live."""
    page.goto(address)
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".vital-revision").filter(has_text="live now")).to_have_count(1)
    page.get_by_role("link", name="What differs from the live version").click()
    changed = page.locator("#changed-goals")
    expect(changed.locator("ins")).to_have_text(re.compile("each quarter"))
    expect(changed.locator("del")).to_have_count(0)
    expect(page.locator(".vital-changed > section")).to_have_count(2)
    expect(page.locator("#persona")).to_contain_text("differs from what stands here")
    look("editorial-compare", page)
    changed.get_by_role("link", name=re.compile("Restore Goals as in revision")).click()
    expect(page.get_by_text("Nothing has happened yet")).to_be_visible()
    look("editorial-restore", page)
    accessible(page)
    page.get_by_label("Why?").fill("Each quarter is too often.")
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_text("Restored from revision")).to_be_visible()
    assert page.locator(".vital-list [data-column=goal_text] textarea").first.input_value() == MENDED


def everything_is_readable(page: Page, house: House, address: str, look, accessible) -> None:
    """Light and dark, wide and narrow."""
    admin = f"{house.address}/admin/personas/"
    pages = {
        "inbox": f"{admin}persona/review/?list=others",
        "review": f"{address}review/",
        "compare": f"{address}compare/",
        "history": f"{address}history/",
        "schedule": f"{address}schedule/",
        "planned": f"{admin}scheduled/",
        "releases": f"{admin}release/",
        "notices": f"{admin}notice/",
        "rules": f"{admin}rulesetting/",
        "audit": f"{admin}event/",
    }
    for scheme, width in (("light", 1360), ("dark", 320)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 860})
        for name, path in pages.items():
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
            look(f"editorial-{name}-{scheme}-{width}", page)
            accessible(page)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1360, "height": 860})


def test_two_personas_are_published_together_and_taken_back(at_work, house, look, accessible):
    before = read(house)
    reviewed(house, "priya-raman-msl", "martin-kessler-kol-manager")
    with at_work("paul") as page:
        page.goto(f"{house.address}/admin/personas/release/add/")
        page.get_by_label("Name").fill("Field medical, spring 2027")
        page.get_by_role("button", name="Add", exact=True).click()
        for name in ("Priya Raman", "Martin Kessler"):
            page.get_by_role("searchbox", name="Words of personas to add").fill(name)
            page.get_by_role("button", name="Search").last.click()
            page.get_by_label(name, exact=False).first.check()
            page.get_by_role("button", name="Add those ticked").click()
        expect(page.get_by_text("Nothing stands against publishing them all.")).to_be_visible()
        look("editorial-release", page)
        accessible(page)
        page.get_by_role("link", name="Publish now").click()
        page.locator("main form, #content form").get_by_role("button").first.click()
        expect(page.get_by_text("Services read all of its personas now.")).to_be_visible()
        assert names(house) >= {"Priya Raman", "Dr. Martin Kessler"}
        page.get_by_role("link", name="Take it back").click()
        page.get_by_label("Why").fill("The congress was moved.")
        page.get_by_role("button", name="Take it back").click()
        expect(page.get_by_text("Services read again what they read before it.")).to_be_visible()
        look("editorial-taken-back", page)
        assert read(house) == before


def reviewed(house: House, *slugs: str) -> None:
    """Demo personas that stand as validated, as if reviewed."""
    with database(house, "vital_app") as connection:
        for step in ("pending_review", "validated"):
            connection.execute("UPDATE personas SET validation_status = %s WHERE slug = ANY(%s)", [step, list(slugs)])
