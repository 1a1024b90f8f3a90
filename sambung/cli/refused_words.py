"""Refused records as text and as JSON."""

from collections.abc import Iterator, Sequence

import msgspec

from models.intake.raw_bytes import text_to_bytes
from sinks.refused import Item

MOST_ERRORS = 2
"""Of one record; `show` lists all."""


def in_short(items: Sequence[Item]) -> Iterator[str]:
    """Two or more lines per record."""
    for item in items:
        yield f"{item.id}  {item.record.reason:<15}  {item.outcome.value:<8}  {item.where}"
        for error in item.record.errors[:MOST_ERRORS]:
            yield f"    {error}"


def as_document(items: Sequence[Item]) -> str:
    """A JSON list of records as in the table `rejected`; errors and headers are lists."""
    rows = [{"id": item.id, "now": item.outcome.value, "record": item.record} for item in items]
    return msgspec.json.encode(rows).decode()


def in_full(item: Item) -> Iterator[str]:
    """Everything about one record, line by line."""
    record = item.record
    yield f"{item.id}: {record.reason}; now: {item.outcome.value}"
    yield f"from {item.where}"
    for number, error in enumerate(item.record.errors, start=1):
        yield f"{number}. {error}"
    yield f"key: {_shown(record.key)}"
    for name, value in record.raw_headers():
        yield f"header {_readable(name)}: {value!r}"
    yield "value:"
    yield _shown(record.value)


def _shown(stored: str | None) -> str:
    """As text; bytes that are no text as Python writes them."""
    if stored is None:
        return "none"
    data = text_to_bytes(stored) or b""
    try:
        return _readable(data.decode())
    except UnicodeDecodeError:
        return repr(data)


def _readable(text: str | bytes) -> str:
    return text if isinstance(text, str) and text.isprintable() else repr(text)
