"""Apps that go on publishing while something else happens."""

import asyncio
import threading
from itertools import cycle, islice
from typing import Self

from models.settings import Settings
from sambung.lines import Line
from sambung.replay.publish import Publisher
from streams.engine.kafka.sending import new_producer
from tests.end_to_end.workers import Cluster

AT_ONCE = 10
PAUSE_S = 0.05
"""Between two sends: some 200 lines per second in all."""


class Traffic:
    """A thread that publishes lines, over and over, for as long as the context is open."""

    def __init__(self, cluster: Cluster, lines: list[bytes]) -> None:
        self._cluster = cluster
        self._lines = cycle(lines)
        self._over = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _run(self) -> None:
        try:
            asyncio.run(self._publish())
        except Exception as error:  # noqa: BLE001 - raised where the context ends
            self._failed = error

    async def _publish(self) -> None:
        async with new_producer(self._cluster.connection, "traffic") as producer:
            publisher = Publisher(producer, Settings().partitions, lambda _: None)
            while not self._over.is_set():
                chunk = list(islice(self._lines, AT_ONCE))
                self._cluster.published += chunk
                await publisher.publish(Line("traffic", number, line) for number, line in enumerate(chunk, 1))
                await asyncio.sleep(PAUSE_S)
