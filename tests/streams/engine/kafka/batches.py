"""Record batches as brokers hand them out, built by hand: with any producer, codec and header."""

import struct
from collections.abc import Sequence
from typing import Any, Final

from aiokafka.record.control_record import ABORT_MARKER, COMMIT_MARKER
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

CODECS: Final = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
NOBODY: Final = -1
"""Producer of a batch that is neither idempotent nor transactional."""

_CRC_AT, _ATTRIBUTES_AT, _CONTROL, _LOG_APPEND_TIME = 17, 21, 0x20, 0x08

Headers = Sequence[tuple[str, bytes | None]]


def batch(
    first: int,
    *values: bytes | None,
    key: bytes | None = b"key",
    headers: Headers = (),
    timestamp: int = 1_000,
    codec: str = "none",
    producer: int = NOBODY,
    transactional: bool = False,
) -> bytes:
    """Records at offsets `first`, `first` + 1, ..."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=CODECS[codec],
        is_transactional=transactional,
        producer_id=producer,
        producer_epoch=0 if producer >= 0 else -1,
        base_sequence=0 if producer >= 0 else -1,
        batch_size=1 << 30,
    )
    for number, value in enumerate(values):
        builder.append(number, timestamp + number, key, value, [*headers])
    return _at(first, bytes(builder.build()))


def marker(offset: int, producer: int, *, commit: bool) -> bytes:
    """The control batch that ends a transaction."""
    kind = COMMIT_MARKER if commit else ABORT_MARKER
    key = struct.pack(">HH", kind.version, kind.type_)
    encoded = batch(offset, bytes(6), key=key, producer=producer, transactional=True)
    return with_attributes(encoded, _CONTROL)


def with_attributes(encoded: bytes, more: int) -> bytes:
    """The batch with further attributes, and the right checksum."""
    changed = bytearray(encoded)
    (attributes,) = struct.unpack_from(">h", changed, _ATTRIBUTES_AT)
    struct.pack_into(">h", changed, _ATTRIBUTES_AT, attributes | more)
    return sealed(changed)


def appended_at(encoded: bytes) -> bytes:
    """The batch as a topic with LogAppendTime has it."""
    return with_attributes(encoded, _LOG_APPEND_TIME)


def sealed(encoded: bytes | bytearray) -> bytes:
    """The batch with a correct checksum."""
    changed = bytearray(encoded)
    struct.pack_into(">I", changed, _CRC_AT, calc_crc32c(bytes(changed[_ATTRIBUTES_AT:])))
    return bytes(changed)


def _at(first: int, encoded: bytes) -> bytes:
    """Set the first offset, which the checksum does not cover."""
    return struct.pack(">q", first) + encoded[8:]


def content(records: Sequence[Any]) -> list[tuple[int, int, Any, Any, list[Any]]]:
    """The fields of records that a stage reads."""
    return [(one.offset, one.timestamp, one.key, one.value, [*one.headers]) for one in records]
