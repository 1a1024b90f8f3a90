"""A process that rebuilds a store: `python -m tests.following.rebuild URL GENERATION RECORDS`.

It takes up a rebuild that was killed.
"""

import sys

from sinks import staging
from sinks.sql import SqlSink
from tests.following.history import PARTITIONS, POSITION, batch_at
from tests.sinks.records import NOW_US, ORIGIN


def main(url: str, generation: int, records: int) -> None:
    """The new stream's first `records` of each partition."""
    staging._RECORDS_PER_CHUNK = 50  # type: ignore[misc]  # many batches, so that kills fall between them
    sink = SqlSink(url)
    current = sink.current_generation()
    if current is None or current.number < generation:
        sink.open_generation(ORIGIN, NOW_US)
    with staging.Staging(generation) as staged:
        for partition in PARTITIONS:
            staged.apply(batch_at(generation, partition, range(records)))
        staged.settle(sink, {(POSITION, one): records for one in PARTITIONS}, NOW_US)
    sink.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
