"""Whoever follows by `batch` ends with the store's rows, whatever is written, rebuilt and killed."""

from pathlib import Path
from random import Random

from sinks.sql import SqlSink
from tests.following.copies import TABLES, differences
from tests.following.history import PARTITIONS
from tests.following.storm import Storm, storm
from tests.services.postgres import Postgres
from tests.sinks.records import NOW_US, ORIGIN
from tests.stores import run
from tests.thorough import THOROUGH

REBUILT = 150
"""Records of each partition that a new generation has when it takes over."""


def set_up(url: str) -> str:
    sink = SqlSink(url)
    sink.open_generation(ORIGIN, NOW_US)
    sink.close()
    return url


def raging(stormy: Storm, seconds: float, generations: int) -> None:
    """All of a store's generations, to the end of every writer and follower."""
    stormy.write(1)
    stormy.rage(seconds / generations)
    for generation in range(2, generations + 1):
        stormy.rebuild(generation, REBUILT)
        stormy.write(generation)
        stormy.rage(seconds / generations)
    stormy.calm()


def never_happened(url: str) -> list[str]:
    """Queries that find nothing: for a table's rows, what was replaced, removed by a rebuild or not."""
    queries = [f"SELECT 1 FROM {table} LIMIT 1" for table in (*TABLES, "event_past")]
    removed = "SELECT 1 FROM removed JOIN batch USING (batch) WHERE \"table\" = '{}' AND {} LIMIT 1"
    queries += [
        removed.format(table, how) for table in ("member", "live_count") for how in ("settle", "NOT settle")
    ]
    return [query for query in queries if not run(url, query)]


def test_followers_of_postgresql_end_with_its_rows(postgres: Postgres, tmp_path: Path) -> None:
    url = set_up(postgres.new_database())
    modes = {"first": "snapshot", "second": "snapshot", "third": "tables", "wrong": "version"}
    copies = {name: tmp_path / f"{name}.db" for name in modes}
    with storm(url, Random(1), writers=len(PARTITIONS)) as stormy:
        for name, mode in modes.items():
            stormy.follow(copies[name], mode)
        raging(stormy, 10 if THOROUGH else 4, generations=2)
    assert never_happened(url) == []
    assert [one for one in stormy.lost if not one.startswith("wrong")] == []
    found = {name: differences(url, copy) for name, copy in copies.items()}
    lost, _ = found.pop("wrong")["statement"]
    assert lost > 0
    assert found == {"first": {}, "second": {}, "third": {}}


def test_followers_of_sqlite_end_with_its_rows(tmp_path: Path) -> None:
    url = set_up(f"sqlite:///{tmp_path / 'store.db'}")
    copies = {mode: tmp_path / f"{mode}.db" for mode in ("snapshot", "tables", "version")}
    with storm(url, Random(2), writers=1) as stormy:
        for mode, copy in copies.items():
            stormy.follow(copy, mode)
        raging(stormy, 3, generations=2)
    assert never_happened(url) == []
    assert [one for one in stormy.lost if not one.startswith("version")] == []
    found = {mode: differences(url, copy) for mode, copy in copies.items()}
    lost, _ = found.pop("version")["statement"]
    assert lost > 0
    assert found == {"snapshot": {}, "tables": {}}
