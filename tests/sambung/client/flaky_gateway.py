"""A gateway of another make, written from the contract of `POST /v1/events` alone, that fails at random.

It keeps what it accepted in memory. What it knows of events is only what a test needs: a place that starts
with `99` is unknown, and a line that is no JSON is refused on its own.
"""

import gzip
import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpx

MOST_EVENTS = 1_000
MOST_BYTES = 5 * 1024 * 1024
TOKEN = "sb_" + "k" * 43


@dataclass
class Gateway:
    """What it has, and how it answers."""

    port: int = 0
    fault: Callable[[], str] = lambda: ""
    """What goes wrong with the next request: a status, `cut`, `cut-late`, `hang`, `hang-late`, `hotel`."""
    events: dict[tuple[str, str, int], bytes] = field(default_factory=dict)
    """Bytes by type, id and revision."""
    requests: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Number of events and headers of each."""
    paths: list[str] = field(default_factory=list)
    copies: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """How often each was accepted with the same bytes."""
    differing: int = 0
    """How often other bytes came under an id and revision that it had."""
    retry_after: str = "0"
    poison: bytes = b""
    """A request with it ends in status 500."""
    hangs_above: int = MOST_EVENTS
    """Events of a request that the line can carry."""
    seconds_a_request: float = 0.0
    keyless: bool = False
    """It cannot take national ids."""
    retry: bool = False
    """What a refusal says."""
    fingerprint: str = "0" * 16
    released: threading.Event = field(default_factory=threading.Event)
    """Ends whatever hangs."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    upstream: str = ""
    """URL of a real gateway, that answers in place of this one where nothing goes wrong."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def take(self, line: bytes, index: int) -> dict[str, Any]:
        try:
            event = json.loads(line)
        except ValueError:
            return refusal(index, None, "not_json", "Not JSON.")
        if event["place"].startswith("99"):
            return refusal(index, event["event_id"], "unknown_place", "No such place.") | {
                "retry": self.retry
            }
        key = (event["type"], event["event_id"], event.get("revision", 0))
        with self.lock:
            self.differing += self.events.setdefault(key, line) != line
            self.copies[key] += 1
        return {"index": index, "event_id": key[1], "revision": key[2], "result": "accepted"}


def refusal(index: int, event_id: str | None, reason: str, message: str) -> dict[str, Any]:
    errors = [{"pointer": "", "message": message}]
    named = {"index": index, "event_id": event_id, "revision": 0, "result": "refused"}
    return named | {"reason": reason, "retry": False, "errors": errors}


@contextmanager
def running(gateway: Gateway) -> Iterator[Gateway]:
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", gateway.port), handler)
    server.daemon_threads = True
    server.block_on_close = False
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        gateway.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def at_random(seed: int, share: float, faults: tuple[str, ...]) -> Callable[[], str]:
    dice, lock = random.Random(seed), threading.Lock()

    def fault() -> str:
        with lock:
            return dice.choice(faults) if dice.random() < share else ""

    return fault


def in_turn(*faults: str) -> Callable[[], str]:
    """These one after the other, then none."""
    left = iter(faults)
    return lambda: next(left, "")


class _Handler(BaseHTTPRequestHandler):
    gateway: ClassVar[Gateway]
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.gateway.paths.append(self.path)
        if self.path == "/v1/person-key":
            self.answer(200, {"fingerprint": self.gateway.fingerprint})
            return
        kind, event_id = self.path.split("/")[-2:]
        found = sorted(
            revision for type_, id_, revision in self.gateway.events if (type_, id_) == (kind, event_id)
        )
        standing = {"revision": found[-1], "content_sha256": "unknown"} if found else None
        self.answer(200 if found else 404, {"standing": standing})

    def do_POST(self) -> None:
        self.gateway.paths.append(self.path)
        fault = self.gateway.fault()
        if fault == "cut":
            return self.cut()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        lines = [line for line in body.split(b"\n") if line.strip()]
        self.gateway.requests.append((len(lines), dict(self.headers.items())))
        time.sleep(self.gateway.seconds_a_request)
        if fault == "hang" or len(lines) > self.gateway.hangs_above:
            self.gateway.released.wait(60)
            return self.cut()
        return self.answer_to(lines, body, fault)

    def answer_to(self, lines: list[bytes], body: bytes, fault: str) -> None:  # noqa: PLR0911  one per fault
        if self.gateway.upstream and not fault.isdigit() and fault != "hotel":
            return self.relay(body, fault)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, {"detail": "unknown key"})
        if self.gateway.poison and self.gateway.poison in body:
            fault = "500"
        if self.gateway.keyless and b'"nik"' in body:
            return self.answer(503, {"reason": "no_person_key", "detail": "no key for national ids"})
        if fault.isdigit():
            return self.answer(int(fault), {"detail": f"as asked: {fault}"})
        if fault == "hotel":
            return self.answer(200, {"welcome": "room number?"})
        if len(lines) > MOST_EVENTS or len(body) > MOST_BYTES:
            return self.answer(413, {"detail": "at most 1,000 events and 5 MiB"})
        return self.take(lines, fault)

    def relay(self, body: bytes, fault: str) -> None:
        """What the real gateway answers, unless the connection breaks once it has answered."""
        names = ("Authorization", "Content-Type", "Accept-Language")
        headers = {name: self.headers[name] for name in names}
        answer = httpx.post(f"{self.gateway.upstream}{self.path}", headers=headers, content=body, timeout=30)
        if fault == "hang-late":
            self.gateway.released.wait(60)
        if fault in {"cut-late", "hang-late"}:
            return self.cut()
        return self.answer(answer.status_code, answer.json())

    def take(self, lines: list[bytes], fault: str) -> None:
        results = [self.gateway.take(line, index) for index, line in enumerate(lines)]
        if fault == "hang-late":
            self.gateway.released.wait(60)
        if fault in {"cut-late", "hang-late"}:
            return self.cut()
        refused = sum(one["result"] == "refused" for one in results)
        accepted = len(results) - refused
        status = 200 if not refused else 207 if accepted else 422
        return self.answer(
            status, {"accepted": accepted, "refused": refused, "warnings": 0, "results": results}
        )

    def answer(self, status: int, content: object) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in {429, 503}:
            self.send_header("Retry-After", self.gateway.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        pass
