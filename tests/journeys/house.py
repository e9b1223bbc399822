"""The house as a new user finds it: started with the one command, and entered with what that printed."""

import fcntl
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from playwright.sync_api import Locator, Page, expect

from tests.database import FOLDER, ROOT
from tests.vital.test_up import LOCAL, free_port, start_up, welcome
from vital.local import cluster


class House(NamedTuple):
    address: str
    password: str
    data: Path


@contextmanager
def started(folder: Path) -> Iterator[House]:
    """Everything, started with what a new user's first start has made; what that printed is all that the user knows."""
    made, password = first_start()
    data = folder / "data"
    subprocess.run(["cp", "-a", made, data], check=True)  # the database's files keep their owner
    process = start_up(free_port(), data)
    yield House(re.search(r"(http://\S+)/", welcome(process))[1], password, data)
    stopped(process)


def first_start() -> tuple[Path, str]:
    """What a new user's first start leaves in its folder, and the password it told; once for all houses of a run."""
    made = Path(os.environ[FOLDER]) / "house"
    kept = made.with_name("house.password")
    with made.with_name("house.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be at it
        if not kept.exists():
            process = start_up(free_port(), made)
            password = re.search(r"Password  (\S+)", welcome(process))[1]
            stopped(process)
            kept.write_text(password)
    return made, kept.read_text()


def stopped(process: subprocess.Popen) -> None:
    """Stop it as Ctrl-C does; fail with its last words where it had stopped by itself."""
    process.send_signal(signal.SIGINT)
    process.wait()
    with process.stdout as words:
        assert words.read().strip().endswith("Stopped."), "The house did not last until the end of the journeys."


def log_in(page: Page, house: House) -> None:
    enter(page, house, "admin@example.com", house.password)
    expect(page.locator(".vital-card").first).to_be_visible()


def enter(page: Page, house: House, email: str, password: str) -> None:
    page.goto(house.address)
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#nav-sidebar-inner")).to_be_visible()


def invite(page: Page, house: House, email: str, name: str, role: str = "analyst") -> str:
    """Somebody is made under People; gives the link to enter with, once."""
    page.goto(f"{house.address}/admin/tenancy/membership/add/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Role").select_option(role)
    page.get_by_role("button", name="Save", exact=True).click()
    return page.locator("code").inner_text()


def choose_password(page: Page, link: str, password: str) -> None:
    page.goto(link)
    page.get_by_label("New password", exact=False).first.fill(password)
    page.get_by_label("confirmation").fill(password)
    page.get_by_role("button", name="Save").click()


def searched(page: Page, name: str) -> Locator:
    """A list that is searched by typing, once the page's script has made it of a plain one."""
    return page.get_by_role("combobox", name=name).and_(page.locator("input"))


def manage(house: House, *command: str) -> str:
    """What a command of manage.py says, in this house."""
    environment = {name: value for name, value in os.environ.items() if name not in LOCAL}
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment | {"DATA_DIR": str(house.data)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@contextmanager
def database(house: House, login: str, tenant: str = "pharma") -> Iterator[psycopg.Connection]:
    """One transaction in the database of the house, for a tenant, as somebody who logs in there."""
    with psycopg.connect(cluster(house.data).url(login)) as connection:
        [found] = connection.execute("SELECT id FROM tenants WHERE slug = %s", [tenant]).fetchone()
        connection.execute("SELECT set_config('request.jwt.claim.tenant_id', %s, true)", [str(found)])
        yield connection
