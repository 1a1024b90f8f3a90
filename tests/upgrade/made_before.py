"""The files that release 0.1.0 made (`make_files.py`), unpacked for a test, and what must become of them."""

import gzip
import lzma
import re
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.builders import event_id
from tests.services.brokers import SHORT_SESSIONS
from tests.services.kafka import Kafka, Node, lacking
from tests.services.missing import need
from tests.services.ports import free_ports
from tests.services.postgres import PROGRAMS, Postgres

FILES: Final = Path(__file__).parent / "release-0.1.0"
OF_ONE_NODE: Final = {
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.min.session.timeout.ms": SHORT_SESSIONS["group_min_session_timeout_ms"],
}
SPOILED: Final = event_id("spoiled on day 1").encode()
"""An event whose second revision holds a national id; a store alone has no copy of the first one."""

OF_THE_YEAR: Final = ("96 of the 117,376 workers", "95 of the 117,376 workers")
"""The progress of a year counts that year's members alone since 0.2.0, and one here is of 1963."""


def lines_of(*names: str) -> list[bytes]:
    files = (gzip.decompress((FILES / f"{name}.ndjson.gz").read_bytes()) for name in names)
    return [line for file in files for line in file.split(b"\n") if line.strip()]


def without_the_spoiled(lines: Iterable[bytes]) -> list[bytes]:
    return [line for line in lines if SPOILED not in line]


def sqlite_store(folder: Path) -> str:
    """URL of the store in SQLite."""
    store = folder / "sambung.db"
    store.write_bytes(lzma.decompress((FILES / "sambung.db.xz").read_bytes()))
    return f"sqlite:///{store}"


def postgresql_store(server: Postgres) -> str:
    """URL of the store in PostgreSQL."""
    url = server.new_database()
    dump = lzma.decompress((FILES / "postgresql.sql.xz").read_bytes())
    command = [PROGRAMS / "psql", "-q", "-v", "ON_ERROR_STOP=1", url]
    subprocess.run(command, input=dump, check=True, stdout=subprocess.DEVNULL)
    return url


def undated(output: str) -> str:
    """Without the minute of a decision, in which two stores of the same events differ."""
    return re.sub(r"decided on .* WIB\.", "", output)


def printed() -> Iterator[tuple[list[str], str]]:
    """Commands, and what release 0.1.0 answered; but `OF_THE_YEAR`."""
    for part in (FILES / "printed.txt").read_text().split("$ sambung ")[1:]:
        command, _, output = part.partition("\n")
        yield command.split(), output.replace(*OF_THE_YEAR)


@contextmanager
def old_cluster(folder: Path) -> Iterator[Kafka]:
    """Apache Kafka on the logs of release 0.1.0; its worker's state and its store lie in `folder/state`."""
    reason = lacking()
    need(not reason, reason)
    port, controller = free_ports(2)
    node = Node(1, folder / "kafka", port, f"1@127.0.0.1:{controller}", OF_ONE_NODE, {})
    with tarfile.open(FILES / "cluster.tar.xz") as tar:
        tar.extraction_filter = getattr(tarfile, "data_filter", None)  # Python 3.11.4 or newer has it
        tar.extractall(folder)  # noqa: S202  files of this folder
    (folder / "logs").rename(folder / "kafka/logs")
    kafka = Kafka([node])
    try:
        kafka.start()
        yield kafka
    finally:
        node.kill()
