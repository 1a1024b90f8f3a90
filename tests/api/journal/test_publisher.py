import asyncio
import os
import threading
from pathlib import Path

import pytest

from api.journal import publisher as journal_publisher
from api.journal.publisher import JournalPublisher
from api.journal.reader import JournalReader
from api.journal.segments import settle
from api.journal.writer import JournalWriter
from api.ports import NotDurable
from tests.api.journal.records import read_all, record, records


def waits(until: threading.Event) -> None:
    until.wait(10)


def test_requests_that_arrive_together_share_a_sync_and_each_is_answered(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path)
    synced: list[int] = []

    def counting(file: int) -> None:
        synced.append(file)
        os.fsync(file)

    writer._sync = counting

    async def run() -> None:
        publisher = JournalPublisher(writer)
        await asyncio.gather(*(publisher.publish(records(10 * number, 10)) for number in range(200)))
        assert publisher.not_ready_reasons == []
        await publisher.close()

    asyncio.run(run())
    assert read_all(tmp_path) == records(0, 2_000)
    assert len(synced) <= 3


def test_an_answer_comes_after_the_sync(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path)
    let_go = threading.Event()
    writer._sync = lambda _: waits(let_go)

    async def run() -> None:
        publisher = JournalPublisher(writer)
        publishing = asyncio.create_task(publisher.publish([record(0)]))
        await asyncio.sleep(0.2)
        assert not publishing.done()
        let_go.set()
        await publishing

    asyncio.run(run())


def test_a_disk_that_does_not_answer_is_told_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_publisher, "PATIENCE_S", 0.1)
    writer = JournalWriter(tmp_path)
    let_go = threading.Event()
    writer._sync = lambda _: waits(let_go)

    async def run() -> None:
        publisher = JournalPublisher(writer)
        with pytest.raises(NotDurable, match="has not answered"):
            await publisher.publish([record(0)])
        let_go.set()
        await publisher.publish([record(1)])

    asyncio.run(run())


def test_a_failed_write_fails_every_request_of_it_and_makes_the_gateway_not_ready(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path)

    def failing(_: int) -> None:
        raise OSError(5, "Input/output error")

    async def run() -> None:
        publisher = JournalPublisher(writer)
        writer._sync = failing
        answers = await asyncio.gather(
            *(publisher.publish([record(number)]) for number in range(3)), return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [NotDurable] * 3
        assert publisher.not_ready_reasons == [
            f"The journal in {tmp_path} cannot be written: input/output error."
        ]
        writer._sync = os.fsync
        await publisher.publish([record(3)])
        assert publisher.not_ready_reasons == []

    asyncio.run(run())
    assert read_all(tmp_path) == [record(3)]


def test_what_is_not_settled_waits(tmp_path: Path) -> None:
    async def run() -> list[int | None]:
        publisher = JournalPublisher(JournalWriter(tmp_path))
        waiting = [await publisher.records()]
        await publisher.publish(records(0, 10))
        waiting.append(await publisher.records())
        [*_, fourth] = JournalReader(tmp_path, None).read()[:4]
        settle(tmp_path, fourth.number)
        waiting.append(await publisher.records())
        await publisher.close()
        return waiting

    assert asyncio.run(run()) == [0, 10, 6]

    async def run_again() -> list[int | None]:
        publisher = JournalPublisher(JournalWriter(tmp_path))
        waiting = [await publisher.records()]
        await publisher.publish(records(10, 3))
        waiting.append(await publisher.records())
        reader = JournalReader(tmp_path, None)
        while found := reader.read():
            settle(tmp_path, found[-1].number)
        waiting.append(await publisher.records())
        await publisher.close()
        return waiting

    assert asyncio.run(run_again()) == [1, 3, 0]
