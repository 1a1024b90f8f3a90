"""A process that writes to a store: `python -m tests.following.writer URL GENERATION PARTITION...`.

It goes on from the store's positions, applies some batches again, and ends when its standard input does.
Once its first batch is stored it prints so.
"""

import select
import sys
from random import Random

from sinks.sql import SqlSink
from tests.following.history import POSITION, batch_at


def main(url: str, generation: int, partitions: list[int]) -> None:
    sink, rng = SqlSink(url), Random()
    stored = sink.positions()
    following = {one: stored.get((POSITION, one), 0) for one in partitions}
    told = False
    while not select.select([sys.stdin], [], [], 0)[0]:
        partition = rng.choice(partitions)
        start = max(0, following[partition] - (rng.randrange(60) if rng.random() < 0.2 else 0))
        most = 32 >> partition  # the later partitions are slow, so their versions lag behind
        stop = start + rng.randint(1, most)
        sink.apply(batch_at(generation, partition, range(start, stop)))
        following[partition] = max(following[partition], stop)
        if not told:
            told = bool(sys.stdout.write("writing\n"))
            sys.stdout.flush()
    sink.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), [int(one) for one in sys.argv[3:]])
