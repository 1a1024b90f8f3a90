"""Refused records for people and for machines."""

from collections.abc import Iterator, Sequence

import msgspec

from models.intake.raw_bytes import text_to_bytes
from sambung.refused import Item

MOST_ERRORS = 2
"""Of one record; `show` tells all."""


def in_short(items: Sequence[Item]) -> Iterator[str]:
    """Two lines, or more, for each."""
    for item in items:
        yield f"{item.id}  {item.record.reason:<15}  {item.now.value:<8}  {item.where}"
        for error in item.record.errors[:MOST_ERRORS]:
            yield f"    {error}"


def as_document(items: Sequence[Item]) -> str:
    """One JSON list; the record as the table `rejected` has it, its errors and headers as lists."""
    told = [{"id": item.id, "now": item.now.value, "record": item.record} for item in items]
    return msgspec.json.encode(told).decode()


def whole(item: Item) -> Iterator[str]:
    """A line, or a part of one, each."""
    said = item.record
    yield f"{item.id}: {said.reason}; now: {item.now.value}"
    yield f"lay at {item.where}"
    for number, error in enumerate(item.record.errors, start=1):
        yield f"{number}. {error}"
    yield f"key: {_shown(said.key)}"
    for name, value in said.raw_headers():
        yield f"header {_readable(name)}: {value!r}"
    yield "value:"
    yield _shown(said.value)


def _shown(kept: str | None) -> str:
    """As kept; bytes that are no text as Python writes them."""
    if kept is None:
        return "none"
    data = text_to_bytes(kept) or b""
    try:
        return _readable(data.decode())
    except UnicodeDecodeError:
        return repr(data)


def _readable(text: str | bytes) -> str:
    return text if isinstance(text, str) and text.isprintable() else repr(text)
