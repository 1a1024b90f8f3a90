"""Record batches as any client may have written them: compressed by any codec, with headers of any name.

aiokafka's own reader takes a batch apart in a third of the time that it needs for one record after the other.
It gives up where a header's name is not UTF-8, and has no bound on what a few kilobytes may decompress to.
So decompression is done here, and what that reader gives up on is read once more, by this module.
"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple

from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.legacy_records import LegacyRecordBatch
from aiokafka.record.util import decode_varint

from streams.engine.kafka.decompression import DECOMPRESS, TooMuchError

USUAL_BATCH_BYTES: Final = 1 << 20
"""Decompressed. A larger one is read with an eye on how many objects it would become."""
MOST_OBJECTS: Final = 200_000
"""Records and headers together of such a batch."""
HEADER_BYTES: Final = 100
"""In memory, of a header whose name and value are empty, and which is two bytes in a batch."""
UNREAD: Final = "sambung-unread-batch"
"""Header of a record that stands for a batch which nobody can take apart: why."""

_OVERHEAD_BYTES: Final = 12
_LENGTH_AT: Final = 8
_MAGIC_AT: Final = 16
_ATTRIBUTES_AT: Final = 21
_RECORDS_AT: Final = 61
_CODEC: Final = 0x07
_length = struct.Struct(">i")
_attributes = struct.Struct(">h")


Headers = tuple[tuple[str | bytes, bytes | None], ...]
"""A name that is not UTF-8 stays bytes."""


class LenientRecord(NamedTuple):
    """A record with the attributes of aiokafka's."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class FetchedBatches:
    """The whole batches in the bytes of a fetch; a last one that was cut short is left for the next fetch."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def has_next(self) -> bool:
        return self._end is not None

    def size_in_bytes(self) -> int:
        return len(self._data)

    def next_batch(self) -> memoryview:
        end = self._end
        assert end is not None  # noqa: S101 - whoever takes asks first
        batch = self._data[self._at : end]
        self._at = end
        return batch

    @property
    def _end(self) -> int | None:
        if self._at + _OVERHEAD_BYTES > len(self._data):
            return None
        (length,) = _length.unpack_from(self._data, self._at + _LENGTH_AT)
        end: int = self._at + _OVERHEAD_BYTES + length
        return end if end <= len(self._data) else None


def opened(raw: memoryview) -> Any:
    """Give aiokafka's view of a batch. Raises CorruptRecordException where its checksum is wrong."""
    magic = raw[_MAGIC_AT]
    batch = DefaultRecordBatch(raw) if magic >= 2 else LegacyRecordBatch(raw, magic)
    if not batch.validate_crc():
        raise CorruptRecordException("Invalid CRC")
    return batch


def records_of(batch: Any, raw: memoryview) -> tuple[list[Any], int]:
    """Every record of a batch; and how many bytes of memory they take, where compression hides that.

    Records have `offset`, `timestamp` (ms), `key`, `value` and `headers`. Of a batch that cannot be taken
    apart, or is too large, there is a single record at its first offset, with the batch's bytes as the value.
    """
    if raw[_MAGIC_AT] < 2:
        return list(batch), 0
    try:
        if not batch.compression_type:
            return _taken_apart(batch, raw), 0
        plain = _decompressed(raw)
        records = _taken_apart(batch, plain)
        return records, len(plain) + HEADER_BYTES * sum(len(record.headers) for record in records)
    except TooMuchError as error:
        return [_instead(batch, error.shown, str(error))], len(error.shown)
    except Exception as error:  # noqa: BLE001 - whatever a decompressor makes of a stranger's bytes
        return [_instead(batch, bytes(raw), f"{type(error).__name__}: {error}"[:500])], 0


def _instead(batch: Any, value: bytes, why: str) -> LenientRecord:
    return LenientRecord(batch.base_offset, batch.max_timestamp, None, value, ((UNREAD, why.encode()),))


def _taken_apart(batch: Any, plain: memoryview) -> list[Any]:
    if len(plain) <= USUAL_BATCH_BYTES:
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
    """Records of a batch without compression, whatever their headers are named.

    https://kafka.apache.org/documentation/#record
    """
    data, at = bytes(raw), _RECORDS_AT
    (count,) = _length.unpack_from(data, _RECORDS_AT - _length.size)
    objects = count
    for _ in range(count):
        length, at = decode_varint(data, at)
        record_end = at + length
        delta_ms, at = decode_varint(data, at + 1)  # after its attributes, which are unused
        delta, at = decode_varint(data, at)
        key, at = _read_bytes(data, at)
        value, at = _read_bytes(data, at)
        headers_count, at = decode_varint(data, at)
        objects += headers_count
        if objects > MOST_OBJECTS:
            raise CorruptRecordException(f"More than {MOST_OBJECTS:,} records and headers in one batch")
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
