"""PostgreSQL for tests: a server of its own on loopback, from Debian's packages, that can be killed.

It refuses to run as root, so where the tests do, it runs as the user `postgres` that the package brings.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final

from sambung.stores.lock_backends import FOLLOWERS
from tests.services.missing import need
from tests.services.ports import free_port
from tests.services.server import Server

PROGRAMS: Final = Path("/usr/lib/postgresql/15/bin")
UP_S: Final = 30.0
GONE_S: Final = 30.0
END_LOCK_HOLDERS: Final = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks "
    f"WHERE locktype = 'advisory' AND classid = {FOLLOWERS}"
)
"""Statement that ends the connections that hold a store, and waits until they have ended.

Transactions that write have an advisory lock as well; they go on.
"""
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # the machine does not lose its power in a test; kill -9 needs no fsync
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
    "timezone": "Asia/Jakarta",  # what is stored must not depend on it
}


class Postgres(Server):
    """One server; its data outlive its process.

    Parameters
    ----------
    folder: of its own, owned by the user that runs it.
    user: whom it runs as; None for whoever runs the tests.
    """

    stop_signal = signal.SIGINT  # at SIGTERM it waits for its clients
    stops_s = 10.0

    def __init__(self, folder: Path, user: str | None) -> None:
        super().__init__()
        self._folder = folder
        self._user = user
        self._port = free_port()
        self._databases = 0
        self._run("initdb", "-A", "trust", "-U", "sambung", "-E", "UTF8", "--no-locale", "-D", self._data)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        settings = [f"-c{key}={value}" for key, value in (SETTINGS | {"port": str(self._port)}).items()]
        with (self._folder / "server.log").open("ab") as log:
            command = [str(PROGRAMS / "postgres"), "-D", self._data, *settings]
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, user=self._user, cwd=self._folder
            )
        deadline = monotonic() + UP_S
        while subprocess.run(self._ready(), capture_output=True, check=False).returncode != 0:
            assert monotonic() < deadline, (self._folder / "server.log").read_text()
            sleep(0.05)

    def kill(self) -> None:
        """`kill -9` of the server; each of its sessions goes on until it notices, which is waited for."""
        sessions = self._children()
        super().kill()
        deadline = monotonic() + GONE_S
        while any(map(_runs, sessions)):
            assert monotonic() < deadline, f"sessions outlive their server: {sessions}"
            sleep(0.02)

    def _children(self) -> list[str]:
        if self._process is None:
            return []
        pid = self._process.pid
        try:
            return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:  # it has ended, or this system has no such file
            return []

    def new_database(self, like: str = "/template1") -> str:
        """URL of an empty one, or of a copy of that with a URL like this, to which nobody is connected."""
        self._databases += 1
        name, template = f"store_{self._databases}", like.rpartition("/")[2]
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "sambung", "-T", template, name)
        return f"postgresql://sambung@127.0.0.1:{self._port}/{name}"

    def _ready(self) -> list[str]:
        return [str(PROGRAMS / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self._port)]

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(PROGRAMS / program), *arguments]
        done = subprocess.run(command, capture_output=True, check=False, user=self._user, cwd=self._folder)
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A new server, up; stopped and removed at the end. Skips, or fails in CI, where it cannot be had."""
    need(
        (PROGRAMS / "initdb").exists(),
        "PostgreSQL 15 is not installed (Debian: apt install postgresql-15)",
    )
    folder = Path(tempfile.mkdtemp(prefix="sambung-postgres-"))
    user = "postgres" if os.getuid() == 0 else None
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    server = Postgres(folder, user)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _runs(pid: str) -> bool:
    """Whether a process is there, and not only its exit code that nobody has asked for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
