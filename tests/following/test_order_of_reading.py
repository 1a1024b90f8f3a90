"""The order of reading, with batches and a rebuild that are stored between any two statements of a look."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sinks.base import Sink
from sinks.staging import Staging
from tests.following import follower
from tests.following.copies import differences
from tests.following.follower import connect
from tests.following.history import PARTITIONS, batch_at
from tests.sinks.cases import Kind
from tests.sinks.records import NOW_US, ORIGIN
from tests.thorough import tries

RECORDS = 40
Follow = Callable[[Any, sqlite3.Connection, str], None]


class Disturbed:
    """A connection to the store; what is due happens before a statement is executed."""

    def __init__(self, connection: Any, happens: Callable[[], None]) -> None:
        self._connection, self._happens = connection, happens

    def execute(self, statement: str) -> Any:
        self._happens()
        return self._connection.execute(statement)


class Writing:
    """What two generations store, each step a short batch of a partition, or nothing."""

    def __init__(self, sink: Sink, rng: Random) -> None:
        self._sink, self._rng = sink, rng
        self._generation, self._stored = 1, dict.fromkeys(PARTITIONS, 0)

    def step(self) -> None:
        partition = self._rng.choice(PARTITIONS)
        start = self._stored[partition]
        stop = start + self._rng.randrange(4)
        if stop > RECORDS and self._generation == 1:
            self._rebuild()
        elif stop > start:
            self._sink.apply(batch_at(self._generation, partition, range(start, stop)))
            self._stored[partition] = stop

    def _rebuild(self) -> None:
        self._generation = self._sink.open_generation(ORIGIN, NOW_US)
        with Staging(self._generation) as staging:
            for partition in PARTITIONS:
                staging.apply(batch_at(self._generation, partition, range(RECORDS // 2)))
            staging.settle(self._sink, {}, NOW_US)
        self._stored = dict.fromkeys(PARTITIONS, RECORDS // 2)

    @property
    def rebuilt(self) -> bool:
        return self._generation > 1


def differences_after(sqlite: Kind, folder: Path, mode: str, seed: int, follow: Follow) -> dict[str, Any]:
    """Between copy and store, once the store is at rest and the follower has looked again."""
    with sqlite.opened() as case:
        writing = Writing(case.sink, Random(seed))
        source, file = connect(case.url, mode), folder / f"copy-{seed}.db"
        copy = sqlite3.connect(file, isolation_level=None)
        for _ in range(25):
            follow(Disturbed(source, writing.step), copy, mode)
        assert writing.rebuilt
        follow(source, copy, mode)
        source.close()
        copy.close()
        return differences(case.url, file)


@pytest.mark.parametrize("seed", range(tries(12)))
@pytest.mark.parametrize("mode", ["snapshot", "tables"])
def test_no_row_is_lost_whatever_is_stored_between_two_statements(
    sqlite: Kind, tmp_path: Path, mode: str, seed: int
) -> None:
    assert differences_after(sqlite, tmp_path, mode, seed, follower.follow) == {}


HIGHEST_FIRST = """\
    (newest,) = source.execute("SELECT max(batch) FROM batch").fetchone()
"""
REMOVALS = """\
    for table, key in source.execute(f'SELECT "table", key FROM removed WHERE {new}').fetchall():
        remove(copy, table, json.loads(key))
"""
UPPER_BOUND = " AND batch <= {newest}"
LINES = """\
    put(copy, "credit_line", LINE_KEY, *read(source, LINES + new))
"""
LOSES, DOUBLES = 0, 1
WRONG = {
    "the highest batch is read last": (
        LOSES,
        ((HIGHEST_FIRST, ""), (UPPER_BOUND, ""), (LINES, LINES + HIGHEST_FIRST)),
    ),
    "removals are taken after rows": (LOSES, ((REMOVALS, ""), (LINES, REMOVALS + LINES))),
    "rows have no upper bound": (DOUBLES, ((UPPER_BOUND, ""),)),
}


@pytest.mark.parametrize(("harm", "replaced"), WRONG.values(), ids=WRONG)
def test_a_follower_that_reads_in_another_order_loses_rows_or_has_some_twice(
    sqlite: Kind, tmp_path: Path, harm: int, replaced: tuple[tuple[str, str], ...]
) -> None:
    program = Path(follower.__file__).read_text(encoding="utf-8")
    for right, wrong in replaced:
        assert program.count(right) == 1
        program = program.replace(right, wrong)
    names: dict[str, Any] = {"__name__": "wrong"}
    exec(program, names)  # noqa: S102  our own follower, with its order broken
    found = (differences_after(sqlite, tmp_path, "tables", seed, names["follow"]) for seed in range(20))
    assert any(rows[harm] for tables in found for rows in tables.values())
