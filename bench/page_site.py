"""A season in a store behind a gateway, a worker that goes on, and a client that posts more of it."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec

from bench.broker import JAVA_THAT_COMPILES_ONCE, broker
from bench.contenders.steady_client import Posts
from bench.season import season_file
from bench.serving import Server, gateway_of
from bench.stream import Stream, through
from tests.end_to_end.runs import sambung_here

EVENTS_PER_S = 20


class Site(NamedTuple):
    address: str
    """Of the broker."""
    words: str
    """On the broker, as a sentence."""
    stream: Stream
    folder: Path

    @contextmanager
    def gateway(self, before: Server | None = None) -> Iterator[Server]:
        """Another one takes the port and the key of the one before."""
        with gateway_of(self.address, self.stream.database, self.folder, before) as server:
            yield server


@contextmanager
def season_site() -> Iterator[Site]:
    """With a season of 64,000 lines, and the published targets."""
    with (
        tempfile.TemporaryDirectory(prefix="sambung-bench-") as folder,
        broker(JAVA_THAT_COMPILES_ONCE) as one,
    ):
        stream = Stream(one.address, Path(folder), f"sqlite:///{folder}/sambung.db")
        with season_file() as season:
            stream.publish(season.read_bytes().splitlines())
        with stream.worker("worker"):
            asyncio.run(through(stream))
            sambung_here("targets", "load", "diy-2017", "--database", stream.database)
            yield Site(one.address, one.words, stream, Path(folder))


@contextmanager
def posting(server: Server) -> Iterator["subprocess.Popen[str]"]:
    """A client that posts events of further seasons, one by one."""
    with program("bench.contenders.steady_client") as client:
        tell(client, Posts(server.url, server.key, EVENTS_PER_S))
        yield client


@contextmanager
def program(module: str) -> Iterator["subprocess.Popen[str]"]:
    """Killed at the end."""
    command = [sys.executable, "-m", module]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def tell(process: "subprocess.Popen[str]", words: msgspec.Struct | str) -> None:
    """One line: JSON of a struct, or text as it is."""
    assert process.stdin is not None  # noqa: S101
    text = words if isinstance(words, str) else msgspec.json.encode(words).decode()
    process.stdin.write(text + "\n")
    process.stdin.flush()


def heard(process: "subprocess.Popen[str]") -> str:
    """One line."""
    assert process.stdout is not None  # noqa: S101
    return process.stdout.readline().strip()
