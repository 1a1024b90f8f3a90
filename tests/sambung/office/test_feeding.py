"""Feeding a journal: what goes where, and what is let go when."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from api.journal.reader import JournalDamage, Numbered, unsettled
from api.journal.segments import segments, settled_in
from api.journal.writer import JournalWriter
from api.ports import PublicRecord
from sambung.office import feeding
from sambung.office.feeding import Feeder, Ports, addressed
from streams.engine.records import Records
from tests.api.journal.records import record, records

REFUSED = PublicRecord("rejected", b"key", b"refused")


class Stream:
    """Takes what is fed; it has worked through all of it once `drain` is set."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.refused: list[bytes] = []
        self.drain = asyncio.Event()
        self.ports = Ports(1, self._send, self._store_refused, self._drained)

    async def _send(self, records: Records) -> None:
        self.sent += [value for run in records.values() for _, value, _ in run]

    async def _store_refused(self, values: list[bytes]) -> None:
        self.refused += values

    async def _drained(self) -> None:
        await self.drain.wait()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  files change, and no event tells
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeding, "CUT_S", 0.02)


def test_an_event_has_its_number_as_its_position_and_a_refused_one_goes_to_the_store() -> None:
    events, refused = addressed([Numbered(7, record(1)), Numbered(8, REFUSED)], 4)
    assert refused == [b"refused"]
    [((topic, partition), [(key, value, headers)])] = events.items()
    assert (topic, key, value) == ("enrollment", record(1).key, record(1).value)
    assert headers == (*record(1).headers, ("sambung-origin", f"enrollment/{partition}/7".encode()))


def test_a_journal_is_let_go_only_when_the_store_has_what_follows_from_it(tmp_path: Path) -> None:
    async def run() -> None:
        writer, stream = JournalWriter(tmp_path), Stream()
        writer.append([*records(0, 5), REFUSED])
        feeder = asyncio.create_task(Feeder(tmp_path, stream.ports, raised).run())
        await until(lambda: len(stream.sent) == 5 and stream.refused)
        await asyncio.sleep(0.2)
        assert settled_in(tmp_path) is None
        writer.append(records(5, 5))  # after the cut was taken
        await until(lambda: len(stream.sent) == 10)
        stream.drain.set()
        await until(lambda: unsettled(tmp_path) == 0)
        feeder.cancel()

    asyncio.run(run())


def test_what_was_published_after_a_cut_is_not_let_go_by_it(tmp_path: Path) -> None:
    async def run() -> None:
        writer, stream = JournalWriter(tmp_path), Stream()
        writer.append(records(0, 3))
        feeder = asyncio.create_task(Feeder(tmp_path, stream.ports, raised).run())
        await until(lambda: len(stream.sent) == 3)
        await asyncio.sleep(0.1)  # now a cut waits
        writer.append(records(3, 4))
        await until(lambda: len(stream.sent) == 7)
        drained = stream.drain
        drained.set()
        stream.drain = asyncio.Event()
        await until(lambda: settled_in(tmp_path) is not None)
        assert unsettled(tmp_path) == 4
        feeder.cancel()

    asyncio.run(run())


def test_a_feeder_begins_behind_what_is_settled(tmp_path: Path) -> None:
    async def run(first: int, count: int, expected: list[bytes]) -> None:
        writer, stream = JournalWriter(tmp_path), Stream()
        writer.append(records(first, count))
        stream.drain.set()
        feeder = asyncio.create_task(Feeder(tmp_path, stream.ports, raised).run())
        await until(lambda: settled_in(tmp_path) and unsettled(tmp_path) == 0)
        await until(lambda: len(segments(tmp_path)) == 1)  # they go after the position is kept
        feeder.cancel()
        assert stream.sent == expected

    asyncio.run(run(0, 3, [record(number).value for number in range(3)]))
    asyncio.run(run(3, 2, [record(number).value for number in range(3, 5)]))


def test_a_disk_without_room_for_the_position_only_keeps_the_journal_for_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        tried.append(1)
        raise OSError(28, "No space left on device")

    async def run() -> None:
        writer, stream = JournalWriter(tmp_path), Stream()
        writer.append(records(0, 3))
        stream.drain.set()
        with monkeypatch.context() as patch:
            patch.setattr(feeding, "settle", full)
            feeder = asyncio.create_task(Feeder(tmp_path, stream.ports, raised).run())
            await until(lambda: len(tried) > 2)
        await until(lambda: unsettled(tmp_path) == 0)
        feeder.cancel()

    tried: list[int] = []
    asyncio.run(run())


def raised(damage: JournalDamage) -> None:
    raise damage
