"""Only what is new: a follower that takes exports one after the other ends with the store's rows."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reports.exports import SINCE, Audience, NotExported, exportable
from sambung.exporting.export import Asked, Format, export
from sambung.exporting.manifest import Manifest
from sambung.terminal.exits import Failed
from tests.builders import inspection, outreach
from tests.reports.filled import Filled
from tests.sinks.records import count, gone, refused, row, statement

TABLES = tuple(sorted(SINCE))


def exported(store: Filled, out: Path, since: int | None, *names: str) -> Manifest:
    return export(store.url, Asked(names or TABLES, out, Format.PARQUET, Audience.ANALYST, since=since))


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    return pl.read_parquet(out / f"{table}.parquet").to_dicts()


def test_removals_then_rows_give_the_table(store: Filled, tmp_path: Path) -> None:
    first = exported(store, tmp_path / "0", None)
    copy = {row["member_id"]: row for row in rows(tmp_path / "0", "member")}
    store.apply(statement("m2", 20, kind="company"), statement("m20", 21), counted=False)
    store.apply(gone("m20", 22), counted=False)
    store.apply(gone("M1", 9, generation=1_000_000), counted=False)
    second = exported(store, tmp_path / "1", first.store.batch)
    assert second.since_committed_us == first.store.committed_us
    assert len(rows(tmp_path / "1", "member")) == 1
    for removed in rows(tmp_path / "1", "removed"):
        if removed["table"] == "member":
            copy.pop(removed["key"].removeprefix('["').removesuffix('"]'), None)
    copy |= {row["member_id"]: row for row in rows(tmp_path / "1", "member")}
    exported(store, tmp_path / "2", None)
    assert sorted(copy.values(), key=lambda row: row["member_id"]) == rows(tmp_path / "2", "member")
    assert "M1" not in copy


@pytest.mark.parametrize("table", sorted(SINCE - {"removed"}))
def test_of_each_table_there_is_what_came_and_nothing_else(store: Filled, tmp_path: Path, table: str) -> None:
    before = exported(store, tmp_path / "0", None, table)
    nothing = exported(store, tmp_path / "1", before.store.batch, table)
    assert [(one.table, one.rows) for one in nothing.files] == [(table, 0), ("removed", 0)]
    store.apply(statement("new", 50), counted=False)
    store.count(count("new", 50, row()))
    store.accept(outreach(name="o1", revision=1), inspection(name="new"))
    store.refuse(refused(offset=77))
    exported(store, tmp_path / "2", before.store.batch, table)
    exported(store, tmp_path / "3", None, table)
    old, all_now = rows(tmp_path / "0", table), rows(tmp_path / "3", table)
    new = [row for row in all_now if row not in old]
    assert rows(tmp_path / "2", table) == new
    assert len(new) > 0


def test_since_before_everything_is_everything(store: Filled, tmp_path: Path) -> None:
    exported(store, tmp_path / "all", None)
    exported(store, tmp_path / "since", -1)
    for table in TABLES:
        assert rows(tmp_path / "all", table) == rows(tmp_path / "since", table)


def test_a_batch_that_the_store_does_not_have_is_refused(store: Filled, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="The store has no batch 99"):
        exported(store, tmp_path / "out", 99)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("table", sorted(set(exportable(Audience.ANALYST)) - SINCE))
def test_what_does_not_say_what_is_new_is_refused(store: Filled, tmp_path: Path, table: str) -> None:
    with pytest.raises(NotExported, match=f"{table} does not say which rows are new"):
        exported(store, tmp_path / "out", 0, table)
