"""An office as one runs it, and field teams that send to it and note what was acknowledged."""

import http.client
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.builders import Event, line
from tests.end_to_end.runs import alive, descendants, sambung_here, started, until
from tests.services.ports import free_port

SCOPES: Final = ("publish:enrollment", "publish:outreach-event", "publish:inspection")
READY_S: Final = 60.0
ANSWER_S: Final = 20.0


class Office:
    """`sambung up` in a folder; killed and started again at will."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.said = folder.with_name(f"{folder.name}.txt")
        """What it said on its standard error, of all its starts."""
        self.database = f"sqlite:///{folder}/sambung.db"

    @contextmanager
    def running(self, *options: str) -> "Iterator[int]":
        """Its process id; all its processes are killed at the end."""
        arguments = ("up", "--dir", str(self.folder), "--port", str(self.port), *options)
        with started(*arguments, log=self.said) as process:
            processes = [process.pid]
            try:
                yield process.pid
                processes = self.processes(process.pid)
            finally:
                kill(processes)

    def processes(self, pid: int) -> list[int]:
        return [pid, *descendants(pid)]

    def wait_until_ready(self) -> None:
        until(lambda: self.get("/healthz") == 200, "ready", READY_S)

    def get(self, path: str) -> int:
        """Status of the answer; 0 for none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        try:
            connection.request("GET", path)
            with connection.getresponse() as response:
                return response.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def post(self, token: str, event: Event) -> tuple[int, Any]:
        """Status and answer; 0 and nothing without one."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_S)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", "/v1/events", line(event), headers)
            with connection.getresponse() as response:
                return response.status, json.loads(response.read())
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()

    def words(self) -> str:
        """What it said, its lines joined."""
        return " ".join(self.said.read_text().split())

    def key(self, name: str = "team") -> str:
        scopes = [option for scope in SCOPES for option in ("--scope", scope)]
        created = sambung_here("keys", "create", name, *scopes, "--database", self.database)
        assert created.returncode == 0, created.stderr
        return str(created.stdout).strip()


def program_of(pid: int) -> str:
    """Its command line; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except FileNotFoundError:
        return ""


def kill(processes: list[int]) -> None:
    """`kill -9` of all, and wait until they are gone."""
    for pid in processes:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(alive, processes)), "gone")
