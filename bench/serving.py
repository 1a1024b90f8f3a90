"""Gateways under load: ours and the naive one, each as a process on a free port with topics of its own."""

import asyncio
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from aiokafka import TopicPartition

from bench.stream import Stream
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.watermarks import end_offsets
from streams.topics.names import PUBLIC_INPUTS
from tests.end_to_end.runs import sambung
from tests.services.ports import free_port

READY_S = 120.0
PARTITIONS = 4
SCOPES = ("publish:enrollment", "publish:outreach-event", "publish:inspection", "read:counts")


class Server(NamedTuple):
    url: str
    key: str
    word: str
    """In its command line alone."""
    address: str
    """Of its broker."""
    database: str = ""

    def records(self) -> int:
        """Records in the topics of events."""
        logs = [TopicPartition(topic, number) for topic in PUBLIC_INPUTS for number in range(PARTITIONS)]
        return sum(asyncio.run(end_offsets(Connection(self.address), logs)).values())


@contextmanager
def own(address: str, folder: Path) -> Iterator[Server]:
    """Ours, with a new stream and store."""
    database = f"sqlite:///{folder}/{uuid4().hex}.db"
    Stream(address, folder, database)
    with gateway_of(address, database, folder) as server:
        yield server


@contextmanager
def gateway_of(address: str, database: str, folder: Path, before: Server | None = None) -> Iterator[Server]:
    """Ours, of a stream that there is; with the port and the key of one that was there before."""
    token = before.key if before else _new_key(database)
    port = urlsplit(before.url).port if before else free_port()
    command = ["-m", "sambung", "serve", f"--broker={address}", f"--database={database}", f"--port={port}"]
    with _served(command, {"SAMBUNG_GATEWAY_REQUESTS_PER_MINUTE": "0"}, int(port or 0), "/readyz", folder):
        yield Server(f"http://127.0.0.1:{port}", token, "serve", address, database)


def _new_key(database: str) -> str:
    scopes = [f"--scope={one}" for one in SCOPES]
    made = sambung("keys", "create", "bench", f"--database={database}", *scopes)
    if made.returncode:
        raise RuntimeError(made.stderr)
    return made.stdout.strip()


@contextmanager
def naive(address: str, folder: Path) -> Iterator[Server]:
    port = free_port()
    command = [
        "-m",
        "uvicorn",
        "bench.contenders.naive_gateway:app",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    with _served(command, {"BENCH_BROKER": address}, port, "/openapi.json", folder):
        yield Server(f"http://127.0.0.1:{port}", "none", "uvicorn", address)


@contextmanager
def _served(
    command: Sequence[str], environment: Mapping[str, str], port: int, ready: str, folder: Path
) -> Iterator[None]:
    """Run a server until the end of the block; from when it is ready."""
    with (folder / f"{uuid4().hex}.log").open("w+b") as log:
        process = subprocess.Popen(  # noqa: S603  not user input
            [sys.executable, *command], env=os.environ | environment, stdout=log, stderr=log
        )
        try:
            _wait(process, f"http://127.0.0.1:{port}{ready}", lambda: Path(log.name).read_text())
            yield
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: "subprocess.Popen[bytes]", url: str, words: Callable[[], str]) -> None:
    deadline = monotonic() + READY_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  loopback
                return
        except OSError:  # urllib's errors are such
            if process.poll() is not None or monotonic() > deadline:
                raise RuntimeError(f"It did not become ready:\n{words()}") from None
            sleep(0.05)
