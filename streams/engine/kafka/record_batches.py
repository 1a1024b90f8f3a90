"""Record batches of any client: compressed by any codec, with headers of any name.

aiokafka's parser is three times as fast for a whole batch as record by record. But it fails on a header whose
name is not UTF-8, and does not bound what a few kilobytes may decompress to. So batches are decompressed
here, and parsed here where aiokafka's parser fails.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.legacy_records import LegacyRecordBatch
from aiokafka.record.util import decode_varint

from streams.engine.kafka.decompression import DECOMPRESS, INT32, BatchTooLargeError

LARGE_BATCH_BYTES: Final = 1 << 20
"""Decompressed size. Of a larger batch the number of objects is bounded."""
MAX_OBJECTS: Final = 200_000
"""Largest number of records and headers together in such a batch."""
HEADER_BYTES: Final = 100
"""Memory of a header with empty name and value, which takes two bytes in a batch."""
UNREADABLE: Final = "sambung-unread-batch"
"""Header of a record that replaces a batch that cannot be parsed; its value is the reason."""

_OVERHEAD_BYTES: Final = 12
_LENGTH_AT: Final = 8
_MAGIC_AT: Final = 16
_ATTRIBUTES_AT: Final = 21
_RECORDS_AT: Final = 61
_CODEC: Final = 0x07
_attributes = struct.Struct(">h")


Headers = tuple[tuple[str | bytes, bytes | None], ...]
"""A name that is not UTF-8 stays bytes."""


class LenientRecord(NamedTuple):
    """A record with the attributes of an aiokafka record."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class FetchedBatches:
    """The complete batches in the bytes of a fetch; a truncated last one is left for the next fetch."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def has_next(self) -> bool:
        return self._end is not None

    def size_in_bytes(self) -> int:
        return len(self._data)

    def next_batch(self) -> memoryview:
        end = self._end
        assert end is not None  # noqa: S101 - callers check `has_next` first
        batch = self._data[self._at : end]
        self._at = end
        return batch

    @property
    def _end(self) -> int | None:
        if self._at + _OVERHEAD_BYTES > len(self._data):
            return None
        (length,) = INT32.unpack_from(self._data, self._at + _LENGTH_AT)
        end: int = self._at + _OVERHEAD_BYTES + length
        return end if end <= len(self._data) else None


def open_batch(raw: memoryview) -> Any:
    """Make aiokafka's view of a batch. Raises CorruptRecordException if its checksum is wrong."""
    magic = raw[_MAGIC_AT]
    batch = DefaultRecordBatch(raw) if magic >= 2 else LegacyRecordBatch(raw, magic)
    if not batch.validate_crc():
        raise CorruptRecordException("Invalid CRC")
    return batch


def records_of(batch: Any, raw: memoryview) -> tuple[list[Any], int]:
    """Every record of a batch; and for a compressed one the bytes of memory that they take, else 0.

    Records have `offset`, `timestamp` (ms), `key`, `value` and `headers`. A batch that cannot be parsed, or
    is too large, gives a single record at its first offset, with the batch's bytes as the value.
    """
    if raw[_MAGIC_AT] < 2:
        return list(batch), 0
    try:
        if not batch.compression_type:
            return _parsed(batch, raw), 0
        plain = _decompressed(raw)
        records = _parsed(batch, plain)
        return records, len(plain) + HEADER_BYTES * sum(len(record.headers) for record in records)
    except BatchTooLargeError as error:
        return [_unreadable(batch, error.beginning, str(error))], len(error.beginning)
    except Exception as error:  # noqa: BLE001 - a decompressor may raise anything on any bytes
        return [_unreadable(batch, bytes(raw), f"{type(error).__name__}: {error}"[:500])], 0


def _unreadable(batch: Any, value: bytes, why: str) -> LenientRecord:
    return LenientRecord(batch.base_offset, batch.max_timestamp, None, value, ((UNREADABLE, why.encode()),))


def _parsed(batch: Any, plain: memoryview) -> list[Any]:
    if len(plain) <= LARGE_BATCH_BYTES:
        with suppress(UnicodeDecodeError, CorruptRecordException):
            return list(DefaultRecordBatch(plain))
    return list(_read_leniently(batch, plain))


def _decompressed(raw: memoryview) -> memoryview:
    """The same batch without compression."""
    (attributes,) = _attributes.unpack_from(raw, _ATTRIBUTES_AT)
    header = bytearray(raw[:_RECORDS_AT])
    _attributes.pack_into(header, _ATTRIBUTES_AT, attributes & ~_CODEC)
    return memoryview(header + DECOMPRESS[attributes & _CODEC](raw[_RECORDS_AT:]))


def _read_leniently(batch: Any, raw: memoryview) -> Iterator[LenientRecord]:
    """Records of a batch without compression, with any bytes as the headers' names.

    https://kafka.apache.org/documentation/#record
    """
    data, at = bytes(raw), _RECORDS_AT
    (count,) = INT32.unpack_from(data, _RECORDS_AT - INT32.size)
    objects = count
    for _ in range(count):
        length, at = decode_varint(data, at)
        record_end = at + length
        delta_ms, at = decode_varint(data, at + 1)  # +1 skips its attributes, which are unused
        delta, at = decode_varint(data, at)
        key, at = _read_bytes(data, at)
        value, at = _read_bytes(data, at)
        headers_count, at = decode_varint(data, at)
        objects += headers_count
        if objects > MAX_OBJECTS:
            raise CorruptRecordException(f"More than {MAX_OBJECTS:,} records and headers in one batch")
        headers, at = _read_headers(data, at, headers_count)
        if at != record_end:
            raise CorruptRecordException(f"A record ends at byte {at}, not {record_end}")
        timestamp = batch.max_timestamp if batch.timestamp_type else batch.first_timestamp + delta_ms
        yield LenientRecord(batch.base_offset + delta, timestamp, key, value, headers)


def _read_headers(data: bytes, at: int, count: int) -> tuple[Headers, int]:
    headers = []
    for _ in range(count):
        name, at = _read_bytes(data, at)
        value, at = _read_bytes(data, at)
        headers.append((_text_or_bytes(name or b""), value))
    return tuple(headers), at


def _read_bytes(data: bytes, at: int) -> tuple[bytes | None, int]:
    length, at = decode_varint(data, at)
    if length < 0:
        return None, at
    if at + length > len(data):
        raise CorruptRecordException(f"{length} bytes are said to follow byte {at} of {len(data)}")
    return data[at : at + length], at + length


def _text_or_bytes(name: bytes) -> str | bytes:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name
