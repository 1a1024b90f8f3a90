from pathlib import Path

import pytest

from api.journal import reader as journal_reader
from api.journal import writer as journal_writer
from api.journal.frames import encoded
from api.journal.reader import JournalDamage, JournalReader, unsettled
from api.journal.segments import segments, settle, settled_in
from api.journal.writer import JournalWriter
from tests.api.journal.records import read_all, record, records


def filled(folder: Path, frames: int = 3) -> JournalWriter:
    writer = JournalWriter(folder, lambda: 100)
    for number in range(frames):
        writer.append(records(2 * number, 2))
    return writer


def test_what_was_written_is_read_with_its_headers_in_order(tmp_path: Path) -> None:
    filled(tmp_path)
    assert read_all(tmp_path) == records(0, 6)


def test_a_reader_follows_a_writer_over_segments_and_restarts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "SEGMENT_BYTES", 150)
    reader, found = JournalReader(tmp_path, None), []
    for start in range(3):
        writer = JournalWriter(tmp_path)
        for number in range(5):
            writer.append([record(start * 5 + number)])
            found += [one.record for one in reader.read()]
        writer.close()
    while some := reader.read():
        found += [one.record for one in some]
    assert found == records(0, 15)
    assert len(segments(tmp_path)) > 3


def test_a_record_torn_at_any_byte_is_cut_off_and_those_before_it_are_kept(tmp_path: Path) -> None:
    torn = encoded(104, records(4, 2))
    for length in range(len(torn)):
        folder = tmp_path / str(length)
        filled(folder, 2).close()
        with segments(folder)[-1].path.open("ab") as file:
            file.write(torn[:length])
        assert read_all(folder) == records(0, 4)
        JournalWriter(folder, lambda: 0).append([record(9)])
        assert read_all(folder) == [*records(0, 4), record(9)]


def test_zeros_at_the_end_as_a_power_cut_leaves_them_are_cut_off(tmp_path: Path) -> None:
    filled(tmp_path, 2).close()
    with segments(tmp_path)[-1].path.open("ab") as file:
        file.write(bytes(5_000))
    JournalWriter(tmp_path).append([record(9)])
    assert read_all(tmp_path) == [*records(0, 4), record(9)]


def test_a_frame_of_which_any_byte_is_wrong_is_damage_when_another_follows(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = segments(tmp_path)[0].path
    sound = path.read_bytes()
    length = len(sound) // 3
    for at in range(length, 2 * length):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        with pytest.raises(JournalDamage) as damage:
            read_all(tmp_path)
        assert str(damage.value) == (
            f"The journal cannot be read: {path} is damaged. It had the acknowledged records 102 to 103."
        )


def test_reading_can_go_on_behind_damage(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = segments(tmp_path)[0].path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    told: list[JournalDamage] = []
    assert [one.record for one in JournalReader(tmp_path, None, told.append).read()] == [
        *records(0, 2),
        *records(4, 2),
    ]
    assert len(told) == 1


def test_an_end_that_is_missing_before_the_next_segment_is_damage(tmp_path: Path) -> None:
    filled(tmp_path).close()
    path = segments(tmp_path)[0].path
    JournalWriter(tmp_path, lambda: 200).append([record(6)])
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(JournalDamage, match="records 104 to 105"):
        read_all(tmp_path)


def test_a_missing_segment_is_damage_unless_it_is_settled(tmp_path: Path) -> None:
    filled(tmp_path).close()
    JournalWriter(tmp_path, lambda: 200).append([record(6)])
    segments(tmp_path)[0].path.unlink()
    with pytest.raises(JournalDamage, match="records 104 to 105"):
        read_all(tmp_path, 103)
    assert read_all(tmp_path, 105) == [record(6)]
    assert read_all(tmp_path) == [record(6)]


def test_what_is_settled_is_not_read_again_and_whole_segments_of_it_are_deleted(tmp_path: Path) -> None:
    filled(tmp_path).close()
    writer = JournalWriter(tmp_path, lambda: 200)
    writer.append(records(6, 2))
    assert settled_in(tmp_path) is None
    settle(tmp_path, 104)
    assert (settled_in(tmp_path), len(segments(tmp_path))) == (104, 2)
    assert read_all(tmp_path, settled_in(tmp_path)) == records(5, 3)
    settle(tmp_path, 201)
    assert (settled_in(tmp_path), len(segments(tmp_path))) == (201, 1)
    assert read_all(tmp_path, settled_in(tmp_path)) == []
    writer.append([record(8)])
    assert read_all(tmp_path, settled_in(tmp_path)) == [record(8)]


def test_counting_what_is_not_settled_takes_no_deleted_file_for_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path).close()
    JournalWriter(tmp_path, lambda: 200).append([record(6)])
    read = journal_reader._content

    def settling(segment: object, start: int) -> bytes:
        monkeypatch.setattr(journal_reader, "_content", read)
        settle(tmp_path, 105)  # between the list of files and the first of them
        return read(segment, start)  # type: ignore[arg-type]

    monkeypatch.setattr(journal_reader, "_content", settling)
    assert unsettled(tmp_path) == 1
