"""Journals of the tests: small records, and what was acknowledged."""

from pathlib import Path

from api.journal.reader import JournalReader
from api.journal.writer import JournalWriter
from api.ports import NotDurable, PublicRecord


def record(number: int) -> PublicRecord:
    return PublicRecord(
        "enrollment", b"key %d" % number, b"value %d" % number * 3, (("sambung-key", b"field"),)
    )


def records(first: int, count: int) -> list[PublicRecord]:
    return [record(number) for number in range(first, first + count)]


def read_all(folder: Path, after: int | None = None) -> list[PublicRecord]:
    reader = JournalReader(folder, after)
    found: list[PublicRecord] = []
    while some := reader.read():
        found += [one.record for one in some]
    return found


def tried(writer: JournalWriter, given: list[PublicRecord]) -> bool:
    """Whether they were acknowledged."""
    try:
        writer.append(given)
    except NotDurable:
        return False
    return True
