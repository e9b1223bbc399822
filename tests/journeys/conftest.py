import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.database import ROOT
from tests.journeys.house import House, started

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = ROOT / "build" / "screenshots"
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
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with started(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page that fails its test when the browser complains, be it of a script or of the content policy."""
    context = browser.new_context(viewport={"width": 1360, "height": 860})
    page = context.new_page()
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(f"{page.url}: {message.text}"))
    page.on(
        "response", lambda response: response.status >= 400 and complaints.append(f"{response.status} {response.url}")
    )
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error.stack or error}"))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def look(page):
    """Keep a picture of the page under build/screenshots: look("home")."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        page.wait_for_load_state("load")
        page.screenshot(path=PICTURES / f"{name}.png")

    return take


@pytest.fixture
def accessible(page):
    """Fail where the page shuts people out, by axe-core's rules of WCAG 2.1 A and AA."""
    source = found("axe-core", AXE) and AXE.read_text()

    def check() -> None:
        page.evaluate(source)
        result = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")
        grave = {
            violation["id"]: [(node["html"][:160], node["failureSummary"]) for node in violation["nodes"]]
            for violation in result["violations"]
        }
        assert grave == {}, page.url

    return check
