"""The process that writes the store is killed, frozen, or outlives its worker."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import sleep

import pytest

from sambung.stores.store_lock import store_lock
from sambung.terminal.exits import Failed
from tests.end_to_end.runs import alive, descendants, until
from tests.faults.page import Tell
from tests.faults.scene import Scene, scene
from tests.services.kafka import Kafka
from tests.services.postgres import Postgres, postgres_server
from tests.stores import run

KILLS = 10
TRIES = 5
GONE_S = 8.0
FROZEN_S = 5.0
KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres_server() as made:
        yield made


def database_of(kind: str, server: Postgres) -> str | None:
    return server.new_database() if kind == "postgresql" else None


@pytest.mark.parametrize("kind", KINDS)
def test_killed_at_random_moments(
    tmp_path: Path, kafka: Kafka, server: Postgres, kind: str, tell: Tell
) -> None:
    rng = Random(2018)
    with scene(tmp_path, kafka, database=database_of(kind, server)) as told:
        writer, _ = told.pair()
        with told.nobody_ends(), told.load():
            for number in range(KILLS):
                sink = writer.sink()
                if number % 4 == 0:  # one that is never let write ends its worker, as it should
                    before = positions(told.cluster.database)
                    until(lambda old=before: positions(told.cluster.database) != old, "written")
                sleep(rng.uniform(0.1, 4.0))
                mark = told.mark()
                os.kill(sink, signal.SIGKILL)
                until(lambda gone=sink: gone not in descendants(writer.process.pid), "gone")
            seconds = told.seconds_until_done(mark)
        tell(told.verdict(f"`kill -9` of the sink process at random moments ({kind})", KILLS, seconds))


def test_frozen(tmp_path: Path, kafka: Kafka, tell: Tell) -> None:
    with scene(tmp_path, kafka) as told:
        writer, _ = told.pair()

        def freeze(_: int) -> None:
            sink = writer.sink()
            os.kill(sink, signal.SIGSTOP)
            sleep(FROZEN_S)
            os.kill(sink, signal.SIGCONT)

        with told.nobody_ends():
            tell(told.tried(f"SIGSTOP of the sink process for {FROZEN_S:.0f} s, then SIGCONT", TRIES, freeze))


@pytest.mark.parametrize("kind", KINDS)
def test_its_worker_is_killed(tmp_path: Path, kafka: Kafka, server: Postgres, kind: str, tell: Tell) -> None:
    """The sink process ends, and has written nothing since another one has the lock."""
    rng = Random(2019)
    with scene(tmp_path, kafka, database=database_of(kind, server)) as told:
        writer, _ = told.pair()

        def kill(_: int) -> None:
            sleep(rng.uniform(0.0, 1.0))
            sink = writer.sink()
            writer.process.kill()
            writer.process.wait()
            stays_as_it_is_under_lock(told)
            until(lambda: not alive(sink), "gone", GONE_S)
            writer.tend()

        tell(told.tried(f"`kill -9` of the worker that has the sink process ({kind})", TRIES, kill))


def stays_as_it_is_under_lock(told: Scene) -> None:
    """Take the store's lock as a new stream does, as soon as it is free, and hold it for a while."""
    database = told.cluster.database
    with store_lock(database) as lock:

        def acquired() -> bool:
            try:
                lock.acquire_exclusive()
            except Failed:
                return False
            return True

        until(acquired, "without another writer", GONE_S, 0.01)
        before = positions(database)
        sleep(1)
        assert positions(database) == before


def positions(database: str) -> list[object]:
    return sorted(run(database, "SELECT * FROM sink_position"), key=repr)
