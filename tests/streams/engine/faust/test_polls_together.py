"""Small polls of one topic and fetch are dispatched as one message; each is folded and acked by itself."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from streams.engine.faust.transport import SMALL_BYTES, SMALL_RECORDS, messages_of
from streams.engine.records import Poll
from tests.streams.engine.counting import CHANGELOG, INPUT, worker_on


def poll(first: int, records: int = 1, value: bytes = b"v") -> Poll:
    read = [SimpleNamespace(offset=first + one, timestamp=1, value=value) for one in range(records)]
    return Poll(first, read, first + records)


def dispatched(folder: Path, *polls: tuple[TP, Poll]) -> tuple[Any, list[list[tuple[int, int]]]]:
    """The consumer, and of each event (partition, first offset) of its messages."""
    events: list[list[tuple[int, int]]] = []

    async def scenario() -> Any:
        app, _ = worker_on("127.0.0.1:1", folder)
        consumer = app.consumer
        app.topics._acking_topics.add(INPUT)

        async def received(message: Any) -> None:
            message.incref()
            messages = list(messages_of(SimpleNamespace(message=message, value=message.value)))
            events.append([(one.partition, read.start) for one, read in messages])
            for one, _ in messages:
                assert not one.acked
                one.ack(consumer)

        consumer.callback = received
        await consumer._dispatch([(tp, consumer._to_message(tp, one)) for tp, one in polls])
        return consumer

    return asyncio.run(scenario()), events


def test_small_polls_of_a_topic_come_together_and_are_acked_one_by_one(tmp_path: Path) -> None:
    places = [TP(INPUT, number) for number in range(3)]
    consumer, events = dispatched(tmp_path, *((place, poll(10 * place.partition)) for place in places))
    assert events == [[(0, 0), (1, 10), (2, 20)]]
    assert [consumer._acked[place] for place in places] == [[0], [10], [20]]
    assert [consumer._read_offset[place] for place in places] == [0, 10, 20]


@pytest.mark.parametrize(
    "large", [poll(0, SMALL_RECORDS + 1), poll(0, 1, b"v" * (SMALL_BYTES + 1))], ids=["records", "bytes"]
)
def test_a_large_poll_comes_alone(tmp_path: Path, large: Poll) -> None:
    fetch = [(TP(INPUT, 0), poll(5)), (TP(INPUT, 1), large), (TP(INPUT, 2), poll(7))]
    _, events = dispatched(tmp_path, *fetch)
    assert events == [[(1, 0)], [(0, 5), (2, 7)]]


def test_polls_of_changelogs_come_alone_for_faust_s_recovery(tmp_path: Path) -> None:
    _, events = dispatched(tmp_path, *((TP(CHANGELOG, number), poll(0)) for number in range(2)))
    assert events == [[(0, 0)], [(1, 0)]]
