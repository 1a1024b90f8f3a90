"""Lines of events, read from files, onto the topics that their types name."""

from collections.abc import Callable, Iterator
from itertools import islice

import msgspec
from aiokafka import AIOKafkaProducer

from models.intake.judging import topic_of_line
from models.intake.refusal import Refusal, rejected_line
from sambung.lines import Line
from sambung.replay.own_refusals import OwnRefusals
from sambung.terminal.daemon_thread import in_daemon_thread
from streams.engine.kafka.sending import partition_of, send
from streams.engine.records import KeyValue
from streams.topics.names import REJECTED

CHUNK_LINES = 5_000
"""Lines sent and acknowledged together; fewer if they are long."""
CHUNK_BYTES = 32 << 20
LONGEST_KEY = 64
"""Most characters of an `event_id` used as a key; every valid one is shorter."""


class Head(msgspec.Struct):
    """The part of a line that decides its partition."""

    event_id: str


_head = msgspec.json.Decoder(Head).decode


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
