import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.database import ROOT
from tests.journeys.house import House, choose_password, enter, invite, log_in, started

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = ROOT / "build" / "screenshots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PATIENCE = 30_000  # milliseconds: a machine that does much else shows a page late, and is not wrong
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def found(what: str, path) -> str:
    """The path, or a test skipped for want of it; never in continuous integration."""
    if path and os.path.exists(path):
        return str(path)
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing.")
    pytest.skip(f"{what} is not installed here; .ci/run installs it.")


@pytest.fixture(scope="module")  # no longer: its event loop would be in the way of other tests of this process
def browser() -> Iterator[Browser]:
    path = found(
        "Chromium", shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with started(tmp_path_factory.mktemp("house")) as house:
        yield house


class Watched:
    """A page of its own, whose complaints are kept: bad answers, lost connections, errors of scripts."""

    def __init__(self, browser: Browser, **context):
        self.context = browser.new_context(**{"viewport": {"width": 1360, "height": 860}} | context)
        self.context.set_default_timeout(2 * PATIENCE)
        self.complaints: list[tuple[str, str]] = []  # what kind, and where
        self.context.on("console", self.hear)
        self.context.on("response", self.answered)
        self.context.on("weberror", lambda error: self.complaints.append(("script", f"{error.error.stack}")))
        self.page = self.context.new_page()

    def hear(self, message) -> None:
        if message.type == "error":
            kind = re.search(r"status of (\d+)|net::(\w+)", message.text)
            self.complaints.append((kind[1] or kind[2] if kind else "console", f"{message.page.url}: {message.text}"))

    def answered(self, response) -> None:
        if response.status >= 400:
            self.complaints.append((str(response.status), response.url))

    def close(self, expects: frozenset[str] = frozenset()) -> None:
        """Fail on what is not expected, and where what is expected never came."""
        self.context.close()
        assert [one for one in self.complaints if one[0] not in expects] == []
        assert expects <= {kind for kind, _ in self.complaints}


PASSWORD = "correct horse battery"


def enrolled(browser: Browser, house: House, people: dict[str, tuple[str, str]]) -> dict[str, dict]:
    """New people by their names and roles: the administrator makes them, and they come in by their links."""
    admin = Watched(browser)
    log_in(admin.page, house)
    links = {who: invite(admin.page, house, f"{who}@example.com", *one) for who, one in people.items()}
    admin.close()
    states = {}
    for who, link in links.items():
        watched = Watched(browser)
        choose_password(watched.page, link, PASSWORD)
        enter(watched.page, house, f"{who}@example.com", PASSWORD)
        states[who] = watched.context.storage_state()
        watched.close()
    return states


@contextmanager
def working(browser: Browser, state: dict, *expects: str, **context) -> Iterator[Page]:
    """A browser of somebody who is in; what it may complain of is said, and has to come."""
    watched = Watched(browser, storage_state=state, **context)
    try:
        yield watched.page
    except BaseException as error:
        error.add_note(f"At {watched.page.url} the browser said: {watched.complaints}")
        watched.context.close()
        raise
    watched.close(frozenset(expects))


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page that fails its test when the browser complains, be it of a script or of the content policy."""
    watched = Watched(browser)
    yield watched.page
    watched.close()


@pytest.fixture
def look(request):
    """Keep a picture of a page under build/screenshots: look("home")."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(name: str, of: Page | None = None) -> None:
        page = of or request.getfixturevalue("page")
        page.wait_for_load_state("load")
        page.screenshot(path=PICTURES / f"{name}.png")

    return take


@pytest.fixture
def accessible(request):
    """Fail where a page shuts people out, by axe-core's rules of WCAG 2.2 A and AA."""
    source = found("axe-core", AXE) and AXE.read_text()

    def check(of: Page | None = None) -> None:
        page = of or request.getfixturevalue("page")
        page.evaluate(source)
        result = page.evaluate(f"axe.run({{runOnly: {RULES}}})")
        grave = {
            violation["id"]: [(node["html"][:160], node["failureSummary"]) for node in violation["nodes"]]
            for violation in result["violations"]
        }
        assert grave == {}, page.url

    return check
