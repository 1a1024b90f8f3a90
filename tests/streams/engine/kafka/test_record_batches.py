"""Batches of any client, parsed: each record as it was sent, or one record for the whole batch."""

import gzip
from typing import Any

import cramjam
import pytest
from aiokafka.errors import CorruptRecordException

from streams.engine.kafka import decompression, record_batches
from streams.engine.kafka.record_batches import (
    UNREADABLE,
    FetchedBatches,
    LenientRecord,
    open_batch,
    records_of,
)
from tests.streams.engine.kafka.batches import CODECS, appended_at, batch, content, sealed

BAD_NAME = b"na\xffme"
"""As long as a name that aiokafka can write."""
HEADERS = [("name", b"\xfe"), ("name", None), ("", b"")]
MEBIBYTE = 1 << 20


def read(encoded: bytes) -> list[Any]:
    raw = memoryview(encoded)
    return records_of(open_batch(raw), raw)[0]


@pytest.mark.parametrize("codec", CODECS)
def test_every_codec_gives_back_what_was_sent(codec: str) -> None:
    values = [b"first", None, b"", b"\xff\0" * 1_000]
    encoded = batch(7, *values, headers=HEADERS, codec=codec)
    assert content(read(encoded)) == [
        (7 + number, 1_000 + number, b"key", value, HEADERS) for number, value in enumerate(values)
    ]


@pytest.mark.parametrize("codec", CODECS)
def test_a_header_s_name_that_is_not_utf_8_stays_bytes(codec: str) -> None:
    plain = batch(7, b"value", None, key=None, headers=[("naXme", b"1"), ("text", None)])
    odd = sealed(plain.replace(b"naXme", BAD_NAME))
    records = read(compressed(odd, codec))
    assert content(records) == [
        (7, 1_000, None, b"value", [(BAD_NAME, b"1"), ("text", None)]),
        (8, 1_001, None, None, [(BAD_NAME, b"1"), ("text", None)]),
    ]


@pytest.mark.parametrize("timestamp", [-1, 0, 1 << 62])
def test_what_is_read_leniently_is_what_aiokafka_reads(timestamp: int) -> None:
    encoded = batch(7, b"value", None, b"", headers=HEADERS, timestamp=timestamp)
    for one in (encoded, appended_at(encoded)):
        raw = memoryview(one)
        lenient = list(record_batches._read_leniently(open_batch(raw), raw))
        assert content(lenient) == content(list(open_batch(raw)))


def test_a_batch_with_a_wrong_checksum_is_refused() -> None:
    damaged = batch(7, b"value").replace(b"value", b"walue")
    with pytest.raises(CorruptRecordException):
        read(damaged)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_of_a_batch_that_decompresses_to_too_much_the_beginning_is_kept(
    codec: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decompression, "MAX_BATCH_BYTES", 3 * MEBIBYTE)
    (record,) = read(batch(7, bytes(4 * MEBIBYTE), codec=codec))
    assert (record.offset, record.key, len(record.value)) == (7, None, decompression.BEGINNING_BYTES)
    assert record.headers == ((UNREADABLE, b"decompressed, the batch has more than 3,145,728 bytes"),)


def test_a_snappy_block_that_claims_to_be_gigabytes_takes_no_memory() -> None:
    encoded = bytearray(batch(7, b"a value" * 100, codec="snappy"))
    encoded[61:] = b"\xff\xff\xff\xff\x0f" + b"\x00a"
    encoded[8:12] = (len(encoded) - 12).to_bytes(4, "big")
    (record,) = read(sealed(encoded))
    assert record.headers[0][0] == UNREADABLE


@pytest.mark.parametrize("size", [0, 1 << 30], ids=["large", "usual"])
def test_a_large_batch_is_read_like_any_other(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_batches, "LARGE_BATCH_BYTES", size)
    assert content(read(batch(7, b"value", None, headers=HEADERS, codec="zstd"))) == [
        (7, 1_000, b"key", b"value", HEADERS),
        (8, 1_001, b"key", None, HEADERS),
    ]


def test_a_large_batch_of_very_many_headers_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_batches, "LARGE_BATCH_BYTES", 0)
    monkeypatch.setattr(record_batches, "MAX_OBJECTS", 10)
    bomb = batch(7, b"value", b"value", headers=[("", b"")] * 5, codec="zstd")
    (record,) = read(bomb)
    assert (record.offset, record.value) == (7, bomb)


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_batch_that_does_not_decompress_is_kept_as_it_is(codec: str) -> None:
    damaged = bytearray(batch(7, b"a value" * 100, codec=codec))
    damaged[70:] = bytes(reversed(damaged[70:]))
    encoded = sealed(damaged)
    (record,) = read(encoded)
    assert (record.offset, record.value) == (7, encoded)
    assert isinstance(record, LenientRecord)
    assert record.headers[0][0] == UNREADABLE


@pytest.mark.parametrize("length", [b"\x7e", b"\x03"], ids=["too long", "negative"])
def test_a_record_of_a_wrong_length_makes_its_batch_unreadable(length: bytes) -> None:
    encoded = bytearray(batch(7, b"value"))
    encoded[61:62] = length
    (record,) = read(sealed(encoded))
    assert (record.offset, record.value) == (7, sealed(encoded))


def test_all_members_of_a_gzip_stream_are_read() -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    assert decompression._gunzip(memoryview(packed)) == b"one two"


def test_only_complete_batches_of_a_fetch_are_read() -> None:
    one, two = batch(0, b"1"), batch(1, b"2")
    fetched = FetchedBatches(one + two + batch(2, b"3")[:-1])
    assert fetched.has_next()
    assert [bytes(fetched.next_batch()), bytes(fetched.next_batch())] == [one, two]
    assert not fetched.has_next()


@pytest.mark.parametrize("cut", [0, 5, 11, 40])
def test_a_truncated_batch_is_left(cut: int) -> None:
    fetched = FetchedBatches(batch(0, b"1")[:cut])
    assert not fetched.has_next()
    assert fetched.size_in_bytes() == cut


def compressed(encoded: bytes, codec: str) -> bytes:
    """A batch without compression, as a client with that codec would send it."""
    if codec == "none":
        return encoded
    pack = {
        "gzip": gzip.compress,
        "snappy": lambda data: bytes(cramjam.snappy.compress_raw(data)),
        "lz4": lambda data: bytes(cramjam.lz4.compress(data)),
        "zstd": lambda data: bytes(cramjam.zstd.compress(data)),
    }[codec]
    changed = bytearray(encoded[:61]) + pack(encoded[61:])
    changed[22] |= CODECS[codec]
    changed[8:12] = (len(changed) - 12).to_bytes(4, "big")
    return sealed(changed)
