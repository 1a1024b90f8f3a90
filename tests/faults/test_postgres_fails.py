"""A store in PostgreSQL: the server is killed, and is away for a minute."""

from collections.abc import Iterator
from pathlib import Path
from time import sleep

import pytest

from tests.faults.page import Tell
from tests.faults.scene import scene
from tests.services.kafka import Kafka
from tests.services.postgres import Postgres, postgres_server

TRIES = 3
AWAY_S = 1.0
MINUTE_S = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One that may be killed."""
    with postgres_server() as made:
        yield made


def test_postgresql_is_killed(tmp_path: Path, kafka: Kafka, server: Postgres, tell: Tell) -> None:
    with scene(tmp_path, kafka, database=server.new_database()) as told:
        told.pair()

        def kill(_: int) -> None:
            server.kill()
            sleep(AWAY_S)
            server.start()

        tell(told.tried("`kill -9` of PostgreSQL, started again after a second", TRIES, kill))


def test_postgresql_is_away_for_a_minute(tmp_path: Path, kafka: Kafka, server: Postgres, tell: Tell) -> None:
    with scene(tmp_path, kafka, database=server.new_database()) as told:
        told.pair()

        def stop(_: int) -> None:
            server.stop()
            sleep(MINUTE_S)
            server.start()

        tell(told.tried("PostgreSQL away for a minute", 1, stop))
