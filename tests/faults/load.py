"""Field teams at work: events published steadily, in the background, whatever happens to the broker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from time import sleep

from aiokafka.errors import KafkaError

from tests.end_to_end.workers import Cluster
from tests.faults.librdkafka import App, records
from tests.strategies import awkward_season

LINES_AT_A_TIME = 40
PAUSE_S = 0.15
TRICKLE_PAUSE_S = 0.005
"""Less than it takes to ask where all logs end."""
AGAIN_S = 0.5
SEASON = 500
"""Lines of one season; another follows."""


def events(first_seed: int) -> Iterator[bytes]:
    """Lines without end, awkward in every way; the same for the same seed."""
    for seed in count(first_seed):
        yield from (line for line in b"\n".join(awkward_season(seed, SEASON)).split(b"\n") if line)


@contextmanager
def load(cluster: Cluster, seed: int) -> Iterator[None]:
    """Publish about 250 lines per second until the block ends; what a broker did not take is sent again."""
    lines = events(seed)
    with _again_and_again(lambda: _publish(cluster, list(islice(lines, LINES_AT_A_TIME))), PAUSE_S):
        yield


@contextmanager
def trickle(cluster: Cluster, seed: int) -> Iterator[None]:
    """Publish line by line, up to 200 per second: there is no moment at which all logs are at rest."""
    app, lines = App(cluster), events(seed)
    with _again_and_again(lambda: app.publish(records([next(lines)])), TRICKLE_PAUSE_S):
        yield


@contextmanager
def _again_and_again(publish: Callable[[], None], pause_s: float) -> Iterator[None]:
    ended = threading.Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not ended.wait(pause_s):
                publish()
        except BaseException as error:  # noqa: BLE001  told by the thread that waits for it
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if failed:
        raise failed[0]


def _publish(cluster: Cluster, lines: list[bytes]) -> None:
    while True:
        try:
            cluster.publish(lines)
        except (KafkaError, OSError):
            sleep(AGAIN_S)
        else:
            return
