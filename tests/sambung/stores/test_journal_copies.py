"""The journal of office mode goes with its store into a copy, and comes back."""

from contextlib import closing
from pathlib import Path

import pytest

from api.journal.segments import journal_beside, segments, settle, settled_in
from api.journal.writer import JournalWriter
from sambung.stores import copies
from sambung.stores.journal_copies import TABLE
from sinks.sql import SqlSink
from tests.api.journal.records import read_all, record, records
from tests.stores import run


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A store, and a journal beside it of which a part is settled."""
    store = tmp_path / "office" / "sambung.db"
    store.parent.mkdir()
    SqlSink(f"sqlite:///{store}").close()
    with closing(JournalWriter(journal_beside(store), lambda: 100)) as writer:
        writer.append(records(0, 4))
        settle(journal_beside(store), 101)
        writer.append(records(4, 2))
    return store


def backed_up(store: Path, file: Path) -> int:
    return copies.back_up(f"sqlite:///{store}", file, replace=False).journal_bytes


def restored(file: Path, store: Path) -> int:
    return copies.restore(f"sqlite:///{store}", file).journal_bytes


def test_a_copy_has_the_journal_and_a_restore_puts_it_beside_the_store(office: Path, tmp_path: Path) -> None:
    copied, target = backed_up(office, tmp_path / "copy"), tmp_path / "new" / "sambung.db"
    target.parent.mkdir()
    assert restored(tmp_path / "copy", target) == copied > 0
    assert settled_in(journal_beside(target)) is None
    assert read_all(journal_beside(target)) == records(0, 6)
    assert run(f"sqlite:///{target}", f"SELECT * FROM sqlite_master WHERE name = '{TABLE}'") == []


def test_a_frame_written_while_it_is_copied_is_copied_whole_or_not_at_all(
    office: Path, tmp_path: Path
) -> None:
    path = segments(journal_beside(office))[0].path
    content = path.read_bytes()
    path.write_bytes(content[:-10])
    backed_up(office, tmp_path / "copy")
    restored(tmp_path / "copy", tmp_path / "sambung.db")
    JournalWriter(journal_beside(tmp_path / "sambung.db")).append([record(9)])
    assert read_all(journal_beside(tmp_path / "sambung.db")) == [*records(0, 4), record(9)]


def test_a_journal_that_outlived_its_store_is_kept_beside_the_restored_one(
    office: Path, tmp_path: Path
) -> None:
    backed_up(office, tmp_path / "copy")
    JournalWriter(journal_beside(office), lambda: 200).append([record(6)])
    office.unlink()
    restored(tmp_path / "copy", office)
    assert read_all(journal_beside(office)) == records(0, 7)


def test_a_copy_of_a_store_without_a_journal_brings_none(tmp_path: Path) -> None:
    SqlSink(f"sqlite:///{tmp_path}/sambung.db").close()
    assert backed_up(tmp_path / "sambung.db", tmp_path / "copy") == 0
    (tmp_path / "new").mkdir()
    assert restored(tmp_path / "copy", tmp_path / "new" / "sambung.db") == 0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["sambung.db"]
