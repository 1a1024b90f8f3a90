"""`sambung backup` and `sambung restore`: what they say, and what they refuse, of a store in SQLite."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sambung.stores.copies import NOT_ALONE
from sambung.stores.store_lock import store_lock
from tests.builders import enrollment, outreach
from tests.faults.disks import small_disk
from tests.reports.filled import Filled
from tests.sambung.cli.conftest import Command, unwrapped
from tests.sinks.records import line, organic, statement
from tests.stores import run

BYTES_CUT = 40_000


@pytest.fixture
def filled(store: Filled) -> Filled:
    store.apply(statement("m1", lines=(line("a"),)), statement("m2", lines=(organic(),)))
    store.accept(enrollment("m1"), enrollment("m2"), outreach())
    return store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "restored.db"


@pytest.fixture
def copied(filled: Filled, sambung: Command, url: str, file: Path) -> Path:
    assert filled
    assert sambung("backup", file, "--database", url).exit_code == 0
    return file


def refused(sambung: Command, copy: Path, target: Path, code: int = 2) -> str:
    """What is said where nothing is restored."""
    result = sambung("restore", copy, "--database", f"sqlite:///{target}")
    assert (result.exit_code, result.stdout) == (code, "")
    assert not list(target.parent.glob(f"{target.name}.partial*"))
    return unwrapped(result.stderr)


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    names = [name for (name,) in run(url, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: run(url, f'SELECT * FROM "{name}"') for name in names}


def test_a_backup_says_what_it_holds_and_a_restore_brings_it_back(
    filled: Filled, sambung: Command, url: str, file: Path, target: Path
) -> None:
    assert filled
    made = unwrapped(sambung("backup", file, "--database", url).stdout)
    holds = "2 members, 3 events, 0 refused records; generation 1, batch 2 of "
    assert made.startswith(f"{file} (0.")
    assert f" MB) has {holds}" in made
    result = sambung("restore", file, "--database", f"sqlite:///{target}")
    assert result.exit_code == 0, result.stderr
    words = unwrapped(result.stdout)
    assert words.startswith(f"Restored to sqlite:///{target}: {holds}")
    assert "Audited: credit is 1,000,000 millionths for each of 2 active members. Use it beside" in words
    assert everything(f"sqlite:///{target}") == everything(url)
    assert sambung("audit", "--database", f"sqlite:///{target}").exit_code == 0


def test_only_the_owner_may_read_either(copied: Path, sambung: Command, target: Path) -> None:
    assert sambung("restore", copied, "--database", f"sqlite:///{target}").exit_code == 0
    assert [path.stat().st_mode & 0o777 for path in (copied, target)] == [0o600, 0o600]


def test_a_copy_needs_no_right_to_write_beside_it(copied: Path) -> None:
    """A database in WAL mode does."""
    with closing(sqlite3.connect(f"file:{copied}?mode=ro", uri=True)) as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert [path.name for path in copied.parent.glob("copy*")] == ["copy"]


def test_a_file_that_is_there_is_replaced_only_if_told_so(copied: Path, sambung: Command, url: str) -> None:
    before = copied.stat().st_ino
    again = sambung("backup", copied, "--database", url)
    assert again.exit_code == 2
    assert "is there already. Name another file, or let it be replaced: --force" in unwrapped(again.stderr)
    assert copied.stat().st_ino == before
    assert sambung("backup", "--force", copied, "--database", url).exit_code == 0
    assert copied.stat().st_ino != before


def test_what_is_left_of_another_database_gets_into_no_copy(
    filled: Filled, sambung: Command, url: str, file: Path
) -> None:
    """SQLite would apply it."""
    assert filled
    left = file.with_name("copy-journal")
    left.write_bytes(b"of another")
    result = sambung("backup", file, "--database", url)
    assert result.exit_code == 2
    assert f"{left} is left of another database" in unwrapped(result.stderr)
    assert not file.exists()


def test_a_store_never_replaces_itself(filled: Filled, sambung: Command, url: str, tmp_path: Path) -> None:
    result = sambung("backup", "--force", tmp_path / "store.db", "--database", url)
    assert (result.exit_code, unwrapped(result.stderr)) == (
        2,
        f"{tmp_path / 'store.db'} is the store itself. Name another file.",
    )
    filled.accept(enrollment("m3"))


def test_a_folder_that_is_not_there(filled: Filled, sambung: Command, url: str, tmp_path: Path) -> None:
    assert filled
    result = sambung("backup", tmp_path / "none" / "copy", "--database", url)
    assert result.exit_code == 2
    assert "none/copy.partial: no such file or directory." in unwrapped(result.stderr)


def test_a_full_disk(filled: Filled, sambung: Command, url: str, tmp_path: Path) -> None:
    assert filled
    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        result = sambung("backup", disk.folder / "copy", "--database", url)
        assert result.exit_code == 3
        assert "database or disk is full. Make room" in unwrapped(result.stderr)
        disk.make_room()
        assert list(disk.folder.iterdir()) == []


def test_a_full_disk_at_a_restore(copied: Path, sambung: Command, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        disk.fill()
        assert "database or disk is full. Make room" in refused(sambung, copied, disk.folder / "r.db", 3)


def test_a_disk_that_may_only_be_read(filled: Filled, sambung: Command, url: str, tmp_path: Path) -> None:
    assert filled
    with small_disk(tmp_path / "disk") as disk:
        disk.read_only()
        result = sambung("backup", disk.folder / "copy", "--database", url)
        assert result.exit_code == 2
        assert "copy.partial: read-only file system." in unwrapped(result.stderr)


def test_what_is_no_copy(sambung: Command, file: Path, target: Path) -> None:
    assert "copy: no such file or directory." in refused(sambung, file, target)
    file.write_text("Dear diary")
    assert f"{file} is no copy of a store." in refused(sambung, file, target)
    file.write_bytes(b"PGDMP\x01\x0e")
    assert "is a copy of a store in PostgreSQL, and the URL names a database of SQLite." in refused(
        sambung, file, target
    )
    file.unlink()
    run(f"sqlite:///{file}", "CREATE TABLE member (id INTEGER)")
    assert "has no store of sambung's, or not a whole one." in refused(sambung, file, target)
    assert not target.exists()


def test_a_copy_that_was_cut_or_spoiled(copied: Path, sambung: Command, target: Path) -> None:
    whole = copied.read_bytes()
    copied.write_bytes(whole[:-BYTES_CUT])
    assert "is damaged or cannot be read: database disk image is malformed." in refused(
        sambung, copied, target
    )
    middle = len(whole) // 2
    copied.write_bytes(whole[:middle] + bytes(BYTES_CUT) + whole[middle + BYTES_CUT :])
    assert "is damaged or cannot be read: " in refused(sambung, copied, target)
    assert not target.exists()


def test_a_copy_of_a_newer_release(copied: Path, sambung: Command, target: Path) -> None:
    run(f"sqlite:///{copied}", "UPDATE store_revision SET version_num = '2999'")
    assert refused(sambung, copied, target).startswith(
        f"The store in {copied} has the schema 2999; this release"
    )


def test_where_something_is_already(copied: Path, sambung: Command, target: Path) -> None:
    target.write_bytes(b"precious")
    assert f"{target} is there already." in refused(sambung, copied, target)
    assert target.read_bytes() == b"precious"
    target.write_bytes(b"")
    left = target.with_name("restored.db-wal")
    left.write_bytes(b"of another")
    assert f"{left} is left of another database" in refused(sambung, copied, target)
    left.unlink()
    assert sambung("restore", copied, "--database", f"sqlite:///{target}").exit_code == 0


def test_beside_a_writer(copied: Path, sambung: Command, target: Path) -> None:
    with store_lock(f"sqlite:///{target}") as lock:
        lock.share()
        assert refused(sambung, copied, target, 3) == NOT_ALONE


def test_a_copy_whose_members_are_credited_wrongly_is_not_restored(
    copied: Path, sambung: Command, target: Path
) -> None:
    run(f"sqlite:///{copied}", "UPDATE credit_line SET linear = linear - 1 WHERE member_id = 'm1'")
    words = refused(sambung, copied, target, 1)
    assert f"The store in {copied} is wrong. Under linear, credit sums to 1,999,999 millionths" in words
    assert words.endswith("Nothing was restored.")
    assert not target.exists()


def test_counts_that_were_under_way_are_told_of(
    filled: Filled, sambung: Command, url: str, file: Path, target: Path
) -> None:
    filled.apply(statement("m3", lines=(line("b"),)), counted=False)
    assert sambung("backup", file, "--database", url).exit_code == 0
    result = sambung("restore", file, "--database", f"sqlite:///{target}")
    assert result.exit_code == 0, result.stderr
    words = unwrapped(result.stdout)
    assert "Live counts were under way when the copy was made: 5 rows of live_count differ" in words
    assert f"sambung replay /dev/null --database sqlite:///{target}" in words


def test_a_rebuild_that_was_under_way_is_told_of(
    filled: Filled, sambung: Command, url: str, file: Path, target: Path
) -> None:
    filled.spoil("UPDATE generation SET settled_at = NULL")
    assert sambung("backup", file, "--database", url).exit_code == 0
    words = unwrapped(sambung("restore", file, "--database", f"sqlite:///{target}").stdout)
    assert "Generation 1 was being rebuilt when the copy was made: the next replay" in words


def test_a_store_that_is_not_there(sambung: Command, file: Path) -> None:
    result = sambung("backup", file, "--database", "sqlite:///none.db")
    assert result.exit_code == 2
    assert "There is no store at none.db." in unwrapped(result.stderr)
    assert not file.exists()
