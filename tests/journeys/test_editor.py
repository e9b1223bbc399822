"""The editor as analysts meet it: a persona from nothing, cells from a spreadsheet, a colleague who was faster, a lost
network, and all of it by keyboard, in the dark and on a telephone."""

import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Watched
from tests.journeys.house import choose_password, enter, invite, log_in, searched

PASSWORD = "correct horse battery"
PEOPLE = {"ana": "Ana Silva", "ben": "Ben Okoro"}
CUT = "ERR_INTERNET_DISCONNECTED"  # what Chromium calls a network that is gone,
BROKEN = "ERR_FAILED"  # and a connection that breaks off


@pytest.fixture(scope="module")
def accounts(browser, house) -> dict[str, dict]:
    """Two new analysts: the administrator makes them, and they come in by their links."""
    admin = Watched(browser)
    log_in(admin.page, house)
    links = {who: invite(admin.page, house, f"{who}@example.com", name) for who, name in PEOPLE.items()}
    admin.close()
    states = {}
    for who, link in links.items():
        watched = Watched(browser)
        choose_password(watched.page, link, PASSWORD)
        enter(watched.page, house, f"{who}@example.com", PASSWORD)
        states[who] = watched.context.storage_state()
        watched.close()
    return states


@pytest.fixture
def at_work(browser, accounts):
    """A browser of one of them; what it may complain of is said, and has to come."""

    @contextmanager
    def at_work(who: str = "ana", *expects: str, **context):
        watched = Watched(browser, storage_state=accounts[who], **context)
        try:
            yield watched.page
        except BaseException as error:
            error.add_note(f"The browser of {who} said: {watched.complaints}")
            watched.context.close()
            raise
        watched.close(frozenset(expects))

    return at_work


@pytest.fixture
def persona(browser, accounts, house):
    """Makes a new persona with goals, by what the pages send; gives its address."""
    context = browser.new_context(storage_state=accounts["ana"])

    def send(address: str, **edit) -> dict:
        html = context.request.get(address).text()
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', html)[1]
        edit["shown"] = re.search(r'data-shown="(\w*)"', html)[1]
        return context.request.post(address, data=edit, headers={"X-CSRFToken": token}).json()

    def make(name: str, *goals: str) -> str:
        answer = send(f"{house.address}/admin/personas/persona/add/", added={"new": {"name": name}})
        address = house.address + answer["go"].removesuffix("change/")
        if goals:
            send(f"{address}goals/", added={f"new-{at}": {"goal_text": goal} for at, goal in enumerate(goals)})
        return address

    yield make
    context.close()


def save(page: Page, said: str) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("#told")).to_contain_text(f": {said}.")


def texts(page: Page, column: str) -> list[str]:
    """What stands in a column of a grid."""
    return [field.input_value() for field in page.locator(f".vital-list [data-column={column}] [name]").all()]


def arrived(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    page.wait_for_load_state("load")


def goal(page: Page, row: int):
    return page.locator(".vital-list [data-column=goal_text] textarea").nth(row)


def told(page: Page):
    return page.locator("#told")


def complete(page: Page) -> int:
    return int(page.locator(".vital-complete progress").get_attribute("value"))


def paste(page: Page, text: str) -> None:
    """What a browser does with Ctrl+V where a spreadsheet has put cells on the clipboard."""
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_a_new_analyst_writes_a_persona_from_nothing(at_work, house, look, accessible):
    with at_work("ana", "422") as page:
        page.goto(f"{house.address}/admin/personas/persona/")
        page.get_by_role("link", name="Add persona").click()
        page.get_by_label("Name").fill("Dr. Nadia Haddad")
        role = searched(page, "Role")
        role.fill("senior liaison")
        look("editor-add", page)
        role.press("Enter")
        expect(role).to_have_value("Senior Medical Science Liaison")
        accessible(page)
        page.get_by_role("button", name="Add the persona").click()
        expect(page.locator(".vital-who")).to_contain_text("Dr. Nadia Haddad")
        expect(page.get_by_text("«Dr. Nadia Haddad» is there")).to_be_visible()
        assert complete(page) == 0
        look("editor-overview", page)
        accessible(page)
        page.get_by_role("link", name="Core profile").first.click()
        expect(page.get_by_label("Slug")).to_have_value("dr-nadia-haddad")
        accessible(page)

        fill_a_day(page, look, accessible)
        after_the_day = complete(page)
        assert after_the_day > 0
        add_a_stakeholder(page, look, accessible)
        add_a_study(page, look, accessible)
        assert complete(page) > after_the_day
        page.get_by_role("link", name="Overview").click()
        expect(page.locator("#places [data-place=typical_day]")).to_contain_text("3 of 6 to 12")
        look("editor-begun", page)


def fill_a_day(page: Page, look, accessible) -> None:
    """By keyboard alone."""
    page.keyboard.press("Alt+j")
    page.keyboard.type("typical d")
    page.keyboard.press("Enter")
    arrived(page, "Typical day")
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    look("editor-empty", page)
    for slot, activity, minutes in (
        ("07:30", "Reads what came in overnight", "30"),
        ("13:00", "Visits two investigators", "180"),
        ("09:00", "Prepares the congress poster", "90"),
    ):
        page.keyboard.press("Alt+Enter")
        for text in (slot, activity, minutes):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        page.keyboard.type("Yes")
    page.keyboard.press("Alt+ArrowUp")
    expect(told(page)).to_have_text("Moved to place 2 of 3.")
    look("editor-day", page)
    save(page, "3 added")
    assert texts(page, "time_slot") == ["07:30", "09:00", "13:00"]
    assert texts(page, "duration_minutes") == ["30", "90", "180"]
    focused = page.evaluate("document.activeElement.closest('[data-row]').querySelector('textarea').value")
    assert focused == "09:00", "the cursor stays where it was"
    accessible(page)


def add_a_stakeholder(page: Page, look, accessible) -> None:
    page.get_by_role("link", name="Internal stakeholders").click()
    page.get_by_role("link", name="Add internal stakeholder").click()
    arrived(page, "New internal stakeholder")
    expect(page.get_by_label("Stakeholder role")).to_be_focused()
    page.keyboard.type("Head of Clinical Development")
    for label in ("Relationship type", "Influence level", "Interaction frequency"):
        page.get_by_label(label).select_option(index=2)
    tags = page.locator("[data-kind=tags]").first
    tags.locator("input").fill("Protocol design")
    tags.locator("input").press("Enter")
    tags.locator("input").fill("Site selection")
    look("editor-card", page)
    save(page, "1 added")
    accessible(page)
    expect(page.locator("#places [data-place=internal_stakeholders]")).not_to_contain_text("not saved yet")
    page.locator(".vital-card-link", has_text="Head of Clinical Development").click()
    tags = page.locator("[data-kind=tags]").first
    expect(tags.locator("li")).to_have_count(2)
    accessible(page)


def add_a_study(page: Page, look, accessible) -> None:
    """With what it found; and with a field forgotten, which the page says where it is."""
    page.get_by_role("link", name="Public research").click()
    arrived(page, "Public research")
    page.keyboard.press("Alt+Enter")
    arrived(page, "New public research")
    page.get_by_label("Research title").fill("Digital channels in Medical Affairs, 2025")
    page.get_by_label("Research type").select_option("market")
    page.get_by_label("Key findings").fill("62% of MSLs use AI to prepare visits")
    page.get_by_label("Relevance score").fill("8")
    page.get_by_role("button", name="Add research quantitative result").click()
    page.keyboard.type("Preference for digital")
    page.get_by_label("Numeric value").fill("62")
    page.keyboard.press("Control+s")
    expect(page.locator("#problems")).to_contain_text("Publication source")
    look("editor-error", page)
    accessible(page)
    page.keyboard.press("F8")
    expect(page.get_by_label("Publication source")).to_be_focused()
    page.keyboard.type("Drug Information Journal")
    save(page, "1 added, 1 added in quantitative results")
    page.locator(".vital-card-link", has_text="Digital channels").click()
    expect(page.get_by_label("Metric name")).to_have_value("Preference for digital")
    look("editor-study", page)


GOALS = [
    ("Close every evidence gap before approval", "growth", "high", "yes"),
    ("Halve the time from insight to decision", "efficiency", "High", "yes"),
    ("Submit the manuscript in 90 days", "quality", "critical", "true"),
    ("Keep the error rate of every AI use case below 2%", "compliance", "urgent-ish", "yes"),
    ("Have two successors ready", "career", "medium", "no"),
    ("Visit each of the 14 countries once", "growth", "low", "yes"),
    ("Answer payers' questions within a week", "efficiency", "high", "yes"),
    ("Publish the registry protocol", "quality", "medium", "perhaps"),
    ('Say no to "nice to have" studies', "efficiency", "medium", "no"),
    ("Learn one new statistical method", "career", "low", "no"),
]


def test_ten_goals_come_from_a_spreadsheet(at_work, persona, look, accessible):
    with at_work() as page:
        page.goto(f"{persona('From A Spreadsheet')}goals/")
        cells = [("Goal text", "Goal type", "Priority", "Is measurable"), *GOALS]
        page.get_by_role("button", name="Paste from a spreadsheet").focus()
        paste(page, "\r\n".join("\t".join(row) for row in cells))
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("10 rows pasted, 2 with mistakes")
        expect(dialog.locator(".vital-wrong-cell")).to_have_count(2)
        expect(dialog.locator(".vital-wrong-cell").first).to_contain_text("urgent-ish")
        look("editor-paste", page)
        accessible(page)
        dialog.get_by_role("button", name="Add only 8 good rows and save").click()
        expect(told(page)).to_contain_text("8 added")
        page.reload()
        good = [GOALS[at][0] for at in (0, 1, 2, 4, 5, 6, 8, 9)]
        assert texts(page, "goal_text") == good
        ticked = [box.is_checked() for box in page.locator("[data-column=is_measurable] input").all()]
        assert ticked == [True, True, True, False, True, True, False, False]

        goal(page, 0).focus()
        paste(page, "\n".join("\t".join(row) for row in (cells[0], GOALS[3], GOALS[7])))
        dialog.get_by_role("button", name="Add to the page").click()
        expect(page.locator("#problems li")).to_have_count(2)
        look("editor-paste-mend", page)
        accessible(page)
        page.keyboard.press("F8")
        page.keyboard.type("High")
        save(page, "2 added")
        page.reload()
        assert texts(page, "goal_text") == [*good, GOALS[3][0], GOALS[7][0]]


def test_two_people_change_the_same_goals_and_the_second_chooses(at_work, persona, look, accessible):
    address = persona("Shared By Two", "Sleep more", "Travel less", "Read a book")
    with at_work("ana") as ana, at_work("ben", "409") as ben:
        for page in (ana, ben):
            page.goto(f"{address}goals/")
        ana.reload()
        expect(ana.locator("#here")).to_have_text("Ben Okoro is here.")
        goal(ana, 0).fill("Sleep eight hours")
        goal(ana, 1).fill("Travel by train")
        goal(ana, 2).fill("Read two books")
        save(ana, "3 changed")

        goal(ben, 0).fill("Sleep at noon")
        goal(ben, 1).fill("Travel never")
        ben.keyboard.press("Control+s")
        dialog = ben.get_by_role("dialog")
        expect(dialog).to_be_visible()
        first, second = dialog.locator(".vital-conflict").all()
        for said in ("Before: Sleep more", "Mine", "Sleep at noon", "Theirs", "Sleep eight hours"):
            expect(first).to_contain_text(said)
        expect(dialog).to_contain_text("What else they did (1)")
        look("editor-conflict", ben)
        accessible(ben)
        first.get_by_label("Sleep at noon").check()
        second.get_by_label("Travel by train").check()
        dialog.get_by_role("button", name="Save what I chose").click()
        expect(told(ben)).to_contain_text("1 changed")
        for page in (ana, ben):
            page.reload()
            assert texts(page, "goal_text") == ["Sleep at noon", "Travel by train", "Read two books"]


def test_a_study_that_somebody_deleted_is_brought_back_with_its_results(at_work, persona):
    address = persona("Shared Study")
    with at_work("ana") as ana, at_work("ben", "409") as ben:
        ana.goto(f"{address}public_research/?row=new")
        for label, text in {"Research title": "Digital channels", "Publication source": "Journal"}.items():
            ana.get_by_label(label, exact=False).first.fill(text)
        ana.get_by_label("Research type").select_option("academic")
        ana.get_by_label("Relevance score").fill("8")
        ana.get_by_label("Key findings").fill("Most use AI")
        ana.get_by_label("Key findings").press("Enter")
        ana.get_by_role("button", name="quantitative result").click()
        ana.locator("[data-table=quantitative_results] [data-column=metric_name] textarea").fill("Weekly use")
        save(ana, "1 added, 1 added in quantitative results")
        ben.goto(f"{address}public_research/")
        ben.locator(".vital-card-link").click()
        ben.locator("[data-table=quantitative_results] [data-column=metric_name] textarea").fill("Daily use")
        ana.goto(f"{address}public_research/")
        ana.get_by_role("button", name="Delete row 1").click()
        save(ana, "1 deleted, 1 deleted in quantitative results")

        ben.keyboard.press("Control+s")
        ben.get_by_label("Bring it back, with what I wrote").check()
        ben.get_by_role("button", name="Save what I chose").click()
        expect(told(ben)).to_contain_text("added")
        ben.locator(".vital-card-link").click()
        assert texts(ben, "metric_name") == ["Daily use"]


def test_people_in_different_sections_never_meet(at_work, persona):
    address = persona("Shared In Peace")
    with at_work("ana") as ana, at_work("ben") as ben:
        ben.goto(f"{address}quotes/")
        for path in ("", "fears/"):
            ana.goto(address + path)
            expect(ana.locator("#here")).to_have_text("Ben Okoro is in «Quotes».")
        for page, said in ((ana, "That the launch slips"), (ben, "Show me the data")):
            page.keyboard.press("Alt+Enter")
            page.keyboard.type(said)
        save(ana, "1 added")
        save(ben, "1 added")


def test_a_network_that_is_lost_in_the_middle_of_a_save_loses_and_doubles_nothing(at_work, persona, look, accessible):
    address = persona("Lost In The Middle", "Sleep more")
    with at_work("ana", CUT) as page:
        page.goto(f"{address}goals/")
        goal(page, 0).fill("Sleep eight hours")
        page.keyboard.press("Alt+Enter")
        page.keyboard.type("Travel less")
        page.context.set_offline(True)
        page.keyboard.press("Control+s")
        expect(page.locator("#problems")).to_contain_text("The server cannot be reached. Nothing is lost")
        look("editor-offline", page)
        page.context.set_offline(False)
        expect(told(page)).to_contain_text("1 changed, 1 added")
        expect(page.locator("#problems")).to_be_hidden()
        page.reload()
        assert texts(page, "goal_text") == ["Sleep eight hours", "Travel less"]


def test_an_answer_that_is_lost_doubles_nothing_even_where_the_page_is_loaded_anew(at_work, persona, look, accessible):
    address = persona("Lost On The Way Back", "Sleep more")

    def lose_the_answer(route):
        if route.request.method == "POST":
            route.fetch()
            route.abort()
        else:
            route.continue_()

    with at_work("ana", BROKEN, "409") as page:
        page.goto(f"{address}goals/")
        for words in ("Travel less", "Read a book"):
            page.keyboard.press("Alt+Enter")
            page.keyboard.type(words)
            page.route("**/goals/", lose_the_answer)
            page.keyboard.press("Control+s")
            expect(page.locator("#problems")).to_contain_text("The server cannot be reached")
            page.unroute("**/goals/")
            if words == "Read a book":
                page.on("dialog", lambda dialog: dialog.accept())
                page.reload()
                expect(page.locator("#restored")).to_contain_text("is back on this page")
            page.keyboard.press("Control+s")
            expect(told(page)).to_contain_text("it had been saved already")
        page.reload()
        assert texts(page, "goal_text") == ["Sleep more", "Travel less", "Read a book"]


def test_a_session_that_has_ended_loses_nothing(at_work, house, persona, look):
    address = persona("Logged Out", "Sleep more")
    with at_work("ana", "403") as page:
        page.goto(f"{address}goals/")
        goal(page, 0).fill("Sleep eight hours")
        page.context.clear_cookies()
        page.keyboard.press("Control+s")
        expect(page.locator("#problems")).to_contain_text("Your session has ended. Nothing is lost")
        look("editor-logged-out", page)
        other = page.context.new_page()
        enter(other, house, "ana@example.com", PASSWORD)
        other.close()
        save(page, "1 changed")
        page.reload()
        assert texts(page, "goal_text") == ["Sleep eight hours"]


SLOWLY = """{
    const at_once = fetch;
    fetch = async (...asked) => { await new Promise((wait) => setTimeout(wait, 700)); return at_once(...asked); };
}"""


def test_what_is_typed_while_a_save_is_on_its_way_stays(at_work, persona):
    address = persona("Typed On", "Sleep more")

    with at_work() as page:
        page.goto(f"{address}goals/")
        goal(page, 0).fill("Sleep eight hours")
        page.evaluate(SLOWLY)
        page.keyboard.press("Control+s")
        page.keyboard.type("!")
        page.keyboard.press("Alt+Enter")
        page.keyboard.type("Travel less")
        expect(told(page)).to_have_text("Saving …")
        expect(told(page)).to_have_text("Not saved yet; kept in this browser.")
        assert texts(page, "goal_text") == ["Sleep eight hours!", "Travel less"]
        expect(goal(page, 1)).to_be_focused()
        save(page, "1 changed, 1 added")


def test_unsaved_work_is_asked_about_kept_and_taken_back(at_work, persona, look):
    address = persona("Half Done", "Sleep more", "Travel less", "Read a book")
    asked = []
    with at_work() as page:
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.goto(f"{address}goals/")
        goal(page, 1).fill("Travel by train")
        expect(page.locator("#places [data-place=goals]")).to_contain_text("not saved yet")
        page.get_by_role("link", name="Motivations").first.click()
        arrived(page, "Motivations")
        assert asked == ["beforeunload"]
        look("editor-unsaved", page)
        page.go_back()
        expect(page.locator("#restored")).to_contain_text("is back on this page")
        assert texts(page, "goal_text")[1] == "Travel by train"

        page.get_by_role("button", name="Delete row 1").click()
        expect(goal(page, 0)).to_be_disabled()
        look("editor-deleted", page)
        page.get_by_role("button", name="Take this row back").press("Enter")  # it has the focus, as what was clicked
        expect(goal(page, 0)).to_be_enabled()

        page.get_by_role("button", name="Move row 1").first.click()  # for whoever cannot drag
        page.get_by_role("button", name="Move down").click()
        assert texts(page, "goal_text")[1] == "Sleep more"
        page.get_by_role("button", name="Move up").click()

        handle, last = page.get_by_role("button", name="Move row 1").first, page.locator(".vital-list > li").last
        handle.drag_to(last, target_position={"x": 40, "y": last.bounding_box()["height"] - 4})
        assert texts(page, "goal_text") == ["Travel by train", "Read a book", "Sleep more"]
        save(page, "3 changed")
        page.reload()
        assert texts(page, "goal_text") == ["Travel by train", "Read a book", "Sleep more"]

        goal(page, 0).focus()
        page.keyboard.press("Alt+Delete")
        page.get_by_role("button", name="Discard changes").click()
        expect(told(page)).to_have_text("Nothing to save.")
        assert len(texts(page, "goal_text")) == 3


def test_everything_is_done_by_keyboard(at_work, persona, look, accessible):
    address = persona("Keys Alone", "Sleep more", "Travel less")
    with at_work("ana", "422") as page:
        page.goto(address)
        page.keyboard.press("Control+/")
        expect(page.get_by_role("dialog")).to_contain_text("Jump to a section by its name")
        look("editor-keys", page)
        accessible(page)
        page.keyboard.press("Escape")
        page.keyboard.press("Alt+j")
        page.keyboard.type("goal")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        arrived(page, "Goals")
        for row in (0, 1):
            goal(page, row).focus()
            page.keyboard.press("Control+a")
            page.keyboard.press("Delete")
        page.keyboard.press("Control+s")
        expect(page.locator("#problems li")).to_have_count(2)
        for row in (0, 1, 0):
            page.keyboard.press("F8")
            expect(goal(page, row)).to_be_focused()
        page.keyboard.press("Shift+F8")
        expect(goal(page, 1)).to_be_focused()
        page.keyboard.press("Alt+Delete")
        goal(page, 0).focus()
        page.keyboard.type("Sleep eight hours")
        page.keyboard.press("Control+Enter")
        arrived(page, "Motivations")
        page.keyboard.press("Alt+PageUp")
        arrived(page, "Goals")
        assert texts(page, "goal_text") == ["Sleep eight hours"]


LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
HARD = {
    "": "overview",
    "core_profile/": "form",
    "goals/": "long",
    "quotes/": "many",
    "fears/": "empty",
    "internal_stakeholders/?row=new": "card",
}


def test_pages_look_right_light_and_dark_wide_and_narrow_however_long_the_texts(at_work, persona, look, accessible):
    address = persona(f"Dr. {LONG} " + "Maximiliana Theodora " * 7, f"{LONG} {LONG}", "A goal. " * 120)
    with at_work() as page:
        page.goto(f"{address}quotes/")
        page.get_by_role("button", name="Add quote").focus()
        paste(page, "\n".join(f"Quote number {number}\t" for number in range(1, 41)))
        page.get_by_role("button", name="Add 40 rows and save").click()
        expect(told(page)).to_contain_text("40 added")
        for scheme, width in (("light", 1360), ("light", 768), ("dark", 320)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 860})
            for path, name in HARD.items():
                page.goto(address + path)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width}"
                look(f"editor-{name}-{scheme}-{width}", page)
                if scheme == "dark" and name != "many":
                    accessible(page)
