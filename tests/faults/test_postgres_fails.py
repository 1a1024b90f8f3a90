"""A store in PostgreSQL: the server is killed, and is away for a minute."""

from collections.abc import Callable
from pathlib import Path
from time import sleep

from tests.faults.page import Tried
from tests.faults.scene import scene
from tests.services.postgres import postgres_server

Tell = Callable[[Tried], None]

TRIES = 3
AWAY_S = 1.0
MINUTE_S = 60.0


def test_postgresql_is_killed(tmp_path: Path, tell: Tell) -> None:
    seconds = []
    with postgres_server() as server, scene(tmp_path, database=server.new_database()) as told:
        told.pair()
        with told.load():
            for _ in range(TRIES):
                sleep(1.5)
                mark = told.mark()
                server.kill()
                sleep(AWAY_S)
                server.start()
                seconds.append(told.seconds_until_done(mark))
        tell(told.verdict("`kill -9` of PostgreSQL, started again after a second", TRIES, max(seconds)))


def test_postgresql_is_away_for_a_minute(tmp_path: Path, tell: Tell) -> None:
    with postgres_server() as server, scene(tmp_path, database=server.new_database()) as told:
        told.pair()
        with told.load():
            sleep(1.5)
            mark = told.mark()
            server.stop()
            sleep(MINUTE_S)
            server.start()
            seconds = told.seconds_until_done(mark)
        tell(told.verdict("PostgreSQL away for a minute", 1, seconds))
