"""The store is full, read-only, locked; what it was not given while it was away it is given afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import sleep

from sinks.databases.base import WAIT_SECONDS
from tests.faults.disks import small_disk
from tests.faults.page import Tell
from tests.faults.scene import scene
from tests.services.kafka import Kafka

TRIES = 3
AWAY_S = 5.0
LOCKED_S = WAIT_SECONDS + 5.0


def test_the_disk_is_full(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    seconds = []
    with small_disk(tmp_path / "disk") as disk, scene(tmp_path, kafka, database=on(disk.folder)) as told:
        told.pair()
        with told.load():
            for _ in range(TRIES):
                sleep(1)
                disk.fill()
                sleep(AWAY_S)
                mark = told.mark()
                disk.make_room()
                seconds.append(told.seconds_until_done(mark))
        tell(told.verdict("the store's disk full for 5 s", TRIES, max(seconds)))


def test_the_disk_is_read_only(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with small_disk(tmp_path / "disk") as disk, scene(tmp_path, kafka, database=on(disk.folder)) as told:
        writer, _ = told.pair()

        def start_on_it(_: int) -> None:
            writer.process.kill()
            writer.process.wait()
            disk.read_only()
            for _ in range(2):
                writer.tend()
                assert writer.process.wait(30) in {2, 3}
            assert "read-only" in told.cluster.log("first").read_text()
            disk.writable()

        tell(told.tried("the store's disk read-only when its writer starts", TRIES, start_on_it))


def test_the_store_is_locked_for_longer_than_a_writer_waits(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with scene(tmp_path, kafka) as told:
        told.pair()

        def lock(_: int) -> None:
            with locked(told.cluster.database):
                sleep(LOCKED_S)

        fault = f"the SQLite store locked by another program for {LOCKED_S:.0f} s"
        tell(told.tried(fault, 1, lock))


def on(folder: Path) -> str:
    return f"sqlite:///{folder}/sambung.db"


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Hold the store as a program does that writes and does not commit."""
    path = database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
