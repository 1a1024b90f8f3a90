"""Sending for several stages at once: requests, batches, offsets, order and errors."""

import asyncio
import gc
import weakref
from collections import Counter, defaultdict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.admin import NewTopic
from aiokafka.errors import MessageSizeTooLargeError, NodeNotReadyError, NotLeaderForPartitionError
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.structs import TopicPartition

from streams.engine.faust.kafka_ports import records_between
from streams.engine.kafka.connection import Connection
from streams.engine.kafka.runs import BATCH_BYTES, Target
from streams.engine.kafka.shared_sender import SharedSender
from streams.engine.records import KeyValue, Records, Span
from tests.clients import admin_of
from tests.services.brokers import Brokers

TOPIC = "sent"
A: Target = ("a", 0)
B: Target = ("b", 0)


class Leader:
    """A client whose one broker keeps the batches' keys, and answers after some turns of the loop.

    Parameters
    ----------
    errors: for the next requests, in order: an error code for each of its partitions, or an exception.
    """

    def __init__(self, *errors: int | Exception) -> None:
        self.log: defaultdict[Target, list[bytes]] = defaultdict(list)
        self.requests: list[list[Target]] = []
        self._errors = list(errors)
        self._under_way: Counter[Target] = Counter()
        self.cluster = SimpleNamespace(leader_for_partition=lambda _: 1)

    def force_metadata_update(self) -> None:
        """Nothing is cached."""

    async def send(self, _leader: int, request: Any) -> Any:
        batches = {(topic, number): raw for topic, parts in request._topics for number, raw in parts}
        self.requests.append(list(batches))
        self._under_way.update(batches.keys())
        assert max(self._under_way.values()) == 1, "two batches of one partition are under way"
        error = self._errors.pop(0) if self._errors else 0
        await asyncio.sleep(0.001)
        self._under_way.subtract(batches.keys())
        if isinstance(error, Exception):
            raise error
        return SimpleNamespace(
            topics=[(t, [(n, *self._append((t, n), raw, error))]) for (t, n), raw in batches.items()]
        )

    def _append(self, target: Target, raw: bytes, error: int) -> tuple[int, int]:
        log = self.log[target]
        offset = len(log)
        if not error:
            log += [record.key for record in DefaultRecordBatch(raw)]
        return error, offset


def sender_to(leader: Leader) -> SharedSender:
    sender = SharedSender(Connection("nowhere:1"), "test")
    sender._client = leader  # type: ignore[assignment]
    return sender


def run(*keys: bytes, value: bytes = b"v") -> list[KeyValue]:
    return [(key, value, ()) for key in keys]


def sent(leader: Leader, *calls: Records) -> list[dict[Target, Span]]:
    """Send all at once."""

    async def all_at_once() -> list[dict[Target, Span]]:
        sender = sender_to(leader)
        return await asyncio.gather(*(sender.send(call) for call in calls))

    return asyncio.run(all_at_once())


async def under_way(sender: SharedSender, records: Records) -> "asyncio.Future[dict[Target, Span]]":
    """A call whose request has been sent."""
    call = asyncio.ensure_future(sender.send(records))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return call


class Kept(list[KeyValue]):
    """A list that can be asked whether it is still there."""


def test_what_was_sent_is_freed_without_the_garbage_collector() -> None:
    """It would come by after a hundred thousand objects, and stop all stages for a fifth of a second."""
    records = Kept(run(b"k1", b"k2"))
    kept = weakref.ref(records)
    gc.disable()
    try:
        sent(Leader(), {A: records, B: run(b"k3")})
        del records
        assert kept() is None
    finally:
        gc.enable()


def test_calls_of_one_turn_share_a_request_and_a_partition_s_batch() -> None:
    leader = Leader()
    spans = sent(leader, {A: run(b"1", b"2")}, {A: run(b"3"), B: run(b"4")})
    assert leader.requests == [[A, B]]
    assert leader.log == {A: [b"1", b"2", b"3"], B: [b"4"]}
    assert spans == [{A: Span(0, 1, 2)}, {A: Span(2, 2, 1), B: Span(0, 0, 1)}]


def test_a_partition_has_one_batch_under_way_and_others_do_not_wait_for_it() -> None:
    leader = Leader()

    async def later() -> None:
        sender = sender_to(leader)
        first = await under_way(sender, {A: run(b"1")})
        await asyncio.gather(first, sender.send({A: run(b"2"), B: run(b"3")}), sender.send({A: run(b"4")}))

    asyncio.run(later())
    assert leader.requests == [[A], [B], [A]]
    assert leader.log[A] == [b"1", b"2", b"4"]


def test_a_run_that_fills_a_batch_goes_on_in_the_next_one() -> None:
    leader, large = Leader(), b"v" * (BATCH_BYTES // 3)
    keys = [b"%d" % number for number in range(5)]
    spans = sent(leader, {A: run(*keys, value=large)}, {A: run(b"after")})
    assert leader.requests == [[A], [A], [A]]
    assert leader.log[A] == [*keys, b"after"]
    assert spans == [{A: Span(0, 4, 5)}, {A: Span(5, 5, 1)}]


@pytest.mark.parametrize(
    "error", [NotLeaderForPartitionError.errno, NodeNotReadyError()], ids=["answer", "connection"]
)
def test_what_may_pass_is_sent_again_before_what_came_later(
    error: int | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.engine.kafka.shared_sender.RETRY_S", 0.01)
    leader = Leader(error)

    async def both() -> list[dict[Target, Span]]:
        sender = sender_to(leader)
        first = asyncio.ensure_future(sender.send({A: run(b"1"), B: run(b"2")}))
        await asyncio.sleep(0.005)
        return [*await asyncio.gather(first, sender.send({A: run(b"3")}))]

    assert asyncio.run(both()) == [{A: Span(0, 0, 1), B: Span(0, 0, 1)}, {A: Span(1, 1, 1)}]
    assert leader.log[A] == [b"1", b"3"]


def test_what_will_not_pass_is_raised_and_not_sent_again() -> None:
    leader = Leader(MessageSizeTooLargeError.errno)
    with pytest.raises(MessageSizeTooLargeError):
        sent(leader, {A: run(b"1")})
    assert leader.requests == [[A]]
    assert leader.log[A] == []


def test_who_gave_up_before_it_was_sent_sends_nothing() -> None:
    leader = Leader()

    async def given_up() -> None:
        sender = sender_to(leader)
        first = await under_way(sender, {A: run(b"1")})
        second = asyncio.ensure_future(sender.send({A: run(b"2")}))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.gather(first, sender.send({A: run(b"3")}))

    asyncio.run(given_up())
    assert leader.log[A] == [b"1", b"3"]


def test_what_cannot_be_encoded_fails_whoever_waits_for_its_partition_and_others_go_out() -> None:
    leader = Leader()
    wrong: Any = [(b"2", "text", ())]

    async def all_at_once() -> list[Any]:
        sender = sender_to(leader)
        calls = {B: run(b"0")}, {A: run(b"1")}, {A: wrong}, {A: run(b"3")}
        outcomes = await asyncio.gather(*map(sender.send, calls), return_exceptions=True)
        return [*outcomes, await sender.send({A: run(b"4")})]

    first, *failed, last = asyncio.run(all_at_once())
    assert (first, last) == ({B: Span(0, 0, 1)}, {A: Span(0, 0, 1)})
    assert [type(error) for error in failed] == [TypeError] * 3
    assert leader.log == {A: [b"4"], B: [b"0"]}


@pytest.fixture(scope="module")
def address(brokers: Brokers) -> Iterator[str]:
    async def make(address: str) -> None:
        async with admin_of(address) as admin:
            topic = NewTopic(TOPIC, 3, 1, topic_configs={"max.message.bytes": "16777216"})
            await admin.create_topics([topic])

    with brokers.new() as address:
        asyncio.run(make(address))
        yield address


@pytest.mark.broker
@pytest.mark.parametrize("codec", [None, "lz4"])
def test_a_broker_takes_small_records_and_one_larger_than_a_batch(address: str, codec: str | None) -> None:
    async def scenario() -> None:
        sender = SharedSender(Connection(address, compression=codec), "test")
        await sender.start()
        try:
            small: list[KeyValue] = [(b"k", b"small", ()), (b"h", b"", (("header", b"value"),))]
            large: list[KeyValue] = [(b"l", b"v" * (8 << 20), ())]
            first, second = await asyncio.gather(
                sender.send({(TOPIC, 0): small}), sender.send({(TOPIC, 0): large})
            )
            spans = first[TOPIC, 0], second[TOPIC, 0]
            begin = spans[0].first
            assert spans == (Span(begin, begin + 1, 2), Span(begin + 2, begin + 2, 1))
            place = TopicPartition(TOPIC, 0)
            found = await records_between(Connection(address), place, begin, begin + 3)
            assert [(key, len(value)) for key, value in found] == [(b"k", 5), (b"h", 0), (b"l", 8 << 20)]
        finally:
            await sender.stop()

    asyncio.run(scenario())
