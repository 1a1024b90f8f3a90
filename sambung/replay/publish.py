"""Lines of events, read from files, onto the topics that their types name."""

import gzip
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

import msgspec
from aiokafka import AIOKafkaProducer

from models.intake.judging import topic_of_line
from models.intake.refusal import Refusal, rejected_line
from sambung.replay.own_refusals import OwnRefusals
from sambung.terminal.daemon_thread import in_daemon_thread
from sambung.terminal.exits import Exit, Failed
from streams.engine.kafka.sending import partition_of, send
from streams.engine.records import KeyValue
from streams.topics.names import REJECTED

STDIN = 0
CHUNK_LINES = 5_000
"""Lines sent and acknowledged together; fewer if they are long."""
CHUNK_BYTES = 32 << 20
LONGEST_KEY = 64
"""Most characters of an `event_id` used as a key; every valid one is shorter."""


class Head(msgspec.Struct):
    """The part of a line that decides its partition."""

    event_id: str


_head = msgspec.json.Decoder(Head).decode


class Line(NamedTuple):
    file: str
    number: int
    """From 1."""
    text: bytes


def lines_of(path: str) -> Iterator[Line]:
    """Lines of a file (`.gz` too; `-` is standard input) without blank ones and line ends."""
    with _opened(path) as file:
        for number, text in enumerate(file, start=1):
            stripped = text.rstrip(b"\r\n")
            if stripped.strip():
                yield Line(path, number, stripped)


def _opened(path: str) -> IO[bytes] | gzip.GzipFile:
    if path == "-":
        return os.fdopen(STDIN, "rb", closefd=False)  # sys.stdin is locked while a read waits
    if path.endswith(".gz"):
        return gzip.open(path, "rb")
    return Path(path).open("rb")


class Lines(Iterator[Line]):
    """Lines of several files; a damaged one ends them and leaves the error in `damage`."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self._lines = self._all()
        self.damage: Failed | None = None

    @property
    def named(self) -> str:
        first = "standard input" if self._files[0] == "-" else self._files[0]
        return first if len(self._files) == 1 else f"{first} and {len(self._files) - 1} more"

    def __next__(self) -> Line:
        return next(self._lines)

    def _all(self) -> Iterator[Line]:
        for file in self._files:
            last = 0
            try:
                for line in lines_of(file):
                    last = line.number
                    yield line
            except (OSError, EOFError, zlib.error) as error:
                self.damage = Failed(Exit.WRONG_USE, _sentence(file, last, error))
                return


def _sentence(file: str, last: int, error: Exception) -> str:
    return (
        f"{file} cannot be read beyond line {last:,} ({error}). The lines before it are in the store. Get "
        "the file anew and run the same command again: nothing is counted twice."
    )


class Publisher:
    """Sends lines in chunks; a line goes to the partition of its event's id.

    Parameters
    ----------
    producer: started.
    partitions: of every topic.
    sent: called after each acknowledged chunk with the number of its lines.
    refusals: is given the positions of lines, and the reasons of lines that name no topic.
    """

    def __init__(
        self,
        producer: AIOKafkaProducer,
        partitions: int,
        sent: Callable[[int], None],
        refusals: OwnRefusals | None = None,
    ) -> None:
        self._producer = producer
        self._partitions = partitions
        self._sent = sent
        self._refusals = refusals or OwnRefusals()

    async def publish(self, lines: Iterator[Line]) -> int:
        """Send every line and return their number.

        They are read in a thread, so that a slow source blocks nothing else.
        """
        total = 0
        while chunk := await in_daemon_thread(lambda: list(_chunk(lines))):
            total += len(chunk)
            await self._send(chunk)
            self._sent(len(chunk))
        return total

    async def _send(self, chunk: list[Line]) -> None:
        records: dict[tuple[str, int], list[KeyValue]] = {}
        for line in chunk:
            topic, key, value = self._addressed(line)
            records.setdefault((topic, partition_of(key, self._partitions)), []).append((key, value, ()))
        await send(self._producer, records, self._refusals.record_sent)

    def _addressed(self, line: Line) -> tuple[str, bytes, bytes]:
        """Topic, key and value of a line; if it names no topic, its record for `rejected`."""
        topic = topic_of_line(line.text)
        if isinstance(topic, Refusal):
            self._refusals.record_without_topic(topic.reason)
            key = f"{line.file}:{line.number}".encode(errors="backslashreplace")
            return REJECTED, key, rejected_line(topic, *line)
        return topic, event_key(line.text), line.text


def _chunk(lines: Iterator[Line]) -> Iterator[Line]:
    size = 0
    for line in islice(lines, CHUNK_LINES):
        yield line
        size += len(line.text)
        if size >= CHUNK_BYTES:
            return


def event_key(text: bytes) -> bytes:
    """The event's id as the record's key; empty if there is none, which refuses the record."""
    try:
        event_id = _head(text).event_id
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return b""
    return event_id.encode(errors="replace") if len(event_id) <= LONGEST_KEY else b""
