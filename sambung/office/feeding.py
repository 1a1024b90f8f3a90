"""From the journal onto the broker, and cuts, by which the journal is let go."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import structlog

from api.journal.reader import JournalReader, Numbered, OnDamage
from api.journal.segments import settle, settled_in
from sinks.own_thread import OwnThread
from streams.attribution.origin import ORIGIN
from streams.engine.kafka.sending import partition_of
from streams.engine.records import KeyValue, Records
from streams.topics.names import REJECTED

log = structlog.get_logger()

IDLE_S: Final = 0.03
"""Pause before the next look into a journal that has nothing new."""
CUT_S: Final = 2.0
"""Pause between two cuts."""


class Ports(NamedTuple):
    """What feeding needs of the stream."""

    partitions: int
    """Of every topic."""
    send: Callable[[Records], Awaitable[object]]
    """Returns when the broker has them."""
    store_refused: Callable[[list[bytes]], Awaitable[object]]
    """Returns when the store has these records of `rejected`."""
    drained: Callable[[], Awaitable[None]]
    """Returns when the store has all that follows from what was sent until now."""


class Feeder:
    """Feeds a journal from its last cut on, as it grows."""

    def __init__(self, journal: Path, ports: Ports, on_damage: OnDamage) -> None:
        self._journal = journal
        self._ports = ports
        self._settled = settled_in(journal)
        self._reader = JournalReader(journal, self._settled, on_damage)
        self._thread = OwnThread("journal")
        self._fed = self._settled or 0
        """Number of the last record that the broker or the store has."""

    async def run(self) -> None:
        """Never returns. Raises JournalDamage, and what the ports raise."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._feed())
            group.create_task(self._cut())

    async def _feed(self) -> None:
        while True:
            found = await self._thread.run(self._reader.read)
            if not found:
                await asyncio.sleep(IDLE_S)
                continue
            events, refused = addressed(found, self._ports.partitions)
            if refused:
                await self._ports.store_refused(refused)
            if events:
                await self._ports.send(events)
            self._fed = found[-1].number

    async def _cut(self) -> None:
        while True:
            await asyncio.sleep(CUT_S)
            fed = self._fed
            if fed > (self._settled or 0):
                await self._ports.drained()
                await self._settle(fed)

    async def _settle(self, fed: int) -> None:
        try:
            await self._thread.run(partial(settle, self._journal, fed))
        except OSError as error:  # the disk is full, for example: the journal is only kept for longer
            log.warning("journal_not_settled", error=error.strerror)
        else:
            self._settled = fed


def addressed(found: list[Numbered], partitions: int) -> tuple[Records, list[bytes]]:
    """Events by topic and partition, and the values of records that the gateway refused.

    An event's number in the journal is its position for ever, whatever broker it is fed to: refused as a
    conflict by two of them, it is one row of `rejected`.
    """
    events: dict[tuple[str, int], list[KeyValue]] = {}
    refused: list[bytes] = []
    for number, record in found:
        if record.topic == REJECTED:
            refused.append(record.value)
            continue
        partition = partition_of(record.key, partitions)
        position = (ORIGIN, f"{record.topic}/{partition}/{number}".encode())
        events.setdefault((record.topic, partition), []).append(
            (record.key, record.value, (*record.headers, position))
        )
    return events, refused
