"""One stream with workers in processes of their own, as an operator runs it, and how far it is."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from models.settings import Settings
from sambung.following import known
from sinks.sql import SqlSink
from streams.drain import Drain
from streams.engine.connection import Connection
from streams.topics import Topics
from tests.end_to_end.workers import Cluster

LOOK_S = 0.1
"""Between two looks at what the stages have committed and the store has."""
SOON_S = 0.02
"""Between two looks at what a worker logs."""
PATIENCE_S = 900.0

Worker = subprocess.Popen[bytes]


class Stream:
    """Topics on a broker and a store, new ones.

    Parameters
    ----------
    address: of the broker.
    folder: where workers keep their rows and logs.
    database: URL of an empty store.
    """

    def __init__(self, address: str, folder: Path, database: str) -> None:
        self.database = database
        self.connection = Connection(address)
        self._cluster = Cluster(self.connection, folder, database, settings={})
        made = self._cluster.create_topics()
        if made.returncode:
            raise RuntimeError(made.stderr)

    def publish(self, lines: list[bytes]) -> None:
        self._cluster.publish(lines)

    @contextmanager
    def worker(self, name: str, *options: str) -> Iterator[Worker]:
        """Running; killed at the end. A name is a folder for its rows, which the next of that name finds."""
        self._cluster.log(name).unlink(missing_ok=True)
        with self._cluster.worker(name, *options) as process:
            yield process

    def rows(self, name: str) -> Path:
        """Folder of a worker's rows."""
        return self._cluster.data_dir(name)

    def wait_until_joined(self, *names: str) -> None:
        """Until one of these workers has its partitions with their rows, and so reads."""
        logs = [self._cluster.log(name) for name in names]
        deadline = monotonic() + PATIENCE_S
        while not any("worker_started" in log.read_text() for log in logs):
            words = "\n".join(log.read_text()[-2_000:] for log in logs)
            if "stopped" in words or monotonic() > deadline:
                raise RuntimeError(f"No worker has begun:\n{words}")
            sleep(SOON_S)

    async def topics(self) -> Topics:
        with closing(SqlSink(self.database)) as sink:
            return (await known(self.connection, sink, Settings(), self.database)).world.topics

    @asynccontextmanager
    async def drain(self) -> AsyncIterator[Drain]:
        async with Drain(self.connection, await self.topics()) as drain:
            yield drain
