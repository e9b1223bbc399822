"""A headless Chromium of this machine, which makes PDFs and pictures of pages that need nothing but themselves."""

import os
import re
import shlex
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LONGEST = 45  # seconds that a page may take
FLAGS = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking", "--disable-breakpad",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
# Stands before all else in the page: no script runs, and nothing is fetched, be it from the network or from the disk.
# Chromium cannot switch scripts off by a flag here: it prints with a script of its own.
GUARD = (
    '<head><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'\">"
)
MISSING = (
    "There is no Chromium on this machine. Install it (on Debian and Ubuntu: apt-get install chromium), or name "
    "the program in the setting CHROMIUM. Without it, print from the browser and choose «Save as PDF»."
)
BUSY = "Another file is being made right now. Wait a few seconds, and ask again."
STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
WHOLE = {".pdf": (b"%PDF", b"%%EOF"), ".png": (b"\x89PNG", b"IEND")}  # how a file begins, and what stands at its end
turn = Lock()  # one at a time in a process: each takes a processor and some 200 MB


class Unable(Exception):  # noqa: N818 — it is no mistake of ours
    """No file could be made; it says why, and what to do."""


def present() -> list[str]:
    """The program with its options, as CHROMIUM or the usual names give it; nothing where there is none."""
    try:
        name, *options = shlex.split(settings.CHROMIUM) or [None]
    except ValueError:  # a quote that is not closed
        return []
    found = next(filter(None, map(shutil.which, [name] if name else NAMES)), None)
    return [found, *options] if found else []


def pdf(html: str, *, wait: bool = True) -> bytes:
    """The page on paper, with an outline of its headings; its own styles say how large the paper is."""
    return made(html, "--print-to-pdf=made.pdf", "--no-pdf-header-footer", "--generate-pdf-document-outline", wait=wait)


def png(html: str, width: int, height: int, *, wait: bool = True) -> bytes:
    """The page as a picture of so many pixels."""
    return made(
        html, "--screenshot=made.png", f"--window-size={width},{height}", "--force-device-scale-factor=1", wait=wait
    )


def made(html: str, output: str, *options: str, wait: bool) -> bytes:
    """What Chromium makes of a page, in a folder of its own that is gone afterwards."""
    if not (program := present()):
        raise Unable(MISSING)
    if not turn.acquire(blocking=wait):
        raise Unable(BUSY)
    try:
        with TemporaryDirectory(prefix="vital-paper-", ignore_cleanup_errors=True) as folder:
            page, file = Path(folder, "page.html"), Path(folder, output.partition("=")[2])
            page.write_text(inlined(html), encoding="utf-8")
            told = [*FLAGS, *options, f"--user-data-dir={folder}/profile", output, page.as_uri()]
            run([*program, *told], Path(folder))
            made = file.read_bytes() if file.exists() else b""
            begins, ends = WHOLE[file.suffix]
            if not made.startswith(begins) or ends not in made[-20:]:
                raise Unable(f"Chromium made no whole file. {last_words(Path(folder))}")
            return made
    finally:
        turn.release()


def run(command: list[str], folder: Path) -> None:
    """Let it work in its folder: it knows nothing of our environment, and nothing of it outlives its time."""
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"}
    if os.geteuid() == 0:
        command = [command[0], "--no-sandbox", *command[1:]]  # as root it does not start with one
    with (folder / "log").open("wb") as log:
        try:
            process = subprocess.Popen(  # noqa: S603 — no shell, and nothing of the page is in the command
                command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        except OSError as why:
            raise Unable(f"{command[0]} cannot be run: {why.strerror}. Name another program in CHROMIUM.") from None
        try:
            process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            raise Unable(
                f"Chromium did not finish within {LONGEST} seconds. Try again when less is going on."
            ) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def last_words(folder: Path) -> str:
    lines = (folder / "log").read_text(errors="replace").splitlines()
    said = [line for line in lines if line.strip() and "dbus" not in line]  # it misses a desktop, and need not
    return f"The last that it said: {said[-1] if said else 'nothing'}. Try again, or print from the browser."


def inlined(html: str) -> str:
    """The page with its style sheets in it, guarded, and with links that lead to the site from anywhere."""
    html = STYLE.sub(lambda found: f"<style>{sheet(found[1])}</style>", html)
    return html.replace("<head>", GUARD, 1).replace('href="/', f'href="{settings.PUBLIC_URL}/')


def sheet(address: str) -> str:
    """A style sheet of ours, whether collected or where it was written."""
    name = address.removeprefix(staticfiles_storage.base_url)
    if found := finders.find(name):
        return Path(found).read_text(encoding="utf-8")
    with staticfiles_storage.open(name) as file:
        return file.read().decode()
