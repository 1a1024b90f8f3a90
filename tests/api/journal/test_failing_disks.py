"""A disk that fails under the journal: nothing is acknowledged that is not kept."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.journal import room
from api.journal.frames import encoded
from api.journal.reader import JournalReader
from api.journal.room import Room
from api.journal.segments import segments
from api.journal.writer import JournalWriter
from api.ports import NotDurable, PublicRecord
from tests.api.journal.records import read_all, record, records, tried
from tests.faults.disks import small_disk

LARGE = PublicRecord("enrollment", b"key", bytes(300_000))


def test_a_full_disk_is_told_and_what_was_acknowledged_before_and_after_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LEAST_FREE_RATIO", 0.0)
    with small_disk(tmp_path / "disk") as disk:
        folder = disk.folder / "journal"
        writer = JournalWriter(folder)
        writer.append(records(0, 2))
        disk.fill()
        with pytest.raises(NotDurable, match="no space left"):
            writer.append([LARGE])
        assert not tried(writer, [LARGE])
        assert read_all(folder) == records(0, 2)
        disk.make_room()
        writer.append(records(2, 2))
        assert read_all(folder) == records(0, 4)
        assert tried(JournalWriter(folder), [record(4)])
        assert read_all(folder) == records(0, 5)


def test_a_disk_that_has_become_read_only_is_told_and_works_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        folder = disk.folder / "journal"
        writer = JournalWriter(folder)
        writer.append(records(0, 2))
        writer.close()
        disk.read_only()
        with pytest.raises(NotDurable, match="read-only file system"):
            writer.append([record(2)])
        disk.writable()
        writer.append([record(3)])
        writer.close()
        assert read_all(folder) == [*records(0, 2), record(3)]


@pytest.mark.parametrize("limit", range(150, 1_200, 37))
def test_a_write_cut_short_at_any_length_leaves_what_was_acknowledged(tmp_path: Path, limit: int) -> None:
    """The kernel writes up to the limit of a file's size and then refuses."""
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from api.journal.writer import JournalWriter\n"
        "from tests.api.journal.records import record, tried\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))\n"
        "writer = JournalWriter(Path(sys.argv[1]))\n"
        "print(*(number for number in range(20) if tried(writer, [record(number)] * 3)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "journal"), str(limit)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    acknowledged = [record(int(number)) for number in done.stdout.split() for _ in range(3)]
    assert read_all(tmp_path / "journal") == acknowledged
    assert (len(acknowledged) > 0) == (limit >= len(encoded(2**50, [record(0)] * 3)))


def test_after_a_failed_sync_the_file_is_not_trusted_and_no_number_is_used_twice(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path, lambda: 100)
    writer.append(records(0, 2))
    reader = JournalReader(tmp_path, None)
    assert len(reader.read()) == 2

    def failing(file: int) -> None:
        if failures:
            reader_saw.extend(reader.read())  # it reads what nobody acknowledged
            raise failures.pop()
        os.fsync(file)

    failures = [OSError(errno.EIO, "Input/output error")]
    reader_saw: list[object] = []
    writer._sync = failing
    with pytest.raises(NotDurable, match="input/output error"):
        writer.append(records(2, 2))
    writer.append(records(4, 2))
    assert len(reader_saw) == 2
    assert [one.record for one in reader.read()] == records(4, 2)
    assert read_all(tmp_path) == [*records(0, 2), *records(4, 2)]
    assert [one.first for one in segments(tmp_path)] == [100, 104]


def test_a_process_uses_no_number_of_one_before_whatever_became_of_its_last_write(tmp_path: Path) -> None:
    JournalWriter(tmp_path).append([record(0)])
    reader = JournalReader(tmp_path, None)
    path = segments(tmp_path)[0].path
    assert len(reader.read()) == 1
    path.write_bytes(b"")  # as if that record had never reached the disk
    JournalWriter(tmp_path).append([record(1)])
    assert [one.record for one in reader.read()] == [record(1)]


def test_above_its_limit_the_journal_takes_nothing_until_some_of_it_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    writer = JournalWriter(tmp_path)
    writer.room = Room(tmp_path, lambda: now[0])
    writer.append([LARGE])
    monkeypatch.setattr(room, "LARGEST_BYTES", 200_000)
    now[0] = 1.5
    with pytest.raises(NotDurable, match="and no more are taken"):
        writer.append([record(1)])
    segments(tmp_path)[0].path.unlink()
    now[0] = 3.0
    assert tried(writer, [record(2)])


def test_nothing_is_taken_while_the_disk_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LEAST_FREE_RATIO", 2.0)
    with pytest.raises(NotDurable, match="Make room: no event is taken until then"):
        JournalWriter(tmp_path).append([record(1)])
