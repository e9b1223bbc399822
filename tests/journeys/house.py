"""The house as a new user finds it: started with the one command, and entered with what that printed."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, expect

from tests.vital.test_up import free_port, start_up, welcome


class House(NamedTuple):
    address: str
    password: str


@contextmanager
def started(folder: Path) -> Iterator[House]:
    """Everything, started as a new user starts it; what it prints is all that the user knows."""
    process = start_up(free_port(), folder / "data")
    told = welcome(process)
    yield House(re.search(r"(http://\S+)/", told)[1], re.search(r"Password  (\S+)", told)[1])
    process.send_signal(signal.SIGINT)
    process.wait()
    process.stdout.close()


def log_in(page: Page, house: House) -> None:
    page.goto(house.address)
    page.get_by_label("E-mail").fill("admin@example.com")
    page.get_by_label("Password").fill(house.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".vital-card").first).to_be_visible()
