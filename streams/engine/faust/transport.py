"""Faust's Kafka transport, with one message per poll and partition, changelogs included.

Everything here overrides private parts of Faust 0.15.3 and aiokafka 0.14.0;
`tests/streams/engine/faust/test_faust_contract.py` pins what it relies on.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from faust import Schema
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from streams.engine.faust.consumer_thread import ConsumerThread, Marks
from streams.engine.faust.ending import end_process
from streams.engine.kafka.transactions import OpenTransaction
from streams.engine.records import Poll

FETCH_S = 1.0
"""Longest wait of a fetch for records."""


SMALL_RECORDS, SMALL_BYTES = 200, 64 << 10
"""Size of a small poll."""


class Polls(NamedTuple):
    """A poll and the small ones of the same topic's other partitions that the same fetch has brought.

    To dispatch a message takes Faust some 40 µs, and to queue it as long; in a quiet stream a poll has five
    records.
    """

    poll: Poll
    others: Sequence[ConsumerMessage]


def _is_small(poll: Poll) -> bool:
    return len(poll.records) <= SMALL_RECORDS and poll.value_bytes <= SMALL_BYTES


def messages_of(event: Any) -> Iterator[tuple[ConsumerMessage, Poll]]:
    """The messages, each with its poll, that an agent gets as one event."""
    message, value = event.message, event.value
    if isinstance(value, Polls):
        yield message, value.poll
        for other in value.others:
            yield other, other.value
    else:
        yield message, value


class PollSchema(Schema):  # type: ignore[misc]  # Faust is untyped here
    """Passes polls through unchanged."""

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:
        del app
        return message.value

    def loads_key(self, app: Any, message: Any, **_: Any) -> Any:
        del app
        return message.key


class InOrder:
    """Hands polls on as they come: there is one for each partition, and nothing to take turns."""

    def iterate(self, records: Mapping[TP, Sequence[Poll]]) -> Iterator[tuple[TP, Poll]]:
        return ((tp, poll) for tp, polls in records.items() for poll in polls)


class Consumer(driver.Consumer):  # type: ignore[misc]  # Faust is untyped here
    """Yields polls; commits up to the last acked one, since polls are acked in order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheduler = InOrder()
        self.event_topics: set[str] = set()
        """Inputs of stages that have events from outside; to be filled before the start."""

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def inspect_logs(self, partitions: Iterable[TP]) -> tuple[Marks, list[OpenTransaction]]:
        """Watermarks of the partitions, and the transactions that are open there."""
        return await self._thread.inspect_logs(partitions)  # type: ignore[no-any-return]

    def is_input(self, tp: Any) -> bool:
        """True if a stage folds this partition: all but the changelogs'."""
        return tp.topic not in self.app.tables.changelog_topics

    def _to_message(self, tp: TP, record: Poll) -> ConsumerMessage:
        return ConsumerMessage(
            tp.topic,
            tp.partition,
            record.end - 1,
            record.newest_ms / 1_000,
            0,
            (),
            None,
            record,
            None,
            -1,
            -1,
            tp,
            generation_id=self.app.consumer_generation_id,
        )

    async def _drain_messages(self, fetcher: Any) -> None:
        """Dispatch each fetch to the agents as one task, cancelled when the flow is suspended.

        Faust does so with each message: four tasks, and some turns of a busy event loop before the next one.
        """
        try:
            while not (self.should_stop or fetcher.should_stop):
                await asyncio.sleep(0)
                fetched = [one async for one in self.getmany(timeout=FETCH_S)]
                if fetched:
                    await self.wait_first(self._dispatch(fetched), self.suspend_flow.wait())
        except (*self.consumer_stopped_errors, asyncio.CancelledError):
            if not self.app.should_stop:
                raise

    async def _dispatch(self, fetched: Iterable[tuple[TP, ConsumerMessage]]) -> None:
        unread = [message for tp, message in fetched if message.offset >= (self._read_offset[tp] or 0)]
        for message, others in self._together(unread):
            message.value = Polls(message.value, others) if others else message.value
            await self.callback(message)
            for one in (message, *others):
                self._read_offset[one.tp] = one.offset

    def _together(
        self, messages: Iterable[ConsumerMessage]
    ) -> Iterator[tuple[ConsumerMessage, list[ConsumerMessage]]]:
        """Messages as they are dispatched: of the small ones of an input the first, with the others."""
        small: dict[str, list[ConsumerMessage]] = {}
        for message in messages:
            if self.is_input(message.tp) and _is_small(message.value):
                small.setdefault(message.topic, []).append(message)
            else:
                yield message, []
        for first, *others in small.values():
            for message in others:
                message.incref()  # as Faust does with a message that it dispatches
            yield first, others

    async def perform_seek(self) -> None:
        """Seek to the commits, and forget one that the broker does not have: Faust would never commit below.

        It notes a commit also where the group has refused it.
        """
        await super().perform_seek()
        unknown = [tp for tp in self.assignment() if self._read_offset[tp] is None]
        for tp in unknown:
            self._committed_offset.pop(tp, None)
        confirmed = self._thread.confirmed
        if lost := {tp: confirmed[tp] for tp in unknown if tp in confirmed}:
            await self._check_ends(lost)

    async def _check_ends(self, lost: Mapping[TP, int]) -> None:
        """End the process where a log ends before a commit that the group had and has no longer.

        Brokers forget the commits of a topic that is deleted. If it is made anew, its first records have
        offsets that rows know: they would be skipped.
        """
        marks, _ = await self.inspect_logs(lost)
        for tp, mark in marks.items():
            if mark.end < lost[tp]:
                log = f"{tp.topic}/{tp.partition}"
                error = f"{log} ends at {mark.end}, and was committed up to {lost[tp]}: it was made anew."
                end_process("consumer", LookupError(error))

    async def wait_empty(self) -> None:
        """Wait for the stages to ack their polls, for half a session; what they do not ack is read again.

        Faust waits without a bound, and the wait may be a deadlock: a member that the group has removed gets
        no heartbeat answered, so its stages may not write, until this returns and it joins again.
        """
        finishing = asyncio.ensure_future(super().wait_empty())
        try:
            done, _ = await asyncio.wait({finishing}, timeout=self.app.conf.broker_session_timeout / 2)
        finally:
            if not finishing.done():
                finishing.cancel()
                self._unacked_messages.clear()  # while there are any, Faust goes on in spite of the cancel
        if done:
            finishing.result()

    def _new_offset(self, tp: TP) -> int | None:
        """Highest acked offset + 1: stages ack in order."""
        acked = self._acked[tp]
        if not acked:
            return None
        highest = max(acked)
        acked.clear()
        self._acked_index[tp].clear()
        return int(highest) + 1


class Transport(driver.Transport):  # type: ignore[misc]  # Faust is untyped here
    """Faust's aiokafka transport with our consumer."""

    Consumer = Consumer
