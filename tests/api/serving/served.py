"""A gateway as its own process, with the journal of office mode for a broker, and raw connections to it."""

import os
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Final, NamedTuple

import httpx

from sinks.store import open_store
from tests.api.gateways import bearer, gateway_of_store, key
from tests.services.ports import free_port
from tests.warm import Module

START_S: Final = 20.0


class Served(NamedTuple):
    port: int
    process: "subprocess.Popen[bytes]"
    token: str
    log: Path
    folder: Path
    trusted: ssl.SSLContext | bool
    """For HTTPS."""

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, body: bytes, **headers: str) -> httpx.Response:
        given = {"content-type": "application/x-ndjson", "accept-language": "en"} | bearer(self.token)
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.post(f"{self.url}/v1/events", content=body, headers=given, timeout=30)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def head(self, *lines: str) -> bytes:
        """The beginning of a POST in HTTP/1.1, with further lines of headers."""
        given = (f"Authorization: Bearer {self.token}", "Content-Type: application/x-ndjson", *lines)
        return "\r\n".join(("POST /v1/events HTTP/1.1", "Host: gateway", *given, "", "")).encode()

    def resident_mib(self) -> float:
        """Memory of the process."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024


@contextmanager
def served(
    folder: Path, *, settings: Mapping[str, str] | None = None, trusted: str | None = None
) -> Iterator[Served]:
    """With `trusted`, the certificate of an authority, it is asked by HTTPS."""
    database = f"sqlite:///{folder}/sambung.db"
    open_store(database).dispose()
    token = key(gateway_of_store(database), "app")
    port = free_port()
    command = ("sambung", "serve", "--journal", str(folder / "journal"))
    log = folder / "gateway.log"
    with log.open("wb") as written:
        process = Module(
            *(*command, "--database", database, "--port", str(port)),
            stderr=written,
            env=os.environ | {"SAMBUNG_LOG": "json"} | (settings or {}),
        )
    try:
        context = ssl.create_default_context(cafile=trusted) if trusted else True
        wait_until_alive(f"http{'s' if trusted else ''}://127.0.0.1:{port}/healthz", process, trusted=context)
        yield Served(port, process, token, log, folder, context)
    finally:
        process.terminate()
        process.wait(20)


def wait_until_alive(url: str, process: "subprocess.Popen[bytes]", *, trusted: ssl.SSLContext | bool) -> None:
    deadline = monotonic() + START_S
    while monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, verify=trusted).is_success:
                return
        except httpx.TransportError:
            sleep(0.05)
    raise AssertionError("the gateway did not start")


def answer_to(connection: socket.socket) -> bytes:
    """What comes until the end of the connection or of the first answer's headers."""
    received = b""
    while b"\r\n\r\n" not in received:
        try:
            part = connection.recv(65_536)
        except ConnectionResetError:
            return received
        if not part:
            return received
        received += part
    return received
